/* SPDX-License-Identifier: MIT */
/* Section D of the rules: queues, and in what order their users go on. */
#include "queue.h"

#include <stdint.h>
#include <stdlib.h>

/* ---- shared with queue_limits_scenarios.c ---- */

eventlet_queue *queue_of(int size)
{
    eventlet_queue *q;

    must(eventlet_queue_new(&q, size));
    return q;
}

void tell_queue(eventlet_queue *q)
{
    say("queue", "size %zu empty %s full %s getting %d putting %d",
        eventlet_queue_qsize(q), yes(eventlet_queue_empty(q)),
        yes(eventlet_queue_full(q)), eventlet_queue_getting(q),
        eventlet_queue_putting(q));
}

long get_within(eventlet_queue *q, double seconds)
{
    void *item = NULL;
    int rc = eventlet_queue_get_timeout(q, &item, seconds);

    return rc < 0 ? rc : (long)(intptr_t)item;
}

long get(eventlet_queue *q)
{
    void *item = NULL;
    int rc = eventlet_queue_get(q, &item);

    return rc < 0 ? rc : (long)(intptr_t)item;
}

long get_nowait(eventlet_queue *q)
{
    void *item = NULL;
    int rc = eventlet_queue_get_nowait(q, &item);

    return rc < 0 ? rc : (long)(intptr_t)item;
}

int put_within(eventlet_queue *q, long n, double seconds)
{
    return eventlet_queue_put_timeout(q, (void *)(intptr_t)n, seconds);
}

int put(eventlet_queue *q, long n)
{
    return eventlet_queue_put(q, (void *)(intptr_t)n);
}

int put_nowait(eventlet_queue *q, long n)
{
    return eventlet_queue_put_nowait(q, (void *)(intptr_t)n);
}

struct user {
    eventlet_queue *q;
    const char *who;
    int first;
    int count;
    double seconds;
};

static eventlet_greenthread *start(eventlet_fn *fn, struct user user)
{
    struct user *kept = malloc(sizeof *kept);

    if (!kept)
        abort();
    *kept = user;
    return spawn(fn, kept);
}

static int get_and_tell(void *arg)
{
    const struct user *u = arg;

    for (int i = 0; i < u->count; i++)
        say(u->who, "%s", code(get_within(u->q, u->seconds)));
    return 0;
}

eventlet_greenthread *gets(eventlet_queue *q, const char *who, int count)
{
    return start(get_and_tell,
                 (struct user){ q, who, 0, count, EVENTLET_NEVER });
}

eventlet_greenthread *gets_within(eventlet_queue *q, const char *who,
                                  double seconds)
{
    return start(get_and_tell, (struct user){ q, who, 0, 1, seconds });
}

static int put_and_tell(void *arg)
{
    const struct user *u = arg;

    for (int i = 0; i < u->count; i++)
        say(u->who, "puts %d %s", u->first + i, code(put(u->q, u->first + i)));
    return 0;
}

eventlet_greenthread *puts_from(eventlet_queue *q, const char *who, int first,
                                int count)
{
    return start(put_and_tell, (struct user){ q, who, first, count, 0 });
}

static void get_in_main(eventlet_queue *q)
{
    say("main", "%ld", get(q));
}

/* ---- what comes out ---- */

SCENARIO(queue_fifo)
{
    eventlet_queue *q = queue_of(EVENTLET_UNLIMITED);

    tell_queue(q);
    for (int n = 0; n < 3; n++)
        must(put(q, n));
    tell_queue(q);
    for (int n = 0; n < 3; n++)
        get_in_main(q);
}

SCENARIO(queue_sizes)
{
    for (int size = -1; size <= 1; size++)
        tell_queue(queue_of(size));
}

static int compare(const void *a, const void *b, void *arg)
{
    (void)arg;
    return ((intptr_t)a > (intptr_t)b) - ((intptr_t)a < (intptr_t)b);
}

SCENARIO(queue_priority)
{
    static const int numbers[] = { 3, 1, 4, 1, 5, 9, 2, 6 };
    eventlet_queue *q;

    must(eventlet_priorityqueue_new(&q, EVENTLET_UNLIMITED, compare, NULL));
    for (int n = 0; n < 8; n++)
        must(put(q, numbers[n]));
    for (int n = 0; n < 8; n++)
        get_in_main(q);
}

SCENARIO(queue_lifo)
{
    eventlet_queue *q;

    must(eventlet_lifoqueue_new(&q, EVENTLET_UNLIMITED));
    for (int n = 0; n < 3; n++)
        must(put(q, n));
    for (int n = 0; n < 3; n++)
        get_in_main(q);
}

/* ---- with room, with items ---- */

SCENARIO(queue_put_with_room)
{
    eventlet_queue *q = queue_of(EVENTLET_UNLIMITED);

    gets(q, "getter", 1);
    eventlet_sleep(0);
    tell_queue(q);
    must(put(q, 1));
    say("main", "put");
    tell_queue(q);
    eventlet_sleep(0);
    tell_queue(q);
}

SCENARIO(queue_item_taken_first)
{
    eventlet_queue *q = queue_of(EVENTLET_UNLIMITED);

    gets(q, "getter", 1);
    eventlet_sleep(0);
    must(put(q, 1));
    get_in_main(q);
    eventlet_sleep(0);
    tell_queue(q);
    must(put(q, 2));
    eventlet_sleep(0);
    tell_queue(q);
}

SCENARIO(queue_get_of_full)
{
    eventlet_queue *q = queue_of(1);

    must(put(q, 1));
    puts_from(q, "putter", 2, 1);
    eventlet_sleep(0);
    tell_queue(q);
    get_in_main(q);
    tell_queue(q);
    eventlet_sleep(0);
    tell_queue(q);
}

SCENARIO(queue_bounded_turns)
{
    eventlet_queue *q = queue_of(2);

    puts_from(q, "putter", 1, 6);
    gets(q, "getter", 6);
    yield_times(20);
}

/* ---- channels ---- */

SCENARIO(queue_channel_send)
{
    eventlet_queue *q = queue_of(0);

    gets(q, "getter", 2);
    for (int n = 0; n < 2; n++) {
        say("main", "puts %d", n);
        must(put(q, n));
        say("main", "has put");
    }
}

SCENARIO(queue_channel_wait)
{
    eventlet_queue *q = queue_of(0);

    puts_from(q, "putter", 1, 2);
    say("main", "waits");
    get_in_main(q);
    get_in_main(q);
    eventlet_sleep(0);
}

SCENARIO(queue_channel_turns)
{
    eventlet_queue *q = queue_of(0);

    puts_from(q, "putter", 1, 4);
    gets(q, "getter", 4);
    yield_times(10);
    tell_queue(q);
}

SCENARIO(queue_channel_same_pass)
{
    eventlet_queue *q = queue_of(0);

    gets(q, "getter", 1);
    eventlet_sleep(0);
    puts_from(q, "putter", 1, 1);
    eventlet_sleep(0);
    spawn(speak, line("other", "runs"));
    eventlet_sleep(0);
}

SCENARIO(queue_channel_same_pass_late)
{
    eventlet_queue *q = queue_of(0);

    puts_from(q, "putter", 1, 1);
    eventlet_sleep(0);
    gets(q, "getter", 1);
    eventlet_sleep(0);
    spawn(speak, line("other", "runs"));
    eventlet_sleep(0);
}

/* ---- other sizes ---- */

SCENARIO(queue_grow)
{
    eventlet_queue *q = queue_of(0);

    puts_from(q, "putter", 1, 3);
    eventlet_sleep(0);
    eventlet_queue_resize(q, 1);
    tell_queue(q);
    eventlet_sleep(0);
    tell_queue(q);
    eventlet_queue_resize(q, EVENTLET_UNLIMITED);
    eventlet_sleep(0);
    tell_queue(q);
}

SCENARIO(queue_shrink)
{
    eventlet_queue *q = queue_of(5);

    for (int n = 0; n < 5; n++)
        must(put(q, n));
    eventlet_queue_resize(q, 1);
    tell_queue(q);
    say("main", "%s", code(put_nowait(q, 5)));
    for (int n = 0; n < 5; n++)
        get_in_main(q);
    say("main", "%s", code(put_nowait(q, 6)));
}

SCENARIO(queue_resize_negative)
{
    eventlet_queue *q = queue_of(1);

    eventlet_queue_resize(q, -1);
    eventlet_queue_resize(q, -1);
    say("main", "%s", code(put_nowait(q, 1)));
    tell_queue(q);
}

static int by_number(const void *a, const void *b, void *arg)
{
    (void)arg;
    return (int)((intptr_t)a - (intptr_t)b);
}

static void use_green(eventlet_queue *q)
{
    must(put(q, 2));
    must(put(q, 1));
    must(put(q, 3));
    tell_queue(q);
    get_in_main(q);
    eventlet_queue_resize(q, 0);
    tell_queue(q);
}

SCENARIO(queue_green)
{
    eventlet_queue *q;

    must(eventlet_green_queue_new(&q, 0));
    use_green(q);
    must(eventlet_green_priorityqueue_new(&q, 0, by_number, NULL));
    use_green(q);
    must(eventlet_green_lifoqueue_new(&q, 0));
    use_green(q);
}
