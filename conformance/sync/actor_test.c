/* SPDX-License-Identifier: MIT */
/* Mailboxes. */
#include <errno.h>
#include <pthread.h>

#include "check.h"
#include "eventlet.h"
#include "sync/notes.h"

static eventlet_actor *actor_new(int concurrency, eventlet_received_fn *fn,
                                 void *arg)
{
    eventlet_actor *actor = NULL;

    CHECK_CODE(eventlet_actor_new(&actor, concurrency, fn, arg), 0);
    notes();
    return actor;
}

static void cast(eventlet_actor *actor, void *message)
{
    CHECK_CODE(eventlet_actor_cast(actor, message), 0);
}

/* Ends it, and what has to run for that. */
static void end(eventlet_actor *actor)
{
    eventlet_actor_free(actor);
    clock_advance(10);
}

static int note_message(void *message, void *arg)
{
    (void)arg;
    note(message);
    return 0;
}

/* Says when it begins and when it ends, a second later. */
static int take_a_second(void *message, void *arg)
{
    char word[16];
    int rc;

    (void)arg;
    note(message);
    rc = eventlet_sleep(1);
    snprintf(word, sizeof word, "/%s", (const char *)message);
    note(word);
    return rc;
}

GREEN_TEST(actor, a_message_is_received_later, "actor.1")
{
    eventlet_actor *actor = actor_new(1, note_message, NULL);

    cast(actor, "one");
    CHECK_STR(notes(), "");
    clock_advance(0);
    CHECK_STR(notes(), "one");
    cast(actor, "two");
    CHECK_STR(notes(), "");
    clock_advance(0);
    CHECK_STR(notes(), "two");
    end(actor);
    eventlet_actor_free(NULL);
}

static int note_arg(void *message, void *arg)
{
    (void)message;
    note(arg);
    return 0;
}

static int cast_in_hub(void *actor)
{
    return eventlet_actor_cast(actor, "unused");
}

GREEN_TEST(actor, the_hub_may_cast, "actor.1")
{
    eventlet_actor *actor = actor_new(1, note_arg, "its own");

    clock_advance(0);
    CHECK_CODE(eventlet_hub_schedule_call_global(NULL, eventlet_hubs_get_hub(),
                                                 0, cast_in_hub, actor),
               0);
    clock_advance(0);
    CHECK_STR(notes(), "its own");
    end(actor);
}

GREEN_TEST(actor, several_cast_at_once_are_received_in_order, "actor.2")
{
    eventlet_actor *actor = actor_new(1, note_message, NULL);

    cast(actor, "A");
    cast(actor, "B");
    CHECK_INT(eventlet_actor_waiting(actor), 2);
    clock_advance(0);
    CHECK_STR(notes(), "A B");
    CHECK_INT(eventlet_actor_waiting(actor), 0);
    end(actor);
}

GREEN_TEST(actor, several_reach_one_that_waits_already, "actor.2 actor.4")
{
    eventlet_actor *actor = actor_new(1, note_message, NULL);

    clock_advance(1); /* it waits for the first */
    cast(actor, "A");
    cast(actor, "B");
    clock_advance(0);
    CHECK_STR(notes(), "A B");
    end(actor);
}

GREEN_TEST(actor, a_receiver_that_waits_keeps_the_order, "actor.2")
{
    static char *messages[] = { "1", "2", "3", "4", "5" };
    eventlet_actor *actor = actor_new(1, take_a_second, NULL);

    for (int i = 0; i < 5; i++)
        cast(actor, messages[i]);
    clock_advance(1.5);
    CHECK_STR(notes(), "1 /1 2");
    CHECK_INT(eventlet_actor_waiting(actor), 3);
    clock_advance(10);
    CHECK_STR(notes(), "/2 3 /3 4 /4 5 /5");
    end(actor);
}

struct timed {
    char *name;
    double seconds;
};

static int take_its_time(void *message, void *arg)
{
    const struct timed *t = message;
    int rc = eventlet_sleep(t->seconds);

    (void)arg;
    note(t->name);
    return rc;
}

GREEN_TEST(actor, with_two_at_a_time_the_quick_overtakes, "actor.3")
{
    struct timed slow = { "slow", 2 }, quick = { "quick", 1 };
    eventlet_actor *actor = actor_new(2, take_its_time, NULL);
    const eventlet_greenpool *pool = eventlet_actor_pool(actor);

    CHECK_INT(eventlet_greenpool_free_count(pool), 2);
    cast(actor, &slow);
    cast(actor, &quick);
    clock_advance(0.5);
    CHECK_INT(eventlet_greenpool_free_count(pool), 0);
    clock_advance(1);
    CHECK_STR(notes(), "quick");
    CHECK_INT(eventlet_greenpool_free_count(pool), 1);
    clock_advance(1);
    CHECK_STR(notes(), "slow");
    CHECK_INT(eventlet_greenpool_free_count(pool), 2);
    end(actor);
}

GREEN_TEST(actor, a_third_waits_for_one_of_two, "actor.2 actor.3")
{
    static char *messages[] = { "A", "B", "C" };
    eventlet_actor *actor = actor_new(2, take_a_second, NULL);

    for (int i = 0; i < 3; i++)
        cast(actor, messages[i]);
    clock_advance(0.5);
    CHECK_STR(notes(), "A B");
    clock_advance(2);
    CHECK_STR(notes(), "/A /B C /C");
    end(actor);
}

static int cast_the_next(void *message, void *arg)
{
    eventlet_actor **actor = arg;

    note(message);
    return strcmp(message, "A") == 0 ? eventlet_actor_cast(*actor, "B") : 0;
}

GREEN_TEST(actor, a_receiver_may_cast, "actor.4")
{
    eventlet_actor *actor = NULL;

    CHECK_CODE(eventlet_actor_new(&actor, 1, cast_the_next, &actor), 0);
    notes();
    cast(actor, "A");
    clock_advance(0);
    CHECK_STR(notes(), "A B");
    end(actor);
}

static int fail_at_first(void *message, void *arg)
{
    (void)arg;
    note(message);
    return strcmp(message, "A") == 0 ? EVENTLET_USER(5) : 0;
}

GREEN_TEST(actor, a_failure_ends_its_message_only, "actor.5")
{
    eventlet_actor *actor = actor_new(1, fail_at_first, NULL);

    catch_log();
    cast(actor, "A");
    cast(actor, "B");
    clock_advance(0);
    release_log();
    CHECK_STR(notes(), "A B");
    CHECK_INT(logged_lines, 1);
    CHECK_HAS(logged_line, "EVENTLET_USER(5)");
    end(actor);
}

static int wait_to_be_killed(void *message, void *arg)
{
    int rc;

    *(eventlet_greenthread **)arg = eventlet_getcurrent();
    note(message);
    rc = eventlet_sleep(1);
    note(rc < 0 ? "killed" : "done");
    return rc;
}

GREEN_TEST(actor, a_kill_ends_its_message_only, "actor.5")
{
    eventlet_greenthread *receiver = NULL;
    eventlet_actor *actor = actor_new(1, wait_to_be_killed, &receiver);

    cast(actor, "A");
    cast(actor, "B");
    clock_advance(0.5);
    CHECK_CODE(eventlet_kill(receiver, 0), 0);
    clock_advance(2);
    CHECK_STR(notes(), "A killed B done");
    end(actor);
}

GREEN_TEST(actor, freed_it_drops_what_was_not_begun, "actor.6")
{
    static char *messages[] = { "A", "B", "C" };
    eventlet_actor *actor = actor_new(1, take_a_second, NULL);

    for (int i = 0; i < 3; i++)
        cast(actor, messages[i]);
    clock_advance(0.5);
    eventlet_actor_free(actor);
    clock_advance(10);
    CHECK_STR(notes(), "A /A");
}

GREEN_TEST(actor, freed_before_it_began_it_receives_nothing, "actor.6")
{
    eventlet_actor *actor = actor_new(1, note_message, NULL);

    cast(actor, "A");
    end(actor);
    CHECK_STR(notes(), "");
}

static int free_it(void *message, void *arg)
{
    eventlet_actor **actor = arg;

    note(message);
    eventlet_actor_free(*actor);
    return eventlet_sleep(1);
}

GREEN_TEST(actor, a_receiver_may_free_its_actor, "actor.6")
{
    eventlet_actor *actor = NULL;

    CHECK_CODE(eventlet_actor_new(&actor, 1, free_it, &actor), 0);
    notes();
    cast(actor, "A");
    cast(actor, "B");
    clock_advance(10);
    CHECK_STR(notes(), "A");
}

GREEN_TEST(actor, concurrency_is_checked, "actor.7")
{
    eventlet_actor *actor = NULL;

    CHECK_CODE(eventlet_actor_new(&actor, 0, note_message, NULL), -EINVAL);
    CHECK_CODE(eventlet_actor_new(&actor, -1, note_message, NULL), -EINVAL);
    CHECK_PTR(actor, NULL);
}

static int count_message(void *message, void *arg)
{
    (void)message;
    ++*(int *)arg;
    return 0;
}

/* Whatever failed: what was cast is received. Stacks of another size are to be
 * had anew, and that may fail as well. */
static int cast_twice(void *arg)
{
    eventlet_actor *actor;
    int received = 0, casts = 0;
    int rc = eventlet_actor_new(&actor, 1, count_message, &received);

    (void)arg;
    if (rc < 0)
        return rc;
    CHECK_CODE(eventlet_set_stack_size(96 * 1024), 0);
    for (int i = 0; rc == 0 && i < 2; i++) {
        rc = eventlet_actor_cast(actor, NULL);
        casts += rc == 0;
    }
    for (int i = 0; i < 10; i++)
        (void)!eventlet_sleep(0);
    CHECK_INT(received, casts);
    eventlet_actor_free(actor);
    for (int i = 0; i < 10; i++)
        (void)!eventlet_sleep(0);
    CHECK_CODE(eventlet_set_stack_size(64 * 1024), 0);
    return rc;
}

TEST(actor, without_memory_no_message_is_lost, "actor.8")
{
    FAULT_EACH(cast_twice, NULL);
}

static void *cast_elsewhere(void *actor)
{
    CHECK_CODE(eventlet_actor_cast(actor, NULL), -EPERM);
    return NULL;
}

GREEN_TEST(actor, another_os_thread_is_refused, "actor.9")
{
    eventlet_actor *actor = actor_new(1, note_message, NULL);
    pthread_t thread;

    REQUIRE_INT(pthread_create(&thread, NULL, cast_elsewhere, actor), 0);
    pthread_join(thread, NULL);
    CHECK_INT(eventlet_actor_waiting(actor), 0);
    end(actor);
}
