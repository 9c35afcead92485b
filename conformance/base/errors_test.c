/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "eventlet/errors.h"
#include "eventlet/version.h"

static const struct {
    int code;
    const char *name;
    const char *text;
} listed[] = {
#define ROW(name, value, python, text) { value, "EVENTLET_" #name, text },
    EVENTLET_ERRORS(ROW)
#undef ROW
};

enum { LISTED = sizeof listed / sizeof listed[0] };

TEST(errors, own_codes_have_their_text, "errors.1")
{
    for (int i = 0; i < LISTED; i++)
        CHECK_STR(eventlet_strerror(listed[i].code), listed[i].text);
    CHECK_STR(eventlet_strerror(EVENTLET_TIMEOUT), "timeout");
    CHECK_STR(eventlet_strerror(EVENTLET_EXIT), "killed");
}

TEST(errors, system_codes_have_the_systems_text, "errors.2")
{
    CHECK_STR(eventlet_strerror(-ECONNRESET), "Connection reset by peer");
    CHECK_STR(eventlet_strerror(-EPERM), "Operation not permitted");
    CHECK_STR(eventlet_strerror(-EHWPOISON), strerror(EHWPOISON));
}

TEST(errors, numbers_of_the_user_are_named, "errors.3")
{
    CHECK_STR(eventlet_strerror(EVENTLET_USER(0)), "user error 0");
    CHECK_STR(eventlet_strerror(EVENTLET_USER(65535)), "user error 65535");
    CHECK_STR(eventlet_strerror(EVENTLET_USER_TIMEOUT(0)), "user timeout 0");
    CHECK_STR(eventlet_strerror(EVENTLET_USER_TIMEOUT(65535)),
              "user timeout 65535");
}

TEST(errors, unknown_numbers_are_named, "errors.3")
{
    CHECK_STR(eventlet_strerror(0), "success");
    CHECK_STR(eventlet_strerror(17), "unknown error 17");
    CHECK_STR(eventlet_strerror(-4000), "unknown error -4000");
    CHECK_STR(eventlet_strerror(-5999), "unknown error -5999");
    CHECK_STR(eventlet_strerror(EVENTLET_USER_TIMEOUT(65536)),
              "unknown error -196608");
}

TEST(errors, names_are_those_of_c, "errors.4")
{
    for (int i = 0; i < LISTED; i++)
        CHECK_STR(eventlet_strerrorname(listed[i].code), listed[i].name);
    CHECK_STR(eventlet_strerrorname(-ECONNRESET), "ECONNRESET");
    CHECK_STR(eventlet_strerrorname(EVENTLET_USER(7)), "EVENTLET_USER(7)");
    CHECK_STR(eventlet_strerrorname(EVENTLET_USER_TIMEOUT(7)),
              "EVENTLET_USER_TIMEOUT(7)");
    CHECK_STR(eventlet_strerrorname(-4000), "-4000");
    CHECK_STR(eventlet_strerrorname(0), "0");
    CHECK_STR(eventlet_strerrorname(3), "3");
}

TEST(errors, timeouts_are_told_apart, "errors.5")
{
    CHECK(eventlet_is_timeout(EVENTLET_TIMEOUT));
    CHECK(eventlet_is_timeout(EVENTLET_SOCKET_TIMEOUT));
    CHECK(eventlet_is_timeout(-ETIMEDOUT));
    CHECK(eventlet_is_timeout(EVENTLET_USER_TIMEOUT(0)));
    CHECK(eventlet_is_timeout(EVENTLET_USER_TIMEOUT(65535)));
    CHECK(!eventlet_is_timeout(EVENTLET_USER(0)));
    CHECK(!eventlet_is_timeout(EVENTLET_USER(65535)));
    CHECK(!eventlet_is_timeout(EVENTLET_USER_TIMEOUT(65536)));
    CHECK(!eventlet_is_timeout(EVENTLET_EXIT));
    CHECK(!eventlet_is_timeout(-EAGAIN));
    CHECK(!eventlet_is_timeout(ETIMEDOUT));
    CHECK(!eventlet_is_timeout(0));
}

TEST(errors, ranges_do_not_meet, "errors.6")
{
    CHECK_INT(EVENTLET_USER(0), -65536);
    CHECK_INT(EVENTLET_USER(65535) - 1, EVENTLET_USER_TIMEOUT(0));
    for (int i = 0; i < LISTED; i++) {
        CHECK(listed[i].code < -4095);
        CHECK(listed[i].code > EVENTLET_USER(0));
        for (int j = 0; j < i; j++)
            CHECK(listed[i].code != listed[j].code);
    }
}

static void *ask_for_another(void *arg)
{
    (void)arg;
    CHECK_STR(eventlet_strerror(EVENTLET_USER(2)), "user error 2");
    CHECK_STR(eventlet_strerrorname(EVENTLET_USER(2)), "EVENTLET_USER(2)");
    return NULL;
}

TEST(errors, texts_belong_to_their_thread, "errors.7")
{
    const char *text = eventlet_strerror(EVENTLET_USER(1));
    const char *name = eventlet_strerrorname(EVENTLET_USER(1));
    pthread_t thread;

    REQUIRE_INT(pthread_create(&thread, NULL, ask_for_another, NULL), 0);
    pthread_join(thread, NULL);
    CHECK_STR(text, "user error 1");
    CHECK_STR(name, "EVENTLET_USER(1)");
}

TEST(errors, version_is_that_of_the_header, "errors.8")
{
    char numbers[32];

    snprintf(numbers, sizeof numbers, "%d.%d.%d", EVENTLET_VERSION_MAJOR,
             EVENTLET_VERSION_MINOR, EVENTLET_VERSION_PATCH);
    CHECK_STR(eventlet_version(), EVENTLET_VERSION);
    CHECK_STR(eventlet_version(), numbers);
}

TEST(errors, errno_stays, "errors.9")
{
    static const int codes[] = { 0, -EPERM, -4000, EVENTLET_USER(3) };

    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        errno = 4711;
        eventlet_strerror(codes[i]);
        eventlet_strerrorname(codes[i]);
        CHECK_INT(errno, 4711);
    }
}
