/* SPDX-License-Identifier: MIT */
/* Green threads of dagpools, actors and procs vanish, and who waits for them.
 */
#include "sync/dag.h"
#include "sync/vanish.h"

/* ---- dagpools ---- */

static eventlet_dagpool *dag;

static int nap_as(const char *key, eventlet_dagpool_results *results, void *arg,
                  void **value)
{
    (void)key, (void)results, (void)arg, (void)value;
    return eventlet_sleep(1);
}

static int want_b(void *arg)
{
    void *value;

    (void)arg;
    return eventlet_dagpool_getitem(dag, &value, "b") < 0 ? EVENTLET_EXIT : 0;
}

static int want_all(void *arg)
{
    (void)arg;
    return eventlet_dagpool_waitall(dag) < 0 ? EVENTLET_EXIT : 0;
}

/* a runs, b waits for it, c has not started, and two wait for them. */
static void begin_dag(void)
{
    notes();
    dag = dag_new();
    CHECK_CODE(eventlet_dagpool_spawn(dag, "a", NULL, 0, nap_as, NULL), 0);
    CHECK_CODE(eventlet_dagpool_spawn(dag, "b", letters, 1, collect, "b1"), 0);
    start(want_b, NULL);
    start(want_all, NULL);
    settle();
    CHECK_CODE(eventlet_dagpool_spawn(dag, "c", NULL, 0, nap_as, NULL), 0);
}

static bool dag_works(void)
{
    void *value = NULL;

    MUST(eventlet_dagpool_running(dag) == 0);
    MUST(eventlet_dagpool_waiting(dag) == 0);
    MUST(eventlet_dagpool_post(dag, "a", word("a2"), false) == 0);
    MUST(eventlet_dagpool_spawn(dag, "b", letters, 1, collect, "b2") == 0);
    MUST(eventlet_dagpool_getitem(dag, &value, "b") == 0);
    MUST(strcmp(value, "b2") == 0);
    MUST(eventlet_dagpool_waitall(dag) == 0);
    eventlet_dagpool_free(dag);
    return alive().dagpools == 0;
}

static void end_dag(void)
{
    eventlet_dagpool_free(dag);
}

VANISH_TEST(dagpool, who_vanishes_frees_its_key, "dagpool.34", begin_dag,
            dag_works, end_dag)

/* ---- actors ---- */

static eventlet_actor *actor;

static int take_a_nap(void *message, void *arg)
{
    (void)message, (void)arg;
    return eventlet_sleep(1);
}

static int cast(void)
{
    return eventlet_actor_cast(actor, NULL);
}

/* One is received, the next waits for it, and one is in the mailbox. */
static void begin_actor(void)
{
    CHECK_CODE(eventlet_actor_new(&actor, 1, take_a_nap, NULL), 0);
    for (int i = 0; i < 3; i++)
        CHECK_CODE(cast(), 0);
    settle();
}

static bool actor_is_closed(void)
{
    MUST(cast() == EVENTLET_CLOSED);
    MUST(eventlet_actor_waiting(actor) == 0);
    eventlet_actor_free(actor);
    return alive().actors == 0 && alive().pools == 0;
}

static void end_actor(void)
{
    eventlet_actor_free(actor);
}

VANISH_TEST(actor, one_that_vanishes_receives_no_more, "actor.10", begin_actor,
            actor_is_closed, end_actor)

static void begin_actor_only(void)
{
    CHECK_CODE(eventlet_actor_new(&actor, 2, take_a_nap, NULL), 0);
    settle();
    CHECK_CODE(cast(), 0);
    CHECK_CODE(eventlet_sleep(0), 0); /* handed over, and not begun */
}

VANISH_TEST(actor, messages_vanish_with_who_was_to_receive_them, "actor.10",
            begin_actor_only, actor_is_closed, end_actor)

/* ---- procs ---- */

static eventlet_proc *procs[3];

static int wait_for_one(void *arg)
{
    (void)arg;
    return eventlet_proc_wait(procs[2], NULL) < 0 ? EVENTLET_EXIT : 0;
}

static int wait_for_all(void *arg)
{
    (void)arg;
    return eventlet_proc_waitall(procs, 3, NULL) < 0 ? EVENTLET_EXIT : 0;
}

static int be_linked(void *arg)
{
    (void)arg;
    CHECK_CODE(
        eventlet_proc_link_greenthread(procs[2], EVENTLET_PROC_ANY, NULL), 0);
    return eventlet_sleep(1) < 0 ? EVENTLET_EXIT : 0;
}

static void begin_procs(void)
{
    CHECK_CODE(eventlet_proc_spawn(&procs[0], nap, NULL), 0);
    CHECK_CODE(eventlet_proc_source_new(&procs[2]), 0);
    settle();
    CHECK_CODE(
        eventlet_proc_spawn_link(&procs[1], nap, NULL, EVENTLET_PROC_EXCEPTION),
        0);
    start(wait_for_one, NULL);
    start(wait_for_all, NULL);
    start(be_linked, NULL);
    settle();
}

static bool procs_have_ended(void)
{
    for (int i = 0; i < 2; i++) {
        MUST(eventlet_proc_wait(procs[i], NULL) == EVENTLET_EXIT);
        MUST(eventlet_proc_greenthread(procs[i]) == NULL);
        MUST(eventlet_proc_kill(procs[i], 0) == 0);
    }
    MUST(!eventlet_proc_unlink_from(procs[2], NULL));
    MUST(eventlet_proc_send(procs[2], NULL) == 0);
    MUST(eventlet_proc_waitall(&procs[2], 1, NULL) == 0);
    settle();
    for (int i = 0; i < 3; i++)
        eventlet_proc_free(procs[i]);
    return alive().procs == 0;
}

static void end_procs(void)
{
    CHECK_CODE(eventlet_proc_send(procs[2], NULL), 0);
    settle();
    for (int i = 0; i < 3; i++)
        eventlet_proc_free(procs[i]);
}

VANISH_TEST(proc, one_that_vanishes_has_ended, "proc.18", begin_procs,
            procs_have_ended, end_procs)
