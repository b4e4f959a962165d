"""W1 to W5: how fast, beside peers and floor. Each repetition lets every contestant run once, so
that all meet the same weather; what is shown is the median."""

import json
import os
import statistics
import subprocess
import sys
import threading
import time
from contextlib import ExitStack

import peers
import tasks
from table import Block, Check, Row

FLOOR = "floor"
XARGS = "xargs"
MILLION = 1_000_000
WARM_JOBS = 2000
WARM_ROUNDS = 3  # of 6,400 jobs
MOST_WARM_UP_SECONDS = 40
LOOK_SECONDS = 2
QUIET = 0.05  # of a core for the JIT compiler: what it takes when it has compiled what is used


def rows(repetitions, contestants, measure):
    values = [[] for _ in contestants]
    for _ in range(repetitions):
        for contestant, figures in zip(contestants, values):
            figures.append(measure(contestant))
    return [Row(c.name, figures) for c, figures in zip(contestants, values)]


def seconds(contestant, task, inputs):
    """The time of one map, from the inputs to the last value in the caller's hand; checks them."""
    start = time.perf_counter()
    values = contestant.map(task, inputs)
    taken = time.perf_counter() - start
    tasks.check(contestant.name, task, inputs, values)
    return taken


def map_rates(bench, task, inputs, contestants, warm_inputs):
    """Tasks a second, after a map of each of the warm_inputs, and of Manyhands as many as its compiler wants."""
    with ExitStack() as stack:
        for contestant in contestants:
            if hasattr(contestant, "__enter__"):
                stack.enter_context(contestant)
        for contestant in contestants:
            for warm in warm_inputs:
                contestant.map(task, warm)
        until_compiled([bench.service], lambda: bench.service.client().map(task, inputs))
        return rows(
            bench.repetitions, contestants, lambda c: len(inputs) / seconds(c, task, inputs)
        )


def tiny_map(bench, n, must, aim, slow):
    """W1. Slow peers get fewer tasks: their rate doesn't depend on the number."""
    contestants = [
        bench.service.client(),
        bench.floor,
        bench.own_server,
        peers.MultiprocessingPool(bench.cores),
        peers.processes(bench.cores, 1000),
    ]
    block = Block(f"W1 tiny map: {n:,} squares, Python client", "tasks/s", reference=FLOOR)
    warm = [list(range(200_000))] * 8
    block.rows = map_rates(bench, tasks.square, list(range(n)), contestants, warm)
    few = list(range(20_000))
    for row in map_rates(bench, tasks.square, few, slow, [few[:200]]):
        block.rows.append(Row(row.who, row.values, len(few)))
    block.checks = [Check(f"W1 {n:,} of the floor", block.ratio(), must, aim)]
    return block


def w1_small(bench):
    # 1.3 and 2.3 million a second where the floor did 4.24
    return tiny_map(
        bench, 100_000, 0.31, 0.54, [peers.threads(bench.cores), peers.processes(bench.cores)]
    )


def w1_million(bench):
    return tiny_map(bench, 1_000_000, 0.45, 0.6, [])


def java_client(bench, how, size, warm, function):
    """The rates of floor and Manyhands with the Java client."""
    before = json.dumps(function)[:-1] + ', "inputs":'
    service = f"http://127.0.0.1:{bench.service.port}/v1/jobs?view=values"
    floor = f"http://127.0.0.1:{bench.floor.connections.port}/map"
    command = [bench.java, "-cp", bench.classes, "Client", how, size, warm, bench.repetitions]
    shown = subprocess.run(
        [str(word) for word in [*command, service, before, floor, '{"inputs":']],
        env={**os.environ, "KEY": bench.service.key},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        timeout=180,
    )
    if shown.returncode:
        raise RuntimeError(f"the Java client failed: {shown.stderr[:1000]}")
    manyhands_rates, floor_rates = json.loads(shown.stdout)
    return [Row("Manyhands", manyhands_rates), Row(bench.floor.name, floor_rates)]


def warm_up(bench):
    """Lets service and floor run until their code is compiled, as it is after some minutes of use."""
    until_compiled(
        [bench.service],
        lambda: java_client(bench, "clients", 32, WARM_ROUNDS, {"function": tasks.SQUARE}),
    )


def until_compiled(services, run):
    """Runs until the compilers of the services that it keeps busy take next to nothing."""
    end = time.perf_counter() + MOST_WARM_UP_SECONDS
    while time.perf_counter() < end:
        start = time.perf_counter()
        before = [service.compiler_seconds() for service in services]
        while time.perf_counter() - start < LOOK_SECONDS:
            run()
        most = QUIET * (time.perf_counter() - start)
        if all(now.compiler_seconds() - then < most for now, then in zip(services, before)):
            return
    print("bench: the compiler of a service is still at work", file=sys.stderr)


def w1_java(bench):
    block = Block("W1 Java function: 1,000,000 squares, Java client", "tasks/s", reference=FLOOR)
    squares = list(range(MILLION))
    until_compiled([bench.service], lambda: bench.service.client().run({**tasks.JAVA_SQUARE, "inputs": squares}))
    block.rows = java_client(bench, "map", MILLION, 8, tasks.JAVA_SQUARE)
    block.checks = [Check("W1 Java of the floor", block.ratio(), 0.5, 0.72)]
    return block


def latencies(contestant, times):
    """Milliseconds of jobs of one task, one after the other, sorted."""
    taken = []
    for n in range(times):
        start = time.perf_counter()
        value = contestant.one(tasks.square, n)
        taken.append((time.perf_counter() - start) * 1000)
        tasks.check(contestant.name, tasks.square, [n], [value])
    return sorted(taken)


def w2_one(bench):
    p99 = {}

    def median(contestant):
        taken = latencies(contestant, 1000)
        p99.setdefault(contestant.name, []).append(taken[990])
        return taken[500]

    block = Block("W2 latency: one task, one client, p50", "ms", reference=FLOOR)
    with peers.processes(bench.cores) as pool:
        contestants = [bench.service.client(), bench.floor, bench.own_server, pool]
        for contestant in contestants:
            latencies(contestant, WARM_JOBS)
        until_compiled([bench.service], lambda: latencies(bench.service.client(), WARM_JOBS))
        block.rows = rows(bench.repetitions, contestants, median)
    tail = Block("W2 latency: one task, one client, p99", "ms", reference=FLOOR)
    tail.rows = [Row(name, values) for name, values in p99.items()]
    block.checks = [Check("W2 p50 in ms", block.row("Manyhands").median, 1.2, 0.9, less=True)]
    tail.checks = [Check("W2 p99 of the floor's", tail.ratio(), 1.2, 1.0, less=True)]
    return [block, tail]


def clients(contestant, count, each):
    """Tasks a second of so many clients, each with jobs of one task, one after the other."""
    gate, failures = threading.Barrier(count + 1), []

    def client():
        try:
            contestant.one(tasks.square, 1)  # opens the connection
            gate.wait()
            latencies(contestant, each)
        except BaseException as failure:
            failures.append(failure)
            gate.abort()

    threads = [threading.Thread(target=client) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        gate.wait()
    except threading.BrokenBarrierError:
        pass
    start = time.perf_counter()
    for thread in threads:
        thread.join()
    taken = time.perf_counter() - start
    if failures:
        raise failures[0]
    return count * each / taken


def w2_many(bench):
    block = Block(
        "W2 latency: one task, 32 clients, threads of a Python", "tasks/s", reference=FLOOR
    )
    with peers.processes(bench.cores) as pool:
        contestants = [bench.service.client(), bench.floor, bench.own_server, pool]
        for contestant in contestants:
            clients(contestant, 32, WARM_JOBS // 32)
        until_compiled([bench.service], lambda: clients(bench.service.client(), 32, 200))
        block.rows = rows(bench.repetitions, contestants, lambda c: clients(c, 32, 200))
    # 4,000 a second where the floor did 4,820. More than the floor is beyond this client, hence
    # the Java client.
    block.checks = [Check("W2 32 Python clients of the floor", block.ratio(), 0.83, 1.0)]
    return block


def w2_java(bench):
    block = Block("W2 latency: one task, 32 clients, Java client", "tasks/s", reference=FLOOR)
    # The client has a compiler too.
    block.rows = java_client(bench, "clients", 32, WARM_ROUNDS, {"function": tasks.SQUARE})
    rate = block.row("Manyhands").median
    block.checks = [Check("W2 32 Java clients, tasks/s", rate, 4000, 10_000)]
    return block


def w3(bench):
    """Not against the time that a task takes alone: with one core at work this is another than with all."""
    loops = tasks.loops_of(0.020)
    inputs = [loops] * (100 * bench.cores)
    taken = {}

    def efficiency(contestant):
        start = time.perf_counter()
        values = contestant.map(tasks.timed_cpu, inputs)
        wall = time.perf_counter() - start
        tasks.check(contestant.name, tasks.timed_cpu, inputs, values)
        at_work = sum(seconds for _, seconds in values)
        taken.setdefault(contestant.name, []).append(at_work / len(inputs))
        return 100 * at_work / bench.cores / wall

    block = Block(
        f"W3 CPU map: {len(inputs)} tasks of 20 ms of Python",
        "efficiency %",
        reference="multiprocessing",
    )
    with peers.MultiprocessingPool(bench.cores) as pool, peers.processes(bench.cores) as executor:
        contestants = [
            bench.service.client(),
            pool,
            executor,
            bench.own_server,
            peers.Xargs(bench.cores),
        ]
        for contestant in contestants:
            contestant.map(tasks.timed_cpu, [loops] * 10)
        until_compiled([bench.service], lambda: efficiency(bench.service.client()))
        taken.clear()
        block.rows = rows(bench.repetitions, contestants, efficiency)
    block.notes = [
        f"processor time of a task of {who}: {1000 * statistics.median(times):.1f} ms"
        for who, times in taken.items()
    ]
    block.checks = [Check("W3 efficiency %", block.row("Manyhands").median, 97, 99)]
    return block


def commands(bench, task, title, must, aim):
    contestants = [
        bench.service.client(),
        peers.Xargs(bench.cores),
        peers.MultiprocessingPool(bench.cores),
    ]
    contestants += [peers.processes(bench.cores), bench.own_server]
    block = Block(f"W4 commands: 2,000 x {title}", "tasks/s", reference=XARGS)
    block.rows = map_rates(bench, task, list(range(2000)), contestants, [list(range(200))])
    block.checks = [Check(f"W4 {title} of xargs", block.ratio(), must, aim)]
    return block


def w4(bench):
    # 1,750 and 2,200 a second where xargs did 1,750; for echo 1,550 and 1,800 where it did 1,550
    return [
        commands(bench, tasks.true, "/bin/true", 1.0, 1.26),
        commands(bench, tasks.echo, "/bin/echo", 1.0, 1.16),
    ]


def w5(bench):
    block = Block("W5 waiting: 2,000 x 50 ms, 200 at a time", "efficiency %")
    contestants = [bench.service.client(), peers.threads(200), peers.Xargs(200)]
    block.rows = map_rates(bench, tasks.nap, [50] * 2000, contestants, [[50] * 200])
    for row in block.rows:
        row.values = [100 * rate * 0.050 / 200 for rate in row.values]
    block.checks = [Check("W5 efficiency %", block.row("Manyhands").median, 96, 98)]
    return block
