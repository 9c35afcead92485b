# SPDX-License-Identifier: MIT
def switch(s): pass
spawn = timers = memory = switch
