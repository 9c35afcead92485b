/* SPDX-License-Identifier: MIT */
/* imap and starmap: their bounds, their end, and what goes wrong. */
#include "check.h"
#include "sync/map.h"
#include "sync/notes.h"
#include "sync/pool.h"

#include <errno.h>
#include <stdint.h>

#include "base/sys.h"

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

/* A source that goes on when it is killed. */
static int next_stubborn(void *count, void **out)
{
    (void)eventlet_sleep(1);
    *out = number(++*(int *)count);
    return 0;
}

GREEN_TEST(greenpile, freeing_a_map_outlives_a_stubborn_source, "greenpile.17")
{
    eventlet_greenpool *pool = pool_of(3);
    eventlet_greenmap *map;
    int count = 0;

    CHECK_CODE(eventlet_greenpool_imap(pool, &map, nap, next_stubborn, &count),
               0);
    clock_advance(0.5);
    eventlet_greenmap_free(map);
    CHECK_INT(count, 1);
    clock_advance(10);
    CHECK_INT(count, 1);
    eventlet_greenpool_free(pool);
}

/* Three threads of one pass, so that the feeder does not get to run. */
static eventlet_greenmap *brief;

static int make_brief(void *source)
{
    brief = imap(2, twice, source);
    return 0;
}

static int read_brief(void *arg)
{
    int result;

    (void)arg;
    return eventlet_greenmap_next(brief, &result, NULL);
}

static int free_brief(void *arg)
{
    (void)arg;
    eventlet_greenmap_free(brief);
    return 0;
}

GREEN_TEST(greenpile, freeing_a_map_before_it_begins_tells_too, "greenpile.17")
{
    struct source source = numbers_to(3);
    eventlet_greenthread *reader;

    catch_log();
    CHECK_CODE(eventlet_spawn(NULL, make_brief, &source), 0);
    CHECK_CODE(eventlet_spawn(&reader, read_brief, NULL), 0);
    CHECK_CODE(eventlet_spawn(NULL, free_brief, NULL), 0);
    CHECK_CODE(eventlet_wait(reader), EVENTLET_CLOSED);
    CHECK_INT(source.given, 0);
    release_log();
    eventlet_release(reader);
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

struct use {
    eventlet_fn *fn;
    int size;
    int n;
};

/* Some of the results may be -ENOMEM in their place. */
static int use_map(void *arg)
{
    struct use *use = arg;
    struct source source = numbers_to(use->n);
    eventlet_greenpool *pool;
    eventlet_greenmap *map = NULL;
    int rc = eventlet_greenpool_new(&pool, use->size);
    int failed = 0, result;

    if (rc < 0)
        return rc;
    rc = eventlet_greenpool_imap(pool, &map, use->fn, next_number, &source);
    while (rc == 0 && (rc = eventlet_greenmap_next(map, &result, NULL)) == 0)
        failed = result < 0 ? result : failed;
    eventlet_greenmap_free(map);
    eventlet_greenpool_free(pool);
    return rc == EVENTLET_END ? failed : rc;
}

/* The last one has more workers than a slab has stacks. */
TEST(greenpile, every_call_of_a_map_may_fail, "greenpile.18")
{
    static struct use uses[] = {
        { twice, 2, 6 }, { nap, 2, 6 }, { NULL, 2, 6 }, { nap, 80, 80 }
    };

    catch_log();
    for (int i = 0; i < 4; i++)
        FAULT_EACH(use_map, &uses[i]);
    release_log();
}

static int count_failed(eventlet_greenmap *map, int *failed)
{
    int rc, result;

    *failed = 0;
    while ((rc = eventlet_greenmap_next(map, &result, NULL)) == 0)
        *failed += result == -ENOMEM;
    return rc;
}

GREEN_TEST(greenpile, without_a_record_the_map_ends, "greenpile.18")
{
    struct source source = numbers_to(6);
    eventlet_greenmap *map = imap(2, twice, &source);
    int failed, result;

    CHECK_CODE(eventlet_greenmap_next(map, &result, NULL), 0);
    eventlet__fault_arm(1, ENOMEM);
    CHECK_CODE(count_failed(map, &failed), EVENTLET_END);
    CHECK_STR(eventlet__fault_site(), "alloc");
    eventlet__fault_arm(0, 0);
    CHECK_INT(failed, 1);
    CHECK(source.given < 6);
    eventlet_greenmap_free(map);
}
