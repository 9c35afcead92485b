/* SPDX-License-Identifier: MIT */
/* Named attributes of which each green thread has its own. Linear in their
 * number: fine below some dozens. */
#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "sync/corolocal.h"

static struct eventlet__attr *find(struct eventlet__value *v, const char *name)
{
    struct eventlet__node *n = v->attrs.head.next;

    for (; n != &v->attrs.head; n = n->next) {
        struct eventlet__attr *attr =
            EVENTLET__CONTAINER(n, struct eventlet__attr, node);

        if (strcmp(attr->name, name) == 0)
            return attr;
    }
    return NULL;
}

static int add(struct eventlet__value *v, const char *name, void *value)
{
    size_t size = strlen(name) + 1;
    struct eventlet__attr *attr = eventlet__alloc(sizeof *attr + size);

    if (!attr)
        return -ENOMEM;
    attr->value = value;
    memcpy(attr->name, name, size);
    eventlet__list_append(&v->attrs, &attr->node);
    return 0;
}

/* The caller's attribute of that name: 0, -ENOENT, or why it has no value. */
static int attr_of(struct eventlet__attr **out, eventlet_local *key,
                   const char *name)
{
    struct eventlet__value *v;
    int rc = eventlet__local_touch(&v, key);

    if (rc < 0)
        return rc;
    *out = find(v, name);
    return *out ? 0 : -ENOENT;
}

int eventlet_local_setattr(eventlet_local *key, const char *name, void *value)
{
    struct eventlet__attr *attr;
    struct eventlet__value *v;
    int rc = eventlet__local_touch(&v, key);

    if (rc < 0)
        return rc;
    attr = find(v, name);
    if (!attr)
        return add(v, name, value);
    attr->value = value;
    return 0;
}

int eventlet_local_getattr(eventlet_local *key, const char *name, void **value)
{
    struct eventlet__attr *attr;
    int rc = attr_of(&attr, key, name);

    if (rc == 0)
        *value = attr->value;
    return rc;
}

int eventlet_local_delattr(eventlet_local *key, const char *name)
{
    struct eventlet__attr *attr;
    int rc = attr_of(&attr, key, name);

    if (rc < 0)
        return rc;
    eventlet__unlink(&attr->node);
    eventlet__free(attr);
    return 0;
}

int eventlet_local_each(eventlet_local *key,
                        int (*fn)(const char *name, void *value, void *arg),
                        void *arg)
{
    struct eventlet__node *n, *next;
    struct eventlet__value *v;
    int rc = eventlet__local_touch(&v, key);

    if (rc < 0)
        return rc;
    for (n = v->attrs.head.next; rc == 0 && n != &v->attrs.head; n = next) {
        const struct eventlet__attr *attr =
            EVENTLET__CONTAINER(n, struct eventlet__attr, node);

        next = n->next;
        rc = fn(attr->name, attr->value, arg);
    }
    return rc;
}
