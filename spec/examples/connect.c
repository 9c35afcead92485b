/* SPDX-License-Identifier: MIT */
/* Asks several servers at once and prints what each said first, in the order in
 * which they were named: a pile keeps it. */
#include "program.h"

enum { AT_ONCE = 20 };

struct answer {
    const char *name;
    char line[512];
};

/* Returns bytes of the first line that comes back, or why there is none. */
static int ask(void *arg)
{
    struct answer *answer = arg;
    char host[256];
    eventlet_socket *s;
    eventlet_file *file;
    ssize_t n;
    int port, rc;

    rc = eventlet_addr_split(answer->name, host, sizeof host, &port);
    if (rc == 0)
        rc = eventlet_connect(&s, host, port, NULL);
    if (rc < 0)
        return rc;
    rc = eventlet_sendall(s, "GET / HTTP/1.0\r\n\r\n", 18);
    if (rc == 0)
        rc = eventlet_makefile(&file, s, "r", 0);
    eventlet_close(s);
    if (rc < 0)
        return rc;
    n = eventlet_file_readline(file, answer->line, sizeof answer->line);
    eventlet_file_close(file);
    return (int)n;
}

static int report(const struct answer *answer, int result)
{
    if (result < 0)
        return complain("asking", answer->name, result);
    printf("%s: %.*s\n", answer->name, (int)strcspn(answer->line, "\r\n"),
           answer->line);
    return 0;
}

static int ask_all(eventlet_greenpile *pile, struct answer *answers, int count)
{
    int failed = 0, result;
    void *answer;

    for (int i = 0; i < count; i++) {
        int rc = eventlet_greenpile_spawn(pile, ask, &answers[i]);

        if (rc < 0)
            return complain("asking", answers[i].name, rc);
    }
    while (eventlet_greenpile_next(pile, &result, &answer) == 0)
        failed |= report(answer, result);
    return failed;
}

static const char usage[] =
    "usage: connect HOST:PORT...\n"
    "\n"
    "Asks every server for / by HTTP, all at once, and\n"
    "prints the first line of each answer, in order.\n";

int main(int argc, char **argv)
{
    eventlet_greenpile *pile;
    struct answer *answers;
    int rc;

    argv = options(&argc, argv, usage, NULL, NULL);
    if (argc < 1)
        return misused(usage);
    answers = calloc((size_t)argc, sizeof *answers);
    rc = answers ? eventlet_greenpile_new(&pile, AT_ONCE) : -ENOMEM;
    if (rc < 0)
        return complain("asking", argv[0], rc);
    for (int i = 0; i < argc; i++)
        answers[i].name = argv[i];
    rc = ask_all(pile, answers, argc);
    eventlet_greenpile_free(pile);
    free(answers);
    return rc;
}
