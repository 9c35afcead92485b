// SPDX-License-Identifier: MIT
// memory COUNT: bytes resident for each of COUNT parked fibers.
#include "common.hpp"

#include <boost/fiber/all.hpp>
#include <cstring>
#include <memory>

namespace fibers = boost::fibers;

static std::uint64_t kib(const char *name)
{
    FILE *file = std::fopen("/proc/self/status", "r");
    check(file, "/proc/self/status");
    char line[256];
    std::uint64_t found = 0;
    while (std::fgets(line, sizeof line, file))
        if (std::strncmp(line, name, std::strlen(name)) == 0)
            found = std::strtoull(line + std::strlen(name), nullptr, 10);
    std::fclose(file);
    return found;
}

int main(int argc, char **argv)
{
    const std::uint64_t count = count_arg(argc, argv, 1);
    fibers::pooled_fixedsize_stack stacks(64 * 1024);
    fibers::mutex mutex;
    fibers::condition_variable never;
    std::uint64_t parked = 0;
    const std::uint64_t pages = kib("VmRSS:"), tables = kib("VmPTE:");
    for (std::uint64_t i = 0; i < count; i++) {
        fibers::fiber(std::allocator_arg, stacks, [&] {
            std::unique_lock<fibers::mutex> lock(mutex);
            parked++;
            never.wait(lock);
        }).detach();
    }
    while (parked < count)
        boost::this_fiber::yield();
    if (count > 0) {
        std::printf(
            "resident %llu\n",
            (unsigned long long)((kib("VmRSS:") - pages) * 1024 / count));
        std::printf(
            "tables %llu\n",
            (unsigned long long)((kib("VmPTE:") - tables) * 1024 / count));
    }
    std::fflush(stdout);
    std::_Exit(0); // a million fibers need not be unwound
}
