# SPDX-License-Identifier: MIT
"""What the test of the programs is made of: programs that run, and peers."""
import os
import pathlib
import re
import resource
import selectors
import socket
import subprocess
import sys
import threading
import time

SECONDS = 20  # for each step
where = pathlib.Path(sys.argv[1])


class Program:
    """A program that runs until the end of the with block."""

    def __init__(self, name, *args, hub=None, nofile=None):
        env = dict(os.environ)
        env.pop('EVENTLET_HUB', None)
        if hub:
            env['EVENTLET_HUB'] = hub
        self.process = subprocess.Popen(
            [where / name, *args], stdin=subprocess.DEVNULL, env=env,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if nofile:
            resource.prlimit(self.process.pid, resource.RLIMIT_NOFILE,
                             (nofile, nofile))

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.process.kill()
        self.process.communicate(timeout=SECONDS)

    def line(self, stream):
        """One line of its output, which has to come in time."""
        got = b''
        with selectors.DefaultSelector() as selector:
            selector.register(stream, selectors.EVENT_READ)
            until = time.monotonic() + SECONDS
            while not got.endswith(b'\n'):
                if not selector.select(max(0, until - time.monotonic())):
                    raise AssertionError(f'no whole line: {got!r}')
                byte = os.read(stream.fileno(), 1)
                if not byte:
                    raise AssertionError(f'ended after {got!r}')
                got += byte
        return got.decode()

    def port(self):
        line = self.line(self.process.stdout)
        found = re.fullmatch(r'listening on 127\.0\.0\.1:(\d+)\n', line)
        assert found, line
        return int(found[1])

    def ticks(self):
        fields = pathlib.Path(f'/proc/{self.process.pid}/stat').read_text()
        fields = fields.rpartition(')')[2].split()
        return int(fields[11]) + int(fields[12])


class Peer:
    """Listens, and has each connection handled in a thread of its own."""

    def __init__(self, handle):
        self.handle = handle
        self.listener = socket.create_server(('127.0.0.1', 0), backlog=128)
        self.name = '127.0.0.1:%d' % self.listener.getsockname()[1]
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                client = self.listener.accept()[0]
            except OSError:
                return
            client.settimeout(SECONDS)
            threading.Thread(target=self.serve, args=(client,),
                             daemon=True).start()

    def serve(self, client):
        with client:
            try:
                self.handle(client)
            except OSError:
                pass

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


def echo(client):
    while data := client.recv(1 << 16):
        client.sendall(data)


def count(client):
    """Answers only once the other side has ended."""
    total = 0
    while data := client.recv(1 << 16):
        total += len(data)
    client.sendall(b'%d bytes' % total)


def connect(port):
    return socket.create_connection(('127.0.0.1', port), timeout=SECONDS)


def read_all(s, length=None):
    got = bytearray()
    while length is None or len(got) < length:
        data = s.recv(1 << 16)
        if not data:
            break
        got += data
    return bytes(got)


def talk(s, text=b'hello\n'):
    s.sendall(text)
    got = read_all(s, len(text))
    assert got == text, got


def dead_name():
    """A port that is taken, and refuses."""
    s = socket.socket()
    s.bind(('127.0.0.1', 0))
    return s, '127.0.0.1:%d' % s.getsockname()[1]


def run(name, *args, hub=None, seconds=SECONDS):
    with Program(name, *args, hub=hub) as program:
        out, err = program.process.communicate(timeout=seconds)
        return program.process.returncode, out.decode(), err.decode()
