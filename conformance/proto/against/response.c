/* SPDX-License-Identifier: MIT */
/* response.c - writes and reads responses; responses.py asks the original the
 * same. Lines of standard input, and what is answered:
 *
 *     head MINOR STATUS REASON [NAME VALUE]...   a head, its names capitalized
 *     chunk DATA                                 a chunk; the last of no data
 *     date SECONDS                               a date
 *     read METHOD BYTES                          status, reason, body, left
 *
 * or "refused". */
#include "line.h"

#include "eventlet.h"

enum { LINE = 1 << 21, MUCH = 1 << 20 };

static char room[MUCH];

static bool write_head(void)
{
    struct eventlet_http_writer writer;
    const int minor = line_number(), status = line_number();
    size_t len, value_len;
    char *name = line_bytes(&len);
    int n;

    eventlet_http_write_init(&writer, room, sizeof room);
    eventlet_http_write_status(&writer, minor, status, name);
    while ((name = line_bytes(&len))) {
        const char *value = line_bytes(&value_len);

        eventlet_http_capitalize(name, len);
        eventlet_http_write_header(&writer, name, value, value_len);
    }
    n = eventlet_http_write_end(&writer);
    if (n > 0)
        line_say(room, (size_t)n);
    return n > 0;
}

static bool write_chunk(void)
{
    size_t len, head;
    const char *data = line_bytes(&len);

    head = eventlet_http_chunk_head(room, len);
    if (len)
        memcpy(room + head, data, len);
    memcpy(room + head + len, EVENTLET_HTTP_CHUNK_TAIL, 2);
    if (len)
        line_say(room, head + len + 2);
    else
        line_say(EVENTLET_HTTP_CHUNK_LAST, strlen(EVENTLET_HTTP_CHUNK_LAST));
    return true;
}

static bool write_date(void)
{
    char date[EVENTLET_HTTP_DATE_LEN + 1];
    const char *seconds = line_word(NULL);

    eventlet_format_date_time(date, strtoll(seconds, NULL, 10));
    line_say(date, EVENTLET_HTTP_DATE_LEN);
    return true;
}

/* ---- reading ---- */

/* Returns how many bytes were read, and puts the data into the room. */
static ssize_t read_chunks(const char *data, size_t len, size_t *got)
{
    struct eventlet_http_chunk chunk;
    size_t at = 0, used;
    int event;

    eventlet_http_chunk_init(&chunk, NULL);
    do {
        event = eventlet_http_chunk_read(&chunk, data + at, len - at, &used);
        at += used;
        if (event == EVENTLET_HTTP_CHUNK_DATA) {
            memcpy(room + *got, chunk.text, chunk.text_len);
            *got += chunk.text_len;
        }
    } while (event > EVENTLET_HTTP_CHUNK_MORE &&
             event != EVENTLET_HTTP_CHUNK_END);
    return event == EVENTLET_HTTP_CHUNK_END ? (ssize_t)at : -1;
}

static ssize_t read_body(const struct eventlet_http_head *head,
                         const char *data, size_t len, size_t *got)
{
    if (head->body == EVENTLET_HTTP_CHUNKED)
        return read_chunks(data, len, got);
    if (head->body == EVENTLET_HTTP_LENGTH)
        *got = (size_t)head->content_length;
    else if (head->body == EVENTLET_HTTP_CLOSE)
        *got = len;
    if (*got > len)
        return -1;
    memcpy(room, data, *got);
    return (ssize_t)*got;
}

static bool read_response(void)
{
    const char *method = line_word(NULL);
    const struct eventlet_http_opts opts = {
        .answers = eventlet_http_method_of(method, strlen(method)),
    };
    struct eventlet_http_header headers[100];
    struct eventlet_http_head head;
    size_t len, got = 0;
    const char *data = line_bytes(&len);
    ssize_t n, body;

    eventlet_http_response_init(&head, headers, 100, &opts);
    n = eventlet_http_parse(&head, data, len);
    if (n <= 0)
        return false;
    body = read_body(&head, data + n, len - (size_t)n, &got);
    if (body < 0)
        return false;
    printf(" %d", head.status);
    line_say(data + head.target_at, head.target_len);
    line_say(room, got);
    printf(" %zu", len - (size_t)(n + body));
    return true;
}

static bool run(const char *word)
{
    if (strcmp(word, "head") == 0)
        return write_head();
    if (strcmp(word, "chunk") == 0)
        return write_chunk();
    if (strcmp(word, "date") == 0)
        return write_date();
    return read_response();
}

int main(void)
{
    static char line[LINE];

    while (fgets(line, sizeof line, stdin)) {
        fputs("answer", stdout);
        puts(run(line_word(line)) ? "" : " refused");
        fflush(stdout); /* one question after the other */
    }
    return 0;
}
