/* SPDX-License-Identifier: MIT */
/* Section H of the rules: serve. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "support.h"

struct server {
    eventlet_socket *s;
    eventlet_serve_fn *handle;
    void *arg;
    int concurrency;
    eventlet_greenthread *gt;
};

static int serves(void *arg)
{
    const struct server *self = arg;
    const struct eventlet_serve_opts opts = { self->concurrency };

    return eventlet_serve(self->s, self->handle, self->arg, &opts);
}

static void start(struct server *self)
{
    if (!self->s)
        self->s = listener();
    self->gt = spawn(serves, self);
}

static void tell_end(const struct server *self)
{
    say("serve", "%s", code(wait_for(self->gt)));
}

/* Connects, says a word; the connection. */
static eventlet_socket *ask(const struct server *self, const char *word)
{
    eventlet_socket *s = connect_to(self->s);

    send_text(s, word);
    return s;
}

static void hear_as(const char *who, eventlet_socket *s)
{
    say(who, "%s", hear(s, 100));
}

static int echo(eventlet_socket *s, const struct eventlet_addr *addr, void *arg)
{
    char data[100];
    ssize_t n;

    (void)addr;
    (void)arg;
    while ((n = eventlet_recv(s, data, sizeof data)) > 0)
        if ((n = eventlet_sendall(s, data, (size_t)n)) < 0)
            break;
    return (int)n;
}

/* Reads the word that the client says. */
static void word_of(eventlet_socket *s, char word[100])
{
    int n = must((int)eventlet_recv(s, word, 99));

    word[n] = '\0';
}

static int answer_slowly(eventlet_socket *s)
{
    must(eventlet_sleep(0.03));
    send_text(s, "slow answer");
    say("handler", "slow ends");
    return 0;
}

static int time_out(void)
{
    struct eventlet_timeout t;

    must(eventlet_timeout_start(&t, 0.01));
    return eventlet_timeout_end(&t, eventlet_sleep(1));
}

/* A handler that does what the client says. */
static int by_word(eventlet_socket *s, const struct eventlet_addr *addr,
                   void *arg)
{
    char word[100];

    (void)addr;
    (void)arg;
    word_of(s, word);
    say("handler", "%s", word);
    if (strcmp(word, "stop") == 0)
        return EVENTLET_STOP;
    if (strcmp(word, "fail") == 0)
        return EVENTLET_USER(5);
    if (strcmp(word, "kill") == 0)
        return eventlet_kill(eventlet_getcurrent(), 0);
    if (strcmp(word, "timeout") == 0)
        return time_out();
    if (strcmp(word, "slow") == 0)
        return answer_slowly(s);
    send_text(s, "answer");
    return 0;
}

SCENARIO(serve_echo)
{
    struct server server = { .handle = echo };
    eventlet_socket *clients[3];
    char text[16];

    start(&server);
    for (int i = 0; i < 3; i++) {
        snprintf(text, sizeof text, "hello %d", i);
        clients[i] = ask(&server, text);
    }
    for (int i = 0; i < 3; i++) {
        snprintf(text, sizeof text, "%d", i);
        hear_as(text, clients[i]);
    }
    for (int i = 0; i < 3; i++)
        eventlet_close(clients[i]);
    eventlet_kill(server.gt, 0);
    tell_end(&server);
}

static int tells_address(eventlet_socket *s, const struct eventlet_addr *addr,
                         void *arg)
{
    struct eventlet_addr peer;

    (void)arg;
    must(eventlet_getpeername(s, &peer));
    say("handler", "right address: %s", yes(eventlet_addr_equal(addr, &peer)));
    return 0;
}

SCENARIO_REAL(serve_gives_address)
{
    struct server server = { .handle = tells_address };

    start(&server);
    hear_as("client", ask(&server, "x"));
}

SCENARIO(serve_closes_on_return)
{
    struct server server = { .handle = by_word };
    eventlet_socket *client;

    start(&server);
    client = ask(&server, "plain");
    hear_as("client", client);
    hear_as("client", client);
}

SCENARIO(serve_closes_on_kill)
{
    struct server server = { .handle = by_word };

    start(&server);
    hear_as("client", ask(&server, "kill"));
    hear_as("next", ask(&server, "plain"));
    eventlet_kill(server.gt, 0);
    tell_end(&server);
}

SCENARIO(serve_handler_times_out)
{
    struct server server = { .handle = by_word };

    start(&server);
    hear_as("client", ask(&server, "timeout"));
    hear_as("next", ask(&server, "plain"));
    eventlet_kill(server.gt, 0);
    tell_end(&server);
}

SCENARIO(serve_stop)
{
    struct server server = { .handle = by_word };

    start(&server);
    hear_as("client", ask(&server, "stop"));
    tell_end(&server);
}

SCENARIO(serve_error)
{
    struct server server = { .handle = by_word };

    start(&server);
    hear_as("client", ask(&server, "fail"));
    tell_end(&server);
}

SCENARIO(serve_stop_lets_handlers_run)
{
    struct server server = { .handle = by_word };
    eventlet_socket *slow;

    start(&server);
    slow = ask(&server, "slow");
    eventlet_sleep(0.01);
    hear_as("client", ask(&server, "stop"));
    tell_end(&server);
    hear_as("slow", slow);
}

SCENARIO(serve_stop_keeps_listener)
{
    struct server server = { .handle = by_word };
    eventlet_socket *accepted;

    start(&server);
    ask(&server, "stop");
    tell_end(&server);
    ask(&server, "later");
    must(eventlet_accept(&accepted, server.s, NULL));
    hear_as("main", accepted);
}

SCENARIO(serve_again)
{
    struct server server = { .handle = by_word };

    for (int i = 0; i < 2; i++) {
        start(&server);
        ask(&server, "stop");
        tell_end(&server);
    }
}

SCENARIO(serve_killed)
{
    struct server server = { .handle = by_word };
    eventlet_socket *slow;

    start(&server);
    slow = ask(&server, "slow");
    eventlet_sleep(0.01);
    eventlet_kill(server.gt, 0);
    tell_end(&server);
    hear_as("slow", slow);
}

SCENARIO(serve_times_out)
{
    struct server server = { .s = listener(), .handle = echo };

    say("serve", "%s",
        code(eventlet_with_timeout(0.01, serves, &server, NULL)));
}

SCENARIO(serve_listener_timeout)
{
    struct server server = { .s = listener(), .handle = echo };

    must(eventlet_settimeout(server.s, 0.01));
    say("serve", "%s", code(serves(&server)));
}

static int takes_its_time(eventlet_socket *s, const struct eventlet_addr *addr,
                          void *arg)
{
    char word[100];

    (void)addr;
    (void)arg;
    word_of(s, word);
    say("handler", "%s begins", word);
    must(eventlet_sleep(0.01));
    say("handler", "%s ends", word);
    return 0;
}

SCENARIO(serve_concurrency)
{
    const char *const words[] = { "one", "two", "three" };
    struct server server = { .handle = takes_its_time, .concurrency = 1 };
    eventlet_socket *clients[3];

    start(&server);
    for (int i = 0; i < 3; i++)
        clients[i] = ask(&server, words[i]);
    for (int i = 0; i < 3; i++)
        hear_as("client", clients[i]);
}

static int stays(eventlet_socket *s, const struct eventlet_addr *addr,
                 void *arg)
{
    (void)s;
    (void)addr;
    (void)arg;
    return eventlet_sleep(0.05);
}

static int count_left(eventlet_socket *server)
{
    eventlet_socket *client;
    int count = 0;

    must(eventlet_settimeout(server, 0.01));
    while (eventlet_accept(&client, server, NULL) == 0)
        count++;
    return count;
}

SCENARIO(serve_accepts_one_more)
{
    struct server server = { .handle = stays, .concurrency = 1 };

    start(&server);
    for (int i = 0; i < 3; i++)
        connect_to(server.s);
    eventlet_sleep(0.01);
    eventlet_kill(server.gt, 0);
    say("left in the backlog", "%d", count_left(server.s));
}

static int stops_late(eventlet_socket *s, const struct eventlet_addr *addr,
                      void *arg)
{
    (void)s;
    (void)addr;
    (void)arg;
    must(eventlet_sleep(0.01));
    say("handler", "stops");
    return EVENTLET_STOP;
}

SCENARIO(serve_stopped_while_full)
{
    struct server server = { .handle = stops_late, .concurrency = 1 };

    start(&server);
    for (int i = 0; i < 2; i++)
        connect_to(server.s);
    tell_end(&server);
}

SCENARIO(serve_closed_listener)
{
    struct server server = { .handle = echo };

    start(&server);
    eventlet_sleep(0);
    eventlet_close(server.s);
    eventlet_sleep(0.01);
    say("serve", "has ended: %s", yes(eventlet_dead(server.gt)));
    if (eventlet_dead(server.gt))
        tell_end(&server);
}

static int closes(eventlet_socket *s, const struct eventlet_addr *addr,
                  void *arg)
{
    (void)addr;
    (void)arg;
    return eventlet_socket_close_fd(s);
}

SCENARIO(serve_handler_closes)
{
    struct server server = { .handle = closes };

    start(&server);
    hear_as("client", ask(&server, "x"));
    hear_as("client", ask(&server, "x"));
    eventlet_kill(server.gt, 0);
    tell_end(&server);
}
