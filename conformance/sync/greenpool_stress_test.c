/* SPDX-License-Identifier: MIT */
/* Pools and piles under random use: many small steps, with kills and timeouts
 * at any of them. The seed decides everything, as the clock is virtual. */
#include "check.h"
#include "sync/notes.h"
#include "sync/pool.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

static unsigned seed;

static int some(int n)
{
    return rand_r(&seed) % n;
}

/* ---- producers of a pile: none lost, each producer's in order ---- */

enum { PRODUCERS = 3, JOBS = 1000 };

struct job {
    int producer;
    int number;
};

struct production {
    eventlet_greenpile *pile;
    struct job jobs[JOBS];
    int producer;
};

static int wait_or_fail(void *arg)
{
    struct job *job = arg;

    if (some(3) == 0 && eventlet_sleep(some(10) * 0.01) < 0)
        return -EIO;
    return some(10) == 0 ? -EINVAL : job->number;
}

static int produce(void *arg)
{
    struct production *p = arg;
    int rc = 0;

    for (int i = 0; i < JOBS && rc == 0; i++) {
        p->jobs[i] = (struct job){ p->producer, i };
        rc = eventlet_greenpile_spawn(p->pile, wait_or_fail, &p->jobs[i]);
        if (some(5) == 0)
            CHECK_CODE(eventlet_sleep(some(3) * 0.01), 0);
    }
    return rc;
}

/* The pile may be empty for a moment while the producers go on. */
static int read_all(eventlet_greenpile *pile)
{
    int next[PRODUCERS] = { 0 };
    int read = 0, result, rc;
    void *arg;

    while (read < PRODUCERS * JOBS) {
        struct job *job;

        rc = eventlet_greenpile_next(pile, &result, &arg);
        if (rc == EVENTLET_END)
            rc = eventlet_sleep(0.01);
        else if (rc == 0 && ++read) {
            job = arg;
            CHECK_INT(job->number, next[job->producer]++);
            CHECK(result == job->number || result == -EINVAL);
        }
        if (rc < 0)
            return rc;
    }
    return eventlet_greenpile_next(pile, &result, &arg);
}

static void order_in_a_pile_of(int size)
{
    static struct production productions[PRODUCERS];
    eventlet_greenpile *pile;

    seed = (unsigned)size;
    catch_log();
    REQUIRE_CODE(eventlet_greenpile_new(&pile, size), 0);
    for (int i = 0; i < PRODUCERS; i++) {
        productions[i].pile = pile;
        productions[i].producer = i;
        CHECK_CODE(eventlet_spawn(NULL, produce, &productions[i]), 0);
    }
    CHECK_CODE(read_all(pile), EVENTLET_END);
    release_log();
    eventlet_greenpile_free(pile);
}

GREEN_TEST(greenpile, order_under_stress_in_5, "greenpile.4 greenpile.5")
{
    order_in_a_pile_of(5);
}

GREEN_TEST(greenpile, order_under_stress_in_50, "greenpile.4 greenpile.5")
{
    order_in_a_pile_of(50);
}

/* ---- a pool and a pile, used and disturbed by many ---- */

enum { ACTORS = 12, STEPS = 200, SEEDS = 5, SIZE_AT_MOST = 5 };

static struct {
    eventlet_greenpool *pool;
    eventlet_greenpile *pile;
    eventlet_greenthread *actors[ACTORS];
    int members; /* functions that run in green threads of the pool */
    int spawned; /* into the pile */
    int taken;   /* out of it */
    int thrown;  /* calls that ended by a kill or a timeout */
} w;             /* the world */

static int spawn_something(void);

/* `spawner` is the id of who spawned it: called in the caller it is the same.
 */
static int be_busy(void *spawner)
{
    bool member = number((int)eventlet_id(eventlet_getcurrent())) != spawner;
    int rc = 0;

    w.members += member;
    CHECK(w.members <= eventlet_greenpool_running(w.pool));
    CHECK(w.members <= SIZE_AT_MOST);
    if (some(2))
        rc = eventlet_sleep(some(3) * 0.001);
    if (rc == 0 && some(4) == 0)
        rc = spawn_something();
    w.members -= member;
    return rc;
}

static int spawn_and_keep(void *self)
{
    eventlet_greenthread *gt = NULL;
    int rc = eventlet_greenpool_spawn(w.pool, &gt, be_busy, self);

    if (rc == 0 && some(3) == 0)
        rc = eventlet_sleep(0.001);
    if (rc == 0 && some(3) == 0)
        rc = eventlet_kill(gt, EVENTLET_EXIT);
    else if (rc == 0 && some(2) == 0)
        rc = eventlet_wait(gt);
    eventlet_release(gt);
    return rc;
}

/* By a member as well as from outside. */
static int spawn_something(void)
{
    void *self = number((int)eventlet_id(eventlet_getcurrent()));
    int rc;

    switch (some(3)) {
    case 0:
        return eventlet_greenpool_spawn_n(w.pool, be_busy, self);
    case 1:
        return spawn_and_keep(self);
    default:
        rc = eventlet_greenpile_spawn(w.pile, be_busy, self);
        w.spawned += rc == 0;
        return rc;
    }
}

static int take_something(void)
{
    int result, rc = eventlet_greenpile_next(w.pile, &result, NULL);

    w.taken += rc == 0;
    return rc == EVENTLET_END ? 0 : rc;
}

static int do_something(void)
{
    switch (some(8)) {
    case 0:
    case 1:
        return take_something();
    case 2:
        return eventlet_greenpool_waitall(w.pool);
    case 3:
        return eventlet_greenpool_resize(w.pool, 1 + some(SIZE_AT_MOST));
    case 4:
        return eventlet_kill(w.actors[some(ACTORS)], EVENTLET_USER(1));
    default:
        return spawn_something();
    }
}

static void check_world(void)
{
    int running = eventlet_greenpool_running(w.pool);
    int waiting = eventlet_greenpool_waiting(w.pool);

    CHECK(running >= w.members);
    CHECK(running <= SIZE_AT_MOST);
    CHECK(waiting >= 0 && waiting <= ACTORS);
    CHECK_INT(eventlet_greenpool_free_count(w.pool),
              eventlet_greenpool_size(w.pool) - running);
    CHECK(w.taken <= w.spawned);
}

static int act(void *arg)
{
    (void)arg;
    (void)eventlet_sleep(0); /* nobody is killed before all have started */
    for (int i = 0; i < STEPS; i++) {
        struct eventlet_timeout t;
        bool timed = some(3) == 0;

        if (timed)
            CHECK_CODE(eventlet_timeout_start(&t, some(4) * 0.001), 0);
        w.thrown += do_something() < 0;
        if (timed)
            eventlet_timeout_cancel(&t);
        check_world();
        (void)eventlet_sleep(some(2) * 0.001);
    }
    return 0;
}

static void join_actors(void)
{
    for (int i = 0; i < ACTORS; i++) {
        CHECK_CODE(eventlet_wait(w.actors[i]), 0);
        eventlet_release(w.actors[i]);
    }
}

static void run_world(void)
{
    memset(&w, 0, sizeof w);
    w.pool = pool_of(2);
    REQUIRE_CODE(eventlet_greenpile_new_pool(&w.pile, w.pool), 0);
    for (int i = 0; i < ACTORS; i++)
        CHECK_CODE(eventlet_spawn(&w.actors[i], act, NULL), 0);
    join_actors();
    CHECK_CODE(eventlet_greenpool_waitall(w.pool), 0);
    CHECK_INT(w.members, 0);
    check_counts(w.pool, 0, eventlet_greenpool_size(w.pool), 0);
    while (w.taken < w.spawned)
        REQUIRE_CODE(take_something(), 0);
    CHECK_CODE(eventlet_greenpile_next(w.pile, &(int){ 0 }, NULL),
               EVENTLET_END);
    CHECK(w.thrown > 100);
    eventlet_greenpile_free(w.pile);
    eventlet_greenpool_free(w.pool);
}

GREEN_TEST(greenpool, whatever_is_thrown_no_place_is_lost,
           "greenpool.4 greenpool.7 greenpool.12 greenpool.15 greenpile.7")
{
    catch_log();
    for (seed = 1; seed <= SEEDS; seed++) {
        unsigned this_one = seed;

        run_world();
        seed = this_one;
    }
    release_log();
}
