#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""websocket_handshakes.py WS_ANSWER - the same requests to real eventlet and to
our side: an answer has to be equal byte by byte, a refusal in its status, but
where spec/differences.md says otherwise. A request that is named after a row
there has to differ."""
import io
import re
import subprocess
import sys

try:
    from eventlet.websocket import WebSocketWSGI
except ImportError:
    print('skipped: eventlet is not installed')
    sys.exit(77)

START = 'GET /echo HTTP/1.1', 'Host: localhost:80'
UPGRADE = 'Upgrade: websocket', 'Connection: Upgrade'
KEY = 'Sec-WebSocket-Key: d9MXuOzlVQ0h+qRllvSCIg=='
V13 = 'Sec-WebSocket-Version: 13'
GOOD = (*START, *UPGRADE, KEY, V13)
OLD = (*START, 'Upgrade: WebSocket', 'Connection: Upgrade',
       'Origin: http://localhost:80')
KEYS = ('Sec-WebSocket-Key1: 4 @1  46546xW%0l 1 5',
        'Sec-WebSocket-Key2: 12998 5 Y3 1  .P00')


def offer(text):
    return (*GOOD, 'Sec-WebSocket-Extensions: ' + text)


# Names that begin with D and a number are rows of spec/differences.md.
REQUESTS = {
    'version 13': GOOD,
    'in other cases': (*START, 'UPGRADE: WebSocket',
                       'connection: keep-alive, uPgrade', KEY, V13),
    'version 8': (*GOOD[:-1], 'Sec-WebSocket-Version: 8'),
    'version 7': (*GOOD[:-1], 'Sec-WebSocket-Version: 7'),
    'version 013': (*GOOD[:-1], 'Sec-WebSocket-Version: 013'),
    'no upgrade': (*START, 'Connection: Upgrade', KEY, V13),
    'another upgrade': (*START, 'Upgrade: h2c', 'Connection: Upgrade', KEY,
                        V13),
    'no connection': (*START, 'Upgrade: websocket', KEY, V13),
    'no key': (*START, *UPGRADE, V13),
    'a protocol': (*GOOD, 'Sec-WebSocket-Protocol: x, chat'),
    'no protocol of ours': (*GOOD, 'Sec-WebSocket-Protocol: x, Chat'),
    'deflate': offer('permessage-deflate'),
    'deflate in capitals': offer('PERMESSAGE-Deflate'),
    'deflate among others': offer('x; y=z, permessage-deflate'),
    'another extension': offer('x-webkit-deflate-frame'),
    'no takeover': offer('permessage-deflate; server_no_context_takeover; '
                         'client_no_context_takeover'),
    'bare bits': offer('permessage-deflate; client_max_window_bits; '
                       'server_max_window_bits'),
    'bits': offer('permessage-deflate; client_max_window_bits=9; '
                  'server_max_window_bits="11"'),
    'bits in another order': offer('permessage-deflate; '
                                   'server_max_window_bits=11; '
                                   'server_no_context_takeover; '
                                   'client_max_window_bits=9'),
    'too few bits': offer('permessage-deflate; client_max_window_bits=7, '
                          'permessage-deflate'),
    'too many bits': offer('permessage-deflate; server_max_window_bits=16, '
                           'permessage-deflate'),
    'hixie-75': OLD,
    'hixie-75 with a query': ('GET /echo?a=b HTTP/1.1', *OLD[1:]),
    'hixie-76': (*OLD, *KEYS),
    'hixie-76 with a protocol': (*OLD, *KEYS,
                                 'Sec-WebSocket-Protocol: sample'),
    'one key': (*OLD, KEYS[0]),
    'D180 POST': ('POST /echo HTTP/1.1', *GOOD[1:]),
    'D181 an upgrade of several': (*START, 'Upgrade: h2c, websocket',
                                   'Connection: Upgrade', KEY, V13),
    'D182 a key that is none': (*START, *UPGRADE, 'Sec-WebSocket-Key: x', V13),
    'D183 no Host': (START[0], *UPGRADE, KEY, V13),
    'D184 an unknown parameter': offer('permessage-deflate; x'),
    'D184 a flag with a value': offer(
        'permessage-deflate; client_no_context_takeover=1'),
    'D184 no number': offer('permessage-deflate; client_max_window_bits=x'),
    'D184 a zero before': offer(
        'permessage-deflate; client_max_window_bits=09'),
    'D185 no list': offer('permessage-deflate;;'),
    'D186 a key without spaces': (*OLD, 'Sec-WebSocket-Key1: 12', KEYS[1]),
    'D186 a key that does not divide': (*OLD, 'Sec-WebSocket-Key1: 1  3',
                                        KEYS[1]),
    'D187 no Origin': OLD[:-1],
    'D191 a protocol in hixie-75': (*OLD, 'WebSocket-Protocol: sample'),
}
BODY = b'^n:ds[4U'


class Input(io.BytesIO):
    """The rest of the connection, and what is sent there."""

    sent = b''

    def get_socket(self):
        return self

    def sendall(self, data):
        self.sent += data


def environ_of(lines, rest):
    method, target, _ = lines[0].split(' ')
    path, question, query = target.partition('?')
    environ = {'REQUEST_METHOD': method, 'SCRIPT_NAME': '', 'PATH_INFO': path,
               'wsgi.url_scheme': 'http', 'wsgi.errors': io.StringIO(),
               'eventlet.input': rest, 'wsgi.input': rest}
    if question:
        environ['QUERY_STRING'] = query
    for line in lines[1:]:
        name, value = line.split(':', 1)
        environ['HTTP_' + name.upper().replace('-', '_')] = value.strip()
    return environ


def ask_eventlet(lines):
    rest, said = Input(BODY), []
    app = WebSocketWSGI(lambda ws: setattr(ws, 'websocket_closed', True))
    app.supported_protocols = ['chat']
    try:
        app(environ_of(lines, rest),
            lambda status, headers: said.append(status))
    except Exception:  # which its server answers so
        return 500
    return int(said[0].split()[0]) if said else rest.sent


def ask_ours(program, lines):
    request = ''.join(line + '\r\n' for line in (*lines, '')).encode() + BODY
    answer = subprocess.run([program], input=request, check=True,
                            capture_output=True).stdout
    status = int(answer.split()[1])
    return answer if status == 101 else status


def main(program):
    good = True
    for name, lines in REQUESTS.items():
        theirs, ours = ask_eventlet(lines), ask_ours(program, lines)
        if (theirs != ours) != bool(re.match(r'D\d+ ', name)):
            print(f'{name}: eventlet says {theirs}\nours {ours}')
            good = False
    print(f'== websocket_handshakes: {len(REQUESTS)} requests')
    return 0 if good else 1


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
