/* SPDX-License-Identifier: MIT */
/* http_write_codec.c - examples of spec/proto/http_write.md. The bytes say what
 * is to be written, a command each, that ends in ";\n":
 *
 *   status MINOR.STATUS[=REASON]   request METHOD=TARGET   header NAME=VALUE
 *   uint NAME=NUMBER   date SECONDS   end
 *   chunk SIZE   format_date_time SECONDS   capitalize NAME   reason STATUS
 *
 * room= is how many bytes a head may have. With `read` a strict parser is given
 * the head. */
#include "eventlet.h"
#include "proto/examples/examples.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 2048, COMMAND = 1024 };

struct state {
    struct eventlet_http_writer writer;
    size_t room;
    bool begun, read, is_request;
    char head[ROOM];
};

/* A command, cut: the word, what is up to the first =, and what is behind. */
struct command {
    char text[COMMAND];
    const char *word, *first, *second; /* second NULL: there is no = */
    size_t second_len;
};

static void start(void *state)
{
    memset(state, 0, sizeof(struct state));
    ((struct state *)state)->room = ROOM;
}

static bool option(void *state, const char *name, const char *value)
{
    struct state *s = state;

    if (strcmp(name, "room") == 0)
        s->room = (size_t)atoi(value);
    else if (strcmp(name, "read") == 0)
        s->read = true;
    else
        return false;
    return s->room <= ROOM;
}

static void cut(struct command *c, const char *data, size_t len)
{
    char *blank, *sign;

    if (len >= COMMAND)
        abort();
    memcpy(c->text, data, len);
    c->text[len] = '\0';
    c->word = c->text;
    c->first = c->text + len;
    c->second = NULL;
    blank = strchr(c->text, ' ');
    if (!blank)
        return;
    *blank = '\0';
    c->first = blank + 1;
    sign = strchr(c->first, '=');
    if (!sign)
        return;
    *sign = '\0';
    c->second = sign + 1;
    c->second_len = (size_t)(c->text + len - c->second);
}

/* ---- heads ---- */

static const char *name_of(int code)
{
    switch (code) {
    case -ENOSPC:
        return "no room";
    case EVENTLET_HTTP_BAD_START:
        return "bad start";
    case EVENTLET_HTTP_BAD_TARGET:
        return "bad target";
    case EVENTLET_HTTP_BAD_HEADER:
        return "bad header";
    default:
        return "?";
    }
}

static void say_read(const struct state *s, size_t len, struct says *out)
{
    struct eventlet_http_header headers[16];
    struct eventlet_http_head head;

    if (s->is_request)
        eventlet_http_request_init(&head, headers, 16, NULL);
    else
        eventlet_http_response_init(&head, headers, 16, NULL);
    if (eventlet_http_parse(&head, s->head, len) != (ssize_t)len)
        say(out, "not read: %s", head.error.code ? head.error.what : "length");
    for (size_t i = 0; i < head.n_headers; i++)
        say_bytes(out, "value", s->head + headers[i].value,
                  headers[i].value_len);
}

static void say_head(struct state *s, struct says *out)
{
    const int len = eventlet_http_write_end(&s->writer);

    s->begun = false;
    if (len < 0) {
        say(out, "error %s", name_of(len));
        return;
    }
    if (s->read)
        say_read(s, (size_t)len, out);
    else
        say_bytes(out, "head", s->head, (size_t)len);
}

/* Returns whether it is a command of a head. */
static bool write_head(struct state *s, const struct command *c,
                       struct says *out)
{
    struct eventlet_http_writer *w = &s->writer;
    char *point;

    if (!s->begun)
        eventlet_http_write_init(w, s->head, s->room);
    s->begun = true;
    if (strcmp(c->word, "status") == 0) {
        const int minor = (int)strtol(c->first, &point, 10);

        s->is_request = false;
        eventlet_http_write_status(w, minor, atoi(point + 1), c->second);
    } else if (strcmp(c->word, "request") == 0) {
        s->is_request = true;
        eventlet_http_write_request(w, c->first, c->second);
    } else if (strcmp(c->word, "header") == 0) {
        eventlet_http_write_header(w, c->first, c->second, c->second_len);
    } else if (strcmp(c->word, "uint") == 0) {
        eventlet_http_write_header_uint(w, c->first,
                                        strtoull(c->second, NULL, 10));
    } else if (strcmp(c->word, "date") == 0) {
        eventlet_http_write_date(w, strtoll(c->first, NULL, 10));
    } else if (strcmp(c->word, "end") == 0) {
        say_head(s, out);
    } else {
        return false;
    }
    return true;
}

/* ---- the others ---- */

static void say_chunk(const char *size, struct says *out)
{
    char head[EVENTLET_HTTP_CHUNK_HEAD];
    const size_t len = eventlet_http_chunk_head(head, strtoull(size, NULL, 10));

    say_bytes(out, "chunk", head, len);
}

static void say_name(const char *name, struct says *out)
{
    char copy[COMMAND];

    strcpy(copy, name);
    eventlet_http_capitalize(copy, strlen(copy));
    say(out, "name %s", copy);
}

static bool write_other(const struct command *c, struct says *out)
{
    char date[EVENTLET_HTTP_DATE_LEN + 1];

    if (strcmp(c->word, "chunk") == 0)
        say_chunk(c->first, out);
    else if (strcmp(c->word, "format_date_time") == 0)
        say(out, "date %s",
            eventlet_format_date_time(date, strtoll(c->first, NULL, 10)));
    else if (strcmp(c->word, "capitalize") == 0)
        say_name(c->first, out);
    else if (strcmp(c->word, "reason") == 0)
        say(out, "reason %s", eventlet_http_reason(atoi(c->first)));
    else
        return false;
    return true;
}

static ssize_t feed(void *state, const char *data, size_t len, struct says *out)
{
    struct state *s = state;
    struct command c;
    size_t end = 0;

    while (end + 1 < len && memcmp(data + end, ";\n", 2) != 0)
        end++;
    if (end + 1 >= len)
        return 0;
    cut(&c, data, end);
    if (!write_other(&c, out) && !write_head(s, &c, out)) {
        say(out, "no command %s", c.word);
        return -1;
    }
    return (ssize_t)end + 2;
}

EXAMPLE_CODEC(http_write, .state_size = sizeof(struct state), .start = start,
              .option = option, .feed = feed);
