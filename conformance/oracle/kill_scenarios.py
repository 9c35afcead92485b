# SPDX-License-Identifier: MIT
"""Section B of the rules: kill and cancel."""

import eventlet

from support import (
    User, code, hog, lasted, outcome, say, scenario, yes, yield_times)


def quick(n):
    return n


def sleeps(name, seconds=0.05):
    """Sleeps, and tells how that ended."""
    say(name, 'starts')
    try:
        eventlet.sleep(seconds)
    except BaseException as error:
        say(name, 'gets', code(error))
        raise
    say(name, 'slept')
    return 1


def linked(thread, name):
    say('link', name, outcome(thread.wait))


@scenario
def kill_before_start():
    """B4: never called; links run at once, in the killer's context."""
    thread = eventlet.spawn(say, 'victim', 'never')
    thread.link(linked, 'one')
    thread.link(lambda _: say('link', 'in the killer:', yes(
        eventlet.getcurrent() is main)))
    main = eventlet.getcurrent()
    say('main', 'kills')
    thread.kill()
    say('main', 'killed')
    say('main', outcome(thread.wait))


@scenario
def kill_before_start_yields():
    """B4, B5: the killer yields to what is already due."""
    eventlet.spawn(say, 'before', 'runs')
    thread = eventlet.spawn(say, 'victim', 'never')
    eventlet.spawn(say, 'after', 'runs')
    say('main', 'kills')
    thread.kill()
    say('main', 'killed')
    eventlet.sleep(0)
    say('main', 'woke')


@scenario
def kill_suspended():
    """B5: the victim sees it at once, before the killer goes on."""
    thread = eventlet.spawn(sleeps, 'victim')
    eventlet.sleep(0)
    say('main', 'kills')
    thread.kill()
    say('main', 'killed, dead:', yes(thread.dead))
    say('main', outcome(thread.wait))


@scenario
def kill_order():
    """B5: what was due before runs before the killer goes on."""
    victim = eventlet.spawn(sleeps, 'victim')
    eventlet.sleep(0)
    eventlet.spawn(say, 'due before', 'runs')
    say('main', 'kills')
    victim.kill()
    say('main', 'killed')
    eventlet.sleep(0)


@scenario
def kill_from_thread():
    """B5, B17: the victim's end goes to the hub, not to the killer."""
    victim = eventlet.spawn(sleeps, 'victim')
    eventlet.sleep(0)

    def killer():
        eventlet.spawn(say, 'spawned before the kill', 'runs')
        say('killer', 'kills')
        victim.kill()
        say('killer', 'killed')

    eventlet.spawn(killer)
    eventlet.spawn(say, 'sibling', 'runs')
    yield_times(3)


@scenario
def kill_is_a_request():
    """B6: the victim may catch it and block in its clean-up."""
    def victim():
        say('victim', outcome(eventlet.sleep, 0.05))
        eventlet.sleep(0.01)
        say('victim', 'cleaned up')
        return 4

    thread = eventlet.spawn(victim)
    eventlet.sleep(0)
    thread.kill()
    say('main', 'killed, dead:', yes(thread.dead))
    say('main', outcome(thread.wait))


@scenario
def kill_twice():
    """B6: the second one hits the clean-up."""
    def victim():
        for n in range(3):
            say('victim', n, outcome(eventlet.sleep, 0.05))
            if n == 1:
                return 9

    thread = eventlet.spawn(victim)
    eventlet.sleep(0)
    thread.kill()
    thread.kill(User(2))
    say('main', outcome(thread.wait))


@scenario
def kill_dead():
    """B7: returns at once, without yielding."""
    thread = eventlet.spawn(quick, 1)
    thread.wait()
    eventlet.spawn(say, 'other', 'runs')
    thread.kill()
    say('main', 'did not yield')
    eventlet.sleep(0)
    say('main', outcome(thread.wait))


@scenario
def kill_self():
    """B8: its own death is seen by its waiters."""
    def victim():
        eventlet.kill(eventlet.getcurrent())
        say('victim', 'never')

    say('main', outcome(eventlet.spawn(victim).wait))


@scenario
def kill_self_and_go_on():
    """B8: a caught suicide must not shorten the next wait."""
    def victim():
        say('victim', outcome(eventlet.kill, eventlet.getcurrent()))
        say('victim', 'slept in full:', lasted(0.02, eventlet.sleep, 0.02))

    eventlet.spawn(victim).wait()


@scenario
def kill_the_killer():
    """B8: so does a killer that is killed before it is resumed."""
    threads = {}

    def victim():
        say('victim', outcome(eventlet.sleep, 0.05))
        threads['killer'].kill()

    def killer():
        say('killer', outcome(threads['victim'].kill))
        say('killer', 'slept in full:', lasted(0.02, eventlet.sleep, 0.02))

    threads['victim'] = eventlet.spawn(victim)
    eventlet.sleep(0)
    threads['killer'] = eventlet.spawn(killer)
    threads['killer'].wait()


@scenario
def kill_with_code():
    """B9: the waiters see exactly what was thrown, and so does it."""
    thread = eventlet.spawn(sleeps, 'victim')
    eventlet.sleep(0)
    thread.kill(User(7))
    say('main', outcome(thread.wait))


@scenario
def kill_unstarted_with_code():
    """B9: the same for one that never started."""
    thread = eventlet.spawn_after(0.01, say, 'victim', 'never')
    eventlet.sleep(0)
    thread.kill(User(7))
    say('main', outcome(thread.wait))


@scenario
def kill_while_waiting():
    """B11: a waiter is killed, what it waited for goes on."""
    target = eventlet.spawn_after(0.01, quick, 6)
    waiter = eventlet.spawn(outcome, target.wait)
    eventlet.sleep(0)
    waiter.kill()
    say('waiter', waiter.wait())
    say('main', outcome(target.wait))


@scenario
def kill_woken():
    """B5: killed after it was woken, before it ran: the kill wins."""
    target = eventlet.spawn_after(0.01, quick, 6)
    waiter = eventlet.spawn(outcome, target.wait)
    eventlet.spawn_after(0.01, waiter.kill)
    hog(0.02)  # both are due in the same pass
    say('waiter', waiter.wait())


@scenario
def cancel_unstarted():
    """B10: cancel is kill for one that has not begun."""
    thread = eventlet.spawn(say, 'thread', 'never')
    thread.link(linked, 'one')
    thread.cancel()
    say('main', outcome(thread.wait))


@scenario
def cancel_started():
    """B10: no effect afterwards, and no yield."""
    thread = eventlet.spawn(sleeps, 'thread', 0.01)
    eventlet.sleep(0)
    eventlet.spawn(say, 'other', 'runs')
    thread.cancel()
    say('main', 'did not yield')
    say('main', outcome(thread.wait))
    thread.cancel()
    say('main', outcome(thread.wait))


@scenario
def kill_against_woken_sleeper():
    """B5: a sleeper whose time is up is killed in the same pass."""
    sleeper = eventlet.spawn(sleeps, 'sleeper', 0.02)
    eventlet.sleep(0)
    eventlet.spawn_after(0.01, sleeper.kill)
    hog(0.03)
    say('main', outcome(sleeper.wait))
