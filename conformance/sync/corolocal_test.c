/* SPDX-License-Identifier: MIT */
/* Values of green threads: one for each, and how they begin. */
#include "sync/corolocal.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>

GREEN_TEST(corolocal, each_has_its_own, "corolocal.1")
{
    eventlet_local *key = named_key(NULL);
    struct owner a, b;

    owner(&a, key, "a");
    owner(&b, key, "b");
    CHECK_PTR(mine(key), NULL);
    make_mine(key, "main");
    clock_advance(1);
    CHECK_STR(notes(), "a b");
    CHECK_STR(mine(key), "main");
    CHECK_CODE(eventlet_reap(a.gt), 0);
    CHECK_CODE(eventlet_reap(b.gt), 0);
    eventlet_local_free(key);
    CHECK_STR(notes(), "main");
}

GREEN_TEST(corolocal, each_key_stands_for_another, "corolocal.1")
{
    eventlet_local *keys[20];
    char names[20][8];

    for (int i = 0; i < 20; i++) {
        keys[i] = named_key(NULL);
        snprintf(names[i], sizeof names[i], "%d", i);
        make_mine(keys[i], names[i]);
    }
    for (int i = 0; i < 20; i++)
        CHECK_STR(mine(keys[i]), names[i]);
    for (int i = 0; i < 20; i++)
        eventlet_local_free(keys[i]);
}

static int in_hub(void *key)
{
    const char *had = mine(key);

    note(had ? had : "none");
    make_mine(key, "hub's");
    return 0;
}

GREEN_TEST(corolocal, hub_has_its_own, "corolocal.1")
{
    eventlet_local *key = named_key(NULL);

    make_mine(key, "main");
    call_in_hub(in_hub, key);
    call_in_hub(in_hub, key);
    CHECK_STR(notes(), "none hub's");
    CHECK_STR(mine(key), "main");
    eventlet_local_free(key);
    CHECK_STR(notes(), "main hub's");
}

/* ---- init ---- */

struct maker {
    eventlet_local *key;
    int calls;
    int code; /* of init */
    double seconds;
    void (*inside)(struct maker *m);
};

static int make(void *arg, void **value)
{
    struct maker *m = arg;
    int rc = m->seconds > 0 ? eventlet_sleep(m->seconds) : 0;

    m->calls++;
    if (m->inside)
        m->inside(m);
    rc = rc < 0 ? rc : m->code;
    if (rc >= 0)
        *value = "made";
    return rc;
}

static void unmake(void *maker, void *value)
{
    (void)maker;
    note(value);
}

static void maker_key(struct maker *m)
{
    notes();
    CHECK_CODE(eventlet_local_new(&m->key, make, unmake, m), 0);
}

static int touch_each_way(void *arg)
{
    struct maker *m = arg;
    void *value;

    CHECK_STR(mine(m->key), "made");
    CHECK_CODE(eventlet_local_setattr(m->key, "a", NULL), 0);
    CHECK_CODE(eventlet_local_getattr(m->key, "a", &value), 0);
    CHECK_STR(mine(m->key), "made");
    return 0;
}

static int touch_by_attr(void *arg)
{
    struct maker *m = arg;
    void *value;

    CHECK_CODE(eventlet_local_getattr(m->key, "a", &value), -ENOENT);
    return 0;
}

static int touch_by_set(void *arg)
{
    struct maker *m = arg;

    return eventlet_local_set(m->key, "set");
}

GREEN_TEST(corolocal, init_runs_once_for_each, "corolocal.2")
{
    eventlet_fn *fns[] = { touch_each_way, touch_by_attr, touch_by_set };
    struct maker m = { 0 };

    maker_key(&m);
    for (int i = 0; i < 3; i++) {
        eventlet_greenthread *gt;

        CHECK_CODE(eventlet_spawn(&gt, fns[i], &m), 0);
        CHECK_CODE(eventlet_wait(gt), 0);
        eventlet_release(gt);
        CHECK_INT(m.calls, i + 1);
    }
    CHECK_STR(notes(), "made made made set");
    eventlet_local_free(m.key);
}

static void touch_inside(struct maker *m)
{
    CHECK_PTR(mine(m->key), NULL);
    CHECK_CODE(eventlet_local_setattr(m->key, "kept", m), 0);
    CHECK_CODE(eventlet_local_set(m->key, "first"), 0);
    CHECK_CODE(eventlet_local_delete(m->key), -EBUSY);
}

GREEN_TEST(corolocal, init_may_touch_the_key, "corolocal.3 corolocal.6")
{
    struct maker m = { .inside = touch_inside };
    void *value = NULL;

    maker_key(&m);
    CHECK_STR(mine(m.key), "made");
    CHECK_INT(m.calls, 1);
    CHECK_STR(notes(), "first");
    CHECK_CODE(eventlet_local_getattr(m.key, "kept", &value), 0);
    CHECK_PTR(value, &m);
    eventlet_local_free(m.key);
}

GREEN_TEST(corolocal, failed_init_leaves_nothing, "corolocal.4")
{
    struct maker m = { .code = EVENTLET_USER(3), .inside = touch_inside };
    void *value = NULL;

    maker_key(&m);
    CHECK_CODE(eventlet_local_get(m.key, &value), EVENTLET_USER(3));
    CHECK_CODE(eventlet_local_setattr(m.key, "a", NULL), EVENTLET_USER(3));
    CHECK_CODE(eventlet_local_each(m.key, NULL, NULL), EVENTLET_USER(3));
    CHECK_PTR(value, NULL);
    CHECK_STR(notes(), "first first first");
    m.code = 5;
    m.inside = NULL;
    CHECK_CODE(eventlet_local_getattr(m.key, "kept", &value), -ENOENT);
    CHECK_INT(m.calls, 4);
    eventlet_local_free(m.key);
}

static int touch_and_keep(void *arg)
{
    struct maker *m = arg;
    void *value;

    return eventlet_local_get(m->key, &value);
}

GREEN_TEST(corolocal, init_may_be_killed, "corolocal.4 corolocal.7")
{
    struct maker m = { .seconds = 1 };
    eventlet_greenthread *gt;

    maker_key(&m);
    CHECK_CODE(eventlet_spawn(&gt, touch_and_keep, &m), 0);
    let_others_run();
    CHECK_CODE(eventlet_kill(gt, EVENTLET_EXIT), 0);
    CHECK_CODE(eventlet_reap(gt), EVENTLET_EXIT);
    CHECK_INT(m.calls, 1);
    CHECK_STR(notes(), "");
    CHECK_STR(mine(m.key), "made");
    eventlet_local_free(m.key);
}

GREEN_TEST(corolocal, each_may_be_in_init_at_once, "corolocal.2")
{
    struct maker m = { .seconds = 1 };
    eventlet_greenthread *gts[3];

    maker_key(&m);
    for (int i = 0; i < 3; i++)
        CHECK_CODE(eventlet_spawn(&gts[i], touch_each_way, &m), 0);
    clock_advance(1);
    for (int i = 0; i < 3; i++)
        CHECK_CODE(eventlet_reap(gts[i]), 0);
    CHECK_INT(m.calls, 3);
    eventlet_local_free(m.key);
}

static int make_by_set(void *key, void **value)
{
    (void)value;
    return eventlet_local_set(*(eventlet_local **)key, "set");
}

GREEN_TEST(corolocal, init_may_give_none_but_set_one, "corolocal.3")
{
    eventlet_local *key;

    REQUIRE_OK(eventlet_local_new(&key, make_by_set, unmake, &key));
    notes();
    CHECK_STR(mine(key), "set");
    CHECK_STR(notes(), "");
    eventlet_local_free(key);
    CHECK_STR(notes(), "set");
}

static void free_inside(struct maker *m)
{
    eventlet_local_free(m->key);
}

GREEN_TEST(corolocal, key_may_be_freed_in_init, "corolocal.11")
{
    for (int code = 0; code > -2; code--) {
        struct maker m = { .inside = free_inside, .code = code };
        void *value;

        maker_key(&m);
        CHECK_CODE(eventlet_local_get(m.key, &value),
                   code < 0 ? code : EVENTLET_CLOSED);
        CHECK_STR(notes(), code < 0 ? "" : "made");
    }
}

GREEN_TEST(corolocal, key_may_be_freed_while_another_is_in_init, "corolocal.11")
{
    struct maker m = { .seconds = 1 };
    eventlet_greenthread *gt;

    catch_log();
    maker_key(&m);
    CHECK_STR(mine(m.key), "made");
    CHECK_CODE(eventlet_spawn(&gt, touch_and_keep, &m), 0);
    let_others_run();
    eventlet_local_free(m.key);
    CHECK_STR(notes(), "made");
    CHECK_CODE(eventlet_wait(gt), EVENTLET_CLOSED);
    CHECK_STR(notes(), "made");
    eventlet_release(gt);
    release_log();
}

/* ---- set and delete ---- */

GREEN_TEST(corolocal, set_destroys_the_former, "corolocal.5")
{
    static const char value[] = "one";
    eventlet_local *key = named_key(NULL);

    make_mine(key, value);
    make_mine(key, value);
    CHECK_STR(notes(), "");
    make_mine(key, "two");
    CHECK_STR(notes(), "one");
    make_mine(key, NULL);
    CHECK_STR(notes(), "two");
    make_mine(key, NULL);
    eventlet_local_free(key);
    CHECK_STR(notes(), "");
}

GREEN_TEST(corolocal, delete_begins_anew, "corolocal.6")
{
    struct maker m = { 0 };
    void *value;

    maker_key(&m);
    CHECK_CODE(eventlet_local_delete(m.key), -ENOENT);
    CHECK_INT(m.calls, 0);
    CHECK_CODE(eventlet_local_setattr(m.key, "a", NULL), 0);
    CHECK_CODE(eventlet_local_delete(m.key), 0);
    CHECK_STR(notes(), "made");
    CHECK_CODE(eventlet_local_delete(m.key), -ENOENT);
    CHECK_CODE(eventlet_local_getattr(m.key, "a", &value), -ENOENT);
    CHECK_INT(m.calls, 2);
    eventlet_local_free(m.key);
}

/* ---- who ---- */

static int tell_ident(void *ident)
{
    *(uintptr_t *)ident = eventlet_corolocal_get_ident();
    return eventlet_sleep(1);
}

static int tell_ident_in_hub(void *ident)
{
    *(uintptr_t *)ident = eventlet_corolocal_get_ident();
    return 0;
}

GREEN_TEST(corolocal, idents_differ_and_stay, "corolocal.14")
{
    uintptr_t self = eventlet_corolocal_get_ident(), idents[3] = { 0 };
    eventlet_greenthread *a, *b;

    CHECK_CODE(eventlet_spawn(&a, tell_ident, &idents[0]), 0);
    CHECK_CODE(eventlet_spawn(&b, tell_ident, &idents[1]), 0);
    call_in_hub(tell_ident_in_hub, &idents[2]);
    CHECK(self && idents[0] && idents[1] && idents[2]);
    CHECK(idents[0] != idents[1] && idents[0] != self && idents[1] != self);
    CHECK(idents[2] != self && idents[2] != idents[0]);
    CHECK_INT(eventlet_corolocal_get_ident(), self);
    eventlet_reap(a);
    eventlet_reap(b);
}

/* ---- another OS thread ---- */

static void *touch_anothers(void *key)
{
    void *value;

    CHECK_CODE(eventlet_local_get(key, &value), -EPERM);
    CHECK_CODE(eventlet_local_set(key, NULL), -EPERM);
    CHECK_CODE(eventlet_local_delete(key), -EPERM);
    CHECK_CODE(eventlet_local_setattr(key, "a", NULL), -EPERM);
    return NULL;
}

TEST(corolocal, keys_belong_to_their_os_thread, "corolocal.17")
{
    eventlet_local *key = named_key(NULL);
    pthread_t thread;

    REQUIRE_INT(pthread_create(&thread, NULL, touch_anothers, key), 0);
    pthread_join(thread, NULL);
    eventlet_local_free(key);
    eventlet_local_free(NULL);
}
