/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/sys.h"

/* Byte number i of an endless text that does not repeat soon. */
static char letter(size_t i)
{
    return (char)(i * 7 + i / 251);
}

static int append_letters(struct eventlet__buf *b, size_t from, size_t n)
{
    char *room;
    int rc = eventlet__buf_reserve(b, n, &room);

    if (rc < 0)
        return rc;
    for (size_t i = 0; i < n; i++)
        room[i] = letter(from + i);
    eventlet__buf_commit(b, n);
    return 0;
}

static bool holds_letters(const struct eventlet__buf *b, size_t from)
{
    const char *bytes = eventlet__buf_bytes(b);

    for (size_t i = 0; i < b->len; i++)
        if (bytes[i] != letter(from + i))
            return CHECK_FAIL("byte %zu of %zu is wrong", i, b->len);
    return true;
}

TEST(buf, gives_what_it_got, "buf.1")
{
    struct eventlet__buf b = { 0 };

    CHECK_CODE(eventlet__buf_append(&b, "green ", 6), 0);
    CHECK_CODE(eventlet__buf_append(&b, NULL, 0), 0);
    CHECK_CODE(eventlet__buf_append(&b, "threads", 7), 0);
    eventlet__buf_consume(&b, 3);
    REQUIRE_INT(b.len, 10);
    CHECK_MEM(eventlet__buf_bytes(&b), "en threads", 10);
    eventlet__buf_deinit(&b);
}

TEST(buf, pieces_of_any_size_go_through, "buf.1")
{
    struct eventlet__buf b = { 0 };
    size_t in = 0, out = 0;

    for (unsigned seed = 1; in < 3000000;) {
        size_t n = (size_t)rand_r(&seed) % (rand_r(&seed) % 8 ? 100 : 50000);
        size_t m = (size_t)rand_r(&seed) % (rand_r(&seed) % 8 ? 100 : 60000);

        REQUIRE_CODE(append_letters(&b, in, n), 0);
        in += n;
        REQUIRE_INT(b.len, in - out);
        m = m < b.len ? m : b.len;
        eventlet__buf_consume(&b, m);
        out += m;
        REQUIRE(holds_letters(&b, out));
    }
    eventlet__buf_deinit(&b);
}

TEST(buf, never_holds_more_than_its_limit, "buf.2")
{
    struct eventlet__buf b;
    char *room;

    eventlet__buf_init(&b, 1000);
    CHECK_CODE(append_letters(&b, 0, 1001), -ENOBUFS);
    CHECK_CODE(append_letters(&b, 0, 600), 0);
    CHECK_CODE(append_letters(&b, 600, 401), -ENOBUFS);
    CHECK_CODE(eventlet__buf_reserve(&b, SIZE_MAX, &room), -ENOBUFS);
    CHECK_INT(b.len, 600);
    CHECK_CODE(append_letters(&b, 600, 400), 0);
    CHECK_INT(b.len, 1000);
    CHECK_INT(eventlet__buf_room(&b), 0);
    CHECK(b.size <= 1000);
    eventlet__buf_consume(&b, 1);
    CHECK_CODE(append_letters(&b, 1000, 1), 0);
    CHECK(holds_letters(&b, 1));
    eventlet__buf_deinit(&b);
}

TEST(buf, absurd_sizes_are_out_of_memory, "buf.3")
{
    struct eventlet__buf b = { 0 };
    char *room;

    CHECK_CODE(append_letters(&b, 0, 10), 0);
    CHECK_CODE(eventlet__buf_reserve(&b, SIZE_MAX, &room), -ENOMEM);
    CHECK_CODE(eventlet__buf_reserve(&b, SIZE_MAX - 10, &room), -ENOMEM);
    CHECK_INT(b.len, 10);
    eventlet__buf_deinit(&b);
}

TEST(buf, without_memory_it_stays_as_it_was, "buf.3")
{
    struct eventlet__buf b = { 0 };

    eventlet__fault_arm(1, ENOMEM);
    CHECK_CODE(append_letters(&b, 0, 1), -ENOMEM);
    eventlet__fault_arm(0, 0);
    CHECK_CODE(append_letters(&b, 0, 3000), 0);
    eventlet__buf_consume(&b, 1000);
    eventlet__fault_arm(1, ENOMEM);
    CHECK_CODE(append_letters(&b, 0, 5000), -ENOMEM);
    eventlet__fault_arm(0, 0);
    CHECK_INT(b.len, 2000);
    CHECK(holds_letters(&b, 1000));
    eventlet__buf_deinit(&b);
}

TEST(buf, consuming_cannot_fail, "buf.3")
{
    struct eventlet__buf b = { 0 };

    CHECK_CODE(append_letters(&b, 0, 100000), 0);
    eventlet__fault_arm(1, ENOMEM);
    eventlet__buf_consume(&b, 99000);
    CHECK_STR(eventlet__fault_site(), "resize");
    eventlet__fault_arm(0, 0);
    CHECK_INT(b.len, 1000);
    CHECK(holds_letters(&b, 99000));
    eventlet__buf_deinit(&b);
}

static bool is_modest(const struct eventlet__buf *b)
{
    return b->size <= EVENTLET__BUF_KEEP || b->size <= 8 * b->len;
}

TEST(buf, memory_goes_back_after_a_burst, "buf.4")
{
    struct eventlet__buf b = { 0 };
    size_t n = 4 << 20;

    CHECK_CODE(append_letters(&b, 0, n), 0);
    for (size_t out = 0; out < n; out += 4096) {
        eventlet__buf_consume(&b, 4096);
        REQUIRE(is_modest(&b));
        REQUIRE(b.len == 0 || *eventlet__buf_bytes(&b) == letter(out + 4096));
    }
    CHECK_CODE(append_letters(&b, 0, n), 0);
    eventlet__buf_consume(&b, n);
    CHECK_INT(b.size, EVENTLET__BUF_KEEP);
    CHECK_INT(eventlet__buf_room(&b), EVENTLET__BUF_KEEP);
    eventlet__buf_deinit(&b);
}

TEST(buf, a_small_block_is_kept, "buf.4")
{
    struct eventlet__buf b = { 0 };

    CHECK_CODE(append_letters(&b, 0, 8192), 0);
    eventlet__buf_consume(&b, 8192);
    CHECK_INT(eventlet__buf_room(&b), b.size);
    eventlet__fault_arm(0, 0);
    CHECK_CODE(append_letters(&b, 0, 8192), 0);
    CHECK_INT(eventlet__fault_count(), 0);
    eventlet__buf_deinit(&b);
}

TEST(buf, only_what_is_committed_counts, "buf.5")
{
    struct eventlet__buf b = { 0 };
    char *room;

    CHECK_CODE(eventlet__buf_reserve(&b, 100, &room), 0);
    CHECK(eventlet__buf_room(&b) >= 100);
    memcpy(room, "abcdef", 6);
    eventlet__buf_commit(&b, 3);
    CHECK_INT(b.len, 3);
    CHECK_CODE(eventlet__buf_append(&b, "x", 1), 0);
    CHECK_MEM(eventlet__buf_bytes(&b), "abcx", 4);
    eventlet__buf_deinit(&b);
}

/* ---- what moves is counted by where the content lies ---- */

TEST(buf, bytes_are_moved_a_bounded_number_of_times, "buf.6")
{
    struct eventlet__buf b = { 0 };
    size_t moved = 0, through = 0;

    CHECK_CODE(append_letters(&b, 0, 5000), 0);
    for (int i = 0; i < 100000; i++) {
        const char *before;

        eventlet__buf_consume(&b, 10);
        before = eventlet__buf_bytes(&b);
        CHECK_CODE(eventlet__buf_append(&b, "0123456789", 10), 0);
        if (eventlet__buf_bytes(&b) != before)
            moved += b.len;
        through += 10;
    }
    CHECK(moved <= 2 * through);
    eventlet__buf_deinit(&b);
}

TEST(buf, growing_doubles, "buf.6")
{
    struct eventlet__buf b = { 0 };

    eventlet__fault_arm(0, 0);
    for (int i = 0; i < 1000000; i++)
        CHECK_CODE(eventlet__buf_append(&b, "x", 1), 0);
    CHECK(eventlet__fault_count() < 16);
    eventlet__buf_deinit(&b);
}

TEST(buf, can_be_used_again, "buf.7")
{
    struct eventlet__buf b;
    struct eventlet_live before, after;

    eventlet_live(&before);
    eventlet__buf_init(&b, 50);
    CHECK_CODE(append_letters(&b, 0, 50), 0);
    eventlet__buf_deinit(&b);
    eventlet_live(&after);
    CHECK_INT(after.blocks, before.blocks);
    CHECK_INT(b.len, 0);
    CHECK_CODE(append_letters(&b, 0, 51), -ENOBUFS);
    CHECK_CODE(append_letters(&b, 0, 50), 0);
    CHECK(holds_letters(&b, 0));
    eventlet__buf_deinit(&b);
}
