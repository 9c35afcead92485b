/* SPDX-License-Identifier: MIT */
/* Named attributes of green threads; and calls that fail. */
#include "sync/corolocal.h"

#include <errno.h>

#include "base/sys.h"

static const char *attr(eventlet_local *key, const char *name)
{
    void *value = NULL;
    int rc = eventlet_local_getattr(key, name, &value);

    return rc == -ENOENT ? "none" : rc < 0 ? "failed" : value;
}

static int set_in_another(void *key)
{
    CHECK_STR(attr(key, "a"), "none");
    CHECK_CODE(eventlet_local_setattr(key, "b", "another's"), 0);
    CHECK_STR(attr(key, "b"), "another's");
    return 0;
}

GREEN_TEST(corolocal, attributes_are_each_ones_own, "corolocal.12 corolocal.1")
{
    eventlet_local *key = named_key(NULL);
    eventlet_greenthread *gt;

    CHECK_CODE(eventlet_local_setattr(key, "a", "mine"), 0);
    CHECK_CODE(eventlet_spawn(&gt, set_in_another, key), 0);
    CHECK_CODE(eventlet_wait(gt), 0);
    CHECK_STR(attr(key, "a"), "mine");
    CHECK_STR(attr(key, "b"), "none");
    eventlet_release(gt);
    eventlet_local_free(key);
}

GREEN_TEST(corolocal, attributes_are_replaced_and_deleted, "corolocal.12")
{
    eventlet_local *key = named_key(NULL);
    char name[] = "a";

    CHECK_CODE(eventlet_local_delattr(key, "a"), -ENOENT);
    CHECK_CODE(eventlet_local_setattr(key, name, "one"), 0);
    name[0] = 'x'; /* it was copied */
    CHECK_CODE(eventlet_local_setattr(key, "ab", "other"), 0);
    CHECK_CODE(eventlet_local_setattr(key, "a", "two"), 0);
    CHECK_STR(attr(key, "a"), "two");
    CHECK_CODE(eventlet_local_delattr(key, "a"), 0);
    CHECK_STR(attr(key, "a"), "none");
    CHECK_STR(attr(key, "ab"), "other");
    CHECK_CODE(eventlet_local_delattr(key, "a"), -ENOENT);
    eventlet_local_free(key);
    CHECK_STR(notes(), ""); /* what they point to is the caller's */
}

struct walk {
    eventlet_local *key;
    const char *stop; /* at that name */
};

static int walk(const char *name, void *value, void *arg)
{
    const struct walk *w = arg;

    note(name);
    note(value);
    if (w->key)
        CHECK_CODE(eventlet_local_delattr(w->key, name), 0);
    return w->stop && strcmp(name, w->stop) == 0 ? 5 : 0;
}

GREEN_TEST(corolocal, each_attribute_in_order, "corolocal.13")
{
    eventlet_local *key = named_key(NULL);

    CHECK_CODE(eventlet_local_each(key, walk, &(struct walk){ 0 }), 0);
    CHECK_CODE(eventlet_local_setattr(key, "b", "1"), 0);
    CHECK_CODE(eventlet_local_setattr(key, "a", "2"), 0);
    CHECK_CODE(eventlet_local_setattr(key, "c", "3"), 0);
    CHECK_CODE(eventlet_local_setattr(key, "b", "4"), 0);
    CHECK_CODE(eventlet_local_each(key, walk, &(struct walk){ NULL, "a" }), 5);
    CHECK_STR(notes(), "b 4 a 2");
    CHECK_CODE(eventlet_local_each(key, walk, &(struct walk){ key, NULL }), 0);
    CHECK_STR(notes(), "b 4 a 2 c 3");
    CHECK_STR(attr(key, "c"), "none");
    eventlet_local_free(key);
}

/* ---- every call fails once ---- */

static int make_and_touch(void *arg, void **value)
{
    int rc = eventlet_local_setattr(*(eventlet_local **)arg, "made", "inside");

    if (rc == 0)
        *value = "value";
    return rc;
}

static int touch_both(void *arg)
{
    eventlet_local **keys = arg;
    void *value;
    int rc = eventlet_local_get(keys[0], &value);

    if (rc == 0)
        CHECK_STR(value, "value");
    if (rc == 0)
        CHECK_STR(attr(keys[0], "made"), "inside");
    if (rc == 0)
        rc = eventlet_local_setattr(keys[1], "a", NULL);
    if (rc == 0)
        rc = eventlet_local_set(keys[1], "b");
    return rc;
}

struct both {
    eventlet_local *keys[2];
    int rc; /* the hub's */
};

static int touch_in_hub(void *arg)
{
    struct both *both = arg;

    both->rc = touch_both(both->keys);
    return 0;
}

static void check_end(void *keys, void *value)
{
    (void)keys;
    CHECK_STR(value, "value");
}

static int use_keys(void *arg)
{
    struct both both = { { NULL, NULL }, 0 };
    eventlet_greenthread *gt = NULL;
    int rc =
        eventlet_local_new(&both.keys[0], make_and_touch, check_end, both.keys);

    (void)arg;
    if (rc == 0)
        rc = eventlet_local_new(&both.keys[1], NULL, NULL, NULL);
    if (rc == 0)
        rc = touch_both(both.keys);
    if (rc == 0)
        rc = eventlet_hub_schedule_call_global(NULL, eventlet_hubs_get_hub(), 0,
                                               touch_in_hub, &both);
    if (rc == 0)
        rc = eventlet_spawn(&gt, touch_both, both.keys);
    if (gt)
        rc = eventlet_wait(gt);
    eventlet_release(gt);
    (void)!eventlet_sleep(0);
    eventlet_local_free(both.keys[1]);
    eventlet_local_free(both.keys[0]);
    return rc < 0 ? rc : both.rc;
}

TEST(corolocal, every_call_may_fail, "corolocal.18")
{
    catch_log();
    FAULT_EACH(use_keys, NULL);
    release_log();
}

GREEN_TEST(corolocal, what_was_touched_needs_no_memory, "corolocal.18")
{
    eventlet_local *key = named_key(NULL);

    CHECK_CODE(eventlet_local_setattr(key, "a", NULL), 0);
    eventlet__fault_arm(1000, ENOMEM);
    for (int i = 0; i < 3; i++) {
        make_mine(key, i % 2 ? "odd" : "even");
        CHECK_CODE(eventlet_local_setattr(key, "a", key), 0);
        CHECK_CODE(eventlet_local_delattr(key, "b"), -ENOENT);
        mine(key);
    }
    CHECK_INT(eventlet__fault_count(), 0);
    eventlet__fault_arm(0, 0);
    eventlet_local_free(key);
}

GREEN_TEST(corolocal, without_memory_nothing_has_changed, "corolocal.18")
{
    eventlet_local *key = named_key(NULL);
    void *value = key;

    for (int nth = 1; nth <= 2; nth++) {
        eventlet__fault_arm(nth, ENOMEM);
        CHECK_CODE(eventlet_local_get(key, &value), -ENOMEM);
        CHECK_PTR(value, key);
    }
    eventlet__fault_arm(0, 0);
    CHECK_CODE(eventlet_local_delete(key), -ENOENT);
    CHECK_CODE(eventlet_local_setattr(key, "a", "kept"), 0);
    eventlet__fault_arm(1, ENOMEM);
    CHECK_CODE(eventlet_local_setattr(key, "b", NULL), -ENOMEM);
    eventlet__fault_arm(0, 0);
    CHECK_STR(attr(key, "a"), "kept");
    CHECK_STR(attr(key, "b"), "none");
    eventlet_local_free(key);
}
