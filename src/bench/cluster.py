"""What the way over PostgreSQL and RabbitMQ to worker nodes costs, and how soon the jobs of an owner
that is killed go on.

Needs a Docker engine; `POSTGRES_IMAGE` and `RABBITMQ_IMAGE` name other images.
"""

import json
import os
import secrets
import statistics
import subprocess
import time
from contextlib import ExitStack, contextmanager

import service
import tasks
import workloads
from killing import ENDED
from table import Block, Check, Row

POSTGRES, RABBITMQ = "postgres:18", "rabbitmq:4.2-management"
UP_SECONDS = 120
LONG, TINY, SINGLE = 400, 100_000, 300
LEASE_SECONDS, TAKE_OVER_SECONDS = 5, 5
# It counts what has ended, so its end is of no interest.
ENDLESS, ENDLESS_SECONDS = 20_000, 0.02
NAP = {
    "type": "python",
    "name": "f",
    "source": "import time\ndef f(s):\n    time.sleep(s)\n    return s",
}


def cluster(bench):
    """Two worker nodes of one slot each beside one node of two slots, both with PostgreSQL."""
    with ExitStack() as stack:
        places = Places(stack)
        alone = stack.enter_context(node(bench, places.database("alone"), *workers(2)))
        many = places.database("many")
        helpers = []
        for name in "cd":
            role = ("--manyhands.roles=worker", f"--manyhands.cluster.node={name}")
            helpers.append(stack.enter_context(node(bench, places.broker, *role, *workers(1))))
        # The last, since it is not well without them.
        owner = stack.enter_context(node(bench, many, *places.broker, "--manyhands.roles=api"))
        clients = {
            "two worker nodes of one slot": owner.client(),
            "one node of two slots": alone.client(),
        }
        await_workers(clients["two worker nodes of one slot"], 2)
        services = [owner, *helpers, alone]
        long, tiny = [tasks.loops_of(0.020)] * LONG, list(range(TINY))
        return [
            throughput(
                bench, services, clients, f"{LONG} tasks of 20 ms of Python", tasks.cpu, long, 0.9
            ),
            throughput(bench, services, clients, f"{TINY:,} squares in Python", tasks.square, tiny),
            single(clients),
        ]


def throughput(bench, services, clients, what, task, inputs, must=None):
    rows = {who: Row(who, []) for who in clients}

    def once_each():
        for client in clients.values():
            tasks.check("the warm-up", task, inputs, client.map(task, inputs))

    workloads.until_compiled(services, once_each)
    for _ in range(bench.repetitions):
        for who, client in clients.items():
            start = time.perf_counter()
            values = client.map(task, inputs)
            rows[who].values.append(len(inputs) / (time.perf_counter() - start))
            tasks.check(who, task, inputs, values)
    many, alone = rows.values()
    block = Block(f"A cluster: {what}", "tasks/s", reference=alone.who)
    block.rows = [many, alone]
    if must:
        # Each run of the cluster over the one beside it: they met the same weather.
        ratio = statistics.median(m / a for m, a in zip(many.values, alone.values))
        block.checks = [Check("cluster: of one node", ratio, must, 0.97)]
    return block


def single(clients):
    block = Block(f"A cluster: one task, one client, {SINGLE} times", "ms")
    for who, client in clients.items():
        took = []
        for n in range(2 * SINGLE):
            start = time.perf_counter()
            client.one(tasks.square, n)
            took.append((time.perf_counter() - start) * 1000)
        took = sorted(took[SINGLE:])
        block.rows += [
            Row(f"{who}, p50", [took[SINGLE // 2]]),
            Row(f"{who}, p99", [took[SINGLE * 99 // 100]]),
        ]
    return block


def failover(bench):
    """From the kill of a job's owner to the first result after it, seen at another node."""
    settings = [f"--manyhands.cluster.lease={LEASE_SECONDS}s", *workers(2)]
    took = []
    for _ in range(bench.repetitions):
        with ExitStack() as stack:
            places = Places(stack, broker=False)
            store = places.database("shared")
            key = "mh_" + secrets.token_urlsafe(32)
            dying, heir = (
                stack.enter_context(node(bench, store, *settings, key=key)) for _ in range(2)
            )
            job = {"function": NAP, "inputs": [ENDLESS_SECONDS] * ENDLESS}
            location = dying.client().submit(job)
            client = heir.client()
            while done(client, location) < 10:
                time.sleep(0.05)
            dying.process.kill()
            killed = time.perf_counter()
            dying.process.wait()
            before = None
            while True:
                now = done(client, location)
                if before is None and now is not None:
                    before = now
                if now is not None and now > before and time.perf_counter() - killed > 0.5:
                    break
                if time.perf_counter() - killed > 60:
                    raise RuntimeError("no node took the job over in a minute")
                time.sleep(0.02)
            took.append(time.perf_counter() - killed)
            client.kill(location)
            while client.state(location) not in ENDED:
                time.sleep(0.05)
    block = Block(f"Failover: lease {LEASE_SECONDS} s, kill of the owner to its next result", "s")
    block.rows = [Row("Manyhands", took)]
    most = LEASE_SECONDS + TAKE_OVER_SECONDS
    block.checks = [Check("failover, worst in s", max(took), most, LEASE_SECONDS + 1, less=True)]
    return block


def done(client, location):
    """How many of the job's tasks have ended; None while its owner does not answer."""
    status, _, body = client.at_once.call("GET", location)
    if status != 200:
        return None
    job = json.loads(body)
    return sum(job["counts"][end] for end in job["counts"] if end in ("succeeded", "failed"))


def await_workers(client, count):
    end = time.monotonic() + UP_SECONDS
    while time.monotonic() < end:
        nodes = json.loads(client.at_once.call("GET", "/v1/nodes")[2])["nodes"]
        if sum(one.get("workers", {}).get("processes", 0) for one in nodes) >= count:
            return
        time.sleep(0.1)
    raise RuntimeError(f"expected {count} workers, got: {nodes}")


def workers(count):
    """One pool of so many; which kind it is has to be said with anything else."""
    pool = "--manyhands.pools.processes"
    return f"{pool}.kind=processes", f"{pool}.workers={count}"


def node(bench, store, *settings, key=None):
    return service.Service([*bench.start, *store, *settings], bench.folder, key=key)


class Places:
    """A PostgreSQL with databases and a RabbitMQ, in containers that end with the stack."""

    def __init__(self, stack, broker=True):
        self.password = secrets.token_hex(16)
        image = os.environ.get("POSTGRES_IMAGE", POSTGRES)
        self.postgres = stack.enter_context(container(image, f"POSTGRES_PASSWORD={self.password}"))
        await_success(self.postgres, "pg_isready", "-h", "127.0.0.1", "-U", "postgres")
        self.postgres_port = port(self.postgres, 5432)
        self.broker = ()
        if broker:
            image = os.environ.get("RABBITMQ_IMAGE", RABBITMQ)
            rabbit = stack.enter_context(
                container(
                    image,
                    "RABBITMQ_DEFAULT_USER=bench",
                    f"RABBITMQ_DEFAULT_PASS={self.password}",
                )
            )
            await_success(rabbit, "rabbitmq-diagnostics", "-q", "check_port_connectivity")
            self.broker = (
                "--manyhands.cluster.enabled=true",
                "--spring.rabbitmq.host=127.0.0.1",
                f"--spring.rabbitmq.port={port(rabbit, 5672)}",
                "--spring.rabbitmq.username=bench",
                f"--spring.rabbitmq.password={self.password}",
            )

    def database(self, name):
        """A new one; returns the settings that name it."""
        psql = ("psql", "-h", "127.0.0.1", "-U", "postgres", "-c", f"CREATE DATABASE {name}")
        await_success(self.postgres, *psql, password=self.password)
        return (
            f"--spring.datasource.url=jdbc:postgresql://127.0.0.1:{self.postgres_port}/{name}",
            "--spring.datasource.username=postgres",
            f"--spring.datasource.password={self.password}",
        )


@contextmanager
def container(image, *environment):
    variables = [part for one in environment for part in ("-e", one)]
    ports = ["-p", "127.0.0.1::5432", "-p", "127.0.0.1::5672"]
    name = docker("run", "-d", "--rm", *ports, *variables, image)
    try:
        yield name
    finally:
        docker("kill", name)


def port(name, inside):
    return int(docker("port", name, f"{inside}/tcp").splitlines()[0].rpartition(":")[2])


def await_success(name, *command, password=None):
    end = time.monotonic() + UP_SECONDS
    while True:
        try:
            docker("exec", *(["-e", f"PGPASSWORD={password}"] if password else []), name, *command)
            return
        except RuntimeError:
            if time.monotonic() > end:
                raise
            time.sleep(0.5)


def docker(*arguments):
    done = subprocess.run(["docker", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise RuntimeError(f"docker {arguments[0]}: {done.stderr[-500:]}")
    return done.stdout.strip()
