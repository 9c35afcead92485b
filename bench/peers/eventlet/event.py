# SPDX-License-Identifier: MIT
"""event COUNT: as ours."""
import sys

import eventlet
from eventlet.event import Event

WAITERS = 10000


def wait_each_round():
    global woken
    for i in range(1, rounds + 1):
        assert event.wait() == i
        woken += 1


rounds = int(sys.argv[1]) // WAITERS
event, woken = Event(), 0
for _ in range(WAITERS):
    eventlet.spawn_n(wait_each_round)
eventlet.sleep(0)
for i in range(1, rounds + 1):
    event.send(i)
    event.reset()
    while woken < i * WAITERS:
        eventlet.sleep(0)
    assert woken == i * WAITERS
