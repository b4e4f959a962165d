"""What becomes of accepted work, and of who is turned down, when far more comes than the service may have."""

import json
import statistics
import threading
import time

from killing import ENDED, WORK, rate
from table import Block, Check, Row

TASKS, JOBS, CLIENTS, EVERY = 20_000, 20, 8, 0.02
SMALL = {"function": {"type": "java", "name": "identity"}, "inputs": [1]}


def overload(bench):
    """20,000 tasks of 2 ms, alone and while clients are turned down all the time; and how long a refusal takes."""
    alone, storm = Row("Manyhands, alone", []), Row("Manyhands, with the storm", [])
    median, late = Row("Manyhands, median", []), Row("Manyhands, 99 of 100", [])
    refused = []
    with bench.new_service(settings=[f"--manyhands.dispatch.max-unfinished-jobs={JOBS}"]) as service:
        client = service.client()
        for _ in range(2):
            rate(client, WORK, 2000)
        for _ in range(JOBS - 1):
            client.submit({**SMALL, "notBefore": "2100-01-01T00:00:00Z"})
        for _ in range(bench.repetitions):
            alone.values.append(rate(client, WORK, TASKS))
            with Storm(client) as clients:
                storm.values.append(rate(client, WORK, TASKS, clients.begin))
            took = sorted(clients.refusals())
            refused.append(len(took))
            median.values.append(statistics.median(took) * 1000)
            late.values.append(took[len(took) * 99 // 100] * 1000)
    block = Block(
        f"{CLIENTS} clients turned down {CLIENTS / EVERY:.0f} times a second: {TASKS:,} tasks of 2 ms",
        "tasks/s",
        reference=alone.who,
    )
    block.rows = [alone, storm]
    block.notes = [f"{statistics.median(refused):,.0f} submissions were turned down; every result is there and right"]
    # Each run with the storm over the one before it: they met the same weather.
    cost = statistics.median(s / a for s, a in zip(storm.values, alone.values))
    block.checks = [Check("overload: of the rate alone", cost, 0.8, 0.9)]
    refusal = Block("A refusal", "ms")
    refusal.rows = [median, late]
    refusal.checks = [Check("overload: a refusal, 99 of 100 in ms", late.median, 50, 10, less=True)]
    return [block, refusal]


class Storm:
    """Clients that submit one job after the other, from `begin` to the end of `with`."""

    def __init__(self, client):
        self.client, self.over = client, threading.Event()
        self.answers = [[] for _ in range(CLIENTS)]
        self.threads = [threading.Thread(target=self.run, args=(kept,)) for kept in self.answers]

    def begin(self):
        for thread in self.threads:
            thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()
        for kept in self.answers:
            for _, location in kept:  # of the last one, when the work had ended
                while location and self.client.state(location, self.client.connections) not in ENDED:
                    pass

    def run(self, kept):
        body = json.dumps(SMALL)
        while not self.over.wait(EVERY):
            start = time.perf_counter()
            status, headers, answer = self.client.at_once.call("POST", "/v1/jobs", body)
            took = time.perf_counter() - start
            if status not in (202, 503) or status == 503 and not headers["Retry-After"]:
                raise RuntimeError(f"expected 202, or 503 with Retry-After, got {status}: {answer[:500]}")
            kept.append((took, headers["Location"]))

    def refusals(self):
        """Seconds of each."""
        return [took for kept in self.answers for took, location in kept if not location]
