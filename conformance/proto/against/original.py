# SPDX-License-Identifier: MIT
"""What the comparisons with real eventlet share: eventlet itself, its server,
and the rows of spec/differences.md. Without the eventlet that those are about
the test is skipped."""
import os
import pathlib
import re
import sys

try:
    import eventlet
    import eventlet.wsgi
except ImportError:
    print('real eventlet is not installed')
    sys.exit(77)
if eventlet.__version__ != '0.33.1':
    print('not the eventlet that the list is about')
    sys.exit(77)

SPEC = pathlib.Path(__file__).resolve().parents[3] / 'spec'
DIFFERENCES = (SPEC / 'differences.md').read_text(encoding='utf-8')


def row_of(text):
    """The row of differences that a text begins with, or None."""
    row = re.match(r'D\d+(?=\s)', text)
    assert not row or f'| {row[0]} |' in DIFFERENCES, text
    return row and row[0]


def serve(app, **more):
    """Eventlet's server on a port of the loopback, which it returns."""
    listener = eventlet.listen(('127.0.0.1', 0))
    eventlet.spawn(eventlet.wsgi.server, listener, app,
                   log=open(os.devnull, 'w', encoding='utf-8'),
                   log_output=False, debug=False, **more)
    return listener.getsockname()[1]


def hexed(data):
    """Bytes, or a text of latin-1, as line.h reads them."""
    if isinstance(data, str):
        data = data.encode('latin-1')
    return data.hex() or '-'
