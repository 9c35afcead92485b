// SPDX-License-Identifier: MIT
// greenpool COUNT: as ours. The library has no pools: the places that are taken
// are counted under a mutex, and a condition tells of one that is free again.
#include "common.hpp"

#include <boost/fiber/all.hpp>
#include <memory>
#include <mutex>

namespace fibers = boost::fibers;

enum { PLACES = 100 };

int main(int argc, char **argv)
{
    const std::uint64_t count = count_arg(argc, argv, 1);
    fibers::pooled_fixedsize_stack stacks;
    fibers::mutex mutex;
    fibers::condition_variable place_free;
    unsigned running = 0;
    std::uint64_t finished = 0;
    auto work = [&] {
        check(running <= PLACES, "how many run");
        finished++;
        {
            std::unique_lock<fibers::mutex> lock(mutex);
            running--;
        }
        place_free.notify_one();
    };
    for (std::uint64_t i = 0; i < count; i++) {
        {
            std::unique_lock<fibers::mutex> lock(mutex);
            place_free.wait(lock, [&] { return running < PLACES; });
            running++;
        }
        fibers::fiber(std::allocator_arg, stacks, work).detach();
    }
    std::unique_lock<fibers::mutex> lock(mutex);
    place_free.wait(lock, [&] { return running == 0; });
    check(finished == count, "fibers finished");
}
