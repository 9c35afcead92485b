/* SPDX-License-Identifier: MIT */
/* Whom a proc tells of its end. */
#include "sync/proc.h"

GREEN_TEST(proc, links_are_told_in_order_on_a_later_pass, "proc.5 proc.7")
{
    eventlet_proc *p = source_new();

    notes();
    link_fn(p, EVENTLET_PROC_ANY, "A");
    link_fn(p, EVENTLET_PROC_VALUE, "B");
    CHECK_CODE(eventlet_proc_send(p, NULL), 0);
    CHECK_STR(notes(), "");
    let_others_run();
    CHECK_STR(notes(), "A B");
    let_others_run();
    CHECK_STR(notes(), "");
    eventlet_proc_free(p);
}

GREEN_TEST(proc, a_late_link_is_told_on_the_next_pass, "proc.5")
{
    eventlet_proc *p = source_new();

    notes();
    CHECK_CODE(eventlet_proc_send(p, NULL), 0);
    link_fn(p, EVENTLET_PROC_ANY, "A");
    CHECK_STR(notes(), "");
    let_others_run();
    link_fn(p, EVENTLET_PROC_ANY, "B");
    let_others_run();
    CHECK_STR(notes(), "A B");
    eventlet_proc_free(p);
}

static int link_another(eventlet_proc *p, void *word)
{
    note(word);
    link_fn(p, EVENTLET_PROC_ANY, "from a link");
    return 0;
}

GREEN_TEST(proc, a_link_may_link, "proc.5")
{
    eventlet_proc *p = source_new();

    notes();
    CHECK_CODE(eventlet_proc_link(p, EVENTLET_PROC_ANY, link_another, "A"), 0);
    link_fn(p, EVENTLET_PROC_ANY, "B");
    CHECK_CODE(eventlet_proc_send(p, NULL), 0);
    clock_advance(0);
    CHECK_STR(notes(), "A B from a link");
    eventlet_proc_free(p);
}

GREEN_TEST(proc, links_are_for_values_or_codes, "proc.6")
{
    eventlet_proc *value = source_new(), *code = source_new();

    notes();
    link_fn(value, EVENTLET_PROC_EXCEPTION, "wrong");
    link_fn(value, EVENTLET_PROC_VALUE, "value");
    link_fn(value, EVENTLET_PROC_ANY, "any");
    link_fn(code, EVENTLET_PROC_VALUE, "wrong");
    link_fn(code, EVENTLET_PROC_EXCEPTION, "code");
    link_fn(code, EVENTLET_PROC_ANY, "any");
    CHECK_CODE(eventlet_proc_send(value, NULL), 0);
    let_others_run();
    CHECK_CODE(eventlet_proc_send_exception(code, EVENTLET_USER(1)), 0);
    let_others_run();
    CHECK_STR(notes(), "value any code any");
    eventlet_proc_free(value);
    eventlet_proc_free(code);
}

GREEN_TEST(proc, a_link_that_fails_keeps_nobody_from_being_told, "proc.7")
{
    eventlet_proc *p = source_new();

    notes();
    CHECK_CODE(eventlet_proc_link(p, EVENTLET_PROC_ANY, note_and_fail, "A"), 0);
    link_fn(p, EVENTLET_PROC_ANY, "B");
    CHECK_CODE(eventlet_proc_send(p, NULL), 0);
    catch_log();
    let_others_run();
    release_log();
    CHECK_STR(notes(), "A B");
    CHECK_INT(logged_lines, 1);
    CHECK_HAS(logged_line, "EVENTLET_USER(9)");
    eventlet_proc_free(p);
}

/* ---- events and queues ---- */

GREEN_TEST(proc, an_event_is_sent_the_value, "proc.5 proc.8")
{
    eventlet_proc *p = proc_spawn(give_late, number(100));

    for (int i = 0; i < 3; i++) { /* two of them after the end */
        eventlet_event *event;
        void *value = NULL;

        REQUIRE_CODE(eventlet_event_new(&event), 0);
        CHECK_CODE(eventlet_proc_link_event(p, EVENTLET_PROC_ANY, event), 0);
        CHECK_CODE(eventlet_event_wait(event, &value), 0);
        CHECK_PTR(value, number(100));
        eventlet_event_free(event);
    }
    eventlet_proc_free(p);
}

GREEN_TEST(proc, an_event_is_sent_the_code, "proc.8")
{
    eventlet_proc *p = proc_spawn(give, number(EVENTLET_USER(1)));
    eventlet_event *event, *sent;

    REQUIRE_CODE(eventlet_event_new(&event), 0);
    REQUIRE_CODE(eventlet_event_new(&sent), 0);
    CHECK_CODE(eventlet_event_send(sent, NULL), 0);
    CHECK_CODE(eventlet_proc_link_event(p, EVENTLET_PROC_ANY, sent), 0);
    CHECK_CODE(eventlet_proc_link_event(p, EVENTLET_PROC_ANY, event), 0);
    catch_log();
    CHECK_CODE(eventlet_event_wait(event, NULL), EVENTLET_USER(1));
    release_log();
    CHECK_INT(logged_lines, 1); /* of the green thread; sent twice is none */
    CHECK(eventlet_event_has_result(sent));
    eventlet_proc_free(p);
    eventlet_event_free(event);
    eventlet_event_free(sent);
}

GREEN_TEST(proc, a_queue_is_put_the_proc, "proc.8")
{
    eventlet_proc *p = proc_spawn(give_late, number(100));
    eventlet_queue *queue, *full;
    void *item = NULL;

    REQUIRE_CODE(eventlet_queue_new(&queue, EVENTLET_UNLIMITED), 0);
    REQUIRE_CODE(eventlet_queue_new(&full, 0), 0);
    CHECK_CODE(eventlet_proc_link_queue(p, EVENTLET_PROC_ANY, full), 0);
    CHECK_CODE(eventlet_proc_link_queue(p, EVENTLET_PROC_ANY, queue), 0);
    catch_log();
    CHECK_CODE(eventlet_queue_get(queue, &item), 0);
    release_log();
    CHECK_PTR(item, p);
    CHECK_INT(logged_lines, 1);
    CHECK_HAS(logged_line, "EVENTLET_FULL");
    eventlet_queue_free(queue);
    eventlet_queue_free(full);
    eventlet_proc_free(p);
}

/* ---- green threads ---- */

/* Has one that ends with `code` (or a value) and its listener meet. */
static void end_under(eventlet_greenthread *gt, enum eventlet_proc_end end,
                      int code)
{
    eventlet_proc *p = source_new();

    CHECK_CODE(eventlet_proc_link_greenthread(p, end, gt), 0);
    CHECK_CODE(code < 0 ? eventlet_proc_send_exception(p, code)
                        : eventlet_proc_send(p, NULL),
               0);
    clock_advance(0);
    eventlet_proc_free(p);
}

GREEN_TEST(proc, a_green_thread_is_thrown_at, "proc.9")
{
    eventlet_greenthread *gt[] = { receiver("A"), receiver("B"),
                                   receiver("C") };

    notes();
    end_under(gt[0], EVENTLET_PROC_ANY, 0);
    end_under(gt[1], EVENTLET_PROC_EXCEPTION, EVENTLET_USER(1));
    end_under(gt[2], EVENTLET_PROC_ANY, EVENTLET_EXIT);
    CHECK_STR(notes(), "A:LINKED_COMPLETED B:LINKED_FAILED C:LINKED_KILLED");
    for (int i = 0; i < 3; i++)
        eventlet_reap(gt[i]);
}

GREEN_TEST(proc, exception_links_are_silent_at_a_value, "proc.6 proc.9")
{
    eventlet_greenthread *gt = receiver("A");

    notes();
    end_under(gt, EVENTLET_PROC_EXCEPTION, 0);
    end_under(gt, EVENTLET_PROC_VALUE, EVENTLET_USER(1));
    CHECK_STR(notes(), "");
    eventlet_reap(gt);
    CHECK_STR(notes(), "A:EXIT");
}

GREEN_TEST(proc, the_caller_is_thrown_at_where_it_waits, "proc.5 proc.9")
{
    eventlet_proc *p = NULL;

    REQUIRE_CODE(
        eventlet_proc_spawn_link(&p, give_late, number(1), EVENTLET_PROC_ANY),
        0);
    CHECK_CODE(eventlet_sleep(10), EVENTLET_LINKED_COMPLETED);
    CHECK_CODE(eventlet_proc_link_greenthread(p, EVENTLET_PROC_ANY, NULL), 0);
    CHECK_CODE(eventlet_sleep(10), EVENTLET_LINKED_COMPLETED);
    CHECK_CODE(eventlet_sleep(10), 0);
    eventlet_proc_free(p);
}

GREEN_TEST(proc, a_proc_may_be_linked_to_another, "proc.9")
{
    eventlet_proc *p = proc_spawn(give_late, number(1));
    eventlet_proc *q = proc_spawn(nap, NULL);
    eventlet_proc *late = proc_spawn(sleep_and_tell, "late");

    notes();
    CHECK_CODE(eventlet_proc_kill(q, 0), 0); /* before it starts */
    eventlet_proc_free(q);
    q = proc_spawn(sleep_and_tell, "linked");
    let_others_run();
    CHECK_CODE(eventlet_proc_link_greenthread(p, EVENTLET_PROC_ANY,
                                              eventlet_proc_greenthread(q)),
               0);
    CHECK_INT(got(q), 0);
    CHECK_CODE(eventlet_proc_link_greenthread(p, EVENTLET_PROC_ANY,
                                              eventlet_proc_greenthread(late)),
               0);
    CHECK_INT(got(late), 0);
    CHECK_STR(notes(), "linked:LINKED_COMPLETED late:LINKED_COMPLETED");
    eventlet_proc_free(p);
    eventlet_proc_free(q);
    eventlet_proc_free(late);
}

GREEN_TEST(proc, one_that_has_ended_is_not_told, "proc.10")
{
    eventlet_greenthread *dead = receiver("A"), *dying = receiver("B");
    eventlet_proc *p = source_new();

    notes();
    CHECK_CODE(eventlet_kill(dead, 0), 0);
    CHECK_CODE(eventlet_proc_link_greenthread(p, EVENTLET_PROC_ANY, dead), 0);
    CHECK_CODE(eventlet_proc_link_greenthread(p, EVENTLET_PROC_ANY, dying), 0);
    eventlet_reap(dying);
    eventlet_release(dead);
    CHECK_CODE(eventlet_proc_send(p, NULL), 0);
    let_others_run();
    CHECK_STR(notes(), "A:EXIT B:EXIT");
    eventlet_proc_free(p);
}

static int kill_it(eventlet_proc *p, void *gt)
{
    (void)p;
    return eventlet_kill(gt, 0);
}

GREEN_TEST(proc, a_kill_stays_a_kill, "proc.10")
{
    eventlet_greenthread *gt = receiver("A");
    eventlet_proc *p = source_new();

    notes();
    CHECK_CODE(eventlet_proc_link(p, EVENTLET_PROC_ANY, kill_it, gt), 0);
    CHECK_CODE(eventlet_proc_link_greenthread(p, EVENTLET_PROC_ANY, gt), 0);
    CHECK_CODE(eventlet_proc_send(p, NULL), 0);
    clock_advance(0);
    CHECK_STR(notes(), "A:EXIT");
    eventlet_reap(gt);
    eventlet_proc_free(p);
}

static int link_in_hub(void *p)
{
    note(eventlet_strerrorname(
        eventlet_proc_link_greenthread(p, EVENTLET_PROC_ANY, NULL)));
    note(eventlet_strerrorname(
        eventlet_proc_waitall((eventlet_proc *[]){ p }, 1, NULL)));
    return 0;
}

GREEN_TEST(proc, the_hub_cannot_be_linked, "proc.11")
{
    eventlet_proc *p = source_new();

    notes();
    CHECK_CODE(eventlet_hub_schedule_call_global(NULL, eventlet_hubs_get_hub(),
                                                 0, link_in_hub, p),
               0);
    clock_advance(0);
    CHECK_STR(notes(), "EVENTLET_IN_HUB EVENTLET_IN_HUB");
    eventlet_proc_free(p);
}

/* ---- unlinking ---- */

GREEN_TEST(proc, unlinked_before_the_end_is_not_told, "proc.12")
{
    eventlet_proc *p = proc_spawn(give_late, NULL);
    eventlet_event *event;

    notes();
    REQUIRE_CODE(eventlet_event_new(&event), 0);
    CHECK_CODE(eventlet_proc_link_greenthread(p, EVENTLET_PROC_ANY, NULL), 0);
    CHECK_CODE(eventlet_proc_link_event(p, EVENTLET_PROC_ANY, event), 0);
    link_fn(p, EVENTLET_PROC_ANY, "A");
    CHECK(eventlet_proc_unlink_from(p, NULL));
    CHECK(!eventlet_proc_unlink_from(p, NULL));
    CHECK(eventlet_proc_unlink_from(p, event));
    CHECK(!eventlet_proc_unlink(p, note_and_fail, "A"));
    CHECK(eventlet_proc_unlink(p, note_link, "A"));
    CHECK_CODE(eventlet_sleep(2), 0);
    CHECK_STR(notes(), "");
    CHECK(!eventlet_event_ready(event));
    eventlet_event_free(event);
    eventlet_proc_free(p);
}

static int unlink_the_other(eventlet_proc *p, void *word)
{
    note(word);
    CHECK(eventlet_proc_unlink(p, unlink_the_other,
                               strcmp(word, "A") ? "A" : "B"));
    return 0;
}

static void link_both(eventlet_proc *p)
{
    notes();
    CHECK_CODE(eventlet_proc_link(p, EVENTLET_PROC_ANY, unlink_the_other, "A"),
               0);
    CHECK_CODE(eventlet_proc_link(p, EVENTLET_PROC_ANY, unlink_the_other, "B"),
               0);
}

GREEN_TEST(proc, unlinked_while_others_are_told_is_not_told, "proc.12")
{
    eventlet_proc *source = source_new();

    link_both(source);
    CHECK_CODE(eventlet_proc_send(source, NULL), 0);
    let_others_run();
    CHECK_STR(notes(), "A");
    eventlet_proc_free(source);
}

GREEN_TEST(proc, unlinked_while_a_spawned_one_tells_is_not_told, "proc.12")
{
    eventlet_proc *p = proc_spawn(give_late, NULL);

    link_both(p);
    clock_advance(2);
    CHECK_STR(notes(), "A");
    eventlet_proc_free(p);
}

static int free_it(eventlet_proc *p, void *word)
{
    note(word);
    eventlet_proc_free(p);
    return 0;
}

GREEN_TEST(proc, a_link_may_free_it, "proc.15")
{
    eventlet_proc *p = source_new();

    notes();
    CHECK_CODE(eventlet_proc_link(p, EVENTLET_PROC_ANY, free_it, "A"), 0);
    link_fn(p, EVENTLET_PROC_ANY, "B");
    CHECK_CODE(eventlet_proc_send(p, NULL), 0);
    let_others_run();
    CHECK_STR(notes(), "A");
}

GREEN_TEST(proc, freed_before_it_could_tell_it_tells_nobody, "proc.15")
{
    eventlet_proc *p = source_new();

    notes();
    link_fn(p, EVENTLET_PROC_ANY, "A");
    CHECK_CODE(eventlet_proc_send(p, NULL), 0);
    eventlet_proc_free(p);
    let_others_run();
    CHECK_STR(notes(), "");
}
