# SPDX-License-Identifier: MIT
"""Section A of the rules: passes of the hub, timers, kinds of hubs."""

import eventlet
from eventlet import hubs
from eventlet.green import socket

from support import hog, outcome, say, scenario, text, yes, yield_times


def after(seconds, function, *args):
    return hubs.get_hub().schedule_call_global(seconds, function, *args)


def after_local(seconds, function, *args):
    return hubs.get_hub().schedule_call_local(seconds, function, *args)


@scenario
def hub_timer_ties():
    """A3: equal deadlines fire in the order they were armed."""
    for n in range(8):
        after(0, say, 'timer', n)
    eventlet.sleep(0)
    say('main', 'woke')


@scenario
def hub_timers_by_deadline():
    """A1: whatever is due fires by deadline, not by age."""
    for n in (4, 1, 3, 2):
        after(n * 0.01, say, 'timer', n)
    hog(0.05)
    eventlet.sleep(0)
    say('main', 'woke')


@scenario
def hub_timer_added_while_firing():
    """A2: a timer added by a timer fires in the next pass."""
    def first():
        say('timer', 'first')
        after(0, say, 'timer', 'added by first')

    after(0, first)
    after(0, say, 'timer', 'second')
    eventlet.sleep(0)
    say('main', 'one pass later')
    eventlet.sleep(0)
    say('main', 'two passes later')


@scenario
def hub_negative_delay_first():
    """A9: a negative delay is due before a zero one armed earlier."""
    after(0, say, 'timer', 'zero')
    after(-1, say, 'timer', 'minus one')
    after(-2, say, 'timer', 'minus two')
    eventlet.sleep(0)
    say('main', 'woke')


@scenario
def hub_timer_cancel():
    """A5: cancelling twice, late, or from the callback does nothing."""
    own = []

    def callback():
        own[0].cancel()
        say('timer', 'fired and cancelled itself')

    own.append(after(0, callback))
    never = after(0, say, 'timer', 'never')
    say('main', 'pending', yes(never.pending))
    never.cancel()
    never.cancel()
    say('main', 'pending', yes(never.pending))
    eventlet.sleep(0)
    say('main', 'pending', yes(own[0].pending))
    own[0].cancel()
    eventlet.sleep(0)
    say('main', 'woke')


@scenario
def hub_local_timer_creator_dead():
    """A6: a local timer is skipped when its creator is dead."""
    timers = []

    def creator():
        timers.append(after_local(0.01, say, 'timer', 'local'))
        say('creator', 'pending', yes(timers[0].pending))

    eventlet.spawn(creator).wait()
    say('main', 'pending', yes(timers[0].pending))
    eventlet.sleep(0.02)
    say('main', 'woke')


@scenario
def hub_local_timer_creator_alive():
    """A6: it fires while the creator lives."""
    def creator():
        after_local(0.01, say, 'timer', 'local')
        eventlet.sleep(0.02)
        say('creator', 'done')

    eventlet.spawn(creator).wait()


@scenario
def hub_global_timer_creator_dead():
    """A6: a global timer fires regardless."""
    eventlet.spawn(after, 0.01, say, 'timer', 'global').wait()
    eventlet.sleep(0.02)
    say('main', 'woke')


@scenario
def hub_error_goes_on():
    """A7: an error that reaches the hub does not stop the loop."""
    def fails():
        say('failing', 'fails')
        raise KeyError

    eventlet.spawn_n(fails)
    eventlet.spawn_n(say, 'next', 'runs in the same pass')
    eventlet.sleep(0)
    say('main', 'woke')


@scenario
def hub_sleep_in_hub():
    """A22: nor can it sleep."""
    after(0, lambda: say('timer', outcome(eventlet.sleep, 0.01)))
    eventlet.sleep(0)
    say('main', 'woke')


@scenario
def hub_sleep_zero_in_hub():
    """A22: sleep(0) there returns at once, since a later eventlet."""
    after(0, lambda: say('timer', outcome(eventlet.sleep, 0)))
    eventlet.sleep(0)
    say('main', 'woke')


@scenario
def hub_abort():
    """A20, A21: the pass is finished, timers go, the hub comes back."""
    after(0, say, 'timer', 'of this pass')
    after(0.01, say, 'timer', 'never')
    hubs.get_hub().abort(wait=False)
    hub = hubs.get_hub()
    after(0, hub.abort)
    hub.abort(wait=True)
    say('main', 'aborted')
    eventlet.sleep(0.02)
    say('main', 'slept')


@scenario
def hub_use_unknown():
    """A19: an unknown name, and an empty one, are refused."""
    for name in ('nosuchhub', ''):
        try:
            hubs.use_hub(name)
            say('main', 'accepted')
        except (ImportError, AssertionError):
            say('main', 'refused')


@scenario
def hub_use_drops_timers():
    """A19: a new hub knows nothing of the old one's timers."""
    after(0.01, say, 'timer', 'never')
    hubs.use_hub('poll')
    eventlet.sleep(0.02)
    say('main', 'slept')


@scenario
def hub_kinds():
    """A19: each of the known kinds works."""
    for kind in ('epolls', 'poll', 'selects'):
        hubs.use_hub(kind)
        one, two = socket.socketpair()
        reader = eventlet.spawn(one.recv, 10)
        eventlet.sleep(0)
        two.send(kind.encode())
        say(kind, text(reader.wait()))
        one.close()
        two.close()


@scenario
def hub_main_blocks():
    """B18: main waits like any other thread."""
    def other():
        for n in range(3):
            say('other', n)
            eventlet.sleep(0)

    eventlet.spawn(other)
    for n in range(3):
        say('main', n)
        eventlet.sleep(0)
    yield_times(2)
    say('main', 'done')


@scenario
def hub_spawn_from_timer():
    """A2, B1: a thread spawned by a timer starts in the next pass."""
    after(0, eventlet.spawn_n, say, 'thread', 'runs')
    after(0, say, 'timer', 'second')
    eventlet.sleep(0)
    say('main', 'one pass later')
    eventlet.sleep(0)
    say('main', 'two passes later')
