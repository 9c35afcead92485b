/* SPDX-License-Identifier: MIT */
/* http_parse COUNT: reads the same request COUNT times, as if each had just
 * arrived; framing and connection are decided, names are matched. */
#include "common.h"
#include "parse_request.h"

#include <eventlet.h>

int main(int argc, char **argv)
{
    const uint64_t count = count_arg(argc, argv, 1, "COUNT");
    struct eventlet_http_header headers[100];
    struct eventlet_http_head head;
    eventlet_http_request_init(&head, headers, 100, NULL);
    for (uint64_t i = 0; i < count; i++) {
        eventlet_http_again(&head);
        check(eventlet_http_parse(&head, request, REQUEST_LEN) == REQUEST_LEN,
              "length");
        check(head.n_headers == REQUEST_HEADERS && head.keep_alive, "headers");
    }
    return 0;
}
