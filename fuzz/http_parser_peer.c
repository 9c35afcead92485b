/* SPDX-License-Identifier: MIT */
/* http_parser_peer.c - http-parser alone, see http_peers.c. */
#include <stddef.h>

#ifdef HAVE_HTTP_PARSER
#include <http_parser.h>

int peer_http_parser_raw(const char *data, size_t len, int response);

int peer_http_parser_raw(const char *data, size_t len, int response)
{
    http_parser_settings settings;
    http_parser parser;

    http_parser_settings_init(&settings);
    http_parser_init(&parser, response ? HTTP_RESPONSE : HTTP_REQUEST);
    http_parser_execute(&parser, &settings, data, len);
    return HTTP_PARSER_ERRNO(&parser) == HPE_OK;
}
#else
typedef int no_http_parser;
#endif
