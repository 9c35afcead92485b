# SPDX-License-Identifier: MIT
"""A case's table: sections of contenders, with columns of medians and of
ratios to a reference; printed, or given as JSON."""
from .rounds import paired, ratio

BASELINE = ' (baseline)'  # what a second build adds to a contender's name


class Column:
    """The median of `key`, or with `to` its ratio to that contender, or with
    `beyond` what is left when that contender's is subtracted."""

    def __init__(self, title, key, digits=1, to=None, beyond=None):
        self.title = title
        self.key = key
        self.digits = digits
        self.to = to
        self.beyond = beyond

    def value(self, contender, section):
        if self.to:
            other = section.find(self.to)
            return other and ratio(contender, other, self.key)
        if self.beyond:
            other = section.find(self.beyond)
            return other and paired(contender, other, self.key,
                                    lambda a, b: a - b)
        return contender.median(self.key)

    def text(self, contender, section):
        v = self.value(contender, section)
        return '–' if v is None else '{:,.{}f}'.format(v, self.digits)


class BaselineColumn(Column):
    """Each contender of ours against the same one of the other build."""

    def value(self, contender, section):
        other = section.find(contender.name + BASELINE)
        return other and ratio(contender, other, self.key)


class Section:
    """Contenders that did the same work, and what is told of them."""

    def __init__(self, title, contenders, columns):
        self.title = title
        self.contenders = contenders
        self.columns = columns
        if any(c.name.endswith(BASELINE) for c in contenders):
            compared = next(col for col in columns if col.to)
            self.columns = columns + [
                BaselineColumn('to baseline', compared.key, 2)]

    def find(self, name):
        for c in self.contenders:
            if c.name == name:
                return c
        return None

    def rows(self):
        for c in self.contenders:
            if c.state == 'ok':
                yield c, [col.text(c, self) for col in self.columns]
            else:
                yield c, None

    def lines(self, width):
        rows = list(self.rows())
        sizes = [max([len(col.title)] + [len(t[i]) for _, t in rows if t])
                 for i, col in enumerate(self.columns)]
        heads = [col.title for col in self.columns]
        yield '  ' + row(self.title, heads, width, sizes)
        for c, texts in rows:
            if texts is None:
                yield '  %-*s  %s' % (width, c.name, c.state)
            else:
                yield '  ' + row(c.name, texts, width, sizes)

    def as_json(self):
        return {
            'title': self.title,
            'contenders': [{
                'name': c.name,
                'state': c.state,
                'values': {col.title: col.value(c, self)
                           for col in self.columns},
                'samples': c.samples,
            } for c in self.contenders],
        }


def row(name, cells, width, sizes):
    padded = ['%*s' % (size, cell) for size, cell in zip(sizes, cells)]
    return '  '.join(['%-*s' % (width, name)] + padded)


class Table:
    def __init__(self, name, title, sections):
        self.name = name
        self.title = title
        self.sections = sections

    def print(self):
        names = [c.name for s in self.sections for c in s.contenders]
        width = max(map(len, names + [s.title for s in self.sections]))
        print('\n%s: %s\n' % (self.name, self.title))
        for section in self.sections:
            print('\n'.join(section.lines(width)) + '\n', flush=True)

    def failed(self):
        return [c for s in self.sections for c in s.contenders if c.error]

    def as_json(self):
        return {'case': self.name, 'title': self.title,
                'sections': [s.as_json() for s in self.sections]}
