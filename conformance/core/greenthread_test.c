/* SPDX-License-Identifier: MIT */
/* Spawning, identity, and the end of green threads. */
#include "core_support.h"

#include <errno.h>
#include <stdalign.h>
#include <stdint.h>

/* ---- spawn ---- */

GREEN_TEST(greenthread, spawned_run_in_order_once_the_caller_yields,
           "greenthread.1")
{
    notes_clear();
    for (int i = 0; i < 3; i++)
        CHECK_OK(eventlet_spawn(NULL, note_it,
                                i == 0   ? "a"
                                : i == 1 ? "b"
                                         : "c"));
    note("-");
    CHECK_OK(eventlet_sleep(0));
    note("-");
    CHECK_STR(notes, "-abc-");
}

static int spawn_another(void *arg)
{
    note("a");
    CHECK_OK(eventlet_spawn(NULL, note_it, arg));
    note("b");
    return 0;
}

GREEN_TEST(greenthread, spawned_by_a_green_thread_start_on_the_pass_after,
           "greenthread.1")
{
    notes_clear();
    CHECK_OK(eventlet_spawn(NULL, spawn_another, "c"));
    CHECK_OK(eventlet_spawn(NULL, note_it, "-"));
    clock_advance(0);
    CHECK_STR(notes, "ab-c");
}

GREEN_TEST(greenthread, spawn_and_wait_give_the_result, "greenthread.2")
{
    int answer = 42;
    eventlet_greenthread *gt = spawn(return_it, &answer);

    CHECK_INT(eventlet_wait(gt), 42);
    eventlet_release(gt);
}

GREEN_TEST(greenthread, one_that_nobody_holds_runs_and_is_freed,
           "greenthread.2")
{
    eventlet_greenthread *gt;

    notes_clear();
    CHECK_OK(eventlet_spawn(NULL, note_it, "a"));
    REQUIRE_OK(eventlet_spawn(&gt, note_it, "b"));
    eventlet_release(gt);
    CHECK_OK(eventlet_sleep(0));
    CHECK_STR(notes, "ab");
}

GREEN_TEST(greenthread, a_second_handle_outlives_the_first, "greenthread.2")
{
    int answer = 5;
    eventlet_greenthread *gt = spawn(return_it, &answer);

    CHECK_PTR(eventlet_retain(gt), gt);
    CHECK_INT(eventlet_wait(gt), 5);
    eventlet_release(gt);
    CHECK(eventlet_dead(gt));
    CHECK_INT(eventlet_wait(gt), 5);
    eventlet_release(gt);
    eventlet_release(NULL);
}

GREEN_TEST(greenthread, spawn_n_runs_and_drops_its_result, "greenthread.3")
{
    eventlet_greenthread *gt;

    notes_clear();
    REQUIRE_OK(eventlet_spawn_n(&gt, note_it, "n"));
    CHECK(!eventlet_dead(gt));
    CHECK_OK(eventlet_sleep(0));
    CHECK(eventlet_dead(gt));
    CHECK_STR(notes, "n");
    CHECK_CODE(eventlet_wait(gt), -EINVAL);
    eventlet_release(gt);
}

GREEN_TEST(greenthread, spawn_n_cannot_be_waited_for_or_linked,
           "greenthread.3 greenthread.20")
{
    eventlet_greenthread *gt;

    REQUIRE_OK(eventlet_spawn_n(&gt, sleep_long, NULL));
    CHECK_OK(eventlet_sleep(0));
    CHECK_CODE(eventlet_wait(gt), -EINVAL);
    CHECK_CODE(eventlet_link(gt, NULL, NULL), -EINVAL);
    CHECK_OK(eventlet_kill(gt, 0));
    CHECK(eventlet_dead(gt));
    eventlet_release(gt);
}

/* ---- spawn_copy ---- */

static unsigned char seen[1024];
static uintptr_t seen_at;
static size_t seen_size;

static int look(void *arg)
{
    seen_at = (uintptr_t)arg;
    memcpy(seen, arg, seen_size);
    return 0;
}

static void check_copy(size_t size)
{
    unsigned char local[1024], want[1024];
    eventlet_greenthread *gt;

    for (size_t i = 0; i < sizeof want; i++)
        want[i] = local[i] = (unsigned char)(i * 7 + size);
    seen_size = size;
    if (!CHECK_OK(eventlet_spawn_copy(&gt, look, local, size)))
        return;
    memset(local, 0xee, sizeof local);
    CHECK_OK(eventlet_wait(gt));
    eventlet_release(gt);
    CHECK_MEM(seen, want, size);
    CHECK_INT(seen_at % alignof(max_align_t), 0);
}

GREEN_TEST(greenthread, spawn_copy_keeps_a_copy_of_any_size, "greenthread.4")
{
    static const size_t sizes[] = { 1, 2, 7, 8, 15, 16, 17, 64, 1023, 1024 };

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        check_copy(sizes[i]);
}

GREEN_TEST(greenthread, spawn_copy_refuses_more_than_a_kilobyte,
           "greenthread.4")
{
    static char large[1025];
    eventlet_greenthread *gt = NULL;

    CHECK_CODE(eventlet_spawn_copy(&gt, look, large, sizeof large), -E2BIG);
    CHECK_PTR(gt, NULL);
}

GREEN_TEST(greenthread, spawn_copy_of_nothing, "greenthread.4")
{
    eventlet_greenthread *gt;

    seen_size = 0;
    REQUIRE_OK(eventlet_spawn_copy(&gt, look, NULL, 0));
    CHECK_OK(eventlet_wait(gt));
    eventlet_release(gt);
}

static int copy_over_sleep(void *arg)
{
    int rc = eventlet_sleep(1);

    return rc < 0 ? rc : *(int *)arg;
}

GREEN_TEST(greenthread, a_copy_lives_as_long_as_its_green_thread,
           "greenthread.4")
{
    eventlet_greenthread *gt[3];

    for (int i = 0; i < 3; i++)
        REQUIRE_OK(eventlet_spawn_copy(&gt[i], copy_over_sleep, &i, sizeof i));
    for (int i = 0; i < 3; i++) {
        CHECK_INT(eventlet_wait(gt[i]), i);
        eventlet_release(gt[i]);
    }
}

/* ---- spawn_after ---- */

GREEN_TEST(greenthread, spawn_after_starts_when_its_time_has_come,
           "greenthread.5")
{
    double began = now();
    eventlet_greenthread *gt;

    notes_clear();
    REQUIRE_OK(eventlet_spawn_after(&gt, 0.5, note_it, "x"));
    clock_advance(0.4);
    CHECK_STR(notes, "");
    CHECK(!eventlet_started(gt));
    CHECK_OK(eventlet_wait(gt));
    CHECK_STR(notes, "x");
    CHECK_DBL_NEAR(now() - began, 0.5, 1e-6);
    eventlet_release(gt);
}

static void link_note(eventlet_greenthread *gt, void *text)
{
    (void)gt;
    note(text);
}

GREEN_TEST(greenthread, spawn_after_is_linked_and_waited_for_before_it_starts,
           "greenthread.5")
{
    int answer = 22;
    eventlet_greenthread *gt;

    notes_clear();
    REQUIRE_OK(eventlet_spawn_after(&gt, 0.1, return_it, &answer));
    CHECK_OK(eventlet_link(gt, link_note, "l"));
    CHECK_INT(eventlet_wait(gt), 22);
    CHECK_STR(notes, "l");
    eventlet_release(gt);
}

GREEN_TEST(greenthread, spawn_after_can_be_cancelled, "greenthread.17")
{
    size_t before = timers();
    eventlet_greenthread *gt;

    notes_clear();
    REQUIRE_OK(eventlet_spawn_after(&gt, 0.1, note_it, "x"));
    CHECK_OK(eventlet_cancel(gt, 0));
    CHECK(eventlet_dead(gt));
    CHECK_CODE(eventlet_wait(gt), EVENTLET_EXIT);
    CHECK_INT(timers(), before);
    clock_advance(0.2);
    CHECK_STR(notes, "");
    eventlet_release(gt);
}

static int sleep_and_answer(void *seconds)
{
    int rc = eventlet_sleep(*(double *)seconds);

    return rc < 0 ? rc : 22;
}

GREEN_TEST(greenthread, spawn_after_cannot_be_cancelled_once_started,
           "greenthread.17")
{
    double tenth = 0.1;
    eventlet_greenthread *gt;

    REQUIRE_OK(eventlet_spawn_after(&gt, 0.1, sleep_and_answer, &tenth));
    clock_advance(0.1);
    CHECK(eventlet_started(gt));
    notes_clear();
    CHECK_OK(eventlet_spawn(NULL, note_it, "y"));
    CHECK_OK(eventlet_cancel(gt, 0));
    CHECK_STR(notes, ""); /* no yield either */
    CHECK_INT(eventlet_wait(gt), 22);
    eventlet_release(gt);
}

GREEN_TEST(greenthread, spawn_after_can_be_killed_once_started,
           "greenthread.10")
{
    double tenth = 0.1;
    eventlet_greenthread *gt;

    REQUIRE_OK(eventlet_spawn_after(&gt, 0.1, sleep_and_answer, &tenth));
    clock_advance(0.1);
    CHECK_OK(eventlet_kill(gt, 0));
    CHECK(eventlet_dead(gt));
    CHECK_CODE(eventlet_wait(gt), EVENTLET_EXIT);
    eventlet_release(gt);
}

struct spawner {
    eventlet_greenthread *child;
    double stay; /* seconds that the spawner lives on */
};

static int spawn_local(void *arg)
{
    struct spawner *s = arg;
    int rc = eventlet_spawn_after_local(&s->child, 0.2, note_it, "local");

    return rc < 0 ? rc : eventlet_sleep(s->stay);
}

GREEN_TEST(greenthread, spawn_after_local_starts_while_its_spawner_lives,
           "greenthread.6")
{
    struct spawner s = { NULL, 0.3 };
    eventlet_greenthread *gt = spawn(spawn_local, &s);

    notes_clear();
    clock_advance(0.25);
    CHECK_STR(notes, "local");
    eventlet_reap(gt);
    eventlet_release(s.child);
}

GREEN_TEST(greenthread, spawn_after_local_does_not_start_without_its_spawner,
           "greenthread.6")
{
    struct spawner s = { NULL, 0.1 };
    eventlet_greenthread *gt = spawn(spawn_local, &s);

    notes_clear();
    CHECK_OK(eventlet_wait(gt));
    clock_advance(1);
    CHECK_STR(notes, "");
    CHECK(!eventlet_started(s.child));
    eventlet_release(gt);
    CHECK_OK(eventlet_kill(s.child, 0));
    eventlet_release(s.child);
}

GREEN_TEST(greenthread, one_that_will_never_start_needs_only_a_release,
           "greenthread.6")
{
    struct spawner s = { NULL, 0.1 };
    eventlet_greenthread *gt = spawn(spawn_local, &s);

    CHECK_OK(eventlet_wait(gt));
    eventlet_release(gt);
    eventlet_release(s.child);
    clock_advance(1);
}

static int spawn_plain(void *arg)
{
    CHECK_OK(eventlet_spawn_after(NULL, 0.2, note_it, arg));
    return eventlet_spawn(NULL, note_it, "now ");
}

GREEN_TEST(greenthread, the_others_start_without_their_spawner, "greenthread.5")
{
    notes_clear();
    CHECK_OK(eventlet_spawn(NULL, spawn_plain, "later"));
    clock_advance(0.3);
    CHECK_STR(notes, "now later");
}
