# SPDX-License-Identifier: MIT
"""A private sshd: own configuration, keys and port, all in a folder that
vanishes. Neither the system's nor the user's ssh files are read or written."""
import os
import pwd
import shutil
import subprocess
import tempfile

from .build import system_program
from .process import Failed, Server, free_port

CONFIG = '''
Port %(port)d
ListenAddress 127.0.0.1
HostKey %(folder)s/host_key
AuthorizedKeysFile %(folder)s/user_key.pub
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin yes
UseDNS no
PrintMotd no
LogLevel ERROR
MaxStartups 100
Subsystem sftp internal-sftp
'''
PRIVSEP = '/run/sshd'  # compiled into Debian's sshd; needed when run by root


class Sshd:
    """Context: runs while inside; scp() gives the command of one copy."""

    def __init__(self, megabytes, cipher=None):
        self.megabytes = megabytes
        self.cipher = cipher

    def __enter__(self):
        self.temporary = tempfile.TemporaryDirectory(
            prefix='bench-', dir=roomy_folder(self.megabytes))
        self.folder = self.temporary.name
        self.made_privsep = False
        self.server = None
        try:
            self.make_keys()
            self.make_file()
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.server:
            self.server.stop()
        if self.made_privsep:
            os.rmdir(PRIVSEP)
        self.temporary.cleanup()

    def path(self, name):
        return os.path.join(self.folder, name)

    def make_keys(self):
        for name in ('host_key', 'user_key'):
            subprocess.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '',
                            '-C', '', '-f', self.path(name)], check=True)

    def make_file(self):
        block = os.urandom(1 << 20)
        with open(self.path('sent'), 'wb') as f:
            for i in range(self.megabytes):
                f.write(i.to_bytes(8, 'little') + block[8:])

    def start(self):
        if os.geteuid() == 0 and not os.path.isdir(PRIVSEP):
            os.mkdir(PRIVSEP, 0o755)
            self.made_privsep = True
        port = free_port()
        config = self.path('sshd_config')
        with open(config, 'w') as f:
            f.write(CONFIG % {'port': port, 'folder': self.folder})
        self.server = Server([system_program('sshd'), '-D', '-e', '-f',
                              config], port)

    def write_known_hosts(self, port):
        with open(self.path('host_key.pub')) as f:
            key = f.read()
        with open(self.path('known_hosts'), 'w') as f:
            f.write('[127.0.0.1]:%d %s' % (port, key))

    def scp(self, address):
        """One copy from localhost to localhost by way of address."""
        port = address.rsplit(':', 1)[1]
        self.write_known_hosts(int(port))
        options = ['BatchMode=yes', 'IdentitiesOnly=yes', 'Compression=no',
                   'StrictHostKeyChecking=yes', 'GlobalKnownHostsFile=none',
                   'IdentityAgent=none', 'ControlPath=none',
                   'UserKnownHostsFile=' + self.path('known_hosts')]
        if self.cipher:
            options.append('Ciphers=' + self.cipher)
        user = pwd.getpwuid(os.geteuid()).pw_name
        return (['scp', '-q', '-F', '/dev/null', '-i', self.path('user_key'),
                 '-P', port] + [a for o in options for a in ('-o', o)] +
                [self.path('sent'),
                 '%s@127.0.0.1:%s' % (user, self.path('received'))])

    def check_copy(self):
        """What arrived must be what was sent; the copy is then removed."""
        same = subprocess.run(['cmp', '-s', self.path('sent'),
                               self.path('received')]).returncode == 0
        if os.path.exists(self.path('received')):
            os.unlink(self.path('received'))
        if not same:
            raise Failed('the file that arrived is not the one sent')


def roomy_folder(megabytes):
    """Memory if there is room for two copies, so that no disk is measured."""
    try:
        if shutil.disk_usage('/dev/shm').free > (3 * megabytes) << 20:
            return '/dev/shm'
    except OSError:
        pass
    return None
