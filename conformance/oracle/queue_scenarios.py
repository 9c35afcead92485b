# SPDX-License-Identifier: MIT
"""Section D of the rules: queues, and in what order their users go on."""

import eventlet
from eventlet.green import Queue as green_queue
from eventlet.queue import LifoQueue, PriorityQueue, Queue

from support import outcome, say, scenario, yes, yield_times


def tell(q):
    say('queue', 'size', q.qsize(), 'empty', yes(q.empty()),
        'full', yes(q.full()), 'getting', q.getting(), 'putting', q.putting())


def gets(q, who, count=1, *args):
    """A thread that gets so many, and tells each."""
    def run():
        for _ in range(count):
            say(who, outcome(q.get, *args))

    return eventlet.spawn(run)


def puts(q, who, first, count=1, *args):
    """A thread that puts so many numbers, and tells when it could."""
    def run():
        for n in range(first, first + count):
            say(who, 'puts', n, outcome(q.put, n, *args))

    return eventlet.spawn(run)


@scenario
def queue_fifo():
    """D: first in, first out."""
    q = Queue()
    tell(q)
    for n in range(3):
        q.put(n)
    tell(q)
    for n in range(3):
        say('main', q.get())


@scenario
def queue_sizes():
    """D1: negative is unlimited, zero a channel."""
    for size in (-1, 0, 1):
        tell(Queue(size))


@scenario
def queue_priority():
    """D14: the smallest first."""
    q = PriorityQueue()
    for n in (3, 1, 4, 1, 5, 9, 2, 6):
        q.put(n)
    for _ in range(8):
        say('main', q.get())


@scenario
def queue_lifo():
    """D14: the newest first."""
    q = LifoQueue()
    for n in range(3):
        q.put(n)
    for _ in range(3):
        say('main', q.get())


@scenario
def queue_put_with_room():
    """D3: it does not yield, and the getter runs on the next pass."""
    q = Queue()
    gets(q, 'getter')
    eventlet.sleep(0)
    tell(q)
    q.put(1)
    say('main', 'put')
    tell(q)
    eventlet.sleep(0)
    tell(q)


@scenario
def queue_item_taken_first():
    """D3: until the getter runs another may take the item."""
    q = Queue()
    gets(q, 'getter')
    eventlet.sleep(0)
    q.put(1)
    say('main', q.get())
    eventlet.sleep(0)
    tell(q)
    q.put(2)
    eventlet.sleep(0)
    tell(q)


@scenario
def queue_get_of_full():
    """D4: it does not yield, and the putter runs on the next pass."""
    q = Queue(1)
    q.put(1)
    puts(q, 'putter', 2)
    eventlet.sleep(0)
    tell(q)
    say('main', q.get())
    tell(q)
    eventlet.sleep(0)
    tell(q)


@scenario
def queue_bounded_turns():
    """D3, D4: a producer and a consumer on a queue for two."""
    q = Queue(2)
    puts(q, 'putter', 1, 6)
    gets(q, 'getter', 6)
    yield_times(20)


@scenario
def queue_channel_send():
    """D5: the getter comes later."""
    q = Queue(0)
    gets(q, 'getter', 2)
    for n in range(2):
        say('main', 'puts', n)
        q.put(n)
        say('main', 'has put')


@scenario
def queue_channel_wait():
    """D5: the putter comes later."""
    q = Queue(0)
    puts(q, 'putter', 1, 2)
    say('main', 'waits')
    say('main', q.get())
    say('main', q.get())
    eventlet.sleep(0)


@scenario
def queue_channel_turns():
    """D5: got one, sent one."""
    q = Queue(0)
    puts(q, 'putter', 1, 4)
    gets(q, 'getter', 4)
    yield_times(10)
    tell(q)


@scenario
def queue_channel_same_pass():
    """D5: nobody runs between the getter and the putter."""
    q = Queue(0)
    gets(q, 'getter')
    eventlet.sleep(0)
    puts(q, 'putter', 1)
    eventlet.sleep(0)
    eventlet.spawn(say, 'other', 'runs')
    eventlet.sleep(0)


@scenario
def queue_channel_same_pass_late():
    """D5: nor if the putter was there first."""
    q = Queue(0)
    puts(q, 'putter', 1)
    eventlet.sleep(0)
    gets(q, 'getter')
    eventlet.sleep(0)
    eventlet.spawn(say, 'other', 'runs')
    eventlet.sleep(0)


@scenario
def queue_grow():
    """D8: putters get in on the next pass."""
    q = Queue(0)
    puts(q, 'putter', 1, 3)
    eventlet.sleep(0)
    q.resize(1)
    tell(q)
    eventlet.sleep(0)
    tell(q)
    q.resize(None)
    eventlet.sleep(0)
    tell(q)


@scenario
def queue_shrink():
    """D8: the items stay."""
    q = Queue(5)
    for n in range(5):
        q.put(n)
    q.resize(1)
    tell(q)
    say('main', outcome(q.put_nowait, 5))
    for _ in range(5):
        say('main', q.get())
    say('main', outcome(q.put_nowait, 6))


@scenario
def queue_resize_negative():
    """D2: a negative size."""
    q = Queue(1)
    q.resize(-1)
    q.resize(-1)
    say('main', outcome(q.put_nowait, 1))
    tell(q)


@scenario
def queue_green():
    """D1: in the module like the standard library's, 0 is unlimited."""
    for kind in (green_queue.Queue, green_queue.PriorityQueue,
                 green_queue.LifoQueue):
        q = kind(0)
        for n in (2, 1, 3):
            q.put(n)
        tell(q)
        say('main', q.get())
        q.resize(0)
        tell(q)
