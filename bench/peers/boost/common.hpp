// SPDX-License-Identifier: MIT
// What the Boost.Fiber programs share.
#ifndef BENCH_BOOST_COMMON_HPP
#define BENCH_BOOST_COMMON_HPP

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

inline void check(bool ok, const char *what)
{
    if (ok)
        return;
    std::fprintf(stderr, "wrong answer: %s\n", what);
    std::exit(1);
}

inline std::uint64_t count_arg(int argc, char **argv, int i)
{
    check(i < argc, "a count is missing");
    return std::stoull(argv[i]);
}

#endif
