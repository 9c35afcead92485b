# SPDX-License-Identifier: MIT
"""Metaphores: counting jobs, and waiting until none is left."""

import eventlet
from eventlet import Timeout, coros

from support import User, outcome, say, scenario, yield_times


def tell(m):
    say('metaphore', m.counter)


def waits(name, m):
    return eventlet.spawn(lambda: say(name, outcome(m.wait)))


@scenario
def metaphore_counts():
    """Waits while there are jobs, and not before."""
    m = coros.metaphore()
    say('main', outcome(m.wait))
    m.inc(2)
    waits('waiter', m)
    eventlet.sleep(0)
    m.dec()
    yield_times(2)
    tell(m)
    m.dec()
    say('main', 'counted')
    eventlet.sleep(0)
    say('main', outcome(m.wait))


@scenario
def metaphore_again():
    """C3: who waited goes on though there are new jobs."""
    m = coros.metaphore()
    m.inc()
    waits('first', m)
    eventlet.sleep(0)
    m.dec()
    m.inc()
    waits('second', m)
    yield_times(2)
    say('main', 'counts')
    m.dec()
    yield_times(2)


@scenario
def metaphore_misuse():
    """Steps that are none, and below zero."""
    m = coros.metaphore()
    say('main', outcome(m.dec))
    say('main', outcome(m.inc, 0))
    say('main', outcome(m.dec, -1))
    m.inc(2)
    m.dec(5)
    tell(m)
    say('main', outcome(m.wait))
    m.inc()
    tell(m)


@scenario
def metaphore_thrown():
    """Who is thrown at leaves, and counts nothing."""
    m = coros.metaphore()
    m.inc()
    killed = waits('killed', m)
    eventlet.sleep(0)
    killed.kill(User(1))
    with Timeout(0.01):
        say('main', outcome(m.wait))
    tell(m)
    waits('last', m)
    eventlet.sleep(0)
    m.dec()
    yield_times(2)
