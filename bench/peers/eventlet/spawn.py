# SPDX-License-Identifier: MIT
"""spawn finish|wait COUNT: starts COUNT green threads, one after the other,
and lets each run to its end before the next is started."""
import sys

import eventlet

finished = 0


def work():
    global finished
    finished += 1


def finish(count):
    for _ in range(count):
        eventlet.spawn_n(work)
        eventlet.sleep(0)


def wait(count):
    for _ in range(count):
        eventlet.spawn(work).wait()


count = int(sys.argv[2])
{'finish': finish, 'wait': wait}[sys.argv[1]](count)
assert finished == count
