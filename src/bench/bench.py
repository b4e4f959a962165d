"""Prints how fast Manyhands is beside its peers and a floor, all in one run."""

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import cluster
import followers
import killing
import lines
import overload
import scale
import service
import table
import workloads
from child import Child, free_port, stop_on_signals
from http_client import JsonMap

HERE = Path(__file__).resolve().parent
WORKLOADS = {
    "w1": workloads.w1_small,
    "w1m": workloads.w1_million,
    "w1java": workloads.w1_java,
    "w2": workloads.w2_one,
    "w2c": workloads.w2_many,
    "w2java": workloads.w2_java,
    "w3": workloads.w3,
    "w4": workloads.w4,
    "w5": workloads.w5,
    "w6": scale.w6,
    "lines": lines.lines,
    "durability": scale.durability,
    "small": scale.small_beside_giant,
    "start": scale.start,
    "reader": followers.reader,
    "followers": followers.followers,
    "waiting": followers.waiting,
    "killing": killing.killing,
    "walls": killing.walls,
    "overload": overload.overload,
    "cluster": cluster.cluster,
    "failover": cluster.failover,
}


class Bench:
    """What the workloads share: the servers that are up all the time, and how often to repeat."""

    def __init__(self, options, stack):
        self.repetitions = options.repetitions
        self.cores = len(os.sched_getaffinity(0))
        self.java = service.jdk() / "bin/java"
        self.jar = options.jar or service.jar()
        (service.PROJECT / "target").mkdir(exist_ok=True)
        self.folder = Path(tempfile.mkdtemp(prefix="bench-", dir=service.PROJECT / "target"))
        stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self.classes = self.folder / "classes"
        sources = map(str, (HERE / "floor").glob("*.java"))
        subprocess.run([self.java.parent / "javac", "-d", self.classes, *sources], check=True)
        floor = [str(self.java), "-cp", str(self.classes), "Floor"]
        self.floor = self._json_map(stack, "floor: bare HTTP map, squares in Java", floor)
        own = [sys.executable, "-B", str(HERE / "own_server.py")]
        self.own_server = self._json_map(stack, "http.server + ProcessPoolExecutor, by hand", own)
        self.start = service.install(self.java, self.jar, self.folder)
        self.service = stack.enter_context(self.new_service())
        print("bench: warming up", file=sys.stderr)
        workloads.warm_up(self)

    def _json_map(self, stack, name, command):
        port = free_port()
        child = stack.enter_context(
            Child([*command, str(port)], self.folder / f"server-{port}.log")
        )
        child.wait_for(port)
        return JsonMap(name, port)

    def new_service(self, in_memory=False, settings=()):
        """A service with fresh data, on the project's disk or in memory."""
        return service.Service(
            [*self.start, *settings], self.folder, data_in="/dev/shm" if in_memory else None
        )


def options():
    parser = argparse.ArgumentParser(prog="src/bench/run", description=__doc__)
    parser.add_argument(
        "workload", nargs="*", help=f"which to run (default: all): {' '.join(WORKLOADS)}"
    )
    parser.add_argument(
        "-r", "--repetitions", type=int, default=3, help="medians of so many (default 3)"
    )
    parser.add_argument(
        "-t", "--time-limit", type=float, default=660, help="seconds after which no workload begins"
    )
    parser.add_argument(
        "-j", "--json", metavar="FILE", help="write every figure as JSON, - for standard output"
    )
    parser.add_argument(
        "--jar", type=Path, help="a packaged service, instead of target/manyhands-*.jar"
    )
    chosen = parser.parse_args()
    for name in chosen.workload:
        if name not in WORKLOADS:
            parser.error(f"no workload {name}; there are: {' '.join(WORKLOADS)}")
    return chosen


def measure(bench, names, deadline, out):
    blocks, failed = [], []
    for name in names:
        if time.monotonic() > deadline:
            print(f"\n{name}: left out, the time is over (--time-limit)", file=out)
            continue
        began = time.monotonic()
        try:
            found = WORKLOADS[name](bench)
        except Exception as failure:  # one workload's: the others are worth measuring
            failed.append(name)
            print(f"\n{name}: FAILED: {failure!r}", file=out, flush=True)
            continue
        print(f"\n{name}: {time.monotonic() - began:.0f} s", file=out)
        for block in found if isinstance(found, list) else [found]:
            blocks.append(block)
            print(*block.lines(), sep="\n", file=out, flush=True)
    return blocks, failed


def loads():
    return [round(load, 2) for load in os.getloadavg()]


def main():
    stop_on_signals()
    chosen = options()
    deadline = time.monotonic() + chosen.time_limit
    out = sys.stderr if chosen.json == "-" else sys.stdout
    about = {
        "cores": len(os.sched_getaffinity(0)),
        "load": loads(),
        "python": platform.python_version(),
        "kernel": platform.release(),
        "repetitions": chosen.repetitions,
    }
    with ExitStack() as stack:
        bench = Bench(chosen, stack)
        about["service"] = bench.jar.name
        print(", ".join(f"{name} {value}" for name, value in about.items()), file=out)
        print(
            "Medians. Compare only figures of one run. A load at the start is somebody else's work.",
            file=out,
        )
        blocks, failed = measure(bench, chosen.workload or WORKLOADS, deadline, out)
        about["load_at_end"] = loads()
    print("", *table.summary(blocks), f"load at the end {about['load_at_end']}", sep="\n", file=out)
    if chosen.json == "-":
        print(table.as_json(about, blocks))
    elif chosen.json:
        Path(chosen.json).write_text(table.as_json(about, blocks) + "\n")
    if failed:
        sys.exit(f"bench: failed: {' '.join(failed)}")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("bench: stopped")
