/* SPDX-License-Identifier: MIT */
/* Files on a narrow, ragged connection, while whoever uses them is thrown at
 * again and again: what was not done is tried again, and nothing is lost, goes
 * twice or changes places. */
#include "net/sockets.h"

#include "support/world.h"

enum { LINES = 60, LONGEST = 700 };

struct post {
    uint64_t chance;
    eventlet_socket *pair[2];
    char sent[LINES * LONGEST];
    size_t sent_len, got_len;
    int thrown; /* calls that did not come to an end */
    bool differs;
};

static unsigned pick(struct post *post, unsigned n)
{
    post->chance = post->chance * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(post->chance >> 33) % n;
}

/* A limit that often comes too soon, but never twice as soon. */
static double patience(struct post *post, int tries)
{
    return 0.0001 * pick(post, 40) * (1 << (tries < 10 ? tries : 10));
}

static bool again(struct post *post, ssize_t rc)
{
    if (rc != EVENTLET_TIMEOUT && rc != EVENTLET_USER(1))
        return false;
    post->thrown++;
    return true;
}

/* ---- writing ---- */

static int write_once(struct post *post, eventlet_file *f, const char *line,
                      size_t len, int tries)
{
    struct eventlet_timeout limit;
    int rc = eventlet_timeout_start(&limit, patience(post, tries));

    CHECK_OK(rc);
    rc = line ? eventlet_file_write(f, line, len) : eventlet_file_flush(f);
    eventlet_timeout_cancel(&limit);
    return rc;
}

/* NULL flushes. */
static void write_surely(struct post *post, eventlet_file *f, const char *line,
                         size_t len)
{
    int rc, tries = 0;

    do
        rc = write_once(post, f, line, len, tries++);
    while (again(post, rc));
    CHECK_OK(rc);
}

static int writer(void *arg)
{
    struct post *post = arg;
    size_t buffer = LONGEST + pick(post, 4000); /* a line has to fit whole */
    eventlet_file *f;

    CHECK_OK(eventlet_makefile(&f, post->pair[0], "w", buffer));
    for (int i = 0; i < LINES; i++) {
        size_t len = 1 + pick(post, LONGEST - 1);
        char *line = post->sent + post->sent_len;

        memset(line, 'a' + i % 26, len - 1);
        line[len - 1] = '\n';
        post->sent_len += len;
        write_surely(post, f, line, len);
        if (pick(post, 4) == 0)
            write_surely(post, f, NULL, 0);
    }
    write_surely(post, f, NULL, 0);
    CHECK_OK(eventlet_file_close(f));
    return eventlet_shutdown(post->pair[0], SHUT_WR);
}

/* ---- reading ---- */

static ssize_t read_once(struct post *post, eventlet_file *f, char *buf,
                         size_t size, int tries)
{
    struct eventlet_timeout limit;
    ssize_t n = eventlet_timeout_start(&limit, patience(post, tries));

    CHECK_OK(n);
    switch (pick(post, 3)) {
    case 0:
        n = eventlet_file_readline(f, buf, size);
        break;
    case 1:
        n = eventlet_file_read(f, buf, 1 + pick(post, (unsigned)size - 1));
        break;
    default:
        n = eventlet_file_read1(f, buf, 1 + pick(post, (unsigned)size - 1));
    }
    eventlet_timeout_cancel(&limit);
    return n == EVENTLET_LINE_TOO_LONG ? (ssize_t)strlen(buf) : n;
}

static int reader(void *arg)
{
    struct post *post = arg;
    char buf[LONGEST];
    eventlet_file *f;
    int tries = 0;
    ssize_t n;

    CHECK_OK(eventlet_makefile(&f, post->pair[1], "r", 1 + pick(post, 2000)));
    do {
        n = read_once(post, f, buf, sizeof buf, tries++);
        if (n <= 0)
            continue;
        tries = 0;
        if (post->got_len + (size_t)n > post->sent_len ||
            memcmp(buf, post->sent + post->got_len, (size_t)n) != 0)
            post->differs = true;
        post->got_len += (size_t)n;
    } while (n > 0 || again(post, n));
    CHECK_CODE(n, 0);
    return eventlet_file_close(f);
}

/* ---- both, and who disturbs them ---- */

static void disturb(struct post *post, eventlet_greenthread *gts[2])
{
    for (int i = 0; i < 100; i++) {
        (void)!eventlet_sleep(0.0001 * pick(post, 50));
        (void)!eventlet_kill(gts[pick(post, 2)], EVENTLET_USER(1));
    }
}

/* Both must have begun, or the kill would come before their first call. */
static int correspond(void *arg)
{
    struct post *post = arg;
    struct world_link link = { .ragged = true,
                               .jitter = 0.001,
                               .capacity = 100 + pick(post, 3000) };
    eventlet_greenthread *gts[2];

    world_links(&link);
    if (!tcp_pair(post->pair))
        return -ENOMEM;
    gts[0] = spawn(writer, post);
    gts[1] = spawn(reader, post);
    let_others_run();
    disturb(post, gts);
    CHECK_OK(end_of(gts[0]));
    CHECK_OK(end_of(gts[1]));
    close_pair(post->pair);
    return 0;
}

TEST(file, lines_survive_whatever_is_thrown_under_every_seed,
     "file.4 file.6 file.10 file.12")
{
    static struct post post;
    int seeds = (int)world_seeds(200), thrown = 0;

    for (int seed = 1; seed <= seeds && !check_failures(); seed++) {
        memset(&post, 0, sizeof post);
        post.chance = (uint64_t)seed;
        CHECK_OK(world_run((uint64_t)seed, correspond, &post));
        CHECK(!post.differs);
        CHECK_INT(post.got_len, post.sent_len);
        thrown += post.thrown;
        if (check_failures())
            CHECK_FAIL("... with seed %d", seed);
    }
    CHECK(thrown > seeds * 10);
}
