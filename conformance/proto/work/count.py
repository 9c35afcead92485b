#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""count.py PROGRAM [--plant] - runs the program under valgrind and compares
how many instructions each work takes with so much input and with twice as much.
More than 2.1 times as many are too many; with fewer than 1.5 times as many it
is not the input that is counted."""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

MOST, LEAST = 2.1, 1.5


def counts(program, where):
    """[(name, how often, instructions), ...], in the program's order."""
    out = pathlib.Path(where) / 'out'
    done = subprocess.run(
        ['valgrind', '--tool=callgrind', f'--callgrind-out-file={out}',
         '--zero-before=counted', '--dump-after=counted', *program],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        check=False)
    if done.returncode != 0:
        sys.exit(f'work: ends with {done.returncode}\n{done.stderr}')
    lines = [line.split('\t') for line in done.stdout.splitlines()]
    for number, (name, times) in enumerate(lines, 1):
        dump = pathlib.Path(f'{out}.{number}').read_text(encoding='utf-8')
        yield name, int(times), int(re.search(r'^totals: (\d+)', dump,
                                              re.M)[1])


def main(program):
    if not shutil.which('valgrind'):
        sys.exit('work: no valgrind; first: ci/setup')
    bad = 0
    with tempfile.TemporaryDirectory() as where:
        found = list(counts(program, where))
    for (name, n, once), (again, _, twice) in zip(found[::2], found[1::2]):
        assert name == again
        ratio = twice / once
        verdict = ('too much: ' if ratio > MOST else
                   'does not grow: ' if ratio < LEAST else '')
        bad += verdict != ''
        print(f'{verdict}{name}: {once} for {n}, {twice} for {2 * n}, '
              f'{ratio:.3f} times')
    print(f'== work: {len(found) // 2} works, {bad} wrong')
    return 1 if bad or not found else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
