"""A worker process of Manyhands. It loads one function and runs the tasks that the service sends it, until the service
closes the socket. Python 3.9 and later, standard library only.

    service                          worker
       |  <---------- connects ---------  |   (the service made the socket and the cell file, and started this script)
       |  ---- LOAD function ---------->  |
       |  <--- LOADED | LOAD_FAILED ----  |
       |  ---- CHUNK inputs ----------->  |   one at a time
       |  <--- OUTCOMES ... END --------  |

A frame is a length (of what follows the type), a type and a payload; numbers are little-endian, texts UTF-8 with their
length in front. The cell file is mapped: it says which task runs, so that the service knows whom to blame when this
process dies, and holds the outcomes that are not sent yet (the shelf), so that finished tasks keep theirs.
"""

import faulthandler
import fcntl
import io
import json
import linecache
import mmap
import os
import select
import signal
import socket
import struct
import sys
import threading
import time
import traceback
import types
from itertools import islice
from json.encoder import encode_basestring
from math import isfinite

LOAD, CHUNK = 1, 2
LOADED, LOAD_FAILED, OUTCOMES, END = 16, 17, 18, 19
FRAME = struct.Struct("<IB")
LENGTH = struct.Struct("<I")
LOAD_HEADER = struct.Struct("<BIII")  # kind of function, most bytes of a value, of a task's output, number of texts
CHUNK_HEADER = struct.Struct("<QIIQ")  # sequence number, first index, count, timeout in milliseconds or 0
OUTCOMES_HEADER = struct.Struct("<IIIIII")  # first, count, bytes of values, time spans, failures, outputs
PYTHON, COMMAND = 1, 2

# What went wrong with a task. The service has the same numbers.
EXCEPTION, FUNCTION, RESULT, EXIT, TIMEOUT = 0, 1, 2, 3, 4

SHELF_OFFSET = 4096
MAX_VALUES_IN_FRAME = 4 << 20
MAX_OUTPUT_IN_FRAME = 2 << 20
MAX_MESSAGE = 8 << 10
MAX_TRACEBACK = 32 << 10
STDERR_TAIL = 8 << 10

# Outcomes are sent this often; a task this long is sent at once, since sending costs little beside it.
SEND_EVERY_NS = 50_000_000
LONG_TASK_NS = 2_000_000
# Tasks shorter than this are timed, encoded and put on the shelf together, for about a span's time.
TINY_TASK_NS = 50_000
SPAN_NS = 500_000
# Tiny tasks run this many between two looks at the clock: few, lest tasks that turn slow go unreported for long.
MAX_STRIDE = 64


def text(value):
    """A text as frames carry it. A lone surrogate is no character and becomes a question mark."""
    data = value.encode("utf-8", "replace")
    return LENGTH.pack(len(data)) + data


def cut(value, most, keep_end=False):
    if len(value) <= most:
        return value
    half = most // 2
    return "..." + value[-most:] if keep_end else value[:half] + "\n...\n" + value[-half:]


class Reader:
    """Reads the payload of a frame."""

    def __init__(self, data):
        self.data = data
        self.at = 0

    def unpack(self, shape):
        values = shape.unpack_from(self.data, self.at)
        self.at += shape.size
        return values

    def text(self):
        (length,) = self.unpack(LENGTH)
        self.at += length
        return self.data[self.at - length : self.at].decode("utf-8")


class Channel:
    """The socket to the service, and the shelf in front of it: what is sent lies on the shelf first."""

    def __init__(self, socket_path, cell_path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with open(cell_path, "r+b") as file:
            self.map = mmap.mmap(file.fileno(), 0)
        self.shelf_size = len(self.map) - SHELF_OFFSET
        self.view = memoryview(self.map)
        # cell[0]: index of the task that runs, or -1; cell[1]: sequence number of the chunk,
        # 0 before the first, -1 before the function came; cell[2]: bytes on the shelf.
        self.cell = self.view.cast("q")
        self.cell[0] = self.cell[1] = -1
        self.shelved = 0
        self.received = b""
        self.socket.connect(socket_path)

    def receive(self):
        """The next frame's type and payload, or None when the service has closed."""
        data = self.received or self.socket.recv(65536)
        while data and len(data) < FRAME.size:
            more = self.socket.recv(65536)
            data = data + more if more else b""
        if not data:
            return None
        length, kind = FRAME.unpack_from(data)
        end = FRAME.size + length
        if len(data) < end:
            whole = bytearray(end)
            whole[: len(data)] = data
            at = len(data)
            with memoryview(whole) as view:
                while at < end:
                    got = self.socket.recv_into(view[at:])
                    if not got:
                        return None
                    at += got
            data = bytes(whole)
        self.received = data[end:]
        return kind, data[FRAME.size : end]

    def put(self, kind, payload):
        """Shelves a frame, to be sent with the next `send`."""
        frame = FRAME.pack(len(payload), kind) + payload
        end = self.shelved + len(frame)
        if end > self.shelf_size:
            self.send()
            end = len(frame)
            if end > self.shelf_size:
                self.socket.sendall(frame)
                return
        self.map[SHELF_OFFSET + self.shelved : SHELF_OFFSET + end] = frame
        self.shelved = self.cell[2] = end

    def send(self):
        if self.shelved:
            self.socket.sendall(self.view[SHELF_OFFSET : SHELF_OFFSET + self.shelved])
            # Should this process die before this line, the service sees the frames twice and counts them once.
            self.shelved = self.cell[2] = 0


class Failure:
    """Why a task has no value."""

    def __init__(self, kind, message, type="", trace="", code=-1, signal=0, stderr=""):
        self.kind, self.type, self.message, self.trace = kind, type, message, trace
        self.code, self.signal, self.stderr = code, signal, stderr

    def pack(self, index):
        return b"".join(
            (
                struct.pack("<IBii", index, self.kind, self.code, self.signal),
                text(cut(self.type, 300)),
                text(cut(self.message, MAX_MESSAGE)),
                text(cut(self.trace, MAX_TRACEBACK)),
                text(self.stderr),
            )
        )


def raised(error, kind=EXCEPTION):
    """The failure of a task that raised: Python's own words, without the frames of this file."""
    kind_of = type(error)
    module = kind_of.__module__
    name = kind_of.__qualname__
    if module not in ("builtins", MODULE):
        name = f"{module}.{name}"
    try:
        message = str(error)
    except BaseException as other:
        message = f"<str() of the exception raised {type(other).__name__}>"
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    try:
        lines = "".join(traceback.format_exception(kind_of, error, trace))
    except BaseException as other:
        lines = f"{name}: (the traceback could not be printed: {type(other).__name__})"
    return Failure(kind, message, name, lines)


class Capture(io.RawIOBase):
    """One of the standard streams of the running task: bounded, and costs nothing to tasks that write nothing."""

    def __init__(self, output, stream, descriptor, copy):
        self.output, self.stream, self.descriptor, self.copy = output, stream, descriptor, copy

    def writable(self):
        return True

    def fileno(self):
        return self.descriptor

    def write(self, data):
        length = len(data)
        kept = self.output.add(self.stream, data)
        if self.copy and kept:
            # Also to where a dying process leaves its last lines.
            os.write(self.descriptor, kept)
        return length


class Output:
    """What the tasks wrote, by index, until it is sent."""

    def __init__(self, cell):
        self.cell = cell
        self.most = 0
        self.tasks = {}
        self.total = 0

    def capture(self):
        sys.stdout = self.stream(0, 1, False)
        sys.stderr = self.stream(1, 2, True)

    def stream(self, number, descriptor, copy):
        raw = Capture(self, number, descriptor, copy)
        return io.TextIOWrapper(raw, encoding="utf-8", errors="backslashreplace", newline="\n", write_through=True)

    def add(self, stream, data):
        index = self.cell[0]
        if index < 0:
            return bytes(data[: self.most])
        streams = self.tasks.get(index)
        if streams is None:
            streams = self.tasks[index] = [bytearray(), bytearray(), False]
        room = self.most - len(streams[0]) - len(streams[1])
        room = max(0, min(room, MAX_OUTPUT_IN_FRAME - self.total))
        kept = bytes(data[:room])
        self.total += len(kept)
        streams[stream] += kept
        streams[2] = streams[2] or len(kept) < len(data)
        return kept

    def take(self, first, end):
        """The packed outputs of the tasks from first to end."""
        tasks, self.tasks, self.total = self.tasks, {}, 0
        return [pack_output(i, *tasks[i]) for i in sorted(tasks) if first <= i < end]


def pack_output(index, stdout, stderr, truncated):
    return (
        struct.pack("<IB", index, truncated)
        + text(stdout.decode("utf-8", "replace"))
        + text(stderr.decode("utf-8", "replace"))
    )


class NotSendable(Exception):
    """A value that is no JSON."""


class Values:
    """Values as JSON, one a line."""

    def __init__(self, most_bytes):
        self.most_bytes = most_bytes
        self.encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        self.renew()

    def renew(self):
        # The C encoder keeps the containers that it is in, to find circles; after an error it has to be a new one.
        self.pieces = None
        if json.encoder.c_make_encoder is not None:
            self.pieces = json.encoder.c_make_encoder(
                {}, self.encoder.default, encode_basestring, None, ":", ",", False, False, False
            )

    def line(self, value):
        try:
            if self.pieces is None:
                return self.encoder.encode(value)
            return "".join(self.pieces(value, 0))
        except BaseException as error:
            self.renew()
            raise NotSendable(f"the value cannot be sent as JSON: {error or type(error).__name__}") from None

    def encode(self, values, failures, at):
        """The lines of values as bytes; those that are no JSON become failures."""
        kinds = set(map(type, values))
        lines = None
        try:
            if kinds == {int}:
                lines = list(map(repr, values))
            elif kinds == {str}:
                lines = list(map(encode_basestring, values))
            elif kinds == {float} and all(map(isfinite, values)):
                lines = list(map(repr, values))
        except ValueError:
            pass  # an integer with more digits than Python prints: found again below, one by one
        if lines is None:
            lines = [self.line_or_failure(value, failures, at + i) for i, value in enumerate(values)]
        return self.join(lines, failures, at)

    def line_or_failure(self, value, failures, index):
        try:
            return self.line(value)
        except NotSendable as error:
            failures[index] = Failure(RESULT, str(error))
            return "null"

    def join(self, lines, failures, at):
        data = utf8("\n".join(lines))
        if len(data) > self.most_bytes:
            whole = data.split(b"\n")
            for i, line in enumerate(whole):
                if len(line) > self.most_bytes:
                    failures[at + i] = too_long(len(line), self.most_bytes)
                    whole[i] = b"null"
            data = b"\n".join(whole)
        return data + b"\n"


def too_long(came, most):
    return Failure(RESULT, f"expected a value of at most {most} bytes of JSON, got {came}")


def utf8(lines):
    try:
        return lines.encode("utf-8")
    except UnicodeEncodeError:
        # Half of a surrogate pair stands in a string only, where JSON can write it as an escape.
        return "".join(f"\\u{ord(c):04x}" if "\ud800" <= c <= "\udfff" else c for c in lines).encode("utf-8")


class Report:
    """Puts the outcomes of a chunk on the shelf, span by span, and sends them in time."""

    def __init__(self, channel, output):
        self.channel, self.output = channel, output
        self.sent_at = 0

    def begin(self):
        self.sent_at = time.monotonic_ns()

    def add(self, first, count, data, spans, failures, outputs=None):
        """
        data: a line a task; spans: count and nanoseconds, again and again; failures: by index
        """
        if len(data) > MAX_VALUES_IN_FRAME and count > 1:
            self.add_halves(first, count, data, spans, failures)
            return
        if outputs is None:
            outputs = self.output.take(first, first + count) if self.output.tasks else ()
        micros = [n // 1000 if i & 1 else n for i, n in enumerate(spans)]
        parts = [
            OUTCOMES_HEADER.pack(first, count, len(data), len(spans) // 2, len(failures), len(outputs)),
            data,
            struct.pack(f"<{len(micros)}Q", *micros),
        ]
        if failures:
            parts += [failures[i].pack(i) for i in sorted(failures)]
        parts += outputs
        self.channel.put(OUTCOMES, b"".join(parts))

    def add_halves(self, first, count, data, spans, failures):
        half = count // 2
        lines = data.split(b"\n")
        nanos = sum(spans[1::2]) // 2
        middle = first + half
        self.add(first, half, b"\n".join(lines[:half]) + b"\n", [half, nanos], {i: f for i, f in failures.items() if i < middle})
        self.add(middle, count - half, b"\n".join(lines[half:]), [count - half, nanos], {i: f for i, f in failures.items() if i >= middle})

    def send_if_due(self, now, long):
        if long or now - self.sent_at >= SEND_EVERY_NS:
            self.channel.send()
            self.sent_at = now


MODULE = "manyhands_function"
SOURCE = "<source>"


class PythonFunction:
    """Python source with a function in it, loaded once, called for each task."""

    def __init__(self, texts, channel, output, most_bytes):
        source, name, setup, spread = texts
        self.cell = channel.cell
        self.values = Values(most_bytes)
        self.report = Report(channel, output)
        # Whether values are encoded one by one: containers, which a later task might change.
        self.eager = False
        linecache.cache[SOURCE] = (len(source), None, source.splitlines(True), SOURCE)
        module = types.ModuleType(MODULE)
        module.__file__ = SOURCE
        sys.modules[MODULE] = module
        exec(compile(source, SOURCE, "exec", dont_inherit=True), module.__dict__)
        if setup:
            found(module, setup)()
        function = found(module, name)
        self.call = spreading(function) if spread else function

    def run(self, first, count, timeout, data):
        report, clock = self.report, time.monotonic_ns
        failures = {}
        inputs, call = self.parse(data, count)
        tasks = enumerate(inputs, first)
        at, end = first, first + count
        stride = 1
        report.begin()
        values, spans = [], []
        span_start = start = clock()
        while at < end:
            before = len(values)
            try:
                self.stride(call, tasks, stride, values.append)
            except BaseException as error:
                failures[at + len(values)] = failure(error)
                values.append("null" if self.eager else None)
            now = clock()
            ran = len(values) - before
            tiny = now - start < TINY_TASK_NS * ran
            if tiny and spans:
                spans[-2] += ran
                spans[-1] += now - start
            else:
                spans += (ran, now - start)
            if not tiny or now - span_start >= SPAN_NS or at + len(values) == end:
                self.close(at, values, spans, failures)
                at += len(values)
                report.send_if_due(now, now - start >= LONG_TASK_NS * ran)
                values, spans, failures = [], [], {}
                now = span_start = clock()
            stride = min(stride * 2, MAX_STRIDE) if tiny else 1
            start = now

    def stride(self, call, tasks, count, append):
        # Each step stores the task's index in the cell: the loop's first variable.
        cell = self.cell
        if self.eager:
            line = self.values.line
            for cell[0], value in islice(tasks, count):
                append(line(call(value)))
        else:
            for cell[0], value in islice(tasks, count):
                append(call(value))

    def close(self, at, values, spans, failures):
        if self.eager:
            data = self.values.join(values, failures, at)
        else:
            self.eager = not set(map(type, values)) <= SCALARS
            data = self.values.encode(values, failures, at)
        self.report.add(at, len(values), data, spans, failures)

    def parse(self, data, count):
        """The inputs, and what to call with them."""
        try:
            inputs = json.loads(b"[" + data[:-1].replace(b"\n", b",") + b"]")
            if len(inputs) == count:
                return inputs, self.call
        except (ValueError, RecursionError):
            pass
        return [parse_one(line) for line in data.split(b"\n")[:count]], refusing(self.call)


SCALARS = {int, float, str, bool, type(None)}


def found(module, name):
    function = getattr(module, name, None)
    if not callable(function):
        raise NameError(f"the source defines no function {name!r}")
    return function


def spreading(function):
    def call(arguments):
        if type(arguments) is not list:
            raise TypeError("expected an array of arguments, since the function spreads its input")
        return function(*arguments)

    return call


class Unreadable(Exception):
    """Stands for an input that Python's json cannot read, such as an integer of too many digits."""


def parse_one(line):
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        return Unreadable(f"Python cannot read this input: {error}")


def refusing(function):
    def call(value):
        if type(value) is Unreadable:
            raise value
        return function(value)

    return call


def failure(error):
    if type(error) is NotSendable:
        return Failure(RESULT, str(error))
    if type(error) is Unreadable:
        return Failure(EXCEPTION, str(error), "ValueError")
    return raised(error)


class Commands:
    """Runs a program once a task, without a shell."""

    def __init__(self, texts, channel, output, most_bytes):
        self.output = output
        self.most_bytes = most_bytes
        self.cell = channel.cell
        self.report = Report(channel, output)
        self.json = texts[0] == "json"
        self.argv = texts[1:]
        self.on_stdin = not any("{}" in part for part in self.argv)
        self.path = program(self.argv[0])
        self.environment = dict(os.environ)
        self.group = 0
        # SIGCHLD writes a byte here, so that one poll waits for the program's output and for its end.
        self.wake, wake_writer = os.pipe()
        os.set_blocking(self.wake, False)
        os.set_blocking(wake_writer, False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.set_wakeup_fd(wake_writer, warn_on_full_buffer=False)
        adopt_orphans()

    def run(self, first, count, timeout, data):
        cell, clock = self.cell, time.monotonic_ns
        self.report.begin()
        for index, line in enumerate(data.split(b"\n")[:count], first):
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
            self.report.send_if_due(now, now - start >= LONG_TASK_NS)

    def task(self, line, deadline, timeout):
        run = Program(self)
        try:
            run.start(self.arguments(line), line if self.on_stdin else b"")
            status = run.wait(deadline, self.most_bytes)
        finally:
            run.close()
        stderr = run.stderr
        if run.over == "time":
            raise Failed(Failure(TIMEOUT, f"the program ran longer than {timeout} ms", stderr=tail(stderr)))
        if run.over == "output":
            raise Failed(Failure(RESULT, f"expected at most {self.most_bytes} bytes of output"))
        if status != 0:
            raise Failed(self.exit(status, stderr))
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

    def exit(self, status, stderr):
        if os.WIFSIGNALED(status):
            number = os.WTERMSIG(status)
            return Failure(EXIT, f"{self.argv[0]} was ended by {signal_name(number)}", signal=number, stderr=tail(stderr))
        code = os.WEXITSTATUS(status)
        return Failure(EXIT, f"{self.argv[0]} exited with code {code}", code=code, stderr=tail(stderr))

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


class Failed(Exception):
    """A task of a command failed."""

    def __init__(self, failure):
        self.failure = failure


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


class Program:
    """One run of a program: started with posix_spawn, in a process group of its own, bounded in output and time."""

    running = None  # its process group, for the thread that ends this process with the service

    def __init__(self, commands):
        self.commands = commands
        self.pid = 0
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
                setsigdef=(signal.SIGPIPE, signal.SIGXFSZ),
            )
        except OSError as error:
            message = f"{argv[0]!r} cannot be started: {error.strerror}"
            raise Failed(Failure(FUNCTION, message, type(error).__name__)) from None
        Program.running = self.pid
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
        status = os.waitpid(self.pid, 0)[1]
        Program.running = None
        self.pid = 0
        end_orphans()
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


PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans():
    """Daemons that a program leaves behind become children of this process, which can end them. Linux only."""
    try:
        import ctypes

        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    except (ImportError, OSError, AttributeError):
        pass


def end_orphans():
    try:
        while os.waitpid(-1, os.WNOHANG)[0] or end_children():
            pass
    except ChildProcessError:
        pass  # as it nearly always is: there are none


def end_children():
    """Ends this process's children, and is false if it cannot tell which they are."""
    try:
        with open(f"/proc/self/task/{os.getpid()}/children") as file:
            pids = [int(pid) for pid in file.read().split()]
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    except OSError:
        return False
    return bool(pids)


def leave_with_service(channel):
    """Ends this process when the service is gone, whatever its task does."""
    poll = select.poll()
    poll.register(channel.socket, 0)
    while not any(event & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, event in poll.poll()):
        pass
    # A worker without a task has seen the end by itself, and runs what its function has registered for it.
    time.sleep(0.5)
    group = Program.running
    if group:
        os.killpg(group, signal.SIGKILL)
    os.killpg(0, signal.SIGKILL)  # this process, too


def die_with_service(lifeline):
    """Has the kernel kill this process and its group when the service is gone, also while native code runs and no
    Python thread can: the service holds the other end of this pipe and writes nothing to it.
    """
    if sys.platform == "linux":
        fcntl.fcntl(lifeline, fcntl.F_SETOWN, -os.getpgrp())
        fcntl.fcntl(lifeline, fcntl.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | os.O_ASYNC)


def load(payload, channel, output, lifeline):
    reader = Reader(payload)
    kind, most_bytes, output.most, count = reader.unpack(LOAD_HEADER)
    texts = [reader.text() for _ in range(count)]
    if kind == PYTHON:
        # Not with commands: this process has to outlive the service for a moment, to end their groups.
        die_with_service(lifeline)
    try:
        function = (PythonFunction if kind == PYTHON else Commands)(texts, channel, output, most_bytes)
    except BaseException as error:
        channel.put(LOAD_FAILED, raised(error, FUNCTION).pack(0))
        return None
    channel.put(LOADED, b"")
    return function


def serve(channel, output, lifeline):
    cell = channel.cell
    function = None
    while True:
        frame = channel.receive()
        if frame is None:
            return
        kind, payload = frame
        if kind == LOAD:
            cell[1] = 0
            function = load(payload, channel, output, lifeline)
        else:
            sequence, first, count, timeout = CHUNK_HEADER.unpack_from(payload)
            cell[1] = sequence
            function.run(first, count, timeout, payload[CHUNK_HEADER.size :])
            cell[0] = -1
            channel.put(END, struct.pack("<Q", sequence))
        channel.send()


def main(socket_path, cell_path):
    os.setsid()
    channel = Channel(socket_path, cell_path)
    # A fork of the task's code must not hold the socket: its end tells the service that this process has ended.
    os.register_at_fork(after_in_child=channel.socket.close)
    threading.Thread(target=leave_with_service, args=(channel,), daemon=True).start()
    lifeline = os.dup(0)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    output = Output(channel.cell)
    output.capture()
    faulthandler.enable(2)
    sys.argv = [""]
    serve(channel, output, lifeline)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
