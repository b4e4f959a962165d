"""A filter of system calls, built by hand: a program for the kernel's packet filter machine that looks at each call's
number and first arguments. A process lays it on itself and everything that it will start, for good.
"""

import errno
import os
import socket
import struct

from .kernel import PR_SET_SECCOMP, prctl

FILTER_MODE = 2
ALLOW, ERRNO, KILL = 0x7FFF0000, 0x00050000, 0x80000000
LOAD, EQUAL, AT_LEAST, ANY_BIT, AND, RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16
X32 = 0x40000000

# Each machine's word for itself, and where its number stands in the tables below.
MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}

# What no task needs, and what bugs of the kernel are reached by.
DENIED = {
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
    "pidfd_getfd": (438, 438), "process_madvise": (440, 440), "process_mrelease": (448, 448),
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51), "move_mount": (429, 429),
    "open_tree": (428, 428), "fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433),
    "mount_setattr": (442, 442), "unshare": (272, 97), "setns": (308, 268), "bpf": (321, 280), "add_key": (248, 217),
    "request_key": (249, 218), "keyctl": (250, 219), "userfaultfd": (323, 282), "perf_event_open": (298, 241),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "fanotify_init": (300, 262),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "init_module": (175, 105), "finit_module": (313, 273),
    "delete_module": (176, 106), "reboot": (169, 142), "swapon": (167, 224), "swapoff": (168, 225),
    "quotactl": (179, 60), "quotactl_fd": (443, 443), "acct": (163, 89), "settimeofday": (164, 170),
    "clock_settime": (227, 112), "clock_adjtime": (305, 266), "adjtimex": (159, 171), "sethostname": (170, 161),
    "setdomainname": (171, 162), "iopl": (172, None), "ioperm": (173, None), "modify_ldt": (154, None),
    "lookup_dcookie": (212, 18), "vhangup": (153, 58), "syslog": (103, 116), "migrate_pages": (256, 238),
    "move_pages": (279, 239),
}  # fmt: skip
# As if the kernel were too old for them, so that libraries fall back: to threads, and to clone, whose flags can be seen.
ABSENT = {
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427), "clone3": (435, 435),
    # Takes a folder of /proc as well, and a filter sees only its descriptor.
    "pidfd_send_signal": (424, 424),
}  # fmt: skip
CLONE, SOCKET, IOCTL, FCNTL, PRLIMIT = (56, 220), (41, 198), (16, 29), (72, 25), (302, 261)
NEW_NAMESPACES = 0x7E020000
TIOCSTI, TIOCLINUX = 0x5412, 0x541C
# They say to which process the kernel sends a signal when something can be read or written, and which signal.
FIOSETOWN, SIOCSPGRP = 0x8901, 0x8902
F_SETOWN, F_SETSIG, F_SETOWN_EX = 8, 10, 15

# Calls that do something to another process, and the argument that says to which.
AIMED = {
    "kill": (62, 129, 0), "tkill": (200, 130, 0), "tgkill": (234, 131, 0), "rt_sigqueueinfo": (129, 138, 0),
    "rt_tgsigqueueinfo": (297, 240, 0), "pidfd_open": (434, 434, 0), "sched_setaffinity": (203, 122, 0),
    "sched_setscheduler": (144, 119, 0), "sched_setparam": (142, 118, 0), "sched_setattr": (314, 274, 0),
    "setpriority": (141, 140, 1), "ioprio_set": (251, 30, 1),
}  # fmt: skip
# Of those that can be aimed at groups and users, too, the first argument that says that it is one process.
ONE_PROCESS = {"setpriority": 0, "ioprio_set": 1}
# These reach single threads, also of the service, whose numbers nobody knows ahead: they may be aimed at the caller only.
AT_ITSELF = {"sched_setaffinity", "sched_setscheduler", "sched_setparam", "sched_setattr", "setpriority", "ioprio_set"}

# Landlock refuses these from its third version on only, and then better: within a task's own folder they may be done.
TRUNCATE, OPEN, OPENAT, OPENAT2 = (76, 45), (2, None), (257, 56), (437, 437)
READ_AND_CUT = os.O_TRUNC | os.O_RDONLY


def supported():
    return os.uname().machine in MACHINES


def program(protected, network, cutting):
    """The filter, as the kernel reads it.

    protected: numbers of processes that may not be touched
    cutting: whether files may be truncated by their names, since Landlock sees to it
    """
    architecture, column = MACHINES[os.uname().machine]
    code = [step(LOAD, ARCHITECTURE), step(EQUAL, architecture, 1, 0), step(RETURN, KILL), step(LOAD, NUMBER)]
    if column == 0:
        code += [step(AT_LEAST, X32, 0, 1), refuse(errno.ENOSYS)]
    for numbers, error in [(n, errno.EPERM) for n in DENIED.values()] + [(n, errno.ENOSYS) for n in ABSENT.values()]:
        if numbers[column] is not None:
            code += [step(EQUAL, numbers[column], 0, 1), refuse(error)]
    code += on(CLONE[column], 0, [step(ANY_BIT, NEW_NAMESPACES, 0, 1), refuse(errno.EPERM)])
    families = [socket.AF_UNIX] + ([socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK] if network else [])
    code += on(SOCKET[column], 0, [s for f in families for s in (step(EQUAL, f, 0, 1), step(RETURN, ALLOW))] + [refuse(errno.EACCES)])
    code += on(IOCTL[column], 1, none_of(TIOCSTI, TIOCLINUX, FIOSETOWN, SIOCSPGRP))
    code += on(FCNTL[column], 1, none_of(F_SETOWN, F_SETSIG, F_SETOWN_EX))
    code += on(PRLIMIT[column], 0, [step(EQUAL, 0, 1, 0), refuse(errno.EPERM)])
    # Also by the number of their group, which is negative, and by -1 for everything.
    aims = {1} | set(protected)
    targets = sorted({aim & 0xFFFFFFFF for aim in protected} | {-aim & 0xFFFFFFFF for aim in aims})
    if not cutting:
        code += no_cutting(column)
    for name, numbers in AIMED.items():
        checks = only_at(0, os.getpid()) if name in AT_ITSELF else none_of(*targets)
        if name in ONE_PROCESS:
            only = [step(EQUAL, ONE_PROCESS[name], 1, 0), refuse(errno.EPERM)]
            code += on(numbers[column], 0, [*only, load(numbers[2]), *checks])
        else:
            code += on(numbers[column], numbers[2], checks)
    code.append(step(RETURN, ALLOW))
    return b"".join(code)


def no_cutting(column):
    """Refuses the ways to truncate a file that was not opened for writing."""
    code = [step(EQUAL, TRUNCATE[column], 0, 1), refuse(errno.EACCES), step(EQUAL, OPENAT2[column], 0, 1), refuse(errno.ENOSYS)]
    for number, argument in ((OPEN[column], 1), (OPENAT[column], 2)):
        if number is not None:
            code += on(number, argument, [step(AND, os.O_TRUNC | os.O_ACCMODE), step(EQUAL, READ_AND_CUT, 0, 1), refuse(errno.EACCES)])
    return code


def step(code, value, if_so=0, if_not=0):
    return struct.pack("=HBBI", code, if_so, if_not, value)


def refuse(error):
    return step(RETURN, ERRNO | error)


def load(argument):
    """Its lower half."""
    return step(LOAD, ARGUMENTS + 8 * argument)


def none_of(*values):
    return [s for value in values for s in (step(EQUAL, value, 0, 1), refuse(errno.EPERM))]


def only_at(itself, pid):
    return [step(EQUAL, itself, 2, 0), step(EQUAL, pid, 1, 0), refuse(errno.EPERM)]


def on(number, argument, checks):
    """The checks for one call, of one argument's lower half; what passes them is allowed."""
    body = [load(argument), *checks, step(RETURN, ALLOW)]
    return [step(EQUAL, number, 0, len(body)), *body]


def apply(protected, network, cutting):
    import ctypes

    code = program(protected, network, cutting)
    buffer = ctypes.create_string_buffer(code, len(code))

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_void_p)]

    head = Program(len(code) // 8, ctypes.addressof(buffer))
    prctl(PR_SET_SECCOMP, FILTER_MODE, ctypes.addressof(head))


def groups(*pids):
    """The processes and the leaders of their groups."""
    return [*pids, *(os.getpgid(pid) for pid in pids)]
