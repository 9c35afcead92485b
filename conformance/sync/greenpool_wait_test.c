/* SPDX-License-Identifier: MIT */
/* Pools: places that come back, and who waits for them. */
#include "check.h"
#include "sync/notes.h"
#include "sync/pool.h"

#include <errno.h>
#include <stdint.h>

/* ---- places come back ---- */

GREEN_TEST(greenpool, errors_give_the_place_back, "greenpool.7")
{
    static const int codes[] = { 7, EVENTLET_USER(1), EVENTLET_EXIT };
    eventlet_greenpool *pool = pool_of(1);

    catch_log();
    for (int i = 0; i < 3; i++) {
        eventlet_greenthread *gt;
        void *code = number(codes[i]);

        CHECK_CODE(eventlet_greenpool_spawn_n(pool, give, code), 0);
        CHECK_CODE(eventlet_greenpool_spawn(pool, NULL, give, code), 0);
        CHECK_CODE(eventlet_greenpool_spawn(pool, &gt, give, code), 0);
        CHECK_CODE(eventlet_wait(gt), codes[i]);
        eventlet_release(gt);
        check_counts(pool, 0, 1, 0);
    }
    release_log();
    CHECK_INT(logged_lines, 3);
    eventlet_greenpool_free(pool);
}

static void fail_to_log(void *arg, enum eventlet_level level, const char *line)
{
    (void)arg;
    (void)level;
    (void)line;
    errno = EIO;
}

GREEN_TEST(greenpool, failing_log_keeps_no_place, "greenpool.7")
{
    eventlet_greenpool *pool = pool_of(1);

    eventlet_log_to(fail_to_log, NULL);
    CHECK_CODE(eventlet_greenpool_spawn_n(pool, give, number(-EIO)), 0);
    CHECK_CODE(eventlet_greenpool_waitall(pool), 0);
    eventlet_log_to(NULL, NULL);
    check_counts(pool, 0, 1, 0);
    eventlet_greenpool_free(pool);
}

GREEN_TEST(greenpool, killed_member_gives_its_place_back, "greenpool.7")
{
    eventlet_greenpool *pool = pool_of(1);
    eventlet_greenthread *gt;

    REQUIRE_CODE(eventlet_greenpool_spawn(pool, &gt, nap, NULL), 0);
    let_others_run();
    check_counts(pool, 1, 0, 0);
    CHECK_CODE(eventlet_kill(gt, EVENTLET_EXIT), 0);
    CHECK_CODE(eventlet_wait(gt), EVENTLET_EXIT);
    check_counts(pool, 0, 1, 0);
    eventlet_release(gt);
    eventlet_greenpool_free(pool);
}

GREEN_TEST(greenpool, killed_before_its_start_too, "greenpool.7")
{
    eventlet_greenpool *pool = pool_of(1);
    eventlet_greenthread *gt;

    notes();
    REQUIRE_CODE(eventlet_greenpool_spawn(pool, &gt, say, "never"), 0);
    check_counts(pool, 1, 0, 0);
    CHECK_CODE(eventlet_kill(gt, EVENTLET_EXIT), 0);
    check_counts(pool, 0, 1, 0);
    CHECK_CODE(eventlet_greenpool_spawn_n(pool, say, "next"), 0);
    CHECK_CODE(eventlet_greenpool_waitall(pool), 0);
    CHECK_STR(notes(), "next");
    eventlet_release(gt);
    eventlet_greenpool_free(pool);
}

static int arm_local_timer(void *fired)
{
    return eventlet_hub_schedule_call_local(NULL, eventlet_hubs_get_hub(), 1,
                                            say, fired);
}

GREEN_TEST(greenpool, local_timers_end_with_their_member, "greenpool.7")
{
    eventlet_greenpool *pool = pool_of(2);

    notes();
    CHECK_CODE(eventlet_greenpool_spawn_n(pool, arm_local_timer, "fired"), 0);
    CHECK_CODE(eventlet_greenpool_waitall(pool), 0);
    clock_advance(2);
    CHECK_STR(notes(), "");
    eventlet_greenpool_free(pool);
}

/* ---- who waits for a place ---- */

GREEN_TEST(greenpool, places_are_given_in_order, "greenpool.4")
{
    eventlet_greenpool *pool = pool_of(1);
    struct outsider one = { pool, say_and_nap, "one", 0 };
    struct outsider two = { pool, say_and_nap, "two", 0 };
    struct outsider late = { pool, say_and_nap, "late", 0 };
    eventlet_greenthread *gts[3];

    notes();
    CHECK_CODE(eventlet_greenpool_spawn_n(pool, say_and_nap, "first"), 0);
    gts[0] = outside(&one);
    gts[1] = outside(&two);
    CHECK_CODE(eventlet_greenpool_resize(pool, 2), 0); /* wakes one … */
    gts[2] = outside_soon(&late); /* … and before it runs, another comes */
    clock_advance(5);
    CHECK_STR(notes(), "first one two late");
    for (int i = 0; i < 3; i++)
        CHECK_CODE(eventlet_reap(gts[i]), 0);
    eventlet_greenpool_free(pool);
}

/* A consumer is first to spawn into a pool of two, a producer second. */
struct market {
    eventlet_greenpool *pool;
    eventlet_greenthread *consumer;
};

static int consume(void *arg)
{
    (void)arg;
    note("cons1");
    CHECK_CODE(eventlet_sleep(10), EVENTLET_USER(1));
    note("cons2");
    return 0;
}

static int produce(void *arg)
{
    struct market *m = arg;

    note("prod");
    return eventlet_kill(m->consumer, EVENTLET_USER(1));
}

GREEN_TEST(greenpool, members_take_turns, "greenpool.3")
{
    struct market m = { pool_of(2), NULL };

    notes();
    CHECK_CODE(eventlet_greenpool_spawn(m.pool, &m.consumer, consume, NULL), 0);
    CHECK_CODE(eventlet_greenpool_spawn_n(m.pool, produce, &m), 0);
    CHECK_CODE(eventlet_greenpool_waitall(m.pool), 0);
    CHECK_STR(notes(), "cons1 prod cons2");
    eventlet_reap(m.consumer);
    eventlet_greenpool_free(m.pool);
}

GREEN_TEST(greenpool, thrown_at_it_takes_no_place, "greenpool.12")
{
    eventlet_greenpool *pool = pool_of(1);
    struct eventlet_timeout t;

    notes();
    CHECK_CODE(eventlet_greenpool_spawn_n(pool, nap, NULL), 0);
    CHECK_CODE(eventlet_timeout_start(&t, 0.5), 0);
    CHECK_CODE(eventlet_greenpool_spawn_n(pool, say, "never"),
               EVENTLET_TIMEOUT);
    CHECK(eventlet_timeout_cancel(&t));
    check_counts(pool, 1, 0, 0);
    CHECK_CODE(eventlet_greenpool_waitall(pool), 0);
    check_counts(pool, 0, 1, 0);
    CHECK_CODE(eventlet_greenpool_spawn_n(pool, say, "next"), 0);
    CHECK_CODE(eventlet_greenpool_waitall(pool), 0);
    CHECK_STR(notes(), "next");
    eventlet_greenpool_free(pool);
}

GREEN_TEST(greenpool, killed_when_woken_the_next_gets_in, "greenpool.12")
{
    eventlet_greenpool *pool = pool_of(1);
    struct outsider one = { pool, say, "one", 0 };
    struct outsider two = { pool, say, "two", 0 };
    eventlet_greenthread *a, *b;

    catch_log();
    notes();
    CHECK_CODE(eventlet_greenpool_spawn_n(pool, nap, NULL), 0);
    a = outside(&one);
    b = outside(&two);
    CHECK_CODE(eventlet_greenpool_resize(pool, 2), 0); /* wakes one */
    CHECK_CODE(eventlet_kill(a, EVENTLET_USER(1)), 0);
    CHECK_CODE(one.rc, EVENTLET_USER(1));
    let_others_run();
    let_others_run();
    CHECK_STR(notes(), "two");
    check_counts(pool, 1, 1, 0);
    CHECK_CODE(eventlet_reap(a), EVENTLET_USER(1));
    CHECK_CODE(eventlet_reap(b), 0);
    CHECK_CODE(eventlet_greenpool_waitall(pool), 0);
    eventlet_greenpool_free(pool);
    release_log();
}

GREEN_TEST(greenpool, a_timeout_does_not_beat_a_place, "greenpool.12")
{
    eventlet_greenpool *pool = pool_of(1);
    struct eventlet_timeout t;

    notes();
    CHECK_CODE(eventlet_greenpool_spawn_n(pool, nap, NULL), 0);
    let_others_run();
    CHECK_CODE(eventlet_timeout_start(&t, 1), 0); /* due with the nap's end */
    CHECK_CODE(eventlet_greenpool_spawn_n(pool, say, "in time"), 0);
    CHECK(!eventlet_timeout_cancel(&t));
    CHECK_CODE(eventlet_greenpool_waitall(pool), 0);
    CHECK_STR(notes(), "in time");
    eventlet_greenpool_free(pool);
}

/* ---- waitall ---- */

GREEN_TEST(greenpool, waitall_of_an_empty_one_does_not_yield, "greenpool.8")
{
    eventlet_greenpool *pool = pool_of(2);

    notes();
    CHECK_CODE(eventlet_spawn(NULL, say, "other"), 0);
    CHECK_CODE(eventlet_greenpool_waitall(pool), 0);
    CHECK_STR(notes(), "");
    let_others_run();
    CHECK_STR(notes(), "other");
    eventlet_greenpool_free(pool);
}

static int spawn_later(void *pool)
{
    int rc = eventlet_sleep(1);

    return rc < 0 ? rc : eventlet_greenpool_spawn_n(pool, nap, NULL);
}

GREEN_TEST(greenpool, waitall_waits_for_later_members, "greenpool.8")
{
    eventlet_greenpool *pool = pool_of(2);
    double before = eventlet_hub_clock(eventlet_hubs_get_hub());

    CHECK_CODE(eventlet_greenpool_spawn_n(pool, spawn_later, pool), 0);
    CHECK_CODE(eventlet_greenpool_waitall(pool), 0);
    CHECK_DBL_NEAR(eventlet_hub_clock(eventlet_hubs_get_hub()) - before, 2,
                   0.001);
    eventlet_greenpool_free(pool);
}

GREEN_TEST(greenpool, waitall_waits_for_who_is_about_to_get_in, "greenpool.8")
{
    eventlet_greenpool *pool = pool_of(1);
    struct outsider one = { pool, say_and_nap, "one", 0 };
    eventlet_greenthread *gt;

    notes();
    CHECK_CODE(eventlet_greenpool_spawn_n(pool, nap, NULL), 0);
    gt = outside(&one);
    CHECK_CODE(eventlet_greenpool_waitall(pool), 0);
    CHECK_STR(notes(), "one");
    check_counts(pool, 0, 1, 0);
    CHECK_CODE(eventlet_reap(gt), 0);
    eventlet_greenpool_free(pool);
}

GREEN_TEST(greenpool, waitall_does_not_wait_for_who_cannot_get_in,
           "greenpool.8")
{
    eventlet_greenpool *pool = pool_of(1);
    struct outsider one = { pool, say, "one", 0 };
    eventlet_greenthread *gt;

    notes();
    CHECK_CODE(eventlet_greenpool_spawn_n(pool, nap, NULL), 0);
    gt = outside(&one);
    CHECK_CODE(eventlet_greenpool_resize(pool, 0), 0);
    CHECK_CODE(eventlet_greenpool_waitall(pool), 0);
    check_counts(pool, 0, 0, 1);
    CHECK_STR(notes(), "");
    CHECK_CODE(eventlet_reap(gt), EVENTLET_EXIT);
    eventlet_greenpool_free(pool);
}

GREEN_TEST(greenpool, waitall_ends_when_the_last_in_line_gives_up,
           "greenpool.8 greenpool.12")
{
    eventlet_greenpool *pool = pool_of(0);
    struct outsider one = { pool, say, "one", 0 };
    eventlet_greenthread *gt = outside(&one), *waiter;

    CHECK_CODE(eventlet_greenpool_resize(pool, 1), 0); /* wakes one */
    CHECK_CODE(eventlet_spawn(&waiter, wait_for_all, pool), 0);
    CHECK_CODE(eventlet_kill(gt, EVENTLET_EXIT), 0);
    let_others_run();
    CHECK(eventlet_dead(waiter));
    CHECK_CODE(eventlet_reap(waiter), 0);
    CHECK_CODE(eventlet_reap(gt), EVENTLET_EXIT);
    eventlet_greenpool_free(pool);
}

static int wait_inside(void *pool)
{
    CHECK_CODE(eventlet_greenpool_waitall(pool), EVENTLET_FROM_MEMBER);
    return 0;
}

GREEN_TEST(greenpool, waitall_is_refused_to_members, "greenpool.9")
{
    eventlet_greenpool *pool = pool_of(2), *other = pool_of(1);
    eventlet_greenthread *gt;

    CHECK_CODE(eventlet_greenpool_spawn(pool, &gt, wait_inside, pool), 0);
    CHECK_CODE(eventlet_greenpool_spawn_n(pool, wait_inside, pool), 0);
    CHECK_CODE(eventlet_greenpool_spawn_n(pool, wait_for_all, other), 0);
    CHECK_CODE(eventlet_greenpool_waitall(pool), 0);
    eventlet_reap(gt);
    eventlet_greenpool_free(pool);
    eventlet_greenpool_free(other);
}

static void wait_at_the_end(eventlet_greenthread *gt, void *pool)
{
    (void)gt;
    CHECK_CODE(eventlet_greenpool_waitall(pool), 0);
}

GREEN_TEST(greenpool, who_has_ended_is_no_member, "greenpool.9")
{
    eventlet_greenpool *pool = pool_of(2);
    eventlet_greenthread *gt;

    CHECK_CODE(eventlet_greenpool_spawn(pool, &gt, give, NULL), 0);
    CHECK_CODE(eventlet_link(gt, wait_at_the_end, pool), 0);
    CHECK_CODE(eventlet_wait(gt), 0);
    eventlet_release(gt);
    eventlet_greenpool_free(pool);
}

GREEN_TEST(greenpool, thrown_at_in_waitall_members_go_on, "greenpool.12")
{
    eventlet_greenpool *pool = pool_of(2);
    struct eventlet_timeout t;

    CHECK_CODE(eventlet_greenpool_spawn_n(pool, nap, NULL), 0);
    CHECK_CODE(eventlet_timeout_start(&t, 0.5), 0);
    CHECK_CODE(eventlet_greenpool_waitall(pool), EVENTLET_TIMEOUT);
    CHECK(eventlet_timeout_cancel(&t));
    check_counts(pool, 1, 1, 0);
    CHECK_CODE(eventlet_greenpool_waitall(pool), 0);
    check_counts(pool, 0, 2, 0);
    eventlet_greenpool_free(pool);
}
