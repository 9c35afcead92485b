/* SPDX-License-Identifier: MIT */
/* Mailboxes whose messages are received in order.
 *
 * A green thread of the actor's own, the postman, takes the oldest letter and
 * has a member of the pool receive it, which waits while so many are being
 * received as may. A letter stays in the mailbox until then.
 *
 * The actor outlives eventlet_actor_free until the postman and the last member
 * have ended. */
#include "eventlet/actor.h"

#include <errno.h>

#include "base/list.h"
#include "base/mem.h"
#include "sync/greenpool.h"
#include "sync/home.h"

struct eventlet_actor {
    eventlet_received_fn *received;
    void *arg;
    eventlet_greenpool *pool;
    struct eventlet__list mailbox;
    size_t waiting;                 /* letters in it */
    struct eventlet__waitq postman; /* waits for a letter */
    struct eventlet__local end;     /* in the postman's locals */
    size_t users; /* its owner, the postman, and who receives */
    bool closed;  /* no more is received */
    const void *home;
};

struct letter {
    struct eventlet__node node;
    eventlet_actor *actor;
    void *message;
    struct eventlet__local end; /* in the locals of who receives it */
};

/* One user less; it may be gone afterwards. */
static void leave(eventlet_actor *actor)
{
    if (--actor->users > 0)
        return;
    EVENTLET__DIED(actors);
    eventlet__free(actor);
}

/* ---- receiving ---- */

static void done_with(struct letter *letter)
{
    eventlet_actor *actor = letter->actor;

    eventlet__unlink(&letter->end.node);
    eventlet__free(letter);
    leave(actor);
}

static void receiver_vanished(struct eventlet__local *end)
{
    done_with(EVENTLET__CONTAINER(end, struct letter, end));
}

static int receive(void *arg)
{
    struct letter *letter = arg;
    eventlet_actor *actor = letter->actor;
    int rc = actor->received(letter->message, actor->arg);

    done_with(letter);
    return rc;
}

static struct letter *first_letter(eventlet_actor *actor)
{
    struct eventlet__node *n = eventlet__list_first(&actor->mailbox);

    return n ? EVENTLET__CONTAINER(n, struct letter, node) : NULL;
}

static void take_out(struct letter *letter)
{
    eventlet__unlink(&letter->node);
    letter->actor->waiting--;
}

/* Without memory for a green thread the postman receives it itself, so that no
 * letter gets lost that was taken for granted. */
static void hand_over(struct letter *letter, int spawned)
{
    take_out(letter);
    letter->actor->users++;
    if (spawned == 0)
        return;
    spawned = receive(letter);
    if (spawned < 0)
        eventlet__hub_escaped(eventlet__hub, "a message's receiver", spawned);
}

/* Returns 0, or a negative code when the actor is closed. */
static int deliver_one(eventlet_actor *actor)
{
    struct letter *letter = first_letter(actor);
    int rc;

    if (!letter)
        return eventlet__wait_on(&actor->postman);
    rc = eventlet__greenpool_spawn(actor->pool, receive, letter, &letter->end);
    if (rc < 0 && rc != -ENOMEM)
        return rc;
    hand_over(letter, rc);
    return 0;
}

static void drop_letters(eventlet_actor *actor)
{
    struct letter *letter;

    while ((letter = first_letter(actor)) != NULL) {
        take_out(letter);
        eventlet__free(letter);
    }
}

static int deliver(void *arg)
{
    eventlet_actor *actor = arg;

    while (!actor->closed && deliver_one(actor) == 0)
        continue;
    return 0;
}

/* The postman has, or has vanished. */
static void ended(struct eventlet__local *end)
{
    eventlet_actor *actor = EVENTLET__CONTAINER(end, eventlet_actor, end);

    actor->closed = true;
    drop_letters(actor);
    leave(actor);
}

/* ---- the calls ---- */

static int start(eventlet_actor *actor, int concurrency)
{
    int rc = eventlet_greenpool_new(&actor->pool, concurrency);
    eventlet_greenthread *postman;

    if (rc < 0)
        return rc;
    rc = eventlet_spawn(&postman, deliver, actor);
    if (rc < 0) {
        eventlet_greenpool_free(actor->pool);
        return rc;
    }
    eventlet__tell_end(postman, &actor->end, ended);
    eventlet_release(postman);
    actor->users++;
    return 0;
}

int eventlet_actor_new(eventlet_actor **actor, int concurrency,
                       eventlet_received_fn *received, void *arg)
{
    eventlet_actor *made;
    int rc;

    if (concurrency < 1)
        return -EINVAL;
    made = eventlet__alloc(sizeof *made);
    if (!made)
        return -ENOMEM;
    made->received = received;
    made->arg = arg;
    made->users = 1;
    made->home = eventlet__home();
    eventlet__list_init(&made->mailbox);
    eventlet__waitq_init(&made->postman);
    EVENTLET__BORN(actors);
    rc = start(made, concurrency);
    if (rc < 0)
        leave(made);
    else
        *actor = made;
    return rc;
}

/* The postman may wait for a letter, or for a place in the pool. */
void eventlet_actor_free(eventlet_actor *actor)
{
    if (!actor)
        return;
    actor->closed = true;
    eventlet__wake_all(&actor->postman);
    eventlet_greenpool_free(actor->pool);
    leave(actor);
}

int eventlet_actor_cast(eventlet_actor *actor, void *message)
{
    struct letter *letter;

    if (!eventlet__at_home(actor->home))
        return -EPERM;
    if (actor->closed)
        return EVENTLET_CLOSED;
    letter = eventlet__alloc(sizeof *letter);
    if (!letter)
        return -ENOMEM;
    letter->actor = actor;
    letter->message = message;
    letter->end.spawner_died = receiver_vanished;
    eventlet__node_init(&letter->end.node);
    eventlet__list_append(&actor->mailbox, &letter->node);
    actor->waiting++;
    eventlet__wake_one(&actor->postman);
    return 0;
}

size_t eventlet_actor_waiting(const eventlet_actor *actor)
{
    return actor->waiting;
}

eventlet_greenpool *eventlet_actor_pool(const eventlet_actor *actor)
{
    return actor->pool;
}
