# SPDX-License-Identifier: MIT
"""What the scripts about fuzzing share: targets, their folders, their runs."""
import os
import re
import subprocess
import sys

from tree import ROOT

BUILD = ROOT / 'build/fuzz'
COUNTING = ROOT / 'build/fuzz-cov'
LIMITS = ['-timeout=10', '-rss_limit_mb=1024', '-print_final_stats=1']


def say(words):
    print(words, flush=True)


def targets():
    return sorted(p.name[:-len('_fuzz.c')]
                  for p in (ROOT / 'fuzz').glob('*_fuzz.c'))


def parsers(target):
    """The files that a target says it is after."""
    words = (ROOT / f'fuzz/{target}_fuzz.c').read_text(encoding='utf-8')
    return re.findall(r'^ \* Parser: (\S+)(?: \*/)?$', words, re.M)


def build(preset):
    done = subprocess.run([ROOT / 'ci/build', preset, 'fuzz_targets'],
                          check=False)
    if done.returncode != 0:
        sys.exit(f'fuzz: cannot build {preset}')


def targets_and_seconds(parser, words, otherwise):
    """What the words of a command line name: all targets if they name none."""
    seconds = [int(word) for word in words if word.isdigit()]
    names = [word for word in words if not word.isdigit()]
    for name in names:
        if name not in targets():
            parser.error(f'no target {name}; '
                         f'there are: {" ".join(targets())}')
    return names or targets(), seconds[0] if seconds else otherwise


def program(target, where=BUILD):
    return where / f'fuzz/fuzz_{target}'


def folder(kind, target):
    path = BUILD / kind / target
    path.mkdir(parents=True, exist_ok=True)
    return path


def corpus(target):
    path = ROOT / 'fuzz/corpus' / target
    path.mkdir(parents=True, exist_ok=True)
    return path


# What an input frees is kept from use until that input is done with, not for
# thousands of them: memory that is used again is in the cache.
ASAN = ':'.join(['detect_stack_use_after_return=0', 'quarantine_size_mb=1',
                 'thread_local_quarantine_size_kb=64',
                 'max_malloc_fill_size=0'])


def environment(**more):
    settings = dict(os.environ, **more)
    settings.setdefault('ASAN_OPTIONS', ASAN)
    settings.setdefault('UBSAN_OPTIONS', 'print_stacktrace=1')
    return settings


def run_for_profile(raw, target, *folders):
    """Over all inputs in the folders, in the build that counts."""
    subprocess.run([program(target, COUNTING), *folders], check=True,
                   stdout=subprocess.DEVNULL, env=environment(
                       LLVM_PROFILE_FILE=f'{raw}/{target}-%p.profraw'))


def dictionary(target):
    """What tells libFuzzer the words of a target, if there are any."""
    path = ROOT / f'fuzz/dict/{target}.dict'
    return [f'-dict={path}'] if path.exists() else []


def executions(line):
    """How many a line of libFuzzer's speaks of, or nothing."""
    told = (re.match(r'#(\d+)\s', line) or
            re.match(r'stat::number_of_executed_units:\s+(\d+)', line))
    return told and int(told[1])


def artifact(line):
    """The file with an input that breaks the target, or nothing."""
    made = re.search(r'Test unit written to (\S+)', line)
    return made and made[1]


def complaint(log):
    """What a log says was wrong, in some lines."""
    lines = log.read_text(encoding='utf-8').splitlines()
    shown = [n for n, line in enumerate(lines)
             if re.search(r'not so:|ERROR:|runtime error:', line)]
    first = shown[0] if shown else max(0, len(lines) - 30)
    return '\n'.join(lines[first:first + 30])
