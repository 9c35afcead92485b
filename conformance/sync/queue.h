/* SPDX-License-Identifier: MIT */
/* Queues under test, whose items are small numbers. */
#ifndef CONFORMANCE_SYNC_QUEUE_H
#define CONFORMANCE_SYNC_QUEUE_H

#include <stdint.h>

#include "check.h"
#include "eventlet.h"
#include "sync/notes.h"

__attribute__((unused)) static eventlet_queue *queue_of(int maxsize)
{
    eventlet_queue *q = NULL;

    CHECK_CODE(eventlet_queue_new(&q, maxsize), 0);
    return q;
}

__attribute__((unused)) static int put(eventlet_queue *q, int n)
{
    return eventlet_queue_put(q, number(n));
}

__attribute__((unused)) static int put_nowait(eventlet_queue *q, int n)
{
    return eventlet_queue_put_nowait(q, number(n));
}

/* The item, or the code. */
__attribute__((unused)) static int get(eventlet_queue *q)
{
    void *item = NULL;
    int rc = eventlet_queue_get(q, &item);

    return rc < 0 ? rc : (int)(intptr_t)item;
}

__attribute__((unused)) static int get_nowait(eventlet_queue *q)
{
    void *item = NULL;
    int rc = eventlet_queue_get_nowait(q, &item);

    return rc < 0 ? rc : (int)(intptr_t)item;
}

__attribute__((unused)) static int get_within(eventlet_queue *q, double seconds)
{
    void *item = NULL;
    int rc = eventlet_queue_get_timeout(q, &item, seconds);

    return rc < 0 ? rc : (int)(intptr_t)item;
}

__attribute__((unused)) static int put_within(eventlet_queue *q, int n,
                                              double seconds)
{
    return eventlet_queue_put_timeout(q, number(n), seconds);
}

__attribute__((unused)) static void check_lines(const eventlet_queue *q,
                                                int getting, int putting)
{
    CHECK_INT(eventlet_queue_getting(q), getting);
    CHECK_INT(eventlet_queue_putting(q), putting);
}

/* ---- who gets, and who puts, in a green thread of its own ---- */

enum { UNDECIDED = 1000 }; /* in `rc`: the call has not returned */

struct user {
    eventlet_queue *q;
    const char *name; /* NULL: says nothing */
    int item;
    double seconds;
    int rc; /* of its call; of a getter, the item */
    eventlet_greenthread *gt;
};

__attribute__((unused)) static void say_how_it_went(const struct user *u)
{
    char word[64];

    if (!u->name)
        return;
    snprintf(word, sizeof word, u->rc < 0 ? "%s!" : "%s=%d", u->name, u->rc);
    note(word);
}

__attribute__((unused)) static int getter(void *arg)
{
    struct user *u = arg;

    u->rc = get_within(u->q, u->seconds);
    say_how_it_went(u);
    return 0;
}

__attribute__((unused)) static int putter(void *arg)
{
    struct user *u = arg;

    u->rc = put_within(u->q, u->item, u->seconds);
    if (u->rc == 0 && u->name)
        note(u->name);
    else
        say_how_it_went(u);
    return 0;
}

__attribute__((unused)) static void start(struct user *u, eventlet_fn *fn)
{
    u->rc = UNDECIDED;
    CHECK_CODE(eventlet_spawn(&u->gt, fn, u), 0);
}

/* They get "A=1", "B=2" or fail, "C!", and say so. */
__attribute__((unused)) static void start_getters(struct user *users, int n,
                                                  eventlet_queue *q)
{
    static const char *names[] = { "A", "B", "C", "D", "E" };

    for (int i = 0; i < n; i++) {
        users[i] = (struct user){ .q = q,
                                  .name = names[i],
                                  .seconds = EVENTLET_NEVER };
        start(&users[i], getter);
    }
    let_others_run();
}

/* They put 1, 2 … and say "a", "b" when they could, "c!" if they could not. */
__attribute__((unused)) static void start_putters(struct user *users, int n,
                                                  eventlet_queue *q)
{
    static const char *names[] = { "a", "b", "c", "d", "e" };

    for (int i = 0; i < n; i++) {
        users[i] = (struct user){
            .q = q, .name = names[i], .item = i + 1, .seconds = EVENTLET_NEVER
        };
        start(&users[i], putter);
    }
    let_others_run();
}

__attribute__((unused)) static void end_users(struct user *users, int n)
{
    for (int i = 0; i < n; i++)
        eventlet_reap(users[i].gt);
}

/* Has fn(arg) called in the hub, on the next pass. */
__attribute__((unused)) static void in_hub(eventlet_hub_fn *fn, void *arg)
{
    CHECK_CODE(eventlet_hub_schedule_call_global(NULL, eventlet_hubs_get_hub(),
                                                 0, fn, arg),
               0);
}

#endif
