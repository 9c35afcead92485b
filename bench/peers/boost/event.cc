// SPDX-License-Identifier: MIT
// event COUNT: as ours. What brings a value to many is a promise and its shared
// future; there is one for each round, as it can be kept only once.
#include "common.hpp"

#include <boost/fiber/all.hpp>

namespace fibers = boost::fibers;

enum { WAITERS = 10000 };

int main(int argc, char **argv)
{
    const std::uint64_t rounds = count_arg(argc, argv, 1) / WAITERS;
    fibers::pooled_fixedsize_stack stacks(64 * 1024);
    fibers::promise<std::uint64_t> promise;
    fibers::shared_future<std::uint64_t> future(promise.get_future());
    std::uint64_t woken = 0;
    for (int i = 0; i < WAITERS; i++) {
        fibers::fiber(std::allocator_arg, stacks, [&] {
            for (std::uint64_t i = 1; i <= rounds; i++) {
                const fibers::shared_future<std::uint64_t> mine(future);
                check(mine.get() == i, "value");
                woken++;
            }
        }).detach();
    }
    boost::this_fiber::yield();
    for (std::uint64_t i = 1; i <= rounds; i++) {
        fibers::promise<std::uint64_t> kept(std::move(promise));
        promise = fibers::promise<std::uint64_t>();
        future = promise.get_future().share();
        kept.set_value(i);
        while (woken < i * WAITERS)
            boost::this_fiber::yield();
        check(woken == i * WAITERS, "fibers woken");
    }
    std::fflush(stdout);
    std::_Exit(0); // nor do the others unwind 10,000 stacks
}
