# SPDX-License-Identifier: MIT
"""The cases without input and output: switch, spawn, timers, memory, queue,
http_parse.

A program is run with its amount of work and with none; what is told is the
difference, so that an interpreter's start is not counted. Ratios are those of
CPU time, which suffers less than time does from whatever else is running."""
import re

from .build import NOT_INSTALLED, python_peer
from .process import Failed, time_command
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


def per_operation(c):
    """Nanoseconds of time and of CPU for one of c.count operations."""
    command = c.argv + list(c.args)
    nothing = time_command(command + [0])
    work = time_command(command + [c.count])
    return {'ns': (work.seconds - nothing.seconds) * 1e9 / c.count,
            'cpu': (work.cpu - nothing.cpu) * 1e9 / c.count}


def columns(reference, *more):
    return [Column('ns', 'ns'), Column('CPU ns', 'cpu'),
            Column('to ' + reference, 'cpu', 2, to=reference), *more]


def section(settings, title, contenders, cols):
    chosen = settings.choose(contenders)
    interleave(title, chosen, settings.rounds, per_operation)
    return Section(title, chosen, cols)


def switch(settings):
    fast = dict(count=20 * MILLION, quick=MILLION)
    slow = dict(count=200000, quick=10000)
    raw = dict(count=200 * MILLION, quick=10 * MILLION)
    return Table('switch', 'from one green thread to another, %s'
                 % settings.words(), [
        section(settings, 'through the scheduler', [
            *ours(settings, 'ours', 'switch', **fast),
            peer(settings, 'Boost.Fiber', 'boost/switch', **fast),
            peer(settings, 'State Threads', 'st/switch', **fast),
            peer(settings, 'Go', 'go/switch', **fast),
            peer(settings, 'eventlet', 'eventlet/switch', **slow),
            peer(settings, 'gevent', 'gevent/switch', **slow),
        ], columns('Boost.Fiber',
                   Column('to State Threads', 'cpu', 2, to='State Threads'))),
        section(settings, 'the switch alone', [
            *ours(settings, 'ours', 'switch_raw', **raw),
            peer(settings, 'indirect jump', 'bare/switch', **raw),
        ], columns('indirect jump'))])


def spawn_section(settings, title, mode):
    fast = dict(count=5 * MILLION, quick=100000)
    slow = dict(count=50000, quick=2000)
    return section(settings, title, [
        *ours(settings, 'ours', 'spawn', mode, **fast),
        peer(settings, 'Boost.Fiber', 'boost/spawn', mode, **fast),
        peer(settings, 'State Threads', 'st/spawn', mode, **fast),
        peer(settings, 'Go', 'go/spawn', mode, **fast),
        peer(settings, 'eventlet', 'eventlet/spawn', mode, **slow),
        peer(settings, 'gevent', 'gevent/spawn', mode, **slow),
    ], columns('Boost.Fiber',
               Column('to State Threads', 'cpu', 2, to='State Threads')))


def spawn(settings):
    return Table('spawn', 'from start to end of a green thread, %s'
                 % settings.words(), [
                     spawn_section(settings, 'spawn and finish', 'finish'),
                     spawn_section(settings, 'spawn and wait', 'wait')])


def queue(settings):
    fast = dict(count=10 * MILLION, quick=MILLION)
    slow = dict(count=100000, quick=5000)
    return Table('queue', 'from one green thread to another, %s'
                 % settings.words(), [
        section(settings, 'put and got', [
            *ours(settings, 'ours', 'queue', **fast),
            peer(settings, 'Boost.Fiber', 'boost/queue', **fast),
            peer(settings, 'State Threads', 'st/queue', **fast),
            peer(settings, 'Go', 'go/queue', **fast),
            peer(settings, 'eventlet', 'eventlet/queues', **slow),
            peer(settings, 'gevent', 'gevent/queues', **slow),
        ], columns('Boost.Fiber',
                   Column('to State Threads', 'cpu', 2, to='State Threads')))])


def http_parse(settings):
    amount = dict(count=2 * MILLION, quick=20000)
    return Table('http_parse', 'the head of a request of 712 bytes, %s'
                 % settings.words(), [
        section(settings, 'read', [
            *ours(settings, 'ours', 'http_parse', **amount),
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
