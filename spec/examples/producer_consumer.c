/* SPDX-License-Identifier: MIT */
/* A crawler over a web of numbers: fetching one yields further ones to fetch. A
 * pool is the consumer; whoever is fetched produces more work for it. */
#include "program.h"

enum { AT_ONCE = 4, PAGES = 40 };

struct crawl {
    eventlet_greenpool *pool;
    bool seen[PAGES + 1];
    int fetched;
};

struct job {
    struct crawl *crawl;
    int page;
};

static int fetch(void *arg);

/* Page n links to 2n and 2n + 1. A page is fetched once, whoever finds it. */
static int add(struct crawl *crawl, int page)
{
    struct job *job;
    int rc;

    if (page > PAGES || crawl->seen[page])
        return 0;
    crawl->seen[page] = true;
    job = malloc(sizeof *job);
    if (!job)
        return -ENOMEM;
    *job = (struct job){ crawl, page };
    rc = eventlet_greenpool_spawn_n(crawl->pool, fetch, job);
    if (rc < 0)
        free(job);
    return rc;
}

static int fetch(void *arg)
{
    struct job job = *(struct job *)arg;
    int rc = eventlet_sleep(0.001); /* the network */

    free(arg);
    if (rc < 0)
        return rc;
    job.crawl->fetched++;
    rc = add(job.crawl, 2 * job.page);
    return rc < 0 ? rc : add(job.crawl, 2 * job.page + 1);
}

int main(void)
{
    struct crawl crawl = { .fetched = 0 };
    int rc = eventlet_greenpool_new(&crawl.pool, AT_ONCE);

    if (rc == 0)
        rc = add(&crawl, 1);
    if (rc == 0)
        rc = eventlet_greenpool_waitall(crawl.pool);
    if (rc < 0)
        return complain("crawling", "the web", rc);
    eventlet_greenpool_free(crawl.pool);
    printf("fetched %d pages, at most %d at a time\n", crawl.fetched, AT_ONCE);
    return crawl.fetched == PAGES ? 0 : 1;
}
