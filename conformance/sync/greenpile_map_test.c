/* SPDX-License-Identifier: MIT */
/* imap and starmap: what they give. */
#include "check.h"
#include "sync/map.h"
#include "sync/notes.h"
#include "sync/pool.h"

#include <errno.h>
#include <stdint.h>

GREEN_TEST_HUBS(greenpile, imap_calls_for_each, "greenpile.11")
{
    struct source source = numbers_to(10);
    eventlet_greenmap *map = imap(4, twice, &source);

    notes();
    CHECK_CODE(drain(map), EVENTLET_END);
    CHECK_CODE(drain(map), EVENTLET_END);
    CHECK_STR(notes(), "0 2 4 6 8 10 12 14 16 18");
    eventlet_greenmap_free(map);
}

GREEN_TEST(greenpile, imap_keeps_the_order, "greenpile.11 greenpile.4")
{
    struct source source = numbers_to(8);
    eventlet_greenmap *map = imap(3, give_backwards, &source);

    notes();
    CHECK_CODE(drain(map), EVENTLET_END);
    CHECK_STR(notes(), "0 1 2 3 4 5 6 7");
    eventlet_greenmap_free(map);
}

GREEN_TEST(greenpile, imap_hands_back_the_arguments, "greenpile.11")
{
    struct source source = numbers_to(5);
    eventlet_greenmap *map = imap(2, twice, &source);

    for (int i = 0, result; i < 5; i++) {
        void *arg = NULL;

        CHECK_CODE(eventlet_greenmap_next(map, &result, &arg), 0);
        CHECK_PTR(arg, number(i));
    }
    eventlet_greenmap_free(map);
}

GREEN_TEST(greenpile, imap_over_nothing_ends, "greenpile.11")
{
    struct source source = numbers_to(0);
    eventlet_greenmap *map = imap(2, twice, &source);

    notes();
    CHECK_CODE(drain(map), EVENTLET_END);
    CHECK_STR(notes(), "");
    eventlet_greenmap_free(map);
}

static int one_and_seven_fail(void *arg)
{
    int n = (int)(intptr_t)arg;

    return n == 1 || n == 7 ? -n : n;
}

GREEN_TEST(greenpile, imap_has_errors_in_their_place, "greenpile.5")
{
    struct source source = numbers_to(10);
    eventlet_greenmap *map = imap(4, one_and_seven_fail, &source);

    catch_log();
    notes();
    CHECK_CODE(drain(map), EVENTLET_END);
    CHECK_STR(notes(), "0 -1 2 3 4 5 6 -7 8 9");
    release_log();
    eventlet_greenmap_free(map);
}

GREEN_TEST(greenpile, source_may_wait, "greenpile.11")
{
    struct source source = { .n = 3, .last = EVENTLET_END, .pause = 1 };
    eventlet_greenmap *map = imap(3, twice, &source);
    double before = eventlet_hub_clock(eventlet_hubs_get_hub());
    int result;

    CHECK_CODE(eventlet_greenmap_next(map, &result, NULL), 0);
    CHECK_DBL_NEAR(eventlet_hub_clock(eventlet_hubs_get_hub()) - before, 1,
                   0.001);
    notes();
    CHECK_CODE(drain(map), EVENTLET_END);
    CHECK_STR(notes(), "2 4");
    eventlet_greenmap_free(map);
}

GREEN_TEST(greenpile, failing_source_ends_the_map, "greenpile.13")
{
    struct source source = { .n = 2, .last = EVENTLET_USER(7) };
    eventlet_greenmap *map = imap(4, twice, &source);
    int result;

    CHECK_CODE(eventlet_greenmap_next(map, &result, NULL), 0);
    CHECK_CODE(eventlet_greenmap_next(map, &result, NULL), 0);
    CHECK_INT(result, 2);
    CHECK_CODE(eventlet_greenmap_next(map, &result, NULL), 0);
    CHECK_CODE(result, EVENTLET_USER(7));
    CHECK_CODE(eventlet_greenmap_next(map, &result, NULL), EVENTLET_END);
    eventlet_greenmap_free(map);
}

GREEN_TEST(greenpile, without_a_function_arguments_come_through, "greenpile.14")
{
    struct source source = numbers_to(5);
    eventlet_greenmap *map = imap(2, NULL, &source);

    for (int i = 0, result = 1; i < 5; i++) {
        void *arg = NULL;

        CHECK_CODE(eventlet_greenmap_next(map, &result, &arg), 0);
        CHECK_INT(result, 0);
        CHECK_PTR(arg, number(i));
    }
    CHECK_CODE(drain(map), EVENTLET_END);
    eventlet_greenmap_free(map);
}

/* ---- starmap ---- */

struct pair {
    double seconds;
    int result;
};

static int sleep_and_give(void *arg)
{
    struct pair *p = arg;
    int rc = eventlet_sleep(p->seconds);

    return rc < 0 ? rc : p->result;
}

GREEN_TEST(greenpile, starmap_takes_an_array, "greenpile.15")
{
    struct pair pairs[] = { { 3, 1 }, { 2, 2 }, { 0, 3 } };
    void *args[] = { &pairs[0], &pairs[1], &pairs[2] };
    eventlet_greenpool *pool = pool_of(2);
    eventlet_greenmap *map;

    notes();
    CHECK_CODE(eventlet_greenpool_starmap(pool, &map, sleep_and_give, args, 3),
               0);
    CHECK_CODE(drain(map), EVENTLET_END);
    CHECK_STR(notes(), "1 2 3");
    eventlet_greenmap_free(map);
    eventlet_greenpool_free(pool);
}

/* Two sequences at once: the shorter one ends them both. */
struct zip {
    const int *a, *b;
    int left;
    int sums[3][2];
};

static int next_of_both(void *source, void **arg)
{
    struct zip *z = source;

    if (z->left == 0)
        return EVENTLET_END;
    *arg = z->sums[--z->left];
    ((int *)*arg)[0] = *z->a++;
    ((int *)*arg)[1] = *z->b++;
    return 0;
}

static int add(void *pair)
{
    return ((int *)pair)[0] + ((int *)pair)[1];
}

GREEN_TEST(greenpile, source_may_join_sequences, "greenpile.11")
{
    static const int a[] = { 1, 2, 3, 4 }, b[] = { 10, 20, 30 };
    struct zip zip = { .a = a, .b = b, .left = 3 };
    eventlet_greenpool *pool = pool_of(2);
    eventlet_greenmap *map;

    notes();
    CHECK_CODE(eventlet_greenpool_imap(pool, &map, add, next_of_both, &zip), 0);
    CHECK_CODE(drain(map), EVENTLET_END);
    CHECK_STR(notes(), "11 22 33");
    eventlet_greenmap_free(map);
    eventlet_greenpool_free(pool);
}
