# SPDX-License-Identifier: MIT
"""Section F of the rules: pools."""

import eventlet
from eventlet import GreenPool, Timeout

from support import User, outcome, say, scenario, until, yes


def task(name, seconds=0.0, result=0):
    say(name, 'starts')
    eventlet.sleep(seconds)
    say(name, 'ends')
    return result


def fails(n):
    raise User(n)


def counts(pool):
    say('pool', 'size', pool.size, 'running', pool.running(),
        'free', pool.free(), 'waiting', pool.waiting())


def spawns(pool, who, *args):
    """Spawns from a thread of its own, and tells when it could."""
    def spawner():
        pool.spawn_n(task, *args)
        say(who, 'spawned')

    return eventlet.spawn(spawner)


@scenario
def pool_spawn_order():
    """F: members start in spawn order, not before the caller yields."""
    pool = GreenPool(3)
    for n in range(3):
        pool.spawn_n(task, n)
    counts(pool)
    pool.waitall()
    counts(pool)


@scenario
def pool_result():
    """F: spawn hands out the thread."""
    pool = GreenPool(2)
    say('main', outcome(pool.spawn(int, 4).wait))
    say('main', outcome(pool.spawn(fails, 2).wait))
    counts(pool)


@scenario
def pool_full_spawn_waits():
    """F3: from outside, spawn waits for a place."""
    pool = GreenPool(1)
    pool.spawn_n(task, 'first', 0.01)
    say('main', 'spawns again')
    pool.spawn_n(task, 'second')
    say('main', 'spawned')
    pool.waitall()


@scenario
def pool_waiting():
    """F3: how many wait is counted."""
    pool = GreenPool(1)
    pool.spawn_n(task, 'a', 0.01)
    spawns(pool, 'one', 'b', 0.01)
    spawns(pool, 'two', 'c', 0.01)
    eventlet.sleep(0)
    counts(pool)
    until(lambda: pool.waiting() < 2 and pool.running())
    counts(pool)
    until(lambda: not pool.running() and not pool.waiting())
    counts(pool)


@scenario
def pool_inline():
    """F1: a member of a full pool runs it inline."""
    pool = GreenPool(1)

    def member():
        say('member', 'spawns')
        thread = pool.spawn(task, 'inner', 0, 5)
        say('member', 'spawned, dead:', yes(thread.dead or bool(
            thread._exit_event.ready())))
        say('member', outcome(thread.wait))

    pool.spawn_n(member)
    pool.waitall()


@scenario
def pool_inline_n():
    """F1: so does spawn_n."""
    pool = GreenPool(1)

    def member():
        say('member', 'spawns')
        pool.spawn_n(task, 'inner')
        say('member', 'spawned')

    pool.spawn_n(member)
    pool.waitall()


@scenario
def pool_inline_error():
    """F2: the error of the inline function comes out of spawn."""
    pool = GreenPool(1)

    def member():
        try:
            pool.spawn(fails, 3)
            say('member', 'ok 0')
        except User as error:
            say('member', 'user', error.number)

    pool.spawn_n(member)
    pool.waitall()


@scenario
def pool_inline_error_n():
    """F2: and is swallowed by spawn_n."""
    pool = GreenPool(1)

    def member():
        say('member', outcome(pool.spawn_n, fails, 3))

    pool.spawn_n(member)
    pool.waitall()


@scenario
def pool_member_not_full():
    """F1: a member of a pool with room spawns as anybody."""
    pool = GreenPool(2)

    def member():
        pool.spawn_n(task, 'inner')
        say('member', 'spawned')

    pool.spawn_n(member)
    pool.waitall()


@scenario
def pool_grow():
    """F4: growing lets in who waits."""
    pool = GreenPool(1)
    pool.spawn_n(task, 'a', 0.03)
    spawns(pool, 'one', 'b')
    eventlet.sleep(0)
    pool.resize(2)
    eventlet.sleep(0.01)
    counts(pool)
    eventlet.sleep(0.05)


@scenario
def pool_grow_spawn():
    """F4: a grown pool has room for the next spawn."""
    pool = GreenPool(1)
    pool.spawn_n(task, 'a', 0.01)
    pool.resize(2)
    counts(pool)
    pool.spawn_n(task, 'b')
    say('main', 'spawned')
    pool.waitall()


@scenario
def pool_shrink():
    """F5: shrinking ends nobody, and starts nobody until there is room."""
    pool = GreenPool(3)
    for n in range(3):
        pool.spawn_n(task, n, 0.01 * (n + 1))
    eventlet.sleep(0)
    pool.resize(1)
    counts(pool)
    pool.spawn_n(task, 'next')
    say('main', 'spawned')
    counts(pool)
    pool.waitall()
    counts(pool)


@scenario
def pool_waitall_in_member():
    """F6: a member may not wait for all."""
    pool = GreenPool(2)
    pool.spawn_n(lambda: say('member', outcome(pool.waitall)))
    pool.waitall()


@scenario
def pool_waitall_empty():
    """F6: with nothing running it does not even yield."""
    pool = GreenPool(2)
    eventlet.spawn(say, 'other', 'runs')
    pool.waitall()
    say('main', 'did not yield')
    eventlet.sleep(0)


@scenario
def pool_waitall_later_members():
    """F6: members that join meanwhile are waited for."""
    pool = GreenPool(2)

    def member():
        eventlet.sleep(0.01)
        pool.spawn_n(task, 'late', 0.01)

    pool.spawn_n(member)
    pool.waitall()
    say('main', 'all done')


@scenario
def pool_waitall_timeout():
    """F6: a timeout ends the wait, not the members."""
    pool = GreenPool(2)
    pool.spawn_n(task, 'member', 0.03)
    with Timeout(0.01, False):
        pool.waitall()
    say('main', 'timed out')
    pool.waitall()
    counts(pool)


@scenario
def pool_size_zero():
    """F7: legal; whoever spawns waits."""
    pool = GreenPool(0)
    counts(pool)
    with Timeout(0.01, False):
        pool.spawn_n(task, 'never')
    say('main', 'timed out')
    counts(pool)


@scenario
def pool_size_negative():
    """F7: refused."""
    say('main', outcome(lambda: GreenPool(-1) and 0))


@scenario
def pool_killed_member():
    """F: a killed member gives its place back."""
    pool = GreenPool(1)
    thread = pool.spawn(task, 'member', 0.05)
    eventlet.sleep(0)
    thread.kill()
    say('main', outcome(thread.wait))
    counts(pool)


@scenario
def pool_killed_unstarted():
    """F: so does one killed before it started."""
    pool = GreenPool(1)
    thread = pool.spawn(task, 'never')
    thread.kill()
    counts(pool)
    pool.spawn_n(task, 'next')
    pool.waitall()


@scenario
def pool_failed_member():
    """F: and one that failed."""
    pool = GreenPool(1)
    pool.spawn(fails, 1)
    pool.spawn_n(fails, 2)
    pool.spawn_n(task, 'next')
    pool.waitall()
    counts(pool)


@scenario
def pool_spawn_timeout():
    """F3: a spawn that gave up holds no place."""
    pool = GreenPool(1)
    pool.spawn_n(task, 'a', 0.03)
    with Timeout(0.01, False):
        pool.spawn_n(task, 'never')
    counts(pool)
    pool.waitall()
    counts(pool)
    pool.spawn_n(task, 'b')
    pool.waitall()


@scenario
def pool_spawn_killed():
    """F3: nor one whose thread was killed."""
    pool = GreenPool(1)
    pool.spawn_n(task, 'a', 0.01)
    spawner = spawns(pool, 'one', 'never')
    spawns(pool, 'two', 'b')
    eventlet.sleep(0)
    spawner.kill()
    counts(pool)
    eventlet.sleep(0.03)
    counts(pool)


@scenario
def pool_waiters_in_order():
    """F3: who waits for a place gets it in order."""
    pool = GreenPool(1)
    pool.spawn_n(task, 'first', 0.01)
    spawners = [spawns(pool, name, 'by ' + name)
                for name in ('one', 'two', 'three')]
    for spawner in spawners:
        spawner.wait()
    pool.waitall()


@scenario
def pool_shared_by_threads():
    """F: never more than its size run."""
    pool = GreenPool(2)
    peak = [0]

    def member():
        peak[0] = max(peak[0], pool.running())
        eventlet.sleep(0.01)

    threads = [eventlet.spawn(pool.spawn_n, member) for _ in range(6)]
    for thread in threads:
        thread.wait()
    pool.waitall()
    say('main', 'at most', peak[0])


@scenario
def pool_waitall_with_waiters():
    """F6: empty for a moment, with others waiting to get in."""
    pool = GreenPool(1)
    pool.spawn_n(task, 'a', 0.01)
    spawns(pool, 'one', 'b', 0.01)
    eventlet.sleep(0)
    say('main', outcome(eventlet.with_timeout, 0.1, pool.waitall))
