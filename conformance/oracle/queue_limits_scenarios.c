/* SPDX-License-Identifier: MIT */
/* Section D of the rules: queues whose users are thrown at, run out of time or
 * do not wait; and tasks. */
#include "queue.h"

#include <stdlib.h>

static void get_in_main(eventlet_queue *q)
{
    say("main", "%ld", get(q));
}

/* ---- thrown at ---- */

SCENARIO(queue_getter_killed)
{
    eventlet_queue *q = queue_of(EVENTLET_UNLIMITED);
    eventlet_greenthread *one = gets(q, "one", 1);

    eventlet_sleep(0);
    must(put(q, 1));
    must(eventlet_kill(one, EVENTLET_USER(1)));
    gets(q, "two", 1);
    yield_times(2);
    tell_queue(q);
}

SCENARIO(queue_getter_timed_out)
{
    eventlet_queue *q = queue_of(EVENTLET_UNLIMITED);

    gets_within(q, "one", 0.001);
    gets(q, "two", 1);
    eventlet_sleep(0.01);
    tell_queue(q);
    must(put(q, 1));
    eventlet_sleep(0);
    tell_queue(q);
}

SCENARIO(queue_putter_killed)
{
    eventlet_queue *q = queue_of(0);
    eventlet_greenthread *one = puts_from(q, "one", 1, 1);

    eventlet_sleep(0);
    must(eventlet_kill(one, EVENTLET_USER(1)));
    tell_queue(q);
    puts_from(q, "two", 2, 1);
    get_in_main(q);
    eventlet_sleep(0);
}

SCENARIO(queue_putter_killed_by_getter)
{
    eventlet_queue *q = queue_of(0);
    eventlet_greenthread *putter = puts_from(q, "putter", 1, 1);

    eventlet_sleep(0);
    get_in_main(q);
    must(eventlet_kill(putter, EVENTLET_USER(1)));
    tell_queue(q);
}

/* ---- limits of time ---- */

SCENARIO(queue_timeouts)
{
    eventlet_queue *q = queue_of(0);

    say("main", "%s", code(put_within(q, 1, 0.001)));
    say("main", "%s", code(get_nowait(q)));
    say("main", "%s", code(get_within(q, 0.001)));
    say("main", "%s", code(get_within(q, 0)));
    say("main", "%s", code(put_within(q, 1, -1)));
    tell_queue(q);
}

SCENARIO(queue_zero_timeout_yields)
{
    eventlet_queue *q = queue_of(EVENTLET_UNLIMITED);

    spawn(speak, line("other", "runs"));
    say("main", "%s", code(get_within(q, 0)));
    eventlet_sleep(0);
}

static int put_one(void *q)
{
    return put(q, 1);
}

SCENARIO(queue_zero_timeout_item_comes)
{
    eventlet_queue *q = queue_of(EVENTLET_UNLIMITED);

    spawn(put_one, q);
    say("main", "%s", code(get_within(q, 0)));
    eventlet_sleep(0);
    tell_queue(q);
}

SCENARIO(queue_other_timeout)
{
    eventlet_queue *q = queue_of(EVENTLET_UNLIMITED);
    struct eventlet_timeout t;

    must(eventlet_timeout_start_silent(&t, 0.001));
    say("main", "%s", code(get_within(q, 5)));
    eventlet_timeout_cancel(&t);
    must(eventlet_timeout_start(&t, 0.001));
    say("main", "%s", code(get(q)));
    eventlet_timeout_cancel(&t);
    tell_queue(q);
}

/* ---- without waiting ---- */

SCENARIO(queue_nowait)
{
    eventlet_queue *q = queue_of(1);

    say("main", "%s", code(get_nowait(q)));
    say("main", "%s", code(put_nowait(q, 1)));
    say("main", "%s", code(put_nowait(q, 2)));
    say("main", "%s", code(get_nowait(q)));
}

SCENARIO(queue_nowait_feeds_getter)
{
    eventlet_queue *q = queue_of(0);

    gets(q, "getter", 1);
    eventlet_sleep(0);
    say("main", "%s", code(put_nowait(q, 1)));
    eventlet_sleep(0);
    say("main", "%s", code(put_nowait(q, 2)));
    tell_queue(q);
}

SCENARIO(queue_nowait_relieves_putter)
{
    eventlet_queue *q = queue_of(0);

    puts_from(q, "putter", 1, 1);
    eventlet_sleep(0);
    say("main", "%s", code(get_nowait(q)));
    eventlet_sleep(0);
    tell_queue(q);
}

/* ---- in the hub ---- */

struct item {
    eventlet_queue *q;
    int n;
};

static int put_in_hub(void *arg)
{
    const struct item *item = arg;

    say("hub", "%s", code(put_nowait(item->q, item->n)));
    return 0;
}

static int get_in_hub(void *q)
{
    say("hub", "%s", code(get_nowait(q)));
    return 0;
}

SCENARIO(queue_hub_nowait)
{
    struct item one = { queue_of(1), 1 }, two = { one.q, 2 };

    after(0, put_in_hub, &one);
    after(0, put_in_hub, &two);
    after(0, get_in_hub, one.q);
    after(0, get_in_hub, one.q);
    eventlet_sleep(0);
}

static int get_and_tell_later(void *q)
{
    long n = get(q);

    eventlet_sleep(0);
    say("getter", "%ld", n);
    return 0;
}

SCENARIO(queue_hub_feeds_getter)
{
    struct item ten = { queue_of(0), 10 };

    spawn(get_and_tell_later, ten.q);
    eventlet_sleep(0);
    after(0, put_in_hub, &ten);
    yield_times(4);
    tell_queue(ten.q);
}

static int put_and_tell_later(void *q)
{
    must(put(q, 5));
    eventlet_sleep(0);
    say("putter", "has put");
    return 0;
}

SCENARIO(queue_hub_relieves_putter)
{
    eventlet_queue *q = queue_of(0);

    spawn(put_and_tell_later, q);
    eventlet_sleep(0);
    after(0, get_in_hub, q);
    yield_times(4);
    tell_queue(q);
}

/* ---- tasks ---- */

static void tell_tasks(eventlet_queue *q)
{
    say("main", "%zu", eventlet_queue_unfinished_tasks(q));
}

static void done_in_main(eventlet_queue *q)
{
    say("main", "%s", code(eventlet_queue_task_done(q)));
}

SCENARIO(queue_tasks)
{
    eventlet_queue *q = queue_of(EVENTLET_UNLIMITED);

    done_in_main(q);
    must(put(q, 1));
    tell_tasks(q);
    get(q);
    tell_tasks(q);
    done_in_main(q);
    done_in_main(q);
}

SCENARIO(queue_channel_tasks)
{
    eventlet_queue *q = queue_of(0);

    puts_from(q, "putter", 1, 1);
    eventlet_sleep(0);
    tell_tasks(q);
    get(q);
    tell_tasks(q);
    must(eventlet_queue_task_done(q));
    say("main", "%s", code(eventlet_queue_join(q)));
}

struct joiner {
    eventlet_queue *q;
    const char *who;
};

static int join_and_tell(void *arg)
{
    const struct joiner *j = arg;

    say(j->who, "%s", code(eventlet_queue_join(j->q)));
    return 0;
}

SCENARIO(queue_join)
{
    struct joiner joiner = { queue_of(EVENTLET_UNLIMITED), "joiner" };
    eventlet_queue *q = joiner.q;

    say("main", "%s", code(eventlet_queue_join(q)));
    must(put(q, 1));
    must(put(q, 2));
    spawn(join_and_tell, &joiner);
    for (int n = 0; n < 2; n++) {
        eventlet_sleep(0);
        say("main", "done %ld", get(q));
        must(eventlet_queue_task_done(q));
    }
    eventlet_sleep(0);
}

SCENARIO(queue_join_again)
{
    eventlet_queue *q = queue_of(EVENTLET_UNLIMITED);
    struct joiner first = { q, "first" }, second = { q, "second" };

    must(put(q, 1));
    spawn(join_and_tell, &first);
    eventlet_sleep(0);
    must(eventlet_queue_task_done(q));
    must(put(q, 2));
    spawn(join_and_tell, &second);
    yield_times(3);
    say("main", "done");
    must(eventlet_queue_task_done(q));
    yield_times(2);
}
