"""W6 and what else must not grow: memory, time a task, the price of durability, waiting, the start."""

import statistics
import time

import tasks
from memory import Memory
from table import Block, Check, Row
from workloads import MILLION, WARM_JOBS, latencies, seconds, until_compiled

SMALL_JOBS = 40


def warm(service):
    squares = list(range(MILLION))
    until_compiled([service], lambda: service.client().map(tasks.square, squares))


def memory_of(service, n):
    client = service.client()
    with Memory(service) as memory:
        seconds(client, tasks.square, list(range(n)))
    service.check_alive()
    return memory


def w6(bench):
    """A service of its own: what others left in its heap would count."""
    sizes = (100_000, MILLION, 10 * MILLION)
    rss = Block("W6 memory: service and workers, highest resident size", "MB")
    growth = Block("Cost of growth: squares, Python client, time a task", "µs")
    with bench.new_service() as service:
        client = service.client()
        client.map(tasks.square, list(range(1000)))
        for n in sizes[:2]:
            memory = memory_of(service, n)
            rss.rows.append(Row(f"Manyhands, {n:,} tasks", [memory.rss]))
            rss.notes.append(f"proportional size at {n:,} tasks: {memory.pss:.0f} MB")
        warm(service)
        for contestant in (client, bench.floor):  # the client's own time grows too
            for n in sizes[::2]:
                inputs = list(range(n))
                taken = [seconds(contestant, tasks.square, inputs) for _ in range(bench.repetitions)]
                growth.rows.append(Row(f"{contestant.name}, {n:,} tasks", [t / n * 1e6 for t in taken]))
        memory = memory_of(service, sizes[-1])
        rss.rows.append(Row(f"Manyhands, {sizes[-1]:,} tasks, heap of 512 MB", [memory.rss]))
    small, large, *_ = (row.median for row in growth.rows)
    rss.checks = [Check("W6 MB at 1,000,000 tasks", rss.rows[1].median, 400, 300, less=True)]
    growth.checks = [Check("Growth, 10,000,000 to 100,000", large / small, 1.2, 1.05, less=True)]
    return [rss, growth]


def durability(bench):
    """The same service with its data in memory, where a sync costs nothing."""
    block = Block("Durability: 1,000,000 squares, Python client", "tasks/s")
    with bench.new_service() as disk, bench.new_service(in_memory=True) as ram:
        named = [
            ("Manyhands", disk.client()),
            ("Manyhands, data in memory: nothing to sync", ram.client()),
        ]
        for service in (disk, ram):
            warm(service)
        block.rows = [Row(name, []) for name, _ in named]
        for _ in range(bench.repetitions):
            for row, (_, client) in zip(block.rows, named):
                row.values.append(MILLION / seconds(client, tasks.square, list(range(MILLION))))
    slower = 100 * (block.rows[1].median / block.rows[0].median - 1)
    block.checks = [Check("Durability, % slower", max(0, slower), 15, 5, less=True)]
    return block


def giants():
    loops = tasks.loops_of(0.020)
    return [
        ("2,000 tasks of 20 ms of Python", {**tasks.JOBS[tasks.cpu], "inputs": [loops] * 2000}),
        ("1,000,000 squares", {**tasks.JOBS[tasks.square], "inputs": list(range(MILLION))}),
    ]


def beside(client, giant, times):
    """Milliseconds of jobs of one task while a giant one runs."""
    taken = []
    for _ in range(times):  # giants, for one may end early
        location = client.submit(giant)
        while len(taken) < times:
            sample = latencies(client, 1)
            if client.state(location) not in ("queued", "running"):
                break  # it may have run alone
            taken += sample
        client.kill(location)
        while client.state(location) in ("queued", "running", "cancelling"):
            time.sleep(0.01)
        if len(taken) == times:
            return taken
    raise RuntimeError(f"expected {times} small jobs to end before their giants, {len(taken)} did")


def small_beside_giant(bench):
    block = Block("A small job beside a giant one: one square, median", "ms")
    client = bench.service.client()
    latencies(client, WARM_JOBS)
    alone = latencies(client, 300)
    block.rows = [Row("Manyhands, alone", [statistics.median(alone)])]
    for name, giant in giants():
        until_compiled([bench.service], lambda giant=giant: beside(client, giant, SMALL_JOBS))
        runs = [beside(client, giant, SMALL_JOBS) for _ in range(bench.repetitions)]
        block.rows.append(
            Row(f"Manyhands, beside {name}", [statistics.median(run) for run in runs])
        )
        times = block.rows[-1].median / block.rows[0].median
        block.checks.append(
            Check(f"Small job beside {name}, times its lone time", times, 20, 5, less=True)
        )
        block.notes.append(
            f"longest of {len(runs) * len(runs[0])} beside {name}: {max(map(max, runs)):.1f} ms"
        )
    return block


def start(bench):
    block = Block("Start: from the command to /actuator/health UP", "s")
    taken = []
    for _ in range(bench.repetitions):
        with bench.new_service() as service:
            taken.append(service.start_seconds)
    block.rows = [Row("Manyhands", taken)]
    block.checks = [Check("Start in s", block.rows[0].median, 5, 2, less=True)]
    return block
