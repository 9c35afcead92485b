/* SPDX-License-Identifier: MIT */
/* Text that may be UTF-8: in each cut, with each set of instructions, at each
 * alignment the same as by the table of RFC 3629, and as libunistring has it.
 *
 * Parser: src/proto/utf8.c
 * Parser: src/proto/utf8_x86.c
 *
 * An input is a byte that says how it is cut and one for how far it is moved,
 * and the text. It is also read with ASCII before it, so that it meets the
 * seams of blocks. */
#include "ws_slow.h"

#include "eventlet/utf8.h"
#include "proto/simd.h"

#ifdef HAVE_UNISTRING
#include <unistr.h>
#endif

static size_t feed(const uint8_t *text, size_t len, unsigned seed,
                   bool *may_end)
{
    struct eventlet_utf8 u = { 0 };
    size_t at = 0;

    while (at < len) {
        const size_t piece = ws_next_piece(&seed, len - at);
        uint8_t *block = fuzz_block(piece);
        size_t good;

        memcpy(block, text + at, piece);
        good = eventlet_utf8_feed(&u, block, piece);
        fuzz_free(block);
        at += good;
        if (good < piece)
            break;
    }
    *may_end = eventlet_utf8_may_end(&u);
    return at;
}

static void check_text(const uint8_t *text, size_t len, unsigned seed)
{
    bool cut, may_end;
    const size_t want = slow_utf8(text, len, &cut);

    for (int limit = EVENTLET__AVX2; limit >= EVENTLET__PLAIN; limit--) {
        eventlet__simd_limit = (enum eventlet__simd)limit;
        FUZZ_CHECK(feed(text, len, 0, &may_end) == want);
        FUZZ_CHECK(want < len || may_end == !cut);
        FUZZ_CHECK(feed(text, len, seed, &may_end) == want);
        FUZZ_CHECK(want < len || may_end == !cut);
        FUZZ_CHECK(eventlet_utf8_valid(text, len) == (want == len && !cut));
    }
#ifdef HAVE_UNISTRING
    FUZZ_CHECK((u8_check(text, len) == NULL) == (want == len && !cut));
#endif
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const size_t before = size > 1 ? data[1] : 0;
    uint8_t *moved;

    if (size < 2)
        return 0;
    check_text(data + 2, size - 2, 1 + data[0]);
    moved = fuzz_block(before + size - 2 + 64);
    memset(moved, 'x', before + size - 2 + 64);
    memcpy(moved + before, data + 2, size - 2);
    check_text(moved, before + size - 2 + 64, 1 + data[0]);
    fuzz_free(moved);
    return 0;
}
