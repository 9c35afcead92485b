# SPDX-License-Identifier: MIT
"""event COUNT: as ours, with a new result for each round, as it can be set only
once."""
import sys

import gevent
from gevent.event import AsyncResult

WAITERS = 10000


def wait_each_round():
    global woken
    for i in range(1, rounds + 1):
        assert result.get() == i
        woken += 1


rounds = int(sys.argv[1]) // WAITERS
result, woken = AsyncResult(), 0
for _ in range(WAITERS):
    gevent.spawn_raw(wait_each_round)
gevent.sleep(0)
for i in range(1, rounds + 1):
    sent, result = result, AsyncResult()
    sent.set(i)
    while woken < i * WAITERS:
        gevent.sleep(0)
    assert woken == i * WAITERS
