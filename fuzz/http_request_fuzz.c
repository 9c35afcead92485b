/* SPDX-License-Identifier: MIT */
/* http_request_fuzz.c - after eventlet_http_parse on requests: cuts and
 * instruction sets make no difference, a slow reader says the same, and no
 * head is taken that both llhttp and http-parser refuse. The first two bytes
 * choose profile, limits, cuts and instruction set.
 *
 * Parser: src/proto/http_parse.c
 * Parser: src/proto/http_line.c
 * Parser: src/proto/http_framing.c
 * Parser: src/proto/http_names.c
 * Parser: src/proto/http_fast_avx2.c
 * Parser: src/proto/http_fast_sse42.c
 */
#include "http_heads.h"
#include "http_mutate.h"

/* What we take though both refuse it, and why. */
static bool is_listed(const struct head_run *run, const char *data)
{
    const struct eventlet_http_head *head = &run->head;

    /* They refuse a tab beside a number: RFC 9110 5.6.3 has it there. */
    if (memchr(data, '\t', (size_t)run->end))
        return true;
    /* They know a list of methods, we know the grammar. */
    if (head->method == EVENTLET_HTTP_OTHER)
        return true;
    /* A higher minor version is read as 1.1: RFC 9110 2.5. */
    if (head->minor > 1)
        return true;
    /* They want a URI in the target; that is left to who reads it. */
    return data[head->target_at] != '/';
}

static void ask_peers(const struct head_run *run, const char *data)
{
    const size_t len = (size_t)run->end;

    if (is_listed(run, data))
        return;
    FUZZ_CHECK(peer_llhttp(data, len, false) != PEER_REFUSES ||
               peer_http_parser(data, len, false) != PEER_REFUSES);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct head_run run;
    static struct slow_head slow;
    struct fuzz_input in = { data, size };
    const struct head_choice c = choose_head(&in);
    const char *text = (const char *)in.at;

    if (in.len == 0)
        return 0;
    slow_request(&slow, text, in.len, c.compat, &c.limits);
    try_head(&run, text, in.len, false, &c, &slow);
    if (run.end > 0 && !c.compat)
        ask_peers(&run, text);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max,
                               unsigned seed)
{
    static const char *const known[] = {
        "GET / HTTP/1.1\r\n",
        "POST /a HTTP/1.0\r\n",
        "CONNECT a:1 HTTP/1.1\r\n",
        "OPTIONS * HTTP/1.1\r\n",
        "Host: a\r\n",
        "Host: [::1]:80\r\n",
        "Content-Length: 5\r\n",
        "Content-Length: 18446744073709551616\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "Connection: close, upgrade\r\n",
        "Connection: keep-alive\r\n",
        "Upgrade: x\r\n",
        "Expect: 100-continue\r\n",
        "X: y\n",
        " folded\r\n",
        "\r\n",
        "A-Name-That-Is-Longer-Than-Thirty-Two-Bytes-Is: c\r\n",
        "User-Agent: a/1.0 (b; c) d/2 e/3 f/4 g/5 h/6 i/7 j/8 k/9 l/10\r\n",
    };

    return http_mutate(data, size, max, seed, 2, known,
                       sizeof known / sizeof known[0]);
}
