#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""responses.py AGAINST_RESPONSE - what real eventlet's server writes for
applications of many kinds, against what http_write makes of the same status,
headers and pieces, byte by byte; and read by our parser of responses, which has
to find the application's status and body. Those that are named after a row of
spec/differences.md have to differ in either."""
import subprocess
import sys

sys.dont_write_bytecode = True
from original import eventlet, hexed, row_of, serve  # noqa: E402
from eventlet.green import socket  # noqa: E402

GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
CLOSE = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'
OLD = 'GET / HTTP/1.0\r\n\r\n'
KEPT = 'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n'
HEAD = 'HEAD / HTTP/1.1\r\nHost: a\r\n\r\n'


class Stream:
    """Pieces whose length nobody can ask for; each is written by itself."""

    def __init__(self, *pieces):
        self.pieces = pieces

    def __iter__(self):
        return iter(self.pieces)


TEXT = [('Content-Type', 'text/plain')]

# name: (request, status, headers, body)
CASES = {
    'a list': (GET, '200 OK', TEXT, [b'hello']),
    'a list of several': (GET, '200 OK', TEXT, [b'hello', b', ', b'world']),
    'an empty list': (GET, '200 OK', TEXT, []),
    'a length of its own': (GET, '200 OK', [('Content-Length', '5')],
                            Stream(b'hello')),
    'a stream': (GET, '200 OK', TEXT, Stream(b'hello', b'world')),
    'a stream with empty pieces': (GET, '200 OK', TEXT,
                                   Stream(b'', b'a', b'', b'b', b'')),
    'a stream of nothing': (GET, '200 OK', TEXT, Stream()),
    'a stream of sizes': (GET, '200 OK', TEXT, Stream(
        *(b'x' * n for n in (1, 9, 10, 15, 16, 255, 256, 4095, 4096, 65536)))),
    'a stream, then close': (CLOSE, '200 OK', TEXT, Stream(b'hello')),
    'a list, then close': (CLOSE, '200 OK', TEXT, [b'hello']),
    'a list for HTTP/1.0': (OLD, '200 OK', TEXT, [b'hello']),
    'a stream for HTTP/1.0': (OLD, '200 OK', TEXT, Stream(b'a', b'b')),
    'a list for HTTP/1.0, kept': (KEPT, '200 OK', TEXT, [b'hello']),
    'HEAD': (HEAD, '200 OK', [('Content-Length', '5')], []),
    'a date of its own': (GET, '200 OK',
                          [('Date', 'Sun, 06 Nov 1994 08:49:37 GMT')], [b'']),
    'names': (GET, '200 OK', [('etag', '1'), ('X-sOMe-WEirD', '2'),
                              ('content-MD5', '3'), ('x', '4'),
                              ('a--b_c1d', '5'), ('WWW-Authenticate', '6'),
                              ('-x-', '7'), ('!#$%&\'*+.^_`|~', '8')], [b'a']),
    'values': (GET, '200 OK', [('A', ''), ('B', 'a b\tc'), ('C', 'a, b; c="d"'),
                               ('D', 'x' * 3000), ('E', '\xe4\xff')], [b'a']),
    'one name, many values': (GET, '200 OK', [('Set-Cookie', 'a=b'),
                                              ('set-cookie', 'c=d'),
                                              ('SET-COOKIE', 'e=f')], [b'a']),
    'another reason': (GET, '200 Fine, thank you', TEXT, [b'a']),
    'an empty reason': (GET, '299 ', TEXT, [b'a']),
    'a reason of latin-1': (GET, '200 \xe4', TEXT, [b'a']),
    'a status of nobody': (GET, '599 X', TEXT, [b'a']),
    '204': (GET, '204 No Content', [], []),
    '304': (GET, '304 Not Modified', [('ETag', '"a"')], []),
    'D162 a header in a value': (GET, '200 OK', [('A', 'b\r\nC: d')], [b'a']),
    'D162 a line feed in a value': (GET, '200 OK', [('A', 'b\nC: d')], [b'a']),
    'D162 the end of the head in a value':
        (GET, '200 OK', [('A', 'b\r\n\r\n<html>')], [b'a']),
    'D162 a NUL in a value': (GET, '200 OK', [('A', 'b\0')], [b'a']),
    'D162 a control in a value': (GET, '200 OK', [('A', '\x1b')], [b'a']),
    'D162 a blank in a name': (GET, '200 OK', [('A B', 'c')], [b'a']),
    'D162 a colon in a name': (GET, '200 OK', [('A:', 'c')], [b'a']),
    'D162 no name': (GET, '200 OK', [('', 'c')], [b'a']),
    'D162 a header in the reason': (GET, '200 OK\r\nA: b', TEXT, [b'a']),
    'D163 no reason': (GET, '200', TEXT, [b'a']),
    'D163 two digits': (GET, '20 OK', TEXT, [b'a']),
    'D163 four digits': (GET, '2000 OK', TEXT, [b'a']),
    'D164 a stream for HEAD': (HEAD, '200 OK', TEXT, Stream(b'hello')),
    'D164 a list for HEAD': (HEAD, '200 OK', TEXT, [b'hello']),
    'D164 204 with a stream': (GET, '204 No Content', [], Stream()),
    'D164 304 with a stream': (GET, '304 Not Modified', [], Stream()),
    'D165 two lengths': (GET, '200 OK', [('content-length', '5'),
                                         ('Content-length', '5')], [b'hello']),
    'D165 a length and an encoding':
        (GET, '200 OK', [('Transfer-Encoding', 'chunked')], [b'hello']),
    'D165 an encoding twice':
        (GET, '200 OK', [('Transfer-Encoding', 'chunked')], Stream(b'hello')),
}

DATES = [0, 1, 784111777, 951782399, 951782400, 1709164800, 2147483647,
         4107542399, 4107542400, 253402300799,
         *range(86399, 4 * 10 ** 9, 39916801)]


class Original:
    """Real eventlet's server on a port of the loopback."""

    def __init__(self):
        self.answer = None
        self.port = serve(self.app, minimum_chunk_size=1)

    def app(self, environ, start_response):
        _, status, headers, body = self.answer
        start_response(status, list(headers))
        return body

    def ask(self, case):
        self.answer = case
        with eventlet.connect(('127.0.0.1', self.port)) as s:
            s.sendall(case[0].encode())
            s.shutdown(socket.SHUT_WR)
            return b''.join(iter(lambda: s.recv(1 << 16), b''))


class Ours:
    def __init__(self, program):
        self.running = subprocess.Popen(
            [program], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True)

    def ask(self, *words):
        """The words of the answer; None if it is refused."""
        self.running.stdin.write(' '.join(map(str, words)) + '\n')
        self.running.stdin.flush()
        answer = self.running.stdout.readline().split()
        assert answer[0] == 'answer'
        return None if answer[1:] == ['refused'] else answer[1:]

    def written(self, *words):
        answer = self.ask(*words)
        return answer and bytes.fromhex(answer[0].strip('-'))


def added(raw, headers):
    """The headers that the server put behind those of the application."""
    lines = raw.partition(b'\r\n\r\n')[0].decode('latin-1').split('\r\n')[1:]
    return [line.split(': ', 1) for line in lines
            if line.split(':')[0] in ('Date', 'Connection', 'Content-Length',
                                      'Transfer-Encoding')
            and line.split(':')[0].lower() not in
            [name.lower() for name, _ in headers]]


def write(ours, case, raw):
    """What http_write makes of it; None if it refuses."""
    _, status, headers, body = case
    number, blank, reason = status.partition(' ')
    more = added(raw, headers)
    words = [hexed(part) for header in [*headers, *more] for part in header]
    head = ours.written('head', 1, number, hexed(reason), *words)
    if head is None:
        return None
    pieces = [piece for piece in body if piece]
    if ['Transfer-Encoding', 'chunked'] not in more:
        return head + b''.join(pieces)
    return head + b''.join(ours.written('chunk', hexed(piece))
                           for piece in [*pieces, b''])


def is_same(ours, case, raw):
    """Whether both write the same, and ours reads what is meant."""
    request, status, _, body = case
    read = ours.ask('read', request.split()[0], hexed(raw))
    number, _, reason = status.partition(' ')
    want = [number, hexed(reason), hexed(b''.join(body)), '0']
    return write(ours, case, raw) == raw and read == want, read


def main(program):
    original, ours = Original(), Ours(program)
    bad = 0
    for name, case in CASES.items():
        row = row_of(name)
        raw = original.ask(case)
        same, read = is_same(ours, case, raw)
        if same == bool(row):
            bad += 1
            print(f'{name}: ' + ('does not differ' if row else
                                 f'{raw[:300]}\n  ours writes '
                                 f'{(write(ours, case, raw) or b"")[:300]}'
                                 f'\n  and reads {read}'))
    for seconds in DATES:
        want = eventlet.wsgi.format_date_time(seconds).encode()
        got = ours.written('date', seconds)
        if got != want:
            bad += 1
            print(f'date {seconds}: {got}, not {want}')
    print(f'{len(CASES)} responses, {len(DATES)} dates, {bad} wrong')
    return bad > 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
