/* SPDX-License-Identifier: MIT */
/* Two on one descriptor; closing under a waiter; recycled numbers. */
#include "core_support.h"
#include "pair.h"

/* ---- two on one descriptor ---- */

GREEN_TEST_HUBS(hub, a_second_reader_gets_an_error_and_the_first_its_data,
                "hub.12")
{
    int pair[2];
    struct waiter w;

    REQUIRE(pair_open(pair));
    waiter_start(&w, pair[0], EVENTLET_READ, 100);
    CHECK_CODE(eventlet_hubs_trampoline(pair[0], EVENTLET_READ, 1),
               EVENTLET_SECOND_READER);
    CHECK_INT(w.got, 1);
    pair_poke(pair[1]);
    CHECK_INT(waiter_end(&w), 0);
    pair_close(pair);
}

GREEN_TEST_HUBS(hub, a_second_writer_gets_an_error_as_well, "hub.12")
{
    int pair[2];
    struct waiter w;

    REQUIRE(pair_open(pair));
    pair_fill(pair[0]);
    waiter_start(&w, pair[0], EVENTLET_WRITE, 100);
    CHECK_CODE(eventlet_hubs_trampoline(pair[0], EVENTLET_WRITE, 1),
               EVENTLET_SECOND_WRITER);
    pair_drain(pair[1]);
    CHECK_INT(waiter_end(&w), 0);
    pair_close(pair);
}

GREEN_TEST_HUBS(hub, a_reader_and_a_writer_do_not_disturb_each_other, "hub.12")
{
    int pair[2];
    struct waiter reader, writer;

    REQUIRE(pair_open(pair));
    pair_fill(pair[0]);
    waiter_start(&reader, pair[0], EVENTLET_READ, 100);
    waiter_start(&writer, pair[0], EVENTLET_WRITE, 100);
    pair_drain(pair[1]);
    CHECK_INT(waiter_end(&writer), 0);
    CHECK_INT(reader.got, 1);
    pair_poke(pair[1]);
    CHECK_INT(waiter_end(&reader), 0);
    pair_close(pair);
}

GREEN_TEST(hub, a_second_reader_is_named_with_the_first, "hub.12")
{
    int pair[2];
    char id[24];
    struct waiter w;

    REQUIRE(pair_open(pair));
    waiter_start(&w, pair[0], EVENTLET_READ, 100);
    log_catch();
    CHECK_CODE(eventlet_hubs_trampoline(pair[0], EVENTLET_READ, 1),
               EVENTLET_SECOND_READER);
    snprintf(id, sizeof id, "%llu", (unsigned long long)eventlet_id(w.gt));
    CHECK_HAS(logged.text, id);
    log_let_go();
    eventlet_reap(w.gt);
    pair_close(pair);
}

GREEN_TEST_HUBS(hub, allowed_a_second_reader_waits_its_turn, "hub.13")
{
    int pair[2];
    struct waiter first, second;

    REQUIRE(pair_open(pair));
    eventlet_debug_hub_prevent_multiple_readers(false);
    waiter_start(&first, pair[0], EVENTLET_READ, 100);
    waiter_start(&second, pair[0], EVENTLET_READ, 100);
    CHECK_INT(readers(), 2);
    pair_poke(pair[1]);
    CHECK_INT(waiter_end(&first), 0);
    pair_drain(pair[0]);
    CHECK_INT(second.got == 1 || second.got == 0, true);
    pair_poke(pair[1]);
    CHECK_INT(waiter_end(&second), 0);
    eventlet_debug_hub_prevent_multiple_readers(true);
    pair_close(pair);
}

GREEN_TEST_HUBS(hub, killing_the_first_reader_promotes_the_second, "hub.13")
{
    int pair[2];
    struct waiter first, second;

    REQUIRE(pair_open(pair));
    eventlet_debug_hub_prevent_multiple_readers(false);
    waiter_start(&first, pair[0], EVENTLET_READ, 100);
    waiter_start(&second, pair[0], EVENTLET_READ, 100);
    eventlet_reap(first.gt);
    CHECK_INT(second.got, 1);
    pair_poke(pair[1]);
    CHECK_INT(waiter_end(&second), 0);
    eventlet_debug_hub_prevent_multiple_readers(true);
    pair_close(pair);
}

GREEN_TEST_HUBS(hub, a_second_reader_that_times_out_leaves_the_first, "hub.13")
{
    int pair[2];
    struct waiter first;

    REQUIRE(pair_open(pair));
    eventlet_debug_hub_prevent_multiple_readers(false);
    waiter_start(&first, pair[0], EVENTLET_READ, 100);
    CHECK_CODE(eventlet_hubs_trampoline(pair[0], EVENTLET_READ, 0.001),
               EVENTLET_TIMEOUT);
    CHECK_INT(readers(), 1);
    pair_poke(pair[1]);
    CHECK_INT(waiter_end(&first), 0);
    eventlet_debug_hub_prevent_multiple_readers(true);
    pair_close(pair);
}

/* ---- closing under a waiter ---- */

GREEN_TEST_HUBS(hub, closing_a_descriptor_wakes_who_waits_on_it, "hub.17")
{
    int pair[2];
    struct waiter reader, writer;

    REQUIRE(pair_open(pair));
    pair_fill(pair[0]);
    waiter_start(&reader, pair[0], EVENTLET_READ, 100);
    waiter_start(&writer, pair[0], EVENTLET_WRITE, 100);
    eventlet_hubs_notify_close(pair[0]);
    close(pair[0]);
    pair[0] = -1;
    CHECK_CODE(waiter_end(&reader), EVENTLET_CLOSED);
    CHECK_CODE(waiter_end(&writer), EVENTLET_CLOSED);
    CHECK_INT(readers() + writers(), 0);
    pair_close(pair);
}

GREEN_TEST_HUBS(hub, closing_one_of_two_numbers_leaves_the_other, "hub.17")
{
    int pair[2], other;
    struct waiter w;

    REQUIRE(pair_open(pair));
    other = dup(pair[0]);
    eventlet_hubs_notify_opened(other);
    waiter_start(&w, other, EVENTLET_READ, 100);
    CHECK_CODE(eventlet_hubs_trampoline(pair[0], EVENTLET_READ, 0.001),
               EVENTLET_TIMEOUT);
    eventlet_hubs_notify_close(pair[0]);
    close(pair[0]);
    pair[0] = other;
    let_others_run();
    CHECK_INT(w.got, 1);
    pair_poke(pair[1]);
    CHECK_INT(waiter_end(&w), 0);
    pair_close(pair);
}

/* ---- recycled numbers ---- */

/* Closes pair[0] without a word, and has the system give its number to one end
 * of a fresh pair. */
static void recycle(int pair[2], int fresh[2])
{
    int number = pair[0];

    close(pair[0]);
    pair[0] = -1;
    REQUIRE(pair_open(fresh));
    if (fresh[0] != number) {
        CHECK_INT(dup2(fresh[0], number), number);
        close(fresh[0]);
        fresh[0] = number;
    }
    eventlet_hubs_notify_opened(number);
}

GREEN_TEST_HUBS(hub, a_waiter_on_the_former_life_of_a_number_is_told, "hub.18")
{
    int pair[2], fresh[2];
    struct waiter w;

    REQUIRE(pair_open(pair));
    waiter_start(&w, pair[0], EVENTLET_READ, 100);
    recycle(pair, fresh);
    CHECK_INT(w.got, 1);
    CHECK_CODE(waiter_end(&w), EVENTLET_CLOSED);
    waiter_start(&w, fresh[0], EVENTLET_READ, 100);
    pair_poke(fresh[1]);
    CHECK_INT(waiter_end(&w), 0);
    pair_close(fresh);
    pair_close(pair);
}

GREEN_TEST_HUBS(hub, a_recycled_number_wakes_no_stranger, "hub.19")
{
    int pair[2], fresh[2];
    struct waiter old, young;

    REQUIRE(pair_open(pair));
    waiter_start(&old, pair[0], EVENTLET_READ, 100);
    recycle(pair, fresh);
    pair_poke(fresh[1]); /* for whoever waits on the new one, not the old */
    waiter_start(&young, fresh[0], EVENTLET_READ, 100);
    CHECK_CODE(waiter_end(&old), EVENTLET_CLOSED);
    CHECK_INT(waiter_end(&young), 0);
    pair_close(fresh);
    pair_close(pair);
}

GREEN_TEST_HUBS(hub, a_duplicate_may_take_the_number_over, "hub.19")
{
    int pair[2], other[2], kept;
    struct waiter w;

    REQUIRE(pair_open(pair) && pair_open(other));
    kept = dup(pair[0]); /* so the file lives on, the number does not */
    waiter_start(&w, pair[0], EVENTLET_READ, 100);
    eventlet_hubs_notify_close(pair[0]);
    CHECK_INT(dup2(other[0], pair[0]), pair[0]);
    eventlet_hubs_notify_opened(pair[0]);
    CHECK_CODE(waiter_end(&w), EVENTLET_CLOSED);
    waiter_start(&w, pair[0], EVENTLET_READ, 100);
    pair_poke(pair[1]); /* the former peer: nobody's business now */
    let_others_run();
    CHECK_INT(w.got, 1);
    pair_poke(other[1]);
    CHECK_INT(waiter_end(&w), 0);
    close(kept);
    pair_close(pair);
    pair_close(other);
}

/* One life of a number: opened, waited on in vain or not, closed. */
static int live_once(int round)
{
    int pair[2];
    int rc;

    if (!pair_open(pair))
        return -EMFILE;
    eventlet_hubs_notify_opened(pair[0]);
    eventlet_hubs_notify_opened(pair[1]);
    if (round % 3 == 0)
        pair_poke(pair[1]);
    rc = eventlet_hubs_trampoline(pair[0], EVENTLET_READ, 0);
    if (round % 3 == 0 ? rc != 0 : rc != EVENTLET_TIMEOUT)
        return rc == 0 ? -EINVAL : rc;
    pair_close(pair);
    return 0;
}

GREEN_TEST_HUBS(hub, a_number_can_be_used_over_and_over, "hub.19")
{
    int rounds = strcmp(check_hub(), "sim") == 0 ? 20000 : 2000;

    for (int i = 0; i < rounds; i++)
        REQUIRE_OK(live_once(i));
    CHECK_INT(readers() + writers(), 0);
}

GREEN_TEST_HUBS(hub, one_of_two_ready_may_remove_the_other, "hub.19")
{
    int a[2], b[2];
    struct waiter first, second;

    REQUIRE(pair_open(a) && pair_open(b));
    waiter_start(&first, a[0], EVENTLET_READ, 100);
    waiter_start(&second, b[0], EVENTLET_READ, 100);
    pair_poke(a[1]);
    pair_poke(b[1]);
    CHECK_OK(eventlet_wait(first.gt));
    if (!eventlet_dead(second.gt))
        CHECK_OK(eventlet_kill(second.gt, 0));
    CHECK_INT(waiter_end(&first), 0);
    CHECK(second.got == 0 || second.got == EVENTLET_EXIT);
    eventlet_release(second.gt);
    CHECK_INT(readers(), 0);
    pair_close(a);
    pair_close(b);
}

/* Nobody is told, but each wait asks. */
GREEN_TEST_HUBS(hub, a_plain_file_may_be_followed_by_what_is_none,
                "hub.18 hub.35 hub.36")
{
    int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    int pair[2];

    REQUIRE(file >= 0);
    CHECK_OK(eventlet_hubs_trampoline(file, EVENTLET_READ, 1));
    close(file);
    CHECK_CODE(eventlet_hubs_trampoline(file, EVENTLET_READ, 1), -EBADF);
    REQUIRE(pair_open(pair));
    CHECK_INT(pair[0], file);
    CHECK_CODE(eventlet_hubs_trampoline(pair[0], EVENTLET_READ, 0.001),
               EVENTLET_TIMEOUT);
    pair_close(pair);
}
