# SPDX-License-Identifier: MIT
"""The forwarders: ours, the peers, and how each is started before a target.
All have one thread, or one process a connection in socat's case; what comes
with knobs is run as it comes, but for the buffer where the name says so."""
import os
import tempfile

from .build import NOT_INSTALLED, python_peer, system_program
from .process import Failed, Server, free_port
from .rounds import Contender

OUR_BUFFER = 256 << 10  # that of spec/examples/forwarder.c

HAPROXY = '''
global
    maxconn 4096
    nbthread 1
defaults
    mode tcp
    timeout connect 10s
    timeout client 1h
    timeout server 1h
    %(splice)s
listen forwarder
    bind 127.0.0.1:%(port)d backlog 4096
    server target %(target)s
'''
SPLICE = '''option splice-request
    option splice-response'''

NGINX = '''
load_module %(module)s;
daemon off;
worker_processes 1;
%(user)s
pid %(folder)s/pid;
error_log stderr error;
events { worker_connections 8192; }
stream {
    server {
        listen 127.0.0.1:%(port)d backlog=4096;
        proxy_pass %(target)s;
        proxy_buffer_size %(buffer)s;
        proxy_timeout 1h;
    }
}
'''
NGINX_MODULES = ('/usr/lib/nginx/modules', '/usr/lib64/nginx/modules')


def on_free_port(start):
    """Between learning a free port and using it somebody may take it."""
    for attempt in range(3):
        try:
            return start(free_port())
        except Failed:
            if attempt == 2:
                raise


def start_haproxy(folder, target, splice=''):
    def start(port):
        path = os.path.join(folder, 'haproxy.cfg')
        with open(path, 'w') as f:
            f.write(HAPROXY % {'port': port, 'target': target,
                               'splice': splice})
        return Server([system_program('haproxy'), '-db', '-f', path], port)
    return on_free_port(start)


def nginx_stream_module():
    for folder in NGINX_MODULES:
        path = os.path.join(folder, 'ngx_stream_module.so')
        if os.path.exists(path):
            return path
    return None


def start_nginx(folder, target, buffer):
    def start(port):
        path = os.path.join(folder, 'nginx.conf')
        with open(path, 'w') as f:
            f.write(NGINX % {
                'port': port, 'target': target, 'buffer': buffer,
                'folder': folder, 'module': nginx_stream_module(),
                'user': 'user root;' if os.geteuid() == 0 else ''})
        return Server([system_program('nginx'), '-p', folder, '-e', 'stderr',
                       '-c', path], port)
    return on_free_port(start)


def start_socat(_folder, target):
    def start(port):
        return Server([system_program('socat'), '-b', '65536',
                       'TCP4-LISTEN:%d,bind=127.0.0.1,reuseaddr,fork,'
                       'backlog=4096' % port, 'TCP4:' + target], port)
    return on_free_port(start)


def starter(argv):
    """For programs that are given LISTEN and TARGET, and tell their port."""
    return lambda _folder, target: Server(argv + ['127.0.0.1:0', target])


def contender(name, argv, *options):
    return Contender(name, None if argv else NOT_INSTALLED,
                     start=argv and starter(argv + list(options)))


def program(path):
    return path and [path]


def ours(builds):
    """The forwarder of each build; not built yet is said, not hidden."""
    found = []
    for b in builds:
        path = b.example('forwarder')
        for name, options in (('ours --splice', ['--splice']), ('ours', [])):
            found.append(Contender(
                name + b.suffix, None if path else 'not built',
                start=path and starter([path] + options)))
    return found


def configured():
    haproxy = None if system_program('haproxy') else NOT_INSTALLED
    socat = None if system_program('socat') else NOT_INSTALLED
    nginx = system_program('nginx') and nginx_stream_module()
    nginx = None if nginx else NOT_INSTALLED
    return [
        Contender('haproxy', haproxy, start=start_haproxy),
        Contender('haproxy, splice', haproxy,
                  start=lambda f, t: start_haproxy(f, t, SPLICE)),
        Contender('nginx, 16 KiB', nginx,
                  start=lambda f, t: start_nginx(f, t, '16k')),
        Contender('nginx, 64 KiB', nginx,
                  start=lambda f, t: start_nginx(f, t, '64k')),
        Contender('socat, 64 KiB', socat, start=start_socat),
    ]


def peers(build):
    bare = program(build.path('peers/bare/forwarder'))
    go = program(build.path('peers/go/forwarder'))
    return [
        contender('bare loop', bare, '--buffer', str(OUR_BUFFER)),
        contender('bare loop, splice', bare, '--splice'),
        *configured(),
        contender('Go io.Copy', go),
        contender('eventlet', python_peer('eventlet', 'forwarder')),
        contender('gevent', python_peer('gevent', 'forwarder')),
    ]


class Running:
    """Context: every forwarder of a list is up before one target, `direct`
    being the target itself. Each contender gets .address and .cpu()."""

    def __init__(self, contenders, target):
        self.contenders = contenders
        self.target = target
        self.servers = {}

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix='bench-')
        for i, c in enumerate(self.contenders):
            if c.missing or not c.start:
                continue
            own = os.path.join(self.folder.name, str(i))
            os.mkdir(own)
            try:
                self.servers[c.name] = c.start(own, self.target)
            except Failed as e:
                c.error = str(e)
        return self

    def __exit__(self, *_):
        for server in self.servers.values():
            server.stop()
        self.folder.cleanup()

    def address(self, contender):
        server = self.servers.get(contender.name)
        return server.address if server else self.target

    def cpu_seconds(self, contender):
        server = self.servers.get(contender.name)
        return server.cpu_seconds() if server else 0.0


def direct():
    return Contender('direct', start=None)
