"""Landlock: rules of the kernel that a process lays on itself and everything that it will start, for good. See
https://docs.kernel.org/userspace-api/landlock.html.
"""

import os
import struct

from .kernel import LINUX, syscall

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
PATH_BENEATH = 1
WHICH_VERSION = 1
CAN_REFUSE_TRUNCATION = 3
LOG_NOTHING = 1

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
MAKE_CHAR, MAKE_BLOCK = 1 << 6, 1 << 11
REFER, TRUNCATE, IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
BIND_TCP, CONNECT_TCP = 1 << 0, 1 << 1
ABSTRACT_SOCKETS, SIGNALS = 1 << 0, 1 << 1

READ = EXECUTE | READ_FILE | READ_DIR
OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV
DEVICE = WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV


def version():
    """The version of Landlock that this kernel has; 0: none."""
    if not LINUX:
        return 0
    try:
        return syscall(CREATE_RULESET, 0, 0, WHICH_VERSION)
    except OSError:
        return 0


def all_rights(abi):
    """What a file's or folder's rule can allow, and what is forbidden without one."""
    if abi == 1:
        return (1 << 13) - 1
    return (1 << {2: 14, 3: 15, 4: 15}.get(abi, 16)) - 1


def restrict(abi, allowed, network):
    """From now on only what is allowed: (path, rights) each, which hold for all beneath. What is not there is left out."""
    rights = all_rights(abi)
    attributes = struct.pack("=Q", rights)
    if abi >= 4:
        attributes += struct.pack("=Q", 0 if network else BIND_TCP | CONNECT_TCP)
    if abi >= 6:
        attributes += struct.pack("=Q", ABSTRACT_SOCKETS | SIGNALS)
    ruleset = syscall(CREATE_RULESET, attributes, len(attributes), 0)
    try:
        for path, wanted in allowed:
            allow(ruleset, path, wanted & rights)
        syscall(RESTRICT_SELF, ruleset, LOG_NOTHING if abi >= 7 else 0)
    finally:
        os.close(ruleset)


def allow(ruleset, path, rights):
    try:
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if os.fstat(fd).st_mode & 0o170000 != 0o040000:
            rights &= OF_FILES
        syscall(ADD_RULE, ruleset, PATH_BENEATH, struct.pack("=Qi", rights, fd), 0)
    finally:
        os.close(fd)
