/* SPDX-License-Identifier: MIT */
/* http_dump: what the parser thinks of a capture, event by event. */
#include "program.h"

static const char usage[] =
    "usage: http_dump [--response] [--profile strict|compat] [--split N] "
    "[FILE]\n"
    "Reads what came in on a connection, from FILE or standard input, and "
    "says\n"
    "what it means: heads, bodies, where each ends, and what is wrong.\n"
    "  --response   it is what a server sent\n"
    "  --profile    how much is forgiven; strict\n"
    "  --split N    hand it to the parser in pieces of N bytes; all at once\n";

enum { HEADERS = 250 };

struct dump {
    struct eventlet_http_opts opts;
    bool response;
    size_t split; /* 0: all at once */

    struct eventlet_http_header headers[HEADERS];
    struct eventlet_http_head head;
    struct eventlet_http_chunk chunk;
    enum eventlet_http_body body; /* what is being read; NO_BODY: a head */
    bool begun;                   /* a head that is not whole */
    uint64_t left;
};

/* Bytes in quotes, on one line, whatever they are. */
static void print_bytes(const char *bytes, size_t len)
{
    putchar('"');
    for (size_t i = 0; i < len; i++) {
        const unsigned char c = (unsigned char)bytes[i];

        if (c == '"' || c == '\\')
            printf("\\%c", c);
        else if (c < 0x20 || c > 0x7e)
            printf("\\x%02x", c);
        else
            putchar(c);
    }
    puts("\"");
}

static void print_head(const struct dump *dump, const char *data)
{
    static const char *const bodies[] = { "no body", "a body of a length",
                                          "a body in chunks",
                                          "a body up to the end", "a tunnel" };
    const struct eventlet_http_head *head = &dump->head;

    if (dump->response)
        printf("response HTTP/1.%d %d ", head->minor, head->status);
    else
        printf("request HTTP/1.%d %.*s ", head->minor, (int)head->method_len,
               data + head->method_at);
    print_bytes(data + head->target_at, head->target_len);
    for (uint32_t i = 0; i < head->n_headers; i++) {
        const struct eventlet_http_header *header = &dump->headers[i];

        printf("  %.*s: ", header->name_len, data + header->name);
        print_bytes(data + header->value, header->value_len);
    }
    printf("  -> %s, then %s%s\n", bodies[head->body],
           head->keep_alive ? "the next message" : "the end",
           head->upgrade ? "; an upgrade is offered" : "");
}

static ssize_t print_error(const char *where,
                           const struct eventlet_http_error *error)
{
    printf("error at byte %llu of the %s: %s (%s), answer %d\n",
           (unsigned long long)error->at, where, error->what,
           eventlet_strerror(error->code), error->status);
    return error->code;
}

static ssize_t read_head(struct dump *dump, const char *data, size_t len)
{
    ssize_t used;

    if (!dump->begun)
        eventlet_http_again(&dump->head);
    dump->begun = true;
    used = eventlet_http_parse(&dump->head, data, len);
    if (used < 0)
        return print_error("head", &dump->head.error);
    if (used == 0)
        return 0;
    print_head(dump, data);
    dump->begun = false;
    dump->body = (enum eventlet_http_body)dump->head.body;
    dump->left = dump->head.content_length;
    if (dump->body == EVENTLET_HTTP_LENGTH && dump->left == 0)
        dump->body = EVENTLET_HTTP_NO_BODY;
    if (dump->body == EVENTLET_HTTP_CHUNKED)
        eventlet_http_chunk_init(&dump->chunk,
                                 &(struct eventlet_http_chunk_opts){
                                     .profile = dump->opts.profile });
    return used;
}

static ssize_t read_chunk(struct dump *dump, const char *data, size_t len)
{
    const struct eventlet_http_chunk *chunk = &dump->chunk;
    size_t used;

    switch (eventlet_http_chunk_read(&dump->chunk, data, len, &used)) {
    case EVENTLET_HTTP_CHUNK_MORE:
        break;
    case EVENTLET_HTTP_CHUNK_BEGIN:
        printf("  chunk of %llu ", (unsigned long long)chunk->size);
        print_bytes(chunk->text, chunk->text_len);
        break;
    case EVENTLET_HTTP_CHUNK_DATA:
        printf("  data ");
        print_bytes(chunk->text, chunk->text_len);
        break;
    case EVENTLET_HTTP_CHUNK_TRAILER:
        printf("  trailer %.*s: ", (int)chunk->text_len, chunk->text);
        print_bytes(chunk->value, chunk->value_len);
        break;
    case EVENTLET_HTTP_CHUNK_END:
        puts("  end of the body");
        dump->body = EVENTLET_HTTP_NO_BODY;
        break;
    default:
        return print_error("body", &chunk->error);
    }
    return (ssize_t)used;
}

/* Returns how much was used, 0 if more is needed, or an error. */
static ssize_t read_next(struct dump *dump, const char *data, size_t len)
{
    size_t n = len;

    if (dump->body == EVENTLET_HTTP_NO_BODY)
        return read_head(dump, data, len);
    if (dump->body == EVENTLET_HTTP_CHUNKED)
        return read_chunk(dump, data, len);
    if (dump->body == EVENTLET_HTTP_LENGTH) {
        n = n < dump->left ? n : (size_t)dump->left;
        dump->left -= n;
        if (dump->left == 0)
            dump->body = EVENTLET_HTTP_NO_BODY;
    }
    if (n) {
        printf("  data ");
        print_bytes(data, n);
    }
    return (ssize_t)n;
}

/* Returns whether the capture ends where a message does. */
static int dump_all(struct dump *dump, const char *data, size_t len)
{
    size_t from = 0, arrived = 0;

    while (arrived < len) {
        ssize_t used;

        arrived = dump->split && dump->split < len - arrived
                      ? arrived + dump->split
                      : len;
        do {
            used = read_next(dump, data + from, arrived - from);
            if (used < 0)
                return 1;
            from += (size_t)used;
        } while (used > 0 && from < arrived);
    }
    if (from == len && (dump->body == EVENTLET_HTTP_NO_BODY ||
                        dump->body >= EVENTLET_HTTP_CLOSE))
        return 0;
    printf("ended in the middle of a message, %zu bytes were not used\n",
           len - from);
    return 1;
}

/* All of the file, which the caller frees; NULL if it cannot be read. */
static char *read_all(FILE *file, size_t *len)
{
    size_t size = 1 << 16, n;
    char *data = malloc(size);

    *len = 0;
    while (data && (n = fread(data + *len, 1, size - *len, file)) > 0) {
        *len += n;
        if (*len == size) {
            char *more = realloc(data, size *= 2);

            if (!more)
                free(data);
            data = more;
        }
    }
    if (data && ferror(file)) {
        free(data);
        data = NULL;
    }
    return data;
}

static bool set_option(struct dump *dump, const char *name, const char *value)
{
    char *end;

    if (strcmp(name, "--profile") == 0) {
        dump->opts.profile = strcmp(value, "compat") == 0
                                 ? EVENTLET_HTTP_COMPAT
                                 : EVENTLET_HTTP_STRICT;
        return strcmp(value, "compat") == 0 || strcmp(value, "strict") == 0;
    }
    if (strcmp(name, "--split") != 0)
        return false;
    dump->split = strtoul(value, &end, 10);
    return *value >= '0' && *value <= '9' && *end == '\0';
}

int main(int argc, char **argv)
{
    static struct dump dump;
    FILE *file = stdin;
    size_t len;
    char *data;
    int rc;

    for (argv++, argc--; argc > 0 && strncmp(*argv, "--", 2) == 0;) {
        const int n = strcmp(*argv, "--response") == 0 ? 1 : 2;

        if (strcmp(*argv, "--help") == 0)
            return fputs(usage, stdout) < 0;
        if (n == 1)
            dump.response = true;
        else if (argc < 2 || !set_option(&dump, argv[0], argv[1]))
            return misused(usage);
        argv += n;
        argc -= n;
    }
    if (argc > 1)
        return misused(usage);
    if (argc == 1 && !(file = fopen(*argv, "rb")))
        return complain("cannot open", *argv, -errno);
    data = read_all(file, &len);
    if (!data)
        return complain("cannot read", argc ? *argv : "input", -errno);
    (dump.response ? eventlet_http_response_init : eventlet_http_request_init)(
        &dump.head, dump.headers, HEADERS, &dump.opts);
    rc = dump_all(&dump, data, len);
    free(data);
    if (file != stdin)
        fclose(file);
    return rc;
}
