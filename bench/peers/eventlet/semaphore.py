# SPDX-License-Identifier: MIT
"""semaphore handover|free COUNT: as ours."""
import sys

import eventlet
from eventlet.semaphore import Semaphore


def answer(count):
    global turns
    for i in range(count):
        there.acquire()
        assert turns == 2 * i + 1
        turns += 1
        back.release()


def handover(count):
    global turns
    other = eventlet.spawn(answer, count // 2)
    for i in range(count // 2):
        turns += 1
        there.release()
        back.acquire()
        assert turns == 2 * i + 2
    other.wait()


def take_and_give(count):
    one = Semaphore(1)
    for _ in range(count):
        one.acquire()
        one.release()
    assert one.counter == 1


there, back, turns = Semaphore(0), Semaphore(0), 0
{'handover': handover,
 'free': take_and_give}[sys.argv[1]](int(sys.argv[2]))
