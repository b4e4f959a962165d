"""The keeper of workers: the process that the service started, above the ones that run task code, one after the other. It
runs none itself, so it can always do its task: fork a worker when it is told to, and when that ends, or the service wants
it to or is gone, end the worker and everything that it started. Then it says how the worker ended, and waits for the next
order. Each worker is a fork of this process, and sees all that its memory ever held and that was not wiped: Python, this
package, numbers and used secrets. What a worker wrote therefore never becomes an object of Python here; see LastLines.

    service --- starts, and holds the lifeline of --- keeper --- forks --- worker --- what tasks start
       ^                                                |  ^                 |
       '---- how it ended, its memory, its last lines --'  '-- last lines ---'

The lifeline is the keeper's standard input: a byte START there, a number and a secret mean to fork a worker, END to end it
and everything below it now, INTERRUPT to send it SIGINT; the lifeline's end means that the service is gone. What comes for
a worker that has ended meanwhile is ignored.
"""

import gc
import mmap
import os
import resource
import select
import signal
import struct
import time

from .frames import STDERR_TAIL
from .memory import UNIT
from .tree import adopt_orphans, end_strays

LIFELINE, REPORTS = 0, 1
END, INTERRUPT, START = b"\0", b"\1", b"\2"
# The worker's number and its socket's secret.
ORDER = struct.Struct("<q16s")
# A zero, which no text has; exit code or negative signal; the most bytes of memory; bytes of last lines.
REPORT = struct.Struct("<BiQI")
# A worker without a task sees by itself that the service is gone, and runs what its function has registered for it.
GRACE_S = 0.5


def ordered():
    """Returns in each new worker, with its number and its socket's secret. The keeper never returns."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    adopt_orphans()
    wake = os.pipe()
    for end in wake:
        os.set_blocking(end, False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    signal.set_wakeup_fd(wake[1], warn_on_full_buffer=False)
    # Ctrl-C at the service's terminal: whether tasks get their grace is the service's decision.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    lines = LastLines()
    gc.freeze()  # what all workers share stays shared
    while True:
        order = os.read(LIFELINE, 1)
        if not order:
            os._exit(0)
        if order == START:
            given = ORDER.unpack(os.read(LIFELINE, ORDER.size))  # written in one piece, and shorter than a pipe divides
            said, said_writer = os.pipe()
            lines.wipe()
            worker = os.fork()
            if not worker:
                leave_keeper(wake, said, said_writer)
                return given
            os.close(said_writer)
            lines.hear(said)
            keep(worker, lines, wake[0])


def leave_keeper(wake, said, said_writer):
    """Nothing of the keeper is left in a worker."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.dup2(said_writer, 1)
    os.dup2(said_writer, 2)
    for end in (*wake, said, said_writer):
        os.close(end)


def keep(worker, lines, wake):
    """Returns when the worker and all below it are gone, and the service knows."""
    poll = select.poll()
    for fd in (LIFELINE, wake, lines.said):
        poll.register(fd, select.POLLIN)
    deadline = None
    while not has_ended(worker):
        left = None if deadline is None else max(0, deadline - time.monotonic()) * 1000
        for fd, _ in poll.poll(left):
            if fd == wake:
                os.read(wake, 512)
            elif fd == lines.said:
                if not lines.read():
                    poll.unregister(fd)
            else:
                order = os.read(LIFELINE, 1)
                if not order:
                    poll.unregister(LIFELINE)
                    deadline = time.monotonic() + GRACE_S
                elif order == END:
                    send(worker, signal.SIGKILL)
                elif order == INTERRUPT:
                    send(worker, signal.SIGINT)
        if deadline is not None and time.monotonic() >= deadline:
            send(worker, signal.SIGKILL)
            deadline = None
    try:
        os.killpg(worker, signal.SIGKILL)  # for systems where it cannot adopt orphans
    except (ProcessLookupError, PermissionError):
        pass
    _, status, usage = os.wait4(worker, 0)
    peak = max(usage.ru_maxrss, end_strays())
    report(os.waitstatus_to_exitcode(status), peak * UNIT, lines.close())


class LastLines:
    """What a worker wrote to its standard streams, past the capture of its tasks' output: what the interpreter, native
    code and child processes say. It is read on and on, so that nobody waits for a full pipe.

    The next worker may be another caller's. So the kernel writes these bytes into one ring of memory, and out of it into
    the report: Python makes no copy, and the ring is wiped before each fork.
    """

    SIZE = 1 << 16

    def __init__(self):
        self.memory = mmap.mmap(-1, self.SIZE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        self.ring = memoryview(self.memory)
        self.said = -1
        self.end = self.length = 0

    def wipe(self):
        self.ring[:] = bytes(self.SIZE)
        self.end = self.length = 0

    def hear(self, said):
        os.set_blocking(said, False)
        self.said = said

    def read(self):
        """False if nothing is there, or ever will be."""
        try:
            count = os.readv(self.said, [self.ring[self.end :], self.ring[: self.end]])
        except BlockingIOError:
            return False
        self.end = (self.end + count) % self.SIZE
        self.length = min(self.length + count, STDERR_TAIL)
        return count > 0

    def close(self):
        """All of it, of those who are gone, in its parts."""
        while self.read():
            pass
        os.close(self.said)
        first = self.end - self.length
        if first >= 0:
            return [self.ring[first : self.end]]
        return [self.ring[first:], self.ring[: self.end]]


def has_ended(pid):
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def send(worker, number):
    try:
        os.kill(worker, number)
    except PermissionError:
        pass  # it has become another user's, which only a program with the set-user-id bit can


def report(code, peak, tail):
    parts = [REPORT.pack(0, code, peak, sum(map(len, tail))), *tail]
    try:
        while parts:
            written = os.writev(REPORTS, parts)
            while parts and written >= len(parts[0]):
                written -= len(parts.pop(0))
            if parts:
                parts[0] = parts[0][written:]
    except OSError:
        os._exit(0)  # the service is gone
