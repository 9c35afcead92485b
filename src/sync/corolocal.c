/* SPDX-License-Identifier: MIT */
/* Values of which each green thread has its own.
 *
 * A value stands in two lists: of its key, which has to find all values when it
 * is freed, and of its holder, one for each green thread that has any; the
 * holder hangs on the one word that the record has for it, and among what ends
 * with the green thread. To look one up is linear in the keys that the green
 * thread has touched, newest first: fine below some dozens.
 *
 * A value leaves both lists before destroy is called, so that whatever destroy
 * does it is not met again; the key's memory stays until destroy has returned.
 */
#include "eventlet/corolocal.h"

#include <errno.h>
#include <stdbool.h>

#include "base/mem.h"
#include "core/greenthread.h"
#include "core/hub.h"
#include "sync/corolocal.h"

struct eventlet_local {
    eventlet_local_init_fn *init;
    eventlet_local_destroy_fn *destroy;
    void *arg;
    const void *os_thread;        /* whose key it is */
    struct eventlet__list values; /* oldest first */
    long refs;                    /* one for the owner, one for each value */
    bool closed;                  /* its owner has freed it */
};

/* All that one green thread has, or the hub. */
struct holder {
    struct eventlet__local end; /* of the green thread; unused in the hub's */
    eventlet_hub *hub;
    void **place;                 /* that points here */
    struct eventlet__list values; /* newest first */
    bool ending;
};

/* ---- the end ---- */

static void unref(eventlet_local *key)
{
    if (--key->refs > 0)
        return;
    EVENTLET__DIED(locals);
    eventlet__free(key);
}

static void destroy(eventlet_local *key, void *data)
{
    if (data && key->destroy)
        key->destroy(key->arg, data);
}

/* Takes the value out of the world; returns what is still to be destroyed. */
static void *take_out(struct eventlet__value *v)
{
    struct eventlet__node *n;
    void *data = v->data;

    eventlet__unlink(&v->of_holder);
    eventlet__unlink(&v->of_key);
    while ((n = eventlet__list_pop(&v->attrs)) != NULL)
        eventlet__free(EVENTLET__CONTAINER(n, struct eventlet__attr, node));
    eventlet__free(v);
    return data;
}

static void end_value(struct eventlet__value *v)
{
    eventlet_local *key = v->key;

    destroy(key, take_out(v));
    unref(key);
}

/* In a child after a fork what the value stands for is the parent's. */
static void drop_value(struct eventlet__value *v)
{
    eventlet_local *key = v->key;

    take_out(v);
    unref(key);
}

static void end_holder(struct holder *h)
{
    struct eventlet__node *n;

    h->ending = true;
    while ((n = eventlet__list_first(&h->values)) != NULL) {
        struct eventlet__value *v =
            EVENTLET__CONTAINER(n, struct eventlet__value, of_holder);

        if (h->hub->dropping)
            drop_value(v);
        else
            end_value(v);
    }
    *h->place = NULL;
    eventlet__free(h);
}

static void thread_ended(struct eventlet__local *end)
{
    end_holder(EVENTLET__CONTAINER(end, struct holder, end));
}

static void hub_ended(void *holder)
{
    end_holder(holder);
}

/* ---- the first touch ---- */

static int new_holder(struct holder **out, eventlet_hub *hub)
{
    struct holder *h = eventlet__alloc(sizeof *h);
    int rc = 0;

    if (!h)
        return -ENOMEM;
    h->hub = hub;
    h->place = eventlet__values(hub);
    h->end.spawner_died = thread_ended;
    eventlet__node_init(&h->end.node);
    eventlet__list_init(&h->values);
    if (hub->current)
        eventlet__list_append(&hub->current->locals, &h->end.node);
    else
        rc = eventlet__hub_at_end(hub, hub_ended, h);
    if (rc < 0) {
        eventlet__free(h);
        return rc;
    }
    *h->place = *out = h;
    return 0;
}

static int new_value(struct eventlet__value **out, eventlet_local *key,
                     struct holder *h)
{
    struct eventlet__value *v = eventlet__alloc(sizeof *v);

    if (!v)
        return -ENOMEM;
    v->key = key;
    key->refs++;
    eventlet__list_init(&v->attrs);
    eventlet__list_prepend(&h->values, &v->of_holder);
    eventlet__list_append(&key->values, &v->of_key);
    *out = v;
    return 0;
}

static void replace(struct eventlet__value *v, void *data)
{
    void *old = v->data;

    v->data = data;
    if (old != data)
        destroy(v->key, old);
}

/* Meanwhile the value is there, so that init may touch the key itself; and the
 * key may be freed. */
static int start(struct eventlet__value *v)
{
    eventlet_local *key = v->key;
    void *made = NULL;
    int rc = 0;

    if (!key->init)
        return 0;
    v->starting = true;
    rc = key->init(key->arg, &made);
    v->starting = false;
    if (rc >= 0 && made)
        replace(v, made);
    if (rc >= 0 && !key->closed)
        return 0;
    end_value(v);
    return rc < 0 ? rc : EVENTLET_CLOSED;
}

static int first_touch(struct eventlet__value **out, eventlet_local *key,
                       eventlet_hub *hub)
{
    struct holder *h = *eventlet__values(hub);
    struct eventlet__value *v;
    int rc = 0;

    if (key->closed || (h && h->ending))
        return EVENTLET_CLOSED;
    if (!h)
        rc = new_holder(&h, hub);
    if (rc == 0)
        rc = new_value(&v, key, h);
    if (rc == 0)
        rc = start(v);
    if (rc == 0)
        *out = v;
    return rc;
}

/* The caller's value if it has one; *hub is its hub. */
static int look(struct eventlet__value **out, eventlet_local *key,
                eventlet_hub **hub)
{
    int rc =
        key->os_thread == &eventlet__live ? eventlet__hub_get(hub) : -EPERM;
    const struct holder *h = rc == 0 ? *eventlet__values(*hub) : NULL;

    *out = NULL;
    if (!h)
        return rc;
    for (struct eventlet__node *n = h->values.head.next; n != &h->values.head;
         n = n->next) {
        struct eventlet__value *v =
            EVENTLET__CONTAINER(n, struct eventlet__value, of_holder);

        if (v->key == key) {
            *out = v;
            return 0;
        }
    }
    return 0;
}

int eventlet__local_touch(struct eventlet__value **out, eventlet_local *key)
{
    eventlet_hub *hub;
    int rc = look(out, key, &hub);

    if (rc < 0 || *out)
        return rc;
    return first_touch(out, key, hub);
}

/* ---- keys ---- */

int eventlet_local_new(eventlet_local **key, eventlet_local_init_fn *init,
                       eventlet_local_destroy_fn *destroy_fn, void *arg)
{
    eventlet_local *made = eventlet__alloc(sizeof *made);

    if (!made)
        return -ENOMEM;
    made->init = init;
    made->destroy = destroy_fn;
    made->arg = arg;
    made->os_thread = &eventlet__live;
    made->refs = 1;
    eventlet__list_init(&made->values);
    EVENTLET__BORN(locals);
    *key = made;
    return 0;
}

static struct eventlet__value *first_whole(eventlet_local *key)
{
    struct eventlet__node *n = key->values.head.next;

    for (; n != &key->values.head; n = n->next) {
        struct eventlet__value *v =
            EVENTLET__CONTAINER(n, struct eventlet__value, of_key);

        if (!v->starting)
            return v;
    }
    return NULL;
}

void eventlet_local_free(eventlet_local *key)
{
    struct eventlet__value *v;

    if (!key)
        return;
    key->closed = true;
    while ((v = first_whole(key)) != NULL)
        end_value(v);
    unref(key);
}

/* ---- the value ---- */

int eventlet_local_get(eventlet_local *key, void **value)
{
    struct eventlet__value *v;
    int rc = eventlet__local_touch(&v, key);

    if (rc == 0)
        *value = v->data;
    return rc;
}

int eventlet_local_set(eventlet_local *key, void *value)
{
    struct eventlet__value *v;
    int rc = eventlet__local_touch(&v, key);

    if (rc == 0)
        replace(v, value);
    return rc;
}

int eventlet_local_delete(eventlet_local *key)
{
    eventlet_hub *hub;
    struct eventlet__value *v;
    int rc = look(&v, key, &hub);

    if (rc < 0)
        return rc;
    if (!v)
        return -ENOENT;
    if (v->starting)
        return -EBUSY;
    end_value(v);
    return 0;
}

/* ---- who ---- */

uintptr_t eventlet_corolocal_get_ident(void)
{
    eventlet_hub *hub;

    if (eventlet__hub_get(&hub) < 0)
        return 0;
    return hub->current ? (uintptr_t)hub->current : (uintptr_t)hub;
}
