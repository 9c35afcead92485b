/* SPDX-License-Identifier: MIT */
/* What is open in a pass of the hub, and choosing.
 *
 * What comes from outside runs in front of those who have been woken already,
 * in the order in which it comes. So a choice is needed only while somebody is
 * about to run: who else comes before that. When nobody is, one thing happens
 * and the pass goes on; what else might have come in the same pass comes in the
 * next, with the same effect, since those whom the first one woke run after it.
 *
 * That the clock stands still until the explorer moves it, and that nothing is
 * told but by it, is all that this kind of hub adds to "sim". */
#include "inside.h"

#include <stdlib.h>

#include "core/timeout.h"

struct option {
    enum explore_event event;
    struct explore_thread *thread;
};

struct options {
    struct option at[5 * EXPLORE_THREADS + 2];
    int count;
};

static eventlet_greenthread *killer;
static struct explore_thread *to_kill; /* by the killer */

static void add(struct options *o, enum explore_event event,
                struct explore_thread *thread)
{
    o->at[o->count++] = (struct option){ event, thread };
}

static int choose(int of)
{
    struct explore_run *run = &explore_now;
    int choice;

    if (of == 1)
        return 0;
    if (run->made_count == EXPLORE_CHOICES)
        explore_fail("it does not come to rest");
    choice = run->choose(run->arg, of);
    run->made[run->made_count++] = (unsigned char)choice;
    return choice;
}

/* ---- what there is ---- */

/* The deadline that comes next, guards aside; EXPLORE_FAR_NS: there is none. */
static int64_t next_deadline(const eventlet_hub *hub)
{
    struct eventlet__heap_item *first =
        eventlet__heap_first((struct eventlet__heap *)(uintptr_t)&hub->heap);

    return first && first->due_ns < EXPLORE_FAR_NS ? first->due_ns
                                                   : EXPLORE_FAR_NS;
}

/* Whether anybody would run in this pass if nothing came from outside. */
static bool is_busy(eventlet_hub *hub)
{
    return !eventlet__list_empty(&hub->next) ||
           next_deadline(hub) <= eventlet__hub_now(hub);
}

static bool can_be_hit(const struct explore_thread *t)
{
    return explore_now.throws < explore_now.program->throws && t->in_call &&
           t->gt && (t->state == EXPLORE_INSIDE || t->state == EXPLORE_GATED);
}

static void add_injections(struct options *o, bool after_others)
{
    for (int i = 0; i < explore_now.count; i++) {
        struct explore_thread *t = &explore_now.threads[i];

        if (!can_be_hit(t))
            continue;
        if (after_others) {
            if (!to_kill)
                add(o, EXPLORE_KILLER, t);
            continue;
        }
        add(o, EXPLORE_KILL, t);
        add(o, EXPLORE_THROW, t);
        if (t->guard.due_ns >= EXPLORE_FAR_NS)
            add(o, EXPLORE_TIMEOUT, t);
    }
}

static void add_gated(struct options *o)
{
    for (int i = 0; i < explore_now.count; i++)
        if (explore_now.threads[i].state == EXPLORE_GATED)
            add(o, EXPLORE_SAY, &explore_now.threads[i]);
}

/* `acted`: something has come in this pass. */
static void gather(struct options *o, bool busy, bool acted)
{
    o->count = 0;
    if (busy || acted)
        add(o, EXPLORE_GO, NULL);
    add_gated(o);
    if (next_deadline(explore_now.hub) < EXPLORE_FAR_NS &&
        next_deadline(explore_now.hub) > eventlet__hub_now(explore_now.hub))
        add(o, EXPLORE_CLOCK, NULL);
    if (o->count == 0)
        add(o, EXPLORE_REST, NULL);
    add_injections(o, acted);
}

/* ---- what may come ---- */

static void come_first(eventlet_greenthread *gt)
{
    eventlet__wake(gt);
    eventlet__unlink(&gt->task.node);
    eventlet__list_append(&gt->hub->ready, &gt->task.node);
}

static void release(struct explore_thread *t)
{
    if (!t->gt) {
        explore_say_in_hub(t);
        return;
    }
    t->state = EXPLORE_RELEASED;
    come_first(t->gt);
}

/* Due now; of those due now, behind none but those started before it. */
static void bring_due(eventlet_hub *hub, struct eventlet_timeout *t)
{
    struct eventlet__heap_item *item = (void *)t;

    eventlet__heap_remove(&hub->heap, item);
    item->due_ns = eventlet__hub_now(hub);
    eventlet__heap_insert(&hub->heap, item);
}

static void move_clock(eventlet_hub *hub)
{
    int64_t left = next_deadline(hub) - eventlet__hub_now(hub);

    if (left > 0)
        (void)!eventlet__hub_sim.wait(hub->state, left);
}

static void inject(enum explore_event event, struct explore_thread *t)
{
    explore_now.throws++;
    if (event == EXPLORE_TIMEOUT) {
        bring_due(explore_now.hub, &t->guard);
        return;
    }
    if (t->state == EXPLORE_GATED)
        t->state = EXPLORE_RELEASED;
    if (event == EXPLORE_KILLER) {
        to_kill = t;
        come_first(killer);
        return;
    }
    t->killed = true;
    if (event == EXPLORE_KILL)
        (void)!eventlet_kill(t->gt, EVENTLET_EXIT);
    else
        eventlet__throw(t->gt, EVENTLET_EXIT);
}

/* Returns whether it is something that waits for the pass to go on. */
static bool act(const struct option *o)
{
    explore_log(o->event, o->thread, o->thread ? o->thread->n : 0);
    switch (o->event) {
    case EXPLORE_SAY:
        release(o->thread);
        return o->thread->gt != NULL;
    case EXPLORE_CLOCK:
        move_clock(explore_now.hub);
        return true;
    case EXPLORE_KILL:
    case EXPLORE_TIMEOUT:
    case EXPLORE_KILLER:
        inject(o->event, o->thread);
        return true;
    case EXPLORE_THROW:
        inject(o->event, o->thread);
        return false;
    case EXPLORE_REST:
        eventlet__wake(explore_now.hub->main);
        return false;
    default:
        return false;
    }
}

/* ---- the pass ---- */

static bool ends_the_pass(enum explore_event event)
{
    return event == EXPLORE_GO || event == EXPLORE_CLOCK ||
           event == EXPLORE_REST;
}

static void let_go_on(void)
{
    struct options o;
    bool acted = false;

    for (;;) {
        bool busy = is_busy(explore_now.hub);
        const struct option *chosen;

        if (acted && !busy)
            return;
        gather(&o, busy, acted);
        chosen = &o.at[choose(o.count)];
        acted |= act(chosen);
        if (ends_the_pass(chosen->event))
            return;
    }
}

/* What is freed is left alone: no choices, only the end of it. */
static void finish(void)
{
    if (!is_busy(explore_now.hub))
        eventlet__wake(explore_now.hub->main);
}

static int wait(void *state, int64_t timeout_ns)
{
    (void)state, (void)timeout_ns;
    if (!explore_now.program)
        return 0;
    explore_now.happened++;
    if (++explore_now.passes > EXPLORE_CHOICES)
        explore_fail("it does not come to rest");
    if (explore_now.closing) {
        finish();
        return 0;
    }
    explore_check();
    if (explore_now.passes > 1) /* in the first one they come to their gates */
        let_go_on();
    return 0;
}

void explore_wait_for_rest(void)
{
    int rc = eventlet__park();

    if (rc < 0)
        explore_fail("main is thrown at: %s", eventlet_strerrorname(rc));
}

/* ---- the hub ---- */

static int kill_when_asked(void *arg)
{
    (void)arg;
    while (eventlet__park() == 0) {
        struct explore_thread *t = to_kill;

        to_kill = NULL;
        if (!t->in_call)
            continue; /* whoever came before the killer has let it finish */
        t->killed = true;
        (void)!eventlet_kill(t->gt, EVENTLET_EXIT);
    }
    return 0;
}

static int do_nothing(void *arg)
{
    (void)arg;
    return 0;
}

/* So that what the hub keeps does not look as if a run had left it. */
static void warm_up(eventlet_hub *hub)
{
    eventlet_greenthread *gts[2 * EXPLORE_THREADS];

    if (eventlet__heap_reserve(&hub->heap, 64) < 0)
        abort();
    for (int i = 0; i < 2 * EXPLORE_THREADS; i++)
        if (eventlet_spawn(&gts[i], do_nothing, NULL) < 0)
            abort();
    for (int i = 0; i < 2 * EXPLORE_THREADS; i++)
        eventlet_reap(gts[i]);
    if (eventlet_spawn(&killer, kill_when_asked, NULL) < 0)
        abort();
    (void)!eventlet_sleep(0);
}

void explore_hub_open(void)
{
    static struct eventlet_hub_kind kind;
    eventlet_hub *hub;

    if (!kind.name) {
        kind = eventlet__hub_sim;
        kind.name = "explore";
        kind.wait = wait;
        if (eventlet_hubs_register(&kind) < 0)
            abort();
    }
    if (eventlet_hubs_use_hub("explore") < 0)
        abort();
    hub = explore_now.hub = eventlet_hubs_get_hub();
    warm_up(hub);
    hub->watched++; /* it looks at each pass, */
    hub->detour++;  /* and nobody goes on past it */
}

void explore_hub_close(void)
{
    explore_now.program = NULL;
    eventlet_reap(killer);
    explore_now.hub->watched--;
    explore_now.hub->detour--;
    if (eventlet_hubs_drop() < 0)
        abort();
    explore_now.hub = NULL;
}
