# SPDX-License-Identifier: MIT
"""memory COUNT: bytes resident for each of COUNT parked green threads."""
import sys

import eventlet
from eventlet import event


def kib(name):
    with open('/proc/self/status') as status:
        for line in status:
            if line.startswith(name):
                return int(line.split()[1])


def resident():
    return kib('VmRSS:'), kib('VmPTE:')


def park():
    global parked
    parked += 1
    never.wait()


parked = 0
never = event.Event()
count = int(sys.argv[1])
before = resident()
threads = [eventlet.spawn(park) for _ in range(count)]
eventlet.sleep(0)
after = resident()
assert parked == count
print('resident %d' % ((after[0] - before[0]) * 1024 // count))
print('tables %d' % ((after[1] - before[1]) * 1024 // count))
