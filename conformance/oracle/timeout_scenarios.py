# SPDX-License-Identifier: MIT
"""Section G of the rules: timeouts."""

import eventlet
from eventlet import Timeout
from eventlet.support.greenlets import GreenletExit

from support import User, hog, outcome, say, scenario, yes


def late():
    """Never comes back in time."""
    eventlet.sleep(0.1)
    return 1


def in_block(timeout, function=late):
    """How a `with` block over the function ends, and what it lets out."""
    def block():
        with timeout:
            return function()

    return outcome(block)


@scenario
def timeout_fires():
    """G: it is thrown at the wait."""
    say('main', in_block(Timeout(0.01)))


@scenario
def timeout_not_reached():
    """G: nothing is left of one that was not reached."""
    say('main', in_block(Timeout(0.01), lambda: 3))
    eventlet.sleep(0.02)
    say('main', 'slept')


@scenario
def timeout_clock_starts_at_once():
    """G1: its clock runs from construction, not from the block."""
    timeout = Timeout(0.03)
    eventlet.sleep(0.02)
    say('main', in_block(timeout, lambda: eventlet.sleep(0.02)))


@scenario
def timeout_aims_at_its_maker():
    """G1: it hits the thread that made it, wherever that is."""
    def maker(box):
        box.append(Timeout(0.01))
        say('maker', outcome(late))

    box = []
    thread = eventlet.spawn(maker, box)
    eventlet.sleep(0)
    say('main', 'pending', yes(box[0].pending))
    say('main', outcome(thread.wait))
    say('main', 'pending', yes(box[0].pending))


@scenario
def timeout_none():
    """G2: None is never pending and never fires."""
    timeout = Timeout(None)
    say('main', 'pending', yes(timeout.pending))
    say('main', in_block(timeout, lambda: eventlet.sleep(0.01)))


@scenario
def timeout_zero():
    """G2: 0 fires on the next pass, if the block waits at all."""
    say('main', in_block(Timeout(0), lambda: 1))
    say('main', in_block(Timeout(0)))


@scenario
def timeout_zero_against_yield():
    """G2, A3: against sleep(0), the one armed first."""
    say('main', in_block(Timeout(0), lambda: eventlet.sleep(0)))


@scenario
def timeout_negative():
    """G2, A9: a negative one is due at once."""
    say('main', in_block(Timeout(-1)))


@scenario
def timeout_own_exception():
    """G3: another exception is thrown instead."""
    say('main', in_block(Timeout(0.01, User(4))))


@scenario
def timeout_true():
    """G3: True is like nothing."""
    say('main', in_block(Timeout(0.01, True)))


@scenario
def timeout_silent():
    """G3: False is swallowed at the end of its own block."""
    say('main', in_block(Timeout(0.01, False)))
    say('main', 'goes on')


@scenario
def timeout_silent_other_error():
    """G3: a silent one swallows nothing else."""
    def fails():
        raise User(1)

    say('main', in_block(Timeout(0.01, False), fails))


@scenario
def timeout_inner_first():
    """G3: nested, the inner one fires first."""
    def outer_block():
        say('inner', in_block(Timeout(0.01)))
        eventlet.sleep(0)
        return 2

    say('outer', in_block(Timeout(0.05), outer_block))


@scenario
def timeout_outer_first():
    """G3: nested, the outer one passes the silent inner untouched."""
    def outer_block():
        with Timeout(0.05, False):
            late()
        say('inner', 'not reached')

    say('outer', in_block(Timeout(0.01), outer_block))


@scenario
def timeout_outer_silent():
    """G3: the inner passes through the block of the silent outer."""
    def outer_block():
        with Timeout(0.01):
            late()

    say('outer', in_block(Timeout(0.05, False), outer_block))


@scenario
def timeout_both_due():
    """G3, A3: both are due, the first armed is thrown first."""
    def outer_block():
        inner = in_block(Timeout(0.01, User(2)))
        say('inner', inner)
        say('after', outcome(eventlet.sleep, 0.01))

    say('outer', in_block(Timeout(0.01, User(1)), outer_block))


@scenario
def timeout_cancel():
    """G4: cancelled it is not pending and does not fire."""
    timeout = Timeout(0.01)
    say('main', 'pending', yes(timeout.pending))
    timeout.cancel()
    timeout.cancel()
    say('main', 'pending', yes(timeout.pending))
    say('main', outcome(eventlet.sleep, 0.02))


@scenario
def timeout_cancel_inside():
    """G4: cancelled inside its own block."""
    timeout = Timeout(0.01)

    def block():
        timeout.cancel()
        eventlet.sleep(0.02)
        return 1

    say('main', in_block(timeout, block))


@scenario
def timeout_cancel_after_firing():
    """G4: harmless."""
    timeout = Timeout(0.01)
    say('main', outcome(late))
    timeout.cancel()
    timeout.cancel()
    say('main', outcome(eventlet.sleep, 0.01))


@scenario
def timeout_restart():
    """G4: a cancelled one may be started again."""
    timeout = Timeout(0.01)
    timeout.cancel()
    timeout.start()
    say('main', 'pending', yes(timeout.pending))
    say('main', outcome(late))


@scenario
def timeout_thrown_once():
    """G: after it was thrown it leaves the thread alone."""
    timeout = Timeout(0.01)
    say('main', outcome(late))
    say('main', outcome(eventlet.sleep, 0.02))
    say('main', 'pending', yes(timeout.pending))


@scenario
def timeout_in_thread():
    """G5: as an uncaught error it reaches the waiters."""
    def block():
        with Timeout(0.01):
            late()

    say('main', outcome(eventlet.spawn(block).wait))


@scenario
def timeout_around_wait():
    """G: it ends the wait, not what is waited for."""
    thread = eventlet.spawn_after(0.03, int, 5)
    say('main', in_block(Timeout(0.01), thread.wait))
    say('main', outcome(thread.wait))


@scenario
def timeout_of_dead_thread():
    """G6: fires into nothing, and nothing is harmed."""
    def maker():
        Timeout(0.01)

    eventlet.spawn(maker).wait()
    eventlet.sleep(0.02)
    say('main', 'slept')


@scenario
def timeout_against_kill():
    """G: due, but killed in the same pass: the kill is what it sees."""
    def victim():
        with Timeout(0.02):
            say('victim', outcome(eventlet.sleep, 1))

    thread = eventlet.spawn(victim)
    eventlet.spawn_after(0.01, thread.kill)
    eventlet.sleep(0)
    hog(0.03)
    say('main', outcome(thread.wait))


@scenario
def with_timeout_value():
    """G7: the substitute for its own timeout."""
    say('main', outcome(
        eventlet.with_timeout, 0.01, late, timeout_value=9))


@scenario
def with_timeout_no_value():
    """G7: without one, the timeout itself."""
    say('main', outcome(eventlet.with_timeout, 0.01, late))


@scenario
def with_timeout_in_time():
    """G7: the function's result, and its error."""
    def fails():
        raise User(6)

    say('main', outcome(
        eventlet.with_timeout, 0.01, lambda: 4, timeout_value=9))
    say('main', outcome(
        eventlet.with_timeout, 0.01, fails, timeout_value=9))
    say('main', outcome(eventlet.sleep, 0.02))


@scenario
def with_timeout_of_others():
    """G7: another timeout passes through."""
    def inner():
        return eventlet.with_timeout(0.05, late, timeout_value=9)

    say('main', in_block(Timeout(0.01), inner))


@scenario
def with_timeout_nested():
    """G7: the inner one's value is the outer one's result."""
    def inner():
        return eventlet.with_timeout(0.01, late, timeout_value=7)

    say('main', outcome(
        eventlet.with_timeout, 0.05, inner, timeout_value=9))


@scenario
def timeout_text():
    """G8: the text forms."""
    for seconds in (None, 1, 2.5):
        for exception in (None, False):
            timeout = Timeout(seconds, exception)
            say('text', '[%s]' % timeout)
            timeout.cancel()


@scenario
def is_timeout():
    """G5: what counts as one."""
    for name, error in (
            ('timeout', Timeout()), ('socket timeout', TimeoutError()),
            ('user', User(1)), ('exit', GreenletExit())):
        say(name, yes(eventlet.timeout.is_timeout(error)))
