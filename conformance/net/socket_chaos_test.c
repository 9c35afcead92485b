/* SPDX-License-Identifier: MIT */
/* Green threads that do to a few connections whatever a seed tells them, all
 * at once, by timeouts and kills as well: nobody hangs, and nothing is left. */
#include "net/sockets.h"

#include "eventlet/mem.h"
#include "eventlet/splice.h"
#include "support/world.h"

enum { PAIRS = 3, ACTORS = 6, DEEDS = 40 };

struct stage {
    uint64_t chance;
    eventlet_socket *s[2 * PAIRS]; /* NULL once somebody has closed it */
    eventlet_greenthread *actors[ACTORS];
    int done[8]; /* how often each deed came to a good end */
};

static unsigned pick(struct stage *stage, unsigned n)
{
    stage->chance = stage->chance * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(stage->chance >> 33) % n;
}

/* ---- deeds ---- */

static int deed_recv(struct stage *stage, int i)
{
    char buf[300];

    return (int)eventlet_recv(stage->s[i], buf, 1 + pick(stage, sizeof buf));
}

static int deed_send(struct stage *stage, int i)
{
    static const char bytes[3000];

    return (int)eventlet_send(stage->s[i], bytes,
                              1 + pick(stage, sizeof bytes));
}

static int deed_sendall(struct stage *stage, int i)
{
    static const char bytes[20000];

    return eventlet_sendall(stage->s[i], bytes, 1 + pick(stage, sizeof bytes));
}

static int deed_splice(struct stage *stage, int i)
{
    struct eventlet_splice_opts opts = { .limit = 1 + pick(stage, 9000) };
    int to = (int)pick(stage, 2 * PAIRS);

    if (!stage->s[to] || to == i)
        return 0;
    return (int)eventlet_splice(stage->s[to], stage->s[i], NULL, &opts);
}

static int deed_shutdown(struct stage *stage, int i)
{
    return pick(stage, 4) ? 0
                          : eventlet_shutdown(stage->s[i], (int)pick(stage, 3));
}

static int deed_close(struct stage *stage, int i)
{
    eventlet_socket *s = stage->s[i];

    if (pick(stage, 6))
        return 0;
    stage->s[i] = NULL;
    if (pick(stage, 2))
        reset_on_close(s);
    return eventlet_close(s);
}

static int deed_dup(struct stage *stage, int i)
{
    eventlet_socket *copy;
    int rc = eventlet_dup(&copy, stage->s[i]);

    if (rc < 0)
        return rc;
    if (pick(stage, 2))
        CHECK_OK(eventlet_settimeout(copy, 0.01));
    rc = (int)eventlet_recv_flags(copy, &(char){ 0 }, 1, MSG_PEEK);
    eventlet_close(copy);
    return rc;
}

static int deed_kill(struct stage *stage, int i)
{
    eventlet_greenthread *gt = stage->actors[i];

    return gt == eventlet_getcurrent()
               ? 0
               : eventlet_kill(gt, EVENTLET_USER(1 + pick(stage, 5)));
}

static int deed_sleep(struct stage *stage, int i)
{
    return eventlet_sleep(pick(stage, 3) * 0.001 * i);
}

static int (*const deeds[])(struct stage *stage, int i) = {
    deed_recv,     deed_send,  deed_sendall, deed_splice,
    deed_shutdown, deed_close, deed_dup,     deed_kill,
};

/* ---- one after the other ---- */

/* No deed takes longer than a while. What it gives does not matter. */
static int act(void *arg)
{
    struct stage *stage = arg;

    for (int n = 0; n < DEEDS; n++) {
        unsigned deed = pick(stage, sizeof deeds / sizeof deeds[0]);
        int i = (int)pick(stage, 2 * PAIRS);
        struct eventlet_timeout limit;

        CHECK_OK(eventlet_timeout_start(&limit, 0.001 * pick(stage, 20)));
        if (stage->s[i] && deeds[deed](stage, i) >= 0)
            stage->done[deed]++;
        eventlet_timeout_cancel(&limit);
        (void)deed_sleep(stage, i);
    }
    return 0;
}

static void end_all(struct stage *stage)
{
    for (int i = 0; i < ACTORS; i++) {
        CHECK(eventlet_wait(stage->actors[i]) <= 0);
        CHECK(eventlet_dead(stage->actors[i]));
        eventlet_release(stage->actors[i]);
    }
    for (int i = 0; i < 2 * PAIRS; i++)
        eventlet_close(stage->s[i]);
}

static bool (*const pairs[PAIRS])(eventlet_socket *pair[2]) = {
    tcp_pair,
    unix_pair,
    tcp_pair,
};

static int chaos(void *arg)
{
    struct stage *stage = arg;
    struct world_link link = { .ragged = true,
                               .jitter = 0.005,
                               .capacity = 2000 + pick(stage, 20000) };
    struct eventlet_live before, after;

    eventlet_live(&before);
    world_links(&link);
    for (int i = 0; i < PAIRS; i++)
        if (!pairs[i](stage->s + 2 * (size_t)i))
            return -ENOMEM;
    for (int i = 0; i < ACTORS; i++)
        stage->actors[i] = spawn(act, stage);
    end_all(stage);
    eventlet_live(&after);
    CHECK_INT(after.sockets, before.sockets);
    CHECK_INT(after.timers, before.timers);
    CHECK_INT(after.greenthreads, before.greenthreads);
    return 0;
}

TEST(socket, whatever_is_done_to_it_nobody_hangs,
     "socket.5 socket.22 socket.23 socket.27")
{
    int seeds = (int)world_seeds(400), done[8] = { 0 };

    log_catch();
    for (int seed = 1; seed <= seeds && !check_failures(); seed++) {
        struct stage stage = { .chance = (uint64_t)seed };

        CHECK_OK(world_run((uint64_t)seed, chaos, &stage));
        for (int i = 0; i < 8; i++)
            done[i] += stage.done[i];
        if (check_failures())
            CHECK_FAIL("... with seed %d", seed);
    }
    log_let_go();
    for (int i = 0; i < 8; i++)
        CHECK(done[i] > seeds / 4);
}
