/* SPDX-License-Identifier: MIT */
/* Authorities: who is asked, as a name or an address, and at which port. */
#include "proto/uri_reader.h"

#include "eventlet/errors.h"
#include "proto/ip_text.h"
#include "proto/uri_bytes.h"

#include <string.h>

enum { PORT_MAX = 65535, BAD_REQUEST = 400 };

int eventlet__uri_wrong(const struct eventlet__uri_reader *in, const char *what,
                        size_t at)
{
    if (in->error)
        *in->error = (struct eventlet_proto_error){ what, at, BAD_REQUEST };
    return EVENTLET_BAD_URI;
}

static const char *why_not(unsigned char byte)
{
    if (byte == '%')
        return "a % that begins no escape";
    if (byte == ' ')
        return "a blank";
    if (byte < ' ' || byte == 0x7f)
        return "a control character";
    if (byte >= 0x80)
        return "a byte above 0x7f that is not escaped";
    if (byte == '#')
        return "a fragment";
    return "a character that may not stand here unescaped";
}

int eventlet__uri_wrong_byte(const struct eventlet__uri_reader *in, size_t at)
{
    return eventlet__uri_wrong(in, why_not((unsigned char)in->bytes[at]), at);
}

/* ---- parts ---- */

/* Leaves *at behind the @, if there is one before end. */
static int read_userinfo(const struct eventlet__uri_reader *in, size_t *at,
                         size_t end, struct eventlet_uri_authority *out)
{
    const char *sign = memchr(in->bytes + *at, '@', end - *at);
    size_t len, reach;

    if (!sign)
        return 0;
    if (!in->userinfo)
        return eventlet__uri_wrong(in, "user information before the host", *at);
    len = (size_t)(sign - in->bytes) - *at;
    reach =
        eventlet__uri_reach(in->bytes + *at, len, URI_NAME_BYTES | URI_COLON);
    if (reach < len)
        return eventlet__uri_wrong_byte(in, *at + reach);
    out->userinfo = eventlet__uri_part(in, *at, *at + len);
    *at += len + 1;
    return 0;
}

/* Whether it is v, digits, a dot and something. Behind it stands a ], which is
 * none of these, so that nothing here runs past it. */
static bool is_future(const char *text, size_t len)
{
    size_t n = 1;

    if (text[0] != 'v' && text[0] != 'V')
        return false;
    while (eventlet__uri_hex(text[n]) >= 0)
        n++;
    if (n == 1 || text[n] != '.' || ++n == len)
        return false;
    return eventlet__uri_reach(text + n, len - n,
                               URI_UNRESERVED | URI_SUB_DELIMS | URI_COLON) ==
           len - n;
}

/* *at is at the [; it is left behind the ]. */
static int read_literal(const struct eventlet__uri_reader *in, size_t *at,
                        size_t end, struct eventlet_uri_authority *out)
{
    const size_t from = *at + 1;
    const char *text = in->bytes + from;
    const char *close = memchr(text, ']', end - from);
    size_t len;

    if (!close)
        return eventlet__uri_wrong(in, "a [ without its ]", *at);
    len = (size_t)(close - text);
    if (memchr(text, '%', len))
        return eventlet__uri_wrong(in, "a zone in an address", from);
    if (eventlet__ipv6_read(text, len, out->address))
        out->kind = EVENTLET_HOST_IPV6;
    else if (is_future(text, len))
        out->kind = EVENTLET_HOST_FUTURE;
    else
        return eventlet__uri_wrong(in, "no address between [ and ]", from);
    out->host = eventlet__uri_part(in, from, from + len);
    *at = from + len + 1;
    return 0;
}

static void read_name(const struct eventlet__uri_reader *in, size_t *at,
                      size_t end, struct eventlet_uri_authority *out)
{
    const char *text = in->bytes + *at;
    const size_t len = eventlet__uri_reach(
        text, end - *at, URI_NAME_BYTES | (in->compat ? URI_HIGH : 0));

    out->host = eventlet__uri_part(in, *at, *at + len);
    if (len == 0)
        out->kind = EVENTLET_HOST_NONE;
    else if (eventlet__ipv4_read(text, len, out->address))
        out->kind = EVENTLET_HOST_IPV4;
    else
        out->kind = EVENTLET_HOST_NAME;
    *at += len;
}

/* at is behind the colon. There may be no digits, and any number of zeros. */
static int read_port(const struct eventlet__uri_reader *in, size_t at,
                     size_t end, struct eventlet_uri_authority *out)
{
    int port = 0;

    for (size_t i = at; i < end; i++) {
        const unsigned digit = (unsigned)(in->bytes[i] - '0');

        if (digit > 9)
            return eventlet__uri_wrong(in, "a port that is no number", i);
        port = port * 10 + (int)digit;
        if (port > PORT_MAX)
            return eventlet__uri_wrong(in, "a port above 65535", at);
    }
    out->digits = eventlet__uri_part(in, at, end);
    if (at < end)
        out->port = port;
    return 0;
}

int eventlet__uri_authority(const struct eventlet__uri_reader *in, size_t at,
                            size_t end, struct eventlet_uri_authority *out)
{
    int rc = read_userinfo(in, &at, end, out);

    if (rc < 0)
        return rc;
    if (at < end && in->bytes[at] == '[')
        rc = read_literal(in, &at, end, out);
    else
        read_name(in, &at, end, out);
    if (rc < 0 || at == end)
        return rc;
    if (in->bytes[at] != ':')
        return eventlet__uri_wrong_byte(in, at);
    return read_port(in, at + 1, end, out);
}

/* ---- comparing ---- */

/* Takes one character, an escape as the byte it stands for. */
static int next_letter(struct eventlet_span *name)
{
    size_t n = 1;
    unsigned char c = (unsigned char)name->at[0];

    if (eventlet__uri_is_escape(name->at, name->len)) {
        c = (unsigned char)eventlet__uri_unescape(name->at);
        n = 3;
    }
    name->at += n;
    name->len -= n;
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

static bool same_name(struct eventlet_span a, struct eventlet_span b)
{
    while (a.len > 0 && b.len > 0)
        if (next_letter(&a) != next_letter(&b))
            return false;
    return a.len == b.len;
}

bool eventlet_uri_same_host(const struct eventlet_uri_authority *a,
                            const struct eventlet_uri_authority *b, int port)
{
    if (a->kind != b->kind)
        return false;
    if ((a->port < 0 ? port : a->port) != (b->port < 0 ? port : b->port))
        return false;
    switch (a->kind) {
    case EVENTLET_HOST_IPV4:
        return memcmp(a->address, b->address, 4) == 0;
    case EVENTLET_HOST_IPV6:
        return memcmp(a->address, b->address, 16) == 0;
    default:
        return same_name(a->host, b->host);
    }
}
