# SPDX-License-Identifier: MIT
"""greenpool COUNT: as ours."""
import sys

from eventlet import GreenPool

PLACES = 100


def work():
    global finished
    assert pool.running() <= PLACES
    finished += 1


count = int(sys.argv[1])
pool, finished = GreenPool(PLACES), 0
for _ in range(count):
    pool.spawn_n(work)
pool.waitall()
assert finished == count
