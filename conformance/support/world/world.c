/* SPDX-License-Identifier: MIT */
/* world.c - the simulated world: descriptors, time, chance. */
#include "support/world/inside.h"

#include "core/hub.h"

#include <stdlib.h>
#include <string.h>

_Thread_local struct world world__;

/* ---- beginning and end ---- */

uint64_t world_default_seed(void)
{
    const char *seed = getenv("WORLD_SEED");

    return seed ? strtoull(seed, NULL, 0) : 0;
}

uint64_t world_seeds(uint64_t usual)
{
    const char *seeds = getenv("WORLD_SEEDS");

    return seeds ? strtoull(seeds, NULL, 0) : usual;
}

void world_open(void)
{
    memset(&world__, 0, sizeof world__);
    world__.port = 40000;
    world__.loud = getenv("WORLD_TRACE") != NULL;
    eventlet__system = &world__system;
}

void world_close(void)
{
    for (int fd = 0; fd < world__.room; fd++)
        if (world__.at[fd]) {
            CHECK_FAIL("descriptor %d is left open in the world", fd);
            world__close(fd);
        }
    while (world__.files)
        world__file_free(world__.files);
    free(world__.at);
    world__.at = NULL;
    world__.room = 0;
    eventlet__system = NULL;
}

void world_seed(uint64_t seed)
{
    world__.chance = seed;
    if (eventlet__hub)
        eventlet__sim_seed(eventlet__hub, seed);
}

/* ---- descriptors ---- */

void *world__new(size_t size)
{
    void *made = calloc(1, size);

    if (!made)
        abort();
    return made;
}

struct world_file *world__file(int fd)
{
    return fd >= 0 && fd < world__.room ? world__.at[fd] : NULL;
}

struct world_file *world__file_new(enum world_kind kind, int family, int type,
                                   int protocol)
{
    struct world_file *f = world__new(sizeof *f);

    f->kind = kind;
    f->family = family;
    f->type = type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
    f->protocol = protocol;
    f->flags = O_RDWR | (type & SOCK_NONBLOCK ? O_NONBLOCK : 0);
    f->serial = ++world__.serial;
    f->next = world__.files;
    world__.files = f;
    world__options_init(f);
    return f;
}

void world__file_free(struct world_file *f)
{
    struct world_file **at = &world__.files;

    while (*at != f)
        at = &(*at)->next;
    *at = f->next;
    world__forget_file(f);
    if (f->state == WORLD_LISTENING)
        world__listener_close(f);
    if (f->kind == WORLD_DATAGRAM)
        world__datagram_close(f);
    else
        world__stream_close(f);
    free(f);
}

static int put(struct world_file *f, int fd)
{
    if (fd < 0)
        return -errno;
    if (fd >= world__.room) {
        int room = 2 * fd + 16;

        world__.at = realloc(world__.at, (size_t)room * sizeof *world__.at);
        if (!world__.at)
            abort();
        memset(world__.at + world__.room, 0,
               (size_t)(room - world__.room) * sizeof *world__.at);
        world__.room = room;
    }
    world__.at[fd] = f;
    f->refs++;
    return fd;
}

/* A real number, of something that nobody can read or write. */
int world__descriptor(struct world_file *f)
{
    return put(f, open("/", O_PATH | O_CLOEXEC));
}

int world__dup(struct world_file *f, int least)
{
    for (int fd = 0; fd < world__.room; fd++)
        if (world__.at[fd] == f)
            return put(f, fcntl(fd, F_DUPFD_CLOEXEC, least));
    return -EBADF;
}

int world__close(int fd)
{
    struct world_file *f = world__.at[fd];

    world__.at[fd] = NULL;
    close(fd);
    if (--f->refs == 0)
        world__file_free(f);
    return 0;
}

/* ---- time ---- */

int64_t world__now(void)
{
    return eventlet__hub ? eventlet__hub_now(eventlet__hub) : 0;
}

/* Of two at the same time the one that was there first is first. */
struct world_event *world__event(int64_t due_ns, world_happen *happen)
{
    struct world_event *event = world__new(sizeof *event);
    struct world_event **at = &world__.events;

    while (*at && (*at)->due_ns <= due_ns)
        at = &(*at)->next;
    event->due_ns = due_ns;
    event->happen = happen;
    event->next = *at;
    *at = event;
    return event;
}

int64_t world__pass(int64_t now_ns)
{
    struct world_event *event;

    while ((event = world__.events) && event->due_ns <= now_ns) {
        world__.events = event->next;
        event->happen(event);
        free(event->packet);
        free(event);
    }
    return event ? event->due_ns : INT64_MAX;
}

static void forget(const struct world_wire *wire, const struct world_file *f)
{
    struct world_event **at = &world__.events;

    while (*at) {
        struct world_event *event = *at;

        if ((!wire || event->wire != wire) && (!f || event->file != f)) {
            at = &event->next;
            continue;
        }
        *at = event->next;
        free(event->packet);
        free(event);
    }
}

void world__forget_wire(const struct world_wire *wire)
{
    forget(wire, NULL);
}

void world__forget_file(const struct world_file *f)
{
    forget(NULL, f);
}

/* ---- chance ---- */

uint64_t world__random(void)
{
    uint64_t z = (world__.chance += 0x9e3779b97f4a7c15u);

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

double world__chance(void)
{
    return (double)(world__random() >> 11) / 9007199254740992.0;
}

size_t world__part(const struct world_link *link, size_t n)
{
    if (link->most && n > link->most)
        n = link->most;
    if (!link->ragged || n < 2 || world__random() % 2)
        return n;
    return 1 + world__random() % n;
}

/* ---- what a test says ---- */

void world_links(const struct world_link *link)
{
    world__.link = link ? *link : (struct world_link){ .latency = 0 };
}

void world_link_to(int port, const struct world_link *link)
{
    int i = 0;

    while (world__.ports[i].port && world__.ports[i].port != port)
        if (++i == WORLD_PORTS) {
            CHECK_FAIL("links to too many ports");
            return;
        }
    world__.ports[i].port = port;
    world__.ports[i].link = *link;
}

const struct world_link *world__link_of(const struct world_name *name)
{
    int port = world__port_of(name);

    for (int i = 0; port && i < WORLD_PORTS; i++)
        if (world__.ports[i].port == port)
            return &world__.ports[i].link;
    return &world__.link;
}

void world_fail(const char *site, long nth, int error)
{
    for (int i = 0; i < WORLD_FAILS; i++)
        if (!world__.fails[i].site) {
            world__.fails[i].site = site;
            world__.fails[i].left = nth;
            world__.fails[i].error = error;
            return;
        }
    CHECK_FAIL("too many calls that shall fail");
}

uint64_t world_trace(void)
{
    return world__.digest;
}

long world_calls(void)
{
    return world__.calls;
}
