/* SPDX-License-Identifier: MIT */
/* Requests for a websocket, as a server sees them. `origin=` is the only one
 * that it wants. */
#include "proto/examples/ws_head.h"

#include <stdlib.h>

struct state {
    struct eventlet_ws_server_opts opts;
    char names[128], origin[64];
    const char *protocols[8];
    bool secure;
};

static void start(void *state)
{
    *(struct state *)state = (struct state){ 0 };
}

static bool is_wanted(void *arg, const struct eventlet_span *host,
                      const struct eventlet_span *origin)
{
    const char *wanted = arg;

    (void)host;
    return origin->at && origin->len == strlen(wanted) &&
           memcmp(origin->at, wanted, origin->len) == 0;
}

static bool option(void *state, const char *name, const char *value)
{
    struct state *s = state;

    if (strcmp(name, "legacy") == 0)
        s->opts.legacy = true;
    else if (strcmp(name, "no_deflate") == 0)
        s->opts.no_deflate = true;
    else if (strcmp(name, "secure") == 0)
        s->secure = true;
    else if (strcmp(name, "origin") == 0)
        snprintf(s->origin, sizeof s->origin, "%s", value);
    else if (strcmp(name, "protocols") == 0)
        snprintf(s->names, sizeof s->names, "%s", value);
    else
        return false;
    return true;
}

static struct eventlet_ws_request request_of(const struct ws_head *head)
{
    const char *line = head->line.at;
    const char *target = memchr(line, ' ', head->line.len);
    const char *end = target
                          ? memchr(target + 1, ' ',
                                   (size_t)(line + head->line.len - target - 1))
                          : NULL;

    if (!end)
        abort();
    return (struct eventlet_ws_request){
        .method = { line, (size_t)(target - line) },
        .target = { target + 1, (size_t)(end - target - 1) },
        .http10 = line[head->line.len - 1] == '0',
        .fields = head->fields,
        .count = head->count,
    };
}

static void refuse(const struct eventlet_ws_error *error, struct says *out)
{
    char answer[512];
    ssize_t n = eventlet_ws_refusal_write(answer, sizeof answer, error);

    say(out, "error %d: %s", error->status, error->what);
    say_bytes(out, "answer", answer, n > 0 ? (size_t)n : 0);
}

static ssize_t feed(void *state, const char *data, size_t len, struct says *out)
{
    struct state *s = state;
    struct ws_head head;
    struct eventlet_ws_handshake h;
    struct eventlet_ws_error error;
    struct eventlet_ws_request request;
    size_t before = ws_head_take(&head, data, len);
    char answer[1024];
    ssize_t n;

    if (before == 0)
        return 0;
    request = request_of(&head);
    request.secure = s->secure;
    ws_split(s->protocols, 8, s->names);
    s->opts.protocols = s->protocols;
    s->opts.origin = s->origin[0] ? is_wanted : NULL;
    s->opts.arg = s->origin;
    if (eventlet_ws_accept(&h, &error, &request, &s->opts) < 0) {
        refuse(&error, out);
        return -1;
    }
    if (len < before + h.body)
        return 0;
    say(out, "version %d", h.version);
    ws_say_agreed(&h, out);
    n = eventlet_ws_answer_write(answer, sizeof answer, &h, data + before);
    say_bytes(out, "answer", answer, n > 0 ? (size_t)n : 0);
    return (ssize_t)(before + h.body);
}

EXAMPLE_CODEC(ws_handshake, .state_size = sizeof(struct state), .start = start,
              .option = option, .feed = feed);
