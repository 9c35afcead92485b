/* SPDX-License-Identifier: MIT */
/* What the scenarios on our library share: trace lines and outcomes, in the
 * same words as support.py.
 *
 * A scenario has a process to itself, which ends with it: nothing is freed,
 * and threads that still wait then are simply gone, as in eventlet. */
#ifndef ORACLE_SUPPORT_H
#define ORACLE_SUPPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "eventlet.h"

struct scenario {
    const char *name;
    const char *hub; /* the kind it starts on */
    void (*run)(void);
    struct scenario *next;
};

void scenario_add(struct scenario *scenario);

#define SCENARIO_ON(kind, id)                                                  \
    static void scenario_##id(void);                                           \
    __attribute__((constructor)) static void scenario_add_##id(void)           \
    {                                                                          \
        static struct scenario self = { #id, kind, scenario_##id, NULL };      \
        scenario_add(&self);                                                   \
    }                                                                          \
    static void scenario_##id(void)

/* The body runs in main, on a hub whose clock and sockets are made up. */
#define SCENARIO(id) SCENARIO_ON("sim", id)

/* The same on the kernel's, for what only the kernel can tell. */
#define SCENARIO_REAL(id) SCENARIO_ON("epolls", id)

/* One line of the trace. */
void say(const char *who, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The code in the words that it has in common with an exception, and "ok N"
 * for N >= 0. Good for eight further calls, as is text_of. */
const char *code(long rc);
const char *yes(bool condition);
/* "got DATA", "eof", or the code. */
const char *text_of(long n, const char *data);

/* Ends the scenario if what must work did not. */
int must(int rc);

/* Keeps the hub from running for that long. */
void hog(double seconds);
/* The hub's clock, in seconds. */
double now(void);
/* Whether a sleep of that many seconds lasted as long. */
bool slept_in_full(double seconds);
void yield_times(int count);

/* A line to be said later, by speak: a thread's function, or a timer's. */
struct line {
    const char *who;
    const char *what;
};
struct line *line(const char *who, const char *what);
int speak(void *line);

eventlet_greenthread *spawn(eventlet_fn *fn, const void *arg);
eventlet_greenthread *spawn_after(double seconds, eventlet_fn *fn,
                                  const void *arg);
eventlet_timer *after(double seconds, eventlet_hub_fn *fn, const void *arg);
int wait_for(eventlet_greenthread *gt);

/* Functions of threads. */
int quick(void *number); /* returns it */
int fails(void *number); /* with EVENTLET_USER(number) */
int naps(void *seconds); /* a double */
int waits(void *thread); /* for another, whose end is its own */
const void *number(long n);

/* A link's function: says how the thread ended. The argument is a name. */
void linked(eventlet_greenthread *gt, void *name);

/* ---- sockets ---- */

struct pair {
    eventlet_socket *one;
    eventlet_socket *two;
};

struct pair socketpair_of(void);
eventlet_socket *listener(void);
struct eventlet_addr name_of(eventlet_socket *s);
eventlet_socket *connect_to(eventlet_socket *server);
/* Both ends of a connection: the connecting one, the accepted one. */
struct pair connected(void);
/* A socket of the family inet. */
eventlet_socket *stream(void);

int readable(eventlet_socket *s, double seconds);
int writable(eventlet_socket *s, double seconds);
int read_waits(void *socket);  /* thread: until readable */
int write_waits(void *socket); /* thread: until writable */

void fill(eventlet_socket *s);
/* The address of a port on which nobody listens. */
struct eventlet_addr refused_port(void);
void send_text(eventlet_socket *s, const char *text);
/* What send gives, in words; and recv. */
const char *send_result(eventlet_socket *s, const char *text);
const char *hear(eventlet_socket *s, size_t len);

/* A thread that hears once. */
struct reading {
    eventlet_greenthread *gt;
    eventlet_socket *s;
    char data[64];
};
void reading_start(struct reading *r, eventlet_socket *s);
const char *reading_end(struct reading *r); /* waits for it */

#endif
