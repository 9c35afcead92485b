# SPDX-License-Identifier: MIT
"""Section B of the rules: links."""

import eventlet

from support import User, outcome, say, scenario, yes


def quick(n):
    return n


def fails(n):
    raise User(n)


def linked(thread, name):
    say('link', name, outcome(thread.wait))


def waits(name, thread):
    say(name, outcome(thread.wait))


@scenario
def links_in_order():
    """B12: links run in link order."""
    thread = eventlet.spawn(quick, 1)
    for name in ('one', 'two', 'three'):
        thread.link(linked, name)
    thread.wait()


@scenario
def links_before_waiters():
    """B12: links are done before waiters resume."""
    thread = eventlet.spawn(quick, 1)
    eventlet.spawn(waits, 'waiter', thread)
    thread.link(linked, 'one')
    eventlet.sleep(0)
    say('main', 'one pass later')
    eventlet.sleep(0)
    say('main', 'two passes later')


@scenario
def link_of_failed():
    """B12: links run for an error too."""
    thread = eventlet.spawn(fails, 8)
    thread.link(linked, 'one')
    say('main', outcome(thread.wait))


@scenario
def link_runs_in_dying():
    """B12: inside the thread that ends."""
    thread = eventlet.spawn(quick, 1)
    thread.link(lambda gt: say('link', 'in the dying:', yes(
        eventlet.getcurrent() is gt)))
    thread.wait()


@scenario
def link_on_finished():
    """B13: calls back at once, in the caller's context."""
    thread = eventlet.spawn(quick, 1)
    thread.wait()
    main = eventlet.getcurrent()
    thread.link(lambda _: say('link', 'in the caller:', yes(
        eventlet.getcurrent() is main)))
    say('main', 'linked')


@scenario
def link_in_link():
    """B13: run by the outer loop, not recursively."""
    def outer(thread):
        say('outer', 'begins')
        thread.link(linked, 'inner')
        say('outer', 'ends')

    thread = eventlet.spawn(quick, 1)
    thread.link(outer)
    thread.link(linked, 'second')
    thread.wait()


@scenario
def link_in_link_on_finished():
    """B13: also when the outer link came after the end."""
    def outer(thread):
        thread.link(linked, 'inner')
        say('outer', 'ends')

    thread = eventlet.spawn(quick, 1)
    thread.wait()
    thread.link(outer)
    say('main', 'linked')


@scenario
def link_fails():
    """B14: an error in a link must not stop the others."""
    def failing(thread):
        say('link', 'fails')
        raise User(1)

    thread = eventlet.spawn(quick, 1)
    thread.link(failing)
    thread.link(linked, 'second')
    say('main', outcome(thread.wait))
    eventlet.sleep(0)


@scenario
def link_blocks():
    """B16: it blocks the dying thread, not the waiters."""
    def slow(thread):
        say('link', 'begins')
        eventlet.sleep(0.01)
        say('link', 'ends')

    thread = eventlet.spawn(quick, 1)
    thread.link(slow)
    say('main', outcome(thread.wait))
    eventlet.sleep(0.02)


@scenario
def unlink():
    """B15: the same function and arguments; one at a time."""
    thread = eventlet.spawn(quick, 1)
    thread.link(linked, 'one')
    thread.link(linked, 'two')
    thread.link(linked, 'two')
    say('main', 'found', yes(thread.unlink(linked, 'three')))
    say('main', 'found', yes(thread.unlink(linked, 'two')))
    say('main', 'found', yes(thread.unlink(waits, 'one')))
    thread.wait()
    say('main', 'found', yes(thread.unlink(linked, 'one')))
