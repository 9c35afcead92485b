#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""programs_test.py DIRECTORY - runs the example programs that were built there
as a user would, and looks at what they say and carry."""
import os
import queue
import resource
import socket
import struct
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
from programs import (  # noqa: E402
    Peer, Program, SECONDS, connect, count, dead_name, echo, read_all, run,
    talk)

HUBS = ('epolls', 'poll', 'selects', 'pyevent')
PATTERN = bytes((i * 31 + (i >> 8) * 7) & 255 for i in range(1 << 16)) * 64
failed = False


def step(name, function, *args, **options):
    global failed
    try:
        function(*args, **options)
        print('ok', name, flush=True)
    except Exception as error:  # one failure must not hide the next
        failed = True
        print('FAILED', name, repr(error), flush=True)


# ---- forwarder ----

def forwards(*flags, hub=None):
    with Peer(echo) as peer, Program('forwarder', *flags, '127.0.0.1:0',
                                     peer.name, hub=hub) as program:
        with connect(program.port()) as s:
            talk(s)
            talk(s, b'x' * 1000)


def carries_half_close(*flags):
    with Peer(count) as peer, Program('forwarder', *flags, '127.0.0.1:0',
                                      peer.name) as program:
        with connect(program.port()) as s:
            s.sendall(b'12345')
            s.shutdown(socket.SHUT_WR)
            got = read_all(s)
            assert got == b'5 bytes', got


def reset(s):
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    s.close()


def is_reset(s):
    try:
        read_all(s)
        return False
    except ConnectionResetError:
        return True


def carries_reset(*flags):
    seen = queue.Queue()

    def target(client):
        if client.recv(1) == b'r':
            reset(client)
        else:
            seen.put(is_reset(client))

    with Peer(target) as peer, Program('forwarder', *flags, '127.0.0.1:0',
                                       peer.name) as program:
        port = program.port()
        with connect(port) as s:
            s.sendall(b'r')
            assert is_reset(s), 'the client does not see it'
        s = connect(port)
        s.sendall(b'x')
        time.sleep(0.1)
        reset(s)
        assert seen.get(timeout=SECONDS), 'the target does not see it'


def carries_both_ends(*flags):
    """Each side ends for itself; what comes after the first end arrives."""
    seen = queue.Queue()

    def target(client):
        client.sendall(b'banner')
        client.shutdown(socket.SHUT_WR)
        seen.put(read_all(client))

    with Peer(target) as peer, Program('forwarder', *flags, '127.0.0.1:0',
                                       peer.name) as program:
        with connect(program.port()) as s:
            assert read_all(s) == b'banner'
            s.sendall(b'late')
            s.shutdown(socket.SHUT_WR)
            assert seen.get(timeout=SECONDS) == b'late'


def forwards_unix_sockets(*flags):
    with tempfile.TemporaryDirectory() as folder, Peer(echo) as peer:
        name = f'unix:{folder}/s'
        with Program('forwarder', *flags, name, peer.name) as first:
            assert first.line(first.process.stdout) == f'listening on {name}\n'
            with Program('forwarder', *flags, '127.0.0.1:0', name) as second:
                with connect(second.port()) as s:
                    talk(s)


def push(s, errors):
    sender = threading.Thread(target=s.sendall, args=(PATTERN,), daemon=True)
    sender.start()
    if read_all(s, len(PATTERN)) != PATTERN:
        errors.append('bytes differ')
    sender.join(SECONDS)


def carries_much(*flags, clients=1):
    errors = []
    with Peer(echo) as peer, Program('forwarder', *flags, '127.0.0.1:0',
                                     peer.name) as program:
        port = program.port()
        sockets = [connect(port) for i in range(clients)]
        threads = [threading.Thread(target=push, args=(s, errors), daemon=True)
                   for s in sockets]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(2 * SECONDS)
            assert not thread.is_alive(), 'not all came back'
        for s in sockets:
            s.close()
    assert not errors, errors


def tells_refused_target(*flags):
    holder, name = dead_name()
    with holder, Program('forwarder', *flags, '127.0.0.1:0', name) as program:
        port = program.port()
        for i in range(2):  # it goes on
            with connect(port) as s:
                assert read_all(s) == b''
            line = program.line(program.process.stderr)
            assert name in line and 'forwarder: ' in line, line


def one_line(result, *words):
    code, out, err = result
    assert code == 1, result
    assert err.count('\n') == 1, err
    for word in words:
        assert word in err, err


def tells_bad_arguments():
    for bad in ('nonsense', '127.0.0.1:', '127.0.0.1:x', '127.0.0.1:70000'):
        one_line(run('forwarder', '127.0.0.1:0', bad), bad, 'malformed')
        one_line(run('forwarder', bad, '127.0.0.1:1'), bad, 'malformed')


def tells_unknown_name():
    one_line(run('forwarder', '127.0.0.1:0', 'nonesuch.invalid:1',
                 seconds=3 * SECONDS), 'nonesuch.invalid')


def tells_port_in_use():
    with socket.create_server(('127.0.0.1', 0)) as taken:
        name = '127.0.0.1:%d' % taken.getsockname()[1]
        one_line(run('forwarder', name, '127.0.0.1:1'), name, 'in use')


def tells_unknown_hub():
    code, out, err = run('forwarder', '127.0.0.1:0', '127.0.0.1:1',
                         hub='nonsense')
    assert code != 0 and 'nonsense' in err, (code, err)
    for hub in HUBS:
        assert hub in err, err


def tells_usage():
    for name in ('forwarder', 'echoserver', 'connect'):
        code, out, err = run(name, '--help')
        assert code == 0 and out.startswith(f'usage: {name}'), (code, out)
        code, out, err = run(name, '--bogus')
        assert code == 2 and 'unknown option --bogus' in err, (code, err)
        code, out, err = run(name)
        assert code == 2 and 'usage:' in err, (code, err)


def survives_want_of_descriptors(*flags):
    with Peer(echo) as peer, Program('forwarder', *flags, '127.0.0.1:0',
                                     peer.name) as program:
        port = program.port()
        resource.prlimit(program.process.pid, resource.RLIMIT_NOFILE, (16, 16))
        # Read its messages, so that a full pipe does not stop it.
        threading.Thread(target=program.process.stderr.read,
                         daemon=True).start()
        sockets = [connect(port) for i in range(40)]
        time.sleep(0.2)
        before = program.ticks()
        time.sleep(1)
        spent = program.ticks() - before
        assert spent < os.sysconf('SC_CLK_TCK') / 4, f'{spent} ticks'
        for s in sockets:
            s.close()
        until = time.monotonic() + SECONDS
        while not recovered(port):
            assert time.monotonic() < until, 'does not recover'


def recovered(port):
    try:
        with connect(port) as s:
            talk(s)
            return True
    except (OSError, AssertionError):
        time.sleep(0.1)
        return False


# ---- the others ----

def echoes():
    with Program('echoserver', '127.0.0.1:0') as program:
        port = program.port()
        with connect(port) as a, connect(port) as b:
            talk(a, b'first\n')
            talk(b, b'second\nthird\n')
            talk(a, b'fourth\n')


def answers_in_order():
    def slow(client):
        client.recv(1024)
        time.sleep(0.3)
        client.sendall(b'HTTP/1.0 200 slow\r\n\r\n')

    def quick(client):
        client.recv(1024)
        client.sendall(b'HTTP/1.0 200 quick\r\n\r\n')

    holder, dead = dead_name()
    with holder, Peer(slow) as one, Peer(quick) as two:
        code, out, err = run('connect', one.name, dead, two.name, 'nonsense')
    assert out.splitlines() == [f'{one.name}: HTTP/1.0 200 slow',
                                f'{two.name}: HTTP/1.0 200 quick'], out
    complaints = [line for line in err.splitlines()
                  if line.startswith('connect: ')]
    assert code == 1 and len(complaints) == 2, (code, err)
    assert dead in complaints[0] and 'nonsense' in complaints[1], err


def fetches():
    code, out, err = run('producer_consumer')
    assert code == 0 and out.startswith('fetched 40 pages'), (code, out)


def asks_workers(hub):
    code, out, err = run('thread_worker', hub=hub)
    lines = out.splitlines()
    assert code == 0 and len(lines) == 21, (code, out, err)
    assert '2262 primes below 20000' in lines, out
    assert lines[-1] == 'asked 20 times', out


for kind, flags in (('plain', ()), ('splice', ('--splice',))):
    for hub in HUBS:
        step(f'forwarder.{kind}.bytes.{hub}', forwards, *flags, hub=hub)
    step(f'forwarder.{kind}.half_close', carries_half_close, *flags)
    step(f'forwarder.{kind}.both_ends', carries_both_ends, *flags)
    step(f'forwarder.{kind}.reset', carries_reset, *flags)
    step(f'forwarder.{kind}.unix', forwards_unix_sockets, *flags)
    step(f'forwarder.{kind}.much', carries_much, *flags)
    step(f'forwarder.{kind}.several', carries_much, *flags, clients=4)
    step(f'forwarder.{kind}.refused', tells_refused_target, *flags)
    step(f'forwarder.{kind}.descriptors', survives_want_of_descriptors, *flags)
for function in (tells_bad_arguments, tells_unknown_name, tells_port_in_use,
                 tells_unknown_hub, tells_usage, echoes, answers_in_order,
                 fetches):
    step(function.__name__, function)
for hub in HUBS:
    step(f'asks_workers.{hub}', asks_workers, hub)
sys.exit(1 if failed else 0)
