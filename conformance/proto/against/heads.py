#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""heads.py HTTP_DUMP [--list] - sends the examples of requests on the page
of http_parse to real eventlet's server and to http_dump with the profile
compat, and compares which requests each of them saw, with their bodies.

Where they differ, the example has to be in heads.differ, with the number of its
row in spec/differences.md; and what is listed there has to differ. --list
prints what differs."""
import pathlib
import re
import socket
import subprocess
import sys

sys.dont_write_bytecode = True
from original import SPEC, eventlet, row_of, serve  # noqa: E402

PAGE = SPEC / 'proto/http_parse.md'
LIST = pathlib.Path(__file__).resolve().parent / 'heads.differ'
MOST = 2000  # bytes: examples of limits are not compared
ATOM = re.compile(r'"((?:[^"\\]|\\.)*)"(?:\*(\d+))?|([@\[])')


# ---- the examples ----

def read_bytes(text):
    """What a line of a page says; None if it has a class."""
    found = b''
    for word, count, other in ATOM.findall(text):
        if other == '[':
            return None
        piece = b'\0@' if other else word.encode('latin-1').decode(
            'unicode_escape').encode('latin-1')
        found += piece * int(count or 1)
    return found


def examples():
    """All examples of requests with default limits, each once."""
    seen = {}
    block = lines = None
    for line in PAGE.read_text(encoding='utf-8').splitlines():
        if line.startswith('```'):
            if block is not None and not block and lines:
                seen[read_bytes(' '.join(lines))] = None
            options = line[3:].split()
            block = lines = None
            if options[:1] == ['http_request'] and not re.search(
                    'limit=|room=', line):
                block, lines = [], []
        elif lines is None or line == '' or line[0] not in '"@[':
            continue
        elif ' -> ' in line + ' ':
            block.append(line)
            row = read_bytes((line + ' ').rpartition(' -> ')[0]
                             if line.endswith('->')
                             else line.partition(' -> ')[0])
            whole = read_bytes(' '.join(lines))
            if row is not None and whole is not None:
                seen[whole.replace(b'\0@', row) if lines else row] = None
        else:
            lines.append(line)
    return [e for e in seen if e is not None and len(e) <= MOST]


# ---- the two ----

class Original:
    """Real eventlet's server on a port of the loopback."""

    def __init__(self):
        self.seen = []
        self.port = serve(self.app)

    def app(self, environ, start_response):
        target = environ['RAW_PATH_INFO']
        if environ.get('QUERY_STRING'):
            target += '?' + environ['QUERY_STRING']
        entry = [environ['REQUEST_METHOD'], target.encode('latin-1'), None]
        self.seen.append(entry)
        entry[2] = environ['wsgi.input'].read()
        start_response('200 OK', [('Content-Length', '0')])
        return [b'']

    def ask(self, data):
        del self.seen[:]
        with eventlet.connect(('127.0.0.1', self.port)) as s:
            s.sendall(data)
            s.shutdown(socket.SHUT_WR)
            try:
                while s.recv(1 << 16):
                    pass
            except OSError:
                pass
        return [tuple(e) for e in self.seen]


def unquote(text):
    return text.encode('latin-1').decode('unicode_escape').encode('latin-1')


def ours(program, data):
    done = subprocess.run([program, '--profile', 'compat'], input=data,
                          stdout=subprocess.PIPE, check=False)
    seen, chunked = [], False
    for line in done.stdout.decode('latin-1').splitlines():
        head = re.match(r'request HTTP/1\.\d (\S+) "(.*)"$', line)
        body = re.match(r'  data "(.*)"$', line)
        if head:
            seen.append([head[1], unquote(head[2]), b''])
        elif body:
            seen[-1][2] += unquote(body[1])
        elif line.startswith('error at') and 'of the body' in line:
            seen[-1][2] = None
        elif line.startswith('  -> '):
            chunked = 'in chunks' in line
        elif line.startswith('ended in') and chunked:
            seen[-1][2] = None  # there an application's read fails
    return [tuple(e) for e in seen]


# ---- comparing ----

def listed():
    found = {}
    for line in LIST.read_text().splitlines():
        if line and line[0] != '#':
            found[line.split('\t')[1]] = row_of(line)
    return found


def main(program, only_list):
    known = {} if only_list else listed()
    original = Original()
    differ, wrong = set(), 0
    cases = examples()
    for data in cases:
        text = repr(data)[2:-1]
        theirs, mine = original.ask(data), ours(program, data)
        if theirs == mine:
            continue
        differ.add(text)
        if only_list:
            print(f'{text}\t{theirs}\t{mine}')
        elif text not in known:
            wrong += 1
            print(f'{text}\n  eventlet: {theirs}\n  ours:     {mine}')
    for text in sorted(set(known) - differ):
        wrong += 1
        print(f'{text}\n  is listed, but does not differ')
    print(f'{len(cases)} examples, {len(differ)} differ, {wrong} wrong')
    return wrong > 0


sys.exit(main(sys.argv[1], '--list' in sys.argv[2:]))
