# SPDX-License-Identifier: MIT
"""spawn finish|wait COUNT: starts COUNT greenlets; `finish` in batches that
run to their ends, `wait` waits for each before the next."""
import sys

import gevent

BATCH = 64
finished = 0


def work():
    global finished
    finished += 1


def finish(count):
    for i in range(count):
        gevent.spawn_raw(work)
        if i % BATCH == BATCH - 1 or i + 1 == count:
            gevent.sleep(0)


def wait(count):
    for _ in range(count):
        gevent.spawn(work).join()


count = int(sys.argv[2])
{'finish': finish, 'wait': wait}[sys.argv[1]](count)
assert finished == count
