# SPDX-License-Identifier: MIT
"""The case echo: the CPU a server spends on a request of 64 bytes.

Server and load have a core each if there are two. Connecting and closing are
subtracted: the same number of connections is opened without a request."""
import time

from .build import NOT_INSTALLED, python_peer
from .forwarding import SETTLE
from .process import Failed, Server, cores, time_command
from .rounds import Contender, interleave
from .table import Column, Section, Table


def servers(settings):
    for b in settings.builds:
        path = b.path('echo')
        yield Contender('ours' + b.suffix, None if path else 'not built',
                        argv=path and [path], env=None)
    for name, lib in (('bare loop', 'bare'), ('libuv', 'uv'), ('Go', 'go')):
        path = settings.build.path('peers/%s/echo' % lib)
        yield Contender(name, None if path else NOT_INSTALLED,
                        argv=path and [path], env={'GOMAXPROCS': '1'})
    for lib in ('eventlet', 'gevent'):
        argv = python_peer(lib, 'echo')
        yield Contender(lib, None if argv else NOT_INSTALLED, argv=argv,
                        env=None)


def one_load(server, command):
    """Runs it; returns (seconds, the server's CPU seconds)."""
    before = server.cpu_seconds()
    timing = time_command(command, cpu=cores()[1])
    time.sleep(SETTLE)
    return timing.seconds, server.cpu_seconds() - before


def echo_section(settings, connections, count):
    contenders = settings.choose(list(servers(settings)))
    program = settings.build.path('load/requests')
    running = {}

    def measure(c):
        if c.name not in running:
            running[c.name] = Server(c.argv + ['127.0.0.1:0'],
                                     cpu=cores()[0], env=c.env)
        server = running[c.name]
        load = [program, server.address, connections]
        idle_s, idle_cpu = one_load(server, load + [0])
        seconds, cpu = one_load(server, load + [count])
        if seconds <= idle_s:
            raise Failed('too few requests to tell their time')
        return {'cpu': (cpu - idle_cpu) * 1e6 / count,
                'per_s': count / (seconds - idle_s)}
    title = '{:,} connection{}'.format(connections, 's' * (connections > 1))
    try:
        interleave('echo, ' + title, contenders, settings.rounds, measure)
    finally:
        for server in running.values():
            server.stop()
    return Section(title, contenders, [
        Column('CPU us each', 'cpu', 2),
        Column('to bare', 'cpu', 2, to='bare loop'),
        Column('to libuv', 'cpu', 2, to='libuv'),
        Column('requests/s', 'per_s', 0),
        Column('to bare', 'per_s', 2, to='bare loop')])


def echo(settings):
    sizes = settings.amount(
        [(1, 50000), (100, 400000), (1000, 400000), (10000, 400000)],
        [(1, 2000), (100, 20000)])
    return Table('echo', '64 bytes there and back, the server\'s CPU, %s'
                 % settings.words(),
                 [echo_section(settings, *size) for size in sizes])
