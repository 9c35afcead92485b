# SPDX-License-Identifier: MIT
"""Section B of the rules: spawning, sleeping, waiting."""

import eventlet
from eventlet import greenthread

from support import (
    User, hog, lasted, outcome, say, scenario, yes, yield_times)


def quick(n):
    return n


def fails(n):
    raise User(n)


def linked(thread, name):
    say('link', name, outcome(thread.wait))


@scenario
def spawn_order():
    """B1: nothing runs before the caller yields, then in spawn order."""
    for n in range(3):
        eventlet.spawn(say, 'spawn', n)
        eventlet.spawn_n(say, 'spawn_n', n)
    say('main', 'spawned')
    eventlet.sleep(0)
    say('main', 'woke')


@scenario
def spawn_in_thread():
    """B1, A2: what a thread spawns starts one pass later."""
    def parent():
        eventlet.spawn(say, 'child', 'runs')
        say('parent', 'spawned')
        eventlet.sleep(0)
        say('parent', 'woke')

    eventlet.spawn(parent)
    eventlet.spawn(say, 'other', 'runs')
    yield_times(3)


@scenario
def sleep_round_robin():
    """A2: threads that yield take turns."""
    def turns(name):
        for n in range(3):
            say(name, n)
            eventlet.sleep(0)

    for name in 'abc':
        eventlet.spawn(turns, name)
    yield_times(4)


@scenario
def sleep_lasts():
    """B3: a sleep is not shorter than asked for."""
    say('main', 'slept at least 0.02:', lasted(0.02, eventlet.sleep, 0.02))


@scenario
def sleep_killed_leaves_no_timer():
    """B3: the timer of a killed sleep does not wake a later wait."""
    def victim():
        say('victim', outcome(eventlet.sleep, 0.01))
        say('victim', 'second sleep was full:',
            lasted(0.03, eventlet.sleep, 0.03))

    thread = eventlet.spawn(victim)
    eventlet.sleep(0)
    thread.kill()
    thread.wait()


@scenario
def spawn_after_order():
    """B2: delayed starts come by deadline."""
    threads = [eventlet.spawn_after(n * 0.01, say, 'thread', n)
               for n in (3, 1, 2)]
    for thread in threads:
        thread.wait()


@scenario
def spawn_after_before_start():
    """B2: it can be linked, waited for and cancelled before it starts."""
    thread = eventlet.spawn_after(0.01, quick, 5)
    thread.link(linked, 'first')
    say('main', outcome(thread.wait))
    late = eventlet.spawn_after(0.01, say, 'late', 'never')
    late.link(linked, 'late')
    late.cancel()
    eventlet.sleep(0.02)
    say('main', outcome(late.wait))


@scenario
def spawn_after_creator_dead():
    """B2: spawn_after does not care whether its creator lives."""
    def creator():
        return eventlet.spawn_after(0.01, quick, 7)

    thread = eventlet.spawn(creator).wait()
    say('main', outcome(thread.wait))


@scenario
def spawn_after_local_creator_dead():
    """B2: the local kind does not run, and its waiters wait forever."""
    def creator():
        return greenthread.spawn_after_local(0.01, say, 'local', 'runs')

    thread = eventlet.spawn(creator).wait()
    say('main', outcome(eventlet.with_timeout, 0.03, thread.wait))


@scenario
def spawn_after_local_creator_alive():
    """B2: it does while the creator lives."""
    thread = greenthread.spawn_after_local(0.01, quick, 3)
    say('main', outcome(thread.wait))


@scenario
def wait_result():
    """B11: the result, every time."""
    thread = eventlet.spawn(quick, 11)
    say('main', outcome(thread.wait))
    say('main', outcome(thread.wait))


@scenario
def wait_error():
    """B11: the error, every time."""
    thread = eventlet.spawn(fails, 3)
    say('main', outcome(thread.wait))
    eventlet.sleep(0)
    say('main', outcome(thread.wait))


@scenario
def wait_by_many():
    """B11: for every waiter (in no order that eventlet promises)."""
    thread = eventlet.spawn_after(0.01, quick, 2)
    waiters = [eventlet.spawn(outcome, thread.wait) for _ in range(3)]
    for waiter in waiters:
        say('waiter', waiter.wait())


@scenario
def wait_done_does_not_yield():
    """B11: waiting for a finished thread returns at once."""
    thread = eventlet.spawn(quick, 1)
    thread.wait()
    eventlet.spawn(say, 'other', 'runs')
    say('main', outcome(thread.wait))
    eventlet.sleep(0)


@scenario
def wait_chain():
    """B11: an error travels along a chain of waiters."""
    first = eventlet.spawn(fails, 5)
    second = eventlet.spawn(first.wait)
    third = eventlet.spawn(second.wait)
    say('main', outcome(third.wait))


@scenario
def getcurrent():
    """B: a thread knows itself."""
    seen = []
    thread = eventlet.spawn(lambda: seen.append(eventlet.getcurrent()))
    thread.wait()
    say('main', 'same', yes(seen == [thread]))
    say('main', 'is main', yes(eventlet.getcurrent() is not thread))


@scenario
def error_is_its_own():
    """B9: an uncaught error hurts nobody else."""
    eventlet.spawn(fails, 1)
    eventlet.spawn_n(fails, 2)
    other = eventlet.spawn(eventlet.sleep, 0.01)
    say('main', outcome(other.wait))


@scenario
def woken_against_timeout():
    """Design 4: woken, but the deadline passes before it runs."""
    def ends_late():
        hog(0.02)
        return 1

    thread = eventlet.spawn(ends_late)
    with eventlet.Timeout(0.01):
        say('main', outcome(thread.wait))
