// SPDX-License-Identifier: MIT
// semaphore handover|free COUNT: as ours. The library has no semaphores: units,
// a mutex and a condition are what its users write.
#include "common.hpp"

#include <boost/fiber/all.hpp>
#include <mutex>

namespace fibers = boost::fibers;

class semaphore
{
  public:
    explicit semaphore(unsigned units) : units(units)
    {
    }

    void acquire()
    {
        std::unique_lock<fibers::mutex> lock(mutex);
        given.wait(lock, [&] { return units > 0; });
        units--;
    }

    void release()
    {
        {
            std::unique_lock<fibers::mutex> lock(mutex);
            units++;
        }
        given.notify_one();
    }

    unsigned units;

  private:
    fibers::mutex mutex;
    fibers::condition_variable given;
};

static void handover(std::uint64_t count)
{
    semaphore there(0), back(0);
    std::uint64_t turns = 0;
    fibers::fiber other([&] {
        for (std::uint64_t i = 0; i < count; i++) {
            there.acquire();
            check(turns++ == 2 * i + 1, "turns there");
            back.release();
        }
    });
    for (std::uint64_t i = 0; i < count; i++) {
        turns++;
        there.release();
        back.acquire();
        check(turns == 2 * i + 2, "turns back");
    }
    other.join();
}

static void take_and_give(std::uint64_t count)
{
    semaphore s(1);
    for (std::uint64_t i = 0; i < count; i++) {
        s.acquire();
        s.release();
    }
    check(s.units == 1, "units left");
}

int main(int argc, char **argv)
{
    const std::uint64_t count = count_arg(argc, argv, 2);
    if (std::string(argv[1]) == "handover")
        handover(count / 2);
    else
        take_and_give(count);
}
