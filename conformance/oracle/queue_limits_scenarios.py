# SPDX-License-Identifier: MIT
"""Section D of the rules: queues whose users are thrown at, run out of time or
do not wait; and tasks."""

import eventlet
from eventlet import Timeout, hubs
from eventlet.queue import Queue

from queue_scenarios import gets, puts, tell
from support import User, outcome, say, scenario, yield_times


@scenario
def queue_getter_killed():
    """D9: it takes nothing with it."""
    q = Queue()
    one = gets(q, 'one')
    eventlet.sleep(0)
    q.put(1)
    one.kill(User(1))
    gets(q, 'two')
    yield_times(2)
    tell(q)


@scenario
def queue_getter_timed_out():
    """D9: nor if its time runs out."""
    q = Queue()
    gets(q, 'one', 1, True, 0.001)
    gets(q, 'two')
    eventlet.sleep(0.01)
    tell(q)
    q.put(1)
    eventlet.sleep(0)
    tell(q)


@scenario
def queue_putter_killed():
    """D9: its item is not delivered."""
    q = Queue(0)
    one = puts(q, 'one', 1)
    eventlet.sleep(0)
    one.kill(User(1))
    tell(q)
    puts(q, 'two', 2)
    say('main', q.get())
    eventlet.sleep(0)


@scenario
def queue_putter_killed_by_getter():
    """D10: after its item was taken."""
    q = Queue(0)
    putter = puts(q, 'putter', 1)
    eventlet.sleep(0)
    say('main', q.get())
    putter.kill(User(1))
    tell(q)


@scenario
def queue_timeouts():
    """D10: Full, Empty, and nothing is delivered later."""
    q = Queue(0)
    say('main', outcome(q.put, 1, True, 0.001))
    say('main', outcome(q.get_nowait))
    say('main', outcome(q.get, True, 0.001))
    say('main', outcome(q.get, True, 0))
    say('main', outcome(q.put, 1, True, -1))
    tell(q)


@scenario
def queue_zero_timeout_yields():
    """D10: a limit of zero waits for one pass."""
    q = Queue()
    eventlet.spawn(say, 'other', 'runs')
    say('main', outcome(q.get, True, 0))
    eventlet.sleep(0)


@scenario
def queue_zero_timeout_item_comes():
    """D10: what comes in that pass."""
    q = Queue()
    eventlet.spawn(q.put, 1)
    say('main', outcome(q.get, True, 0))
    eventlet.sleep(0)
    tell(q)


@scenario
def queue_other_timeout():
    """D10: that of somebody else passes through."""
    q = Queue()
    with Timeout(0.001, False):
        say('main', outcome(q.get, True, 5))
    with Timeout(0.001):
        say('main', outcome(q.get))
    tell(q)


@scenario
def queue_nowait():
    """D11: with nobody waiting."""
    q = Queue(1)
    say('main', outcome(q.get_nowait))
    say('main', outcome(q.put_nowait, 1))
    say('main', outcome(q.put_nowait, 2))
    say('main', outcome(q.get_nowait))


@scenario
def queue_nowait_feeds_getter():
    """D11: with a getter waiting."""
    q = Queue(0)
    gets(q, 'getter')
    eventlet.sleep(0)
    say('main', outcome(q.put_nowait, 1))
    eventlet.sleep(0)
    say('main', outcome(q.put_nowait, 2))
    tell(q)


@scenario
def queue_nowait_relieves_putter():
    """D12: with a putter waiting, outside the hub."""
    q = Queue(0)
    puts(q, 'putter', 1)
    eventlet.sleep(0)
    say('main', outcome(q.get_nowait))
    eventlet.sleep(0)
    tell(q)


def in_hub(function, *args):
    """Calls it in the hub, and tells how it ended."""
    hubs.get_hub().schedule_call_global(
        0, lambda: say('hub', outcome(function, *args)))


@scenario
def queue_hub_nowait():
    """D12: with nobody waiting."""
    q = Queue(1)
    in_hub(q.put_nowait, 1)
    in_hub(q.put_nowait, 2)
    in_hub(q.get_nowait)
    in_hub(q.get_nowait)
    eventlet.sleep(0)


@scenario
def queue_hub_feeds_getter():
    """D12: with a getter waiting, who tells later than the hub."""
    q = Queue(0)

    def getter():
        n = q.get()
        eventlet.sleep(0)
        say('getter', n)

    eventlet.spawn(getter)
    eventlet.sleep(0)
    in_hub(q.put_nowait, 10)
    yield_times(4)
    tell(q)


@scenario
def queue_hub_relieves_putter():
    """D12: with a putter waiting, who tells later than the hub."""
    q = Queue(0)

    def putter():
        q.put(5)
        eventlet.sleep(0)
        say('putter', 'has put')

    eventlet.spawn(putter)
    eventlet.sleep(0)
    in_hub(q.get_nowait)
    yield_times(4)
    tell(q)


@scenario
def queue_tasks():
    """D13: one call too many."""
    q = Queue()
    say('main', outcome(q.task_done))
    q.put(1)
    say('main', q.unfinished_tasks)
    q.get()
    say('main', q.unfinished_tasks)
    say('main', outcome(q.task_done))
    say('main', outcome(q.task_done))


@scenario
def queue_channel_tasks():
    """D13: what a channel hands over counts."""
    q = Queue(0)
    puts(q, 'putter', 1)
    eventlet.sleep(0)
    say('main', q.unfinished_tasks)
    q.get()
    say('main', q.unfinished_tasks)
    q.task_done()
    say('main', outcome(q.join))


@scenario
def queue_join():
    """D13: waits for the last, and not at all for none."""
    q = Queue()
    say('main', outcome(q.join))
    q.put(1)
    q.put(2)
    eventlet.spawn(lambda: say('joiner', outcome(q.join)))
    for n in range(2):
        eventlet.sleep(0)
        say('main', 'done', q.get())
        q.task_done()
    eventlet.sleep(0)


@scenario
def queue_join_again():
    """D13: a put after the last was done is for the next join."""
    q = Queue()
    q.put(1)
    eventlet.spawn(lambda: say('first', outcome(q.join)))
    eventlet.sleep(0)
    q.task_done()
    q.put(2)
    eventlet.spawn(lambda: say('second', outcome(q.join)))
    yield_times(3)
    say('main', 'done')
    q.task_done()
    yield_times(2)
