/* SPDX-License-Identifier: MIT */
/* imap and starmap: their bounds, their end, and what goes wrong. */
#include "check.h"
#include "sync/map.h"
#include "sync/notes.h"
#include "sync/pool.h"

#include <errno.h>
#include <stdint.h>

/* ---- bounds ---- */

static int at_work, most_at_work;

static int work_a_while(void *n)
{
    int rc;

    at_work++;
    most_at_work = at_work > most_at_work ? at_work : most_at_work;
    rc = eventlet_sleep(1);
    at_work--;
    return rc < 0 ? rc : (int)(intptr_t)n;
}

GREEN_TEST(greenpile, map_runs_size_at_a_time, "greenpile.12")
{
    struct source source = numbers_to(20);
    eventlet_greenmap *map = imap(3, work_a_while, &source);
    int result;

    at_work = most_at_work = 0;
    for (int i = 0; i < 20; i++)
        CHECK_CODE(eventlet_greenmap_next(map, &result, NULL), 0);
    CHECK_INT(most_at_work, 3);
    eventlet_greenmap_free(map);
}

GREEN_TEST(greenpile, map_runs_ahead_only_so_far, "greenpile.12")
{
    struct source source = numbers_to(1000000);
    eventlet_greenmap *map = imap(3, twice, &source);
    int result;

    clock_advance(1);
    CHECK_INT(source.given, 4); /* three unread, one in hand */
    CHECK_CODE(eventlet_greenmap_next(map, &result, NULL), 0);
    clock_advance(1);
    CHECK_INT(source.given, 5);
    CHECK_CODE(eventlet_greenmap_next(map, &result, NULL), 0);
    CHECK_INT(result, 2);
    eventlet_greenmap_free(map);
}

/* Memory is that of `size` records and the stacks' tables; all in order. */
static void map_a_thousand(int size)
{
    struct source source = numbers_to(1000);
    eventlet_greenmap *map = imap(size, work_a_while, &source);
    struct eventlet_live before, now;
    int result = -1;

    eventlet_live(&before);
    for (int i = 0; i < 1000; i++) {
        REQUIRE_CODE(eventlet_greenmap_next(map, &result, NULL), 0);
        REQUIRE_INT(result, i);
        eventlet_live(&now);
        REQUIRE(now.blocks <= before.blocks + size + size / 8 + 8);
        REQUIRE(now.greenthreads <= before.greenthreads + size + 1);
    }
    CHECK_CODE(drain(map), EVENTLET_END);
    eventlet_greenmap_free(map);
}

GREEN_TEST(greenpile, map_of_50_uses_memory_for_50, "greenpile.12")
{
    map_a_thousand(50);
}

GREEN_TEST(greenpile, map_of_500_uses_memory_for_500, "greenpile.12")
{
    map_a_thousand(500);
}

GREEN_TEST(greenpile, map_is_apart_from_its_pool, "greenpile.12")
{
    struct source source = numbers_to(3);
    eventlet_greenpool *pool = pool_of(1);
    eventlet_greenmap *map;
    int result;

    CHECK_CODE(eventlet_greenpool_spawn_n(pool, nap, NULL), 0);
    CHECK_CODE(eventlet_greenpool_imap(pool, &map, twice, next_number, &source),
               0);
    CHECK_CODE(eventlet_greenmap_next(map, &result, NULL), 0);
    check_counts(pool, 1, 0, 0);
    eventlet_greenmap_free(map);
    check_counts(pool, 1, 0, 0);
    CHECK_CODE(eventlet_greenpool_waitall(pool), 0);
    eventlet_greenpool_free(pool);
}

TEST(greenpile, map_needs_a_size, "greenpile.16")
{
    eventlet_greenpool *pool = pool_of(0);
    eventlet_greenmap *map = NULL;

    CHECK_CODE(eventlet_greenpool_imap(pool, &map, twice, next_number, NULL),
               -EINVAL);
    CHECK_CODE(eventlet_greenpool_starmap(pool, &map, twice, NULL, 0), -EINVAL);
    CHECK_PTR(map, NULL);
    eventlet_greenpool_free(pool);
}

/* ---- thrown at ---- */

GREEN_TEST(greenpile, a_timeout_loses_no_result_of_a_map, "greenpile.7")
{
    struct source source = numbers_to(3);
    eventlet_greenmap *map = imap(2, work_a_while, &source);
    int result;

    notes();
    for (int i = 0; i < 3; i++) {
        struct eventlet_timeout t;

        CHECK_CODE(eventlet_timeout_start(&t, 0.3), 0);
        CHECK_CODE(eventlet_greenmap_next(map, &result, NULL),
                   EVENTLET_TIMEOUT);
        CHECK(eventlet_timeout_cancel(&t));
    }
    CHECK_CODE(drain(map), EVENTLET_END);
    CHECK_STR(notes(), "0 1 2");
    eventlet_greenmap_free(map);
}

/* ---- the end ---- */

static int say_how_it_ends(void *arg)
{
    int rc = eventlet_sleep(100);

    (void)arg;
    note(rc == EVENTLET_EXIT ? "killed" : "ended");
    return rc;
}

GREEN_TEST(greenpile, freeing_a_map_ends_its_workers, "greenpile.17")
{
    struct source source = numbers_to(100);
    eventlet_greenmap *map = imap(3, say_how_it_ends, &source);

    notes();
    clock_advance(1);
    eventlet_greenmap_free(map);
    CHECK_STR(notes(), "killed killed killed");
    eventlet_greenmap_free(NULL);
}

GREEN_TEST(greenpile, freeing_a_map_ends_its_source, "greenpile.17")
{
    struct source source = { .n = 3, .last = EVENTLET_END, .pause = 100 };
    eventlet_greenmap *map = imap(3, twice, &source);

    clock_advance(1);
    eventlet_greenmap_free(map);
    map = imap(3, twice, &source); /* and one that has not begun */
    eventlet_greenmap_free(map);
    CHECK_INT(source.given, 0);
}

static int take_one(void *map)
{
    int result;

    return eventlet_greenmap_next(map, &result, NULL);
}

GREEN_TEST(greenpile, freeing_a_map_tells_its_readers, "greenpile.17")
{
    struct source source = numbers_to(3);
    eventlet_greenmap *map = imap(1, work_a_while, &source);
    eventlet_greenthread *gts[2];

    catch_log();
    for (int i = 0; i < 2; i++)
        CHECK_CODE(eventlet_spawn(&gts[i], take_one, map), 0);
    let_others_run();
    eventlet_greenmap_free(map);
    for (int i = 0; i < 2; i++) {
        CHECK_CODE(eventlet_wait(gts[i]), EVENTLET_CLOSED);
        eventlet_release(gts[i]);
    }
    release_log();
}

GREEN_TEST(greenpile, killed_while_freeing_a_map_it_is_freed, "greenpile.17")
{
    struct source source = numbers_to(3);
    eventlet_greenmap *map = imap(2, work_a_while, &source);
    struct eventlet_timeout t;

    clock_advance(0.5);
    CHECK_CODE(eventlet_timeout_start(&t, 0), 0);
    eventlet_greenmap_free(map);
    eventlet_timeout_cancel(&t);
}

/* All results come, in order; some may be -ENOMEM in their place. */
static int use_map(void *fn)
{
    struct source source = numbers_to(6);
    eventlet_greenpool *pool;
    eventlet_greenmap *map = NULL;
    int rc = eventlet_greenpool_new(&pool, 2);
    int failed = 0, result;

    if (rc < 0)
        return rc;
    rc = eventlet_greenpool_imap(pool, &map, *(eventlet_fn **)fn, next_number,
                                 &source);
    while (rc == 0 && (rc = eventlet_greenmap_next(map, &result, NULL)) == 0)
        failed = result < 0 ? result : failed;
    eventlet_greenmap_free(map);
    eventlet_greenpool_free(pool);
    return rc == EVENTLET_END ? failed : rc;
}

TEST(greenpile, every_call_of_a_map_may_fail, "greenpile.18")
{
    static eventlet_fn *fns[] = { twice, nap, NULL };

    catch_log();
    for (int i = 0; i < 3; i++)
        FAULT_EACH(use_map, &fns[i]);
    release_log();
}
