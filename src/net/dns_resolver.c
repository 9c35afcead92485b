/* SPDX-License-Identifier: MIT */
/* The c-ares channel of an OS thread: made when a name server is first asked,
 * its sockets listened to by the hub. */
#include "net/dns_resolver.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "core/hub.h"
#include "eventlet/dns.h"
#include "eventlet/errors.h"

static __thread struct eventlet__resolver *resolver;
static __thread eventlet_hub *hub_told; /* at whose end it is freed */

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
        return EVENTLET_DNS_AGAIN;
    case ARES_EBADFLAGS:
        return -EINVAL;
    case ARES_ENOTIMP:
        return -EAFNOSUPPORT;
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
    hub_told = NULL;
    if (!resolver)
        return;
    resolver->orphan = resolver->pid != getpid(); /* the hub ends by a fork */
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

/* c-ares takes no lookup any further that comes to a search entry like
 * ".example.org", as some networks hand out. Leaves entries that can be asked
 * for in front; returns how many. */
static int tidy(char **domains, int count)
{
    int kept = 0;

    for (int i = 0; i < count; i++) {
        char *d = domains[i];
        size_t dots = strspn(d, ".");

        memmove(d, d + dots, strlen(d + dots) + 1);
        if (*d == '\0' || strstr(d, ".."))
            continue;
        domains[i] = domains[kept];
        domains[kept++] = d;
    }
    return kept;
}

/* Opens the channel twice: what the first has read of the system's files is the
 * second's to be told, corrected. */
static int open_channel(struct eventlet__resolver *r)
{
    static char dns_only[] = "b"; /* the hosts file is ours to read */
    const int ours = ARES_OPT_SOCK_STATE_CB | ARES_OPT_LOOKUPS;
    struct ares_options options = { .sock_state_cb = socket_state,
                                    .sock_state_cb_data = r,
                                    .lookups = dns_only };
    struct ares_options system;
    int mask;
    int rc = ares_init_options(&r->channel, &options, ours);

    if (rc != ARES_SUCCESS)
        return rc;
    rc = ares_save_options(r->channel, &system, &mask);
    ares_destroy(r->channel);
    if (rc != ARES_SUCCESS)
        return rc;
    options.domains = system.domains;
    options.ndomains = tidy(system.domains, system.ndomains);
    /* Four tries, each twice as patient as the one before, are c-ares' own
     * choice and take 75 seconds. Two, as in glibc, end within our 30, so that
     * the addresses of one family are told though the other's never come. */
    options.tries = system.tries == 4 ? 2 : system.tries;
    rc = ares_init_options(&r->channel, &options,
                           ours | ARES_OPT_DOMAINS | ARES_OPT_TRIES);
    ares_destroy_options(&system);
    if (rc == ARES_SUCCESS)
        rc = set_servers(r->channel);
    else
        return rc;
    if (rc != ARES_SUCCESS)
        ares_destroy(r->channel);
    return rc;
}

static int resolver_new(struct eventlet__resolver **out)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct eventlet__resolver *r;
    int rc;

    pthread_once(&once, initialise);
    r = eventlet__alloc(sizeof *r);
    if (!r)
        return -ENOMEM;
    r->pid = getpid();
    rc = eventlet__hub_get(&r->hub);
    if (rc == 0 && hub_told != r->hub)
        rc = eventlet__hub_at_end(r->hub, at_hub_end, NULL);
    if (rc == 0) {
        hub_told = r->hub;
        rc = eventlet__dns_code(open_channel(r));
    }
    if (rc < 0) {
        eventlet__free(r);
        return rc;
    }
    *out = r;
    return 0;
}

int eventlet__resolver_get(struct eventlet__resolver **out)
{
    int rc = 0;

    if (!resolver)
        rc = resolver_new(&resolver);
    *out = resolver;
    return rc;
}

void eventlet_dns_reset(void)
{
    if (resolver)
        resolver_free(resolver);
}
