/* SPDX-License-Identifier: MIT */
/* http_peers.c - asks llhttp and http-parser, as far as they are installed. */
#include "http_heads.h"

#ifdef HAVE_LLHTTP
#include <llhttp.h>

int peer_llhttp(const char *data, size_t len, bool response)
{
    llhttp_settings_t settings;
    llhttp_t parser;
    llhttp_errno_t rc;

    llhttp_settings_init(&settings);
    llhttp_init(&parser, response ? HTTP_RESPONSE : HTTP_REQUEST, &settings);
    rc = llhttp_execute(&parser, data, len);
    return rc == HPE_OK || rc == HPE_PAUSED_UPGRADE ? PEER_TAKES : PEER_REFUSES;
}
#else
int peer_llhttp(const char *data, size_t len, bool response)
{
    (void)data, (void)len, (void)response;
    return PEER_MISSING;
}
#endif

#ifdef HAVE_HTTP_PARSER
/* Both headers name their enums alike. */
int peer_http_parser_raw(const char *data, size_t len, int response);

int peer_http_parser(const char *data, size_t len, bool response)
{
    return peer_http_parser_raw(data, len, response) ? PEER_TAKES
                                                     : PEER_REFUSES;
}
#else
int peer_http_parser(const char *data, size_t len, bool response)
{
    (void)data, (void)len, (void)response;
    return PEER_MISSING;
}
#endif
