# SPDX-License-Identifier: MIT
"""Section K of the rules: pools of resources."""

import eventlet
from eventlet import hubs, pools

from support import User, outcome, say, scenario, yes


class Numbers(pools.Pool):
    """Its items are numbers, from 1; so many calls of create fail first."""

    def __init__(self, *args, seconds=0.0, failures=0, **kwargs):
        self.made = 0
        self.seconds = seconds
        self.failures = failures
        pools.Pool.__init__(self, *args, **kwargs)

    def create(self):
        if self.seconds:
            eventlet.sleep(self.seconds)
        if self.failures:
            self.failures -= 1
            raise User(7)
        self.made += 1
        return self.made


def counts(pool):
    say('pool', 'size', pool.current_size, 'free', pool.free(),
        'waiting', pool.waiting())


def gets(pool, who):
    """Gets one in a thread of its own, and tells which."""
    return eventlet.spawn(lambda: say(who, outcome(pool.get)))


@scenario
def resource_made_when_needed():
    """K: items are made when somebody asks, up to the limit."""
    pool = Numbers()
    counts(pool)
    for _ in range(4):
        say('main', outcome(pool.get))
    counts(pool)
    pool.put(2)
    counts(pool)
    say('main', outcome(pool.get))


@scenario
def resource_min_size():
    """K: some are made at once."""
    pool = Numbers(min_size=3)
    say('pool', 'made', pool.made)
    counts(pool)
    say('main', outcome(pool.get))
    say('pool', 'made', pool.made)


@scenario
def resource_fifo():
    """K7: what was put first is got first."""
    pool = Numbers(max_size=2)
    pool.get()
    pool.get()
    pool.put(2)
    pool.put(1)
    say('main', outcome(pool.get))
    say('main', outcome(pool.get))


@scenario
def resource_stack():
    """K7: or what was put last."""
    pool = Numbers(max_size=2, order_as_stack=True)
    pool.get()
    pool.get()
    pool.put(2)
    pool.put(1)
    say('main', outcome(pool.get))
    say('main', outcome(pool.get))


@scenario
def resource_waits():
    """K7: when all are out a getter waits, and gets what is put."""
    pool = Numbers(max_size=2)
    pool.get()
    pool.get()
    gets(pool, 'getter')
    eventlet.sleep(0)
    counts(pool)
    pool.put(2)
    eventlet.sleep(0)
    eventlet.sleep(0)
    counts(pool)


@scenario
def resource_getters_are_all_served():
    """K7: one after the other, in no order that eventlet promises."""
    pool = Numbers(max_size=1)
    pool.get()
    served = []
    for who in ('a', 'b', 'c'):
        eventlet.spawn(lambda who=who: served.append((who, pool.get())))
    eventlet.sleep(0)
    counts(pool)
    for n in range(3):
        pool.put(1)
        eventlet.sleep(0.005)
        say('main', 'served', len(served))
    for who, item in sorted(served):
        say(who, 'got', item)
    counts(pool)


@scenario
def resource_killed_getter():
    """K7: one that is killed while it waits is not served."""
    pool = Numbers(max_size=1)
    pool.get()
    first = gets(pool, 'a')
    gets(pool, 'b')
    eventlet.sleep(0)
    first.kill()
    counts(pool)
    pool.put(1)
    eventlet.sleep(0.005)
    counts(pool)


@scenario
def resource_put_against_timeout():
    """K8: the getter's time is over in the pass in which an item comes."""
    pool = Numbers(max_size=1)
    pool.get()

    def getter():
        with eventlet.Timeout(0.01):
            pool.get()

    thread = eventlet.spawn(getter)
    eventlet.sleep(0)
    hubs.get_hub().schedule_call_global(0.01, pool.put, 1)
    say('getter', outcome(thread.wait))
    eventlet.sleep(0.005)
    counts(pool)
    say('main', outcome(pool.get))


@scenario
def resource_create_fails():
    """K6: a failed create leaves the place free."""
    pool = Numbers(max_size=3, failures=2)
    say('main', outcome(pool.get))
    counts(pool)
    say('main', outcome(pool.get))
    say('main', outcome(pool.get))
    counts(pool)


@scenario
def resource_create_killed():
    """K6: so does one that is thrown at."""
    pool = Numbers(max_size=3, seconds=0.02)
    thread = gets(pool, 'getter')
    eventlet.sleep(0)
    counts(pool)
    thread.kill()
    counts(pool)


@scenario
def resource_create_contention():
    """K6: the place counts before create is called, which may yield."""
    pool = Numbers(max_size=4, seconds=0.01)

    def user():
        pool.put(pool.get())

    threads = [eventlet.spawn(user) for _ in range(100)]
    for thread in threads:
        thread.wait()
    say('pool', 'made', pool.made)
    counts(pool)


@scenario
def resource_create_fails_before_a_waiter():
    """K6: a place that comes free so is of use to who waits."""
    pool = Numbers(max_size=1, seconds=0.01, failures=1)
    gets(pool, 'a')
    gets(pool, 'b')
    eventlet.sleep(0.05)
    counts(pool)


@scenario
def resource_no_create():
    """K: without create nothing can be got."""
    pool = pools.Pool()
    say('main', outcome(pool.get))
    counts(pool)


@scenario
def resource_shrink():
    """K7: what is put above the limit is dropped."""
    pool = Numbers(max_size=2)
    pool.get()
    pool.get()
    pool.resize(1)
    counts(pool)
    pool.put(1)
    counts(pool)
    pool.put(2)
    counts(pool)
    say('main', outcome(pool.get))


@scenario
def resource_shrink_free():
    """K7: shrinking when all are free."""
    pool = Numbers(min_size=4)
    pool.resize(2)
    counts(pool)
    for _ in range(3):
        say('main', outcome(eventlet.with_timeout, 0.01, pool.get))


@scenario
def resource_grow():
    """K7: growing when somebody waits."""
    pool = Numbers(max_size=1)
    pool.get()
    gets(pool, 'getter')
    eventlet.sleep(0)
    pool.resize(2)
    eventlet.sleep(0.005)
    counts(pool)


@scenario
def resource_min_above_max():
    """K: a floor above the ceiling."""
    say('main', outcome(lambda: Numbers(min_size=5) and 0))


@scenario
def resource_item():
    """K: an item for a block comes back however the block ends."""
    pool = Numbers(max_size=1)

    def block(error):
        with pool.item() as item:
            counts(pool)
            if error:
                raise User(error)
            return item

    say('main', outcome(block, 0))
    say('main', outcome(block, 3))
    counts(pool)


@scenario
def resource_tokens():
    """K: tokens are nothing but different."""
    pool = pools.TokenPool(max_size=2)
    one, two = pool.get(), pool.get()
    say('main', 'differ:', yes(one is not two))
    counts(pool)
    pool.put(two)
    say('main', 'again:', yes(pool.get() is two))
