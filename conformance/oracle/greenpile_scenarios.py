# SPDX-License-Identifier: MIT
"""Section F of the rules: piles, imap and starmap."""

import eventlet
from eventlet import GreenPile, GreenPool, Timeout

from support import User, code, outcome, say, scenario


def result(seconds, value):
    eventlet.sleep(seconds)
    return value


def odd_fails(n):
    if n % 2:
        raise User(n)
    return n


def double(n):
    return 2 * n


def tell_next(who, source):
    say(who, outcome(next, source))


def drain(who, source):
    """All the results, and errors at their place, up to the end."""
    while True:
        try:
            say(who, 'ok', next(source))
        except StopIteration:
            say(who, 'end')
            return
        except BaseException as error:
            say(who, code(error))


@scenario
def pile_order():
    """F9: results come in spawn order, whoever is first."""
    pile = GreenPile(4)
    for n in range(4):
        pile.spawn(result, 0.04 - n * 0.01, n)
    drain('main', pile)


@scenario
def pile_errors():
    """F9: an error takes its place; one can go on after it."""
    pile = GreenPile(4)
    for n in range(4):
        pile.spawn(odd_fails, n)
    drain('main', pile)


@scenario
def pile_empty():
    """F11: an empty pile ends at once."""
    drain('main', GreenPile(2))


@scenario
def pile_again():
    """F11: after its end it can be filled again."""
    pile = GreenPile(2)
    pile.spawn(result, 0, 1)
    drain('main', pile)
    pile.spawn(result, 0, 2)
    drain('main', pile)


@scenario
def pile_mixed():
    """F11: spawning and asking may alternate."""
    pile = GreenPile(2)
    pile.spawn(result, 0, 1)
    pile.spawn(result, 0, 2)
    tell_next('main', pile)
    pile.spawn(result, 0, 3)
    drain('main', pile)


@scenario
def pile_spawn_waits():
    """F11: a full pool makes spawn wait, results are kept."""
    pile = GreenPile(1)
    for n in range(3):
        pile.spawn(result, 0.01, n)
        say('main', 'spawned', n)
    drain('main', pile)


@scenario
def pile_spawn_fails():
    """F11: a spawn that gave up leaves the count as it was."""
    pool = GreenPool(1)
    pile = GreenPile(pool)
    pile.spawn(result, 0.03, 1)
    say('main', outcome(eventlet.with_timeout, 0.01, pile.spawn, double, 2))
    drain('main', pile)


@scenario
def pile_shared_pool():
    """F11: several piles over one pool."""
    pool = GreenPool(2)
    one, two = GreenPile(pool), GreenPile(pool)
    for n in range(3):
        one.spawn(result, 0.01, n)
        two.spawn(result, 0.01, 10 + n)
    drain('one', one)
    drain('two', two)


@scenario
def pile_timeout():
    """F11: a timeout while waiting for a result."""
    pile = GreenPile(2)
    pile.spawn(result, 0.03, 1)
    pile.spawn(result, 0.03, 2)
    say('main', outcome(eventlet.with_timeout, 0.01, next, pile))
    drain('main', pile)


@scenario
def pile_other_thread():
    """F11: asked by another thread it may end early."""
    pile = GreenPile(2)

    def spawner():
        eventlet.sleep(0.01)
        pile.spawn(result, 0, 1)

    eventlet.spawn(spawner)
    drain('main', pile)
    eventlet.sleep(0.02)
    drain('main', pile)


@scenario
def pile_killed_worker():
    """F9: a killed worker's place holds its end."""
    pool = GreenPool(2)
    pile = GreenPile(pool)
    pile.spawn(lambda: eventlet.getcurrent().kill())
    pile.spawn(double, 3)
    drain('main', pile)


@scenario
def imap_order():
    """F9: in input order."""
    drain('main', GreenPool(2).imap(double, range(5)))


@scenario
def imap_delays():
    """F9: whatever they take."""
    pool = GreenPool(4)
    delays = (0.03, 0.01, 0.02, 0.0)
    drain('main', pool.imap(result, delays, range(4)))


@scenario
def imap_errors():
    """F9: errors at their place, then on."""
    drain('main', GreenPool(2).imap(odd_fails, range(5)))


@scenario
def imap_empty():
    """F9: nothing in, nothing out."""
    drain('main', GreenPool(2).imap(double, ()))


@scenario
def imap_size_one():
    """F10: with one place everything is one after the other."""
    def source():
        for n in range(3):
            say('source', n)
            yield n

    drain('main', GreenPool(1).imap(double, source()))


@scenario
def imap_private_pool():
    """F8: members of the pool do not slow it, nor does it count."""
    pool = GreenPool(1)
    pool.spawn_n(eventlet.sleep, 0.05)
    source = pool.imap(double, range(2))
    tell_next('main', source)
    say('pool', 'running', pool.running(), 'free', pool.free())
    drain('main', source)


@scenario
def imap_bounded():
    """F10: the feeder runs ahead only so far."""
    fed = []

    def source():
        for n in range(100):
            fed.append(n)
            yield n

    results = GreenPool(3).imap(double, source())
    eventlet.sleep(0.01)
    say('main', 'fed fewer than ten:', 'yes' if len(fed) < 10 else 'no')
    say('main', 'results', sum(1 for _ in results))


@scenario
def imap_source_blocks():
    """F8: the source may wait; results come as they are ready."""
    def source():
        for n in range(3):
            eventlet.sleep(0.01)
            say('source', n)
            yield n

    drain('main', GreenPool(3).imap(double, source()))


@scenario
def imap_timeout():
    """F: a timeout while waiting for a result."""
    results = GreenPool(2).imap(result, (0.03, 0.03), (1, 2))
    say('main', outcome(eventlet.with_timeout, 0.01, next, results))
    say('main', outcome(next, results))


@scenario
def imap_source_fails():
    """F: an error of the source itself."""
    def source():
        yield 0
        raise User(7)

    results = GreenPool(2).imap(double, source())
    tell_next('main', results)
    with Timeout(0.02):
        tell_next('main', results)


@scenario
def starmap_pairs():
    """F9: starmap takes the arguments one by one."""
    pairs = [(0.02, 1), (0.01, 2), (0.0, 3)]
    drain('main', GreenPool(3).starmap(result, pairs))
