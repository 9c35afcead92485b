/* SPDX-License-Identifier: MIT */
/* The c-ares channel of an OS thread: made when a name server is first asked,
 * its sockets listened to by the hub. */
#include "net/dns_resolver.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "core/hub.h"
#include "eventlet/dns.h"
#include "eventlet/errors.h"

static __thread struct eventlet__resolver *resolver;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char *chosen_servers; /* NULL: the system's */
static char *chosen_hosts;

int eventlet__dns_code(int status)
{
    switch (status) {
    case ARES_SUCCESS:
        return 0;
    case ARES_ENOTFOUND:
    case ARES_EBADNAME:
        return EVENTLET_NO_NAME;
    case ARES_ENODATA:
        return EVENTLET_NO_DATA;
    case ARES_ETIMEOUT:
    case ARES_ECONNREFUSED:
        return EVENTLET_DNS_AGAIN;
    case ARES_ENOMEM:
        return -ENOMEM;
    default:
        return EVENTLET_DNS_FAILED;
    }
}

/* ---- configuration ---- */

/* NULL stays NULL. */
static int copy_text(char **copy, const char *text)
{
    size_t size = text ? strlen(text) + 1 : 0;

    *copy = text ? eventlet__alloc(size) : NULL;
    if (!text)
        return 0;
    if (!*copy)
        return -ENOMEM;
    memcpy(*copy, text, size);
    return 0;
}

static void replace(char **chosen, char *by)
{
    eventlet__free(*chosen);
    *chosen = by;
}

int eventlet_dns_configure(const char *servers, const char *hosts)
{
    char *s, *h;
    int rc = copy_text(&s, servers);

    if (rc < 0)
        return rc;
    rc = copy_text(&h, hosts);
    if (rc < 0) {
        eventlet__free(s);
        return rc;
    }
    pthread_mutex_lock(&lock);
    replace(&chosen_servers, s);
    replace(&chosen_hosts, h);
    pthread_mutex_unlock(&lock);
    return 0;
}

void eventlet__dns_hosts_path(char *buf, size_t size)
{
    pthread_mutex_lock(&lock);
    snprintf(buf, size, "%s", chosen_hosts ? chosen_hosts : "/etc/hosts");
    pthread_mutex_unlock(&lock);
}

/* ---- the channel's sockets, in the hub ---- */

static int on_socket(struct eventlet__resolver *r, ares_socket_t in,
                     ares_socket_t out)
{
    ares_process_fd(r->channel, in, out);
    (void)eventlet__resolver_appointment(r);
    return 0;
}

static int readable(void *arg, int fd, int code)
{
    return code < 0 ? 0 : on_socket(arg, fd, ARES_SOCKET_BAD);
}

static int writable(void *arg, int fd, int code)
{
    return code < 0 ? 0 : on_socket(arg, ARES_SOCKET_BAD, fd);
}

static struct eventlet__dns_socket *watched_of(struct eventlet__resolver *r,
                                               ares_socket_t fd)
{
    for (size_t i = 0; i < r->count; i++)
        if (r->watched[i].fd == fd)
            return &r->watched[i];
    if (r->count == EVENTLET__DNS_SOCKETS)
        return NULL;
    r->watched[r->count] = (struct eventlet__dns_socket){ .fd = fd };
    eventlet_hubs_notify_opened(fd);
    return &r->watched[r->count++];
}

static void want(struct eventlet__resolver *r, struct eventlet__dns_socket *w,
                 bool wanted, eventlet_listener **listener,
                 enum eventlet_interest what)
{
    if (!wanted) {
        eventlet_hub_remove(*listener);
        *listener = NULL;
    } else if (!*listener &&
               eventlet_hub_add(listener, r->hub, what, w->fd,
                                what == EVENTLET_READ ? readable : writable,
                                r) < 0) {
        *listener = NULL; /* c-ares' own time-out ends the lookup */
    }
}

static void socket_state(void *arg, ares_socket_t fd, int read, int write)
{
    struct eventlet__resolver *r = arg;
    struct eventlet__dns_socket *w = watched_of(r, fd);

    if (!w)
        return;
    want(r, w, read, &w->reader, EVENTLET_READ);
    want(r, w, write, &w->writer, EVENTLET_WRITE);
    if (read || write)
        return;
    eventlet_hubs_notify_close(fd);
    *w = r->watched[--r->count];
}

static int time_is_up(void *arg)
{
    return on_socket(arg, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

/* The next time at which c-ares retries or gives up. */
int eventlet__resolver_appointment(struct eventlet__resolver *r)
{
    struct timeval tv;

    eventlet_timer_free(r->timer);
    r->timer = NULL;
    if (r->ending || !ares_timeout(r->channel, NULL, &tv))
        return 0;
    return eventlet_hub_schedule_call_global(
        &r->timer, r->hub, (double)tv.tv_sec + (double)tv.tv_usec / 1e6 + 1e-3,
        time_is_up, r);
}

/* ---- the channel's life ---- */

static void resolver_free(struct eventlet__resolver *r)
{
    r->ending = true;
    resolver = NULL;
    ares_destroy(r->channel); /* calls back for what is under way */
    eventlet_timer_free(r->timer);
    eventlet__free(r);
}

static void at_hub_end(void *unused)
{
    (void)unused;
    if (resolver)
        resolver_free(resolver);
}

static int set_servers(ares_channel channel)
{
    int rc = ARES_SUCCESS;

    pthread_mutex_lock(&lock);
    if (chosen_servers)
        rc = ares_set_servers_ports_csv(channel, chosen_servers);
    pthread_mutex_unlock(&lock);
    return rc;
}

static void initialise(void)
{
    ares_library_init(ARES_LIB_INIT_ALL);
}

int eventlet__resolver_get(struct eventlet__resolver **out)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct ares_options options = { .sock_state_cb = socket_state };
    static char dns_only[] = "b";
    struct eventlet__resolver *r;
    eventlet_hub *hub;
    int rc;

    *out = resolver;
    if (resolver)
        return 0;
    rc = eventlet__hub_get(&hub);
    if (rc < 0)
        return rc;
    pthread_once(&once, initialise);
    r = eventlet__alloc(sizeof *r);
    if (!r)
        return -ENOMEM;
    r->hub = hub;
    options.sock_state_cb_data = r;
    options.lookups = dns_only; /* the hosts file is ours to read */
    rc = eventlet__dns_code(ares_init_options(
        &r->channel, &options, ARES_OPT_SOCK_STATE_CB | ARES_OPT_LOOKUPS));
    if (rc == 0) {
        rc = eventlet__dns_code(set_servers(r->channel));
        if (rc == 0)
            rc = eventlet__hub_at_end(r->hub, at_hub_end, NULL);
        if (rc < 0)
            ares_destroy(r->channel);
    }
    if (rc < 0) {
        eventlet__free(r);
        return rc;
    }
    *out = resolver = r;
    return 0;
}

void eventlet_dns_reset(void)
{
    at_hub_end(NULL);
}
