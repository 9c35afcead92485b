/* SPDX-License-Identifier: MIT */
/* The forwarder of spec/examples, both forms, while everything that it asks of
 * the system fails once: it is built in here as it stands there. */
#include <stdio.h>

/* It complains of each failure; that is for a person, and not looked at. */
static FILE *quiet;
#undef stderr
#define stderr quiet
#define main   forwarder_main
int forwarder_main(int argc, char **argv);
#include "../../spec/examples/forwarder.c"
#undef main

#include "net/sockets.h"

/* More than makes a stream of it, so that bytes gather. */
enum { AMOUNT = 700 << 10, CHUNK = 1 << 16 };

struct town {
    eventlet_socket *listener; /* the forwarder's */
    eventlet_socket *beyond;   /* what it forwards to */
    eventlet_greenthread *forwarder, *echo;
    int busy; /* connections that the forwarder carries */
};

static const char *bytes_at(size_t at)
{
    static char bytes[AMOUNT];

    for (size_t i = 0; !bytes[1] && i < AMOUNT; i++)
        bytes[i] = (char)(i * 31 + (i >> 8) * 7);
    return bytes + at;
}

/* ---- the three parties ---- */

static int serve_counted(eventlet_socket *client,
                         const struct eventlet_addr *addr, void *arg)
{
    struct town *t = arg;
    int rc;

    t->busy++;
    rc = serve(client, addr, NULL);
    t->busy--;
    return rc;
}

/* Who comes after it has ended must not wait to be served. */
static int run_forwarder(void *arg)
{
    struct town *t = arg;
    int rc = eventlet_serve(t->listener, serve_counted, t, NULL);

    eventlet_close(t->listener);
    t->listener = NULL;
    return rc;
}

/* Answers with what it got, once all of it is there. */
static int answer(eventlet_socket *client)
{
    static char got[AMOUNT];
    size_t len = 0;
    ssize_t n = 1;

    while (n > 0 && len < AMOUNT) {
        n = eventlet_recv(client, got + len, AMOUNT - len);
        len += n > 0 ? (size_t)n : 0;
    }
    if (n > 0) /* the half-close has to come through as well */
        n = eventlet_recv(client, got, 1);
    if (n == 0)
        n = eventlet_recv_error(client);
    return n < 0 ? (int)n : eventlet_sendall(client, got, len);
}

static int run_echo(void *arg)
{
    struct town *t = arg;
    eventlet_socket *client;
    int rc = eventlet_accept(&client, t->beyond, NULL);

    eventlet_close(t->beyond);
    t->beyond = NULL;
    if (rc < 0)
        return rc;
    rc = answer(client);
    if (rc < 0) {
        const struct linger at_once = { .l_onoff = 1 };

        (void)eventlet_setsockopt(client, SOL_SOCKET, SO_LINGER, &at_once,
                                  sizeof at_once);
    }
    eventlet_close(client);
    return rc;
}

/* Whatever comes back is what was sent, and all of it unless we are told. */
static int listen_to_answer(eventlet_socket *s)
{
    static char buf[CHUNK];
    size_t len = 0;
    ssize_t n;

    while ((n = eventlet_recv(s, buf, sizeof buf)) > 0) {
        CHECK(len + (size_t)n <= AMOUNT);
        if (len + (size_t)n > AMOUNT)
            return -EIO;
        CHECK_MEM(buf, bytes_at(len), (size_t)n);
        len += (size_t)n;
    }
    if (n == 0)
        n = eventlet_recv_error(s);
    return n < 0 ? (int)n : len == AMOUNT ? 0 : -EIO;
}

static int converse(const struct town *t)
{
    struct eventlet_addr addr;
    eventlet_socket *s;
    int rc = eventlet_getsockname(t->listener, &addr);

    if (rc == 0)
        rc = eventlet_connect_addr(&s, &addr, NULL);
    if (rc < 0)
        return rc;
    rc = eventlet_sendall(s, bytes_at(0), AMOUNT);
    if (rc == 0)
        rc = eventlet_shutdown(s, SHUT_WR);
    if (rc == 0)
        rc = listen_to_answer(s);
    eventlet_close(s);
    return rc;
}

/* ---- all of it ---- */

static int open_town(struct town *t)
{
    int rc = eventlet_listen(&t->beyond, "127.0.0.1", 0, NULL);

    if (rc == 0)
        rc = eventlet_getsockname(t->beyond, &target);
    if (rc == 0)
        rc = eventlet_listen(&t->listener, "127.0.0.1", 0, NULL);
    if (rc == 0)
        rc = eventlet_spawn(&t->forwarder, run_forwarder, t);
    if (rc == 0)
        rc = eventlet_spawn(&t->echo, run_echo, t);
    return rc;
}

static void close_town(struct town *t)
{
    eventlet_reap(t->forwarder);
    eventlet_close(t->listener);
    eventlet_reap(t->echo);
    eventlet_close(t->beyond);
    while (t->busy)
        (void)!eventlet_sleep(0);
}

/* The answer tells whether it was heard, unless a failure did. */
static int forwards(void *arg)
{
    struct town t = { .listener = NULL };
    int rc;

    by_splice = *(bool *)arg;
    rc = open_town(&t);
    if (rc == 0)
        rc = converse(&t);
    close_town(&t);
    return rc;
}

/* On both hubs: what fails there differs. */
static void outlives_each_failure(bool splices)
{
    quiet = fopen("/dev/null", "w");
    REQUIRE(quiet != NULL);
    log_catch();
    FAULT_EACH(forwards, &splices);
    FAULT_EACH_ON("epolls", forwards, &splices);
    log_let_go();
    fclose(quiet);
}

TEST(splice, forwarder_outlives_each_failure, "splice.17")
{
    outlives_each_failure(true);
}

TEST(splice, forwarder_that_copies_outlives_each_failure, "convenience.18")
{
    outlives_each_failure(false);
}
