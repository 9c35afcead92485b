/* SPDX-License-Identifier: MIT */
/* Opening handshakes, the client's side: what may be asked for. */
#include <errno.h>

#include "eventlet/errors.h"
#include "eventlet/uri.h"
#include "proto/http_chars.h"
#include "proto/ws_handshake.h"

static bool is_plain(const char *text)
{
    for (; text && *text; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            return false;
    return true;
}

static bool is_token(const char *text)
{
    const char *at = text;

    while (http_is((unsigned char)*at, HTTP_TOKEN))
        at++;
    return at > text && !*at;
}

/* RFC 6455, 4.1: tokens, and none of them twice. */
static bool are_protocols(const char *const *names)
{
    for (size_t i = 0; names && names[i]; i++) {
        if (!is_token(names[i]))
            return false;
        for (size_t j = 0; j < i; j++)
            if (strcmp(names[i], names[j]) == 0)
                return false;
    }
    return true;
}

static struct eventlet_span span_of(const char *text)
{
    return (struct eventlet_span){ text, strlen(text) };
}

/* Where to is what a server of ours would take. */
static bool is_place(const struct eventlet_ws_client *client)
{
    struct eventlet_uri_authority host;
    struct eventlet_uri uri;

    if (eventlet_uri_host(&host, span_of(client->host), NULL, NULL) < 0 ||
        host.kind == EVENTLET_HOST_NONE)
        return false;
    return !client->target ||
           (eventlet_uri_target(&uri, span_of("GET"), span_of(client->target),
                                NULL, NULL) == 0 &&
            uri.form == EVENTLET_URI_ORIGIN);
}

int eventlet__ws_can_ask(const struct eventlet_ws_client *client)
{
    bool draft = client->version == 75 || client->version == 76;

    if (draft ? !client->origin
              : client->version != 0 && client->version != 8 &&
                    client->version != 13)
        return -EINVAL;
    if (!client->host || !is_plain(client->origin) ||
        !are_protocols(client->protocols))
        return -EINVAL;
    return is_place(client) ? 0 : EVENTLET_BAD_URI;
}
