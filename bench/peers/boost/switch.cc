// SPDX-License-Identifier: MIT
// switch COUNT: two fibers yield COUNT times in all.
#include "common.hpp"

#include <boost/fiber/all.hpp>

int main(int argc, char **argv)
{
    const std::uint64_t count = count_arg(argc, argv, 1) / 2;
    std::uint64_t done = 0;
    auto yielder = [&] {
        for (std::uint64_t i = 0; i < count; i++) {
            boost::this_fiber::yield();
            done++;
        }
    };
    boost::fibers::fiber one(yielder), two(yielder);
    one.join();
    two.join();
    check(done == count * 2, "switches counted");
}
