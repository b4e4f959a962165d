"""What one task may use, as limits of the kernel on the worker and every process that it starts. A limit that is not set
stays as the service has it.
"""

import errno
import resource
import threading
import time

from .kernel import LINUX

# Who is ended first when the machine has no memory left: task code, long before the service.
FIRST_TO_GO = 800


# Those of this worker, by name.
CURRENT = {}
# How long processor time that was used before a task may count as the task's own.
REARM_NS = 200_000_000
# Of a thread where the system sets no limit to it, in bytes.
USUAL_STACK = 2 << 20


def apply(limits):
    """limits: numbers by name; one that is not there is none"""
    CURRENT.update(limits)
    lower(resource.RLIMIT_FSIZE, limits.get("file-size"))
    lower(resource.RLIMIT_NOFILE, limits.get("open-files"))
    if LINUX:
        # Not RLIMIT_AS: it counts what is only reserved, such as the heaps of other languages' runtimes.
        lower(resource.RLIMIT_DATA, limits.get("memory"))
        if "processes" in limits:
            # Linux counts all threads of the user; those that run now, whosever they are, come on top.
            lower(resource.RLIMIT_NPROC, threads_now() + limits["processes"])
        try:
            with open("/proc/self/oom_score_adj", "w") as file:
                file.write(str(FIRST_TO_GO))
        except OSError:
            pass  # the kernel chooses by itself


class ProcessorTime:
    """The limit of a Python task's processor time: the kernel's for this process, moved on as tasks end."""

    def __init__(self):
        self.seconds = CURRENT.get("cpu-time")
        self.armed_at = 0

    def begin(self, now):
        """Grants the whole time again; exact to a second or so, and never too little."""
        if self.seconds is not None and now - self.armed_at >= REARM_NS:
            grant(int(time.process_time()) + 1 + self.seconds)
            self.armed_at = now


def grant(seconds):
    """The soft limit, which can be raised again."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def named(error):
    """The limit that an exception speaks of, and in words; or None."""
    if isinstance(error, MemoryError) and "memory" in CURRENT:
        return over("memory", "bytes of private memory")
    if isinstance(error, OSError):
        if error.errno == errno.EFBIG and "file-size" in CURRENT:
            return over("file-size", "bytes of a file")
        if error.errno == errno.EMFILE and "open-files" in CURRENT:
            return over("open-files", "open files")
        if error.errno == errno.EAGAIN and type(error) is BlockingIOError and "processes" in CURRENT and not error.filename:
            return over("processes", "more processes and threads")
    if type(error) is RuntimeError and str(error) == "can't start new thread":
        if "memory" in CURRENT and memory_now() + stack_of_a_thread() > CURRENT["memory"]:
            return over("memory", "bytes of private memory")
        if "processes" in CURRENT:
            return over("processes", "more processes and threads")
    return None


# What programs say when the kernel refuses them something.
COMPLAINTS = (
    ("memory", "bytes of private memory", (b"MemoryError", b"Cannot allocate memory", b"bad_alloc", b"OutOfMemoryError", b"out of memory", b"memory exhausted")),
    ("file-size", "bytes of a file", (b"File too large",)),
    ("open-files", "open files", (b"Too many open files",)),
    ("processes", "more processes and threads", (b"Cannot fork", b"fork: retry", b"Resource temporarily unavailable")),
)  # fmt: skip


def complained_of(stderr):
    """The limit that a program's last words speak of, and in words; or None."""
    for name, what, words in COMPLAINTS:
        if name in CURRENT and any(word in stderr for word in words):
            return over(name, what)
    return None


def over(name, what):
    kind = "".join(part.capitalize() for part in name.split("-")) + "Limit"
    return kind, f"expected to use at most {CURRENT[name]} {what} (limits.{name})"


def lower(what, value):
    if value is not None:
        hard = resource.getrlimit(what)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(what, (value, value))


def memory_now():
    """What of this process the limit of private memory counts, in bytes."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[5]) * resource.getpagesize()


def stack_of_a_thread():
    """What a new thread takes of private memory, in bytes."""
    soft = resource.getrlimit(resource.RLIMIT_STACK)[0]
    return threading.stack_size() or (USUAL_STACK if soft == resource.RLIM_INFINITY else soft)


def threads_now():
    with open("/proc/loadavg") as file:
        return int(file.read().split()[3].split("/")[1])
