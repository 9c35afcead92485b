/* SPDX-License-Identifier: MIT */
/* Bytes in at the end, out at the front.
 *
 * Consuming only moves `start`. Content is moved to the front of the block when
 * that is no longer than what was consumed before it, or when the block grows
 * to twice its size or shrinks below a quarter: each byte put in pays for a
 * bounded number of moves. */
#include "base/buf.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"

enum { SMALLEST = 256 };

void eventlet__buf_deinit(struct eventlet__buf *b)
{
    eventlet__free(b->block);
    eventlet__buf_init(b, b->limit);
}

static void move_to_front(struct eventlet__buf *b)
{
    if (b->start > 0)
        memmove(b->block, b->block + b->start, b->len);
    b->start = 0;
}

static int resize_to(struct eventlet__buf *b, size_t size)
{
    char *block = eventlet__resize(b->block, size);

    if (!block)
        return -ENOMEM;
    b->block = block;
    b->size = size;
    return 0;
}

/* Doubles, so that many small additions copy little; what would lie beyond the
 * limit could never be used. */
static size_t grown_size(const struct eventlet__buf *b, size_t needed)
{
    size_t size = b->size * 2 > SMALLEST ? b->size * 2 : SMALLEST;

    if (b->limit > 0 && size > b->limit)
        size = b->limit;
    return size > needed ? size : needed;
}

static int make_room(struct eventlet__buf *b, size_t n)
{
    if (b->size - b->start - b->len >= n)
        return 0;
    if (b->size - b->len >= n && b->len <= b->start) {
        move_to_front(b);
        return 0;
    }
    move_to_front(b);
    return resize_to(b, grown_size(b, b->len + n));
}

int eventlet__buf_reserve(struct eventlet__buf *b, size_t n, char **room)
{
    int rc;

    if (b->limit > 0 && (b->len > b->limit || n > b->limit - b->len))
        return -ENOBUFS;
    if (n > SIZE_MAX / 4 - b->len)
        return -ENOMEM;
    rc = make_room(b, n);
    if (rc < 0)
        return rc;
    *room = b->block ? b->block + b->start + b->len : NULL;
    return 0;
}

size_t eventlet__buf_room(const struct eventlet__buf *b)
{
    size_t room = b->size - b->start - b->len;
    size_t allowed = b->limit > 0 ? b->limit - b->len : room;

    return room < allowed ? room : allowed;
}

int eventlet__buf_append(struct eventlet__buf *b, const void *bytes, size_t n)
{
    char *room;
    int rc;

    if (n == 0)
        return 0;
    rc = eventlet__buf_reserve(b, n, &room);
    if (rc < 0)
        return rc;
    memcpy(room, bytes, n);
    eventlet__buf_commit(b, n);
    return 0;
}

/* Twice the content leaves it as much room to grow as to shrink further. If
 * there is no memory for less memory, all stays as it is. */
static void shrink(struct eventlet__buf *b)
{
    size_t size = b->len * 2;

    move_to_front(b);
    (void)resize_to(b, size > EVENTLET__BUF_KEEP ? size : EVENTLET__BUF_KEEP);
}

void eventlet__buf_consume(struct eventlet__buf *b, size_t n)
{
    assert(n <= b->len);
    b->start += n;
    b->len -= n;
    if (b->len == 0)
        b->start = 0;
    if (b->size > EVENTLET__BUF_KEEP && b->len < b->size / 8)
        shrink(b);
}
