# SPDX-License-Identifier: MIT
"""echo LISTEN: an echo server on gevent, a greenlet each."""
import sys

import gevent
from gevent import socket


def echo(client):
    while True:
        d = client.recv(4096)
        if not d:
            client.close()
            break
        client.sendall(d)


host, port = sys.argv[1].rsplit(':', 1)
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind((host, int(port)))
listener.listen(4096)
print('listening on 127.0.0.1:%d' % listener.getsockname()[1], flush=True)
while True:
    gevent.spawn(echo, listener.accept()[0])
