# SPDX-License-Identifier: MIT
"""The cases of protocols as pure functions: bytes that are in memory."""
from .micro import columns, ours, peer, section
from .table import Table

MILLION = 1000000


def websocket(settings, title, kind, reference, others, count, quick):
    """One section: ours and the others do so many of a kind; who takes n times
    as long for one does fewer."""
    return section(settings, title, [
        *ours(settings, 'ours', 'websocket', kind, count=count, quick=quick),
        *(peer(settings, name, folder + '/websocket', how,
               count=count // slower, quick=quick // slower)
          for name, folder, how, slower in others),
    ], columns(reference))


def ws_frame(settings):
    return Table('ws_frame', 'masked frames of 125 bytes, %s'
                 % settings.words(), [
        websocket(settings, 'parsed and unmasked', 'frames', 'wslay',
                  [('wslay', 'wslay', 'frames', 10)],
                  count=50 * MILLION, quick=100000)])


def utf8(settings):
    counts = dict(count=400000, quick=1000)
    return Table('utf8', '16 KiB checked to be UTF-8, %s'
                 % settings.words(), [
        websocket(settings, title, kind, 'libunistring', [
            ('libunistring', 'unistring', kind, 10),
            ('bare states', 'bare', kind, 20)
        ], **counts)
        for title, kind in (('ASCII', 'ascii'), ('mixed', 'mixed'))])


def unmask(settings):
    return Table('unmask', '16 KiB unmasked in place, %s'
                 % settings.words(), [
        websocket(settings, 'unmasked', 'unmask', 'memcpy', [
            ('memcpy', 'bare', 'memcpy', 1), ('bytes', 'bare', 'unmask', 50)
        ], count=4 * MILLION, quick=10000)])


def deflate(settings):
    counts = dict(count=200000, quick=1000)
    return Table('deflate', 'messages of 1 KiB, each by itself, %s'
                 % settings.words(), [
        websocket(settings, kind, kind, 'ours', [], **counts)
        for kind in ('deflate', 'inflate')])
