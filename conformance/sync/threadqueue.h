/* SPDX-License-Identifier: MIT */
/* Queues between OS threads under test, whose items are small numbers. */
#ifndef CONFORMANCE_SYNC_THREADQUEUE_H
#define CONFORMANCE_SYNC_THREADQUEUE_H

#include <pthread.h>
#include <sched.h>
#include <stdint.h>

#include "check.h"
#include "eventlet.h"
#include "sync/notes.h"

__attribute__((unused)) static eventlet_threadqueue *queue_of(int maxsize)
{
    eventlet_threadqueue *q = NULL;

    CHECK_CODE(eventlet_threadqueue_new(&q, maxsize), 0);
    return q;
}

__attribute__((unused)) static int put(eventlet_threadqueue *q, int n)
{
    return eventlet_threadqueue_put(q, number(n));
}

__attribute__((unused)) static int put_nowait(eventlet_threadqueue *q, int n)
{
    return eventlet_threadqueue_put_nowait(q, number(n));
}

__attribute__((unused)) static int put_within(eventlet_threadqueue *q, int n,
                                              double seconds)
{
    return eventlet_threadqueue_put_timeout(q, number(n), seconds);
}

/* The item, or the code. */
__attribute__((unused)) static int get(eventlet_threadqueue *q)
{
    void *item = NULL;
    int rc = eventlet_threadqueue_get(q, &item);

    return rc < 0 ? rc : (int)(intptr_t)item;
}

__attribute__((unused)) static int get_nowait(eventlet_threadqueue *q)
{
    void *item = NULL;
    int rc = eventlet_threadqueue_get_nowait(q, &item);

    return rc < 0 ? rc : (int)(intptr_t)item;
}

__attribute__((unused)) static int get_within(eventlet_threadqueue *q,
                                              double seconds)
{
    void *item = NULL;
    int rc = eventlet_threadqueue_get_timeout(q, &item, seconds);

    return rc < 0 ? rc : (int)(intptr_t)item;
}

__attribute__((unused)) static void check_lines(eventlet_threadqueue *q,
                                                int getting, int putting)
{
    CHECK_INT(eventlet_threadqueue_getting(q), getting);
    CHECK_INT(eventlet_threadqueue_putting(q), putting);
}

/* ---- who gets, and who puts ---- */

enum { UNDECIDED = 1000 }; /* in `rc`: the call has not returned */

struct user {
    eventlet_threadqueue *q;
    const char *name; /* NULL: says nothing */
    int item;
    double seconds;
    int rc; /* of its call; of a getter, the item */
    eventlet_greenthread *gt;
    pthread_t thread;
};

/* "A=1" for what was got, "a" for what was put, "A!" for what failed. */
__attribute__((unused)) static void say_how_it_went(const struct user *u)
{
    char word[64];

    if (!u->name)
        return;
    snprintf(word, sizeof word,
             u->rc < 0 ? "%s!"
             : u->rc   ? "%s=%d"
                       : "%s",
             u->name, u->rc);
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
    say_how_it_went(u);
    return 0;
}

/* As many as wait in both lines. */
__attribute__((unused)) static size_t waiting(eventlet_threadqueue *q)
{
    return eventlet_threadqueue_getting(q) + eventlet_threadqueue_putting(q);
}

/* A to E, who get; a to e, who put 1, 2 …: green threads of this hub. */
__attribute__((unused)) static void start_users(struct user *users, int n,
                                                eventlet_threadqueue *q,
                                                eventlet_fn *fn)
{
    static const char *names[] = { "A", "B", "C", "D", "E",
                                   "a", "b", "c", "d", "e" };

    for (int i = 0; i < n; i++) {
        users[i] = (struct user){ .q = q,
                                  .name = names[i + (fn == putter ? 5 : 0)],
                                  .item = i + 1,
                                  .seconds = EVENTLET_NEVER,
                                  .rc = UNDECIDED };
        CHECK_CODE(eventlet_spawn(&users[i].gt, fn, &users[i]), 0);
    }
    let_others_run();
}

__attribute__((unused)) static void end_users(struct user *users, int n)
{
    for (int i = 0; i < n; i++)
        eventlet_reap(users[i].gt);
}

/* ---- OS threads ---- */

__attribute__((unused)) static void *get_in_thread(void *user)
{
    struct user *u = user;

    u->rc = get_within(u->q, u->seconds);
    CHECK_STR(eventlet_hubs_current_name(), NULL);
    return NULL;
}

__attribute__((unused)) static void *put_in_thread(void *user)
{
    struct user *u = user;

    u->rc = put_within(u->q, u->item, u->seconds);
    CHECK_STR(eventlet_hubs_current_name(), NULL);
    return NULL;
}

/* An OS thread without a hub, which waits when it returns. */
__attribute__((unused)) static void start_thread(struct user *u,
                                                 eventlet_threadqueue *q,
                                                 int item, void *(*fn)(void *))
{
    size_t before = waiting(q);

    *u = (struct user){
        .q = q, .item = item, .seconds = EVENTLET_NEVER, .rc = UNDECIDED
    };
    CHECK_INT(pthread_create(&u->thread, NULL, fn, u), 0);
    while (waiting(q) == before)
        sched_yield();
}

__attribute__((unused)) static int end_thread(struct user *u)
{
    pthread_join(u->thread, NULL);
    return u->rc;
}

/* In another OS thread, to its end: the calling one's hub stands still. */
__attribute__((unused)) static void elsewhere(void *(*fn)(void *), void *arg)
{
    pthread_t thread;

    if (CHECK_INT(pthread_create(&thread, NULL, fn, arg), 0))
        pthread_join(thread, NULL);
}

/* Letters are read as a pass begins, and who yields may be in front of those
 * that they wake. */
__attribute__((unused)) static void let_woken_run(void)
{
    let_others_run();
    let_others_run();
}

__attribute__((unused)) static void *put_one(void *q)
{
    CHECK_CODE(put_nowait(q, 1), 0);
    return NULL;
}

__attribute__((unused)) static void *get_one(void *q)
{
    CHECK(get_nowait(q) > 0);
    return NULL;
}

__attribute__((unused)) static void *close_it(void *q)
{
    eventlet_threadqueue_close(q);
    return NULL;
}

#endif
