/* SPDX-License-Identifier: MIT */
/* options.c - what can be asked of a socket, and said to it. */
#include "support/world/inside.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

/* What is only remembered, or means something below; all are numbers. */
static const struct {
    int level, name, usual;
} known[] = {
    { SOL_SOCKET, SO_SNDBUF, WORLD_BUFFER },
    { SOL_SOCKET, SO_RCVBUF, WORLD_BUFFER },
    { SOL_SOCKET, SO_RCVLOWAT, 1 },
    { SOL_SOCKET, SO_REUSEADDR, 0 },
    { SOL_SOCKET, SO_REUSEPORT, 0 },
    { SOL_SOCKET, SO_KEEPALIVE, 0 },
    { SOL_SOCKET, SO_BROADCAST, 0 },
    { SOL_SOCKET, SO_OOBINLINE, 0 },
    { SOL_SOCKET, SO_PRIORITY, 0 },
    { IPPROTO_TCP, TCP_NODELAY, 0 },
    { IPPROTO_TCP, TCP_KEEPIDLE, 7200 },
    { IPPROTO_TCP, TCP_KEEPINTVL, 75 },
    { IPPROTO_TCP, TCP_KEEPCNT, 9 },
    { IPPROTO_TCP, TCP_DEFER_ACCEPT, 0 },
    { IPPROTO_IPV6, IPV6_V6ONLY, 1 },
};

enum { KNOWN = sizeof known / sizeof known[0] };
_Static_assert((int)KNOWN <= (int)WORLD_OPTIONS, "room in struct world_file");

static int place_of(int level, int name)
{
    for (int i = 0; i < KNOWN; i++)
        if (known[i].level == level && known[i].name == name)
            return i;
    return -ENOPROTOOPT;
}

void world__options_init(struct world_file *f)
{
    for (int i = 0; i < KNOWN; i++)
        f->options[i] = known[i].usual;
}

int world__option(const struct world_file *f, int level, int name)
{
    return f->options[place_of(level, name)];
}

/* ---- asking ---- */

static int answer(void *value, socklen_t *len, const void *what, size_t size)
{
    if (*len > size)
        *len = (socklen_t)size;
    memcpy(value, what, *len);
    return 0;
}

static int answer_int(void *value, socklen_t *len, int what)
{
    return answer(value, len, &what, sizeof what);
}

/* What describes the socket; -ENOPROTOOPT: it is none of that. */
static int describe(struct world_file *f, int name, void *value, socklen_t *len)
{
    struct linger linger = { .l_onoff = f->linger_none };

    switch (name) {
    case SO_ERROR:
        return answer_int(value, len, -world__take_error(f));
    case SO_TYPE:
        return answer_int(value, len, f->type);
    case SO_DOMAIN:
        return answer_int(value, len, f->family);
    case SO_PROTOCOL:
        return answer_int(value, len, f->protocol);
    case SO_ACCEPTCONN:
        return answer_int(value, len, f->state == WORLD_LISTENING);
    case SO_LINGER:
        return answer(value, len, &linger, sizeof linger);
    }
    return -ENOPROTOOPT;
}

int world__getsockopt(struct world_file *f, int level, int name, void *value,
                      socklen_t *len)
{
    int i = place_of(level, name);

    if (f->kind == WORLD_PIPE)
        return -ENOTSOCK;
    if (level == IPPROTO_TCP && name == TCP_CONGESTION)
        return answer(value, len, "reno", 5);
    if (i >= 0)
        return answer_int(value, len, f->options[i]);
    return level == SOL_SOCKET ? describe(f, name, value, len) : -ENOPROTOOPT;
}

/* ---- saying ---- */

static int set_linger(struct world_file *f, const void *value, socklen_t len)
{
    struct linger linger;

    if (len < sizeof linger)
        return -EINVAL;
    memcpy(&linger, value, sizeof linger);
    f->linger_none = linger.l_onoff && linger.l_linger == 0;
    return 0;
}

static int set_congestion(const void *value, socklen_t len)
{
    return len == 4 && memcmp(value, "reno", 4) == 0 ? 0 : -ENOENT;
}

/* As Linux does it: twice what was asked for, and not less than some pages. */
static int buffer_size(int asked)
{
    return asked < 2304 ? 4608 : asked > 1 << 22 ? 1 << 23 : 2 * asked;
}

static void use(struct world_file *f, int name, int *option)
{
    if (name == SO_SNDBUF || name == SO_RCVBUF)
        *option = buffer_size(*option);
    if (name == SO_RCVLOWAT && *option < 1)
        *option = 1;
    if (f->kind != WORLD_STREAM)
        return;
    if (name == SO_SNDBUF && f->out)
        f->out->send_room = (size_t)*option;
    if (name == SO_RCVBUF && f->in)
        f->in->recv_room = (size_t)*option;
}

int world__setsockopt(struct world_file *f, int level, int name,
                      const void *value, socklen_t len)
{
    int i = place_of(level, name);

    if (f->kind == WORLD_PIPE)
        return -ENOTSOCK;
    if (level == SOL_SOCKET && name == SO_LINGER)
        return set_linger(f, value, len);
    if (level == IPPROTO_TCP && name == TCP_CONGESTION)
        return set_congestion(value, len);
    if (i < 0)
        return i;
    if (len < sizeof(int))
        return -EINVAL;
    memcpy(&f->options[i], value, sizeof(int));
    if (level == SOL_SOCKET)
        use(f, name, &f->options[i]);
    return 0;
}
