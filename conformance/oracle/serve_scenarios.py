# SPDX-License-Identifier: MIT
"""Section H of the rules: serve."""

import eventlet
from eventlet import StopServe, Timeout

from support import User, listener, outcome, say, scenario, text, yes


def serving(server, handle, concurrency=1000):
    """serve in a thread of its own, whose end is its outcome."""
    return eventlet.spawn(
        outcome, eventlet.serve, server, handle, concurrency)


def ask(server, word):
    """Connects, says a word; the connection."""
    sock = eventlet.connect(server.getsockname())
    sock.sendall(word)
    return sock


def hear(who, sock):
    say(who, outcome(sock.recv, 100))


def echo(sock, address):
    while True:
        data = sock.recv(100)
        if not data:
            break
        sock.sendall(data)


def by_word(sock, address):
    """A handler that does what the client says."""
    word = sock.recv(100).decode()
    say('handler', word)
    if word == 'stop':
        raise StopServe
    if word == 'fail':
        raise User(5)
    if word == 'kill':
        eventlet.kill(eventlet.getcurrent())
    if word == 'timeout':
        with Timeout(0.01):
            eventlet.sleep(1)
    if word == 'slow':
        eventlet.sleep(0.03)
        sock.sendall(b'slow answer')
        say('handler', 'slow ends')
        return
    sock.sendall(b'answer')


@scenario
def serve_echo():
    """H: several clients at once."""
    server = listener()
    thread = serving(server, echo)
    clients = [ask(server, b'hello %d' % n) for n in range(3)]
    for n, client in enumerate(clients):
        hear(n, client)
    for client in clients:
        client.close()
    thread.kill()
    say('serve', thread.wait())


@scenario
def serve_gives_address():
    """H: the handler is told who it is."""
    server = listener()

    def handle(sock, address):
        say('handler', 'right address:', yes(address == sock.getpeername()))

    thread = serving(server, handle)
    hear('client', ask(server, b'x'))
    thread.kill()


@scenario
def serve_closes_on_return():
    """H3: the connection ends with its handler."""
    server = listener()
    thread = serving(server, by_word)
    client = ask(server, b'plain')
    hear('client', client)
    hear('client', client)
    thread.kill()


@scenario
def serve_closes_on_kill():
    """H3, H4: a killed handler: closed, and the server goes on."""
    server = listener()
    thread = serving(server, by_word)
    hear('client', ask(server, b'kill'))
    hear('next', ask(server, b'plain'))
    thread.kill()
    say('serve', thread.wait())


@scenario
def serve_handler_times_out():
    """H3, H4: a Timeout that escapes: closed, the server goes on."""
    server = listener()
    thread = serving(server, by_word)
    hear('client', ask(server, b'timeout'))
    hear('next', ask(server, b'plain'))
    thread.kill()
    say('serve', thread.wait())


@scenario
def serve_stop():
    """H4: StopServe makes serve return."""
    server = listener()
    thread = serving(server, by_word)
    hear('client', ask(server, b'stop'))
    say('serve', thread.wait())


@scenario
def serve_error():
    """H4: another error comes out of serve."""
    server = listener()
    thread = serving(server, by_word)
    hear('client', ask(server, b'fail'))
    say('serve', thread.wait())


@scenario
def serve_stop_lets_handlers_run():
    """H5: handlers that run go on."""
    server = listener()
    thread = serving(server, by_word)
    slow = ask(server, b'slow')
    eventlet.sleep(0.01)
    hear('client', ask(server, b'stop'))
    say('serve', thread.wait())
    hear('slow', slow)


@scenario
def serve_stop_keeps_listener():
    """H5: the listening socket stays open."""
    server = listener()
    thread = serving(server, by_word)
    ask(server, b'stop')
    say('serve', thread.wait())
    client = ask(server, b'later')
    accepted, _ = server.accept()
    say('main', text(accepted.recv(100)))


@scenario
def serve_again():
    """H5: so that one may serve again."""
    server = listener()
    for _ in range(2):
        thread = serving(server, by_word)
        ask(server, b'stop')
        say('serve', thread.wait())


@scenario
def serve_killed():
    """H5: killed from outside: handlers go on."""
    server = listener()
    thread = serving(server, by_word)
    slow = ask(server, b'slow')
    eventlet.sleep(0.01)
    thread.kill()
    say('serve', thread.wait())
    hear('slow', slow)


@scenario
def serve_times_out():
    """H: a Timeout around serve comes out of it."""
    server = listener()
    say('serve', outcome(
        eventlet.with_timeout, 0.01, eventlet.serve, server, echo))


@scenario
def serve_listener_timeout():
    """H: the listener's own timeout comes out of it too."""
    server = listener()
    server.settimeout(0.01)
    say('serve', outcome(eventlet.serve, server, echo))


@scenario
def serve_concurrency():
    """H2: one at a time, the others in turn."""
    server = listener()

    def handle(sock, address):
        word = sock.recv(100).decode()
        say('handler', word, 'begins')
        eventlet.sleep(0.01)
        say('handler', word, 'ends')

    thread = serving(server, handle, 1)
    clients = [ask(server, word) for word in (b'one', b'two', b'three')]
    for client in clients:
        hear('client', client)
    thread.kill()


@scenario
def serve_accepts_one_more():
    """H2: with N at work, N+1 is accepted and parked, N+2 is not."""
    server = listener()

    def handle(sock, address):
        eventlet.sleep(0.05)

    thread = serving(server, handle, 1)
    clients = [eventlet.connect(server.getsockname()) for _ in range(3)]
    eventlet.sleep(0.01)
    thread.kill()
    server.settimeout(0.01)
    say('left in the backlog', count_left(server))


def count_left(server):
    count = 0
    kept = []
    try:
        while True:
            kept.append(server.accept())
            count += 1
    except OSError:
        return count


@scenario
def serve_stopped_while_full():
    """H2, H4: a stop reaches it also when it waits for a place."""
    server = listener()

    def handle(sock, address):
        eventlet.sleep(0.01)
        say('handler', 'stops')
        raise StopServe

    thread = serving(server, handle, 1)
    clients = [eventlet.connect(server.getsockname()) for _ in range(2)]
    say('serve', thread.wait())


@scenario
def serve_closed_listener():
    """H, A17: the listener is closed under it."""
    server = listener()
    thread = serving(server, echo)
    eventlet.sleep(0)
    server.close()
    eventlet.sleep(0.01)
    say('serve', 'has ended:', yes(thread.dead))


@scenario
def serve_handler_closes():
    """H3: a handler that closed it itself does no harm."""
    server = listener()

    def handle(sock, address):
        sock.close()

    thread = serving(server, handle)
    hear('client', ask(server, b'x'))
    hear('client', ask(server, b'x'))
    thread.kill()
    say('serve', thread.wait())


@scenario
def serve_forwards():
    """H: the ten lines: what one side says the other hears."""
    target = listener()
    targets = serving(target, echo)

    def forward(source, sink):
        while True:
            data = source.recv(100)
            if not data:
                break
            sink.sendall(data)
        sink.shutdown(1)

    def handle(sock, address):
        far = eventlet.connect(target.getsockname())
        back = eventlet.spawn(forward, far, sock)
        forward(sock, far)
        back.wait()
        say('handler', 'both ways ended')

    server = listener()
    thread = serving(server, handle)
    client = ask(server, b'through')
    hear('client', client)
    client.shutdown(1)
    hear('client', client)
    thread.kill()
    targets.kill()
