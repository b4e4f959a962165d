"""Clients with one keep-alive connection a thread, as a Python user would write them."""

import http.client
import json
import socket
import threading
import time

from tasks import JOBS

# Servers close a connection that is idle for 20 s or more, and other contestants may take as long.
KEEP_ALIVE_SECONDS = 5

# No job of the benchmark takes as long, also on a busy machine.
JOB_SECONDS = 120


class Connections:
    def __init__(self, port, headers=None):
        self.port = port
        self.headers = {"Content-Type": "application/json", **(headers or {})}
        self.local = threading.local()

    def call(self, method, path, body=None):
        """Returns the answer's status, headers and bytes."""
        connection = self._connection()
        connection.request(method, path, body, self.headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()

    def _connection(self):
        connection = getattr(self.local, "connection", None)
        idle = time.monotonic() - getattr(self.local, "used", 0)
        self.local.used = time.monotonic()
        if connection is None or idle > KEEP_ALIVE_SECONDS:
            connection = self.local.connection = http.client.HTTPConnection(
                "127.0.0.1", self.port, timeout=180
            )
            connection.connect()
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection


class JsonMap:
    """A server that takes {"inputs": [...]} and answers with the values, and does nothing else."""

    def __init__(self, name, port):
        self.name, self.connections = name, Connections(port)

    def map(self, task, inputs):
        status, _, body = self.connections.call(
            "POST", f"/map?task={task.__name__}", json.dumps({"inputs": inputs})
        )
        if status != 200:
            raise RuntimeError(f"{self.name} answered {status}: {body[:500]}")
        return json.loads(body)

    def one(self, task, value):
        return self.map(task, [value])[0]


class Manyhands:
    """The service as its clients see it."""

    name = "Manyhands"

    def __init__(self, port, key):
        self.connections = Connections(
            port, {"Authorization": f"Bearer {key}", "Prefer": "wait=60"}
        )
        self.at_once = Connections(port, {"Authorization": f"Bearer {key}"})

    def map(self, task, inputs):
        return self.run({**JOBS[task], "inputs": inputs})

    def one(self, task, value):
        return self.map(task, [value])[0]

    def run(self, job):
        """Returns the values of a job, however long it takes."""
        status, headers, body = self.connections.call(
            "POST", "/v1/jobs?view=values", json.dumps(job)
        )
        return self.values(headers["Location"]) if status == 202 else read(status, body)

    def values(self, location):
        """Returns the values of a job when it has ended."""
        deadline = time.monotonic() + JOB_SECONDS
        while self.state(location, self.connections) in ("queued", "running"):
            if time.monotonic() > deadline:  # each look waits up to a minute
                job = self.connections.call("GET", location)[2]
                raise RuntimeError(f"expected a job to end in {JOB_SECONDS} s, got: {job}")
        status, _, body = self.connections.call("GET", location + "/results?view=values")
        return read(status, body)

    def submit(self, job):
        """Returns the address of a job that was accepted."""
        status, headers, body = self.at_once.call("POST", "/v1/jobs", json.dumps(job))
        if status not in (200, 202):
            raise RuntimeError(f"expected a job to be accepted, got {status}: {body[:500]}")
        return headers["Location"]

    def state(self, location, connections=None):
        return json.loads((connections or self.at_once).call("GET", location)[2])["state"]

    def kill(self, location):
        self.at_once.call("POST", location + "/cancel", json.dumps({"mode": "kill"}))


def read(status, body):
    if status != 200:
        raise RuntimeError(f"expected the values of a job, got {status}: {body[:500]}")
    return json.loads(body)
