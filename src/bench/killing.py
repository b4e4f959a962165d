"""What a killed worker costs, and what the walls around task code do."""

import json
import os
import random
import signal
import statistics
import threading
import time

from table import Block, Check, Row

TASKS, EVERY, GAPS = 20_000, 0.2, 20
ENDED = ("succeeded", "failed", "cancelled", "expired")
WORK = {
    "type": "python",
    "name": "f",
    "source": "import time\ndef f(n):\n    end = time.perf_counter() + 0.002\n"
    "    while time.perf_counter() < end: pass\n    return n",
}
TIMES = {
    "type": "python",
    "name": "f",
    "source": "import os, time\ndef f(n):\n    if n == 5: os._exit(1)\n    return time.time()",
}
# What one task costs at most is a few calls of the kernel, so the shortest tasks show most of it.
TINY = {"type": "python", "name": "f", "source": "def f(n):\n    return n"}
SHORT = {
    "type": "python",
    "name": "f",
    "source": "import time\ndef f(n):\n    end = time.thread_time() + 0.001\n"
    "    while time.thread_time() < end: pass\n    return n",
}
BARE = "--manyhands.sandbox.level=none"
LIMITS = ("memory", "cpu-time", "file-size", "open-files", "processes")


def killing(bench):
    """20,000 tasks of 2 ms while a worker is killed every 200 ms, over the same undisturbed."""
    client = bench.service.client()
    for _ in range(2):
        client.run({"function": WORK, "inputs": list(range(2000))})
    undisturbed, killed, kills = Row("Manyhands, undisturbed", []), Row("Manyhands, killed", []), []
    for _ in range(bench.repetitions):
        undisturbed.values.append(rate(client, WORK, TASKS))
        with Killer(bench.service.process.pid) as killer:
            killed.values.append(rate(client, WORK, TASKS))
        kills.append(killer.killed)
    block = Block(
        f"A worker killed every {EVERY * 1000:.0f} ms: {TASKS:,} tasks of 2 ms",
        "tasks/s",
        reference=undisturbed.who,
    )
    block.rows = [undisturbed, killed]
    block.notes = [f"{statistics.median(kills):.0f} workers killed; every result is there and right"]
    # Each disturbed run over the undisturbed one before it: they met the same weather.
    cost = statistics.median(k / u for k, u in zip(killed.values, undisturbed.values))
    gaps = sorted(gap(client) * 1000 for _ in range(GAPS))
    busy = Block("From a worker's last task to the next one after its death", "ms")
    busy.rows = [Row("Manyhands", gaps)]
    block.checks = [Check("killing: of the undisturbed", cost, 0.85, 0.95)]
    busy.checks = [Check("killing: busy again, worst ms", gaps[-1], 300, 100, less=True)]
    return [block, busy]


def walls(bench):
    """Tasks of warm workers with sandbox and limits, over those without."""
    blocks = []
    settings = [BARE, *(f"--manyhands.processes.limits.{limit}=0" for limit in LIMITS)]
    with bench.new_service(settings=settings) as bare:
        clients = {"Manyhands": bench.service.client(), "without walls and limits": bare.client()}
        for title, function, count in (("1 ms", SHORT, 4000), ("next to nothing", TINY, 200_000)):
            rows = {who: Row(who, []) for who in clients}
            ratios = []
            for client in clients.values():
                rate(client, function, count)
            for _ in range(max(5, bench.repetitions)):
                for who, client in clients.items():
                    rows[who].values.append(rate(client, function, count))
                ratios.append(rows["Manyhands"].values[-1] / rows["without walls and limits"].values[-1])
            block = Block(
                f"Sandbox and limits: {count:,} tasks of {title}",
                "tasks/s",
                reference="without walls and limits",
            )
            block.rows = list(rows.values())
            block.checks = [
                Check(f"walls: {title}, of those without", statistics.median(ratios), 0.95, 0.98)
            ]
            blocks.append(block)
    return blocks


def rate(client, function, count, accepted=lambda: None):
    """Tasks a second. accepted: called when they are."""
    inputs = list(range(count))
    start = time.perf_counter()
    location = client.submit({"function": function, "inputs": inputs, "maxCrashes": 100})
    accepted()
    values = client.values(location)
    took = time.perf_counter() - start
    if values != inputs:
        raise RuntimeError("results are lost or wrong")
    return count / took


def gap(client):
    """How long a slot stands still around a death, in seconds."""
    job = {"function": TIMES, "inputs": list(range(10)), "chunkSize": 1, "maxParallel": 1}
    location = client.submit({**job, "maxCrashes": 1})
    while client.state(location, client.connections) not in ENDED:
        pass  # each look waits
    results = json.loads(client.connections.call("GET", location + "/results")[2])["results"]
    return results[6]["value"] - results[4]["value"]


class Killer:
    """Kills a worker of the service now and then, from `with` to its end."""

    def __init__(self, pid):
        self.pid, self.killed, self.over = pid, 0, threading.Event()
        self.thread = threading.Thread(target=self.run)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()

    def run(self):
        while not self.over.wait(EVERY):
            workers = workers_of(self.pid)
            if workers:
                try:
                    os.kill(random.choice(workers), signal.SIGKILL)
                    self.killed += 1
                except ProcessLookupError:
                    pass


def workers_of(service):
    """Those that run task code: each below its keeper. Looks at no other process, since that would cost time as well."""
    return [worker for keeper in children(service) for worker in children(keeper)]


def children(pid):
    found = []
    try:
        threads = os.listdir(f"/proc/{pid}/task")
    except OSError:
        return found  # it ended
    for thread in threads:
        try:
            with open(f"/proc/{pid}/task/{thread}/children") as file:
                found += map(int, file.read().split())
        except OSError:
            pass  # this one ended
    return found
