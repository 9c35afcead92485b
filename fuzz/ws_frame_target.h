/* SPDX-License-Identifier: MIT */
/* ws_frame_target.h - what the targets of both sides do: AS_CLIENT says which.
 *
 * An input is four bytes that choose (reserved bits, limits, fragments, how it
 * is cut) and then the stream. */
#include "ws_mutate.h"
#include "ws_slow.h"

#ifdef HAVE_WSLAY
#include <wslay/wslay.h>
#endif

enum { CHOICES = 4, FRAGMENTS = EVENTLET_WS_LIMIT / 64 };

static struct eventlet_ws_frame_opts choose(const uint8_t *c)
{
    return (struct eventlet_ws_frame_opts){
        .client = AS_CLIENT,
        .reserved = c[0] & 7,
        .max_frame = c[1] & 0x0f ? 1u << (c[1] & 0x0f) : EVENTLET_WS_LIMIT,
        .max_message = c[1] >> 4 ? 1u << (c[1] >> 4) : EVENTLET_WS_LIMIT,
        .max_fragments = c[2] ? c[2] : FRAGMENTS,
    };
}

static bool is_usual(const struct eventlet_ws_frame_opts *opts)
{
    return !opts->client && opts->reserved == 0 && opts->max_frame == 0 &&
           opts->max_message == 0 && opts->max_fragments == 0;
}

/* Each piece in a block of its own, so that nothing can be kept or read
 * beyond. */
static void parse(struct ws_log *log, const uint8_t *in, size_t len,
                  const struct eventlet_ws_frame_opts *opts, unsigned seed)
{
    struct eventlet_ws_frame_opts given = *opts;
    struct eventlet_ws_frame p;
    struct eventlet_ws_event none;
    ssize_t n = 0;

    /* The usual limits need not be given, nor anything if all is as usual. */
    given.max_frame %= EVENTLET_WS_LIMIT;
    given.max_message %= EVENTLET_WS_LIMIT;
    given.max_fragments %= FRAGMENTS;
    eventlet_ws_frame_init(&p, is_usual(&given) && seed == 0 ? NULL : &given);
    FUZZ_CHECK(eventlet_ws_frame_feed(&p, NULL, 0, &none) == 0);
    for (size_t at = 0; at < len && n >= 0;) {
        const size_t piece = ws_next_piece(&seed, len - at);
        char *block = fuzz_block(piece);
        size_t taken = 0;

        memcpy(block, in + at, piece);
        while (taken < piece) {
            struct eventlet_ws_event e;

            n = eventlet_ws_frame_feed(&p, block + taken, piece - taken, &e);
            if (n < 0)
                break;
            FUZZ_CHECK(n > 0 && (size_t)n <= piece - taken);
            FUZZ_CHECK(e.kind != EVENTLET_WS_DATA || e.len <= (size_t)n);
            ws_log_event(log, &e);
            taken += (size_t)n;
        }
        fuzz_free(block);
        at += taken;
    }
    FUZZ_CHECK((n < 0) == (eventlet_ws_frame_error(&p) != NULL));
    if (n >= 0)
        return;
    ws_log_error(log, p.error.offset, p.error.status);
    FUZZ_CHECK(eventlet_ws_frame_feed(&p, NULL, 0, &none) == n);
}

#ifdef HAVE_WSLAY
struct theirs {
    const uint8_t *in;
    size_t len;
    struct ws_log log; /* whole messages and control frames */
};

static ssize_t give(wslay_event_context_ptr ctx, uint8_t *buf, size_t len,
                    int flags, void *arg)
{
    struct theirs *t = arg;

    (void)flags;
    if (t->len == 0) {
        wslay_event_set_error(ctx, WSLAY_ERR_WOULDBLOCK);
        return -1;
    }
    len = len < t->len ? len : t->len;
    memcpy(buf, t->in, len);
    t->in += len;
    t->len -= len;
    return (ssize_t)len;
}

static void note(struct ws_log *log, unsigned opcode, const void *bytes,
                 size_t len)
{
    ws_log_number(log, 'o', opcode);
    ws_log_number(log, 'n', len);
    ws_log_bytes(log, 'b', bytes, len);
}

static void got(wslay_event_context_ptr ctx,
                const struct wslay_event_on_msg_recv_arg *arg, void *user)
{
    struct theirs *t = user;

    (void)ctx;
    note(&t->log, arg->opcode, arg->msg, arg->msg_length);
}

static bool is_wrong_code(const struct eventlet_ws_frame *p)
{
    return p->failed &&
           strcmp(p->error.what, "close frame with half a code") == 0;
}

/* The same list of ours. Returns false where wslay is known to be otherwise: it
 * refuses codes that have been registered since, takes half a code, and judges
 * a close frame before it is whole. */
static bool list(struct ws_log *log, const uint8_t *in, size_t len,
                 const struct eventlet_ws_frame_opts *opts, bool *failed)
{
    struct eventlet_ws_frame p;
    struct eventlet_ws_event e;
    uint8_t *copy = fuzz_block(len), *message = fuzz_block(len + 1);
    size_t have = 0;
    ssize_t n = 0;

    eventlet_ws_frame_init(&p, opts);
    memcpy(copy, in, len);
    for (size_t at = 0; at < len; at += (size_t)n) {
        n = eventlet_ws_frame_feed(&p, copy + at, len - at, &e);
        if (n < 0 || (e.code >= 1012 && e.code <= 1014))
            break;
        if (e.kind == EVENTLET_WS_DATA) {
            have = e.starts ? 0 : have;
            if (e.len)
                memcpy(message + have, e.bytes, e.len);
            have += e.len;
            if (e.ends)
                note(log, e.opcode, message, have);
        } else if (e.kind == EVENTLET_WS_CONTROL) {
            const size_t code = e.code && e.code != 1005 ? 2 : 0;

            note(log, e.opcode, e.bytes ? e.bytes - code : NULL, e.len + code);
        }
    }
    *failed = n < 0;
    fuzz_free(copy);
    fuzz_free(message);
    return !(n > 0 && e.code >= 1012 && e.code <= 1014) && !is_wrong_code(&p) &&
           !(p.in_payload && p.opcode == EVENTLET_WS_CLOSE);
}

static void compare_with_wslay(const uint8_t *in, size_t len,
                               const struct eventlet_ws_frame_opts *opts)
{
    const struct wslay_event_callbacks callbacks = {
        .recv_callback = give,
        .on_msg_recv_callback = got,
    };
    static struct theirs theirs;
    static struct ws_log ours;
    wslay_event_context_ptr ctx;
    bool failed;

    theirs.in = in;
    theirs.len = len;
    theirs.log.len = ours.len = 0;
    if (!list(&ours, in, len, opts, &failed))
        return;
    FUZZ_CHECK((AS_CLIENT ? wslay_event_context_client_init
                          : wslay_event_context_server_init)(&ctx, &callbacks,
                                                             &theirs) == 0);
    /* Or it makes room for whatever length a frame says it has. */
    wslay_event_config_set_max_recv_msg_length(ctx, EVENTLET_WS_LIMIT);
    (void)!wslay_event_recv(ctx);
    ws_log_same(&ours, &theirs.log);
    if (!failed) /* it answers a close with its code, else with an error's */
        FUZZ_CHECK(wslay_event_get_close_received(ctx) ||
                   wslay_event_get_read_enabled(ctx));
    wslay_event_context_free(ctx);
}
#endif

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
                               unsigned seed)
{
    return ws_mutate(data, size, max_size, seed, CHOICES, !AS_CLIENT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct eventlet_ws_frame_opts opts;
    static struct ws_log slow, whole, cut;

    if (size < CHOICES)
        return 0;
    opts = choose(data);
    slow.len = whole.len = cut.len = 0;
    slow_parse(&slow, data + CHOICES, size - CHOICES, &opts);
    parse(&whole, data + CHOICES, size - CHOICES, &opts, 0);
    ws_log_same(&whole, &slow);
    parse(&cut, data + CHOICES, size - CHOICES, &opts, 1 + data[3]);
    ws_log_same(&cut, &slow);
#ifdef HAVE_WSLAY
    if ((data[0] & 7) == 0 && data[1] == 0 && data[2] == 0)
        compare_with_wslay(data + CHOICES, size - CHOICES, &opts);
#endif
    return 0;
}
