/* SPDX-License-Identifier: MIT */
/* Objects whose waiters vanish: in a forked child, and with their hub. */
#ifndef CONFORMANCE_SYNC_VANISH_H
#define CONFORMANCE_SYNC_VANISH_H

#include "check.h"
#include "core/child.h"
#include "eventlet.h"
#include "sync/notes.h"

/* An object is made with green threads that wait for it (`begin`), these
 * vanish, and then `works` finds it as if they had never been there, and frees
 * it. In the parent of a fork `end` frees it instead, and they end. */
struct vanishing {
    void (*begin)(void);
    bool (*works)(void);
    void (*end)(void);
};

#define VANISH_TEST(module, name, promises, begin, works, end)                 \
    TEST(module, name, promises)                                               \
    {                                                                          \
        vanish_with_the_hub(&(struct vanishing){ begin, works, end });         \
        vanish_in_a_child(&(struct vanishing){ begin, works, end });           \
    }

/* In `works`, which may run in a child that no checks are heard of. */
#define MUST(cond)                                                             \
    do {                                                                       \
        if (!(cond)) {                                                         \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #cond); \
            return false;                                                      \
        }                                                                      \
    } while (0)

/* Lets all run that can without time passing. */
__attribute__((unused)) static void settle(void)
{
    for (int i = 0; i < 5; i++)
        CHECK_CODE(eventlet_sleep(0), 0);
}

__attribute__((unused)) static void start(eventlet_fn *fn, void *arg)
{
    CHECK_CODE(eventlet_spawn(NULL, fn, arg), 0);
}

__attribute__((unused)) static struct eventlet_live alive(void)
{
    struct eventlet_live live;

    eventlet_live(&live);
    return live;
}

static void vanish_with_the_hub(const struct vanishing *v)
{
    CHECK_CODE(eventlet_hubs_use_hub("sim"), 0);
    v->begin();
    CHECK_CODE(eventlet_hubs_use_hub("sim"), 0);
    CHECK(v->works());
    CHECK_CODE(eventlet_hubs_drop(), 0);
}

static void vanish_in_a_child(const struct vanishing *v)
{
    pid_t pid;

    CHECK_CODE(eventlet_hubs_use_hub("sim"), 0);
    v->begin();
    fflush(NULL);
    pid = fork();
    if (pid == 0) {
        alarm(60);
        _exit(v->works() ? 0 : 1);
    }
    CHECK_INT(child_status(pid), 0);
    v->end();
    CHECK_CODE(eventlet_sleep(5), 0);
    CHECK_CODE(eventlet_hubs_drop(), 0);
}

#endif
