# SPDX-License-Identifier: MIT
"""pool free|waiting COUNT: as ours."""
import sys

import eventlet
from eventlet.pools import TokenPool

ITEMS = 4


def get_and_put(count):
    pool = TokenPool(min_size=ITEMS, max_size=ITEMS)
    items = list(pool.free_items)
    for i in range(count):
        item = pool.get()
        assert item is items[i % ITEMS]
        pool.put(item)
    assert pool.free() == ITEMS


def answer(there, back, count):
    for _ in range(count):
        back.put(there.get())


def wait_for_each(count):
    there, back = [TokenPool(min_size=1, max_size=1) for _ in range(2)]
    item, _ = there.get(), back.get()
    other = eventlet.spawn(answer, there, back, count // 2)
    for _ in range(count // 2):
        there.put(item)
        assert back.get() is item
    other.wait()


{'free': get_and_put,
 'waiting': wait_for_each}[sys.argv[1]](int(sys.argv[2]))
