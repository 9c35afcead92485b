/* SPDX-License-Identifier: MIT */
/* Green threads that have OS threads do what would hold up the hub: each hands
 * over a number and is handed back how many primes there are below it. The
 * workers have no hub; they block while there is nothing to do. */
#include "program.h"

#include <pthread.h>

enum { WORKERS = 2, ASKERS = 20 };

struct job {
    int limit;
    int primes;
    eventlet_threadqueue *answer;
};

static eventlet_threadqueue *jobs;
static int asked;

static int count_primes(int limit)
{
    int count = 0;

    for (int n = 2; n < limit; n++) {
        int d = 2;

        while (d * d <= n && n % d)
            d++;
        count += d * d > n;
    }
    return count;
}

static void *worker(void *arg)
{
    void *item;

    while (eventlet_threadqueue_get(jobs, &item) == 0) {
        struct job *job = item;

        job->primes = count_primes(job->limit);
        if (eventlet_threadqueue_put(job->answer, job) < 0)
            break;
    }
    return arg;
}

static int ask(void *arg)
{
    struct job job = { .limit = 1000 * *(int *)arg };
    void *item;
    int rc = eventlet_threadqueue_new(&job.answer, 1);

    if (rc == 0)
        rc = eventlet_threadqueue_put(jobs, &job);
    if (rc == 0)
        rc = eventlet_threadqueue_get(job.answer, &item);
    if (rc == 0) {
        printf("%d primes below %d\n", job.primes, job.limit);
        asked++;
    }
    eventlet_threadqueue_free(job.answer);
    return rc;
}

/* Nobody is killed here, so who asks waits for its answer. */
static int ask_all(void)
{
    int numbers[ASKERS];
    eventlet_greenpool *pool;
    int rc = eventlet_greenpool_new(&pool, ASKERS);

    if (rc < 0)
        return rc;
    for (int i = 0; i < ASKERS && rc == 0; i++) {
        numbers[i] = i + 1;
        rc = eventlet_greenpool_spawn_n(pool, ask, &numbers[i]);
    }
    if (rc == 0)
        rc = eventlet_greenpool_waitall(pool);
    eventlet_greenpool_free(pool);
    return rc;
}

int main(void)
{
    pthread_t workers[WORKERS];
    int rc = eventlet_threadqueue_new(&jobs, EVENTLET_UNLIMITED);

    for (int i = 0; i < WORKERS && rc == 0; i++)
        rc = -pthread_create(&workers[i], NULL, worker, NULL);
    if (rc == 0)
        rc = ask_all();
    if (rc < 0)
        return complain("asking", "the workers", rc);
    eventlet_threadqueue_close(jobs);
    for (int i = 0; i < WORKERS; i++)
        pthread_join(workers[i], NULL);
    eventlet_threadqueue_free(jobs);
    printf("asked %d times\n", asked);
    return asked == ASKERS ? 0 : 1;
}
