/* SPDX-License-Identifier: MIT */
/* Scenarios are words: read here. */
#include "engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void complain(const struct explore_scenario *s, const char *what,
                     const char *word, size_t len)
{
    fprintf(stderr, "explore: %s: %s: %.*s\n", s->name, what, (int)len, word);
    exit(2);
}

static const struct explore_verb *find(const struct explore_model *model,
                                       const char *word, size_t len)
{
    for (const struct explore_verb *v = model->verbs; v->name; v++)
        if (strlen(v->name) == len && memcmp(v->name, word, len) == 0)
            return v;
    return NULL;
}

/* "put:2" */
static struct explore_step read_step(const struct explore_scenario *s,
                                     const char *word, size_t len)
{
    const char *colon = memchr(word, ':', len);
    struct explore_step step = {
        s->model,
        find(s->model, word, colon ? (size_t)(colon - word) : len),
        colon ? atoi(colon + 1) : 0,
    };

    if (!step.verb)
        complain(s, "no such verb", word, len);
    return step;
}

static void read_word(const struct explore_scenario *s,
                      struct explore_script *script, const char *word,
                      size_t len)
{
    if (len == 4 && memcmp(word, "hub:", 4) == 0) {
        script->in_hub = true;
        return;
    }
    if (script->count == EXPLORE_STEPS)
        complain(s, "too many verbs", word, len);
    script->steps[script->count] = read_step(s, word, len);
    if (script->in_hub && !script->steps[script->count].verb->in_hub)
        complain(s, "not in the hub", word, len);
    script->count++;
}

void explore_parse(struct explore_program *p, const struct explore_scenario *s)
{
    const char *word = s->script;

    memset(p, 0, sizeof *p);
    p->name = s->name;
    p->models[0] = s->model;
    p->model_count = 1;
    p->script_count = 1;
    p->throws = s->throws;
    memcpy(p->with[0], s->with, sizeof s->with);
    for (size_t len; *(word += strspn(word, " ")); word += len) {
        len = strcspn(word, " ");
        if (len == 1 && *word == '|')
            p->script_count++;
        else
            read_word(s, &p->scripts[p->script_count - 1], word, len);
        if (p->script_count > EXPLORE_THREADS)
            complain(s, "too many green threads", word, len);
    }
}
