# SPDX-License-Identifier: MIT
"""switch COUNT: two green threads yield COUNT times in all."""
import sys

import eventlet


def yielder(count):
    done = 0
    for _ in range(count):
        eventlet.sleep(0)
        done += 1
    return done


count = int(sys.argv[1])
threads = [eventlet.spawn(yielder, count // 2) for _ in range(2)]
assert sum(t.wait() for t in threads) == count // 2 * 2
