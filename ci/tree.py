# SPDX-License-Identifier: MIT
"""What the checks in Python share: the tree, its C files, its promises."""
import os
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LAYERS = ('base', 'core', 'sync', 'net', 'proto', 'app')
NOT_OURS = {'.git', 'build', '__pycache__', 'corpus'}

PROMISE = re.compile(r'^- \*\*([a-z][a-z0-9_]*)\.([0-9]+)\*\* +(.*)')
TEST = re.compile(r'^([A-Z0-9_]*TEST[A-Z0-9_]*)\(\s*(\w+)\s*,\s*(\w+)\s*'
                  r',\s*((?:"[^"]*"\s*)+)', re.M)


def module_sources():
    """{'uri': ('proto', ['src/proto/uri.c', ...]), ...}, as
    src/CMakeLists.txt declares them."""
    found = {}
    for call in re.findall(r'^eventlet_module\(([^)]+)\)',
                           text('src/CMakeLists.txt'), re.M):
        name, layer, *more = call.split()
        found[name] = layer, [f'src/{layer}/{stem}' for stem in
                              (f'{name}.c', *more) if stem.endswith('.c')]
    return found


def modules():
    """{'heap': 'base', ...}"""
    return {name: layer for name, (layer, _) in module_sources().items()}


class Report:
    """Collects what is wrong; ends the program."""

    def __init__(self):
        self.count = 0

    def wrong(self, where, what):
        print(f'{where}: {what}')
        self.count += 1

    def end(self, summary):
        name = os.path.basename(sys.argv[0])
        print(f'== {name}: {summary}, {self.count} wrong')
        sys.exit(1 if self.count else 0)


def files(*patterns, under=''):
    """Paths relative to the root, sorted, that match one of the patterns."""
    found = []
    for folder, folders, names in os.walk(ROOT / under):
        folders[:] = [f for f in folders if f not in NOT_OURS]
        for name in names:
            path = pathlib.Path(folder, name).relative_to(ROOT)
            if not patterns or any(path.match(p) for p in patterns):
                found.append(path)
    return sorted(found)


def text(path):
    return (ROOT / path).read_text(encoding='utf-8', errors='replace')


def strip_c(source):
    """C without comments and with empty strings; lines stay where they are."""
    def blank(match):
        found = match.group(0)
        if found[0] == '/':
            return ' ' + '\n' * found.count('\n')
        return '""' if found[0] == '"' else "' '"
    return re.sub(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"'
                  r"|'(?:\\.|[^'\\\n])+'", blank, source, flags=re.S)


def pages():
    """The pages that may hold promises."""
    return [p for p in files('*.md', under='spec')
            if p.parts[1:] not in (('README.md',), ('style.md',),
                                   ('architecture.md',))]


def promises(report=None):
    """{'heap.1': (page, line)}; tells the report about malformed ones."""
    found = {}
    for page in pages():
        subject = page.stem if page.stem != 'README' else page.parent.name
        for number, line in enumerate(text(page).splitlines(), 1):
            match = PROMISE.match(line)
            if not match:
                continue
            name = f'{match[1]}.{match[2]}'
            where = f'{page}:{number}'
            if report and match[1] != subject:
                report.wrong(where, f'{name} does not belong on this page')
            if report and name in found:
                report.wrong(where, f'{name} is promised already at '
                             '{}:{}'.format(*found[name]))
            found.setdefault(name, (page, number))
    return found


def tests():
    """{'heap.gives_earliest': (path, line, ['heap.1', ...])}"""
    found = {}
    for path in files('*.c', under='conformance'):
        if path.parts[1] == 'support':
            continue
        source = text(path)
        for match in TEST.finditer(source):
            line = source.count('\n', 0, match.start()) + 1
            words = ' '.join(re.findall(r'"([^"]*)"', match[4])).split()
            found[f'{match[2]}.{match[3]}'] = (path, line, words)
    found.update(sections())
    return found


def sections():
    """The sections of pages that have examples, which are tests, too; see
    spec/proto/README.md."""
    found = {}
    for path in files('*.md', under='spec/proto'):
        subject = path.stem if path.stem != 'README' else path.parent.name
        name, shows, block = None, None, False
        for number, line in enumerate(text(path).splitlines(), 1):
            if line.startswith('```'):
                block = not block
                if block and line[3:] not in ('', 'c', 'text'):
                    words = ' '.join(shows or []).rstrip('.').split()
                    found.setdefault(name, (path, number, words))
            elif block:
                continue
            elif re.match(r'##+ ', line):
                title = re.sub(r'[^a-z0-9]+', '_', line.lower()).strip('_')
                name, shows = f'{subject}.{title}', None
            elif line.startswith('Shows '):
                shows = [line[6:]]
            elif shows and line and not shows[-1].endswith('.'):
                shows.append(line)
    return found


def symbols():
    """Every identifier of the public headers."""
    found = set()
    for path in files('*.h', under='src/eventlet') + [
            pathlib.Path('src/eventlet.h')]:
        if (ROOT / path).exists():
            found |= set(re.findall(r'\b[A-Za-z_]\w*\b',
                                    strip_c(text(path))))
    found |= {f'EVENTLET_{row[0]}' for row in errors()}
    return found


def errors():
    """The list of codes: (name, value, python name, text)."""
    path = 'src/eventlet/errors.h'
    if not (ROOT / path).exists():
        return []
    return re.findall(r'^ *X\((\w+), (-\d+), "([^"]*)",[\s\\]*"([^"]*)"\)',
                      text(path), re.M)
