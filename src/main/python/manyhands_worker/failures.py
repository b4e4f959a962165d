"""Why a task has no value."""

import os
import struct
import traceback

from .frames import EXCEPTION, MAX_MESSAGE, MAX_TRACEBACK, cut, text

OURS = os.path.dirname(__file__) + os.sep
# The module that a function's source becomes.
MODULE = "manyhands_function"


class Failure:
    """Why a task has no value."""

    def __init__(self, kind, message, type="", trace="", code=-1, signal=0, stderr="", peak=0):
        self.kind, self.type, self.message, self.trace = kind, type, message, trace
        self.code, self.signal, self.stderr, self.peak = code, signal, stderr, peak

    def pack(self, index):
        return b"".join(
            (
                struct.pack("<IBiiQ", index, self.kind, self.code, self.signal, self.peak),
                text(cut(self.type, 300)),
                text(cut(self.message, MAX_MESSAGE)),
                text(cut(self.trace, MAX_TRACEBACK)),
                text(self.stderr),
            )
        )


def raised(error, kind=EXCEPTION):
    """The failure of a task that raised: Python's own words, without the frames of this package."""
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
    while trace is not None and trace.tb_frame.f_code.co_filename.startswith(OURS):
        trace = trace.tb_next
    if kind_of is KeyboardInterrupt:
        end_before_ours(trace)
    try:
        lines = "".join(traceback.format_exception(kind_of, error, trace))
    except BaseException as other:
        lines = f"{name}: (the traceback could not be printed: {type(other).__name__})"
    return Failure(kind, message, name, lines)


def end_before_ours(trace):
    """Cuts off the frames at the end in which this package raised the interrupt."""
    last = None
    while trace is not None:
        if not trace.tb_frame.f_code.co_filename.startswith(OURS):
            last = trace
        trace = trace.tb_next
    if last is not None:
        last.tb_next = None
