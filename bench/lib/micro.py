# SPDX-License-Identifier: MIT
"""The cases without input and output: switches, timers, memory, what green
threads meet in, and parsers.

A program is run with its amount of work and with none; what is told is the
difference, so that an interpreter's start is not counted. Ratios are those of
CPU time, which suffers less than time does from whatever else is running. All
run on one CPU: another may be half as fast while somebody shares its core, and
then it is by chance whose turn is on which."""
import re

from .build import NOT_INSTALLED, python_peer
from .process import Failed, cores, time_command
from .rounds import Contender, interleave
from .table import Column, Section, Table

MILLION = 1000000


def native(build, path, missing=NOT_INSTALLED):
    found = build.path(path)
    return ([found], None) if found else (None, missing)


def ours(settings, name, program, *args, count, quick):
    """One contender for each build."""
    for b in settings.builds:
        argv, missing = native(b, program, 'not built')
        yield Contender(name + b.suffix, missing, argv=argv, args=args,
                        count=settings.amount(count, quick))


def peer(settings, name, path, *args, count, quick):
    lib, program = path.split('/')
    if lib in ('eventlet', 'gevent'):
        argv = python_peer(lib, program)
        missing = None if argv else NOT_INSTALLED
    else:
        argv, missing = native(settings.build, 'peers/' + path)
    return Contender(name, missing, argv=argv, args=args,
                     count=settings.amount(count, quick))


def per_operation(c, cpu):
    """Nanoseconds of time and of CPU for one of c.count operations."""
    command = c.argv + list(c.args)
    nothing = time_command(command + [0], cpu)
    work = time_command(command + [c.count], cpu)
    return {'ns': (work.seconds - nothing.seconds) * 1e9 / c.count,
            'cpu': (work.cpu - nothing.cpu) * 1e9 / c.count}


def columns(reference, *more):
    return [Column('ns', 'ns'), Column('CPU ns', 'cpu'),
            Column('to ' + reference, 'cpu', 2, to=reference), *more]


def section(settings, title, contenders, cols, one_cpu=True):
    chosen = settings.choose(contenders)
    cpu = cores()[1] if one_cpu else None
    interleave(title, chosen, settings.rounds,
               lambda c: per_operation(c, cpu))
    return Section(title, chosen, cols)


def against_all(settings, program, *args, fast, slow, own=(), python=None):
    """Ours, more of ours if there is, and all who have such a program."""
    fast = dict(zip(('count', 'quick'), fast))
    slow = dict(zip(('count', 'quick'), slow))
    python = python or program
    return [
        *ours(settings, 'ours', program, *args, **fast),
        *own,
        peer(settings, 'Boost.Fiber', 'boost/' + program, *args, **fast),
        peer(settings, 'State Threads', 'st/' + program, *args, **fast),
        peer(settings, 'Go', 'go/' + program, *args, **fast),
        peer(settings, 'eventlet', 'eventlet/' + python, *args, **slow),
        peer(settings, 'gevent', 'gevent/' + python, *args, **slow),
    ]


def to_both(*more):
    return columns('Boost.Fiber', Column('to State Threads', 'cpu', 2,
                                         to='State Threads'), *more)


def switch(settings):
    raw = dict(count=200 * MILLION, quick=10 * MILLION)
    return Table('switch', 'from one green thread to another, %s'
                 % settings.words(), [
        section(settings, 'through the scheduler', against_all(
            settings, 'switch', fast=(20 * MILLION, MILLION),
            slow=(200000, 10000)), to_both()),
        section(settings, 'the switch alone', [
            *ours(settings, 'ours', 'switch_raw', **raw),
            peer(settings, 'indirect jump', 'bare/switch', **raw),
        ], columns('indirect jump'))])


def spawn(settings):
    sections = [('spawn and finish', 'finish'), ('spawn and wait', 'wait')]
    return Table('spawn', 'from start to end of a green thread, %s'
                 % settings.words(), [
        section(settings, title, against_all(
            settings, 'spawn', mode, fast=(5 * MILLION, 100000),
            slow=(50000, 2000)), to_both())
        for title, mode in sections])


def queue(settings):
    return Table('queue', 'from one green thread to another, %s'
                 % settings.words(), [
        section(settings, 'put and got', against_all(
            settings, 'queue', python='queues', fast=(10 * MILLION, MILLION),
            slow=(100000, 5000)), to_both())])


def semaphore(settings):
    sections = [('given, waited for and taken', 'handover'),
                ('taken and given back', 'free')]
    return Table('semaphore', 'one unit, %s' % settings.words(), [
        section(settings, title, against_all(
            settings, 'semaphore', mode, fast=(10 * MILLION, MILLION),
            slow=(200000, 5000)), to_both())
        for title, mode in sections])


def event(settings):
    """Beside it our own switch: with two green threads, whose stacks stay in
    the processor's caches, and with as many as wait."""
    count = dict(count=20 * MILLION, quick=500000)
    few, many = 'ours: 2 yield', 'ours: 10,000 yield'
    return Table('event', '10,000 that wait for one, %s' % settings.words(), [
        section(settings, 'sent, and one woken', against_all(
            settings, 'event', fast=(20 * MILLION, 200000),
            slow=(200000, 20000), own=[
                *ours(settings, few, 'switch', **count),
                *ours(settings, many, 'switch', 10000, **count)]),
            to_both(Column('to 2 that yield', 'cpu', 2, to=few),
                    Column('to 10,000', 'cpu', 2, to=many)))])


def pool(settings):
    sections = [('put, waited for and got', 'waiting'),
                ('got and put back', 'free')]
    return Table('pool', 'one item, %s' % settings.words(), [
        section(settings, title, against_all(
            settings, 'pool', mode, fast=(10 * MILLION, MILLION),
            slow=(200000, 5000)), to_both())
        for title, mode in sections])


def greenpool(settings):
    return Table('greenpool', 'through a pool for 100, %s'
                 % settings.words(), [
        section(settings, 'spawned and finished', against_all(
            settings, 'greenpool', fast=(5 * MILLION, 100000),
            slow=(50000, 2000)), to_both())])


def threadqueue(settings):
    fast = dict(count=5 * MILLION, quick=50000)
    slow = dict(count=200000, quick=2000)
    modes = [('one after the other', 'there', fast),
             ('there and back', 'back', slow)]
    return Table('threadqueue', 'from one OS thread to another, %s'
                 % settings.words(), [
        section(settings, title, [
            *ours(settings, 'ours', 'threadqueue', mode, **amount),
            peer(settings, 'mutex and condition', 'bare/threadqueue', 'cond',
                 mode, **amount),
            peer(settings, 'pipe', 'bare/threadqueue', 'pipe', mode, **amount),
        ], columns('pipe', Column('time to pipe', 'ns', 2, to='pipe')),
           one_cpu=False)
        for title, mode, amount in modes])


def http_parse(settings):
    amount = dict(count=2 * MILLION, quick=20000)
    return Table('http_parse', 'the head of a request of 712 bytes, %s'
                 % settings.words(), [
        section(settings, 'read', [
            *ours(settings, 'ours', 'http_parse', 'again', **amount),
            *ours(settings, 'ours, a new struct', 'http_parse', 'new',
                  **amount),
            peer(settings, 'llhttp', 'llhttp/http_parse', **amount),
            peer(settings, 'http-parser', 'http_parser/http_parse', **amount),
            peer(settings, 'memcpy', 'bare/http_parse', **amount),
        ], columns('llhttp', Column('to http-parser', 'cpu', 2,
                                    to='http-parser')))])


def timers_cancel(settings):
    fast = dict(count=20 * MILLION, quick=MILLION)
    slow = dict(count=100000, quick=5000)
    return section(settings, 'arm and cancel', [
        *ours(settings, 'ours', 'timers', 'cancel', **fast),
        peer(settings, 'clock', 'bare/timers', 'clock', **fast),
        peer(settings, 'bare heap', 'bare/timers', 'cancel', **fast),
        peer(settings, 'libuv', 'uv/timers', 'cancel', **fast),
        peer(settings, 'Go', 'go/timers', 'cancel',
             count=2 * MILLION, quick=100000),
        peer(settings, 'eventlet', 'eventlet/timers', 'cancel', **slow),
        peer(settings, 'gevent', 'gevent/timers', 'cancel', **slow),
    ], columns('bare heap', Column('beyond the clock', 'cpu', beyond='clock')))


def timers_fire(settings):
    fast = dict(count=MILLION, quick=20000)
    slow = dict(count=100000, quick=5000)
    return section(settings, 'fire within a second', [
        *ours(settings, 'ours, calls', 'timers', 'fire', **fast),
        *ours(settings, 'ours, green threads', 'timers', 'sleep', **fast),
        peer(settings, 'bare heap', 'bare/timers', 'fire', **fast),
        peer(settings, 'libuv', 'uv/timers', 'fire', **fast),
        peer(settings, 'Go', 'go/timers', 'fire', **fast),
        peer(settings, 'eventlet', 'eventlet/timers', 'fire', **slow),
        peer(settings, 'gevent', 'gevent/timers', 'fire', **slow),
    ], columns('bare heap')[1:])


def timers(settings):
    return Table('timers', 'timeouts and sleepers, %s' % settings.words(),
                 [timers_cancel(settings), timers_fire(settings)])


def bytes_each(c):
    said = time_command(c.argv + [c.count]).output
    found = dict(re.findall(r'^(resident|tables) (\d+)$', said, re.M))
    if len(found) != 2:
        raise Failed('did not tell its memory')
    pages, tables = int(found['resident']), int(found['tables'])
    return {'resident': pages, 'tables': tables, 'total': pages + tables}


def available_bytes():
    with open('/proc/meminfo') as f:
        for line in f:
            if line.startswith('MemAvailable:'):
                return int(line.split()[1]) * 1024
    return 0


def memory_section(settings, count):
    contenders = settings.choose([
        *ours(settings, 'ours', 'memory', count=count, quick=count),
        *(peer(settings, name, lib + '/memory', count=count, quick=count)
          for name, lib in (('Go', 'go'), ('State Threads', 'st'),
                            ('Boost.Fiber', 'boost'),
                            ('eventlet', 'eventlet'), ('gevent', 'gevent')))])

    def measure(c):
        if count * 16384 > available_bytes():
            raise Failed('too little memory for %d threads' % count)
        return bytes_each(c)
    title = '{:,} parked'.format(count)
    interleave('memory, ' + title, contenders, settings.rounds, measure)
    return Section(title, contenders, [
        Column('bytes resident', 'resident', 0),
        Column('page tables', 'tables', 0),
        Column('together', 'total', 0),
        Column('to State Threads', 'total', 2, to='State Threads')])


def memory(settings):
    counts = settings.amount([100000, MILLION], [1000])
    return Table('memory', 'of each parked green thread, %s'
                 % settings.words(),
                 [memory_section(settings, n) for n in counts])
