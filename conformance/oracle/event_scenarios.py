# SPDX-License-Identifier: MIT
"""Section C of the rules: events."""

import eventlet
from eventlet import Event, Timeout

from support import User, hog, outcome, say, scenario, yes


def waiter(name, event, *args):
    """A thread that waits once, and tells how that ended."""
    def body():
        say(name, outcome(event.wait, *args))

    return eventlet.spawn(body)


def state(event):
    say('event', 'ready', yes(event.ready()), 'result',
        yes(event.has_result()), 'exception', yes(event.has_exception()))


@scenario
def event_wait_then_send():
    """C1: send does not yield; the waiter goes on in the next pass."""
    event = Event()
    waiter('waiter', event)
    eventlet.sleep(0)
    event.send(4)
    say('main', 'sent')
    eventlet.sleep(0)
    say('main', 'yielded')


@scenario
def event_send_then_wait():
    """C5: wait on a sent event does not yield."""
    event = Event()
    eventlet.spawn_n(say, 'other', 'ran')
    event.send(5)
    say('main', outcome(event.wait))
    say('main', outcome(event.wait))
    eventlet.sleep(0)


@scenario
def event_send_twice():
    """C4: sending again, and resetting what is fresh."""
    event = Event()
    say('main', outcome(event.reset))
    event.send(1)
    say('main', outcome(event.send, 2))
    say('main', outcome(event.wait))
    say('main', outcome(event.reset))
    state(event)
    say('main', outcome(event.send, 3))
    say('main', outcome(event.wait))


@scenario
def event_exception():
    """C5: an exception is raised on every wait."""
    event = Event()
    waiter('waiter', event)
    eventlet.sleep(0)
    event.send_exception(User(2))
    eventlet.sleep(0)
    state(event)
    say('main', outcome(event.wait))
    say('main', outcome(event.wait))


@scenario
def event_captured():
    """C3: the value is that of the send that woke."""
    event = Event()
    waiter('waiter', event)
    eventlet.sleep(0)
    event.send(1)
    event.reset()
    event.send(2)
    eventlet.sleep(0)
    say('main', outcome(event.wait))


@scenario
def event_polls():
    """C8: looking, with a default."""
    event = Event()
    for send in (None, lambda: event.send(3), event.reset,
                 lambda: event.send_exception(User(4))):
        if send:
            send()
        state(event)
        say('poll', outcome(event.poll, 9))
        say('result', outcome(event.poll_result, 9))
        say('exception', outcome(event.poll_exception, 0))


@scenario
def event_wait_in_time():
    """C6: sent before the time is over."""
    event = Event()
    eventlet.spawn_after(0.01, event.send, 7)
    say('main', outcome(event.wait, 0.05))
    say('main', outcome(eventlet.sleep, 0.05))


@scenario
def event_wait_expires():
    """C6: the time is over before."""
    event = Event()
    say('main', outcome(event.wait, 0.01))
    state(event)
    event.send(7)
    say('main', outcome(event.wait, 0.01))


@scenario
def event_stale_timer():
    """C7: a wait that was ended otherwise leaves no timer."""
    event = Event()
    with Timeout(0.01, False):
        event.wait(0.03)
        say('main', 'not reached')
    eventlet.spawn_after(0.05, event.send, 7)
    say('main', outcome(event.wait))


@scenario
def event_no_stale_wakeup():
    """C2: who was thrown at is not woken by a later send."""
    one, two = Event(), Event()
    with Timeout(0, False):
        one.wait()
        say('main', 'not reached')
    one.send(1)
    eventlet.spawn_after(0.01, two.send, 2)
    say('main', outcome(two.wait))


@scenario
def event_killed_when_sent():
    """C2: a kill comes before what was sent."""
    event = Event()
    thread = waiter('waiter', event)
    other = waiter('other', event)
    eventlet.sleep(0)
    event.send(1)
    thread.kill()
    other.wait()


@scenario
def event_sent_against_timeout():
    """C, G: sent, and the time is over before the waiter ran."""
    event = Event()

    def body():
        with Timeout(0.02):
            return event.wait()

    def sender():
        eventlet.sleep(0.01)
        hog(0.03)
        event.send(5)

    thread = eventlet.spawn(lambda: say('waiter', outcome(body)))
    eventlet.spawn(sender)
    thread.wait()


@scenario
def event_waiter_fails():
    """C1: a waiter that dies keeps nobody from waking."""
    event = Event()

    def fails():
        event.wait()
        raise User(1)

    threads = [eventlet.spawn(fails) for _ in range(3)]
    eventlet.sleep(0)
    event.send(1)
    for thread in threads:
        say('main', outcome(thread.wait))


@scenario
def event_send_in_hub():
    """C1: send works in the hub."""
    event = Event()
    eventlet.hubs.get_hub().schedule_call_global(0, event.send, 6)
    say('main', outcome(event.wait))
