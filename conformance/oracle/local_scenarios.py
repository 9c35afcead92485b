# SPDX-License-Identifier: MIT
"""Section K of the rules: values of which each green thread has its own."""

import gc
import weakref

import eventlet
from eventlet import corolocal, hubs

from support import User, outcome, say, scenario, yes


def get(bag, name):
    return outcome(getattr, bag, name)


@scenario
def local_isolation():
    """K11: what one sets no other sees."""
    bag = corolocal.local()

    def other():
        say('other', get(bag, 'a'))
        bag.a = 2
        eventlet.sleep(0)
        say('other', get(bag, 'a'))

    bag.a = 1
    thread = eventlet.spawn(other)
    eventlet.sleep(0)
    say('main', get(bag, 'a'))
    bag.a = 3
    thread.wait()
    say('main', get(bag, 'a'))


@scenario
def local_attributes():
    """K11: attributes are set, replaced and deleted; they keep their order."""
    bag = corolocal.local()
    say('main', outcome(delattr, bag, 'a'))
    bag.b = 1
    bag.a = 2
    bag.c = 3
    bag.b = 4
    say('main', outcome(delattr, bag, 'a'))
    say('main', get(bag, 'a'))
    for name, value in vars(bag).items():
        say('main', name, value)


@scenario
def local_init():
    """K11: the initialiser runs once in each, at its first touch."""

    class Bag(corolocal.local):
        def __init__(self, n):
            say('init', n)
            self.n = n

    bag = Bag(7)

    def by_set():
        bag.other = 1
        say('set', get(bag, 'n'))

    def by_get():
        say('get', get(bag, 'n'))
        say('get', get(bag, 'other'))

    say('main', 'has a bag')
    eventlet.spawn(by_set).wait()
    eventlet.spawn(by_get).wait()
    eventlet.spawn(lambda: None).wait()
    say('main', get(bag, 'n'))


@scenario
def local_init_fails():
    """K11: an initialiser that fails the first time."""
    fails = [1]

    class Bag(corolocal.local):
        def __init__(self, n):
            say('init', n)
            if fails and eventlet.getcurrent() is not main:
                raise User(fails.pop())
            self.n = n

    main = eventlet.getcurrent()
    bag = Bag(7)

    def other():
        say('other', get(bag, 'n'))
        say('other', get(bag, 'n'))

    say('main', get(bag, 'n'))
    eventlet.spawn(other).wait()


@scenario
def local_ends_with_its_thread():
    """K11: what a green thread has is freed when that dies."""
    bag = corolocal.local()
    alive = []

    class Value:
        pass

    def user(seconds):
        bag.value = Value()
        alive.append(weakref.ref(bag.value))
        eventlet.sleep(seconds)

    def count():
        gc.collect()
        return sum(ref() is not None for ref in alive)

    threads = [eventlet.spawn(user, 0.01) for _ in range(3)]
    killed = eventlet.spawn(user, 1)
    eventlet.sleep(0)
    say('main', 'alive', count())
    killed.kill()
    del killed
    eventlet.sleep(0.03)
    del threads
    say('main', 'alive, but for the last:', yes(count() > 1))


@scenario
def local_in_the_hub():
    """K11: callbacks of the hub have a bag of their own."""
    bag = corolocal.local()
    bag.a = 1

    def callback(n):
        say('hub', get(bag, 'a'))
        bag.a = n

    hubs.get_hub().schedule_call_global(0, callback, 2)
    hubs.get_hub().schedule_call_global(0, callback, 3)
    eventlet.sleep(0.005)
    say('main', get(bag, 'a'))


@scenario
def local_ident():
    """K11: the number of a green thread is its own, and stays."""
    idents = []

    def tell():
        idents.append(corolocal.get_ident())
        eventlet.sleep(0)
        say('thread', 'same:', yes(idents[-1] != 0
                                   and corolocal.get_ident() in idents))

    threads = [eventlet.spawn(tell) for _ in range(3)]
    for thread in threads:
        thread.wait()
    idents.append(corolocal.get_ident())
    say('main', 'different', len(set(idents)))
