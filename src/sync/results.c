/* SPDX-License-Identifier: MIT */
/* Results in the order in which they were asked for. */
#include "sync/results.h"

#include "base/mem.h"

static void settle(struct eventlet__results *rs);

static void reader_left(struct eventlet__line *line)
{
    settle(EVENTLET__CONTAINER(line, struct eventlet__results, readers));
}

void eventlet__results_init(struct eventlet__results *rs)
{
    eventlet__list_init(&rs->row);
    eventlet__line_init(&rs->readers, reader_left);
    eventlet__waitq_init(&rs->room);
    rs->users = 1;
    EVENTLET__BORN(piles);
}

/* A reader need not wait: there is a result, or there will be none. */
static bool may_read(void *arg)
{
    struct eventlet__results *rs = arg;
    struct eventlet__result *r = eventlet__results_first(rs);

    return rs->closed || (r ? r->done : !rs->open);
}

/* After any change: wakes who can go on now. */
static void settle(struct eventlet__results *rs)
{
    if (may_read(rs))
        eventlet__line_wake(&rs->readers, 1);
}

/* One user less; rs may be gone afterwards. */
static void leave(struct eventlet__results *rs)
{
    if (--rs->users > 0)
        return;
    EVENTLET__DIED(piles);
    eventlet__free(rs);
}

/* The result may be gone afterwards. */
static void runner_ended(struct eventlet__local *end)
{
    struct eventlet__result *r =
        EVENTLET__CONTAINER(end, struct eventlet__result, end);

    eventlet_release(r->gt);
    r->gt = NULL;
    if (!r->done)
        eventlet__result_done(r, EVENTLET_EXIT);
}

struct eventlet__result *eventlet__result_new(eventlet_fn *fn, void *arg)
{
    struct eventlet__result *r = eventlet__alloc(sizeof *r);

    if (!r)
        return NULL;
    eventlet__node_init(&r->node);
    eventlet__node_init(&r->end.node);
    r->end.spawner_died = runner_ended;
    r->fn = fn;
    r->arg = arg;
    return r;
}

void eventlet__result_put(struct eventlet__results *rs,
                          struct eventlet__result *r)
{
    r->owner = rs;
    eventlet__list_append(&rs->row, &r->node);
    rs->count++;
}

/* Takes r out of the row; whoever asks sees what is behind it. */
static void disown(struct eventlet__result *r)
{
    struct eventlet__results *rs = r->owner;

    if (!rs)
        return;
    eventlet__unlink(&r->node);
    r->owner = NULL;
    rs->count--;
    settle(rs);
    eventlet__wake_one(&rs->room);
}

void eventlet__result_drop(struct eventlet__result *r)
{
    if (!r)
        return;
    disown(r);
    eventlet__unlink(&r->end.node);
    eventlet_release(r->gt);
    eventlet__free(r);
}

void eventlet__result_done(struct eventlet__result *r, int code)
{
    r->code = code;
    r->done = true;
    if (r->owner)
        settle(r->owner);
    else if (!r->held)
        eventlet__result_drop(r);
}

int eventlet__result_run(void *result)
{
    struct eventlet__result *r = result;
    int code = r->fn(r->arg);

    eventlet__result_done(r, code);
    return code;
}

static int take_first(struct eventlet__results *rs, int *code, void **arg)
{
    struct eventlet__result *r = eventlet__results_first(rs);

    if (!r)
        return EVENTLET_END;
    *code = r->code;
    if (arg)
        *arg = r->arg;
    eventlet__result_drop(r);
    return 0;
}

static int wait_for_first(struct eventlet__results *rs)
{
    int rc = 0;

    if (rs->readers.count > 0 || !may_read(rs))
        rc = eventlet__line_wait(&rs->readers, may_read, rs);
    return rc == 0 && rs->closed ? EVENTLET_CLOSED : rc;
}

struct reading {
    struct eventlet__stay stay;
    struct eventlet__results *rs;
};

static void reader_vanished(struct eventlet__keeper *keeper,
                            struct eventlet__stay *stay)
{
    (void)keeper;
    leave(EVENTLET__CONTAINER(stay, struct reading, stay)->rs);
}

static struct eventlet__keeper readers = { reader_vanished };

int eventlet__results_next(struct eventlet__results *rs, int *code, void **arg)
{
    struct reading me = { .rs = rs };
    eventlet_greenthread *self = eventlet__stay_begins(&me.stay, &readers);
    int rc;

    rs->users++;
    rc = wait_for_first(rs);
    eventlet__stay_ended(self, &me.stay);
    if (rc == 0)
        rc = take_first(rs, code, arg);
    settle(rs);
    leave(rs);
    return rc;
}

void eventlet__results_end(struct eventlet__results *rs)
{
    rs->open = false;
    settle(rs);
}

void eventlet__results_close(struct eventlet__results *rs)
{
    rs->closed = true;
    settle(rs);
}

void eventlet__results_free(struct eventlet__results *rs)
{
    struct eventlet__result *r;

    eventlet__results_close(rs);
    while ((r = eventlet__results_first(rs))) {
        disown(r);
        if (r->done)
            eventlet__result_drop(r);
    }
    leave(rs);
}
