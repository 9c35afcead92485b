# SPDX-License-Identifier: MIT
"""K12: green threads that wait for each other's results."""

import eventlet
from eventlet import Timeout
from eventlet.dagpool import Collision, DAGPool, PropagateError

from support import User, code, say, scenario


def dag_code(error):
    if isinstance(error, Collision):
        return 'collision'
    if isinstance(error, PropagateError):
        return 'propagated'
    if isinstance(error, KeyError):
        return 'unknown key'
    return code(error)


def tell(who, function, *args, **kwargs):
    """Says how a call ended; a value is a number."""
    try:
        say(who, 'ok', function(*args, **kwargs) or 0)
    except BaseException as error:
        say(who, dag_code(error))


def drain(who, results):
    """All that comes, up to the end or to what else it is."""
    try:
        for key, value in results:
            say(who, key, value)
        say(who, 'end')
    except BaseException as error:
        say(who, dag_code(error))


def sums(key, results):
    """Its value is one more than the sum of what it depends on."""
    say(key, 'starts')
    total = 1
    for other, value in results:
        say(key, 'has', other, value)
        total += value
    return total


def fails(key, results):
    list(results)
    raise User(7)


def naps(key, results):
    eventlet.sleep(0.01)
    return 1


def dozes(key, results):
    try:
        eventlet.sleep(0.01)
        say(key, 'slept')
    except BaseException as error:
        say(key, code(error))
        raise
    return 1


def tell_state(pool):
    say('pool', 'has', *sorted(pool.keys()))
    say('pool', 'runs', *sorted(pool.running_keys()))
    say('pool', 'running', pool.running(), 'waiting', pool.waiting())


@scenario
def dag_preload():
    """K12: preloaded values are there at once."""
    pool = DAGPool({'a': 1, 'b': 2})
    tell_state(pool)
    tell('main', pool.get, 'a')
    tell('main', pool.get, 'z', 9)
    tell('main', pool.__getitem__, 'b')
    drain('main', pool.wait_each('b'))
    drain('main', pool.wait_each(()))


@scenario
def dag_chain():
    """K12: each starts at once, and goes on as its input comes."""
    pool = DAGPool()
    pool.spawn('c', 'b', sums)
    pool.spawn('b', 'a', sums)
    pool.spawn('a', (), sums)
    say('main', 'spawned')
    drain('main', pool.wait_each('c'))
    tell_state(pool)


@scenario
def dag_posts_feed():
    """K12: a post feeds who waits for it; waiting_for says what lacks."""
    pool = DAGPool()
    pool.spawn('x', 'ab', sums)
    eventlet.sleep(0)
    tell_state(pool)
    say('pool', 'x lacks', *sorted(pool.waiting_for('x')))
    pool.post('b', 20)
    say('pool', 'x lacks', *sorted(pool.waiting_for('x')))
    eventlet.sleep(0)
    pool.post('a', 10)
    say('pool', 'x lacks', *sorted(pool.waiting_for('x')))
    tell('main', pool.__getitem__, 'x')
    tell_state(pool)
    say('pool', 'x lacks', *sorted(pool.waiting_for('x')))
    tell('main', pool.waiting_for, 'z')


@scenario
def dag_unknown_key():
    """K12: a key that nobody knows is waited for."""
    pool = DAGPool()

    def waiter():
        tell('waiter', pool.__getitem__, 'a')

    eventlet.spawn(waiter)
    eventlet.sleep(0)
    say('main', 'spawns it')
    pool.spawn('a', (), sums)
    eventlet.sleep(0.01)
    with Timeout(0.01):
        tell('main', pool.wait, 'z')


@scenario
def dag_collisions():
    """K12: what has a value or runs cannot be spawned or posted."""
    pool = DAGPool({'a': 1})
    tell('main', pool.spawn, 'a', (), sums)
    tell('main', pool.post, 'a', 2)
    tell('main', pool.post, 'a', 2, True)
    tell('main', pool.get, 'a')
    pool.spawn('b', 'z', sums)
    tell('main', pool.spawn, 'b', (), sums)
    tell('main', pool.post, 'b', 2)
    tell('main', pool.post, 'b', 2, True)
    eventlet.sleep(0)
    tell('main', pool.post, 'b', 2)


@scenario
def dag_post_own():
    """K12: a green thread may post its own key."""
    pool = DAGPool()

    def posts(key, results):
        tell(key, pool.post, key, 1)
        tell(key, pool.post, key, 2)
        tell_state(pool)
        return 3

    pool.spawn('a', (), posts)
    tell('main', pool.__getitem__, 'a')


@scenario
def dag_spawn_many():
    """K12: a diamond."""
    pool = DAGPool()
    pool.spawn_many({'d': 'bc', 'c': 'a', 'b': 'a', 'a': ''},
                    lambda key, results: 1 + sum(v for k, v in results))
    tell_state(pool)
    tell('main', pool.__getitem__, 'd')
    tell_state(pool)


@scenario
def dag_replace():
    """K12: who looks after a post sees it, be it woken by one before."""
    pool = DAGPool()

    def waiter():
        tell('waiter', pool.__getitem__, 'a')

    eventlet.spawn(waiter)
    eventlet.sleep(0)
    pool.post('a', 1)
    pool.post('a', 2, replace=True)
    eventlet.sleep(0)
    tell('main', pool.get, 'a')


@scenario
def dag_failure():
    """K12: a failure goes through its dependents."""
    pool = DAGPool()
    pool.spawn('c', 'b', sums)
    pool.spawn('b', 'a', sums)
    pool.spawn('a', (), fails)
    tell('main', pool.waitall)
    tell('main', pool.__getitem__, 'c')
    tell('main', pool.get, 'b')
    tell('main', pool.items)
    try:
        pool['c']
    except PropagateError as error:
        while isinstance(error, PropagateError):
            say('main', error.key)
            error = error.exc
        say('main', code(error))
    tell_state(pool)


@scenario
def dag_failure_filters():
    """K12: without errors, or errors only."""
    pool = DAGPool({'b': 1})
    pool.post('a', PropagateError('a', User(7)))
    drain('good', pool.wait_each_success('ab'))
    for key, error in pool.wait_each_exception('ab'):
        say('bad', key, error.key, code(error.exc))


@scenario
def dag_after_an_error():
    """Asking goes on after an error."""
    pool = DAGPool()
    results = pool.wait_each('ab')
    pool.post('a', PropagateError('a', User(7)))
    for _ in range(2):
        try:
            say('main', *next(results))
        except BaseException as error:
            say('main', dag_code(error))
        pool.post('b', 2, True)


@scenario
def dag_kill_unstarted():
    """K12: killed before it starts it never runs; the key is free."""
    pool = DAGPool()
    tell('main', pool.kill, 'a')
    pool.spawn('a', (), sums)
    tell('main', pool.kill, 'a')
    tell_state(pool)
    pool.spawn('a', (), sums)
    tell('main', pool.__getitem__, 'a')
    tell('main', pool.kill, 'a')


@scenario
def dag_kill_running():
    """One that runs can be killed as well."""
    pool = DAGPool()
    pool.spawn('a', (), dozes)
    eventlet.sleep(0)
    tell('main', pool.kill, 'a')
    tell_state(pool)
    tell('main', pool.post, 'a', 5)
    tell('main', pool.get, 'a')


@scenario
def dag_exit_propagates():
    """Who ends by being killed, or by a timeout, fails, too."""
    for error in (eventlet.greenlet.GreenletExit(), Timeout()):
        pool = DAGPool()

        def ends(key, results):
            raise error

        pool.spawn('a', (), ends)
        with Timeout(0.01, False):
            tell('main', pool.__getitem__, 'a')


@scenario
def dag_timeout():
    """K12: a wait may time out; nothing is lost by it."""
    pool = DAGPool()
    pool.spawn('a', (), naps)
    try:
        with Timeout(0.002):
            pool.wait('a')
    except Timeout as error:
        say('main', code(error))
    tell('main', pool.__getitem__, 'a')
