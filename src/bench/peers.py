"""The peers that any machine has: each gives name, map(task, inputs), perhaps one(task, input)."""

import json
import multiprocessing
import signal
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import tasks


def dies_of_sigterm():
    """In a forked worker: the benchmark's own handler runs only between two steps of Python, so a
    worker that is about to wait for its next task would miss the signal for ever."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


class MultiprocessingPool:
    name = "multiprocessing.Pool.map"

    def __init__(self, workers):
        self.workers = workers

    def __enter__(self):
        self.pool = multiprocessing.Pool(self.workers, dies_of_sigterm)
        return self

    def __exit__(self, *_):
        self.pool.terminate()
        self.pool.join()

    def map(self, task, inputs):
        return self.pool.map(task, inputs)


class Executor:
    """An executor of concurrent.futures.

    chunk: tasks a chunk; None for the default, which is 1.
    """

    def __init__(self, kind, workers, chunk=None):
        self.kind, self.workers, self.chunk = kind, workers, chunk
        self.name = kind.__name__
        if kind is ProcessPoolExecutor:
            self.name += (
                ", default chunksize 1" if chunk is None else f", chunksize {chunk} by hand"
            )

    def __enter__(self):
        self.pool = self.kind(self.workers)
        self.pool.submit(int).result()  # forks the workers before there are threads
        return self

    def __exit__(self, *_):
        self.pool.shutdown(cancel_futures=True)

    def map(self, task, inputs):
        return list(self.pool.map(task, inputs, chunksize=self.chunk or 1))

    def one(self, task, value):
        return self.pool.submit(task, value).result()


class Xargs:
    def __init__(self, workers):
        self.workers, self.name = workers, f"xargs -P{workers}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def map(self, task, inputs):
        command = {
            tasks.timed_cpu: [sys.executable, "-S", tasks.__file__],
            tasks.true: ["/bin/true"],
            tasks.echo: ["/bin/echo"],
            tasks.nap: ["sh", "-c", "sleep 0.05"],
        }[task]
        shown = subprocess.run(
            ["xargs", f"-P{self.workers}", "-n1", *command],
            input="\n".join(map(str, inputs)),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout
        if task is tasks.echo:
            return sorted(shown.split(), key=int)
        if task is tasks.timed_cpu:
            return [json.loads(line) for line in shown.splitlines()]
        return (
            tasks.expected(task, inputs) or inputs
        )  # xargs says by its exit code that all went well


def processes(workers, chunk=None):
    return Executor(ProcessPoolExecutor, workers, chunk)


def threads(workers):
    return Executor(ThreadPoolExecutor, workers)
