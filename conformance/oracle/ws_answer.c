/* SPDX-License-Identifier: MIT */
/* ws_answer - reads a request for a websocket and writes what our side answers,
 * with the original's defaults: the old drafts, too, and one protocol. */
#include <stdio.h>
#include <string.h>

#include "proto/examples/ws_head.h"

static struct eventlet_ws_request request_of(const struct ws_head *head)
{
    const char *line = head->line.at;
    const char *end = line + head->line.len;
    const char *target = memchr(line, ' ', head->line.len);
    const char *version = memrchr(line, ' ', head->line.len);

    return (struct eventlet_ws_request){
        .method = { line, (size_t)(target - line) },
        .target = { target + 1, (size_t)(version - target - 1) },
        .http10 = end[-1] == '0',
        .fields = head->fields,
        .count = head->count,
    };
}

int main(void)
{
    static const char *const protocols[] = { "chat", NULL };
    const struct eventlet_ws_server_opts opts = { .protocols = protocols,
                                                  .legacy = true };
    char in[8192], out[2048];
    size_t len = fread(in, 1, sizeof in, stdin), before;
    struct ws_head head;
    struct eventlet_ws_handshake h;
    struct eventlet_ws_error error;
    struct eventlet_ws_request request;
    ssize_t n;

    before = ws_head_take(&head, in, len);
    if (before == 0)
        return 2;
    request = request_of(&head);
    if (eventlet_ws_accept(&h, &error, &request, &opts) < 0)
        n = eventlet_ws_refusal_write(out, sizeof out, &error);
    else if (len < before + h.body)
        return 2;
    else
        n = eventlet_ws_answer_write(out, sizeof out, &h, in + before);
    return n < 0 || fwrite(out, 1, (size_t)n, stdout) != (size_t)n;
}
