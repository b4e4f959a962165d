"""Calls of the kernel that Python has no function for. On anything but Linux they do nothing, or say that they cannot."""

import os
import struct
import sys

PR_SET_PDEATHSIG = 1
PR_SET_SECCOMP = 22
PR_CAPBSET_DROP = 24
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38

CAPABILITY_VERSION = 0x20080522

LINUX = sys.platform == "linux"
LIBC = None
if LINUX:
    import ctypes

    LIBC = ctypes.CDLL(None, use_errno=True)
    LIBC.syscall.restype = ctypes.c_long
    LIBC.prctl.restype = ctypes.c_int


def prctl(option, *values):
    """Sets a property of this process."""
    if LINUX:
        words = [ctypes.c_ulong(value) for value in values]
        words += [ctypes.c_ulong(0)] * (4 - len(words))
        checked(LIBC.prctl(ctypes.c_int(option), *words))


def drop_capabilities():
    """Gives up what root may do beyond its files, here and in every program that is started from here. A service that
    does not run as root has nothing of it.
    """
    if not LINUX:
        return
    for capability in range(64):
        # Refused without the right to do so, but then there is no capability that a program could give back.
        LIBC.prctl(PR_CAPBSET_DROP, ctypes.c_ulong(capability), 0, 0, 0)
    header = struct.pack("=Ii", CAPABILITY_VERSION, 0)
    checked(LIBC.capset(ctypes.c_char_p(header), ctypes.c_char_p(bytes(24))))


def syscall(number, *arguments):
    """Numbers are passed as such, bytes by their address."""
    words = [
        ctypes.cast(ctypes.c_char_p(value), ctypes.c_void_p) if isinstance(value, bytes) else ctypes.c_long(value)
        for value in arguments
    ]
    return checked(LIBC.syscall(ctypes.c_long(number), *words))


def checked(result):
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
