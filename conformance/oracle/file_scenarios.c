/* SPDX-License-Identifier: MIT */
/* Section I of the rules: files made from sockets. */
#include <string.h>

#include "support.h"

static eventlet_file *file_of(eventlet_socket *s, const char *mode)
{
    eventlet_file *file;

    must(eventlet_makefile(&file, s, mode, 0));
    return file;
}

/* A line without its end, or how reading it ended. */
static const char *line_of(eventlet_file *file)
{
    char data[64];
    ssize_t n = eventlet_file_readline(file, data, sizeof data);

    if (n > 0 && data[n - 1] == '\n')
        n--;
    return text_of(n, data);
}

static const char *bytes_of(eventlet_file *file, size_t len)
{
    char data[64];

    return text_of(eventlet_file_read(file, data, len), data);
}

SCENARIO(file_then_socket_closed)
{
    struct pair p = socketpair_of();
    eventlet_file *file = file_of(p.one, "rb");

    eventlet_close(p.one);
    send_text(p.two, "line\n");
    say("file", "%s", line_of(file));
    must(eventlet_settimeout(p.two, 0.01));
    say("peer", "%s", hear(p.two, 10));
    must(eventlet_file_close(file));
    say("peer", "%s", hear(p.two, 10));
}

SCENARIO(socket_then_file_closed)
{
    struct pair p = socketpair_of();

    must(eventlet_file_close(file_of(p.one, "rb")));
    send_text(p.two, "data");
    say("socket", "%s", hear(p.one, 10));
    must(eventlet_settimeout(p.two, 0.01));
    say("peer", "%s", hear(p.two, 10));
    eventlet_close(p.one);
    say("peer", "%s", hear(p.two, 10));
}

struct parts {
    eventlet_socket *s;
    const char *texts[3];
};

static int sends_parts(void *arg)
{
    const struct parts *self = arg;

    for (int i = 0; i < 3; i++) {
        send_text(self->s, self->texts[i]);
        must(eventlet_sleep(0));
    }
    return eventlet_close(self->s);
}

SCENARIO(file_lines)
{
    struct pair p = socketpair_of();
    struct parts parts = { p.two, { "fi", "rst\nsecond\nla", "st" } };
    eventlet_file *file = file_of(p.one, "rb");

    spawn(sends_parts, &parts);
    for (int i = 0; i < 4; i++)
        say("file", "%s", line_of(file));
}

SCENARIO(file_write_flush)
{
    struct pair p = socketpair_of();
    eventlet_file *file = file_of(p.one, "wb");

    must(eventlet_settimeout(p.two, 0.01));
    must(eventlet_file_write(file, "data", 4));
    say("peer", "%s", hear(p.two, 10));
    must(eventlet_file_flush(file));
    say("peer", "%s", hear(p.two, 10));
    must(eventlet_file_write(file, "more", 4));
    must(eventlet_file_close(file));
    say("peer", "%s", hear(p.two, 10));
}

SCENARIO(file_read)
{
    struct pair p = socketpair_of();
    struct parts parts = { p.two, { "abc", "def", "gh" } };
    eventlet_file *file = file_of(p.one, "rb");

    spawn(sends_parts, &parts);
    for (int i = 0; i < 3; i++)
        say("file", "%s", bytes_of(file, 5));
}
