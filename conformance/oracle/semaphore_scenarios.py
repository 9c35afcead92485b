# SPDX-License-Identifier: MIT
"""Section E of the rules: semaphores."""

import eventlet
from eventlet import Timeout
from eventlet.semaphore import BoundedSemaphore, CappedSemaphore, Semaphore

from support import hog, outcome, say, scenario, yes


def taker(name, sem, **limit):
    """A thread that takes once, and tells how that ended."""
    def body():
        say(name, outcome_of(sem.acquire, **limit))

    return eventlet.spawn(body)


def giver(name, sem):
    def body():
        say(name, outcome_of(sem.release))

    return eventlet.spawn(body)


def outcome_of(function, **kwargs):
    """Taken or not, as words; or the exception."""
    words = {'ok 1': 'yes', 'ok 0': 'no'}
    result = outcome(function, **kwargs)
    return words.get(result, result)


def state(sem):
    say('sem', 'balance', sem.balance, 'locked', yes(sem.locked()),
        'bounded', yes(sem.bounded()))


@scenario
def semaphore_counts():
    """E: units go and come."""
    sem = Semaphore(2)
    for _ in range(3):
        state(sem)
        say('main', outcome_of(sem.acquire, blocking=False))
    for _ in range(3):
        sem.release()
        state(sem)


@scenario
def semaphore_values():
    """E: what a semaphore may start with."""
    say('main', outcome(lambda: Semaphore(-1) and 0))
    say('main', outcome(lambda: BoundedSemaphore(-1) and 0))
    say('main', outcome(lambda: CappedSemaphore(-1, 1) and 0))
    say('main', outcome(lambda: CappedSemaphore(2, 1) and 0))
    state(Semaphore(0))
    state(CappedSemaphore(0, 0))


@scenario
def semaphore_in_order():
    """E1: first come, first served; release does not switch."""
    sem = Semaphore(0)
    for name in 'abc':
        taker(name, sem)
    eventlet.sleep(0)
    state(sem)
    sem.release()
    say('main', 'released')
    eventlet.sleep(0)
    say('main', 'yielded')
    sem.release()
    sem.release()
    state(sem)
    eventlet.sleep(0)
    eventlet.sleep(0)
    state(sem)


@scenario
def semaphore_behind_the_woken():
    """E2: a plain acquire queues though there is a unit."""
    sem = Semaphore(0)
    taker('waiter', sem)
    eventlet.sleep(0)
    sem.release()
    sem.release()
    say('main', outcome_of(sem.acquire))


@scenario
def semaphore_nowait_jumps():
    """E3: the non-blocking one gets what the woken came for."""
    sem = Semaphore(0)
    taker('waiter', sem)
    eventlet.sleep(0)
    sem.release()
    say('main', 'locked', yes(sem.locked()))
    say('main', outcome_of(sem.acquire, blocking=False))
    eventlet.sleep(0)
    eventlet.sleep(0)
    state(sem)


@scenario
def semaphore_timeout_jumps():
    """E3: so does one with a time limit."""
    sem = Semaphore(0)
    taker('waiter', sem)
    eventlet.sleep(0)
    sem.release()
    say('main', outcome_of(sem.acquire, timeout=0.01))
    eventlet.sleep(0)
    eventlet.sleep(0)
    state(sem)


@scenario
def semaphore_timeout():
    """E4: expiry is no exception; what limits are allowed."""
    sem = Semaphore(0)
    say('main', outcome_of(sem.acquire, timeout=0.01))
    say('main', outcome_of(sem.acquire, timeout=0))
    say('main', outcome_of(sem.acquire, timeout=-2))
    state(sem)
    eventlet.spawn_after(0.01, sem.release)
    say('main', outcome_of(sem.acquire, timeout=0.05))
    say('main', outcome(eventlet.sleep, 0.05))


@scenario
def semaphore_killed():
    """E5: who is killed leaves the line."""
    sem = Semaphore(0)
    first = taker('first', sem)
    taker('second', sem)
    eventlet.sleep(0)
    state(sem)
    first.kill()
    state(sem)
    sem.release()
    eventlet.sleep(0)
    state(sem)


@scenario
def semaphore_killed_when_woken():
    """E5: and the next one gets the unit."""
    sem = Semaphore(0)
    first = taker('first', sem)
    taker('second', sem)
    eventlet.sleep(0)
    sem.release()
    first.kill()
    eventlet.sleep(0)
    state(sem)


@scenario
def semaphore_released_against_timeout():
    """E, G: given back, and the time is over before the waiter ran."""
    sem = Semaphore(0)

    def body():
        with Timeout(0.02):
            return sem.acquire()

    def releaser():
        eventlet.sleep(0.01)
        hog(0.03)
        sem.release()

    thread = eventlet.spawn(lambda: say('waiter', outcome_of(body)))
    eventlet.spawn(releaser)
    thread.wait()
    eventlet.sleep(0)
    state(sem)


@scenario
def semaphore_bounded():
    """E6: given back too often."""
    sem = BoundedSemaphore(1)
    say('main', outcome_of(sem.release))
    state(sem)
    say('main', outcome_of(sem.acquire))
    say('main', outcome_of(sem.release))
    say('main', outcome_of(sem.release))


@scenario
def semaphore_capped():
    """E6: release blocks at the cap."""
    sem = CappedSemaphore(2, 3)
    sem.acquire()
    sem.acquire()
    giver('giver', sem)
    say('main', outcome_of(sem.acquire))
    state(sem)
    for _ in range(3):
        sem.release()
    state(sem)
    taker('taker', sem)
    say('main', outcome_of(sem.release))
    state(sem)


@scenario
def semaphore_capped_nowait():
    """E6: a full one and an empty one refuse."""
    sem = CappedSemaphore(1, 1)
    say('main', outcome_of(sem.release, blocking=False))
    say('main', outcome_of(sem.acquire, blocking=False))
    say('main', outcome_of(sem.acquire, blocking=False))
    say('main', outcome_of(sem.release, blocking=False))
    state(sem)


@scenario
def semaphore_capped_zero():
    """E6: with a limit of 0 the two sides meet."""
    sem = CappedSemaphore(0, 0)
    taker('taker', sem)
    eventlet.sleep(0)
    state(sem)
    say('main', outcome_of(sem.release))
    eventlet.sleep(0)
    state(sem)


@scenario
def semaphore_capped_givers():
    """E6: who waits to give back goes on in order."""
    sem = CappedSemaphore(1, 1)
    giver('one', sem)
    giver('two', sem)
    eventlet.sleep(0)
    state(sem)
    for _ in range(2):
        sem.acquire()
        eventlet.sleep(0)
        eventlet.sleep(0)
        state(sem)


@scenario
def semaphore_capped_giver_killed():
    """E6: killed while it waits, after another took."""
    sem = CappedSemaphore(1, 1)
    thread = giver('giver', sem)
    eventlet.sleep(0)
    sem.acquire()
    say('main', 'second', outcome_of(sem.acquire, blocking=False))
    thread.kill()
    state(sem)


@scenario
def semaphore_release_in_hub():
    """E1: release works in the hub."""
    sem = Semaphore(0)
    eventlet.hubs.get_hub().schedule_call_global(0, sem.release)
    say('main', outcome_of(sem.acquire))
