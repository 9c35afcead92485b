# SPDX-License-Identifier: MIT
"""timers cancel|fire COUNT: COUNT timeouts armed and cancelled, or COUNT
timers at random deadlines within a second, none fired early."""
import random
import sys
import time

import gevent

fired = 0


def ring(due):
    global fired
    # libev's clock is cached, and so may run behind.
    assert time.monotonic() >= due - 0.5
    fired += 1


def cancel(count):
    global fired
    for _ in range(count):
        gevent.Timeout.start_new(10).close()
        fired += 1


def fire(count):
    loop = gevent.get_hub().loop
    timers = []
    for _ in range(count):
        delay = random.random()
        timer = loop.timer(delay)
        timer.start(ring, time.monotonic() + delay)
        timers.append(timer)
    while fired < count:
        gevent.sleep(0.01)


count = int(sys.argv[2])
{'cancel': cancel, 'fire': fire}[sys.argv[1]](count)
assert fired == count
