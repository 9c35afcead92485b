/* SPDX-License-Identifier: MIT */
/* Piles under test. */
#ifndef CONFORMANCE_SYNC_PILE_H
#define CONFORMANCE_SYNC_PILE_H

#include "check.h"
#include "eventlet.h"
#include "sync/notes.h"

__attribute__((unused)) static eventlet_greenpile *pile_of(int size)
{
    eventlet_greenpile *pile = NULL;

    CHECK_CODE(eventlet_greenpile_new(&pile, size), 0);
    return pile;
}

__attribute__((unused)) static eventlet_greenpile *pile_over(
    eventlet_greenpool *pool)
{
    eventlet_greenpile *pile = NULL;

    CHECK_CODE(eventlet_greenpile_new_pool(&pile, pool), 0);
    return pile;
}

/* Notes what comes out, up to the end or whatever else it is. */
__attribute__((unused)) static int drain(eventlet_greenpile *pile)
{
    int rc, result;
    void *arg;

    while ((rc = eventlet_greenpile_next(pile, &result, &arg)) == 0)
        note_number(result);
    return rc;
}

__attribute__((unused)) static int drain_pile(void *pile)
{
    return drain(pile);
}

/* Spawns into the pile from a green thread of its own. */
__attribute__((unused)) static int spawn_seven(void *pile)
{
    return eventlet_greenpile_spawn(pile, give, number(7));
}

#endif
