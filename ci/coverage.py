# SPDX-License-Identifier: MIT
"""What the checks that count what was run share: clang's export of it, and
the lists of what cannot be, with the reasons."""
import json
import re
import subprocess

from tree import ROOT, text

PLAIN = 4  # a branch of the file's own, in the export; not an expansion's


def run(*words, **more):
    return subprocess.run([str(word) for word in words], check=True, **more)


def begin(raw):
    """A folder for the profiles of the programs to be run, without any."""
    raw.mkdir(parents=True, exist_ok=True)
    for old in raw.glob('*.profraw'):
        old.unlink()


def export(raw, programs, paths, *options, version=''):
    """{file: what was counted in it}, by the programs that left profiles."""
    data = raw.with_suffix('.profdata')
    run(f'llvm-profdata{version}', 'merge', '-sparse', '-o', data,
        *raw.glob('*.profraw'))
    first, *others = programs
    told = run(f'llvm-cov{version}', 'export', *options,
               f'-instr-profile={data}', first,
               *(f'-object={other}' for other in others),
               *(ROOT / path for path in paths), capture_output=True,
               text=True)
    return {each['filename']: each
            for each in json.loads(told.stdout)['data'][0]['files']}


def words(lines, place):
    """The source between two points, in one line."""
    line, column, last, end = place
    cut = lines[line - 1:last]
    cut[-1] = cut[-1][:end - 1]
    cut[0] = cut[0][column - 1:]
    return ' '.join(' '.join(cut).split())


def is_assert(lines, place):
    """Asserts are left out: they are to be true."""
    return re.search(r'\bassert\(', lines[place[0] - 1])


def listed(path, row, report):
    """{row: line} of what cannot be; rows are of a file and two cells more."""
    found = {}
    for number, line in enumerate(text(path).splitlines(), 1):
        cells = [c.strip().replace('\\|', '|').strip('`')
                 for c in re.split(r'(?<!\\)\|', line)[1:-1]]
        if not cells or not cells[0].startswith('src/'):
            continue
        if len(cells) != 4 or not all(cells):
            report.wrong(f'{path}:{number}', 'does not have four cells')
            continue
        found[row(*cells[:3])] = number
    return found
