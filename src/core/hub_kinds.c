/* SPDX-License-Identifier: MIT */
/* Choosing a hub: by name, by $EVENTLET_HUB, or the default. */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "core/hub.h"

#define REGISTERED_MAX 16

static const struct eventlet_hub_kind *const built_in[] = {
    &eventlet__hub_epolls,  &eventlet__hub_poll, &eventlet__hub_selects,
    &eventlet__hub_pyevent, &eventlet__hub_sim,
};
#define BUILT_IN (sizeof built_in / sizeof *built_in)

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const struct eventlet_hub_kind *registered[REGISTERED_MAX];
static size_t registered_count;
static const char *names[BUILT_IN + REGISTERED_MAX + 1];

static const struct eventlet_hub_kind *find(const char *name)
{
    for (size_t i = 0; i < BUILT_IN; i++)
        if (strcmp(built_in[i]->name, name) == 0)
            return built_in[i];
    for (size_t i = 0; i < registered_count; i++)
        if (strcmp(registered[i]->name, name) == 0)
            return registered[i];
    return NULL;
}

const struct eventlet_hub_kind *eventlet__hub_kind(const char *name)
{
    const struct eventlet_hub_kind *kind;

    pthread_mutex_lock(&lock);
    kind = find(name);
    pthread_mutex_unlock(&lock);
    return kind;
}

const char *const *eventlet_hubs_names(void)
{
    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < BUILT_IN; i++)
        names[i] = built_in[i]->name;
    for (size_t i = 0; i < registered_count; i++)
        names[BUILT_IN + i] = registered[i]->name;
    pthread_mutex_unlock(&lock);
    return names;
}

int eventlet_hubs_register(const struct eventlet_hub_kind *kind)
{
    int rc = 0;

    if (!kind || !kind->name || !*kind->name || !kind->open || !kind->close ||
        !kind->watch || !kind->unwatch || !kind->wait)
        return -EINVAL;
    pthread_mutex_lock(&lock);
    if (find(kind->name))
        rc = -EEXIST;
    else if (registered_count == REGISTERED_MAX)
        rc = -ENOSPC;
    else
        registered[registered_count++] = kind;
    pthread_mutex_unlock(&lock);
    return rc;
}

const char *eventlet_hubs_get_default_hub(void)
{
    return built_in[0]->name;
}

static int unknown(const char *name, const char *source)
{
    char good[256] = "";
    const char *const *n = eventlet_hubs_names();
    size_t len = 0;

    for (; *n && len < sizeof good; n++)
        len += (size_t)snprintf(good + len, sizeof good - len, " %s", *n);
    eventlet__log(EVENTLET_ERROR, "unknown hub \"%s\"%s; there are:%s", name,
                  source, good);
    return EVENTLET_UNKNOWN_HUB;
}

int eventlet_hubs_use_hub(const char *name)
{
    const char *source = "";
    const struct eventlet_hub_kind *kind;
    eventlet_hub *hub;
    int rc;

    if (!name) {
        name = getenv("EVENTLET_HUB");
        source = name ? " in EVENTLET_HUB" : "";
    }
    kind = eventlet__hub_kind(name ? name : eventlet_hubs_get_default_hub());
    if (!kind)
        return unknown(name, source);
    rc = eventlet_hubs_drop();
    if (rc < 0)
        return rc;
    rc = eventlet__hub_new(&hub, kind, NULL);
    if (rc < 0)
        eventlet__log(EVENTLET_ERROR, "cannot make hub \"%s\": %s", kind->name,
                      eventlet_strerror(rc));
    return rc;
}

int eventlet_hubs_use_base(struct event_base *base)
{
    eventlet_hub *hub;

    if (eventlet__hub)
        return -EBUSY;
    return eventlet__hub_new(&hub, &eventlet__hub_embedded, base);
}
