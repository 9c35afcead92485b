/* SPDX-License-Identifier: MIT */
/* Counting jobs, and waiting until none is left.
 *
 * Behind it stands an event that is sent whenever the count is 0. So who waited
 * when the last job was done goes on, even if there are new ones before it has
 * run. */
#include "eventlet/metaphore.h"

#include <errno.h>
#include <limits.h>

#include "base/mem.h"
#include "eventlet/event.h"
#include "sync/home.h"

struct eventlet_metaphore {
    eventlet_event *zero; /* sent while the counter is 0 */
    int counter;
    const void *home;
};

int eventlet_metaphore_new(eventlet_metaphore **m)
{
    eventlet_metaphore *made = eventlet__alloc(sizeof *made);
    int rc;

    if (!made)
        return -ENOMEM;
    rc = eventlet_event_new(&made->zero);
    if (rc < 0) {
        eventlet__free(made);
        return rc;
    }
    eventlet_event_send(made->zero, NULL);
    made->home = eventlet__home();
    *m = made;
    return 0;
}

void eventlet_metaphore_free(eventlet_metaphore *m)
{
    if (!m)
        return;
    eventlet_event_free(m->zero);
    eventlet__free(m);
}

static int check(const eventlet_metaphore *m, int by)
{
    if (!eventlet__at_home(m->home))
        return -EPERM;
    return by > 0 ? 0 : -EINVAL;
}

int eventlet_metaphore_inc(eventlet_metaphore *m, int by)
{
    int rc = check(m, by);

    if (rc < 0)
        return rc;
    if (by > INT_MAX - m->counter)
        return -EOVERFLOW;
    if (m->counter == 0)
        eventlet_event_reset(m->zero);
    m->counter += by;
    return 0;
}

int eventlet_metaphore_dec(eventlet_metaphore *m, int by)
{
    int rc = check(m, by);

    if (rc < 0)
        return rc;
    if (m->counter == 0)
        return EVENTLET_UNBALANCED;
    m->counter = by < m->counter ? m->counter - by : 0;
    return m->counter == 0 ? eventlet_event_send(m->zero, NULL) : 0;
}

int eventlet_metaphore_wait(eventlet_metaphore *m)
{
    if (!eventlet__at_home(m->home))
        return -EPERM;
    return eventlet_event_wait(m->zero, NULL);
}

int eventlet_metaphore_wait_timeout(eventlet_metaphore *m, double seconds)
{
    if (!eventlet__at_home(m->home))
        return -EPERM;
    return eventlet_event_wait_timeout(m->zero, NULL, seconds);
}

int eventlet_metaphore_counter(const eventlet_metaphore *m)
{
    return m->counter;
}
