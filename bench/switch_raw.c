/* SPDX-License-Identifier: MIT */
/* switch_raw COUNT: the library's switch alone, without a scheduler; it is
 * linked statically, since the switch is not exported. */
#include "common.h"

#include "core/context.h"

static _Alignas(16) char stack[64 * 1024];
static struct eventlet__context outer, inner;
static uint64_t switched;

static void other(void)
{
    eventlet__context_entered(&inner);
    for (;;) {
        switched++;
        eventlet__switch(&inner, &outer);
    }
}

int main(int argc, char **argv)
{
    uint64_t count = count_arg(argc, argv, 1, "COUNT");
    eventlet__context_init_running(&outer);
    check(eventlet__context_init(&inner, stack, sizeof stack,
                                 stack + sizeof stack, other) == 0,
          "context_init");
    for (uint64_t i = 0; i < count / 2; i++)
        eventlet__switch(&outer, &inner);
    check(switched == count / 2, "switches counted on the other stack");
    return 0;
}
