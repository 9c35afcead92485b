# SPDX-License-Identifier: MIT
"""greenpool COUNT: as ours."""
import sys

from gevent.pool import Pool

PLACES = 100


def work():
    global finished
    assert len(pool) <= PLACES
    finished += 1


count = int(sys.argv[1])
pool, finished = Pool(PLACES), 0
for _ in range(count):
    pool.spawn(work)
pool.join()
assert finished == count
