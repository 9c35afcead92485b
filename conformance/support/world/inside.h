/* SPDX-License-Identifier: MIT */
/* inside.h - what the files of the simulated world share.
 *
 * A descriptor points to a file; a file is a socket or one end of a pipe. Two
 * connected stream sockets share two wires, one each way; a pipe is one wire.
 * Bytes enter a wire at once and arrive by an event. A wire is there as long as
 * one of its ends is, and so are its events.
 *
 * Functions return as the library's do: negative is -errno. */
#ifndef CHECK_WORLD_INSIDE_H
#define CHECK_WORLD_INSIDE_H

#include "base/sys.h"
#include "support/world.h"

#include <errno.h>

enum {
    WORLD_OPTIONS = 24,
    WORLD_FAILS = 16,
    WORLD_PORTS = 16,
    WORLD_BUFFER = 64 * 1024, /* of a socket, in each direction */
};

enum world_kind { WORLD_STREAM, WORLD_DATAGRAM, WORLD_PIPE };

enum world_state {
    WORLD_FRESH,
    WORLD_LISTENING,
    WORLD_CONNECTING,
    WORLD_CONNECTED,
    WORLD_OVER, /* reset, or refused */
};

enum { WORLD_RD = 1, WORLD_WR = 2 }; /* halves that are shut */

struct world_name {
    struct sockaddr_storage at;
    socklen_t len; /* 0: none */
};

struct world_packet {
    struct world_packet *next;
    struct world_name from;
    size_t len;
    char bytes[];
};

struct world_file;

struct world_wire {
    struct world_file *from; /* NULL once closed */
    struct world_file *to;
    struct world_link link;
    char *bytes; /* from `first` on, `len` of them */
    size_t size, first, len;
    size_t arrived;  /* of len */
    uint64_t total;  /* that ever arrived */
    int64_t last_ns; /* when the last of what is under way arrives */
    size_t send_room, recv_room;
    bool dead; /* nothing arrives any more */
};

struct world_file {
    struct world_file *next; /* of all files */
    long serial;             /* what the trace calls it */
    enum world_kind kind;
    int family, type, protocol;
    unsigned refs; /* descriptors; 0: still in the line of a listener */
    int flags;     /* as F_GETFL has them */

    enum world_state state;
    bool told; /* connect has said that it is connected */
    bool done; /* the other side has ended */
    int shut;
    int error; /* SO_ERROR */
    struct world_wire *in, *out;
    struct world_name here, there;
    bool bound; /* `here` keeps others away */

    struct world_file *line; /* a listener's: not yet accepted */
    struct world_file *behind;
    int waiting, backlog;

    struct world_packet *packets;
    size_t packets_len;

    int options[WORLD_OPTIONS];
    bool linger_none; /* close resets */
};

struct world_event;
typedef void world_happen(struct world_event *event);

struct world_event {
    struct world_event *next;
    int64_t due_ns;
    world_happen *happen;
    struct world_wire *wire; /* NULL, or it goes with the wire */
    struct world_file *file; /* NULL, or it goes with the file */
    struct world_packet *packet;
    size_t n;
};

struct world {
    struct world_file *files;
    struct world_file **at; /* by descriptor */
    int room;
    struct world_event *events;
    uint64_t chance;
    long serial;
    int port; /* handed out last */
    struct world_link link;
    struct {
        int port;
        struct world_link link;
    } ports[WORLD_PORTS];
    struct {
        const char *site; /* NULL: free */
        long left;
        int error;
    } fails[WORLD_FAILS];
    int scripted; /* what a call that shall fail returns */
    uint64_t digest;
    long calls;
    bool loud;
};

extern _Thread_local struct world world__;
extern const struct eventlet__system world__system;

/* ---- world/world.c: descriptors, time, chance ---- */

struct world_file *world__file(int fd); /* NULL: not ours */
struct world_file *world__file_new(enum world_kind kind, int family, int type,
                                   int protocol);
int world__descriptor(struct world_file *f); /* a new one, or -errno */
int world__dup(struct world_file *f, int least);
int world__close(int fd);
void world__file_free(struct world_file *f); /* not its descriptors */

int64_t world__now(void);
int64_t world__pass(int64_t now_ns);
struct world_event *world__event(int64_t due_ns, world_happen *happen);
void world__forget_wire(const struct world_wire *wire);
void world__forget_file(const struct world_file *f);

uint64_t world__random(void);
size_t world__part(const struct world_link *link, size_t n);
double world__chance(void); /* 0 to 1 */
const struct world_link *world__link_of(const struct world_name *name);

void *world__new(size_t size); /* zeroed; never NULL */

/* ---- world/wire.c ---- */

struct world_wire *world__wire_new(struct world_file *from,
                                   struct world_file *to,
                                   const struct world_link *link);
size_t world__wire_room(const struct world_wire *w);
void world__wire_put(struct world_wire *w, const char *bytes, size_t n);
void world__wire_get(struct world_wire *w, char *bytes, size_t n, bool peek);
void world__wire_end(struct world_wire *w, bool whole); /* no more comes */
void world__wire_reset(struct world_wire *w);           /* `to` gets a reset */
void world__wire_let_go(struct world_wire *w, const struct world_file *end);
int64_t world__wire_due(struct world_wire *w);
void world__over(struct world_file *f, int error);

/* ---- world/stream.c ---- */

void world__join(struct world_file *client, struct world_file *server,
                 const struct world_link *link);
ssize_t world__stream_recv(struct world_file *f, struct msghdr *msg, int flags);
ssize_t world__stream_send(struct world_file *f, const struct msghdr *msg,
                           int flags);
int world__stream_nothing(struct world_file *f); /* why none arrived */
int world__stream_may_send(struct world_file *f);
bool world__is_connected(const struct world_file *f);
int world__shutdown(struct world_file *f, int how);
void world__stream_close(struct world_file *f);
int world__take_error(struct world_file *f);
ssize_t world__broken(int rc, int flags);

/* ---- world/connect.c ---- */

int world__listen(struct world_file *f, int backlog);
int world__accept(struct world_file **client, struct world_file *f);
int world__connect(struct world_file *f, const struct sockaddr *addr,
                   socklen_t len);
void world__listener_close(struct world_file *f);

/* ---- world/names.c ---- */

int world__name(struct world_name *name, const struct world_file *f,
                const struct sockaddr *addr, socklen_t len);
bool world__same_name(const struct world_name *a, const struct world_name *b);
int world__port_of(const struct world_name *name);
int world__bind(struct world_file *f, const struct world_name *name);
int world__bind_somewhere(struct world_file *f);
struct world_file *world__find(const struct world_name *name, int type);
void world__tell_name(const struct world_name *name, int family,
                      struct sockaddr *addr, socklen_t *len);

/* ---- world/datagram.c ---- */

ssize_t world__datagram_recv(struct world_file *f, struct msghdr *msg,
                             int flags);
ssize_t world__datagram_send(struct world_file *f, const struct msghdr *msg);
void world__datagram_close(struct world_file *f);

/* ---- world/pipe.c ---- */

int world__pipe(struct world_file *ends[2], int flags);
ssize_t world__read(struct world_file *f, void *buf, size_t len);
ssize_t world__write(struct world_file *f, const void *buf, size_t len);
ssize_t world__splice(struct world_file *from, struct world_file *to,
                      size_t len);

/* ---- world/options.c ---- */

int world__getsockopt(struct world_file *f, int level, int name, void *value,
                      socklen_t *len);
int world__setsockopt(struct world_file *f, int level, int name,
                      const void *value, socklen_t len);
int world__option(const struct world_file *f, int level, int name);
void world__options_init(struct world_file *f);

/* ---- world/poll.c ---- */

short world__ready(const struct world_file *f);
int world__poll(struct pollfd *fds, nfds_t len, int ms);

/* ---- world/trace.c: what surrounds each call ---- */

/* What is due happens; then, whether the call of that name shall fail. */
bool world__fails(const char *site);
int world__scripted(void); /* with what; negative */

/* Writes into the trace what a call about f gives. Returns it, or -1 and errno
 * if it is negative. The number of a descriptor is not the world's to choose,
 * and not in the trace. */
ssize_t world__tell(const char *site, const struct world_file *f, ssize_t rc);
int world__tell_int(const char *site, const struct world_file *f, int rc);
int world__tell_descriptor(const char *site, const struct world_file *f,
                           int fd);

/* rc, but -EDEADLK for a call that would wait: nothing goes on meanwhile. */
ssize_t world__blocked(const struct world_file *f, int flags, ssize_t rc);

/* ---- world/calls.c: those of world__system that make and name ---- */

int world__call_socket(int family, int type, int protocol);
int world__call_socketpair(int family, int type, int protocol, int *pair);
int world__call_pipe2(int *pair, int flags);
int world__call_bind(int fd, const struct sockaddr *addr, socklen_t len);
int world__call_listen(int fd, int backlog);
int world__call_connect(int fd, const struct sockaddr *addr, socklen_t len);
int world__call_accept4(int fd, struct sockaddr *addr, socklen_t *len,
                        int flags);
int world__call_getsockname(int fd, struct sockaddr *addr, socklen_t *len);
int world__call_getpeername(int fd, struct sockaddr *addr, socklen_t *len);

/* ---- scatter and gather ---- */

size_t world__msg_len(const struct msghdr *msg);

#endif
