# SPDX-License-Identifier: MIT
"""queues COUNT: numbers go to another green thread and come back, one at a
time, through two queues for two. (A queue.py would hide the module.)"""
import sys

import eventlet
from eventlet.queue import Queue


def answer(count):
    for _ in range(count):
        back.put(there.get() + 1)


count = int(sys.argv[1]) // 2
there, back = Queue(2), Queue(2)
other = eventlet.spawn(answer, count)
for i in range(count):
    there.put(i)
    assert back.get() == i + 1
other.wait()
