/* SPDX-License-Identifier: MIT */
/* Codes made readable. */
#include "eventlet/errors.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "eventlet/version.h"

/* A message and a name are often wanted in one call of printf, so each has a
 * room of its own. */
static _Thread_local char text_room[48];
static _Thread_local char name_room[48];

#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 32)

static const char *system_text(int error)
{
    return strerrordesc_np(error);
}

static const char *system_name(int error)
{
    return strerrorname_np(error);
}

#else

/* Elsewhere strerror returns static text for the numbers the system knows,
 * which is why it may be called by several threads. */
static const char *system_text(int error)
{
    return error < 134 ? strerror(error) : NULL;
}

static const char *system_name(int error)
{
    (void)error;
    return NULL;
}

#endif

static bool is_user(int code)
{
    return code <= EVENTLET_USER(0) && code >= EVENTLET_USER(0xffff);
}

static bool is_user_timeout(int code)
{
    return code <= EVENTLET_USER_TIMEOUT(0) &&
           code >= EVENTLET_USER_TIMEOUT(0xffff);
}

static bool is_system(int code)
{
    return code < 0 && code > EVENTLET_EXIT;
}

static const char *own_text(int code)
{
    switch (code) {
#define CASE(name, value, python, text)                                        \
    case value:                                                                \
        return text;
        EVENTLET_ERRORS(CASE)
#undef CASE
    default:
        return NULL;
    }
}

static const char *own_name(int code)
{
    switch (code) {
#define CASE(name, value, python, text)                                        \
    case value:                                                                \
        return "EVENTLET_" #name;
        EVENTLET_ERRORS(CASE)
#undef CASE
    default:
        return NULL;
    }
}

static const char *user_text(int code)
{
    if (is_user(code))
        snprintf(text_room, sizeof text_room, "user error %d",
                 EVENTLET_USER(0) - code);
    else if (is_user_timeout(code))
        snprintf(text_room, sizeof text_room, "user timeout %d",
                 EVENTLET_USER_TIMEOUT(0) - code);
    else
        snprintf(text_room, sizeof text_room, "unknown error %d", code);
    return text_room;
}

static const char *user_name(int code)
{
    if (is_user(code))
        snprintf(name_room, sizeof name_room, "EVENTLET_USER(%d)",
                 EVENTLET_USER(0) - code);
    else if (is_user_timeout(code))
        snprintf(name_room, sizeof name_room, "EVENTLET_USER_TIMEOUT(%d)",
                 EVENTLET_USER_TIMEOUT(0) - code);
    else
        snprintf(name_room, sizeof name_room, "%d", code);
    return name_room;
}

const char *eventlet_strerror(int code)
{
    const char *text;

    if (code == 0)
        return "success";
    text = is_system(code) ? system_text(-code) : own_text(code);
    return text ? text : user_text(code);
}

const char *eventlet_strerrorname(int code)
{
    const char *name = is_system(code) ? system_name(-code) : own_name(code);

    return name ? name : user_name(code);
}

bool eventlet_is_timeout(int code)
{
    return code == EVENTLET_TIMEOUT || code == EVENTLET_SOCKET_TIMEOUT ||
           code == -ETIMEDOUT || is_user_timeout(code);
}

const char *eventlet_version(void)
{
    return EVENTLET_VERSION;
}
