/* SPDX-License-Identifier: MIT */
/* A doubly linked ring whose members carry their own links: joining and leaving
 * cost a few stores, know no list, and cannot fail. */
#ifndef EVENTLET_BASE_LIST_H
#define EVENTLET_BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct eventlet__node {
    struct eventlet__node *next;
    struct eventlet__node *prev;
};

#define EVENTLET__CONTAINER_CONST(ptr, type, member)                           \
    ((const type *)(const void *)((const char *)(ptr)-offsetof(type, member)))

/* The ring's head is a node too; a ring of one is an empty list. */
struct eventlet__list {
    struct eventlet__node head;
};

#define EVENTLET__CONTAINER(ptr, type, member)                                 \
    ((type *)(void *)((char *)(ptr)-offsetof(type, member)))

static inline void eventlet__node_init(struct eventlet__node *n)
{
    n->next = n->prev = n;
}

static inline void eventlet__list_init(struct eventlet__list *l)
{
    eventlet__node_init(&l->head);
}

static inline bool eventlet__list_empty(const struct eventlet__list *l)
{
    return l->head.next == &l->head;
}

/* Whether n is in some list: a node that left points to itself. */
static inline bool eventlet__linked(const struct eventlet__node *n)
{
    return n->next != n;
}

static inline void eventlet__insert_before(struct eventlet__node *where,
                                           struct eventlet__node *n)
{
    n->next = where;
    n->prev = where->prev;
    where->prev->next = n;
    where->prev = n;
}

static inline void eventlet__list_append(struct eventlet__list *l,
                                         struct eventlet__node *n)
{
    eventlet__insert_before(&l->head, n);
}

static inline void eventlet__list_prepend(struct eventlet__list *l,
                                          struct eventlet__node *n)
{
    eventlet__insert_before(l->head.next, n);
}

/* Leaves the list it is in, and is not asked again whether it is in one. */
static inline void eventlet__take_out(struct eventlet__node *n)
{
    n->prev->next = n->next;
    n->next->prev = n->prev;
}

/* Leaves whatever list it is in; harmless in none. */
static inline void eventlet__unlink(struct eventlet__node *n)
{
    eventlet__take_out(n);
    eventlet__node_init(n);
}

/* The first, which stays; NULL if there is none. */
static inline struct eventlet__node *eventlet__list_first(
    struct eventlet__list *l)
{
    return eventlet__list_empty(l) ? NULL : l->head.next;
}

/* The first, which leaves. */
static inline struct eventlet__node *eventlet__list_pop(
    struct eventlet__list *l)
{
    struct eventlet__node *n = eventlet__list_first(l);

    if (n)
        eventlet__unlink(n);
    return n;
}

/* Moves all of `from` behind what `to` has. */
static inline void eventlet__list_take(struct eventlet__list *to,
                                       struct eventlet__list *from)
{
    if (eventlet__list_empty(from))
        return;
    from->head.next->prev = to->head.prev;
    to->head.prev->next = from->head.next;
    from->head.prev->next = &to->head;
    to->head.prev = from->head.prev;
    eventlet__list_init(from);
}

#endif
