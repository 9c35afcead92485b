/* SPDX-License-Identifier: MIT */
/* Opening handshakes, the server's side: what it answers. */
#include <errno.h>

#include "proto/ws_handshake.h"

static void put(struct eventlet__ws_out *o, const char *name,
                const struct eventlet_span *value)
{
    eventlet__ws_puts(o, name);
    eventlet__ws_puts(o, ": ");
    eventlet__ws_put_text(o, value);
    eventlet__ws_puts(o, "\r\n");
}

/* "; name=bits" or, without bits, "; name". */
static void put_param(struct eventlet__ws_out *o, const char *name,
                      unsigned bits)
{
    char digits[2] = { (char)('0' + bits / 10), (char)('0' + bits % 10) };

    eventlet__ws_puts(o, "; ");
    eventlet__ws_puts(o, name);
    if (bits == 0)
        return;
    eventlet__ws_puts(o, "=");
    eventlet__ws_put(o, bits < 10 ? digits + 1 : digits, bits < 10 ? 1 : 2);
}

void eventlet__ws_put_deflate(struct eventlet__ws_out *o,
                              const struct eventlet_ws_deflate_params *p,
                              bool offer)
{
    eventlet__ws_puts(o, "Sec-WebSocket-Extensions: permessage-deflate");
    if (p->server_no_context_takeover)
        put_param(o, "server_no_context_takeover", 0);
    if (p->client_no_context_takeover)
        put_param(o, "client_no_context_takeover", 0);
    if (p->server_max_window_bits)
        put_param(o, "server_max_window_bits", p->server_max_window_bits);
    /* That the server may limit our window costs nothing to say. */
    if (p->client_max_window_bits || offer)
        put_param(o, "client_max_window_bits", p->client_max_window_bits);
    eventlet__ws_puts(o, "\r\n");
}

static void put_rfc(struct eventlet__ws_out *o,
                    const struct eventlet_ws_handshake *h)
{
    eventlet__ws_puts(o, "HTTP/1.1 101 Switching Protocols\r\n"
                         "Upgrade: websocket\r\n"
                         "Connection: Upgrade\r\n"
                         "Sec-WebSocket-Accept: ");
    eventlet__ws_puts(o, h->accept);
    eventlet__ws_puts(o, "\r\n");
    if (h->protocol.at)
        put(o, "Sec-WebSocket-Protocol", &h->protocol);
    if (h->deflate)
        eventlet__ws_put_deflate(o, &h->params, false);
    eventlet__ws_puts(o, "\r\n");
}

void eventlet__ws_put_location(struct eventlet__ws_out *o, bool secure,
                               const struct eventlet_span *host,
                               const struct eventlet_span *target)
{
    eventlet__ws_puts(o, secure ? "wss://" : "ws://");
    eventlet__ws_put_text(o, host);
    eventlet__ws_put_text(o, target);
}

static void put_location(struct eventlet__ws_out *o, const char *name,
                         const struct eventlet_ws_handshake *h)
{
    eventlet__ws_puts(o, name);
    eventlet__ws_puts(o, ": ");
    eventlet__ws_put_location(o, h->secure, &h->host, &h->target);
    eventlet__ws_puts(o, "\r\n\r\n");
}

static void put_75(struct eventlet__ws_out *o,
                   const struct eventlet_ws_handshake *h)
{
    eventlet__ws_puts(o, "HTTP/1.1 101 Web Socket Protocol Handshake\r\n"
                         "Upgrade: WebSocket\r\n"
                         "Connection: Upgrade\r\n");
    put(o, "WebSocket-Origin", &h->origin);
    if (h->protocol.at)
        put(o, "WebSocket-Protocol", &h->protocol);
    put_location(o, "WebSocket-Location", h);
}

/* A client that named no protocol is told one all the same: eventlet does. */
static int put_76(struct eventlet__ws_out *o,
                  const struct eventlet_ws_handshake *h, const void *body)
{
    const struct eventlet_span none = { "default", 7 };
    unsigned char answer[16];
    int rc = eventlet__ws_draft_answer(answer, h->keys, body);

    eventlet__ws_puts(o, "HTTP/1.1 101 WebSocket Protocol Handshake\r\n"
                         "Upgrade: WebSocket\r\n"
                         "Connection: Upgrade\r\n");
    put(o, "Sec-WebSocket-Origin", &h->origin);
    put(o, "Sec-WebSocket-Protocol", h->protocol.at ? &h->protocol : &none);
    put_location(o, "Sec-WebSocket-Location", h);
    eventlet__ws_put(o, answer, sizeof answer);
    return rc;
}

ssize_t eventlet_ws_answer_write(char *out, size_t size,
                                 const struct eventlet_ws_handshake *h,
                                 const void *body)
{
    struct eventlet__ws_out o = { out, size, false };
    int rc = 0;

    if (h->version == 75)
        put_75(&o, h);
    else if (h->version == 76)
        rc = put_76(&o, h, body);
    else
        put_rfc(&o, h);
    if (rc < 0)
        return rc;
    return o.full ? -ENOBUFS : o.at - out;
}

static const char *reason_of(int status)
{
    switch (status) {
    case 403:
        return "403 Forbidden";
    case 426:
        return "426 Upgrade Required";
    case 500:
        return "500 Internal Server Error";
    default:
        return "400 Bad Request";
    }
}

ssize_t eventlet_ws_refusal_write(char *out, size_t size,
                                  const struct eventlet_ws_error *error)
{
    struct eventlet__ws_out o = { out, size, false };

    eventlet__ws_puts(&o, "HTTP/1.1 ");
    eventlet__ws_puts(&o, reason_of(error->status));
    if (error->status == 426)
        eventlet__ws_puts(&o, "\r\nConnection: close, Upgrade\r\n"
                              "Upgrade: websocket\r\n"
                              "Sec-WebSocket-Version: 8, 13\r\n");
    else
        eventlet__ws_puts(&o, "\r\nConnection: close\r\n");
    eventlet__ws_puts(&o, "Content-Length: 0\r\n\r\n");
    return o.full ? -ENOBUFS : o.at - out;
}
