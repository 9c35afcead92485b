/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/sys.h"
#include "eventlet.h"

/* What the last callback got. */
static struct {
    void *arg;
    enum eventlet_level level;
    char line[1024];
    int lines;
} heard;

static void hear(void *arg, enum eventlet_level level, const char *line)
{
    heard.arg = arg;
    heard.level = level;
    snprintf(heard.line, sizeof heard.line, "%s", line);
    heard.lines++;
}

static void listen_to_log(void *arg)
{
    memset(&heard, 0, sizeof heard);
    eventlet_log_to(hear, arg);
}

/* ---- standard error, caught in a pipe of packets: a read is a write ---- */

static int old_stderr, catcher;

static void catch_stderr(void)
{
    int pair[2] = { -1, -1 };

    CHECK_INT(pipe2(pair, O_DIRECT | O_NONBLOCK), 0);
    old_stderr = dup(STDERR_FILENO);
    dup2(pair[1], STDERR_FILENO);
    close(pair[1]);
    catcher = pair[0];
}

/* The next write; "" if there was none. */
static const char *caught(void)
{
    static char text[1024];
    ssize_t n = read(catcher, text, sizeof text - 1);

    text[n > 0 ? n : 0] = '\0';
    return text;
}

static void release_stderr(void)
{
    dup2(old_stderr, STDERR_FILENO);
    close(old_stderr);
    close(catcher);
}

TEST(log, warnings_and_errors_go_to_standard_error, "log.1")
{
    catch_stderr();
    eventlet__log(EVENTLET_WARNING, "%d is too many", 7);
    CHECK_STR(caught(), "eventlet: warning: 7 is too many\n");
    eventlet__log(EVENTLET_ERROR, "gone");
    CHECK_STR(caught(), "eventlet: error: gone\n");
    eventlet__log(EVENTLET_INFO, "by the way");
    eventlet__log(EVENTLET_DEBUG, "by the way");
    CHECK_STR(caught(), "");
    release_stderr();
}

TEST(log, each_line_is_one_write, "log.1")
{
    catch_stderr();
    eventlet__log(EVENTLET_WARNING, "one");
    eventlet__log(EVENTLET_WARNING, "two");
    CHECK_STR(caught(), "eventlet: warning: one\n");
    CHECK_STR(caught(), "eventlet: warning: two\n");
    release_stderr();
}

TEST(log, callback_gets_all_levels, "log.2")
{
    int here;

    listen_to_log(&here);
    for (int level = EVENTLET_DEBUG; level <= EVENTLET_ERROR; level++) {
        eventlet__log((enum eventlet_level)level, "level %d", level);
        CHECK_INT(heard.level, level);
    }
    CHECK_INT(heard.lines, 4);
    CHECK_STR(heard.line, "level 3");
    CHECK_PTR(heard.arg, &here);
    eventlet_log_to(NULL, NULL);
}

TEST(log, callback_replaces_standard_error, "log.2")
{
    catch_stderr();
    listen_to_log(NULL);
    eventlet__log(EVENTLET_ERROR, "heard");
    CHECK_STR(caught(), "");
    eventlet_log_to(NULL, NULL);
    eventlet__log(EVENTLET_ERROR, "caught");
    CHECK_STR(caught(), "eventlet: error: caught\n");
    CHECK_STR(heard.line, "heard");
    release_stderr();
}

TEST(log, long_lines_are_cut, "log.3")
{
    char line[700];

    memset(line, 'x', sizeof line - 1);
    line[sizeof line - 1] = '\0';
    listen_to_log(NULL);
    eventlet__log(EVENTLET_ERROR, "%s", line);
    CHECK_INT(strlen(heard.line), 512);
    eventlet_log_to(NULL, NULL);
    catch_stderr();
    eventlet__log(EVENTLET_ERROR, "%s", line);
    CHECK_INT(strlen(caught()), strlen("eventlet: error: \n") + 512);
    release_stderr();
}

TEST(log, control_characters_do_not_come_through, "log.3")
{
    listen_to_log(NULL);
    eventlet__log(EVENTLET_ERROR, "a\r\nb\x1b[1m\x7f\tc \xc3\xa9");
    CHECK_STR(heard.line, "a??b?[1m?\tc \xc3\xa9");
    eventlet_log_to(NULL, NULL);
}

TEST(log, hub_exceptions_are_chosen, "log.4")
{
    CHECK(eventlet__hub_exceptions);
    eventlet_debug_hub_exceptions(false);
    CHECK(!eventlet__hub_exceptions);
    eventlet_debug_hub_exceptions(true);
    CHECK(eventlet__hub_exceptions);
}

static int fail(void *arg)
{
    (void)arg;
    return EVENTLET_USER(8);
}

GREEN_TEST(log, what_escapes_is_logged_if_chosen, "log.4")
{
    for (int on = 0; on <= 1; on++) {
        listen_to_log(NULL);
        eventlet_debug_hub_exceptions(on);
        CHECK_CODE(eventlet_spawn(NULL, fail, NULL), 0);
        CHECK_CODE(eventlet_hub_schedule_call_global(
                       NULL, eventlet_hubs_get_hub(), 0, fail, NULL),
                   0);
        clock_advance(1);
        CHECK_INT(heard.lines, on ? 2 : 0);
    }
    CHECK_HAS(heard.line, "user error 8");
    eventlet_log_to(NULL, NULL);
}

/* ---- an exchange while another thread logs ---- */

static atomic_int mixed_up, logged;
static atomic_bool stop;
static char one[] = "one", two[] = "two";

static void only_one(void *arg, enum eventlet_level level, const char *line)
{
    (void)level;
    (void)line;
    mixed_up += arg != one;
    logged++;
}

static void only_two(void *arg, enum eventlet_level level, const char *line)
{
    (void)level;
    (void)line;
    mixed_up += arg != two;
    logged++;
}

static void *log_on_and_on(void *arg)
{
    while (!stop)
        eventlet__log(EVENTLET_INFO, "on");
    return arg;
}

TEST(log, callback_and_argument_stay_together, "log.5")
{
    pthread_t thread;

    eventlet_log_to(only_one, one);
    mixed_up = logged = 0;
    stop = false;
    REQUIRE_INT(pthread_create(&thread, NULL, log_on_and_on, NULL), 0);
    for (int i = 0; i < 20000 || logged < 20000; i++)
        eventlet_log_to(i % 2 ? only_one : only_two, i % 2 ? one : two);
    stop = true;
    pthread_join(thread, NULL);
    eventlet_log_to(NULL, NULL);
    CHECK_INT(mixed_up, 0);
}

static void spoil_errno(void *arg, enum eventlet_level level, const char *line)
{
    hear(arg, level, line);
    errno = EIO;
}

TEST(log, errno_stays, "log.6")
{
    eventlet_log_to(spoil_errno, NULL);
    errno = 4711;
    eventlet__log(EVENTLET_ERROR, "x");
    CHECK_INT(errno, 4711);
    eventlet_log_to(NULL, NULL);
}

TEST(log, a_closed_standard_error_does_no_harm, "log.6")
{
    int saved = dup(STDERR_FILENO);

    close(STDERR_FILENO);
    errno = 4711;
    eventlet__log(EVENTLET_ERROR, "nobody hears this");
    CHECK_INT(errno, 4711);
    dup2(saved, STDERR_FILENO);
    close(saved);
}

TEST(log, an_interrupted_write_is_made_again, "log.6")
{
    catch_stderr();
    eventlet__fault_arm(1, EINTR);
    eventlet__log(EVENTLET_ERROR, "again");
    CHECK_STR(eventlet__fault_site(), "write");
    CHECK_INT(eventlet__fault_count(), 2);
    eventlet__fault_arm(0, 0);
    CHECK_STR(caught(), "eventlet: error: again\n");
    release_stderr();
}
