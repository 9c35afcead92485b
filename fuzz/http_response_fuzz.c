/* SPDX-License-Identifier: MIT */
/* http_response_fuzz.c - after eventlet_http_parse on responses: cuts and
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

static void ask_peers(const struct head_run *run, const char *data)
{
    const size_t len = (size_t)run->end;

    /* A higher minor version is read as 1.1: RFC 9110 2.5. They refuse a tab
     * beside a number: RFC 9110 5.6.3 has it there. They read the length of
     * what has none: RFC 9112 6.3. */
    if (run->head.minor > 1 || memchr(data, '\t', len) ||
        run->head.body == EVENTLET_HTTP_NO_BODY ||
        run->head.body == EVENTLET_HTTP_TUNNEL)
        return;
    FUZZ_CHECK(peer_llhttp(data, len, true) != PEER_REFUSES ||
               peer_http_parser(data, len, true) != PEER_REFUSES);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct head_run run;
    static struct slow_head slow;
    struct fuzz_input in = { data, size };
    struct head_choice c = choose_head(&in);
    const char *text = (const char *)in.at;
    const char *known;

    if (in.len == 0)
        return 0;
    c.opts.answers = (enum eventlet_http_method)(c.second % 8);
    known = eventlet_http_method_str(c.opts.answers);
    FUZZ_CHECK(!eventlet_http_method_str(64 + (int)c.second));
    FUZZ_CHECK((known == NULL) == (c.opts.answers == EVENTLET_HTTP_OTHER));
    slow_response(&slow, text, in.len, c.compat, &c.limits, known ? known : "");
    try_head(&run, text, in.len, true, &c, &slow);
    if (run.end > 0 && !c.compat && !c.opts.answers)
        ask_peers(&run, text);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max,
                               unsigned seed)
{
    static const char *const known[] = {
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.0 404 Not Found\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n",
        "HTTP/1.1 304 \r\n",
        "HTTP/1.1 204\r\n",
        "Host: a\r\n",
        "Host: [::1]:80\r\n",
        "Content-Length: 5\r\n",
        "Content-Length: 18446744073709551616\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "Connection: close, upgrade\r\n",
        "Connection: keep-alive\r\n",
        "Upgrade: x\r\n",
        "Set-Cookie: a=b\r\n",
        "X: y\n",
        " folded\r\n",
        "\r\n",
        "A-Name-That-Is-Longer-Than-Thirty-Two-Bytes-Is: c\r\n",
        "User-Agent: a/1.0 (b; c) d/2 e/3 f/4 g/5 h/6 i/7 j/8 k/9 l/10\r\n",
    };

    return http_mutate(data, size, max, seed, 2, known,
                       sizeof known / sizeof known[0]);
}
