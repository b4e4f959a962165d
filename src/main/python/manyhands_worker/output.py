"""What the tasks write to their standard streams."""

import io
import os
import struct
import sys

from .frames import MAX_OUTPUT_IN_FRAME, text


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
        indexes = [i for i in sorted(self.tasks) if i < end]
        taken = [(i, self.tasks.pop(i)) for i in indexes]
        self.total = sum(len(streams[0]) + len(streams[1]) for streams in self.tasks.values())
        return [pack_output(i, *streams) for i, streams in taken if i >= first]


def pack_output(index, stdout, stderr, truncated):
    return (
        struct.pack("<IB", index, truncated)
        + text(stdout.decode("utf-8", "replace"))
        + text(stderr.decode("utf-8", "replace"))
    )
