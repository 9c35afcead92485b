#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""uri.py PROGRAM [SEED] - hands the same request targets to real eventlet's
WSGI server, over a pair of sockets, and to PROGRAM; what both make of them is
equal, or one of the differences that spec/differences.md lists. Escapes and
queries are compared with those of urllib, which eventlet's applications use.
"""
import random
import re
import subprocess
import sys
import urllib.parse

try:
    import eventlet
    from eventlet import wsgi
    from eventlet.green import socket
except ImportError:
    print('no eventlet here')
    sys.exit(77)

FIXED = [
    b'/', b'/a', b'/a?b', b'/a?', b'/a??', b'?', b'?a', b'//', b'//a', b'///?a',
    b'/%41', b'/%', b'/%4', b'/%zz', b'/%00', b'/%C3%A9', b'/%ff', b'/\xff',
    b'/\xc3\xa9', b'/a+b?c+d', b'/a#b', b'/a?b#c', b'a', b'*', b'**', b'a:b',
    b'http:/a', b'http://h', b'http://h/', b'http://h/a%20b?c', b'ftp://h/a',
    b'http://', b'http://u@h/', b'http://h:99999/', b'h:80', b'/\x85', b'/\xa0',
    b'/\x01', b'/\x7f', b'/\x00', b'/\x1f', b'/a\x0bb', b'/<>"{}|\\^`[]',
    b'/%2e%2e/%2F', b'/../a', b'/%u0041', b'x://', b'://h', b'//%41//b',
]
PIECES = [b'/', b'/', b'//', b'?', b'%41', b'%', b'%4', b'%00', b'%ff', b'a',
          b'http://', b'h', b':80', b'*', b'#', b'+', b'\xe9', b'&=', b'..',
          b'%C3%A9', b'@', b'[::1]']


def cases(seed, count=4000):
    rng = random.Random(seed)
    for target in FIXED:
        for method in ('GET', 'OPTIONS', 'CONNECT'):
            yield method, target
    for _ in range(count):
        target = b''.join(rng.choice(PIECES)
                          for _ in range(rng.randint(1, 7)))
        if rng.random() < 0.3:
            at = rng.randint(0, len(target))
            target = (target[:at] + bytes([rng.randrange(256)]) + target[at:])
        if b'\n' not in target and b' ' not in target:
            yield rng.choice(('GET', 'GET', 'OPTIONS', 'CONNECT')), target


def hexed(text):
    return '-' if text is None else text.encode('latin-1').hex()


def original(method, target):
    """What real eventlet hands to an application, or the status it answers."""
    seen = []

    def application(environ, start_response):
        seen.append(environ)
        start_response('200 OK', [('Content-Length', '0')])
        return []

    ours, theirs = socket.socketpair()
    server = wsgi.Server(theirs, ('127.0.0.1', 0), application,
                         environ=None, log_output=False, debug=False)
    ours.sendall(method.encode() + b' ' + target +
                 b' HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n')
    ours.shutdown(socket.SHUT_WR)
    server.process_request([('127.0.0.1', 1), theirs, wsgi.STATE_IDLE])
    answer = ours.recv(100)
    ours.close()
    if not seen:
        return 'refused ' + answer[:12].decode('latin-1')
    env = seen[0]
    return (f'path={hexed(env["PATH_INFO"])} '
            f'query={hexed(env.get("QUERY_STRING"))} '
            f'raw={hexed(env["RAW_PATH_INFO"])}')


def difference(method, target, ours, theirs):
    """Which row of spec/differences.md it is; None: none."""
    refused = ours.startswith('refused')
    if ours.startswith('form=1 '):
        return 'D200'  # an absolute target's path is its path
    if refused and re.search(rb'[\x00-\x20\x7f]', target):
        return 'D201'
    if not refused and re.search(rb'[\x85\xa0]', target):
        return 'D202'
    if refused and method == 'CONNECT':
        return 'D203'
    if refused and re.match(rb'[A-Za-z][A-Za-z0-9+.-]*://', target):
        return 'D204'
    return None


def library(word, text):
    """What urllib makes of it."""
    if word == 'decode':
        return f' text={urllib.parse.unquote_to_bytes(text).hex()}'
    if word == 'form':
        text = text.replace(b'+', b' ')
        return f' text={urllib.parse.unquote_to_bytes(text).hex()}'
    if word in ('component', 'path'):
        safe = '/' if word == 'path' else ''
        quoted = urllib.parse.quote_from_bytes(text, safe=safe)
        return f' text={quoted.encode().hex()}'
    if word == 'plus':
        return f' text={urllib.parse.quote_plus(text).encode().hex()}'
    pairs = urllib.parse.parse_qsl(text.decode('latin-1'), encoding='latin-1',
                                   keep_blank_values=True)
    return ''.join(f' name={name.encode("latin-1").hex()}'
                   f' value={value.encode("latin-1").hex()}'
                   for name, value in pairs)


WORDS = ('decode', 'form', 'component', 'path', 'plus', 'query')


def texts(seed, count=3000):
    rng = random.Random(seed)
    pieces = PIECES + [b'&', b'=', b'+', b'%26', b'%3d', b'%2B', b' ', b'~']
    for _ in range(count):
        text = b''.join(rng.choice(pieces) for _ in range(rng.randint(0, 9)))
        if rng.random() < 0.3:
            text += bytes([rng.randrange(256)])
        yield rng.choice(WORDS), text


def all_of_ours(program, wanted):
    lines = ''.join(f'{word} {text.hex()}\n' for word, text in wanted)
    return subprocess.run([program], input=lines, text=True, check=True,
                          stdout=subprocess.PIPE).stdout.splitlines()


def compare(word, text, ours):
    """What the two answers are to each other; None if not even listed."""
    if word in WORDS:
        theirs = library(word, text)
        # a value that is absent is empty to urllib
        same = ours.replace('value=-', 'value=') == theirs
        return word if same else None, theirs
    theirs = original(word, text)
    if re.sub('^form=. ', '', ours) == theirs:
        return 'target', theirs
    if ours.startswith('refused') and theirs.startswith('refused'):
        return 'refused by both', theirs
    return difference(word, text, ours, theirs), theirs


def main():
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    wanted = [*cases(seed), *texts(seed)]
    answers = all_of_ours(sys.argv[1], wanted)
    counts, wrong = {}, 0
    wsgi.HttpProtocol.log_message = lambda *_: None
    for (word, text), ours in zip(wanted, answers, strict=True):
        name, theirs = compare(word, text, ours)
        if name is None:
            wrong += 1
            print(f'{word} {text!r}: {ours} but {theirs}')
        counts[name] = counts.get(name, 0) + 1
    print(', '.join(f'{n}: {counts[n]}' for n in sorted(counts, key=str)))
    sys.exit(1 if wrong else 0)


main()
