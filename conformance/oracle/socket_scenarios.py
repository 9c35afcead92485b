# SPDX-License-Identifier: MIT
"""Section I of the rules: what green sockets do with data and time."""

import eventlet
from eventlet import Timeout
from eventlet.green import socket

from support import (
    connected, fill, lasted, outcome, say, scenario, text, yes)


def blocked():
    """Both ends of a connection whose first end takes no more."""
    one, two = socket.socketpair()
    fill(one)
    return one, two


@scenario
def socket_nonblocking_recv():
    """I1: with a timeout of 0 nothing waits."""
    one, two = socket.socketpair()
    one.settimeout(0)
    say('one', outcome(one.recv, 10))
    one.setblocking(True)
    one.setblocking(False)
    say('one', outcome(one.recv, 10))
    two.send(b'data')
    say('one', outcome(one.recv, 10))


@scenario
def socket_nonblocking_send():
    """I1: sending neither."""
    one, two = blocked()
    one.setblocking(False)
    say('one', outcome(one.send, b'x'))


@scenario
def socket_nonblocking_accept():
    """I1: accepting neither."""
    server = eventlet.listen(('127.0.0.1', 0))
    server.settimeout(0)
    say('server', outcome(server.accept))


@scenario
def socket_timeout_values():
    """I1: what settimeout and setblocking leave to be read."""
    one, two = socket.socketpair()

    def shows(what):
        value = one.gettimeout()
        say(what, 'none' if value is None else '%.1f' % value)

    shows('fresh')
    one.settimeout(1.5)
    shows('settimeout 1.5')
    one.setblocking(False)
    shows('setblocking no')
    one.setblocking(True)
    shows('setblocking yes')
    one.settimeout(0)
    shows('settimeout 0')
    one.settimeout(None)
    shows('settimeout none')
    say('settimeout -1', outcome(one.settimeout, -1))
    shows('after the error')


@scenario
def socket_accepted_timeout():
    """I2: an accepted socket does not inherit the timeout."""
    server = eventlet.listen(('127.0.0.1', 0))
    server.settimeout(0.5)
    client = eventlet.connect(server.getsockname())
    accepted, _ = server.accept()
    say('accepted', 'has a timeout:', yes(accepted.gettimeout() is not None))


@scenario
def socket_dup_timeout():
    """I2: a duplicate has the timeout, and the same connection."""
    one, two = socket.socketpair()
    one.settimeout(0.5)
    copy = one.dup()
    say('copy', '%.1f' % copy.gettimeout())
    one.close()
    two.send(b'data')
    say('copy', outcome(copy.recv, 10))


@scenario
def socket_default_timeout():
    """I2: new sockets start with the default of the process."""
    socket.setdefaulttimeout(0.5)
    server = eventlet.listen(('127.0.0.1', 0))
    client = eventlet.connect(server.getsockname())
    accepted, _ = server.accept()
    say('client', '%.1f' % client.gettimeout())
    say('accepted', '%.1f' % accepted.gettimeout())


@scenario
def socket_recv_timeout():
    """I1: the socket's own timeout is an error of its own."""
    one, two = socket.socketpair()
    one.settimeout(0.01)
    say('one', outcome(one.recv, 10))
    two.send(b'data')
    say('one', outcome(one.recv, 10))


@scenario
def socket_recv_green_timeout():
    """G: a Timeout is told apart from it, and loses no data."""
    one, two = socket.socketpair()
    one.settimeout(1)
    with Timeout(0.01):
        say('one', outcome(one.recv, 10))
    two.send(b'data')
    say('one', outcome(one.recv, 10))


@scenario
def socket_recv_zero():
    """I5: recv(0) waits until there is something."""
    one, two = socket.socketpair()
    one.settimeout(0.01)
    say('one', outcome(one.recv, 0))
    two.send(b'data')
    say('one', len(one.recv(0)), 'bytes')
    say('one', outcome(one.recv, 10))


@scenario
def socket_recv_end():
    """I3: the end of the stream, as often as one asks."""
    one, two = socket.socketpair()
    two.send(b'last')
    two.close()
    for _ in range(3):
        say('one', outcome(one.recv, 10))


@scenario
def socket_recv_reset():
    """I3: a reset counts as the end of the stream."""
    one, two = connected()
    two.send(b'never read')
    eventlet.sleep(0.01)
    one.close()
    say('two', outcome(two.recv, 10))


@scenario
def socket_send_after_close():
    """I3: sending to one who has gone is an error."""
    one, two = socket.socketpair()
    two.close()
    say('one', outcome(one.send, b'x'))


@scenario
def socket_recv_not_connected():
    """I4: reading before connecting waits.

    The socket's own timeout is no way out of it in real eventlet: it starts
    anew whenever the hub reports the hang-up, which is all the time.
    """
    sock = socket.socket()
    say('socket', outcome(eventlet.with_timeout, 0.01, sock.recv, 10))


@scenario
def socket_send_not_connected():
    """I4: writing before connecting is an error."""
    sock = socket.socket()
    sock.settimeout(0.01)
    say('socket', outcome(sock.send, b'x'))


@scenario
def socket_send_partial():
    """I6: send may take only a part."""
    one, two = socket.socketpair()
    data = b'x' * 4000000
    sent = one.send(data)
    say('one', 'sent some:', yes(0 < sent), 'all:', yes(sent == len(data)))


@scenario
def socket_sendall():
    """I6: sendall sends all, while the other reads."""
    one, two = socket.socketpair()
    size = 3000000

    def reader():
        count = 0
        while True:
            data = two.recv(65536)
            if not data:
                return count
            count += len(data)

    thread = eventlet.spawn(reader)
    say('one', outcome(one.sendall, b'x' * size))
    one.close()
    say('two', thread.wait())


@scenario
def socket_sendall_timeout():
    """I6: nobody reads."""
    one, two = socket.socketpair()
    one.settimeout(0.01)
    say('one', outcome(one.sendall, b'x' * 3000000))


@scenario
def socket_sendall_timeout_restarts():
    """I6: the timeout holds for each piece."""
    one, two = socket.socketpair()
    one.settimeout(0.12)
    two.setblocking(False)

    def slow_reader():
        while True:
            eventlet.sleep(0.03)
            try:
                while two.recv(65536):
                    pass
            except BlockingIOError:
                pass

    thread = eventlet.spawn(slow_reader)
    say('one', 'took longer than its timeout:', lasted(
        0.12, lambda: say('one', outcome(one.sendall, b'x' * 1600000))))
    thread.kill()


@scenario
def socket_send_waits_for_room():
    """I6: it goes on as soon as somebody reads."""
    one, two = blocked()
    thread = eventlet.spawn(outcome, one.send, b'x')
    eventlet.sleep(0)
    say('one', 'has ended:', yes(thread.dead))
    while not thread.dead:
        two.recv(65536)
        eventlet.sleep(0)
    say('one', thread.wait())


@scenario
def socket_accept_timeout():
    """I1: nobody comes."""
    server = eventlet.listen(('127.0.0.1', 0))
    server.settimeout(0.01)
    say('server', outcome(server.accept))


@scenario
def socket_half_close():
    """I: after shutdown one way the other still works."""
    one, two = connected()
    one.send(b'question')
    one.shutdown(socket.SHUT_WR)
    say('two', outcome(two.recv, 100))
    say('two', outcome(two.recv, 100))
    two.send(b'answer')
    say('one', outcome(one.recv, 100))
    say('one', outcome(one.send, b'x'))


@scenario
def socket_shutdown_wakes_reader():
    """I: shutting down the reading side ends a waiting recv."""
    one, two = socket.socketpair()
    reader = eventlet.spawn(outcome, one.recv, 10)
    eventlet.sleep(0)
    one.shutdown(socket.SHUT_RD)
    say('reader', reader.wait())


@scenario
def socket_shutdown_safe():
    """I10: what it ignores."""
    from eventlet import greenio
    unconnected = socket.socket()
    say('unconnected', outcome(greenio.shutdown_safe, unconnected))
    unconnected.close()
    say('closed', outcome(greenio.shutdown_safe, unconnected))
    one, two = socket.socketpair()
    say('connected', outcome(greenio.shutdown_safe, one))
    say('peer', outcome(two.recv, 10))
    other = socket.socket()
    say('plain', outcome(other.shutdown, socket.SHUT_RDWR))


@scenario
def socket_use_after_close():
    """I: the number is gone, the error says so; closing twice does not."""
    one, two = socket.socketpair()
    one.close()
    say('recv', outcome(one.recv, 10))
    say('send', outcome(one.send, b'x'))
    say('close', outcome(one.close))


@scenario
def socket_killed_reader():
    """A15: a reader was killed, the next one gets the data."""
    one, two = socket.socketpair()
    first = eventlet.spawn(outcome, one.recv, 10)
    eventlet.sleep(0)
    first.kill()
    say('first', first.wait())
    second = eventlet.spawn(outcome, one.recv, 10)
    two.send(b'data')
    say('second', second.wait())


@scenario
def socket_killed_when_ready():
    """Design 4: killed with the data there: it takes nothing."""
    one, two = socket.socketpair()
    first = eventlet.spawn(outcome, one.recv, 10)
    eventlet.sleep(0)
    two.send(b'data')
    first.kill()
    say('first', first.wait())
    say('main', outcome(one.recv, 10))


@scenario
def socket_two_readers():
    """A10: the second is told, the first gets the data."""
    one, two = socket.socketpair()
    first = eventlet.spawn(outcome, one.recv, 10)
    second = eventlet.spawn(outcome, one.recv, 10)
    eventlet.sleep(0)
    two.send(b'data')
    say('second', second.wait())
    say('first', first.wait())


@scenario
def socket_ping_pong():
    """A: two threads take turns over a connection."""
    one, two = socket.socketpair()

    def echo():
        while True:
            data = two.recv(10)
            if not data:
                say('echo', 'ends')
                return
            say('echo', text(data))
            two.sendall(data)

    thread = eventlet.spawn(echo)
    for word in (b'a', b'b', b'c'):
        one.sendall(word)
        say('main', outcome(one.recv, 10))
    one.close()
    thread.wait()


@scenario
def socket_stream_order():
    """I: bytes arrive in order, in whatever pieces."""
    one, two = socket.socketpair()
    for word in (b'one ', b'two ', b'three'):
        one.sendall(word)
    say('two', outcome(two.recv, 100))
    one.sendall(b'abcdef')
    say('two', outcome(two.recv, 3))
    say('two', outcome(two.recv, 100))


@scenario
def socket_peek():
    """I: MSG_PEEK leaves the data there."""
    one, two = socket.socketpair()
    one.sendall(b'data')
    say('two', outcome(two.recv, 10, socket.MSG_PEEK))
    say('two', outcome(two.recv, 10))
