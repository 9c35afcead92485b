# SPDX-License-Identifier: MIT
"""timers cancel|fire COUNT: COUNT timeouts armed and cancelled, or COUNT
timers at random deadlines within a second, none fired early."""
import random
import sys
import time

import eventlet
from eventlet import hubs

fired = 0


def ring(due):
    global fired
    assert time.monotonic() >= due - 0.001
    fired += 1


def cancel(count):
    global fired
    for _ in range(count):
        eventlet.Timeout(10).cancel()
        fired += 1


def fire(count):
    hub = hubs.get_hub()
    for _ in range(count):
        delay = random.random()
        hub.schedule_call_global(delay, ring, time.monotonic() + delay)
    while fired < count:
        eventlet.sleep(0.01)


count = int(sys.argv[2])
{'cancel': cancel, 'fire': fire}[sys.argv[1]](count)
assert fired == count
