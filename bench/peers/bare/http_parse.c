/* SPDX-License-Identifier: MIT */
/* http_parse COUNT: only copies the request: what it costs to touch it. */
#include "../../common.h"
#include "../../parse_request.h"

int main(int argc, char **argv)
{
    const uint64_t count = count_arg(argc, argv, 1, "COUNT");
    char copy[REQUEST_LEN];
    for (uint64_t i = 0; i < count; i++) {
        memcpy(copy, request, REQUEST_LEN);
        __asm__ volatile("" : : "r"(copy) : "memory");
        check(copy[REQUEST_LEN - 1] == '\n', "copy");
    }
    return 0;
}
