/* SPDX-License-Identifier: MIT */
/* ws_log.h - what a parser of frames gave, in a form that does not depend on
 * how the stream was cut. A log is kept from one input to the next. */
#ifndef WS_LOG_H
#define WS_LOG_H

#include "fuzz.h"

#include "eventlet/ws_frame.h"

struct ws_log {
    uint8_t *bytes;
    size_t len, room;
};

/* Room for so many more bytes, and where they go. */
static inline uint8_t *ws_log_more(struct ws_log *log, size_t n)
{
    if (!log->bytes || n > log->room - log->len) {
        log->room = log->room * 2 + n + 4096;
        log->bytes = realloc(log->bytes, log->room);
        FUZZ_CHECK(log->bytes);
    }
    log->len += n;
    return log->bytes + log->len - n;
}

static inline void ws_log_byte(struct ws_log *log, unsigned byte)
{
    *ws_log_more(log, 1) = (uint8_t)byte;
}

/* Pieces are bytes, each with a mark before it. */
static inline void ws_log_bytes(struct ws_log *log, char mark,
                                const void *bytes, size_t len)
{
    uint8_t *to = ws_log_more(log, 2 * len);

    for (size_t i = 0; i < len; i++) {
        to[2 * i] = (uint8_t)mark;
        to[2 * i + 1] = ((const uint8_t *)bytes)[i];
    }
}

static inline void ws_log_number(struct ws_log *log, char mark, uint64_t value)
{
    uint8_t *to = ws_log_more(log, 1 + sizeof value);

    to[0] = (uint8_t)mark;
    memcpy(to + 1, &value, sizeof value);
}

static inline void ws_log_start(struct ws_log *log, unsigned opcode,
                                unsigned reserved)
{
    ws_log_number(log, 's', opcode << 8 | reserved);
}

static inline void ws_log_control(struct ws_log *log, unsigned opcode, int code,
                                  const void *bytes, size_t len)
{
    ws_log_number(log, 'c', opcode << 16 | (unsigned)code);
    ws_log_number(log, 'n', len);
    ws_log_bytes(log, 'b', bytes, len);
}

static inline void ws_log_error(struct ws_log *log, uint64_t offset, int status)
{
    ws_log_number(log, 'e', offset);
    ws_log_number(log, 'x', (unsigned)status);
}

static inline void ws_log_event(struct ws_log *log,
                                const struct eventlet_ws_event *e)
{
    if (e->kind == EVENTLET_WS_UNKNOWN)
        ws_log_number(log, 'u', e->left << 8 | e->opcode);
    if (e->kind == EVENTLET_WS_CONTROL)
        ws_log_control(log, e->opcode, e->code, e->bytes, e->len);
    if (e->kind != EVENTLET_WS_DATA)
        return;
    if (e->starts)
        ws_log_start(log, e->opcode, e->reserved);
    ws_log_bytes(log, 'd', e->bytes, e->len);
    if (e->ends_frame)
        ws_log_byte(log, e->ends ? 'm' : 'f');
}

static inline void ws_log_same(const struct ws_log *a, const struct ws_log *b)
{
    FUZZ_CHECK(a->len == b->len);
    FUZZ_CHECK(a->len == 0 || memcmp(a->bytes, b->bytes, a->len) == 0);
}

/* How long the next piece is, by a seed: 0 is all at once, 1 byte by byte. */
static inline size_t ws_next_piece(unsigned *seed, size_t left)
{
    size_t n;

    if (*seed == 0)
        return left;
    if (*seed == 1)
        return 1;
    *seed = *seed * 1103515245u + 12345u;
    *seed += *seed < 2 ? 2 : 0;
    n = 1 + (*seed >> 16) % 37;
    return n < left ? n : left;
}

#endif
