# SPDX-License-Identifier: MIT
"""What the scenarios on real eventlet share: trace lines and outcomes."""

import errno
import socket as plain_socket
import time

import eventlet
from eventlet import hubs, queue
from eventlet.green import socket
from eventlet.support import greenlets

SCENARIOS = {}  # name -> function, in the order of the files


class User(Exception):
    """EVENTLET_USER(n): an error of the program's own, with a number."""

    def __init__(self, number):
        super().__init__(number)
        self.number = number


def scenario(function):
    SCENARIOS[function.__name__] = function
    return function


def say(who, *words):
    print('%s: %s' % (who, ' '.join(str(word) for word in words)), flush=True)


def yes(condition):
    return 'yes' if condition else 'no'



def code(error):
    """The name that an exception and a code of ours have in common."""
    if isinstance(error, User):
        return 'user %d' % error.number
    if isinstance(error, hubs.IOClosed) or isinstance(error, EOFError):
        return 'closed'
    if isinstance(error, plain_socket.timeout) and error.errno is None:
        return 'socket timeout'
    if isinstance(error, OSError) and error.errno is not None:
        return errno.errorcode.get(error.errno, 'errno %d' % error.errno)
    for kind, name in CODES:
        if isinstance(error, kind):
            return name
    return 'unknown %r' % error


CODES = (
    (greenlets.GreenletExit, 'exit'),
    (eventlet.Timeout, 'timeout'),
    (eventlet.StopServe, 'stop'),
    (StopIteration, 'end'),
    (queue.Empty, 'empty'),
    (queue.Full, 'full'),
    (AssertionError, 'misuse'),  # a rule of the interface was broken
    (ValueError, 'misuse'),
    (NotImplementedError, 'ENOSYS'),
    (RuntimeError, 'busy'),  # the second reader or writer of a descriptor
    (IndexError, 'index error'),
    (AttributeError, 'ENOENT'),
)


def outcome(function, *args, **kwargs):
    """Calls, and says in words how it ended. None counts as 0."""
    try:
        value = function(*args, **kwargs)
    except BaseException as error:
        return code(error)
    if isinstance(value, bytes):
        return text(value)
    return 'ok %d' % (value or 0)


def text(data):
    return 'got %s' % data.decode() if data else 'eof'


def hog(seconds):
    """Keeps the processor, and with it the hub, for that long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


def lasted(seconds, function, *args):
    """Whether the call took at least that long."""
    start = time.monotonic()
    function(*args)
    return yes(time.monotonic() - start >= seconds)


def yield_times(count):
    for _ in range(count):
        eventlet.sleep(0)


def until(condition):
    """Yields until it holds: for what takes time that nobody promises."""
    while not condition():
        eventlet.sleep(0.001)


def listener():
    return eventlet.listen(('127.0.0.1', 0))


def connected():
    """Both ends of a connection: the connecting one, the accepted one."""
    server = listener()
    client = eventlet.connect(server.getsockname())
    accepted, _ = server.accept()
    server.close()
    return client, accepted


def wait_readable(sock, seconds=None):
    hubs.trampoline(sock.fileno(), read=True, timeout=seconds)


def wait_writable(sock, seconds=None):
    hubs.trampoline(sock.fileno(), write=True, timeout=seconds)


def fill(sock):
    """Writes until the kernel takes no more."""
    sock.setblocking(False)
    try:
        while True:
            sock.send(b'x' * 65536)
    except BlockingIOError:
        pass
    sock.setblocking(True)


def refused_port():
    """A port of this machine on which nobody listens."""
    sock = socket.socket()
    sock.bind(('127.0.0.1', 0))
    port = sock.getsockname()[1]
    sock.close()
    return port
