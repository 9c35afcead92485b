# SPDX-License-Identifier: MIT
"""pool free|waiting COUNT: as ours. The library's pools are of greenlets; what
holds items is a queue."""
import sys

import gevent
from gevent.queue import Queue

ITEMS = 4


def get_and_put(count):
    items = [object() for _ in range(ITEMS)]
    pool = Queue(ITEMS, items)
    for i in range(count):
        item = pool.get()
        assert item is items[i % ITEMS]
        pool.put(item)
    assert pool.qsize() == ITEMS


def answer(there, back, count):
    for _ in range(count):
        back.put(there.get())


def wait_for_each(count):
    there, back, item = Queue(1), Queue(1), object()
    other = gevent.spawn(answer, there, back, count // 2)
    for _ in range(count // 2):
        there.put(item)
        assert back.get() is item
    other.get()


{'free': get_and_put,
 'waiting': wait_for_each}[sys.argv[1]](int(sys.argv[2]))
