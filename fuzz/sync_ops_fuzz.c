/* SPDX-License-Identifier: MIT */
/* Programs of green threads over queues, semaphores, events, locks, pools and
 * timeouts, and one schedule of each: what conformance/explore does with its
 * scenarios, for those that nobody thought of. The models there say what must
 * be so.
 *
 * Parser: src/sync/queue_wait.c
 * Parser: src/sync/queue.c
 * Parser: src/sync/semaphore.c
 * Parser: src/sync/event.c
 * Parser: src/sync/lock.c
 * Parser: src/sync/condition.c
 * Parser: src/sync/pools.c
 * Parser: src/sync/greenpool.c
 * Parser: src/sync/line.c
 *
 * An input is: which models, as bits; for each what it begins with; how many
 * green threads; for each how many verbs, and each verb with its number; and
 * then the choices, of which those left out are 0. */
#include "fuzz.h"

#include "explore/engine.h"

enum { THREADS = 5, STEPS = 6, MEMBERS = EXPLORE_THREADS - THREADS };

static unsigned below(struct fuzz_input *in, unsigned n)
{
    return fuzz_byte(in) % n;
}

/* ---- what a model begins with: only what its constructor takes ---- */

static void queue_numbers(struct fuzz_input *in, int *with)
{
    with[0] = (int)below(in, 4) - 1;
    with[1] = (int)below(in, 4);
}

static void semaphore_numbers(struct fuzz_input *in, int *with)
{
    with[0] = (int)below(in, 3);
    with[1] = (int)below(in, 3);
    with[2] = with[1] + (int)below(in, 3);
}

static void kind_only(struct fuzz_input *in, int *with)
{
    with[0] = (int)below(in, 2);
}

static void pool_numbers(struct fuzz_input *in, int *with)
{
    with[1] = 1 + (int)below(in, 3);
    with[0] = (int)below(in, (unsigned)with[1] + 1);
    with[2] = (int)below(in, 3);
}

static void size_only(struct fuzz_input *in, int *with)
{
    with[0] = (int)below(in, 3);
}

static const struct {
    const struct explore_model *model;
    void (*numbers)(struct fuzz_input *in, int *with);
} all[] = {
    { &explore_queue, queue_numbers },
    { &explore_semaphore, semaphore_numbers },
    { &explore_event, kind_only },
    { &explore_lock, kind_only },
    { &explore_pool, pool_numbers },
    { &explore_greenpool, size_only },
};
enum { ALL = sizeof all / sizeof *all };

static void read_models(struct fuzz_input *in, struct explore_program *p)
{
    unsigned which = fuzz_byte(in);

    for (unsigned i = 0; i < ALL; i++)
        if (which >> i & 1) {
            p->models[p->model_count] = all[i].model;
            all[i].numbers(in, p->with[p->model_count++]);
        }
}

/* ---- scripts ---- */

static struct explore_step read_step(struct fuzz_input *in,
                                     const struct explore_program *p)
{
    const struct explore_model *model =
        p->models[below(in, (unsigned)p->model_count)];
    unsigned count = 0;

    while (model->verbs[count].name)
        count++;
    return (struct explore_step){ model, &model->verbs[below(in, count)],
                                  (int)below(in, 4) };
}

/* Each spawn may become one more green thread, for which there is only so much
 * room. */
static void read_script(struct fuzz_input *in, const struct explore_program *p,
                        struct explore_script *script, int *members)
{
    unsigned first = fuzz_byte(in), count = 1 + first % STEPS;

    script->in_hub = first >= 192;
    while (count-- > 0) {
        struct explore_step step = read_step(in, p);

        if (script->in_hub && !step.verb->in_hub)
            continue;
        if (strcmp(step.verb->name, "spawn") == 0 && ++*members > MEMBERS)
            continue;
        script->steps[script->count++] = step;
    }
}

static void read_program(struct fuzz_input *in, struct explore_program *p)
{
    int members = 0;
    unsigned count;

    memset(p, 0, sizeof *p);
    p->name = "sync_ops";
    p->throws = 2;
    read_models(in, p);
    count = p->model_count ? 1 + below(in, THREADS) : 0;
    while (count-- > 0) {
        read_script(in, p, &p->scripts[p->script_count], &members);
        p->script_count += p->scripts[p->script_count].count > 0;
    }
}

static int choose(void *in, int of)
{
    return (int)below(in, (unsigned)of);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input in = { data, size };
    struct explore_program program;
    static bool opened;

    if (!opened) {
        explore_on_failure(abort);
        explore_open();
        opened = true;
    }
    read_program(&in, &program);
    if (program.script_count > 0)
        explore_run(&program, choose, &in);
    return 0;
}
