# SPDX-License-Identifier: MIT
"""Where the programs are: builds of ours, and the peers in them."""
import os
import shutil

BENCH = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROOT = os.path.dirname(BENCH)
PYTHON = '/usr/bin/python3'  # the one that Debian's packages are for
NOT_INSTALLED = 'not installed'


class Build:
    """A build folder; `suffix` tells it from another in one table."""

    def __init__(self, folder, suffix=''):
        self.folder = os.path.abspath(folder)
        self.suffix = suffix

    def path(self, name):
        """A program below bench/ of the build, or None."""
        return executable(os.path.join(self.folder, 'bench', name))

    def example(self, name):
        for folder in ('spec/examples', 'bin', 'examples', ''):
            found = executable(os.path.join(self.folder, folder, name))
            if found:
                return found
        return None


def executable(path):
    is_program = os.path.isfile(path) and os.access(path, os.X_OK)
    return path if is_program else None


def find_build(folder=None):
    """The folder asked for, or a likely one; None if nothing is built."""
    likely = [folder] if folder else [
        os.path.join(ROOT, 'build', 'release'), os.path.join(ROOT, 'build')]
    for f in likely:
        if Build(f).path('load/source'):
            return Build(f)
    return None


def system_program(name):
    """Debian keeps servers where an ordinary user's PATH does not look."""
    return shutil.which(name) or shutil.which(
        name, path='/usr/sbin:/usr/local/sbin:/sbin')


def python_peer(lib, name):
    """The command of a Python peer, or None without its library."""
    for folder in ('/usr/lib/python3/dist-packages',
                   '/usr/local/lib/python3/dist-packages'):
        if os.path.isdir(os.path.join(folder, lib)):
            return [PYTHON, os.path.join(BENCH, 'peers', lib, name + '.py')]
    return None
