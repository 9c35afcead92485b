#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""ws_dump_test.py DIRECTORY - runs the ws_dump that was built there over
captures, and looks at what it says, in whatever pieces it reads them."""
import os
import subprocess
import sys
import tempfile

PROGRAM = os.path.join(sys.argv[1], 'ws_dump')
ZERO = b'\0\0\0\0'

# (what, flags, capture, what it has to print, how it ends)
CASES = (
    ('a message, a ping, a close', (),
     b'\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58'
     b'\x89\x80' + ZERO + b'\x88\x85' + ZERO + b'\x03\xe8bye',
     'text "Hello"\nping ""\nclose 1000 "bye"\n', 0),
    ('fragments', (),
     b'\x01\x82' + ZERO + b'a"\x80\x81' + ZERO + b'b',
     'text "a\\"" …\ntext "b"\n', 0),
    ('what a server sends', ('--client',),
     b'\x82\x02\x00\xff', 'binary "\\x00\\xff"\n', 0),
    ('compressed', ('--client', '--deflate'),
     b'\xc1\x01x', 'text (compressed) "x"\n', 0),
    ('an error', (), b'\x81\x85' + ZERO + b'Hello\x83\x80',
     'text "Hello"\nerror at 11, to be answered 1002: unknown opcode\n', 1),
    ('an error in a text', ('--client',), b'\x81\x03a\xffb',
     'text "a" …\nerror at 3, to be answered 1007: text is not UTF-8\n', 1),
    ('a capture that ends early', ('--client',), b'\x81\x05He',
     'text "He" … ended here\n', 0),
    ('old frames', ('--old',), b'\x00hi\xff\x05x\xff\xff\x00',
     'text "hi"\nunknown frame of type 05\nclose 1005 ""\n', 0),
    ('nothing', (), b'', '', 0),
)
failed = False


def run(*args, given=None):
    done = subprocess.run([PROGRAM, *args], input=given, capture_output=True,
                          timeout=60, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def expect(what, got, wanted):
    global failed
    if got != wanted:
        failed = True
        print(f'not so: {what}: {got!r}, not {wanted!r}')


for what, flags, capture, said, status in CASES:
    for split in range(len(capture) + 1):
        cut = ('--split', str(split)) if split else ()
        got = run(*flags, *cut, given=capture)
        expect(f'{what}, {split}', got, (status, said, ''))

with tempfile.NamedTemporaryFile() as file:
    file.write(CASES[0][2])
    file.flush()
    expect('from a file', run(file.name), (0, CASES[0][3], ''))
expect('no such file', run('/nowhere/capture')[::2],
       (1, 'ws_dump: cannot read /nowhere/capture: No such file or '
           'directory\n'))
for wrong in ('--splits', '--split', '--split=3'):
    expect(wrong, run(wrong)[0], 2)
expect('--split 0', run('--split', '0')[0], 2)
expect('--help', run('--help')[0], 0)
print('== ws_dump:', 'failed' if failed else f'{len(CASES)} captures')
sys.exit(failed)
