/* SPDX-License-Identifier: MIT */
/* Says what the parser thinks of captured websocket frames. */
#include "program.h"

#include <inttypes.h>

static const char usage[] =
    "usage: ws_dump [--client] [--old] [--deflate] [--split N] [FILE]\n"
    "\n"
    "Reads frames from FILE or standard input, as a server does, and prints\n"
    "what they say.\n"
    "\n"
    "--client   as a client does: not masked\n"
    "--old      frames of hixie-75 and hixie-76\n"
    "--deflate  permessage-deflate was negotiated; payloads stay as they are\n"
    "--split N  hands them over N bytes at a time; the same has to come out\n";

struct dump {
    bool client, old, deflate;
    size_t split;
    const char *file;
    struct eventlet_ws_frame frames;
    struct eventlet_ws_hixie hixie;
    bool in_piece; /* of a message, the last thing printed */
};

static void print_bytes(const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char byte = (unsigned char)bytes[i];

        if (byte == '"' || byte == '\\')
            printf("\\%c", byte);
        else if (byte >= ' ' && byte < 0x7f)
            putchar(byte);
        else
            printf("\\x%02x", byte);
    }
}

static const char *name_of_opcode(unsigned char opcode)
{
    static const char *const names[] = { "?",     "text", "binary", "?",
                                         "?",     "?",    "?",      "?",
                                         "close", "ping", "pong" };

    return names[opcode];
}

/* Pieces of one frame are one line, so that --split changes nothing. */
static void print_data(struct dump *d, const struct eventlet_ws_event *e)
{
    if (!d->in_piece)
        printf("%s%s \"", name_of_opcode(e->opcode),
               e->reserved ? " (compressed)" : "");
    print_bytes(e->bytes, e->len);
    d->in_piece = !e->ends_frame;
    if (e->ends_frame)
        puts(e->ends ? "\"" : "\" …");
}

static void print_event(struct dump *d, const struct eventlet_ws_event *e)
{
    if (e->kind == EVENTLET_WS_DATA)
        print_data(d, e);
    if (e->kind == EVENTLET_WS_UNKNOWN)
        printf("unknown frame of type %02x\n", e->opcode);
    if (e->kind != EVENTLET_WS_CONTROL)
        return;
    printf("%s ", name_of_opcode(e->opcode));
    if (e->code)
        printf("%d ", e->code);
    putchar('"');
    print_bytes(e->bytes, e->len);
    puts("\"");
}

static ssize_t feed(struct dump *d, char *bytes, size_t len)
{
    struct eventlet_ws_event event;
    ssize_t n = d->old ? eventlet_ws_hixie_feed(&d->hixie, bytes, len, &event)
                       : eventlet_ws_frame_feed(&d->frames, bytes, len, &event);

    print_event(d, &event);
    return n;
}

/* Returns 0, or 1 if what was read is wrong. */
static int feed_all(struct dump *d, char *bytes, size_t len)
{
    const struct eventlet_ws_error *error;

    for (size_t at = 0; at < len;) {
        ssize_t n = feed(d, bytes + at, len - at);

        if (n >= 0) {
            at += (size_t)n;
            continue;
        }
        error = d->old ? eventlet_ws_hixie_error(&d->hixie)
                       : eventlet_ws_frame_error(&d->frames);
        printf("%serror at %" PRIu64 ", to be answered %d: %s\n",
               d->in_piece ? "\" …\n" : "", error->offset, error->status,
               error->what);
        return 1;
    }
    return 0;
}

static int dump(struct dump *d, FILE *in)
{
    char bytes[65536];
    size_t n,
        split = d->split && d->split < sizeof bytes ? d->split : sizeof bytes;
    int rc = 0;

    eventlet_ws_frame_init(&d->frames,
                           &(struct eventlet_ws_frame_opts){
                               .client = d->client,
                               .reserved = d->deflate ? EVENTLET_WS_RSV1 : 0 });
    eventlet_ws_hixie_init(&d->hixie, NULL);
    while (rc == 0 && (n = fread(bytes, 1, split, in)) > 0)
        rc = feed_all(d, bytes, n);
    if (rc == 0 && d->in_piece)
        puts("\" … ended here");
    return rc;
}

/* Returns 0, or 2 if they make no sense. */
static int read_arguments(struct dump *d, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            fputs(usage, stdout);
            exit(0);
        } else if (strcmp(argv[i], "--client") == 0) {
            d->client = true;
        } else if (strcmp(argv[i], "--old") == 0) {
            d->old = true;
        } else if (strcmp(argv[i], "--deflate") == 0) {
            d->deflate = true;
        } else if (strcmp(argv[i], "--split") == 0 && i + 1 < argc &&
                   atoi(argv[i + 1]) > 0) {
            d->split = (size_t)atoi(argv[++i]);
        } else if (argv[i][0] != '-' && !d->file) {
            d->file = argv[i];
        } else {
            return misused(usage);
        }
    }
    return 0;
}

int main(int argc, char **argv)
{
    static struct dump d;
    FILE *in = stdin;
    int rc = read_arguments(&d, argc, argv);

    if (rc == 0 && d.file)
        in = fopen(d.file, "rb");
    if (rc == 0 && !in)
        return complain("cannot read", d.file, -errno);
    if (rc == 0)
        rc = dump(&d, in);
    if (in && in != stdin)
        fclose(in);
    return rc;
}
