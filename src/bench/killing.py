"""What a killed worker costs: `python3 -B src/bench/killing.py PID URL KEY_FILE`, of a service that runs.

1. Throughput of 20,000 tasks of 2 ms while a worker is killed every 200 ms, over that without.
2. How long a slot stands still: from the end of the last task before a worker's death to the start of the next task.
"""

import json
import os
import random
import signal
import sys
import threading
import time
import urllib.request

from child import tree

TASKS, EVERY = 20_000, 0.2
WORK = "import time\ndef f(n):\n    end = time.perf_counter() + 0.002\n    while time.perf_counter() < end: pass\n    return n"
TIMES = "import os, time\ndef f(n):\n    if n == 5: os._exit(1)\n    return time.time()"


class Service:
    def __init__(self, pid, url, key):
        self.pid, self.url, self.key = int(pid), url, open(key).read().strip()

    def ask(self, path, body=None):
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json", "Prefer": "wait=60"}
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(urllib.request.Request(self.url + path, data, headers)) as answer:
            return json.load(answer)

    def run(self, source, inputs, **more):
        job = self.ask("/v1/jobs", {"function": {"type": "python", "source": source, "name": "f"}, "inputs": inputs, **more})
        while job["state"] in ("queued", "running"):
            job = self.ask(job["links"]["self"])
        return job

    def workers(self):
        """Those that run task code: each below its keeper."""
        keepers = set()
        for pid in tree(self.pid):
            try:
                if b"manyhands_worker" in open(f"/proc/{pid}/cmdline", "rb").read():
                    keepers.add(pid)
            except OSError:
                pass
        parents = {}
        for pid in keepers:
            try:
                parents[pid] = int(open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()[1])
            except OSError:
                pass
        return [pid for pid, parent in parents.items() if parent in keepers]


def throughput(service, kills):
    over = threading.Event()
    killed = 0

    def killing():
        nonlocal killed
        while not over.wait(EVERY):
            workers = service.workers()
            if workers:
                try:
                    os.kill(random.choice(workers), signal.SIGKILL)
                    killed += 1
                except ProcessLookupError:
                    pass

    thread = threading.Thread(target=killing)
    start = time.perf_counter()
    if kills:
        thread.start()
    job = service.run(WORK, list(range(TASKS)), maxCrashes=100)
    took = time.perf_counter() - start
    over.set()
    if kills:
        thread.join()
    lost = TASKS - job["counts"]["succeeded"]
    return TASKS / took, killed, lost


def gap(service):
    job = service.run(TIMES, list(range(10)), chunkSize=1, maxParallel=1, maxCrashes=1)
    results = service.ask(job["links"]["results"])["results"]
    return results[6]["value"] - results[4]["value"]


def main():
    service = Service(*sys.argv[1:4])
    for _ in range(2):
        service.run(WORK, list(range(2000)))
    for _ in range(2):
        quiet, _, _ = throughput(service, False)
        rate, killed, lost = throughput(service, True)
        print(f"{quiet:.0f}/s undisturbed, {rate:.0f}/s with {killed} kills: {rate / quiet:.2f}, {lost} results lost")
    gaps = sorted(gap(service) for _ in range(20))
    print(f"a slot is busy again after {gaps[10] * 1000:.0f} ms (median), {gaps[-1] * 1000:.0f} ms (worst of 20)")


if __name__ == "__main__":
    main()
