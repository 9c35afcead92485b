/* SPDX-License-Identifier: MIT */
/* ws_mutate.h - changes to streams of frames that leave most of them frames:
 * one is put in, taken out, doubled or made two fragments, its head is changed,
 * its payload is changed below the mask, or its length is made to fit. */
#ifndef WS_MUTATE_H
#define WS_MUTATE_H

#include "fuzz.h"

#include "eventlet/ws_frame.h"

enum { FRAMES_MAX = 64 };

struct ws_found {
    size_t at, head, length; /* of the payload, as far as it is there */
};

static inline size_t ws_find(struct ws_found *found, const uint8_t *data,
                             size_t from, size_t size)
{
    size_t n = 0;

    while (n < FRAMES_MAX && size - from >= 2) {
        size_t length = data[from + 1] & 0x7f;
        size_t head = 2 + (length == 126 ? 2u : length == 127 ? 8u : 0u);

        if (size - from < head)
            break;
        if (length >= 126) {
            length = 0;
            for (size_t i = 2; i < head; i++)
                length = length << 8 | data[from + i];
        }
        head += data[from + 1] & 0x80 ? 4 : 0;
        if (size - from < head)
            break;
        if (length > size - from - head)
            length = size - from - head;
        found[n++] = (struct ws_found){ from, head, length };
        from += head + length;
    }
    return n;
}

static inline size_t ws_insert(uint8_t *data, size_t size, size_t max_size,
                               size_t at, const uint8_t *bytes, size_t len)
{
    if (len > max_size - size)
        return size;
    memmove(data + at + len, data + at, size - at);
    memcpy(data + at, bytes, len);
    return size + len;
}

static inline size_t ws_new_frame(uint8_t out[64], unsigned seed, bool masked)
{
    static const uint8_t opcodes[] = { 0x81, 0x82, 0x01, 0x00, 0x80,
                                       0x89, 0x8a, 0x88, 0xc1, 0x41 };
    static const char *const words[] = { "",         "a",        "Hello",
                                         "\xc3",     "\xe2\x82", "\xac",
                                         "\x03\xe8", "\x03\xf4" };
    const char *word = words[seed / 16 % 8];
    size_t len = strlen(word), head = masked ? 6 : 2;

    memset(out, 0, 64);
    out[0] = opcodes[seed % 10];
    out[1] = (uint8_t)(len | (masked ? 0x80 : 0));
    if (masked && seed % 3 == 0)
        memcpy(out + 2, "\x37\xfa\x21\x3d", 4);
    for (size_t i = 0; i < len; i++)
        out[head + i] = (uint8_t)word[i] ^ (masked ? out[2 + i % 4] : 0);
    return head + len;
}

/* The payload is changed as it is once unmasked. */
static inline void ws_change_payload(uint8_t *data, const struct ws_found *f)
{
    const uint8_t *key = data + f->at + f->head - 4;
    const bool masked = data[f->at + 1] & 0x80;
    uint8_t *payload = data + f->at + f->head;

    for (size_t i = 0; masked && i < f->length; i++)
        payload[i] ^= key[i % 4];
    if (f->length)
        LLVMFuzzerMutate(payload, f->length, f->length);
    for (size_t i = 0; masked && i < f->length; i++)
        payload[i] ^= key[i % 4];
}

/* A length at a border, in two or eight bytes, whether it is the shortest form
 * or not. */
static inline size_t ws_stretch(uint8_t *data, size_t size, size_t max_size,
                                const struct ws_found *f, unsigned seed)
{
    static const uint32_t lengths[] = { 0, 1, 125, 126, 127, 65535, 65536 };
    const uint32_t length = lengths[seed / 2 % 7];
    const size_t n = seed % 2 ? 2 : 8,
                 short_head = data[f->at + 1] & 0x80 ? 6 : 2;
    uint8_t bytes[8] = { 0 };

    for (size_t i = 0; i < 4 && i < n; i++)
        bytes[n - 1 - i] = (uint8_t)(length >> 8 * i);
    if (f->head != short_head || n > max_size - size)
        return size;
    data[f->at + 1] =
        (uint8_t)((data[f->at + 1] & 0x80) | (n == 2 ? 126 : 127));
    return ws_insert(data, size, max_size, f->at + 2, bytes, n);
}

/* A frame of data becomes two fragments; the key of the second is that of the
 * first as it goes on, so that what they say stays. */
static inline size_t ws_split(uint8_t *data, size_t size, size_t max_size,
                              const struct ws_found *f, unsigned seed)
{
    const unsigned mask = data[f->at + 1] & 0x80;
    const size_t head = mask ? 6 : 2;
    const size_t first = seed % (f->length + 1);
    uint8_t second[6] = { data[f->at] & 0x80,
                          (uint8_t)(mask | (f->length - first)) };

    if (data[f->at] & 8 || f->head != head || head > max_size - size)
        return size;
    for (size_t i = 0; mask && i < 4; i++)
        second[2 + i] = data[f->at + 2 + (first + i) % 4];
    data[f->at] &= 0x7f;
    data[f->at + 1] = (uint8_t)(mask | first);
    return ws_insert(data, size, max_size, f->at + head + first, second, head);
}

static inline size_t ws_mutate(uint8_t *data, size_t size, size_t max_size,
                               unsigned seed, size_t before, bool masked)
{
    struct ws_found found[FRAMES_MAX], *f;
    uint8_t frame[256];
    size_t n = size > before ? ws_find(found, data, before, size) : 0, len;

    if (n == 0 || seed % 8 == 0)
        return LLVMFuzzerMutate(data, size, max_size);
    if (seed % 8 == 1) {
        LLVMFuzzerMutate(data, before, before);
        return size;
    }
    f = &found[seed / 8 % n];
    switch (seed / 512 % 8) {
    case 0:
        len = ws_new_frame(frame, seed / 4096, masked);
        return ws_insert(data, size, max_size, f->at, frame, len);
    case 1:
        len = f->head + f->length;
        memmove(data + f->at, data + f->at + len, size - f->at - len);
        return size - len;
    case 2:
        len = f->head + f->length;
        if (len > sizeof frame)
            return size;
        memcpy(frame, data + f->at, len);
        return ws_insert(data, size, max_size, f->at, frame, len);
    case 3:
        data[f->at] ^= (uint8_t)(1u << seed / 4096 % 8);
        return size;
    case 4:
        if (f->length < 126 && f->head <= 6)
            data[f->at + 1] = (uint8_t)((data[f->at + 1] & 0x80) | f->length);
        return size;
    case 5:
        return ws_split(data, size, max_size, f, seed / 4096);
    case 6:
        return ws_stretch(data, size, max_size, f, seed / 4096);
    default:
        ws_change_payload(data, f);
        return size;
    }
}

#endif
