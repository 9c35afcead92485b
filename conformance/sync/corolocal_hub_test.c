/* SPDX-License-Identifier: MIT */
/* Values of green threads: what becomes of them with the hub, and in a child.
 */
#include "sync/corolocal.h"

#include <pthread.h>

#include "core/child.h"

/* ---- with the hub ---- */

static int keep(void *key)
{
    make_mine(key, "thread's");
    return eventlet_sleep(100);
}

static int hub_sets(void *key)
{
    make_mine(key, "hub's");
    return 0;
}

static eventlet_local *slow;

static int never_made(void *arg, void **value)
{
    (void)arg;
    *value = "never";
    make_mine(slow, "slow's");
    return eventlet_sleep(100);
}

static int touch(void *key)
{
    void *value;

    return eventlet_local_get(key, &value);
}

/* Fills a hub with one value of each kind, and one whose init does not end. */
static void leave_values(eventlet_local *key)
{
    CHECK_CODE(eventlet_spawn(NULL, keep, key), 0);
    CHECK_CODE(eventlet_spawn(NULL, touch, slow), 0);
    CHECK_CODE(eventlet_hub_schedule_call_global(NULL, eventlet_hubs_get_hub(),
                                                 0, hub_sets, key),
               0);
    make_mine(key, "main's");
    CHECK_CODE(eventlet_sleep(1), 0);
}

static void check_all_ended(void)
{
    const char *ended = notes();

    CHECK_HAS(ended, "thread's");
    CHECK_HAS(ended, "hub's");
    CHECK_HAS(ended, "main's");
    CHECK_HAS(ended, "slow's");
    CHECK_INT(strlen(ended), strlen("thread's hub's main's slow's"));
}

TEST(corolocal, dropped_hub_takes_all_values, "corolocal.15")
{
    eventlet_local *key = named_key(NULL);

    REQUIRE_OK(eventlet_hubs_use_hub("sim"));
    REQUIRE_OK(eventlet_local_new(&slow, never_made, note_end, NULL));
    for (int i = 0; i < 2; i++) {
        leave_values(key);
        CHECK_STR(notes(), "");
        CHECK_CODE(eventlet_hubs_drop(), 0);
        check_all_ended();
        REQUIRE_OK(eventlet_hubs_use_hub("sim"));
    }
    CHECK_PTR(mine(key), NULL);
    leave_values(key);
    eventlet_local_free(slow); /* what is in init still has it */
    CHECK_CODE(eventlet_hubs_drop(), 0);
    check_all_ended();
    eventlet_local_free(key);
}

static void *use_and_leave(void *arg)
{
    struct eventlet_live *live = arg;
    eventlet_local *key = named_key(NULL);

    make_mine(key, "main's");
    CHECK_CODE(eventlet_spawn(NULL, keep, key), 0);
    CHECK_CODE(eventlet_sleep(0), 0);
    eventlet_hubs_drop();
    CHECK_HAS(notes(), "thread's");
    make_mine(key, "again");
    eventlet_local_free(key);
    eventlet_live(live);
    return NULL;
}

TEST(corolocal, each_os_thread_has_keys_of_its_own, "corolocal.15")
{
    struct eventlet_live live = { 0 };
    pthread_t thread;

    live.locals = -1;
    REQUIRE_INT(pthread_create(&thread, NULL, use_and_leave, &live), 0);
    pthread_join(thread, NULL);
    CHECK_INT(live.locals, 0);
    CHECK_STR(notes(), "again");
}

/* ---- after a fork ---- */

static int hub_had; /* 1: a value */

static int look_in_hub(void *key)
{
    hub_had = mine(key) != NULL;
    return 0;
}

/* What is wrong, as a number. */
static int look_in_child(eventlet_local *key)
{
    const char *value = mine(key);

    if (!value || strcmp(value, "mine") != 0)
        return 1;
    call_in_hub(look_in_hub, key);
    if (hub_had)
        return 2;
    if (strcmp(notes(), "") != 0)
        return 3; /* something was destroyed */
    eventlet_local_free(key);
    return strcmp(notes(), "mine") == 0 ? 0 : 4; /* nobody else's was left */
}

GREEN_TEST(corolocal, child_has_only_what_the_forker_had, "corolocal.16")
{
    eventlet_local *key = named_key(NULL);
    struct owner o;
    pid_t pid;

    make_mine(key, "mine");
    owner(&o, key, "other's");
    call_in_hub(hub_sets, key);
    pid = fork();
    if (pid == 0)
        _exit(look_in_child(key));
    CHECK_INT(child_status(pid), 0);
    CHECK_STR(notes(), "");
    CHECK_CODE(eventlet_reap(o.gt), EVENTLET_EXIT);
    CHECK_STR(notes(), "other's");
    eventlet_local_free(key);
    CHECK_STR(notes(), "mine hub's");
}
