# SPDX-License-Identifier: MIT
"""forwarder LISTEN TARGET: the ten-line port forwarder, on gevent."""
import sys

import gevent
from gevent import socket


def closed_callback(*sides):
    """Ends the other direction as well; both sockets then go by themselves."""
    def shutdown():
        for side in sides:
            try:
                side.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
    return shutdown


def forward(source, dest, cb=lambda: None):
    while True:
        try:
            d = source.recv(8096)
        except OSError:
            d = b''
        if d == b'':
            cb()
            break
        dest.sendall(d)


def address(text):
    host, port = text.rsplit(':', 1)
    return host, int(port)


listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(address(sys.argv[1]))
listener.listen(4096)
print('listening on 127.0.0.1:%d' % listener.getsockname()[1], flush=True)
while True:
    client, addr = listener.accept()
    server = socket.create_connection(address(sys.argv[2]))
    close = closed_callback(client, server)
    gevent.spawn(forward, client, server, close)
    gevent.spawn(forward, server, client, close)
