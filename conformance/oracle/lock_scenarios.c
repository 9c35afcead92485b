/* SPDX-License-Identifier: MIT */
/* Section E of the rules: locks, and what threading builds on them. */
#include <errno.h>

#include "support.h"

static eventlet_lock *lock_new(void)
{
    eventlet_lock *lock;

    must(eventlet_lock_new(&lock));
    return lock;
}

static eventlet_rlock *rlock_new(void)
{
    eventlet_rlock *lock;

    must(eventlet_rlock_new(&lock));
    return lock;
}

static eventlet_condition *condition_of(eventlet_lock *lock)
{
    eventlet_condition *c;

    must(eventlet_condition_new(&c, lock));
    return c;
}

/* Taken or not, as words; or that it was refused. */
static const char *tried(int rc)
{
    if (rc == 0)
        return "yes";
    if (rc == -EAGAIN || rc == EVENTLET_TIMEOUT)
        return "no";
    return rc == -EPERM || rc == EVENTLET_UNBALANCED ? "refused" : code(rc);
}

struct user {
    const char *name;
    eventlet_lock *lock;
    eventlet_condition *c;
};

static int taker(void *arg)
{
    const struct user *self = arg;

    must(eventlet_lock_acquire(self->lock));
    say(self->name, "has it");
    return eventlet_lock_release(self->lock);
}

static int waiter(void *arg)
{
    const struct user *self = arg;
    int rc;

    must(eventlet_lock_acquire(self->lock));
    say(self->name, "waits");
    rc = eventlet_condition_wait(self->c);
    if (rc == 0)
        say(self->name, "notified %s", tried(rc));
    must(eventlet_lock_release(self->lock));
    return rc;
}

static int releases(void *lock)
{
    return eventlet_lock_release(lock);
}

SCENARIO(lock_release_unlocked)
{
    eventlet_lock *lock = lock_new();

    say("main", "%s", tried(eventlet_lock_release(lock)));
    say("main", "%s", tried(eventlet_lock_acquire(lock)));
    say("main", "%s", tried(eventlet_lock_acquire_nowait(lock)));
    say("main", "locked %s", yes(eventlet_lock_locked(lock)));
    say("main", "%s", tried(eventlet_lock_release(lock)));
    say("main", "%s", tried(eventlet_lock_release(lock)));
}

SCENARIO(lock_released_by_another)
{
    eventlet_lock *lock = lock_new();

    must(eventlet_lock_acquire(lock));
    spawn(releases, lock);
    say("main", "%s", tried(eventlet_lock_acquire(lock)));
}

SCENARIO(lock_in_order)
{
    eventlet_lock *lock = lock_new();
    struct user u[] = { { "a", lock, NULL },
                        { "b", lock, NULL },
                        { "c", lock, NULL } };

    must(eventlet_lock_acquire(lock));
    for (int i = 0; i < 3; i++)
        spawn(taker, &u[i]);
    yield_times(1);
    must(eventlet_lock_release(lock));
    say("main", "released");
    yield_times(4);
    say("main", "locked %s", yes(eventlet_lock_locked(lock)));
}

SCENARIO(lock_timeout)
{
    eventlet_lock *lock = lock_new();

    must(eventlet_lock_acquire(lock));
    say("main", "%s", tried(eventlet_lock_acquire_timeout(lock, 0.01)));
    must(eventlet_lock_release(lock));
    say("main", "%s", tried(eventlet_lock_acquire_timeout(lock, 0.01)));
}

static int stranger(void *lock)
{
    say("stranger", "%s", tried(eventlet_rlock_release(lock)));
    say("stranger", "%s", tried(eventlet_rlock_acquire_nowait(lock)));
    say("stranger", "%s", tried(eventlet_rlock_acquire(lock)));
    return eventlet_rlock_release(lock);
}

SCENARIO(lock_reentrant)
{
    eventlet_rlock *lock = rlock_new();
    eventlet_greenthread *thread;

    say("main", "%s", tried(eventlet_rlock_release(lock)));
    must(eventlet_rlock_acquire(lock));
    must(eventlet_rlock_acquire(lock));
    thread = spawn(stranger, lock);
    yield_times(1);
    must(eventlet_rlock_release(lock));
    yield_times(1);
    say("main", "releases");
    must(eventlet_rlock_release(lock));
    wait_for(thread);
    say("main", "%s", tried(eventlet_rlock_release(lock)));
}

SCENARIO(lock_condition_order)
{
    eventlet_lock *lock = lock_new();
    eventlet_condition *c = condition_of(lock);
    struct user u[] = { { "a", lock, c }, { "b", lock, c }, { "c", lock, c } };

    for (int i = 0; i < 3; i++)
        spawn(waiter, &u[i]);
    yield_times(1);
    must(eventlet_lock_acquire(lock));
    must(eventlet_condition_notify(c, 2));
    say("main", "notified");
    must(eventlet_sleep(0.01));
    say("main", "releases");
    must(eventlet_lock_release(lock));
    must(eventlet_sleep(0.01));
    must(eventlet_lock_acquire(lock));
    must(eventlet_condition_notify_all(c));
    must(eventlet_lock_release(lock));
    must(eventlet_sleep(0.01));
}

SCENARIO(lock_condition_unheld)
{
    eventlet_condition *c = condition_of(lock_new());

    say("main", "%s", tried(eventlet_condition_wait(c)));
    say("main", "%s", tried(eventlet_condition_notify(c, 1)));
    must(eventlet_condition_new_rlock(&c, rlock_new()));
    say("main", "%s", tried(eventlet_condition_wait(c)));
    say("main", "%s", tried(eventlet_condition_notify_all(c)));
}

SCENARIO(lock_condition_timeout)
{
    eventlet_lock *lock = lock_new();
    eventlet_condition *c = condition_of(lock);

    must(eventlet_lock_acquire(lock));
    say("main", "%s", tried(eventlet_condition_wait_timeout(c, 0.01)));
    must(eventlet_lock_release(lock));
    must(eventlet_lock_acquire(lock));
    must(eventlet_condition_notify(c, 1));
    say("main", "%s", tried(eventlet_condition_wait_timeout(c, 0.01)));
}

struct deep {
    eventlet_rlock *lock;
    eventlet_condition *c;
};

static int waits_deeply(void *arg)
{
    const struct deep *self = arg;

    must(eventlet_rlock_acquire(self->lock));
    must(eventlet_rlock_acquire(self->lock));
    must(eventlet_condition_wait(self->c));
    must(eventlet_rlock_release(self->lock));
    say("waiter", "inner released");
    must(eventlet_sleep(0.01));
    must(eventlet_rlock_release(self->lock));
    say("waiter", "released");
    return 0;
}

SCENARIO(lock_condition_deep)
{
    struct deep d = { rlock_new(), NULL };
    eventlet_greenthread *thread;

    must(eventlet_condition_new_rlock(&d.c, d.lock));
    thread = spawn(waits_deeply, &d);
    yield_times(1);
    must(eventlet_rlock_acquire(d.lock));
    must(eventlet_condition_notify(d.c, 1));
    must(eventlet_rlock_release(d.lock));
    yield_times(1);
    must(eventlet_rlock_acquire(d.lock));
    say("main", "has it");
    wait_for(thread);
}

static int items;

static bool are_two(void *arg)
{
    (void)arg;
    return items == 2;
}

static int waits_for_two(void *arg)
{
    const struct user *self = arg;

    must(eventlet_lock_acquire(self->lock));
    must(eventlet_condition_wait_for(self->c, are_two, NULL));
    say("waiter", "%d", items);
    return eventlet_lock_release(self->lock);
}

SCENARIO(lock_condition_wait_for)
{
    eventlet_lock *lock = lock_new();
    struct user u = { "waiter", lock, condition_of(lock) };
    eventlet_greenthread *thread = spawn(waits_for_two, &u);

    for (int i = 0; i < 2; i++) {
        must(eventlet_sleep(0.01));
        must(eventlet_lock_acquire(lock));
        items++;
        must(eventlet_condition_notify(u.c, 1));
        must(eventlet_lock_release(lock));
        say("main", "put");
    }
    wait_for(thread);
}

static int waits_and_releases(void *arg)
{
    const struct user *self = arg;

    must(eventlet_lock_acquire(self->lock));
    say("waiter", "%s", code(eventlet_condition_wait(self->c)));
    say("waiter", "releases");
    return eventlet_lock_release(self->lock);
}

SCENARIO(lock_condition_killed)
{
    eventlet_lock *lock = lock_new();
    struct user u = { "waiter", lock, condition_of(lock) };
    eventlet_greenthread *thread = spawn(waits_and_releases, &u);

    yield_times(1);
    must(eventlet_lock_acquire(lock));
    must(eventlet_kill(thread, 0));
    must(eventlet_sleep(0.01));
    say("main", "releases");
    must(eventlet_lock_release(lock));
    must(eventlet_sleep(0.01));
}

SCENARIO(lock_condition_killed_when_notified)
{
    eventlet_lock *lock = lock_new();
    eventlet_condition *c = condition_of(lock);
    struct user one = { "first", lock, c }, two = { "second", lock, c };
    eventlet_greenthread *first = spawn(waiter, &one);

    spawn(waiter, &two);
    yield_times(1);
    must(eventlet_lock_acquire(lock));
    must(eventlet_condition_notify(c, 1));
    must(eventlet_lock_release(lock));
    must(eventlet_kill(first, 0));
    must(eventlet_sleep(0.01));
    say("main", "done");
}
