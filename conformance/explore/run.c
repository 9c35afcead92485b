/* SPDX-License-Identifier: MIT */
/* Green threads that say their verbs, and one run of them. */
#include "inside.h"

#include <stdio.h>
#include <stdlib.h>

struct explore_run explore_now;

static struct explore_thread *in_hub; /* whose verb the hub is saying */

struct explore_thread *explore_current(void)
{
    const eventlet_greenthread *self = explore_now.hub->current;

    if (!self)
        return in_hub;
    for (int i = 0; i < explore_now.count; i++)
        if (explore_now.threads[i].gt == self)
            return &explore_now.threads[i];
    explore_fail("a stranger runs");
}

int explore_me(void)
{
    return (int)(explore_current() - explore_now.threads);
}

void explore_check(void)
{
    const struct explore_program *p = explore_now.program;

    for (int i = 0; i < p->model_count; i++)
        if (!p->models[i]->is_closed())
            p->models[i]->check();
}

/* ---- gates ---- */

/* Returns 0 when the explorer says so, or what was thrown. */
static int stand_at_gate(struct explore_thread *t)
{
    int rc;

    if (explore_now.closing)
        return 0;
    t->state = EXPLORE_GATED;
    rc = eventlet__park();
    explore_now.happened++;
    if (rc < 0 && !t->killed && !t->in_call)
        explore_fail("%s is thrown at out of nowhere: %s", t->name,
                     eventlet_strerrorname(rc));
    if (rc == 0 && t->killed)
        explore_fail("the kill of %s is lost", t->name);
    if (rc == EVENTLET_EXIT && !t->in_call) {
        t->killed = false;
        t->unwinding = true;
    }
    t->state = EXPLORE_RUNNING;
    return rc;
}

int explore_pause(void)
{
    struct explore_thread *t = explore_current();
    int rc;

    if (!t->gt)
        return 0;
    rc = stand_at_gate(t);
    if (t->in_call)
        t->state = EXPLORE_INSIDE;
    return rc;
}

/* ---- threads ---- */

static void take_step(struct explore_thread *t)
{
    const struct explore_step *step = &t->script->steps[t->at];

    t->model = step->model;
    t->verb = step->verb;
    t->n = step->n;
}

static bool is_over(const struct explore_thread *t)
{
    return t->at == t->script->count;
}

static void run(const struct explore_step *step)
{
    const struct explore_model *model = step->model;

    if (step->verb->run) {
        step->verb->run(step->n);
        return;
    }
    explore_enter();
    (model->free ? model->free : model->close)();
    explore_leave(0, model->is_closed());
}

static void say(struct explore_thread *t)
{
    const struct explore_step *step = &t->script->steps[t->at++];

    if (!step->model->is_closed() || step->verb->gives_back)
        run(step);
    if (!explore_now.closing)
        explore_check();
}

/* One that was killed still gives back what it holds, without a gate. */
static int say_all(void *arg)
{
    struct explore_thread *t = arg;

    for (; !is_over(t); t->verb = NULL) {
        take_step(t);
        t->unwinding |= explore_now.closing;
        if (!t->unwinding)
            (void)stand_at_gate(t);
        if (t->unwinding && !t->verb->gives_back)
            t->at++;
        else
            say(t);
    }
    t->state = EXPLORE_ENDED;
    return 0;
}

void explore_say_in_hub(struct explore_thread *t)
{
    in_hub = t;
    say(t);
    in_hub = NULL;
    if (is_over(t))
        t->state = EXPLORE_ENDED;
    else
        take_step(t);
}

static struct explore_thread *new_thread(const char *kind, int number)
{
    struct explore_thread *t = &explore_now.threads[explore_now.count];

    if (explore_now.count == EXPLORE_THREADS)
        explore_fail("too many green threads");
    explore_now.count++;
    memset(t, 0, sizeof *t);
    snprintf(t->name, sizeof t->name, "%s%c", kind, 'a' + number);
    return t;
}

static void begin_thread(const struct explore_script *script, int number)
{
    struct explore_thread *t = new_thread(script->in_hub ? "hub " : "", number);

    t->script = script;
    if (script->in_hub) {
        take_step(t);
        return;
    }
    t->state = EXPLORE_RUNNING;
    if (eventlet_spawn(&t->gt, say_all, t) < 0)
        abort();
}

/* ---- those that the library makes ---- */

int explore_member(void)
{
    static const struct explore_verb work = { .name = "work" };
    struct explore_thread *t = new_thread("member ", explore_now.count);
    int rc;

    t->gt = eventlet_retain(eventlet_getcurrent());
    t->verb = &work;
    t->in_call = true;
    rc = stand_at_gate(t);
    t->in_call = t->killed = false;
    t->state = EXPLORE_ENDED;
    return rc;
}

/* ---- a run ---- */

/* All that is counted, but what the hub keeps for later. */
static void check_census(const struct eventlet_live *before)
{
    struct eventlet_live now;

    eventlet_live(&now);
    now.stacks = before->stacks;
#define SAME(kind)                                                             \
    if (now.kind != before->kind)                                              \
        explore_fail("%ld " #kind " left over", now.kind - before->kind);
    EVENTLET_LIVE_KINDS(SAME)
#undef SAME
}

static void check_rest(void)
{
    const struct explore_program *p = explore_now.program;

    for (int i = 0; i < explore_now.count; i++) {
        const struct explore_thread *t = &explore_now.threads[i];

        if (t->state == EXPLORE_INSIDE &&
            !(t->verb->may_wait && t->verb->may_wait(i)))
            explore_fail("lost wake-up: %s waits in %s for ever", t->name,
                         t->verb->name);
    }
    for (int i = 0; i < p->model_count; i++)
        if (p->models[i]->rest)
            p->models[i]->rest();
}

static void close_models(void)
{
    const struct explore_program *p = explore_now.program;

    explore_log(EXPLORE_CLOSE, NULL, 0);
    explore_now.closing = true;
    for (int i = 0; i < p->model_count; i++)
        p->models[i]->close();
}

static void check_ended(void)
{
    for (int i = 0; i < explore_now.count; i++) {
        struct explore_thread *t = &explore_now.threads[i];

        if (t->state != EXPLORE_ENDED && t->gt)
            explore_fail("%s still waits in %s when all is freed", t->name,
                         t->verb ? t->verb->name : "no verb");
        eventlet_release(t->gt);
    }
}

static void begin(const struct explore_program *program,
                  explore_choose_fn *choose, void *arg)
{
    struct explore_run *run = &explore_now;

    run->program = program;
    run->choose = choose;
    run->arg = arg;
    run->count = run->made_count = run->entry_count = run->passes = 0;
    run->happened = 0;
    run->closing = false;
    run->throws = 0;
    for (int i = 0; i < program->model_count; i++)
        program->models[i]->begin(program->with[i]);
    for (int i = 0; i < program->script_count; i++)
        begin_thread(&program->scripts[i], i);
}

struct explore_result explore_run(const struct explore_program *program,
                                  explore_choose_fn *choose, void *arg)
{
    struct eventlet_live before;

    eventlet_live(&before);
    begin(program, choose, arg);
    explore_wait_for_rest();
    check_rest();
    close_models();
    explore_wait_for_rest();
    check_ended();
    check_census(&before);
    return (struct explore_result){ explore_now.made_count,
                                    explore_now.throws > 0 };
}

void explore_open(void)
{
    explore_hub_open();
}

void explore_close(void)
{
    explore_hub_close();
}
