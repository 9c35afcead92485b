// SPDX-License-Identifier: MIT
// queue COUNT: numbers go to another fiber and come back, one at a time,
// through two buffered channels, the smallest there are.
#include "common.hpp"

#include <boost/fiber/all.hpp>

namespace fibers = boost::fibers;

int main(int argc, char **argv)
{
    const std::uint64_t count = count_arg(argc, argv, 1) / 2;
    const auto success = fibers::channel_op_status::success;
    fibers::buffered_channel<std::uint64_t> there(2), back(2);
    fibers::fiber other([&] {
        for (std::uint64_t i = 0; i < count; i++)
            check(back.push(there.value_pop() + 1) == success, "push");
    });
    for (std::uint64_t i = 0; i < count; i++) {
        check(there.push(i) == success, "push");
        check(back.value_pop() == i + 1, "answer");
    }
    other.join();
}
