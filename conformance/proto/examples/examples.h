/* SPDX-License-Identifier: MIT */
/* examples.h - what a codec brings along so that the examples of its page can
 * be run. spec/proto/README.md says what an example looks like. */
#ifndef EXAMPLES_H
#define EXAMPLES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* ---- what a codec says ---- */

/* Where its events are written, one to a line. */
struct says;

/* A line: the event's name, then whatever belongs to it. */
void say(struct says *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A line that ends in bytes, quoted: say_bytes(out, "target", p, n). */
void say_bytes(struct says *out, const char *what, const void *bytes,
               size_t len);

/* A piece of something that comes in pieces as it arrives: such lines in a row
 * are one, for where they were cut must not matter. */
void say_piece(struct says *out, const char *what, const void *bytes,
               size_t len);

/* ---- codecs ---- */

enum { EXAMPLE_STATE_MAX = 8192 };

struct example_codec {
    const char *name;  /* the first word of a block's info string */
    size_t state_size; /* at most EXAMPLE_STATE_MAX */

    /* Makes a state out of memory with anything in it. `option` gets each
     * further word of the info string, cut at the '=' ("" without one) and in
     * their order, after `start`. False: there is none such. */
    void (*start)(void *state);
    bool (*option)(void *state, const char *name, const char *value);

    /* All bytes that have arrived and were not consumed so far, at another
     * address than before. Returns how many are consumed now, any number of
     * events having been said; below zero if it gave up, having said why. */
    ssize_t (*feed)(void *state, const char *data, size_t len,
                    struct says *out);

    /* No more bytes will come. May be NULL. */
    void (*end)(void *state, struct says *out);

    /* Makes the codec use its n-th way of working from now on and returns its
     * name; NULL if there are not that many. The first is what users get. May
     * be NULL: there is one way only. */
    const char *(*version)(int n);

    struct example_codec *next; /* the runner's */
};

void examples__add(struct example_codec *codec);

/* EXAMPLE_CODEC(name, .state_size = ..., ...), in a file NAME_codec.c of this
 * folder, is all it takes. */
#define EXAMPLE_CODEC(codec, ...)                                              \
    __attribute__((constructor(200))) static void add_##codec(void)            \
    {                                                                          \
        static struct example_codec self = { .name = #codec, __VA_ARGS__ };    \
        examples__add(&self);                                                  \
    }                                                                          \
    _Static_assert(true, "")

#endif
