"""The outcomes of a chunk on their way to the service."""

import struct
import time

from .frames import MAX_FAILURES_IN_FRAME, MAX_VALUES_IN_FRAME, OUTCOMES, OUTCOMES_HEADER

# Outcomes are sent this often, or if nobody waits for them only so often; that of a task this long is sent at once if
# somebody waits for it, or it has failed: beside it, sending costs little.
SEND_EVERY_NS = 50_000_000
SEND_LATER_NS = 500_000_000
LONG_TASK_NS = 2_000_000


class Report:
    """Puts the outcomes of a chunk on the shelf, span by span, and sends them in time."""

    def __init__(self, channel, output):
        self.channel, self.output = channel, output
        self.sent_at = 0
        self.prompt = True  # whether somebody waits for each outcome

    def begin(self):
        self.sent_at = time.monotonic_ns()

    def add(self, first, count, data, spans, failures, outputs=None):
        """
        data: a line a task; spans: count and nanoseconds, again and again; failures: by index
        """
        packed = [failures[i].pack(i) for i in sorted(failures)] if failures else []
        if count > 1 and (len(data) > MAX_VALUES_IN_FRAME or sum(map(len, packed)) > MAX_FAILURES_IN_FRAME):
            self.add_halves(first, count, data, spans, failures)
            return
        if outputs is None:
            outputs = self.output.take(first, first + count) if self.output.tasks else ()
        micros = [n // 1000 if i & 1 else n for i, n in enumerate(spans)]
        parts = [
            OUTCOMES_HEADER.pack(first, count, len(data), len(spans) // 2, len(failures), len(outputs)),
            data,
            struct.pack(f"<{len(micros)}Q", *micros),
            *packed,
            *outputs,
        ]
        self.channel.put(OUTCOMES, b"".join(parts))

    def add_halves(self, first, count, data, spans, failures):
        half = count // 2
        lines = data.split(b"\n")
        nanos = sum(spans[1::2]) // 2
        middle = first + half
        self.add(first, half, b"\n".join(lines[:half]) + b"\n", [half, nanos], {i: f for i, f in failures.items() if i < middle})
        self.add(middle, count - half, b"\n".join(lines[half:]), [count - half, nanos], {i: f for i, f in failures.items() if i >= middle})

    def send_if_due(self, now, long, failures):
        patience = SEND_EVERY_NS if self.prompt else SEND_LATER_NS
        if long and (self.prompt or failures) or now - self.sent_at >= patience:
            self.channel.send()
            self.sent_at = now
