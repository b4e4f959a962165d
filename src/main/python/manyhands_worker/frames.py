"""The frames between service and worker: their numbers and shapes, which the service has as well."""

import struct

LOAD, CHUNK = 1, 2
LOADED, LOAD_FAILED, OUTCOMES, END, LOADING = 16, 17, 18, 19, 20
FRAME = struct.Struct("<IB")
LENGTH = struct.Struct("<I")
LOAD_HEADER = struct.Struct("<BIII")  # kind of function, most bytes of a value, of a task's output, number of texts
# Sequence number, first index, count, timeout in milliseconds or 0, whether no task may run twice, whether somebody
# waits for each outcome.
CHUNK_HEADER = struct.Struct("<QIIQ??")
OUTCOMES_HEADER = struct.Struct("<IIIIII")  # first, count, bytes of values, time spans, failures, outputs
PYTHON, COMMAND, PYTHON_MODULE = 1, 2, 3

# What went wrong with a task. The service has the same numbers.
EXCEPTION, FUNCTION, RESULT, EXIT, TIMEOUT, LIMIT = 0, 1, 2, 3, 4, 5
# The limit of what a task gives back, as a failure names it.
VALUE_LIMIT = "ValueLimit"

SHELF_OFFSET = 4096
# What a frame may hold, save for a single task's longer value: the service has memory for no more of each worker.
MAX_VALUES_IN_FRAME = 1 << 20
MAX_FAILURES_IN_FRAME = 1 << 20
MAX_OUTPUT_IN_FRAME = 1 << 20  # a byte that is no UTF-8 becomes three
MAX_MESSAGE = 8 << 10
MAX_TRACEBACK = 32 << 10
STDERR_TAIL = 8 << 10


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
