# SPDX-License-Identifier: MIT
"""switch COUNT: two greenlets yield COUNT times in all."""
import sys

import gevent


def yielder(count):
    done = 0
    for _ in range(count):
        gevent.sleep(0)
        done += 1
    return done


count = int(sys.argv[1])
threads = [gevent.spawn(yielder, count // 2) for _ in range(2)]
assert sum(t.get() for t in threads) == count // 2 * 2
