#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Runs scenarios on real eventlet and prints their traces.

Usage: oracle.py NAME... | --all | --list

Where there are several, a line `== NAME` heads each trace. Every scenario runs
in a process of its own, so none sees what another left behind in the hub.
"""

import os
import signal
import sys
import warnings

SKIP = 77  # what ctest is told when there is no eventlet to ask
LIMIT = 20  # seconds a scenario may take


def load():
    # The names of the scenario files are those of the C side.
    import connect_scenarios
    import dagpool_scenarios
    import event_scenarios
    import greenpile_scenarios
    import greenpool_scenarios
    import greenthread_scenarios
    import hub_scenarios
    import kill_scenarios
    import link_scenarios
    import local_scenarios
    import lock_scenarios
    import metaphore_scenarios
    import queue_limits_scenarios
    import queue_scenarios
    import resource_scenarios
    import semaphore_scenarios
    import serve_scenarios
    import socket_scenarios
    import timeout_scenarios
    import trampoline_scenarios
    from support import SCENARIOS
    return SCENARIOS


def run(function):
    """Runs one scenario in a child; the trace goes to our standard output."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        signal.alarm(LIMIT)
        status = 1
        try:
            function()
            status = 0
        except BaseException as error:
            print('scenario: died of %r' % error)
        sys.stdout.flush()
        os._exit(status)
    return os.waitpid(child, 0)[1] == 0


def main(arguments):
    if not arguments or arguments[0] in ('-h', '--help'):
        print(__doc__.strip(), file=sys.stderr)
        return 2
    try:
        scenarios = load()
    except ImportError as error:
        print('no real eventlet here: %s' % error, file=sys.stderr)
        return SKIP
    if arguments == ['--list']:
        print('\n'.join(scenarios))
        return 0
    names = list(scenarios) if arguments == ['--all'] else arguments
    good = True
    for name in names:
        if name not in scenarios:
            print('no such scenario: %s' % name, file=sys.stderr)
            return 2
        if len(names) > 1:
            print('== %s' % name)
        good = run(scenarios[name]) and good
    return 0 if good else 1


if __name__ == '__main__':
    warnings.simplefilter('ignore')
    sys.exit(main(sys.argv[1:]))
