"""JSON lines in and out: a batch of any length, read and written as a stream, in a heap of 512 MB."""

import http.client
import json
import time

import tasks
from memory import Memory
from table import Block, Check, Row

SIZES = (1_000_000, 10_000_000)
WARM = 300_000
PIECE = 1 << 16
LINES = "application/jsonl"


def body(n):
    """The job, then one input a line, in pieces as a file would be read; made before the clock starts."""
    text = json.dumps(tasks.JAVA_SQUARE) + "\n" + "".join(f"{i}\n" for i in range(n))
    whole = text.encode()
    return [whole[at : at + PIECE] for at in range(0, len(whole), PIECE)]


class Stream:
    """One client that sends and reads as fast as it can."""

    def __init__(self, service):
        self.connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=180)
        self.key = {"Authorization": f"Bearer {service.key}"}

    def ask(self, method, path, body=None, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request(
            method, path, body, {**self.key, **named}, encode_chunked=body is not None
        )
        answer = self.connection.getresponse()
        if answer.status not in (200, 202):
            raise RuntimeError(f"{method} {path} was answered {answer.status}: {answer.read(500)}")
        return answer

    def submit(self, pieces):
        job = json.load(
            self.ask("POST", "/v1/jobs", iter(pieces), Content_Type=LINES, Transfer_Encoding="chunked")
        )
        return f"/v1/jobs/{job['id']}"

    def wait(self, job):
        while True:
            state = json.load(self.ask("GET", job, Prefer="wait=60"))["state"]
            if state == "succeeded":
                return
            if state not in ("queued", "running"):
                raise RuntimeError(f"expected {job} to succeed, it is {state}")

    def results(self, job):
        return self.ask("GET", f"{job}/results?order=input", Accept=LINES)


def take_all(answer):
    while answer.read(PIECE):
        pass


def verify(answer, n):
    """Every index once, in order, with its square."""
    i = 0
    for line in answer:
        if not line.startswith(b'{"index":%d,"status":"succeeded","value":%d,' % (i, i * i)):
            raise RuntimeError(f"expected the square of {i}, got {line[:200]}")
        i += 1
    if i != n:
        raise RuntimeError(f"expected {n:,} results, got {i:,}")


def once(service, pieces, n):
    """Seconds until the last input is taken, until the last task has ended, and of reading results."""
    stream = Stream(service)
    start = time.perf_counter()
    job = stream.submit(pieces)
    taken = time.perf_counter() - start
    stream.wait(job)
    ended = time.perf_counter() - start
    start = time.perf_counter()
    take_all(stream.results(job))
    read = time.perf_counter() - start
    verify(stream.results(job), n)
    stream.connection.close()
    return taken, ended, read


def lines(bench):
    """A service of its own: what others left in its heap would count."""
    speed = Block("JSON lines: squares in Java, one Python client", "tasks/s")
    size = Block("JSON lines: the service's highest resident size, heap of 512 MB", "MB")
    with bench.new_service() as service:
        once(service, body(WARM), WARM)
        for n in SIZES:
            pieces = body(n)
            with Memory(service) as memory:
                runs = [once(service, pieces, n) for _ in range(bench.repetitions)]
            service.check_alive()
            for at, what in enumerate(("in", "in and run", "out")):
                speed.rows.append(Row(f"Manyhands, {n:,} tasks, {what}", [n / run[at] for run in runs]))
            size.rows.append(Row(f"Manyhands, {n:,} tasks", [memory.rss]))
    speed.notes = ["every result was compared with what it has to be"]
    size.checks = [
        Check("JSON lines, MB at 10,000,000 tasks", size.rows[-1].median, 700, 600, less=True)
    ]
    return [speed, size]
