/* SPDX-License-Identifier: MIT */
/* Choosing a hub, and looking at one. */
#include "core_support.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

static bool is_named(const char *name)
{
    const char *const *names = eventlet_hubs_names();

    while (*names && strcmp(*names, name) != 0)
        names++;
    return *names;
}

TEST(hub, names_tells_what_use_hub_takes, "hub.1 hub.6")
{
    static const char *const want[] = { "epolls", "poll", "selects", "pyevent",
                                        "sim" };

    for (int i = 0; i < 5; i++) {
        CHECK(is_named(want[i]));
        CHECK_OK(eventlet_hubs_use_hub(want[i]));
        CHECK_STR(eventlet_hubs_current_name(), want[i]);
        CHECK_OK(eventlet_sleep(0));
    }
    CHECK_OK(eventlet_hubs_drop());
    CHECK_STR(eventlet_hubs_current_name(), NULL);
}

TEST(hub, the_default_is_the_best_there_is, "hub.6")
{
    CHECK_STR(eventlet_hubs_get_default_hub(), "epolls");
    CHECK_OK(eventlet_hubs_use_hub(NULL));
    CHECK_STR(eventlet_hubs_current_name(), eventlet_hubs_get_default_hub());
}

TEST(hub, one_is_made_on_first_use, "hub.4")
{
    eventlet_hub *hub;

    CHECK_STR(eventlet_hubs_current_name(), NULL);
    CHECK_OK(eventlet_sleep(0));
    CHECK_STR(eventlet_hubs_current_name(), "epolls");
    hub = eventlet_hubs_get_hub();
    CHECK(hub);
    CHECK_PTR(eventlet_hubs_get_hub(), hub);
}

TEST(hub, an_unknown_name_is_refused_and_the_good_ones_listed, "hub.2")
{
    eventlet_hub *hub;

    REQUIRE_OK(eventlet_hubs_use_hub("sim"));
    hub = eventlet_hubs_get_hub();
    log_catch();
    CHECK_CODE(eventlet_hubs_use_hub("nosuchhub"), EVENTLET_UNKNOWN_HUB);
    CHECK_HAS(logged.text, "nosuchhub");
    CHECK_HAS(logged.text, "epolls");
    CHECK_HAS(logged.text, "selects");
    CHECK_CODE(eventlet_hubs_use_hub(""), EVENTLET_UNKNOWN_HUB);
    CHECK_CODE(eventlet_hubs_use_hub("epoll "), EVENTLET_UNKNOWN_HUB);
    log_let_go();
    CHECK_PTR(eventlet_hubs_get_hub(), hub); /* the old one goes on */
    CHECK_OK(eventlet_sleep(1));
}

TEST(hub, a_kind_of_another_system_is_refused, "hub.2")
{
    log_catch();
    CHECK(!is_named("kqueue"));
    CHECK(eventlet_hubs_use_hub("kqueue") < 0);
    CHECK(strcmp(eventlet_hubs_get_default_hub(), "kqueue") != 0);
    log_let_go();
}

/* ---- $EVENTLET_HUB ---- */

TEST(hub, the_environment_chooses, "hub.1")
{
    setenv("EVENTLET_HUB", "selects", 1);
    CHECK_STR(eventlet_hubs_get_default_hub(), "epolls");
    CHECK_OK(eventlet_hubs_use_hub(NULL));
    CHECK_STR(eventlet_hubs_current_name(), "selects");
    CHECK_OK(eventlet_hubs_use_hub("poll")); /* an argument goes first */
    CHECK_STR(eventlet_hubs_current_name(), "poll");
    CHECK_OK(eventlet_hubs_drop());
    setenv("EVENTLET_HUB", "sim", 1);
    CHECK_OK(eventlet_sleep(10000));
    CHECK_STR(eventlet_hubs_current_name(), "sim");
    unsetenv("EVENTLET_HUB");
}

static void check_environment_refused(const char *name)
{
    eventlet_greenthread *gt = NULL;

    setenv("EVENTLET_HUB", name, 1);
    CHECK_CODE(eventlet_hubs_use_hub(NULL), EVENTLET_UNKNOWN_HUB);
    CHECK_CODE(eventlet_spawn(&gt, note_it, "never"), EVENTLET_UNKNOWN_HUB);
    CHECK_CODE(eventlet_sleep(0), EVENTLET_UNKNOWN_HUB);
    CHECK_PTR(eventlet_hubs_get_hub(), NULL);
    unsetenv("EVENTLET_HUB");
}

TEST(hub, a_bad_environment_is_an_error_at_first_use, "hub.2")
{
    log_catch();
    check_environment_refused("nosuchhub");
    CHECK_HAS(logged.text, "nosuchhub");
    CHECK_HAS(logged.text, "epolls");
    check_environment_refused("");
    log_let_go();
    CHECK_OK(eventlet_sleep(0));
}

/* ---- throwing one away ---- */

static int drop_in_hub(void *rc)
{
    ((int *)rc)[0] = eventlet_hubs_use_hub("sim");
    ((int *)rc)[1] = eventlet_hubs_drop();
    return 0;
}

GREEN_TEST(hub, cannot_be_thrown_away_from_within, "hub.3")
{
    int rc[2] = { 0, 0 };

    call_in_hub(drop_in_hub, rc);
    clock_advance(0);
    CHECK_CODE(rc[0], EVENTLET_IN_HUB);
    CHECK_CODE(rc[1], EVENTLET_IN_HUB);
}

GREEN_TEST(hub, cannot_be_thrown_away_under_the_main_one, "hub.3")
{
    CHECK_CODE(eventlet_hubs_use_hub("sim"), -EBUSY);
    CHECK_CODE(eventlet_hubs_drop(), -EBUSY);
    CHECK_OK(eventlet_sleep(1));
}

static int listener_note(void *arg, int fd, int code)
{
    (void)fd;
    (void)code;
    note(arg);
    return 0;
}

TEST(hub, a_new_one_knows_nothing_of_the_old_ones_timers_and_listeners, "hub.3")
{
    int pair[2];
    eventlet_listener *listener;

    REQUIRE_OK(pipe(pair));
    REQUIRE_OK(eventlet_hubs_use_hub("sim"));
    notes_clear();
    call_in_hub(note_it, "timer");
    CHECK_OK(eventlet_spawn(NULL, note_it, "thread"));
    CHECK_OK(eventlet_hub_add(&listener, eventlet_hubs_get_hub(), EVENTLET_READ,
                              pair[0], listener_note, "listener"));
    CHECK_OK(eventlet_hubs_use_hub("sim"));
    CHECK_INT(write(pair[1], "x", 1), 1);
    CHECK_OK(eventlet_sleep(1));
    CHECK_OK(eventlet_sleep(1));
    CHECK_STR(notes, "");
    eventlet_hub_remove(listener);
    close(pair[0]);
    close(pair[1]);
}

/* ---- looking at one ---- */

GREEN_TEST(hub, tells_what_it_waits_for, "hub.31")
{
    eventlet_hub *hub = eventlet_hubs_get_hub();
    size_t before = timers();

    CHECK(eventlet_hub_running(hub));
    CHECK(!eventlet_hub_stopping(hub));
    CHECK_INT(readers(), 0);
    CHECK_INT(writers(), 0);
    CHECK_OK(eventlet_hub_schedule_call_global(NULL, hub, 1, note_it, "x"));
    CHECK_INT(timers(), before + 1);
    clock_advance(1);
    CHECK_INT(timers(), before);
}

/* ---- one for each OS thread ---- */

enum { THREADS = SANITIZED ? 200 : 1000 };

static int count_up(void *counter)
{
    ++*(int *)counter;
    return eventlet_sleep(0);
}

static void *use_a_hub_of_its_own(void *arg)
{
    int counter = 0;
    int rc = eventlet_spawn(NULL, count_up, &counter);

    (void)arg;
    for (int i = 0; i < 3 && rc == 0; i++)
        rc = eventlet_sleep(0);
    if (rc == 0)
        rc = eventlet_sleep(0.0001);
    return rc == 0 && counter == 1 ? NULL : "wrong";
}

static int open_descriptors(void)
{
    int count = 0;

    for (int fd = 0; fd < 1024; fd++)
        count += lseek(fd, 0, SEEK_CUR) >= 0 || errno != EBADF;
    return count;
}

TEST(hub, goes_with_its_os_thread, "hub.4")
{
    int before = open_descriptors();

    for (int i = 0; i < THREADS; i++) {
        pthread_t thread;
        void *wrong;

        REQUIRE_INT(pthread_create(&thread, NULL, use_a_hub_of_its_own, NULL),
                    0);
        REQUIRE_INT(pthread_join(thread, &wrong), 0);
        REQUIRE(!wrong);
    }
    CHECK_INT(open_descriptors(), before);
}

static void *look_at_the_hub(void *seen)
{
    *(eventlet_hub **)seen = eventlet_hubs_get_hub();
    return NULL;
}

GREEN_TEST(hub, is_one_for_each_os_thread, "hub.4")
{
    eventlet_hub *mine = eventlet_hubs_get_hub(), *theirs = NULL;
    pthread_t thread;

    REQUIRE_INT(pthread_create(&thread, NULL, look_at_the_hub, &theirs), 0);
    REQUIRE_INT(pthread_join(thread, NULL), 0);
    CHECK(theirs && theirs != mine);
    CHECK_PTR(eventlet_hubs_get_hub(), mine);
}

static void *make_one_of_each(void *arg)
{
    static const char *const kinds[] = { "poll", "selects", "pyevent", "epolls",
                                         "sim" };

    for (int i = 0; i < 20; i++)
        CHECK_OK(eventlet_hubs_use_hub(kinds[i % 5]));
    return arg;
}

TEST(hub, several_os_threads_make_theirs_at_once, "hub.4")
{
    pthread_t threads[4];

    for (int i = 0; i < 4; i++)
        REQUIRE_INT(pthread_create(&threads[i], NULL, make_one_of_each, NULL),
                    0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
}

/* ---- a failure at each place ---- */

static int change_hubs(void *name)
{
    int pair[2], rc = pipe(pair);

    if (rc < 0)
        return -errno;
    CHECK_INT(write(pair[1], "x", 1), 1);
    rc = eventlet_hubs_trampoline(pair[0], EVENTLET_READ, 1);
    close(pair[0]);
    close(pair[1]);
    (void)name;
    return rc;
}

TEST(hub, survives_a_failure_at_each_place, "hub.38")
{
    static const char *const kinds[] = { "epolls", "poll", "selects", "pyevent",
                                         "sim" };

    log_catch();
    for (int i = 0; i < 5; i++)
        FAULT_EACH_ON(kinds[i], change_hubs, NULL);
    log_let_go();
}
