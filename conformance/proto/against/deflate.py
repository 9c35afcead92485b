#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""deflate.py AGAINST_DEFLATE - messages with permessage-deflate, packed by real
eventlet and unpacked by ours, and the other way round, with all parameters; and
frames that are broken or odd, to both. They have to be understood alike, but
for those that are named after a row of spec/differences.md: those must not."""
import itertools
import random
import struct
import subprocess
import sys

sys.dont_write_bytecode = True
from original import eventlet, hexed, row_of  # noqa: E402
from eventlet.greenio import GreenSocket  # noqa: E402
from eventlet.green import socket  # noqa: E402
from eventlet.websocket import RFC6455WebSocket  # noqa: E402


class Quiet:
    """Where eventlet writes that a socket was closed before it shut it."""

    def write(self, text):
        pass


# ---- the two ----

def pair(client, params):
    """A websocket of eventlet's, and the other end."""
    here, there = map(GreenSocket, socket.socketpair())
    here.settimeout(5)
    config = {
        'server_no_context_takeover': bool(params[0]),
        'client_no_context_takeover': bool(params[1]),
        'server_max_window_bits': params[2],
        'client_max_window_bits': params[3],
    }
    ws = RFC6455WebSocket(there, {'wsgi.errors': Quiet()}, client=client,
                          extensions={'permessage-deflate': config})
    return ws, here, there


def original_writes(client, params, messages):
    ws, here, there = pair(client, params)

    def send():
        for message in messages:
            ws.send(message)
        there.shutdown(2)

    eventlet.spawn(send)
    return b''.join(iter(lambda: here.recv(65536), b''))


def original_reads(client, params, frames):
    """The messages, and whether all was well."""
    ws, here, there = pair(client, params)

    def send():
        here.sendall(frames)
        here.shutdown(1)

    eventlet.spawn(send)
    messages = []
    try:
        for message in iter(ws.wait, None):
            messages.append(message.encode() if isinstance(message, str)
                            else bytes(message))
    except Exception:  # whatever it raises, the connection is lost
        return messages, False
    there.close()
    answer = here.recv(4)
    return messages, answer[:1] != b'\x88' or answer[2:4] == b'\x03\xe8'


def ours(program, lines):
    """For each line the messages, and whether all was well."""
    done = subprocess.run([program], input='\n'.join(lines) + '\n', text=True,
                          stdout=subprocess.PIPE, check=True)
    found = []
    for line in done.stdout.splitlines():
        words = line.split()[1:]
        good = words[-1:] != ['failed']
        found.append(([bytes.fromhex(w.strip('-')) for w in words
                       if w != 'failed'], good))
    return found


def line_of(word, client, params, pieces):
    return ' '.join([word, str(int(client)), *map(str, params),
                     *map(hexed, pieces)])


# ---- messages ----

def messages_of(r):
    """Some that repeat each other and themselves, from near and from afar."""
    words = [bytes(r.randrange(256) for _ in range(r.randrange(1, 40)))
             for _ in range(30)]
    made = [b'Hello', b'Hello', b'a' * 1000]
    for size in (1, 10, 300, 3000, 40000, 100):
        text = b''
        while len(text) < size:
            text += r.choice(words) if r.random() < 0.9 else r.randbytes(200)
        made.append(text)
    made.append(r.randbytes(70000))
    made.append(made[5])
    return made


def all_params():
    """For eventlet, which cannot pack with 8 bits (D188), from 9 on."""
    for first, second in itertools.product((0, 1), (0, 1)):
        for bits in (8, 9, 10, 12, 15):
            yield first, second, bits, 23 - bits if bits > 8 else 8


def there_and_back(program):
    r = random.Random(7692)
    bad = count = 0
    for params, client in itertools.product(all_params(), (False, True)):
        messages = messages_of(r)
        lines = [line_of('write', not client, params, messages + [b''])]
        frames = b''.join(ours(program, lines)[0][0])
        want = messages + [b''], True
        got = original_reads(client, params, frames)
        bad += say(f'ours to eventlet, {params}, client {client}', got, want)
        count += 1
        if 8 in params:
            continue
        frames = original_writes(client, params, messages)
        got = ours(program, [line_of('read', not client, params, [frames])])
        want = messages, True
        bad += say(f'eventlet to ours, {params}, client {client}', got[0],
                   want)
        count += 1
    return bad, count


def say(what, got, want):
    if got == want:
        return False
    print(f'{what}: {short(got)}\n  and not {short(want)}')
    return True


def short(found):
    return [message[:40] for message in found[0]][:20], found[1]


# ---- odd and broken ones, of a client ----

def frame(payload, first=0xc2):
    n = len(payload)
    length = (bytes([0x80 | n]) if n < 126 else
              b'\xfe' + struct.pack('!H', n))
    return bytes([first]) + length + bytes(4) + payload


def stored(data, last=False):
    n = len(data)
    return bytes([last]) + struct.pack('<HH', n, n ^ 0xffff) + data


HELLO = bytes.fromhex('f248cdc9c90700')
LAST = bytes.fromhex('f348cdc9c90700')
AGAIN = bytes.fromhex('f200110000')
# ten bytes from 300 bytes before
FAR = bytes.fromhex('42841500')

STREAMS = {
    'hello': frame(HELLO),
    'twice': frame(HELLO) + frame(AGAIN),
    'in two fragments': frame(HELLO[:3], 0x42) + frame(HELLO[3:], 0x80),
    'in fragments of a byte': frame(HELLO[:1], 0x42) + b''.join(
        frame(HELLO[i:i + 1], 0x80 if i == 6 else 0) for i in range(1, 7)),
    'not compressed': frame(b'Hello', 0x82),
    'not compressed, then compressed': frame(b'Hello', 0x82) + frame(HELLO),
    'text': frame(HELLO, 0xc1),
    'stored': frame(stored(b'Hello') + b'\0'),
    'two blocks': frame(stored(b'a') + stored(b'b') + b'\0'),
    'empty': frame(b'\0'),
    'a flush within': frame(bytes.fromhex('f248050000 00ffffcac9c90700'
                                          .replace(' ', ''))),
    'refers to nothing': frame(AGAIN),
    'no block type': frame(b'\x06'),
    'no length': frame(b'\0\5\0\xfb\xffHello'),
    'far within a message': frame(stored(b'abc' + b'x' * 297) + FAR),
    'bits of fewer': frame(HELLO) + frame(b'\x06'),
    'D189 a last block, then a message': frame(LAST + b'\0') + frame(AGAIN),
    'D189 a last block within': frame(LAST + HELLO),
    'D190 nothing at all': frame(b''),
    'D190 ends within a block': frame(HELLO[:4]),
    'ends within a stored block': frame(stored(b'Hello')[:-2]),
    'D190 lacks four bytes': frame(stored(b'Hello1234')[:-4]),
    'D190 lacks the end': frame(stored(b'Hello')),
    'D192 far before the message':
        frame(stored(b'abc' + b'x' * 297) + b'\0') + frame(FAR),
}


def compare_streams(program):
    params = 0, 0, 15, 8
    bad = 0
    mine = ours(program, [line_of('read', False, params, [stream])
                          for stream in STREAMS.values()])
    for (name, stream), got in zip(STREAMS.items(), mine):
        theirs = original_reads(False, params, stream)
        if row_of(name):
            if got == theirs:
                bad += 1
                print(f'{name}: does not differ')
        else:
            bad += say(name, got, theirs)
    return bad, len(STREAMS)


def main(program):
    bad, count = there_and_back(program)
    odd, streams = compare_streams(program)
    print(f'{count} connections, {streams} streams, {bad + odd} wrong')
    return bad + odd > 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
