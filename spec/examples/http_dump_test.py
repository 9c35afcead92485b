#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""http_dump_test.py DIRECTORY - runs the program http_dump that was built there
on captures, whole and in pieces, and looks at what it says."""
import re
import subprocess
import sys
import tempfile

GOOD = (b'POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n'
        b'3;x=y\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n'
        b'GET /b HTTP/1.0\r\n\r\n')
SAID = '''request HTTP/1.1 POST "/a"
  Host: "h"
  Transfer-Encoding: "chunked"
  -> a body in chunks, then the next message
  chunk of 3 ";x=y"
  data "abc"
  chunk of 0 ""
  trailer X-Sum: "1"
  end of the body
request HTTP/1.0 GET "/b"
  -> no body, then the end
'''
FOLDED = b'GET / HTTP/1.1\nHost: h\n\n'
program = sys.argv[1] + '/http_dump'


def run(*args, data=b''):
    done = subprocess.run([program, *args], input=data, capture_output=True,
                          timeout=20, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def expect(got, want):
    assert got == want, f'{got}\nnot\n{want}'


expect(run(data=GOOD), (0, SAID, ''))

# In pieces, data come in pieces; all else is the same.
for split in range(1, len(GOOD) + 1):
    code, said, _ = run('--split', str(split), data=GOOD)
    joined, n = said, 1
    while n:
        joined, n = re.subn(r'(  data "\w+)"\n  data "', r'\1', joined)
    expect((code, joined), (0, SAID))

with tempfile.NamedTemporaryFile() as file:
    file.write(GOOD)
    file.flush()
    expect(run(file.name), (0, SAID, ''))

expect(run(data=FOLDED), (
    1, 'error at byte 14 of the head: a line feed without carriage return '
    '(line feed without carriage return), answer 400\n', ''))
expect(run('--profile', 'compat', data=FOLDED), (
    0, 'request HTTP/1.1 GET "/"\n  Host: "h"\n'
    '  -> no body, then the next message\n', ''))
expect(run('--response', data=b'HTTP/1.1 200 OK\r\n\r\nab\n'), (
    0, 'response HTTP/1.1 200 "OK"\n  -> a body up to the end, then the end\n'
    '  data "ab\\x0a"\n', ''))
expect(run(data=b'GET / HT'), (
    1, 'ended in the middle of a message, 8 bytes were not used\n', ''))
expect(run(data=GOOD[:60])[0], 1)
expect(run(data=b''), (0, '', ''))

for wrong in (['--split'], ['--split', 'x'], ['--profile', 'lax'], ['--what'],
              ['a', 'b']):
    code, said, complaint = run(*wrong)
    assert code == 2 and complaint.startswith('usage: http_dump'), wrong
expect(run('/does/not/exist')[0], 1)
assert run('--help')[1].startswith('usage: http_dump')
print('ok')
