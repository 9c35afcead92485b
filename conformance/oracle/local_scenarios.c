/* SPDX-License-Identifier: MIT */
/* Section K of the rules: values of which each green thread has its own. */
#include <errno.h>
#include <stdint.h>

#include "support.h"

static eventlet_local *bag_with(eventlet_local_init_fn *init, void *arg)
{
    eventlet_local *bag;

    must(eventlet_local_new(&bag, init, NULL, arg));
    return bag;
}

static void set(eventlet_local *bag, const char *name, long n)
{
    must(eventlet_local_setattr(bag, name, (void *)n));
}

/* What getattr gives, in words. */
static const char *get(eventlet_local *bag, const char *name)
{
    void *value;
    int rc = eventlet_local_getattr(bag, name, &value);

    return code(rc < 0 ? rc : (long)(intptr_t)value);
}

static int sets_two(void *bag)
{
    say("other", "%s", get(bag, "a"));
    set(bag, "a", 2);
    eventlet_sleep(0);
    say("other", "%s", get(bag, "a"));
    return 0;
}

SCENARIO(local_isolation)
{
    eventlet_local *bag = bag_with(NULL, NULL);
    eventlet_greenthread *thread;

    set(bag, "a", 1);
    thread = spawn(sets_two, bag);
    eventlet_sleep(0);
    say("main", "%s", get(bag, "a"));
    set(bag, "a", 3);
    wait_for(thread);
    say("main", "%s", get(bag, "a"));
}

static int tell(const char *name, void *value, void *arg)
{
    (void)arg;
    say("main", "%s %ld", name, (long)(intptr_t)value);
    return 0;
}

SCENARIO(local_attributes)
{
    eventlet_local *bag = bag_with(NULL, NULL);

    say("main", "%s", code(eventlet_local_delattr(bag, "a")));
    set(bag, "b", 1);
    set(bag, "a", 2);
    set(bag, "c", 3);
    set(bag, "b", 4);
    say("main", "%s", code(eventlet_local_delattr(bag, "a")));
    say("main", "%s", get(bag, "a"));
    must(eventlet_local_each(bag, tell, NULL));
}

/* ---- init ---- */

struct maker {
    eventlet_local *bag;
    int failures;
};

static int make(void *arg, void **value)
{
    struct maker *self = arg;

    (void)value;
    say("init", "7");
    if (self->failures > 0)
        return EVENTLET_USER(self->failures--);
    set(self->bag, "n", 7);
    return 0;
}

static int touches_by_set(void *bag)
{
    set(bag, "other", 1);
    say("set", "%s", get(bag, "n"));
    return 0;
}

static int touches_by_get(void *bag)
{
    say("get", "%s", get(bag, "n"));
    say("get", "%s", get(bag, "other"));
    return 0;
}

/* In eventlet making the bag is main's first touch. */
SCENARIO(local_init)
{
    struct maker self = { NULL, 0 };

    self.bag = bag_with(make, &self);
    get(self.bag, "n");
    say("main", "has a bag");
    wait_for(spawn(touches_by_set, self.bag));
    wait_for(spawn(touches_by_get, self.bag));
    wait_for(spawn(quick, NULL));
    say("main", "%s", get(self.bag, "n"));
}

static int gets_twice(void *bag)
{
    say("other", "%s", get(bag, "n"));
    say("other", "%s", get(bag, "n"));
    return 0;
}

SCENARIO(local_init_fails)
{
    struct maker self = { NULL, 0 };

    self.bag = bag_with(make, &self);
    say("main", "%s", get(self.bag, "n"));
    self.failures = 1;
    wait_for(spawn(gets_twice, self.bag));
}

/* ---- the end ---- */

struct user {
    eventlet_local *key;
    double seconds;
};

static int alive;

static void count_down(void *arg, void *value)
{
    (void)arg;
    (void)value;
    alive--;
}

static int user(void *arg)
{
    struct user *self = arg;

    must(eventlet_local_set(self->key, self));
    alive++;
    return eventlet_sleep(self->seconds);
}

SCENARIO(local_ends_with_its_thread)
{
    struct user brief, long_one;
    eventlet_greenthread *killed;

    must(eventlet_local_new(&brief.key, NULL, count_down, NULL));
    brief.seconds = 0.01;
    long_one = (struct user){ brief.key, 1 };
    for (int i = 0; i < 3; i++)
        spawn(user, &brief);
    killed = spawn(user, &long_one);
    eventlet_sleep(0);
    say("main", "alive %d", alive);
    eventlet_kill(killed, 0);
    eventlet_sleep(0.03);
    say("main", "alive, but for the last: %s", yes(alive > 1));
}

struct callback {
    eventlet_local *bag;
    int n;
};

static int called(void *arg)
{
    const struct callback *self = arg;

    say("hub", "%s", get(self->bag, "a"));
    set(self->bag, "a", self->n);
    return 0;
}

SCENARIO(local_in_the_hub)
{
    eventlet_local *bag = bag_with(NULL, NULL);
    struct callback two = { bag, 2 }, three = { bag, 3 };

    set(bag, "a", 1);
    after(0, called, &two);
    after(0, called, &three);
    eventlet_sleep(0.005);
    say("main", "%s", get(bag, "a"));
}

static uintptr_t idents[4];
static int ident_count;

static int tells_ident(void *arg)
{
    uintptr_t mine = eventlet_corolocal_get_ident();

    (void)arg;
    idents[ident_count++] = mine;
    eventlet_sleep(0);
    say("thread", "same: %s",
        yes(mine != 0 && eventlet_corolocal_get_ident() == mine));
    return 0;
}

SCENARIO(local_ident)
{
    eventlet_greenthread *threads[3];
    int different = 0;

    for (int i = 0; i < 3; i++)
        threads[i] = spawn(tells_ident, NULL);
    for (int i = 0; i < 3; i++)
        wait_for(threads[i]);
    idents[ident_count++] = eventlet_corolocal_get_ident();
    for (int i = 0; i < 4; i++) {
        int earlier = 0;

        while (idents[earlier] != idents[i])
            earlier++;
        different += earlier == i;
    }
    say("main", "different %d", different);
}
