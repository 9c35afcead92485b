#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""websocket_frames.py WS_DUMP - the same frames to real eventlet, over a pair
of sockets, and to our parser: messages, pongs and the code of the closing frame
have to be equal, but where spec/differences.md says otherwise. A stream that
is named after a row there has to differ."""
import random
import re
import socket
import struct
import subprocess
import sys

try:
    import eventlet
    from eventlet.greenio import GreenSocket
    from eventlet.websocket import RFC6455WebSocket, WebSocket
except ImportError:
    print('skipped: eventlet is not installed')
    sys.exit(77)

KEYS = (b'\0\0\0\0', b'\x37\xfa\x21\x3d')


class Quiet:
    """Where eventlet writes that a socket was closed before it shut it."""

    def write(self, text):
        pass


def frame(first, payload=b'', key=KEYS[1], form=None):
    """A masked frame; `form` is a longer form of its length than need be."""
    n = len(payload)
    form = form or (0 if n < 126 else 126 if n < 65536 else 127)
    length = {0: b'', 126: struct.pack('!H', n & 65535),
              127: struct.pack('!Q', n)}[form]
    mask = b''.join(bytes([b ^ key[i % 4]]) for i, b in enumerate(payload))
    return bytes([first, 0x80 | (form or n)]) + length + key + mask


def close(code, reason=b''):
    return frame(0x88, struct.pack('!H', code) + reason)


# Names that begin with D and a number are rows of spec/differences.md.
STREAMS = {
    'text': frame(0x81, b'Hello'),
    'binary': frame(0x82, b'\x00\xff'),
    'empty': frame(0x81) + frame(0x82),
    'several': frame(0x81, b'a') + frame(0x82, b'b') + frame(0x81, b'c'),
    'long': frame(0x82, b'x' * 126) + frame(0x82, b'y' * 65536),
    'fragments': frame(1, b'a') + frame(0, b'b') + frame(0x80, b'c'),
    'empty fragments': frame(1) + frame(0) + frame(0x80),
    'a character in two': frame(1, b'\xe2\x82') + frame(0x80, b'\xac'),
    'ping': frame(0x89, b'p') + frame(0x89),
    'ping within': frame(1, b'a') + frame(0x89, b'p') + frame(0x80, b'b'),
    'pong': frame(0x8a, b'p') + frame(0x81, b'a'),
    'close': close(1000),
    'close with a reason': frame(0x81, b'a') + close(1001, b'bye'),
    'close without a code': frame(0x88),
    'half a code': frame(0x88, b'\x03'),
    'close, then more': close(1000) + frame(0x81, b'late'),
    'reason that is not UTF-8': close(1000, b'\xff'),
    'unmasked': b'\x81\x01a',
    'opcode 3': frame(0x83, b'a'),
    'opcode 11': frame(0x81, b'a') + frame(0x8b),
    'a reserved bit': frame(0xc1, b'a'),
    'ping in fragments': frame(0x09, b'a'),
    'long ping': frame(0x89, b'x' * 126),
    'continuation of nothing': frame(0x80, b'a'),
    'message within a message': frame(1, b'a') + frame(0x81, b'b'),
    'ends within a head': b'\x81',
    'ends within a frame': frame(0x81, b'Hello')[:-1],
    'a frame too long': frame(0x82, b'')[:1] + b'\xff' +
                        struct.pack('!Q', (8 << 20) + 1) + KEYS[0],
    'D170 its highest bit set': b'\x82\xff' + b'\xff' * 8 + KEYS[0],
    'D170 a length in a longer form': frame(0x81, b'Hello', form=126),
    'D170 in the longest form': frame(0x81, b'Hello', form=127),
    'D171 RSV2': frame(0xa1, b'a'),
    'D171 RSV3': frame(0x91, b'a'),
    'D172 not UTF-8': frame(0x81, b'a\xff'),
    'D172 ends within a character': frame(0x81, b'\xe2\x82'),
    'D173 fragments': b''.join(
        frame(0x02 if i == 0 else 0x80 if i == 64 else 0, b'x' * (1 << 17),
              KEYS[0]) for i in range(65)),
}
for code in (999, 1002, 1003, 1004, 1005, 1006, 1007, 1011, 1015, 1016, 2000,
             2999, 3000, 4999, 5000, 65535):
    STREAMS[f'close {code}'] = close(code)
for code in (1012, 1013, 1014):
    STREAMS[f'D174 close {code}'] = close(code)

OLD = {
    'old texts': b'\x00hello\xff\x00\xff\x00\xe2\x82\xac\xff',
    'old close': b'\x00a\xff\xff\x00',
    'old, not UTF-8': b'\x00a\xf0\x80b\xe2\x82\xff\x00\xed\xa0\x80\xff',
    'old, ends within a text': b'\x00a\xff\x00b',
    'D177 a type': b'\x05x\xff\x00a\xff',
    'D177 a length': b'\x80\x01x\x00a\xff',
}


def random_streams(count):
    """Frames as they may come, most of them good; from a fixed seed."""
    r = random.Random(6455)
    payloads = (b'', b'a', b'Hello', b'\xc3\xa4', b'x' * 130, b'\xe2\x82\xac')
    firsts = (0x81,) * 6 + (0x82,) * 4 + (1, 2, 0, 0x80, 0x89, 0x8a)
    for n in range(count):
        frames = [frame(r.choice(firsts), r.choice(payloads), r.choice(KEYS))
                  for _ in range(r.randrange(1, 8))]
        if r.random() < 0.3:
            frames.append(close(r.choice((1000, 1001, 1004, 3000)), b'x'))
        stream = b''.join(frames)
        yield f'random {n}', stream[:r.choice((len(stream),) * 3 +
                                              (r.randrange(len(stream)),))]


def read_answers(data):
    """Pongs, and the code of the closing frame, of what a server sent."""
    pongs, code = [], None
    while len(data) >= 2:
        n = data[1] & 127
        payload = data[2:2 + n]
        if data[0] & 15 == 10:
            pongs.append(payload)
        elif data[0] & 15 == 8:
            code = struct.unpack('!H', payload[:2])[0] if n else 0
        data = data[2 + n:]
    return pongs, code


def ask_eventlet(make, stream):
    here, there = map(GreenSocket, socket.socketpair())
    messages = []
    writer = eventlet.spawn(send_all, here, stream)
    ws = make(there, {'wsgi.errors': Quiet()})
    try:
        for message in iter(ws.wait, None):
            messages.append(message.encode() if isinstance(message, str)
                            else message)
    except Exception as e:  # whatever it raises is its answer
        messages.append(f'raises {type(e).__name__}')
    writer.kill()
    there.close()
    here.settimeout(5)
    data = b''
    try:
        for piece in iter(lambda: here.recv(65536), b''):
            data += piece
    except OSError:
        pass
    here.close()
    return (messages, *read_answers(data))


def send_all(s, stream):
    try:
        s.sendall(stream)
        s.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def unquote(text):
    return re.sub(rb'\\(x..|.)',
                  lambda m: bytes([int(m[1][1:], 16)]) if len(m[1]) == 3
                  else m[1], text)


def ask_ours(program, flags, stream):
    out = subprocess.run([program, *flags], input=stream, check=False,
                         capture_output=True).stdout
    messages, pongs, code, begun = [], [], None, b''
    for line in out.splitlines():
        word = line.split()[0]
        quoted = re.search(rb'"(.*)"', line)
        if word in (b'text', b'binary') and quoted:
            begun += unquote(quoted[1])
            if line.endswith(b'"'):
                messages.append(begun)
                begun = b''
        elif word == b'ping':
            pongs.append(unquote(quoted[1]))
        elif word == b'close':
            code = int(line.split()[1])
            code = 1000 if code == 1005 else code
        elif word == b'error':
            code = int(re.search(rb'answered (\d+)', line)[1])
    return messages, pongs, code


def compare(name, theirs, ours):
    differ = theirs != ours
    if differ == bool(re.match(r'D\d+ ', name)):
        return True
    print(f'{name}: ' + (f'eventlet says {str(theirs)[:300]}\n'
                         f'ours {str(ours)[:300]}' if differ else
                         'does not differ any more'))
    return False


def main(program):
    good = True
    streams = [*STREAMS.items(), *random_streams(300)]
    for name, stream in streams:
        good &= compare(name, ask_eventlet(RFC6455WebSocket, stream),
                        ask_ours(program, [], stream))
    for name, stream in OLD.items():
        theirs, ours = (ask_eventlet(WebSocket, stream),
                        ask_ours(program, ['--old'], stream))
        good &= compare(name, theirs[0], ours[0])
    print(f'== websocket_frames: {len(streams) + len(OLD)} streams')
    return 0 if good else 1


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
