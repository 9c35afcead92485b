/* SPDX-License-Identifier: MIT */
/* Values of green threads: how they end. */
#include "sync/corolocal.h"

#include <errno.h>
#include <stdint.h>

#include "core/greenthread.h"

/* ---- with their green thread ---- */

static eventlet_local *keys[3];

static void three_keys(void)
{
    for (int i = 0; i < 3; i++)
        keys[i] = named_key(NULL);
}

static void free_keys(void)
{
    for (int i = 0; i < 3; i++)
        eventlet_local_free(keys[i]);
}

static int set_three(void *code)
{
    make_mine(keys[1], "first");
    make_mine(keys[0], "second");
    make_mine(keys[2], "third");
    make_mine(keys[1], "first");
    note("function");
    return give(code);
}

static void linked(eventlet_greenthread *gt, void *arg)
{
    (void)gt;
    (void)arg;
    CHECK_STR(mine(keys[0]), "second");
    note("link");
}

static int wait_and_note(void *gt)
{
    int rc = eventlet_wait(gt);

    note("waiter");
    return rc;
}

GREEN_TEST(corolocal, last_made_is_first_destroyed, "corolocal.7")
{
    eventlet_greenthread *gt, *waiter;

    three_keys();
    CHECK_CODE(eventlet_spawn(&gt, set_three, number(0)), 0);
    CHECK_CODE(eventlet_spawn(&waiter, wait_and_note, gt), 0);
    CHECK_CODE(eventlet_link(gt, linked, NULL), 0);
    CHECK_CODE(eventlet_wait(gt), 0);
    CHECK_CODE(eventlet_wait(waiter), 0);
    CHECK_STR(notes(), "function link third second first waiter");
    eventlet_release(gt);
    eventlet_release(waiter);
    free_keys();
    CHECK_STR(notes(), "");
}

GREEN_TEST(corolocal, destroyed_however_it_ends, "corolocal.7")
{
    static const int codes[] = { 4, EVENTLET_USER(1), EVENTLET_EXIT };

    three_keys();
    catch_log();
    for (int i = 0; i < 3; i++) {
        eventlet_greenthread *gt;

        CHECK_CODE(eventlet_spawn(&gt, set_three, number(codes[i])), 0);
        CHECK_CODE(eventlet_wait(gt), codes[i]);
        CHECK_STR(notes(), "function third second first");
        eventlet_release(gt);
        CHECK_CODE(eventlet_spawn_n(NULL, set_three, number(codes[i])), 0);
        let_others_run();
        CHECK_STR(notes(), "function third second first");
    }
    release_log();
    free_keys();
}

GREEN_TEST(corolocal, destroyed_when_killed, "corolocal.7")
{
    eventlet_local *key = named_key(NULL);
    struct owner a, b;

    owner(&a, key, "a");
    owner(&b, key, "b");
    CHECK_CODE(eventlet_kill(a.gt, EVENTLET_EXIT), 0);
    CHECK_STR(notes(), "a");
    CHECK_CODE(eventlet_reap(b.gt), EVENTLET_EXIT);
    CHECK_STR(notes(), "b");
    eventlet_release(a.gt);
    eventlet_local_free(key);
}

static uintptr_t ident_at_end;

static void note_ident(void *arg, void *value)
{
    (void)arg;
    (void)value;
    ident_at_end = eventlet_corolocal_get_ident();
}

static int set_and_tell(void *key)
{
    make_mine(key, "value");
    return eventlet_corolocal_get_ident() == (uintptr_t)eventlet_getcurrent();
}

GREEN_TEST(corolocal, destroyed_in_its_own_context, "corolocal.7 corolocal.14")
{
    eventlet_greenthread *gt;
    eventlet_local *key;

    REQUIRE_OK(eventlet_local_new(&key, NULL, note_ident, NULL));
    CHECK_CODE(eventlet_spawn(&gt, set_and_tell, key), 0);
    CHECK_CODE(eventlet_wait(gt), 1);
    CHECK_INT(ident_at_end, (uintptr_t)gt);
    eventlet_release(gt);
    eventlet_local_free(key);
}

GREEN_TEST(corolocal, hundred_dead_leave_nothing, "corolocal.7 corolocal.9")
{
    struct eventlet_live before, after;
    eventlet_local *key = named_key(NULL);
    struct owner o;

    owner(&o, key, "x");
    CHECK_CODE(eventlet_reap(o.gt), EVENTLET_EXIT);
    eventlet_live(&before);
    for (int i = 0; i < 100; i++) {
        owner(&o, key, "x");
        CHECK_CODE(eventlet_reap(o.gt), EVENTLET_EXIT);
    }
    eventlet_live(&after);
    CHECK_INT(after.blocks, before.blocks);
    eventlet_local_free(key);
}

GREEN_TEST(corolocal, killed_before_its_start_it_has_none, "corolocal.9")
{
    eventlet_local *key = named_key(NULL);
    struct owner o = { key, "never", NULL };

    CHECK_CODE(eventlet_spawn(&o.gt, own, &o), 0);
    CHECK_CODE(eventlet_kill(o.gt, EVENTLET_EXIT), 0);
    CHECK_CODE(eventlet_reap(o.gt), EVENTLET_EXIT);
    eventlet_local_free(key);
    CHECK_STR(notes(), "");
}

TEST(corolocal, costs_one_word, "corolocal.9")
{
    CHECK_INT(sizeof(struct eventlet_greenthread) % 64, 0);
    CHECK(sizeof(((struct eventlet_greenthread *)0)->values) == sizeof(void *));
    CHECK(offsetof(struct eventlet_greenthread, values) >= 128);
}

/* ---- touched while they are destroyed ---- */

static void look_around(void *arg, void *value)
{
    void *other = NULL;

    (void)arg;
    note(value);
    CHECK_STR(mine(keys[0]), "older");
    CHECK_CODE(eventlet_local_get(keys[1], &other), EVENTLET_CLOSED);
    CHECK_CODE(eventlet_local_setattr(keys[2], "a", NULL), EVENTLET_CLOSED);
}

static int set_older_and_newer(void *newer)
{
    make_mine(keys[0], "older");
    make_mine(newer, "newer");
    return 0;
}

GREEN_TEST(corolocal, no_new_ones_while_they_are_destroyed, "corolocal.8")
{
    eventlet_local *newer;
    eventlet_greenthread *gt;

    three_keys();
    REQUIRE_OK(eventlet_local_new(&newer, NULL, look_around, NULL));
    CHECK_CODE(eventlet_spawn(&gt, set_older_and_newer, newer), 0);
    CHECK_CODE(eventlet_wait(gt), 0);
    CHECK_STR(notes(), "newer older");
    eventlet_release(gt);
    eventlet_local_free(newer);
    free_keys();
}

static void free_key_of(void *key, void *value)
{
    note(value);
    eventlet_local_free(*(eventlet_local **)key);
}

static int set_one(void *key)
{
    make_mine(key, "one");
    return 0;
}

GREEN_TEST(corolocal, key_may_be_freed_in_destroy, "corolocal.11")
{
    eventlet_local *key;
    eventlet_greenthread *gt;
    struct owner o;

    REQUIRE_OK(eventlet_local_new(&key, NULL, free_key_of, &key));
    CHECK_CODE(eventlet_spawn(&gt, set_one, key), 0);
    CHECK_CODE(eventlet_wait(gt), 0);
    CHECK_STR(notes(), "one");
    eventlet_release(gt);
    key = named_key(NULL);
    owner(&o, key, "other");
    eventlet_local_free(key);
    CHECK_STR(notes(), "other");
    CHECK_CODE(eventlet_kill(o.gt, EVENTLET_EXIT), 0);
    eventlet_reap(o.gt);
}

/* ---- with the key ---- */

static void touch_freed(void *key, void *value)
{
    void *more;

    note(value);
    CHECK_CODE(eventlet_local_get(*(eventlet_local **)key, &more),
               EVENTLET_CLOSED);
}

GREEN_TEST(corolocal, key_that_is_being_freed_is_closed, "corolocal.11")
{
    eventlet_local *key;

    notes();
    REQUIRE_OK(eventlet_local_new(&key, NULL, touch_freed, &key));
    make_mine(key, "mine");
    eventlet_local_free(key);
    CHECK_STR(notes(), "mine");
}

GREEN_TEST(corolocal, freed_key_destroys_all_values, "corolocal.10")
{
    eventlet_local *key = named_key("end");
    eventlet_local *other = named_key(NULL);
    struct owner a, b;

    owner(&a, key, "a");
    owner(&b, key, "b");
    make_mine(other, "stays");
    make_mine(key, "c");
    eventlet_local_free(key);
    CHECK_STR(notes(), "end a end b end c");
    CHECK_CODE(eventlet_kill(a.gt, EVENTLET_EXIT), 0);
    CHECK_CODE(eventlet_kill(b.gt, EVENTLET_EXIT), 0);
    CHECK_STR(notes(), "");
    CHECK_STR(mine(other), "stays");
    eventlet_reap(a.gt);
    eventlet_reap(b.gt);
    eventlet_local_free(other);
}
