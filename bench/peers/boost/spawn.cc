// SPDX-License-Identifier: MIT
// spawn finish|wait COUNT: starts COUNT fibers on pooled stacks; `finish`
// detaches them in batches and yields to let them run, `wait` joins each.
#include "common.hpp"

#include <boost/fiber/all.hpp>
#include <memory>

namespace fibers = boost::fibers;

enum { BATCH = 64 };

int main(int argc, char **argv)
{
    const std::uint64_t count = count_arg(argc, argv, 2);
    const bool wait = std::string(argv[1]) == "wait";
    fibers::pooled_fixedsize_stack stacks;
    std::uint64_t finished = 0;
    auto work = [&] { finished++; };
    for (std::uint64_t i = 0; i < count; i++) {
        fibers::fiber fiber(std::allocator_arg, stacks, work);
        if (wait) {
            fiber.join();
            continue;
        }
        fiber.detach();
        if (i % BATCH == BATCH - 1 || i + 1 == count)
            boost::this_fiber::yield();
    }
    while (finished < count)
        boost::this_fiber::yield();
    check(finished == count, "fibers finished");
}
