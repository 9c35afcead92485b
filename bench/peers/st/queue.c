/* SPDX-License-Identifier: MIT */
/* queue COUNT: numbers go to another State Thread and come back, one at a
 * time. The library has no queues: a ring for two and a condition for each
 * side are what its users write. */
#include "../../common.h"

#include <st.h>

enum { SIZE = 2 };

struct queue {
    uint64_t items[SIZE];
    unsigned puts, gets;
    st_cond_t filled, emptied;
};

static struct queue there, back;

static void init(struct queue *q)
{
    q->filled = st_cond_new();
    q->emptied = st_cond_new();
}

static void put(struct queue *q, uint64_t n)
{
    while (q->puts - q->gets == SIZE)
        st_cond_wait(q->emptied);
    q->items[q->puts++ % SIZE] = n;
    st_cond_signal(q->filled);
}

static uint64_t get(struct queue *q)
{
    while (q->puts == q->gets)
        st_cond_wait(q->filled);
    uint64_t n = q->items[q->gets++ % SIZE];
    st_cond_signal(q->emptied);
    return n;
}

static void *answer(void *arg)
{
    uint64_t count = *(uint64_t *)arg;
    for (uint64_t i = 0; i < count; i++)
        put(&back, get(&there) + 1);
    return NULL;
}

int main(int argc, char **argv)
{
    uint64_t count = count_arg(argc, argv, 1, "COUNT") / 2;
    must(st_init(), "st_init");
    init(&there);
    init(&back);
    st_thread_t other = st_thread_create(answer, &count, 1, 0);
    check(other, "st_thread_create");
    for (uint64_t i = 0; i < count; i++) {
        put(&there, i);
        check(get(&back) == i + 1, "answer");
    }
    must(st_thread_join(other, NULL), "st_thread_join");
    return 0;
}
