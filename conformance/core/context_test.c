/* SPDX-License-Identifier: MIT */
/* The context switch. Nothing here needs a hub, so that the same file runs
 * where there is nothing but a C compiler and an emulator. */
#include "check.h"
#include "context_registers.h"
#include "core/context.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unwind.h>

#ifdef EVENTLET__ASAN
#include <sanitizer/asan_interface.h>
#else
#define ASAN_UNPOISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
#endif

enum { STACK = 64 * 1024, MANY = 10000 };

struct routine {
    struct eventlet__context context;
    char *stack;
    struct routine *back; /* where to switch to */
    uintptr_t seed;
    int runs;
    int wrong;
    bool over;
};

static struct routine home, one, other;
static struct routine *starting; /* what an entry finds itself by */

static bool make(struct routine *r, void (*entry)(void))
{
    memset(r, 0, sizeof *r);
    r->stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (!CHECK(r->stack != MAP_FAILED))
        return false;
    r->back = &home;
    return CHECK_INT(eventlet__context_init(&r->context, r->stack, STACK,
                                            r->stack + STACK, entry),
                     0);
}

static void unmake(struct routine *r)
{
    eventlet__context_deinit(&r->context);
    ASAN_UNPOISON_MEMORY_REGION(r->stack, STACK);
    munmap(r->stack, STACK);
}

static void go_home(void)
{
    memset(&home, 0, sizeof home);
    eventlet__context_init_running(&home.context);
}

/* From whoever runs to r; r is told who it is if it starts. */
static __attribute__((noinline)) void go(struct routine *from,
                                         struct routine *r)
{
    starting = r;
    eventlet__switch(&from->context, &r->context);
}

static struct routine *begin(void)
{
    struct routine *self = starting;

    eventlet__context_entered(&self->context);
    return self;
}

/* ---- there and back ---- */

static void count_runs(void)
{
    struct routine *self = begin();

    for (;;) {
        self->runs++;
        go(self, self->back);
    }
}

TEST(context, goes_there_and_comes_back, "context.1")
{
    go_home();
    REQUIRE(make(&one, count_runs));
    CHECK_INT(one.runs, 0);
    for (int i = 1; i <= 1000; i++) {
        go(&home, &one);
        CHECK_INT(one.runs, i);
    }
    unmake(&one);
}

static void where_am_i(void)
{
    struct routine *self = begin();
    char here[16] __attribute__((aligned(16)));

    self->seed = (uintptr_t)here;
    self->wrong = (uintptr_t)here % 16 != 0;
    go(self, self->back);
    abort();
}

TEST(context, runs_on_the_given_stack_well_aligned, "context.2")
{
    go_home();
    REQUIRE(make(&one, where_am_i));
    go(&home, &one);
#ifndef EVENTLET__ASAN /* which may keep local variables elsewhere */
    CHECK(one.seed > (uintptr_t)one.stack);
    CHECK(one.seed < (uintptr_t)one.stack + STACK);
#endif
    CHECK_INT(one.wrong, 0);
    unmake(&one);
}

static void end_at_once(void)
{
    struct routine *self = begin();

    self->over = true;
    eventlet__switch_last(&self->context, &self->back->context);
    abort();
}

TEST(context, one_that_is_over_gives_its_stack_away, "context.1")
{
    go_home();
    for (int i = 0; i < 100; i++) {
        REQUIRE(make(&one, end_at_once));
        go(&home, &one);
        CHECK(one.over);
        unmake(&one);
    }
}

/* ---- what survives ---- */

/* Many values live across a switch, more than there are registers. */
static __attribute__((noinline)) int keep_values(struct routine *from,
                                                 struct routine *to,
                                                 unsigned seed)
{
    unsigned v[24];
    double f[12];
    int wrong = 0;

    for (unsigned i = 0; i < 24; i++)
        v[i] = seed * 31 + i;
    for (unsigned i = 0; i < 12; i++)
        f[i] = seed + i / 8.0;
    go(from, to);
    for (unsigned i = 0; i < 24; i++)
        wrong += v[i] != seed * 31 + i;
    for (unsigned i = 0; i < 12; i++)
        wrong += f[i] < seed + i / 8.0 || f[i] > seed + i / 8.0;
    return wrong;
}

static void keep_for_ever(void)
{
    struct routine *self = begin();

    for (unsigned i = 0;; i++)
        self->wrong += keep_values(self, self->back, i * 7 + self->seed);
}

TEST(context, local_variables_survive, "context.3")
{
    go_home();
    REQUIRE(make(&one, keep_for_ever) && make(&other, keep_for_ever));
    one.seed = 1;
    other.seed = 1000;
    for (unsigned i = 0; i < 100; i++) {
        CHECK_INT(keep_values(&home, &one, i), 0);
        CHECK_INT(keep_values(&home, &other, i + 50), 0);
    }
    CHECK_INT(one.wrong + other.wrong, 0);
    unmake(&one);
    unmake(&other);
}

static void go_back(void *self)
{
    go(self, ((struct routine *)self)->back);
}

static void go_to_one(void *arg)
{
    (void)arg;
    go(&home, &one);
}

static void fill_registers(void)
{
    struct routine *self = begin();

    for (uintptr_t i = 1;; i++)
        self->wrong += context_test_registers(i << 20, go_back, self);
}

TEST(context, callee_saved_registers_survive, "context.4")
{
    go_home();
    REQUIRE(make(&one, fill_registers));
    for (uintptr_t i = 1; i <= 1000; i++)
        CHECK_INT(context_test_registers(i << 40, go_to_one, NULL), 0);
    CHECK_INT(one.wrong, 0);
    unmake(&one);
}

/* ---- many ---- */

static struct routine many[MANY];

static void chain(void)
{
    struct routine *self = begin();

    self->runs++;
    if (self + 1 < many + 1000)
        go(self, self + 1);
    go(self, self == many ? &home : self - 1);
    abort();
}

TEST(context, a_thousand_may_stand_one_above_the_other, "context.5")
{
    int runs = 0;

    go_home();
    for (int i = 0; i < 1000; i++)
        REQUIRE(make(&many[i], chain));
    go(&home, &many[0]);
    for (int i = 0; i < 1000; i++) {
        runs += many[i].runs;
        unmake(&many[i]);
    }
    CHECK_INT(runs, 1000);
}

/* Each goes on with the next, round and round. */
static void ring(void)
{
    struct routine *self = begin();

    for (;;) {
        struct routine *next = self + 1 < many + MANY ? self + 1 : &home;

        self->runs++;
        self->wrong += keep_values(self, next, (unsigned)(self - many));
    }
}

TEST(context, ten_thousand_live_at_the_same_time, "context.5")
{
    int runs = 0, wrong = 0;

    go_home();
    for (int i = 0; i < MANY; i++)
        REQUIRE(make(&many[i], ring));
    for (int round = 0; round < 3; round++)
        go(&home, &many[0]);
    for (int i = 0; i < MANY; i++) {
        runs += many[i].runs;
        wrong += many[i].wrong;
        unmake(&many[i]);
    }
    CHECK_INT(runs, 3 * MANY);
    CHECK_INT(wrong, 0);
}

/* ---- unwinding ---- */

static int frames;

static _Unwind_Reason_Code see_frame(struct _Unwind_Context *context, void *arg)
{
    (void)context;
    (void)arg;
    return ++frames < 100 ? _URC_NO_REASON : _URC_NORMAL_STOP;
}

static __attribute__((noinline)) int deep(int depth)
{
    int below = depth > 0 ? deep(depth - 1) : 0;

    if (depth == 0)
        _Unwind_Backtrace(see_frame, NULL);
    __asm__ volatile("" : : "r"(below) : "memory"); /* no tail call */
    return below + 1;
}

static void unwind(void)
{
    struct routine *self = begin();

    self->runs = deep(5);
    go(self, self->back);
    abort();
}

TEST(context, unwinding_ends_at_the_entry, "context.6")
{
    go_home();
    REQUIRE(make(&one, unwind));
    frames = 0;
    go(&home, &one);
    CHECK_INT(one.runs, 6);
    CHECK(frames >= 7); /* those of deep, and the entry */
    CHECK(frames <= 10);
    unmake(&one);
}
