/* SPDX-License-Identifier: MIT */
/* http_chunk_fuzz.c - after eventlet_http_chunk_read: however the bytes are
 * cut, the same comes out, and a slow reader says the same. The first byte
 * chooses the profile, the limits and how the bytes are cut.
 *
 * Parser: src/proto/http_chunk.c
 */
#include "fuzz.h"

#include "eventlet.h"
#include "http_mutate.h"
#include "http_slow.h"

struct result {
    int end; /* END, MORE or an error */
    uint64_t at, size;
    size_t used;
    uint32_t sum; /* of all events */
};

static void note(struct result *result, const void *bytes, size_t len)
{
    const uint8_t *at = bytes;

    for (size_t i = 0; i < len; i++)
        result->sum = (result->sum ^ at[i]) * 16777619u;
}

/* Takes what the block at data gives. Returns how much was consumed. */
static size_t feed(struct eventlet_http_chunk *chunk, struct result *result,
                   const char *data, size_t len)
{
    size_t used = 0, n;

    do {
        result->end =
            eventlet_http_chunk_read(chunk, data + used, len - used, &n);
        FUZZ_CHECK(n <= len - used);
        FUZZ_CHECK(result->end >= 0 || n == 0);
        used += n;
        if (result->end == EVENTLET_HTTP_CHUNK_DATA)
            result->size += chunk->text_len;
        if (result->end > EVENTLET_HTTP_CHUNK_MORE &&
            result->end < EVENTLET_HTTP_CHUNK_END)
            note(result, chunk->text, chunk->text_len);
        if (result->end == EVENTLET_HTTP_CHUNK_TRAILER)
            note(result, chunk->value, chunk->value_len);
    } while (result->end > EVENTLET_HTTP_CHUNK_MORE &&
             result->end < EVENTLET_HTTP_CHUNK_END);
    return used;
}

/* Hands the input over in pieces of 1 to `most` bytes, each in a block of its
 * own. */
static struct result run(const char *data, size_t len,
                         const struct eventlet_http_chunk_opts *opts,
                         size_t most)
{
    struct result result = { .end = EVENTLET_HTTP_CHUNK_MORE };
    struct eventlet_http_chunk chunk;
    size_t arrived = 0, none;

    eventlet_http_chunk_init(&chunk, opts);
    while (arrived < len && result.end == EVENTLET_HTTP_CHUNK_MORE) {
        size_t n = 1 + (arrived * 7 + most) % most;
        char *block;

        arrived = n < len - arrived ? arrived + n : len;
        block = fuzz_block(arrived - result.used);
        memcpy(block, data + result.used, arrived - result.used);
        result.used += feed(&chunk, &result, block, arrived - result.used);
        fuzz_free(block);
    }
    if (result.end != EVENTLET_HTTP_CHUNK_MORE) {
        FUZZ_CHECK(eventlet_http_chunk_read(&chunk, "0", 1, &none) ==
                   result.end);
        FUZZ_CHECK(none == 0);
    }
    result.at = chunk.error.code ? chunk.error.at : 0;
    return result;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input in = { data, size };
    const unsigned choice = fuzz_byte(&in);
    const bool compat = choice & 1, little = choice & 32;
    const struct slow_chunk_limits limits =
        little ? (struct slow_chunk_limits){ 32, 8, 24, 40, 3 }
               : (struct slow_chunk_limits){ 1024, 16384, 8192, 65536, 100 };
    const struct eventlet_http_chunk_opts opts = {
        .profile = compat ? EVENTLET_HTTP_COMPAT : EVENTLET_HTTP_STRICT,
        .line_limit = little ? (uint32_t)limits.line : 0,
        .extensions_limit = little ? (uint32_t)limits.extensions : 0,
        .trailer_limit = little ? (uint32_t)limits.trailer : 0,
        .trailers_limit = little ? (uint32_t)limits.trailers : 0,
        .trailers_count = little ? (uint32_t)limits.count : 0,
    };
    const char *text = (const char *)in.at;
    struct result whole, cut;
    uint64_t total;
    size_t used = 0;
    int verdict;

    if (in.len == 0)
        return 0;
    whole = run(text, in.len, compat || little ? &opts : NULL, in.len);
    cut = run(text, in.len, &opts, 1 + (choice >> 1) % 16);
    FUZZ_CHECK(whole.end == cut.end && whole.at == cut.at);
    FUZZ_CHECK(whole.size == cut.size && whole.sum == cut.sum);
    FUZZ_CHECK(whole.end < 0 || whole.used == cut.used);
    verdict = slow_chunks(text, in.len, compat, &limits, &used, &total);
    FUZZ_CHECK((verdict == SLOW_WRONG) == (whole.end < 0));
    FUZZ_CHECK((verdict == SLOW_WHOLE) ==
               (whole.end == EVENTLET_HTTP_CHUNK_END));
    if (verdict == SLOW_WHOLE)
        FUZZ_CHECK(used == whole.used && total == whole.size);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max,
                               unsigned seed)
{
    static const char *const known[] = {
        "5\r\nhello\r\n", "0\r\n\r\n",    "1;a=\"b\\\"\"\r\nx\r\n",
        "0\r\n",          "X: y\r\n",     "\r\n",
        "0;a=b;c\r\n",    "ffffffffffff", "A ; b = c\r\n0123456789\r\n",
    };

    return http_mutate(data, size, max, seed, 1, known,
                       sizeof known / sizeof known[0]);
}
