# SPDX-License-Identifier: MIT
# Sourced by the scripts of this folder: where we are, and how we say so.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
jobs=$(nproc)

step() {
    printf '== %s\n' "$*"
}

die() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

# Whatever the caller's settings are, a step sees the same world.
unset EVENTLET_HUB EVENTLET_STACK_SIZE CDPATH
export LC_ALL=C.UTF-8
