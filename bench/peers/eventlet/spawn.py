# SPDX-License-Identifier: MIT
"""spawn finish|wait COUNT: starts COUNT green threads; `finish` in batches that
run to their ends, `wait` waits for each before the next."""
import sys

import eventlet

BATCH = 64
finished = 0


def work():
    global finished
    finished += 1


def finish(count):
    for i in range(count):
        eventlet.spawn_n(work)
        if i % BATCH == BATCH - 1 or i + 1 == count:
            eventlet.sleep(0)


def wait(count):
    for _ in range(count):
        eventlet.spawn(work).wait()


count = int(sys.argv[2])
{'finish': finish, 'wait': wait}[sys.argv[1]](count)
assert finished == count
