# SPDX-License-Identifier: MIT
"""Section E of the rules: locks, and what threading builds on them."""

import eventlet
from eventlet.green import threading
from eventlet.lock import Lock

from support import outcome, say, scenario, yes


def tried(function, *args):
    """Taken or not, as words; or that it was refused."""
    try:
        return 'no' if function(*args) is False else 'yes'
    except RuntimeError:
        return 'refused'


def taker(name, lock):
    def body():
        lock.acquire()
        say(name, 'has it')
        lock.release()

    return eventlet.spawn(body)


def waiter(name, condition):
    def body():
        with condition:
            say(name, 'waits')
            say(name, 'notified', tried(condition.wait))

    return eventlet.spawn(body)


@scenario
def lock_release_unlocked():
    """E6: what is not held cannot be released."""
    lock = Lock()
    say('main', tried(lock.release))
    say('main', tried(lock.acquire))
    say('main', tried(lock.acquire, False))
    say('main', 'locked', yes(lock.locked()))
    say('main', tried(lock.release))
    say('main', tried(lock.release))


@scenario
def lock_released_by_another():
    """E6: anybody may release it."""
    lock = Lock()
    lock.acquire()
    eventlet.spawn(lock.release)
    say('main', tried(lock.acquire))


@scenario
def lock_in_order():
    """E1: first come, first served."""
    lock = Lock()
    lock.acquire()
    for name in 'abc':
        taker(name, lock)
    eventlet.sleep(0)
    lock.release()
    say('main', 'released')
    for _ in range(4):
        eventlet.sleep(0)
    say('main', 'locked', yes(lock.locked()))


@scenario
def lock_timeout():
    """E4: expiry is no exception."""
    lock = Lock()
    lock.acquire()
    say('main', tried(lock.acquire, True, 0.01))
    lock.release()
    say('main', tried(lock.acquire, True, 0.01))


@scenario
def lock_reentrant():
    """A reentrant lock counts, and is its owner's."""
    lock = threading.RLock()

    def stranger():
        say('stranger', tried(lock.release))
        say('stranger', tried(lock.acquire, False))
        say('stranger', tried(lock.acquire))
        lock.release()

    say('main', tried(lock.release))
    lock.acquire()
    lock.acquire()
    thread = eventlet.spawn(stranger)
    eventlet.sleep(0)
    lock.release()
    eventlet.sleep(0)
    say('main', 'releases')
    lock.release()
    thread.wait()
    say('main', tried(lock.release))


@scenario
def lock_condition_order():
    """Those who wait longest are notified first, and need the lock."""
    condition = threading.Condition(Lock())
    for name in 'abc':
        waiter(name, condition)
    eventlet.sleep(0)
    with condition:
        condition.notify(2)
        say('main', 'notified')
        eventlet.sleep(0.01)
        say('main', 'releases')
    eventlet.sleep(0.01)
    with condition:
        condition.notify_all()
    eventlet.sleep(0.01)


@scenario
def lock_condition_unheld():
    """Without the lock there is no waiting and no notifying."""
    condition = threading.Condition(Lock())
    say('main', tried(condition.wait))
    say('main', tried(condition.notify))
    condition = threading.Condition(threading.RLock())
    say('main', tried(condition.wait))
    say('main', tried(condition.notify_all))


@scenario
def lock_condition_timeout():
    """Waits so long to be notified."""
    condition = threading.Condition(Lock())
    with condition:
        say('main', tried(condition.wait, 0.01))
    with condition:
        condition.notify()
        say('main', tried(condition.wait, 0.01))


@scenario
def lock_condition_deep():
    """The lock is given back wholly, and taken again as often."""
    lock = threading.RLock()
    condition = threading.Condition(lock)

    def body():
        with lock:
            with lock:
                condition.wait()
            say('waiter', 'inner released')
            eventlet.sleep(0.01)
        say('waiter', 'released')

    thread = eventlet.spawn(body)
    eventlet.sleep(0)
    with condition:
        condition.notify()
    eventlet.sleep(0)
    lock.acquire()
    say('main', 'has it')
    thread.wait()


@scenario
def lock_condition_wait_for():
    """The predicate is asked first, and after each notify."""
    condition = threading.Condition(Lock())
    items = []

    def body():
        with condition:
            condition.wait_for(lambda: len(items) == 2)
            say('waiter', len(items))

    thread = eventlet.spawn(body)
    for _ in range(2):
        eventlet.sleep(0.01)
        with condition:
            items.append(1)
            condition.notify()
        say('main', 'put')
    thread.wait()


@scenario
def lock_condition_killed():
    """Killed while another has the lock."""
    condition = threading.Condition(Lock())

    def body():
        condition.acquire()
        say('waiter', outcome(condition.wait))
        say('waiter', 'releases')
        condition.release()

    thread = eventlet.spawn(body)
    eventlet.sleep(0)
    condition.acquire()
    thread.kill()
    eventlet.sleep(0.01)
    say('main', 'releases')
    condition.release()
    eventlet.sleep(0.01)


@scenario
def lock_condition_killed_when_notified():
    """Killed after it was notified, before it ran."""
    condition = threading.Condition(Lock())
    first = waiter('first', condition)
    waiter('second', condition)
    eventlet.sleep(0)
    with condition:
        condition.notify()
    first.kill()
    eventlet.sleep(0.01)
    say('main', 'done')
