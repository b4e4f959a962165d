"""Programs, one a task."""

import json
import os
import signal
import time
from json.encoder import encode_basestring

from . import limits
from .failures import Failure
from .frames import EXCEPTION, EXIT, LIMIT, RESULT, STDERR_TAIL, TIMEOUT, VALUE_LIMIT
from .output import pack_output
from .program import Failed, Program
from .report import LONG_TASK_NS, Report
from .values import too_long

# The limits whose excess ends a program.
OF_SIGNALS = {
    signal.SIGXCPU: ("cpu-time", "seconds of processor time"),
    signal.SIGXFSZ: ("file-size", "bytes of a file"),
}


class Commands:
    """Runs a program once a task, without a shell."""

    def __init__(self, texts, worker, most_bytes):
        self.most_bytes = most_bytes
        self.cell = worker.channel.cell
        self.report = Report(worker.channel, worker.output)
        self.home = worker.home
        self.asks = worker.asks
        self.end, self.asked = 0, -1
        self.json = texts[0] == "json"
        self.argv = texts[1:]
        self.on_stdin = not any("{}" in part for part in self.argv)
        self.path = program(self.argv[0])
        self.environment = dict(os.environ)
        if "cpu-time" in limits.CURRENT:
            # Inherited by each program, which starts at no time used; this process itself goes on.
            signal.signal(signal.SIGXCPU, signal.SIG_IGN)
            limits.grant(limits.CURRENT["cpu-time"])
        # SIGCHLD writes a byte here, so that one poll waits for the program's output and for its end.
        self.wake, wake_writer = os.pipe()
        os.set_blocking(self.wake, False)
        os.set_blocking(wake_writer, False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.set_wakeup_fd(wake_writer, warn_on_full_buffer=False)

    def run(self, first, count, timeout, once, data):
        cell, clock = self.cell, time.monotonic_ns
        self.report.begin()
        self.end, self.asked = first + count, -1
        self.asks.cut()
        for index, line in enumerate(data.split(b"\n")[:count], first):
            if index >= self.end:
                break
            cell[0] = index
            start = clock()
            failures, outputs = {}, []
            try:
                value, stderr = self.task(line, start + timeout * 1_000_000 if timeout else 0, timeout)
                if stderr:
                    outputs = [pack_output(index, b"", stderr[-STDERR_TAIL:], len(stderr) > STDERR_TAIL)]
            except Failed as failed:
                value, failures = b"null", {index: failed.failure}
            now = clock()
            self.report.add(index, 1, value + b"\n", [1, now - start], failures, outputs)
            self.report.send_if_due(now, now - start >= LONG_TASK_NS, failures)

    def interrupt(self, frame):
        # The signal has waked whoever waits for the program.
        self.asked = self.cell[0]

    def cut(self, index):
        self.end = min(self.end, index)

    def is_asked(self):
        """Whether the running program is to be asked to end; true once."""
        asked, self.asked = self.asked, -1
        return asked == self.cell[0]

    def task(self, line, deadline, timeout):
        run = Program(self)
        try:
            run.start(self.arguments(line), line if self.on_stdin else b"")
            status = run.wait(deadline, self.most_bytes)
        finally:
            run.close()
            self.home.tidy()
        stderr = run.stderr
        if run.over == "time":
            raise Failed(Failure(TIMEOUT, f"the program ran longer than {timeout} ms", stderr=tail(stderr)))
        if run.over == "output":
            message = f"expected at most {self.most_bytes} bytes of output (max-value)"
            raise Failed(Failure(LIMIT, message, VALUE_LIMIT))
        if status != 0:
            raise Failed(self.exit(status, stderr, run.peak))
        return self.value(run.stdout), stderr

    def arguments(self, line):
        if self.on_stdin:
            return self.argv
        value = line.decode("utf-8", "surrogatepass")
        if value.startswith('"'):
            value = json.loads(value)
        if "\0" in value:
            raise Failed(Failure(EXCEPTION, "an argument cannot hold the character NUL", "ValueError"))
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            raise Failed(Failure(EXCEPTION, "an argument cannot hold half of a surrogate pair", "ValueError")) from None
        return [part.replace("{}", value) for part in self.argv]

    def exit(self, status, stderr, peak):
        if os.WIFSIGNALED(status):
            number, code = os.WTERMSIG(status), -1
            how = f"{self.argv[0]} was ended by {signal_name(number)}"
            name = OF_SIGNALS.get(number)
            exceeded = limits.over(*name) if name and name[0] in limits.CURRENT else None
        else:
            number, code = 0, os.WEXITSTATUS(status)
            how = f"{self.argv[0]} exited with code {code}"
            # A shell says by its code which signal ended its last program.
            name = OF_SIGNALS.get(code - 128)
            known = name and name[0] in limits.CURRENT
            exceeded = limits.over(*name) if known else limits.complained_of(bytes(stderr))
        if exceeded:
            return Failure(LIMIT, f"{how}: {exceeded[1]}", exceeded[0], code=code, signal=number, stderr=tail(stderr), peak=peak)
        return Failure(EXIT, how, code=code, signal=number, stderr=tail(stderr), peak=peak)

    def value(self, stdout):
        if not self.json:
            # As a shell's $(...) gives it, but only the last line's end goes: what a program wrote stays.
            shown = stdout[:-1] if stdout.endswith(b"\n") else stdout
            value = encode_basestring(shown.decode("utf-8", "replace")).encode("utf-8")
        else:
            try:
                # Only checked: the bytes are passed on as they are, numbers in full length.
                json.loads(stdout.decode("utf-8"), parse_int=len, parse_float=len, parse_constant=no_constant)
            except (ValueError, RecursionError) as error:
                raise Failed(Failure(RESULT, f"expected one JSON value on standard output: {error}")) from None
            value = bytes(stdout).strip(b" \t\r\n").replace(b"\n", b" ").replace(b"\r", b" ")
        if len(value) > self.most_bytes:
            raise Failed(too_long(len(value), self.most_bytes))
        return value


def tail(stderr):
    return bytes(stderr[-STDERR_TAIL:]).decode("utf-8", "replace")


def signal_name(number):
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def no_constant(name):
    raise ValueError(f"{name} is not JSON")


def program(name):
    """The program's file, or None: searched once, in the PATH of this process."""
    if "/" in name:
        return name
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        path = os.path.join(folder, name)
        if os.path.isabs(folder) and os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    return None
