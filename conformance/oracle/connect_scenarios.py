# SPDX-License-Identifier: MIT
"""Sections H and I of the rules: connecting, listening, datagrams, files."""

import errno

import eventlet
from eventlet.green import socket

from support import (
    connected, listener, outcome, refused_port, say, scenario, text, yes)


def full_listener():
    """A listener that lets nobody in any more, and who holds its places."""
    server = socket.socket()
    server.bind(('127.0.0.1', 0))
    server.listen(0)
    holders = []
    for _ in range(2):
        holder = socket.socket()
        holder.setblocking(False)
        holder.connect_ex(server.getsockname())
        holders.append(holder)
    eventlet.sleep(0.01)
    return server, holders


def code_of(number):
    return errno.errorcode.get(number, number)


@scenario
def connect_refused():
    """I7: reported as such, not as success."""
    port = refused_port()
    say('connect', outcome(eventlet.connect, ('127.0.0.1', port)))
    sock = socket.socket()
    say('method', outcome(sock.connect, ('127.0.0.1', port)))
    sock = socket.socket()
    sock.settimeout(0.5)
    say('with timeout', outcome(sock.connect, ('127.0.0.1', port)))


@scenario
def connect_ex_refused():
    """I7: the other form gives the number."""
    port = refused_port()
    sock = socket.socket()
    say('connect_ex', code_of(sock.connect_ex(('127.0.0.1', port))))
    sock = socket.socket()
    sock.settimeout(0.5)
    say('with timeout', code_of(sock.connect_ex(('127.0.0.1', port))))


@scenario
def connect_ex_ok():
    """I7: 0 is success; a second one says that it is connected."""
    server = listener()
    sock = socket.socket()
    say('connect_ex', code_of(sock.connect_ex(server.getsockname())))
    say('peer', 'is right:', yes(sock.getpeername() == server.getsockname()))


@scenario
def connect_timeout():
    """I7: nobody answers: the deadline is for the whole."""
    server, holders = full_listener()
    sock = socket.socket()
    sock.settimeout(0.02)
    say('connect', outcome(sock.connect, server.getsockname()))


@scenario
def connect_ex_timeout():
    """I7: EAGAIN when time runs out."""
    server, holders = full_listener()
    sock = socket.socket()
    sock.settimeout(0.02)
    say('connect_ex', code_of(sock.connect_ex(server.getsockname())))


@scenario
def connect_nonblocking():
    """I1: with a timeout of 0 it does not wait."""
    server = listener()
    sock = socket.socket()
    sock.setblocking(False)
    say('connect_ex', code_of(sock.connect_ex(server.getsockname())))
    accepted, _ = server.accept()
    accepted.send(b'data')
    sock.setblocking(True)
    say('then', outcome(sock.recv, 10))


@scenario
def connect_killed():
    """I7, A15: a kill ends the attempt."""
    server, holders = full_listener()
    thread = eventlet.spawn(
        outcome, eventlet.connect, server.getsockname())
    eventlet.sleep(0.01)
    thread.kill()
    say('connect', thread.wait())


@scenario
def connect_bind():
    """H: connect can choose the near end."""
    server = listener()
    sock = eventlet.connect(server.getsockname(), bind=('127.0.0.2', 0))
    say('near end', sock.getsockname()[0])
    accepted, address = server.accept()
    say('seen as', address[0])


@scenario
def accept_in_order():
    """I: clients are accepted in the order they connected."""
    server = listener()
    clients = [eventlet.connect(server.getsockname()) for _ in range(3)]
    for client in clients:
        accepted, address = server.accept()
        say('accepted', 'in turn:', yes(address == client.getsockname()))


@scenario
def listen_options():
    """H1: address reuse always, port reuse only for a fixed port."""
    def shows(name, sock):
        say(name, *[1 if sock.getsockopt(socket.SOL_SOCKET, option) else 0
                    for option in (socket.SO_REUSEADDR, socket.SO_REUSEPORT)])

    shows('port 0', eventlet.listen(('127.0.0.1', 0)))
    shows('fixed', eventlet.listen(('127.0.0.1', refused_port())))
    shows('without', eventlet.listen(
        ('127.0.0.1', refused_port()), reuse_addr=False, reuse_port=False))


@scenario
def listen_in_use():
    """H1: a port that another holds."""
    server = listener()
    say('listen', outcome(eventlet.listen, server.getsockname()))


@scenario
def datagram_exchange():
    """I: datagrams keep their bounds and say where they came from."""
    one, two = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                for _ in range(2))
    for sock in (one, two):
        sock.bind(('127.0.0.1', 0))

    def receiver():
        for _ in range(2):
            data, address = two.recvfrom(100)
            say('two', text(data), 'from one:',
                yes(address == one.getsockname()))

    thread = eventlet.spawn(receiver)
    eventlet.sleep(0)
    say('one', 'sent', one.sendto(b'first', two.getsockname()))
    say('one', 'sent', one.sendto(b'second', two.getsockname()))
    thread.wait()


@scenario
def datagram_timeout():
    """I1: recvfrom obeys the timeout."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(('127.0.0.1', 0))
    sock.settimeout(0.01)
    say('socket', outcome(sock.recvfrom, 10))


@scenario
def file_then_socket_closed():
    """I9: the connection lasts until the last of both is closed."""
    one, two = socket.socketpair()
    reader = one.makefile('rb')
    one.close()
    two.send(b'line\n')
    say('file', text(reader.readline()).strip())
    two.settimeout(0.01)
    say('peer', outcome(two.recv, 10))
    reader.close()
    say('peer', outcome(two.recv, 10))


@scenario
def socket_then_file_closed():
    """I9: in the other order too."""
    one, two = socket.socketpair()
    reader = one.makefile('rb')
    reader.close()
    two.send(b'data')
    say('socket', outcome(one.recv, 10))
    two.settimeout(0.01)
    say('peer', outcome(two.recv, 10))
    one.close()
    say('peer', outcome(two.recv, 10))


@scenario
def file_lines():
    """I9: lines, the last without its end, then the end."""
    one, two = socket.socketpair()
    reader = one.makefile('rb')

    def writer():
        for part in (b'fi', b'rst\nsecond\nla', b'st'):
            two.sendall(part)
            eventlet.sleep(0)
        two.close()

    eventlet.spawn(writer)
    for _ in range(4):
        say('file', text(reader.readline()).strip())


@scenario
def file_write_flush():
    """I9: what is written waits for flush or close."""
    one, two = socket.socketpair()
    writer = one.makefile('wb')
    two.settimeout(0.01)
    writer.write(b'data')
    say('peer', outcome(two.recv, 10))
    writer.flush()
    say('peer', outcome(two.recv, 10))
    writer.write(b'more')
    writer.close()
    say('peer', outcome(two.recv, 10))


@scenario
def file_read():
    """I9: read(n) waits for n bytes or the end."""
    one, two = socket.socketpair()
    reader = one.makefile('rb')

    def writer():
        for part in (b'abc', b'def', b'gh'):
            two.sendall(part)
            eventlet.sleep(0)
        two.close()

    eventlet.spawn(writer)
    say('file', text(reader.read(5)))
    say('file', text(reader.read(5)))
    say('file', text(reader.read(5)))


@scenario
def peer_names():
    """I: both ends agree on who is where."""
    one, two = connected()
    say('one', yes(one.getsockname() == two.getpeername()))
    say('two', yes(two.getsockname() == one.getpeername()))
    one.close()
    say('closed', outcome(one.getpeername))
