# SPDX-License-Identifier: MIT
"""Interleaved rounds: each contender runs once a round, the order turning,
so that whatever else the machine does falls on all of them alike. Ratios are
taken within a round, and the median of the rounds is what counts."""
import statistics
import sys
import time

from .process import Failed


class Contender:
    """Someone measured: `reference` ones are what ratios are taken to."""

    def __init__(self, name, missing=None, **facts):
        self.name = name
        self.missing = missing
        self.facts = facts
        self.samples = []
        self.error = None

    def __getattr__(self, fact):
        try:
            return self.__dict__['facts'][fact]
        except KeyError:
            raise AttributeError(fact) from None

    @property
    def state(self):
        if self.missing:
            return self.missing
        if self.error:
            return 'failed: ' + self.error
        return 'ok' if self.samples else 'not run'

    def values(self, key):
        """Per round; None where a round is lacking."""
        return [s and s.get(key) for s in self.samples]

    def median(self, key):
        known = [v for v in self.values(key) if v is not None]
        return statistics.median(known) if known else None


def paired(contender, reference, key, combine):
    """The median over rounds of combine(contender's, reference's)."""
    pairs = zip(contender.values(key), reference.values(key))
    known = [combine(a, b) for a, b in pairs
             if a is not None and b is not None]
    return statistics.median(known) if known else None


def ratio(contender, reference, key):
    return paired(contender, reference, key,
                  lambda a, b: a / b if b else None)


class Progress:
    """Tells on stderr what runs now; one line, or a line each in a log."""

    def __init__(self):
        self.tty = sys.stderr.isatty()
        self.start = time.monotonic()

    def say(self, what):
        line = '[%4ds] %s' % (time.monotonic() - self.start, what)
        if self.tty:
            sys.stderr.write('\r\033[K' + line[:79])
        else:
            sys.stderr.write(line + '\n')
        sys.stderr.flush()

    def clear(self):
        if self.tty:
            sys.stderr.write('\r\033[K')
            sys.stderr.flush()


progress = Progress()


def interleave(title, contenders, rounds, measure):
    """measure(contender) returns a sample, a dict of numbers."""
    for r in range(rounds):
        turn = r % len(contenders)
        for c in contenders[turn:] + contenders[:turn]:
            if c.missing or c.error:
                c.samples.append(None)
                continue
            progress.say('%s: round %d/%d: %s'
                         % (title, r + 1, rounds, c.name))
            try:
                c.samples.append(measure(c))
            except Failed as e:
                c.samples.append(None)
                c.error = str(e)
    progress.clear()
