/* SPDX-License-Identifier: MIT */
/* Links: callbacks at the end of a green thread. */
#include <errno.h>

#include "base/mem.h"
#include "core/greenthread.h"

/* A link that links again is served by the loop that is under way. Each is
 * taken out before it is called, so that whatever it does the rest go on. */
void eventlet__run_links(eventlet_greenthread *gt)
{
    struct eventlet__link *link;

    if (gt->task.flags & EVENTLET__LINKING)
        return;
    gt->task.flags |= EVENTLET__LINKING;
    while ((link = gt->links) != NULL) {
        eventlet_link_fn *fn = link->fn;
        void *arg = link->arg;

        gt->links = link->next;
        eventlet__free(link);
        fn(gt, arg);
    }
    gt->task.flags &= (uint8_t)~EVENTLET__LINKING;
}

void eventlet__drop_links(eventlet_greenthread *gt)
{
    struct eventlet__link *link;

    while ((link = gt->links) != NULL) {
        gt->links = link->next;
        eventlet__free(link);
    }
}

/* What the callback links is called after it, not inside it. */
static void call_now(eventlet_greenthread *gt, eventlet_link_fn *fn, void *arg)
{
    gt->refs++; /* the callback may give the last handle back */
    gt->task.flags |= EVENTLET__LINKING;
    fn(gt, arg);
    gt->task.flags &= (uint8_t)~EVENTLET__LINKING;
    eventlet__run_links(gt);
    eventlet__unref(gt);
}

int eventlet_link(eventlet_greenthread *gt, eventlet_link_fn *fn, void *arg)
{
    struct eventlet__link **end = &gt->links;
    struct eventlet__link *link;

    if (gt->task.flags & EVENTLET__NO_RESULT)
        return -EINVAL;
    if (gt->hub != eventlet__hub)
        return -EPERM;
    if (gt->task.state == EVENTLET__DEAD &&
        !(gt->task.flags & EVENTLET__LINKING)) {
        call_now(gt, fn, arg);
        return 0;
    }
    link = eventlet__alloc(sizeof *link);
    if (!link)
        return -ENOMEM;
    *link = (struct eventlet__link){ .fn = fn, .arg = arg };
    while (*end)
        end = &(*end)->next;
    *end = link;
    if (gt->task.flags & EVENTLET__ENDED)
        eventlet__run_links(gt);
    return 0;
}

bool eventlet_unlink(eventlet_greenthread *gt, eventlet_link_fn *fn, void *arg)
{
    for (struct eventlet__link **at = &gt->links; *at; at = &(*at)->next) {
        struct eventlet__link *link = *at;

        if (link->fn != fn || link->arg != arg)
            continue;
        *at = link->next;
        eventlet__free(link);
        return true;
    }
    return false;
}
