# SPDX-License-Identifier: MIT
"""The cases in which bytes are forwarded: scp, stream, churn."""
import time

from . import forwarders
from .build import system_program
from .process import Failed, Server, time_command
from .rounds import interleave
from .sshd import Sshd
from .table import Column, Section, Table

GIB = 1 << 30
SETTLE = 0.03  # closing, and children that end, belong to the run


def everybody(settings):
    chosen = forwarders.ours(settings.builds) + forwarders.peers(
        settings.build)
    return [forwarders.direct()] + settings.choose(chosen)


def measured(running, ends, contender, command):
    """Times command; returns (timing, the forwarder's CPU, all CPU)."""
    before, ends_before = running.cpu_seconds(contender), ends.cpu_seconds()
    timing = time_command(command)
    time.sleep(SETTLE)
    own = running.cpu_seconds(contender) - before
    there = ends.cpu_seconds() - ends_before
    return timing, own, own + there + timing.cpu


def throughput(timing, own, total, size):
    return {'mb_s': size / 1e6 / timing.seconds, 'seconds': timing.seconds,
            'own': own * GIB / size, 'total': total * GIB / size}


def throughput_columns():
    return [Column('MB/s', 'mb_s', 0),
            Column('to direct', 'mb_s', 2, to='direct'),
            Column('CPU s/GiB', 'own', 2),
            Column('to haproxy, splice', 'own', 2, to='haproxy, splice'),
            Column('with both ends', 'total', 2),
            Column('to direct', 'total', 2, to='direct')]


def scp(settings):
    for name in ('sshd', 'scp', 'ssh-keygen'):
        if not system_program(name):
            raise Failed('scp: %s is not installed' % name)
    megabytes = settings.amount(1024, 16)
    contenders = everybody(settings)
    with Sshd(megabytes, settings.cipher) as sshd:
        with forwarders.Running(contenders, sshd.server.address) as running:
            def measure(c):
                sample = measured(running, sshd.server, c,
                                  sshd.scp(running.address(c)))
                sshd.check_copy()
                return throughput(*sample, megabytes << 20)
            interleave('scp', contenders, settings.rounds, measure)
    title = '%d MiB from localhost to localhost, cipher %s, %s' % (
        megabytes, settings.cipher or 'as ssh chooses', settings.words())
    return Table('scp', title, [Section('through', contenders,
                                        throughput_columns())])


def stream_section(settings, sink, connections):
    size = settings.amount(4 * GIB, GIB // 16)
    contenders = everybody(settings)
    title = '%d connection%s' % (connections, 's' * (connections > 1))
    source = settings.build.path('load/source')
    with forwarders.Running(contenders, sink.address) as running:
        def measure(c):
            return throughput(*measured(
                running, sink, c, [source, running.address(c), size,
                                   connections]), size)
        interleave('stream, ' + title, contenders, settings.rounds, measure)
    return Section(title, contenders, throughput_columns())


def stream(settings):
    sink = Server([settings.build.path('load/sink'), '127.0.0.1:0'])
    try:
        sections = [stream_section(settings, sink, n) for n in (1, 100)]
    finally:
        sink.stop()
    return Table('stream', '%s MiB from a source to a sink, %s' % (
        settings.amount(4096, 64), settings.words()), sections)


def churn_section(settings, echo):
    count = settings.amount(20000, 640)
    contenders = everybody(settings)
    program = settings.build.path('load/churn')
    with forwarders.Running(contenders, echo.address) as running:
        def measure(c):
            timing, own, total = measured(
                running, echo, c, [program, running.address(c), count, 64])
            return {'per_s': count / timing.seconds,
                    'own': own * 1e6 / count, 'total': total * 1e6 / count}
        interleave('churn', contenders, settings.rounds, measure)
    return Section('connect, echo, close', contenders, [
        Column('connections/s', 'per_s', 0),
        Column('to direct', 'per_s', 2, to='direct'),
        Column('to nginx', 'per_s', 2, to='nginx, 64 KiB'),
        Column('to eventlet', 'per_s', 2, to='eventlet'),
        Column('CPU us each', 'own', 0),
        Column('with both ends', 'total', 0)])


def latency_section(settings, echo):
    count = settings.amount(20000, 500)
    contenders = everybody(settings)
    program = settings.build.path('load/ping')
    with forwarders.Running(contenders, echo.address) as running:
        def measure(c):
            timing, own, _ = measured(
                running, echo, c, [program, running.address(c), count])
            return {'us': timing.seconds * 1e6 / count,
                    'own': own * 1e6 / count}
        interleave('latency', contenders, settings.rounds, measure)
    return Section('round trip of one byte', contenders, [
        Column('us', 'us', 1),
        Column('to direct', 'us', 2, to='direct'),
        Column('to bare', 'us', 2, to='bare loop'),
        Column('CPU us each', 'own', 1)])


def churn(settings):
    echo = Server([settings.build.path('peers/bare/echo'), '127.0.0.1:0'])
    try:
        sections = [churn_section(settings, echo),
                    latency_section(settings, echo)]
    finally:
        echo.stop()
    return Table('churn', 'short connections, 64 at a time, and latency, %s'
                 % settings.words(), sections)
