/* SPDX-License-Identifier: MIT */
/* http_parse again|new COUNT: reads the same request COUNT times, as if each
 * had just arrived, on one connection or each on its own; framing and
 * connection are decided, names are matched. */
#include "common.h"
#include "parse_request.h"

#include <eventlet.h>

enum { ROOM = 100 };

int main(int argc, char **argv)
{
    static const char usage[] = "again|new COUNT";
    const uint64_t count = count_arg(argc, argv, 2, usage);
    const bool fresh = strcmp(argv[1], "new") == 0;
    struct eventlet_http_header headers[ROOM];
    struct eventlet_http_head head;
    if (!fresh && strcmp(argv[1], "again") != 0)
        die("usage: %s %s", argv[0], usage);
    eventlet_http_request_init(&head, headers, ROOM, NULL);
    for (uint64_t i = 0; i < count; i++) {
        if (fresh)
            eventlet_http_request_init(&head, headers, ROOM, NULL);
        else
            eventlet_http_again(&head);
        check(eventlet_http_parse(&head, request, REQUEST_LEN) == REQUEST_LEN,
              "length");
        check(head.n_headers == REQUEST_HEADERS && head.keep_alive, "headers");
    }
    return 0;
}
