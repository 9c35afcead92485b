/* SPDX-License-Identifier: MIT */
/* feed.c - hands an example to its codec whole, byte by byte and cut in two at
 * every place; each time at another address, with a page that cannot be
 * touched right behind the bytes, or right before them. */
#include "proto/examples/feed.h"

#include "check.h"
#include "proto/examples/says.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Longer examples are about limits: they are cut at these many places near the
 * ends and in between, and not moved for each byte. */
enum { LONG = 1024, PLACES = 48 };

static struct example_codec *codecs;

void examples__add(struct example_codec *codec)
{
    codec->next = codecs;
    codecs = codec;
}

static struct example_codec *codec_named(const char *info)
{
    const size_t len = strcspn(info, " ");
    struct example_codec *codec = codecs;

    while (codec &&
           (strlen(codec->name) != len || strncmp(codec->name, info, len) != 0))
        codec = codec->next;
    return codec;
}

/* ---- where the bytes lie ---- */

enum side { BEFORE_THE_GUARD, BEHIND_THE_GUARD };

/* Room between two pages that cannot be touched. */
static char *room, *room_end;

static void make_room(void)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const size_t size = EXAMPLE_BYTES_MAX + page;
    char *at;

    if (room)
        return;
    at = mmap(NULL, size + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
              0);
    if (at == MAP_FAILED ||
        mprotect(at + page, size, PROT_READ | PROT_WRITE) < 0)
        abort();
    room = at + page;
    room_end = room + size;
}

static const char *place(const unsigned char *bytes, size_t len, enum side side)
{
    char *at = side == BEFORE_THE_GUARD ? room_end - len : room;

    if (len)
        memcpy(at, bytes, len);
    return at;
}

/* What lay there is no longer what it was: who kept a pointer is found out. */
static void spoil(const char *at, size_t len)
{
    if (len)
        memset(room + (at - room), '?', len);
}

/* ---- one way ---- */

struct feeding {
    const struct example *example;
    const struct example_codec *codec;
    char show[INFO_MAX]; /* "" for all */
    size_t from;         /* consumed so far */
    bool given_up;
    _Alignas(max_align_t) char state[EXAMPLE_STATE_MAX];
    struct says says;
};

/* Sets the state up by the words of the info string. */
static bool begin(struct feeding *f)
{
    char info[INFO_MAX], *rest = NULL, *word;

    memset(f->state, 0xa5, sizeof f->state);
    f->from = 0;
    f->given_up = false;
    f->show[0] = '\0';
    says_begin(&f->says);
    f->codec->start(f->state);
    snprintf(info, sizeof info, "%s", f->example->info);
    strtok_r(info, " ", &rest);
    while ((word = strtok_r(NULL, " ", &rest))) {
        char *value = strchr(word, '=');

        if (value)
            *value++ = '\0';
        if (strcmp(word, "show") == 0)
            snprintf(f->show, sizeof f->show, "%s", value ? value : "");
        else if (!f->codec->option ||
                 !f->codec->option(f->state, word, value ? value : ""))
            return check__fail(f->example->page, f->example->line,
                               "%s knows no %s", f->codec->name, word);
    }
    return true;
}

/* Bytes up to `upto` have arrived. */
static void arrive(struct feeding *f, size_t upto, enum side side, bool move)
{
    while (!f->given_up && f->from <= upto) {
        const unsigned char *bytes = f->example->bytes + f->from;
        const size_t len = upto - f->from;
        const char *at = move ? place(bytes, len, side) : (const char *)bytes;
        ssize_t used = f->codec->feed(f->state, at, len, &f->says);

        if (move)
            spoil(at, len);
        if (used < 0) {
            f->given_up = true;
        } else if ((size_t)used > len) {
            say(&f->says, "consumed %zd of %zu bytes", used, len);
            f->given_up = true;
        } else {
            f->from += (size_t)used;
        }
        if (used <= 0 || f->from == upto)
            break;
    }
}

static const char *finish(struct feeding *f)
{
    if (!f->given_up && f->from < f->example->len)
        say(&f->says, "left %zu", f->example->len - f->from);
    if (!f->given_up && f->codec->end)
        f->codec->end(f->state, &f->says);
    says_end(&f->says);
    if (f->show[0])
        says_show_only(&f->says, f->show);
    return f->says.text;
}

static bool compare(struct feeding *f, const char *version, const char *way,
                    size_t cut)
{
    const char *got = finish(f);

    if (strcmp(got, f->example->events) == 0)
        return true;
    return check__fail(f->example->page, f->example->line,
                       "%s:%d: (%s, %s %zu) gives\n%.300snot\n%.300s",
                       f->example->page, f->example->line, version, way, cut,
                       got, f->example->events);
}

/* ---- every way ---- */

static bool whole(struct feeding *f, const char *version, enum side side)
{
    if (!begin(f))
        return false;
    arrive(f, f->example->len, side, true);
    return compare(f, version,
                   side == BEFORE_THE_GUARD ? "whole, before a guard"
                                            : "whole, behind a guard",
                   0);
}

static bool byte_by_byte(struct feeding *f, const char *version)
{
    const size_t len = f->example->len;

    if (!begin(f))
        return false;
    for (size_t upto = 1; upto <= len; upto++)
        arrive(f, upto, BEFORE_THE_GUARD, len <= LONG);
    return compare(f, version, "byte by byte", 0);
}

static bool in_two(struct feeding *f, const char *version, size_t cut)
{
    if (!begin(f))
        return false;
    arrive(f, cut, BEFORE_THE_GUARD, true);
    arrive(f, f->example->len, BEFORE_THE_GUARD, true);
    return compare(f, version, "cut at", cut);
}

/* The next place to cut at. */
static size_t after(size_t cut, size_t len)
{
    if (len <= LONG || cut < PLACES || cut + PLACES >= len)
        return cut + 1;
    cut += (len - 2 * PLACES) / PLACES + 1;
    return cut < len - PLACES ? cut : len - PLACES;
}

static bool every_way(struct feeding *f, const char *version)
{
    const size_t len = f->example->len;

    if (!whole(f, version, BEFORE_THE_GUARD) ||
        !whole(f, version, BEHIND_THE_GUARD) || !byte_by_byte(f, version))
        return false;
    for (size_t cut = 1; cut < len; cut = after(cut, len))
        if (!in_two(f, version, cut))
            return false;
    return true;
}

void feed_example(const struct example *example)
{
    static struct feeding f;
    const char *version = "one way";

    make_room();
    f.example = example;
    f.codec = codec_named(example->info);
    if (!f.codec) {
        check__fail(example->page, example->line, "%s:%d: no codec for %s",
                    example->page, example->line, example->info);
        return;
    }
    for (int n = 0; version; n++) {
        version = f.codec->version ? f.codec->version(n) : n ? NULL : version;
        if (version && !every_way(&f, version))
            break;
    }
    if (f.codec->version)
        f.codec->version(0);
}
