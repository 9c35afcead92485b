// SPDX-License-Identifier: MIT
// pool free|waiting COUNT: as ours. The library has no pools: a buffered
// channel of items is one.
#include "common.hpp"

#include <boost/fiber/all.hpp>

namespace fibers = boost::fibers;

enum { ITEMS = 4 };

class pool
{
  public:
    explicit pool(std::size_t size) : items(size)
    {
    }

    void put(const void *item)
    {
        check(items.push(item) == fibers::channel_op_status::success, "push");
    }

    const void *get()
    {
        return items.value_pop();
    }

  private:
    fibers::buffered_channel<const void *> items;
};

static const char things[ITEMS] = {};

static void get_and_put(std::uint64_t count)
{
    pool p(2 * ITEMS); // a power of two, of which one stays empty
    for (const char &thing : things)
        p.put(&thing);
    for (std::uint64_t i = 0; i < count; i++) {
        const void *item = p.get();
        check(item == &things[i % ITEMS], "items take turns");
        p.put(item);
    }
}

static void wait_for_each(std::uint64_t count)
{
    pool there(2), back(2);
    fibers::fiber other([&] {
        for (std::uint64_t i = 0; i < count; i++)
            back.put(there.get());
    });
    for (std::uint64_t i = 0; i < count; i++) {
        there.put(things);
        check(back.get() == things, "item back");
    }
    other.join();
}

int main(int argc, char **argv)
{
    const std::uint64_t count = count_arg(argc, argv, 2);
    if (std::string(argv[1]) == "free")
        get_and_put(count);
    else
        wait_for_each(count / 2);
}
