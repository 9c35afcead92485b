# SPDX-License-Identifier: MIT
"""Processes: servers that are started, asked for their CPU time and ended by
their own pid, and commands that hyperfine times."""
import json
import os
import resource
import select
import shlex
import signal
import socket
import subprocess
import tempfile
import time


class Failed(Exception):
    """A contender that could not be run or whose answer was wrong."""


def raise_limit_nofile():
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def free_port():
    """A port the system has just handed out, for servers that must be told."""
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def is_listening(port):
    """Looks it up instead of connecting, which a forwarder would pass on."""
    with open('/proc/net/tcp') as table:
        return any(f[3] == '0A' and int(f[1].split(':')[1], 16) == port
                   for f in (line.split() for line in table)
                   if f[0] != 'sl')


def stat_fields(pid):
    with open('/proc/%d/stat' % pid) as stat:
        return stat.read().rsplit(')', 1)[1].split()


def descendants(pid):
    """pid and all that stem from it and are alive."""
    parents = {}
    for name in os.listdir('/proc'):
        if name.isdigit():
            try:
                parents.setdefault(int(stat_fields(int(name))[1]),
                                   []).append(int(name))
            except OSError:
                pass
    found = [pid]
    for p in found:
        found.extend(parents.get(p, []))
    return found


def cpu_clock(pid):
    """Seconds of CPU of a process: its threads, dead or alive, to the ns."""
    return time.clock_gettime_ns((~pid << 3) | 2) / 1e9


def one_process(pid):
    """Its own CPU and that of its children that have ended. The clock is
    exact but does not answer for a process not yet reaped; ticks do."""
    tick = os.sysconf('SC_CLK_TCK')
    own, dead = 0.0, 0.0
    try:
        fields = [int(f) / tick for f in stat_fields(pid)[11:15]]
        own, dead = sum(fields[:2]), sum(fields[2:])
        own = cpu_clock(pid) or own
    except OSError:
        pass
    return own + dead


def cpu_seconds(pid):
    return sum(one_process(p) for p in descendants(pid))


class Server:
    """A process that listens: either it prints `listening on HOST:PORT`, or
    the port it was told to use is watched until somebody listens there."""

    def __init__(self, argv, port=None, cpu=None, env=None):
        self.port = port
        self.argv = [str(a) for a in argv]
        self.log = tempfile.TemporaryFile('w+')
        pin = None if cpu is None else lambda: os.sched_setaffinity(0, {cpu})
        self.process = subprocess.Popen(
            self.argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=self.log, preexec_fn=pin, text=True,
            env={**os.environ, **(env or {})})
        try:
            self.await_ready(time.monotonic() + 20)
        except Failed:
            self.stop()
            raise

    @property
    def pid(self):
        return self.process.pid

    @property
    def address(self):
        return '127.0.0.1:%d' % self.port

    def await_ready(self, deadline):
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                self.fail('ended with %d' % self.process.returncode)
            if self.port is not None:
                if is_listening(self.port):
                    return
                time.sleep(0.01)
            elif select.select([self.process.stdout], [], [], 0.1)[0]:
                self.read_port()
        self.fail('did not listen within 20 seconds')

    def read_port(self):
        line = self.process.stdout.readline()
        if line.startswith('listening on '):
            self.port = int(line.rsplit(':', 1)[1])

    def fail(self, what):
        self.log.seek(0)
        said = self.log.read().strip().splitlines()
        name = os.path.basename(self.argv[0])
        raise Failed(': '.join([name, what] + said[-1:]))

    def check_alive(self):
        if self.process.poll() is not None:
            self.fail('ended with %d' % self.process.returncode)

    def cpu_seconds(self):
        self.check_alive()
        return cpu_seconds(self.pid)

    def stop(self):
        family = descendants(self.pid)[1:]
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for pid in family:  # children that outlive it are ours as well
            try:
                os.kill(pid, signal.SIGTERM)
            except OSError:
                pass
        self.process.stdout.close()
        self.log.close()


class Timing:
    """What hyperfine says of one run, and what the run printed."""

    def __init__(self, result, output):
        self.seconds = result['times'][0]
        self.cpu = result['user'] + result['system']
        self.output = output


def cores():
    """The first and the last that may be used, to be kept apart; None for each
    if there is but one."""
    usable = sorted(os.sched_getaffinity(0))
    return (usable[0], usable[-1]) if len(usable) > 1 else (None, None)


LIMIT = 300  # seconds for one run; --quick lowers it


def time_command(argv, cpu=None):
    """Runs argv once, timed by hyperfine; raises Failed unless it exits 0."""
    command = shlex.join(str(a) for a in argv)
    pin = None if cpu is None else lambda: os.sched_setaffinity(0, {cpu})
    with tempfile.TemporaryDirectory(prefix='bench-') as folder:
        result = os.path.join(folder, 'result')
        output = os.path.join(folder, 'output')
        ran = subprocess.Popen(
            ['hyperfine', '--shell=none', '--runs=1',
             '--show-output', '--export-json', result, command],
            stdin=subprocess.DEVNULL, stdout=open(output, 'w'),
            stderr=subprocess.STDOUT, preexec_fn=pin, start_new_session=True)
        try:
            ran.wait(LIMIT)
        except BaseException as e:
            os.killpg(ran.pid, signal.SIGKILL)  # it and the command
            ran.wait()
            if not isinstance(e, subprocess.TimeoutExpired):
                raise
            raise Failed('took longer than %d s' % LIMIT) from None
        with open(output) as f:
            said = f.read()
        if ran.returncode != 0:
            raise Failed(why_failed(said))
        with open(result) as f:
            return Timing(json.load(f)['results'][0], said)


def why_failed(said):
    """The program's last line, if it said anything; hyperfine's own words
    stand around it."""
    lines = [l.strip() for l in said.splitlines() if l.strip()]
    useful = [l for l in lines if not l.startswith(
        ('Benchmark 1:', 'Error:', 'Warning:'))]
    return (useful or lines or ['no reason given'])[-1]
