"""Functions of Python source."""

import importlib
import json
import linecache
import os
import sys
import time
import types
from importlib.machinery import PathFinder
from itertools import islice

from . import limits
from .failures import MODULE, Failure, raised
from .frames import EXCEPTION, LIMIT, RESULT
from .report import LONG_TASK_NS, Report
from .tree import children, end_strays
from .values import NotSendable, Values

# Tasks shorter than this are timed, encoded and put on the shelf together, for about a span's time.
TINY_TASK_NS = 50_000
SPAN_NS = 500_000
# Tiny tasks run this many between two looks at the clock: few, lest tasks that turn slow go unreported for long.
MAX_STRIDE = 64

SOURCE = "<source>"
SCALARS = {int, float, str, bool, type(None)}


class PythonFunction:
    """Python source with a function in it, loaded once, called for each task."""

    def __init__(self, texts, worker, most_bytes):
        source, name, setup, spread = texts
        self.cell = worker.channel.cell
        self.values = Values(most_bytes)
        self.report = Report(worker.channel, worker.output)
        self.home = worker.home
        self.asks = worker.asks
        self.inputs, self.first = [], 0
        self.processor_time = limits.ProcessorTime()
        # Whether values are encoded one by one: containers, which a later task might change.
        self.eager = False
        module = self.load(source, worker)
        if setup:
            found(module, setup)()
        function = found(module, name)
        self.call = spreading(function) if spread else function
        # What the source and setup have started and written belongs to the worker, and lives as long as it does.
        self.helpers = frozenset(children())
        self.home.keep()

    def load(self, source, worker):
        linecache.cache[SOURCE] = (len(source), None, source.splitlines(True), SOURCE)
        module = types.ModuleType(MODULE)
        module.__file__ = SOURCE
        sys.modules[MODULE] = module
        exec(compile(source, SOURCE, "exec", dont_inherit=True), module.__dict__)
        return module

    def run(self, first, count, timeout, once, data):
        """once: each task goes on the shelf as it ends, so that none that has ended is lost with this process."""
        report, clock = self.report, time.monotonic_ns
        failures = {}
        inputs, call = self.parse(data, count)
        self.inputs, self.first = inputs, first
        self.asks.cut()
        tasks = enumerate(inputs, first)
        at = first
        stride = 1
        report.begin()
        values, spans = [], []
        span_start = start = clock()
        self.processor_time.begin(start)
        # What was cut off is not there any more.
        while at + len(values) < first + len(inputs):
            before = len(values)
            try:
                self.stride(call, tasks, stride, values.append)
            except KeyboardInterrupt as error:
                # If its value is there already, the interrupt came too late.
                if at + len(values) <= self.cell[0]:
                    failures[at + len(values)] = failure(error)
                    values.append("null" if self.eager else None)
                # One that was taken out and not started is taken again.
                done = at + len(values) - first
                tasks = enumerate(islice(inputs, done, None), first + done)
            except BaseException as error:
                failures[at + len(values)] = failure(error)
                values.append("null" if self.eager else None)
            now = clock()
            ran = len(values) - before
            tiny = now - start < TINY_TASK_NS * ran
            if tiny and spans:
                spans[-2] += ran
                spans[-1] += now - start
            elif ran:
                spans += (ran, now - start)
            if not values:
                continue  # the rest was cut off, or an interrupt came too late for the last and too early for the next
            if once or not tiny or now - span_start >= SPAN_NS or at + len(values) >= first + len(inputs):
                self.close(at, values, spans, failures)
                at += len(values)
                report.send_if_due(now, now - start >= LONG_TASK_NS * ran, failures)
                values, spans, failures = [], [], {}
                now = span_start = clock()
                self.processor_time.begin(now)
            stride = min(stride * 2, MAX_STRIDE) if tiny and not once else 1
            start = now
        if values:
            self.close(at, values, spans, failures)

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
        # What is left of the tasks ends before they are answered.
        end_strays(self.helpers)
        self.home.tidy()
        if self.eager:
            data = self.values.join(values, failures, at)
        else:
            self.eager = not set(map(type, values)) <= SCALARS
            data = self.values.encode(values, failures, at)
        self.report.add(at, len(values), data, spans, failures)

    def interrupt(self, frame):
        """Raises in the task's code; if that is left already, nothing happens."""
        while frame is not None:
            if frame.f_code is STRIDE:
                raise KeyboardInterrupt
            frame = frame.f_back

    def cut(self, index):
        """Starts no task from the index on. A list may become shorter while somebody goes through it."""
        del self.inputs[max(0, index - self.first) :]

    def parse(self, data, count):
        """The inputs, and what to call with them."""
        try:
            inputs = json.loads(b"[" + data[:-1].replace(b"\n", b",") + b"]")
            if len(inputs) == count:
                return inputs, self.call
        except (ValueError, RecursionError):
            pass
        return [parse_one(line) for line in data.split(b"\n")[:count]], refusing(self.call)


STRIDE = PythonFunction.stride.__code__


class ModuleFunction(PythonFunction):
    """A function of a module in the folders that the service was given."""

    def load(self, name, worker):
        folders = worker.folders
        # Behind the interpreter's own, lest a module of theirs takes the place of one that this package still needs.
        sys.path += [folder for folder in folders if folder not in sys.path]
        top = name.partition(".")[0]
        if PathFinder.find_spec(top, folders) is None:
            raise ModuleNotFoundError(f"no module {top!r} in the folders of manyhands.python.path", name=top)
        module = importlib.import_module(name)
        top = sys.modules[top]
        places = [top.__file__] if getattr(top, "__file__", None) else list(getattr(top, "__path__", []))
        if not any(within(place, folder) for place in places for folder in folders):
            raise ImportError(f"expected a module in the folders of manyhands.python.path, got another {name!r}")
        return module


def within(place, folder):
    return os.path.commonpath((os.path.realpath(place), os.path.realpath(folder))) == os.path.realpath(folder)


def found(module, name):
    function = getattr(module, name, None)
    if not callable(function):
        where = "source" if module.__name__ == MODULE else f"module {module.__name__}"
        raise NameError(f"the {where} defines no function {name!r}")
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
    exceeded = limits.named(error)
    if exceeded:
        return Failure(LIMIT, exceeded[1], exceeded[0], raised(error).trace)
    return raised(error)
