# SPDX-License-Identifier: MIT
"""Section A of the rules: waiting for descriptors."""

import os

import eventlet
from eventlet import debug, hubs
from eventlet.green import socket

from support import (
    code, fill, hog, listener, outcome, say, scenario, wait_readable,
    wait_writable, yes)


def after(seconds, function, *args):
    return hubs.get_hub().schedule_call_global(seconds, function, *args)


@scenario
def hub_sleep_fair_to_io():
    """A2: a thread that only yields does not starve descriptors."""
    one, two = socket.socketpair()
    rounds = []

    def reader():
        say('reader', outcome(one.recv, 10))
        rounds.append(None)

    eventlet.spawn(reader)
    eventlet.sleep(0)
    two.send(b'data')
    count = 0
    while not rounds and count < 100:
        eventlet.sleep(0)
        count += 1
    say('main', 'few yields:', yes(count <= 3))


@scenario
def hub_second_reader():
    """A10: the second reader gets the error, the first its data."""
    one, two = socket.socketpair()
    first = eventlet.spawn(outcome, wait_readable, one)
    eventlet.sleep(0)
    say('second', outcome(wait_readable, one))
    two.send(b'x')
    say('first', first.wait())


@scenario
def hub_second_writer():
    """A10: so does the second writer."""
    one, two = socket.socketpair()
    fill(one)
    first = eventlet.spawn(outcome, wait_writable, one)
    eventlet.sleep(0)
    say('second', outcome(wait_writable, one))
    first.kill()
    say('first', first.wait())


@scenario
def hub_reader_and_writer():
    """A10: one of each on the same descriptor is normal."""
    one, two = socket.socketpair()
    reader = eventlet.spawn(outcome, wait_readable, one)
    writer = eventlet.spawn(outcome, wait_writable, one)
    say('writer', writer.wait())
    two.send(b'x')
    say('reader', reader.wait())


@scenario
def hub_second_reader_allowed():
    """A10: with the check off the second waits its turn."""
    debug.hub_prevent_multiple_readers(False)
    one, two = socket.socketpair()

    def reader(name):
        end = outcome(wait_readable, one)
        say(name, end, os.read(one.fileno(), 1).decode())

    eventlet.spawn(reader, 'first')
    eventlet.spawn(reader, 'second')
    eventlet.sleep(0)
    two.send(b'a')
    eventlet.sleep(0.01)
    say('main', 'sends again')
    two.send(b'b')
    eventlet.sleep(0.01)


@scenario
def hub_second_reader_promoted_by_kill():
    """A10: killing the first reader promotes the second."""
    debug.hub_prevent_multiple_readers(False)
    one, two = socket.socketpair()
    first = eventlet.spawn(outcome, wait_readable, one)
    second = eventlet.spawn(outcome, wait_readable, one)
    eventlet.sleep(0)
    first.kill()
    say('first', first.wait())
    two.send(b'x')
    say('second', second.wait())


@scenario
def hub_hangup_wakes_both():
    """A11: a hang-up wakes the reader and the writer."""
    one, two = socket.socketpair()
    fill(one)
    reader = eventlet.spawn(outcome, wait_readable, one)
    writer = eventlet.spawn(outcome, wait_writable, one)
    eventlet.sleep(0)
    two.close()
    say('reader', reader.wait())
    say('writer', writer.wait())


@scenario
def hub_killer_in_same_batch():
    """A12: of two ready at once, each may remove the other, once."""
    pairs = [socket.socketpair() for _ in range(2)]
    threads = []

    def reader(mine, other):
        try:
            wait_readable(pairs[mine][0])
        except BaseException as error:
            return code(error)
        threads[other].kill()
        return 'ready'

    threads.append(eventlet.spawn(reader, 0, 1))
    threads.append(eventlet.spawn(reader, 1, 0))
    eventlet.sleep(0)
    for _, peer in pairs:
        peer.send(b'x')
    ends = sorted(thread.wait() for thread in threads)
    say('main', *ends)


@scenario
def hub_trampoline_both_ways():
    """A15: reading and writing at once is refused."""
    one, two = socket.socketpair()
    say('main', outcome(hubs.trampoline, one.fileno(), read=True, write=True))


@scenario
def hub_trampoline_in_hub():
    """A15, A22: a callback of the hub cannot wait."""
    one, two = socket.socketpair()
    after(0, lambda: say('timer', outcome(wait_readable, one)))
    eventlet.sleep(0)
    say('main', 'woke')


@scenario
def hub_trampoline_timeout():
    """A16: nothing comes, the timeout is thrown."""
    one, two = socket.socketpair()
    say('main', outcome(wait_readable, one, 0.01))
    two.send(b'x')
    say('main', outcome(wait_readable, one, 0.01))


@scenario
def hub_trampoline_leaves_nothing():
    """A15: a killed wait leaves neither listener nor timer."""
    one, two = socket.socketpair()

    def waiter():
        say('waiter', outcome(wait_readable, one, 0.01))
        say('waiter', outcome(eventlet.sleep, 0.02))

    thread = eventlet.spawn(waiter)
    eventlet.sleep(0)
    thread.kill()
    other = eventlet.spawn(outcome, wait_readable, one)
    eventlet.sleep(0)
    two.send(b'x')
    say('other', other.wait())
    say('main', outcome(thread.wait))


@scenario
def hub_timeout_against_data():
    """A16: a pass starts with the deadline over and the data there."""
    one, two = socket.socketpair()
    three, four = socket.socketpair()
    waiter = eventlet.spawn(outcome, wait_readable, one, 0.01)

    def hogger():  # woken by a descriptor: the pass ends when it parks
        wait_readable(three)
        two.send(b'x')
        hog(0.02)

    eventlet.spawn(hogger)
    eventlet.sleep(0)
    four.send(b'x')
    say('waiter', waiter.wait())


@scenario
def hub_timeout_against_polled_data():
    """A16: the same, but the poll comes before the timers."""
    one, two = socket.socketpair()
    waiter = eventlet.spawn(outcome, wait_readable, one, 0.01)
    eventlet.sleep(0)
    two.send(b'x')
    hog(0.02)  # in the batch of timers that woke us; the poll is next
    say('waiter', waiter.wait())


@scenario
def hub_data_before_timeout():
    """A16: woken by the data in time, the data wins."""
    one, two = socket.socketpair()

    def waiter():
        say('waiter', outcome(wait_readable, one, 0.5))
        hog(0.01)
        say('waiter', outcome(eventlet.sleep, 0.01))

    thread = eventlet.spawn(waiter)
    eventlet.sleep(0)
    two.send(b'x')
    thread.wait()


@scenario
def hub_close_under_waiter():
    """A17: closing a socket on which somebody waits."""
    one, two = socket.socketpair()
    reader = eventlet.spawn(outcome, one.recv, 10)
    eventlet.sleep(0)
    one.close()
    eventlet.sleep(0.01)
    say('main', 'reader has ended:', yes(reader.dead))


@scenario
def hub_recycled_descriptor():
    """A17, A18, I8: the number is handed out again."""
    one, two = socket.socketpair()
    reader = eventlet.spawn(outcome, one.recv, 10)
    eventlet.sleep(0)
    number = one.fileno()
    one.close()
    fresh = socket.socket()
    say('main', 'same number:', yes(fresh.fileno() == number))
    eventlet.sleep(0)
    say('reader', reader.wait())
    say('main', 'new owner is untouched:', yes(fresh.fileno() == number))


@scenario
def hub_accept_loop_and_timer():
    """A1: timers fire while descriptors are waited for."""
    server = listener()
    acceptor = eventlet.spawn(outcome, server.accept)
    after(0.01, say, 'timer', 'fired')
    eventlet.sleep(0.02)
    acceptor.kill()
    say('acceptor', acceptor.wait())
