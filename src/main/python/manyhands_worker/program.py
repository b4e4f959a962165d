"""One run of a program."""

import os
import select
import signal
import time

from .failures import Failure
from .frames import FUNCTION, STDERR_TAIL
from .memory import UNIT
from .tree import end_strays


class Failed(Exception):
    """A task of a command failed."""

    def __init__(self, failure):
        self.failure = failure


class Program:
    """One run of a program: started with posix_spawn, in a process group of its own, bounded in output and time."""

    def __init__(self, commands):
        self.commands = commands
        self.pid = 0
        # The most bytes that it ever had; at least what this process had when it was started from here.
        self.peak = 0
        self.stdout, self.stderr = bytearray(), bytearray()
        self.over = None
        self.open = []
        self.stdin_fd = -1

    def pipe(self):
        pair = os.pipe()
        self.open += pair
        return pair

    def start(self, argv, stdin):
        out, out_end = self.pipe()
        err, err_end = self.pipe()
        actions = [(os.POSIX_SPAWN_DUP2, out_end, 1), (os.POSIX_SPAWN_DUP2, err_end, 2)]
        ends = [out_end, err_end]
        self.stdin_rest = memoryview(b"")
        if stdin:
            stdin_end, self.stdin_fd = self.pipe()
            ends.append(stdin_end)
            actions.append((os.POSIX_SPAWN_DUP2, stdin_end, 0))
            os.set_blocking(self.stdin_fd, False)
            self.stdin_rest = memoryview(stdin)
            self.feed()
        if self.commands.path is None:
            raise Failed(Failure(FUNCTION, f"there is no program {argv[0]!r} in PATH", "FileNotFoundError"))
        try:
            self.pid = os.posix_spawn(
                self.commands.path,
                argv,
                self.commands.environment,
                file_actions=actions,
                setsid=True,
                setsigmask=(),
                setsigdef=(signal.SIGPIPE, signal.SIGXFSZ, signal.SIGXCPU),
            )
        except OSError as error:
            message = f"{argv[0]!r} cannot be started: {error.strerror}"
            raise Failed(Failure(FUNCTION, message, type(error).__name__)) from None
        for end in ends:
            self.close_one(end)
        self.poll = select.poll()
        self.poll.register(out, select.POLLIN)
        self.poll.register(err, select.POLLIN)
        self.poll.register(self.commands.wake, select.POLLIN)
        if self.stdin_fd >= 0:
            self.poll.register(self.stdin_fd, select.POLLOUT)
        self.out, self.err = out, err

    def feed(self):
        """Writes on standard input what fits; closes it after the last byte."""
        try:
            while self.stdin_rest:
                self.stdin_rest = self.stdin_rest[os.write(self.stdin_fd, self.stdin_rest) :]
        except BlockingIOError:
            return
        except OSError:
            pass  # the program does not read it, as it may
        self.forget(self.stdin_fd)
        self.stdin_fd = -1

    def wait(self, deadline, most):
        """Returns the exit status, when the program has ended, whoever else may still hold its output open."""
        streams = 2
        ended = False
        while not ended:
            left = max(0, (deadline - time.monotonic_ns()) // 1_000_000 + 1) if deadline else None
            for fd, _ in self.poll.poll(left):
                if fd == self.out or fd == self.err:
                    streams -= self.read(fd, most)
                elif fd == self.commands.wake:
                    os.read(fd, 512)
                    ended = self.has_ended()
                    if self.commands.is_asked() and not ended:
                        os.killpg(self.pid, signal.SIGTERM)
                elif fd == self.stdin_fd:
                    self.feed()
            if deadline and not ended and time.monotonic_ns() >= deadline:
                self.over = "time"
            if self.over:
                break
        if streams and not self.over:
            self.drain(most)
        return self.reap()

    def has_ended(self):
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def drain(self, most):
        """Reads what lies in the pipes of a program that has ended."""
        self.poll.unregister(self.commands.wake)
        if self.stdin_fd >= 0:
            self.poll.unregister(self.stdin_fd)
        while not self.over:
            ready = self.poll.poll(0)
            if not ready:
                return
            for fd, _ in ready:
                self.read(fd, most)

    def read(self, fd, most):
        """Reads once; 1 if that was the end."""
        data = os.read(fd, 65536)
        if not data:
            self.forget(fd)
            return 1
        if fd == self.err:
            self.stderr += data
            if len(self.stderr) > 4 * STDERR_TAIL:
                del self.stderr[: -STDERR_TAIL - 1]
        else:
            self.stdout += data
            if len(self.stdout) > most + 2:
                self.over = "output"
        return 0

    def reap(self):
        """Ends what is left of the program and of what it started; the group's number is ours until waitpid."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass
        _, status, usage = os.wait4(self.pid, 0)
        self.peak = usage.ru_maxrss * UNIT
        self.pid = 0
        end_strays()
        return status

    def forget(self, fd):
        if hasattr(self, "poll"):
            try:
                self.poll.unregister(fd)
            except KeyError:
                pass
        self.close_one(fd)

    def close_one(self, fd):
        self.open.remove(fd)
        os.close(fd)

    def close(self):
        for fd in self.open:
            os.close(fd)
        self.open = []
