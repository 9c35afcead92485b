/* SPDX-License-Identifier: MIT */
/* threadqueue pipe|cond there|back COUNT: as ours, between two OS threads that
 * block: through pipes of one page, which hold as many numbers, or through
 * rings under a mutex, with a condition for either end. */
#include "../../common.h"

#include <pthread.h>

enum { ROOM = 512, PIPE_SIZE = ROOM * sizeof(uint64_t) };

struct queue {
    int fds[2];
    pthread_mutex_t mutex;
    pthread_cond_t filled, emptied;
    uint64_t items[ROOM], puts, gets;
};

static struct queue there, back;
static uint64_t count;

static void init(struct queue *q)
{
    must(pipe(q->fds), "pipe");
    check(fcntl(q->fds[1], F_SETPIPE_SZ, PIPE_SIZE) == PIPE_SIZE, "pipe size");
    pthread_mutex_init(&q->mutex, NULL);
    pthread_cond_init(&q->filled, NULL);
    pthread_cond_init(&q->emptied, NULL);
}

/* ---- two ways ---- */

static void pipe_put(struct queue *q, uint64_t n)
{
    check(write(q->fds[1], &n, sizeof n) == sizeof n, "write");
}

static uint64_t pipe_get(struct queue *q)
{
    uint64_t n;
    check(read(q->fds[0], &n, sizeof n) == sizeof n, "read");
    return n;
}

static void cond_put(struct queue *q, uint64_t n)
{
    pthread_mutex_lock(&q->mutex);
    while (q->puts - q->gets == ROOM)
        pthread_cond_wait(&q->emptied, &q->mutex);
    q->items[q->puts++ % ROOM] = n;
    pthread_mutex_unlock(&q->mutex);
    pthread_cond_signal(&q->filled);
}

static uint64_t cond_get(struct queue *q)
{
    pthread_mutex_lock(&q->mutex);
    while (q->puts == q->gets)
        pthread_cond_wait(&q->filled, &q->mutex);
    uint64_t n = q->items[q->gets++ % ROOM];
    pthread_mutex_unlock(&q->mutex);
    pthread_cond_signal(&q->emptied);
    return n;
}

static void (*put)(struct queue *q, uint64_t n) = pipe_put;
static uint64_t (*get)(struct queue *q) = pipe_get;

/* ---- the work ---- */

static void *put_all(void *arg)
{
    for (uint64_t i = 0; i < count; i++)
        put(&there, i);
    return arg;
}

static void *answer(void *arg)
{
    for (uint64_t i = 0; i < count / 2; i++)
        put(&back, get(&there) + 1);
    return arg;
}

static void get_all(void)
{
    for (uint64_t i = 0; i < count; i++)
        check(get(&there) == i, "number");
}

static void ask(void)
{
    for (uint64_t i = 0; i < count / 2; i++) {
        put(&there, i);
        check(get(&back) == i + 1, "answer");
    }
}

int main(int argc, char **argv)
{
    pthread_t thread;
    count = count_arg(argc, argv, 3, "pipe|cond there|back COUNT");
    bool returns = strcmp(argv[2], "back") == 0;
    init(&there);
    init(&back);
    if (strcmp(argv[1], "cond") == 0) {
        put = cond_put;
        get = cond_get;
    }
    check(pthread_create(&thread, NULL, returns ? answer : put_all, NULL) == 0,
          "pthread_create");
    if (returns)
        ask();
    else
        get_all();
    check(pthread_join(thread, NULL) == 0, "pthread_join");
    return 0;
}
