"""The tasks: what the Python peers call, and the same as functions of Manyhands."""

import json
import subprocess
import sys
import time


def square(n):
    return n * n


def cpu(loops):
    total = 0
    for i in range(loops):
        total += i * i
    return total


def timed_cpu(loops):
    """Its value, and the processor time that it took, in seconds."""
    start = time.process_time()
    total = 0
    for i in range(loops):
        total += i * i
    return [total, time.process_time() - start]


def true(_):
    subprocess.run(["/bin/true"], check=True)
    return ""


def echo(n):
    return subprocess.run(
        ["/bin/echo", str(n)], check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def nap(milliseconds):
    time.sleep(milliseconds / 1000)
    return milliseconds


SQUARE = {"type": "python", "source": "def square(n):\n    return n * n", "name": "square"}
CPU = {
    "type": "python",
    "source": "def cpu(loops):\n    total = 0\n    for i in range(loops):\n"
    "        total += i * i\n    return total",
    "name": "cpu",
}

TIMED_CPU = {
    "type": "python",
    "source": "import time\n\n\ndef timed_cpu(loops):\n    start = time.process_time()\n    total = 0\n"
    "    for i in range(loops):\n        total += i * i\n    return [total, time.process_time() - start]",
    "name": "timed_cpu",
}

# What a client posts beside the inputs, for each of the functions above.
JOBS = {
    square: {"function": SQUARE},
    cpu: {"function": CPU},
    timed_cpu: {"function": TIMED_CPU},
    true: {"function": {"type": "command", "argv": ["/bin/true"]}},
    echo: {"function": {"type": "command", "argv": ["/bin/echo", "{}"]}},
    nap: {"function": {"type": "java", "name": "sleep"}, "pool": "virtual", "maxParallel": 200},
}
JAVA_SQUARE = {"function": {"type": "java", "name": "square"}}


def expected(task, inputs):
    """The values that a right answer has."""
    if task is square:
        return [n * n for n in inputs]
    if task in (cpu, timed_cpu):
        return [cpu(inputs[0])] * len(inputs)
    if task is true:
        return [""] * len(inputs)
    if task is echo:
        return [str(n) for n in inputs]
    return None if task is nap else inputs


def check(who, task, inputs, values):
    """Fails unless the values are right. White space around a command's output doesn't count."""
    if task in (true, echo):
        values = [value.strip() for value in values]
    if task is timed_cpu:
        values = [value for value, _ in values]
    if task is nap:
        right = len(values) == len(inputs)
    else:
        right = values == expected(task, inputs)
    if not right:
        raise RuntimeError(f"{who} gave wrong values for {task.__name__}: {str(values)[:200]}")


def loops_of(seconds):
    """How many loops of `cpu` take so long on this machine."""
    loops = 100_000
    return int(loops * seconds / min(cpu_seconds(loops, 1) for _ in range(30)))


def cpu_seconds(loops, times=10):
    """The processor time of one `cpu` task, as the mean of so many: others' work isn't in it."""
    start = time.thread_time()
    for _ in range(times):
        cpu(loops)
    return (time.thread_time() - start) / times


if __name__ == "__main__":  # as xargs runs it
    # In one piece, for others write beside it.
    sys.stdout.write(json.dumps(timed_cpu(int(sys.argv[1]))) + "\n")
