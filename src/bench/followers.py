"""Readers that follow a job: one, a hundred, and ten thousand of the same job; and as many who wait for its end."""

import json
import os
import subprocess
import time

from memory import Memory
from table import Block, Check, Row

READERS = 10_000
SOME = 100
SECONDS = 120
# Each value is the time at which its task ended.
STAMP = {
    "type": "python",
    "source": "import time\n\ndef stamp(ms):\n    time.sleep(ms / 1000)\n    return time.time_ns()",
    "name": "stamp",
}


def follow(bench, service, pauses, readers):
    """What the Java client saw of a job whose tasks end one after the other, so many ms apart."""
    client = service.client()
    location = client.submit(
        {"function": STAMP, "inputs": pauses, "chunkSize": 1, "maxParallel": 1}
    )
    path = f"{location}/results?follow=true"
    try:
        seen = ask(bench, service, "Followers", path, readers, len(pauses), SECONDS)
    finally:
        client.kill(location)
    if seen["whole"] != readers:
        raise RuntimeError(f"expected {readers} readers to see all results and the end, got {seen}")
    return seen


def ask(bench, service, program, *arguments):
    """What one of the Java clients prints."""
    command = [bench.java, "-Xmx400m", "-XX:+UseSerialGC", "-cp", bench.classes, program]
    shown = subprocess.run(
        [str(part) for part in [*command, service.port, *arguments]],
        env={**os.environ, "KEY": service.key},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        timeout=SECONDS + 60,
    ).stdout
    return json.loads(shown)


def reader(bench):
    """From a task's end to the socket of the one reader of its job, and to those of a hundred."""
    block = Block("From a task's end to the sockets of its readers", "ms")
    follow(bench, bench.service, [1] * 300, SOME)
    for readers, pause in ((1, 5), (SOME, 50)):
        pauses = [500] + [pause] * 400 if readers == 1 else [500] + [pause] * 100
        runs = [follow(bench, bench.service, pauses, readers) for _ in range(bench.repetitions)]
        who = "one reader" if readers == 1 else f"{readers} readers"
        for part in ("p50", "p99"):
            block.rows.append(Row(f"Manyhands, {who}, {part}", [run[part] for run in runs]))
    block.checks = [
        Check("Reader p50 in ms", block.rows[0].median, 5, 2, less=True),
        Check("Reader p99 in ms", block.rows[1].median, 50, 10, less=True),
    ]
    return block


def followers(bench):
    """Ten thousand readers of one job; a service of its own, for its memory."""
    block = Block(f"{READERS:,} readers of one job: from a task's end to each socket", "ms")
    memory = Block(f"{READERS:,} readers of one job: service and workers, highest resident", "MB")
    with bench.new_service() as service:
        follow(bench, service, [1] * 300, 1)
        before = None
        runs = []
        for _ in range(bench.repetitions):
            with Memory(service) as alone:
                time.sleep(0.5)
            before = before or alone
            with Memory(service) as taken:
                # The first task is long enough for all of them to come.
                runs.append(follow(bench, service, [20_000] + [500] * 20, READERS))
            service.check_alive()
            memory.rows.append(Row("Manyhands, heap of 512 MB", [taken.rss]))
        memory.notes.append(f"without readers: {before.rss:.0f} MB")
    block.rows = [
        Row("Manyhands, p50", [run["p50"] for run in runs]),
        Row("Manyhands, p99", [run["p99"] for run in runs]),
        Row("Manyhands, the latest", [run["max"] for run in runs]),
    ]
    block.notes.append(f"connected in {min(run['connect'] for run in runs):.1f} s")
    memory.rows = [
        Row("Manyhands, heap of 512 MB", [value for row in memory.rows for value in row.values])
    ]
    block.checks = [Check("10,000 readers, p99 in ms", block.rows[1].median, 2000, 500, less=True)]
    return [block, memory]


def wait(bench, service, seconds, requests):
    """What so many requests saw that waited for the end of one job, which takes so long."""
    client = service.client()
    function = {"type": "java", "name": "sleep"}
    location = client.submit({"function": function, "inputs": [seconds * 1000]})
    seen = ask(bench, service, "Waiters", location, requests, SECONDS)
    if seen["right"] != requests:
        raise RuntimeError(f"expected {requests} requests to be told of the end, got {seen}")
    return seen


def waiting(bench):
    """Ten thousand requests that wait for one job; a service of its own, for its memory."""
    block = Block(f"{READERS:,} requests that wait for one job: from its end to each answer", "ms")
    memory = Block(f"{READERS:,} requests that wait: service and workers, highest resident", "MB")
    sizes, runs = [], []
    with bench.new_service() as service:
        wait(bench, service, 2, 300)
        with Memory(service) as alone:
            time.sleep(0.5)
        for _ in range(bench.repetitions):
            with Memory(service) as taken:
                # Long enough for all of them to come.
                runs.append(wait(bench, service, 25, READERS))
            service.check_alive()
            sizes.append(taken.rss)
    memory.notes.append(f"before: {alone.rss:.0f} MB")
    memory.rows = [Row("Manyhands, heap of 512 MB", sizes)]
    block.rows = [
        Row(f"Manyhands, {name}", [run[part] for run in runs])
        for name, part in (("p50", "p50"), ("p99", "p99"), ("the latest", "max"))
    ]
    block.notes.append(f"connected in {min(run['connect'] for run in runs):.1f} s")
    block.checks = [Check("10,000 waiting, the latest in ms", block.rows[2].median, 2000, 500, less=True)]
    return [block, memory]
