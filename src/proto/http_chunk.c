/* SPDX-License-Identifier: MIT */
/* Bodies in chunks, RFC 9112 7.1. */
#include "eventlet/http_chunk.h"

#include "proto/http_chars.h"
#include "proto/http_internal.h"

#include <string.h>

enum { IN_SIZE, IN_DATA, BEHIND_DATA, IN_TRAILERS, AT_END };

enum {
    LINE_LIMIT = 1024,
    EXTENSIONS_LIMIT = 16384,
    TRAILER_LIMIT = 8192,
    TRAILERS_LIMIT = 65536,
    TRAILERS_COUNT = 100,
    LIMIT_MAX = 65535,
    DIGITS_MAX = 16, /* that a size below 2^63 may need */
};

_Static_assert(sizeof(struct eventlet_http_chunk) <= 512, "a small state");

void eventlet_http_chunk_init(struct eventlet_http_chunk *chunk,
                              const struct eventlet_http_chunk_opts *opts)
{
    static const struct eventlet_http_chunk_opts none;

#define OR(limit, normal) ((limit) ? (limit) : (uint32_t)(normal))
    opts = opts ? opts : &none;
    memset(chunk, 0, sizeof *chunk);
    chunk->private.line_limit = OR(opts->line_limit, LINE_LIMIT);
    chunk->private.extensions_limit =
        OR(opts->extensions_limit, EXTENSIONS_LIMIT);
    chunk->private.trailer_limit = OR(opts->trailer_limit, TRAILER_LIMIT);
    if (chunk->private.trailer_limit > LIMIT_MAX)
        chunk->private.trailer_limit = LIMIT_MAX;
    chunk->private.trailers_limit = OR(opts->trailers_limit, TRAILERS_LIMIT);
    chunk->private.trailers_count = OR(opts->trailers_count, TRAILERS_COUNT);
    chunk->private.profile = (uint8_t)opts->profile;
#undef OR
}

static bool is_compat(const struct eventlet_http_chunk *chunk)
{
    return chunk->private.profile == EVENTLET_HTTP_COMPAT;
}

static int fail(struct eventlet_http_chunk *chunk, int code, size_t at,
                const char *what)
{
    chunk->error = (struct eventlet_http_error){
        .code = code,
        .status = 400,
        .at = chunk->private.consumed + at,
        .what = what,
    };
    return code;
}

static int bad(struct eventlet_http_chunk *chunk, size_t at, const char *what)
{
    return fail(chunk, EVENTLET_HTTP_BAD_CHUNK, at, what);
}

/* ---- a chunk's line ---- */

static size_t skip_blanks(const char *data, size_t at, size_t end)
{
    while (at < end && (data[at] == ' ' || data[at] == '\t'))
        at++;
    return at;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Digits alone: no sign, no 0x, no blanks before them. *at is behind them. */
static int read_size(struct eventlet_http_chunk *chunk, const char *data,
                     size_t *at, size_t end)
{
    uint64_t size = 0;
    size_t i;

    for (i = 0; i < end; i++) {
        const int digit = hex_digit(data[i]);

        if (digit < 0)
            break;
        if (size > (uint64_t)INT64_MAX >> 4)
            return bad(chunk, i, "chunk size is too large");
        size = size << 4 | (unsigned)digit;
    }
    if (i == 0)
        return bad(chunk, 0, "no chunk size");
    chunk->size = size;
    *at = i;
    return 0;
}

static size_t skip_token(const char *data, size_t at, size_t end)
{
    while (at < end && http_is((unsigned char)data[at], HTTP_TOKEN))
        at++;
    return at;
}

/* Behind the quoted string that begins at `at`; `at` itself if it is none. */
static size_t skip_quoted(const char *data, size_t at, size_t end)
{
    size_t i = at + 1;

    for (; i < end && data[i] != '"'; i++) {
        if (data[i] == '\\')
            i++;
        if (i == end || !http_is((unsigned char)data[i], HTTP_TEXT))
            return at;
    }
    return i < end ? i + 1 : at;
}

/* A token or, behind an equals sign, a quoted string, and the blanks before
 * it. False: there is none; *at is where it should be. */
static bool skip_word(const char *data, size_t *at, size_t end, bool quoted)
{
    size_t next;

    *at = skip_blanks(data, *at, end);
    next = quoted && *at < end && data[*at] == '"' ? skip_quoted(data, *at, end)
                                                   : skip_token(data, *at, end);
    if (next == *at)
        return false;
    *at = next;
    return true;
}

/* *( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] ). False: it is
 * not so at *at. */
static bool skip_extensions(const char *data, size_t *at, size_t end)
{
    while (*at < end) {
        size_t next = skip_blanks(data, *at, end);

        if (next == end || data[next] != ';')
            return false;
        *at = next + 1;
        if (!skip_word(data, at, end, false))
            return false;
        next = skip_blanks(data, *at, end);
        if (next == end || data[next] != '=')
            continue;
        *at = next + 1;
        if (!skip_word(data, at, end, true))
            return false;
    }
    return true;
}

/* eventlet takes anything behind a semicolon, and blanks before it; of
 * controls neither NUL nor CR is let through. */
static bool skip_anything(const char *data, size_t *at, size_t end)
{
    *at = skip_blanks(data, *at, end);
    if (*at < end && data[*at] != ';')
        return false;
    while (*at < end && data[*at] != '\0' && data[*at] != '\r')
        (*at)++;
    return *at == end;
}

/* The limit is of all that a body's chunk lines have and do not need: what is
 * behind the size, and zeros before it that make it longer than any size is. */
static int count_extensions(struct eventlet_http_chunk *chunk, size_t at,
                            size_t end)
{
    const size_t zeros = at > DIGITS_MAX ? at - DIGITS_MAX : 0;
    const size_t more = end - at + zeros;

    if (more > chunk->private.extensions_limit - chunk->private.extensions)
        return fail(chunk, EVENTLET_HTTP_CHUNK_TOO_LONG, at,
                    "chunk extensions are too large together");
    chunk->private.extensions += (uint32_t)more;
    return 0;
}

static int read_chunk_line(struct eventlet_http_chunk *chunk, const char *data,
                           size_t end)
{
    size_t at, stop;
    int rc = read_size(chunk, data, &at, end);

    if (rc < 0)
        return rc;
    stop = at;
    if (!(is_compat(chunk) ? skip_anything(data, &stop, end)
                           : skip_extensions(data, &stop, end)))
        return bad(chunk, stop, "no chunk extension");
    rc = count_extensions(chunk, at, end);
    if (rc < 0)
        return rc;
    chunk->text = data + at;
    chunk->text_len = end - at;
    chunk->private.left = chunk->size;
    chunk->private.state = chunk->size ? IN_DATA : IN_TRAILERS;
    return EVENTLET_HTTP_CHUNK_BEGIN;
}

/* ---- a trailer's line ---- */

/* By the rules of header lines, with their errors. */
static int read_trailer(struct eventlet_http_chunk *chunk, const char *data,
                        size_t end)
{
    struct eventlet_http_header header;
    struct eventlet_http_head head;
    int rc;

    if (end == 0) {
        chunk->private.state = AT_END;
        return EVENTLET_HTTP_CHUNK_END;
    }
    if (chunk->private.count == chunk->private.trailers_count)
        return fail(chunk, EVENTLET_HTTP_TOO_MANY_HEADERS, 0,
                    "too many trailers");
    eventlet_http_request_init(
        &head, &header, 1,
        &(struct eventlet_http_opts){ .profile = chunk->private.profile });
    rc = eventlet__http_header_line(&head, data, 0, end);
    if (rc < 0)
        return fail(chunk, rc, head.error.at, head.error.what);
    chunk->private.count++;
    chunk->text = data + header.name;
    chunk->text_len = header.name_len;
    chunk->value = data + header.value;
    chunk->value_len = header.value_len;
    chunk->known = header.known;
    return EVENTLET_HTTP_CHUNK_TRAILER;
}

/* ---- lines ---- */

/* The first byte that is too far for a line. */
static size_t bound_of(const struct eventlet_http_chunk *chunk)
{
    const size_t all = chunk->private.trailers_limit - chunk->private.trailers;

    if (chunk->private.state == IN_SIZE)
        return chunk->private.line_limit - 1;
    return all < chunk->private.trailer_limit - 1
               ? all
               : chunk->private.trailer_limit - 1;
}

static int take_line(struct eventlet_http_chunk *chunk, const char *data,
                     size_t feed)
{
    if (feed == 0 || data[feed - 1] != '\r')
        return fail(chunk, EVENTLET_HTTP_BAD_LINE_END, feed,
                    "a line feed without carriage return");
    if (chunk->private.state == IN_SIZE)
        return read_chunk_line(chunk, data, feed - 1);
    chunk->private.trailers += (uint32_t)feed + 1;
    return read_trailer(chunk, data, feed - 1);
}

/* Reads a line, if it is all there. */
static int read_line(struct eventlet_http_chunk *chunk, const char *data,
                     size_t len, size_t *used)
{
    const size_t bound = bound_of(chunk), from = chunk->private.scanned;
    const size_t until = len < bound ? len : bound;
    const char *feed =
        from < until ? memchr(data + from, '\n', until - from) : NULL;
    int rc;

    if (!feed && len > bound)
        return fail(chunk, EVENTLET_HTTP_CHUNK_TOO_LONG, bound,
                    chunk->private.state == IN_SIZE ? "chunk line too long"
                                                    : "trailer lines too long");
    if (!feed) {
        chunk->private.scanned = (uint32_t)len;
        return EVENTLET_HTTP_CHUNK_MORE;
    }
    rc = take_line(chunk, data, (size_t)(feed - data));
    if (rc < 0)
        return rc;
    chunk->private.scanned = 0;
    *used = (size_t)(feed - data) + 1;
    return rc;
}

static int read_data(struct eventlet_http_chunk *chunk, const char *data,
                     size_t len, size_t *used)
{
    if (len == 0)
        return EVENTLET_HTTP_CHUNK_MORE;
    if (len > chunk->private.left)
        len = (size_t)chunk->private.left;
    chunk->text = data;
    chunk->text_len = *used = len;
    chunk->private.left -= len;
    if (chunk->private.left == 0)
        chunk->private.state = BEHIND_DATA;
    return EVENTLET_HTTP_CHUNK_DATA;
}

/* The CR LF behind a chunk's data, and what comes then. */
static int read_end_of_data(struct eventlet_http_chunk *chunk, const char *data,
                            size_t len, size_t *used)
{
    int rc;

    if (len > 0 && data[0] != '\r')
        return bad(chunk, 0, "no CR LF behind a chunk's data");
    if (len > 1 && data[1] != '\n')
        return bad(chunk, 1, "no CR LF behind a chunk's data");
    if (len < 2)
        return EVENTLET_HTTP_CHUNK_MORE;
    chunk->private.state = IN_SIZE;
    chunk->private.consumed += 2;
    rc = read_line(chunk, data + 2, len - 2, used);
    chunk->private.consumed -= 2;
    *used += rc < 0 ? 0 : 2;
    return rc;
}

int eventlet_http_chunk_read(struct eventlet_http_chunk *chunk,
                             const char *data, size_t len, size_t *used)
{
    int rc;

    *used = 0;
    if (chunk->error.code)
        return chunk->error.code;
    if (chunk->private.state == AT_END)
        return EVENTLET_HTTP_CHUNK_END;
    if (chunk->private.state == IN_DATA)
        rc = read_data(chunk, data, len, used);
    else if (chunk->private.state == BEHIND_DATA)
        rc = read_end_of_data(chunk, data, len, used);
    else
        rc = read_line(chunk, data, len, used);
    chunk->private.consumed += *used;
    return rc;
}
