"""The service, as `src/docs/operations.md` says to install it: the packaged jar, extracted, with the JVM flags of
`spring-boot:run` and an AOT cache from a trial run."""

import http.client
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import tasks
from child import Child, free_port
from http_client import Manyhands

PROJECT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
TRIAL_JOBS = 4000


def jdk():
    """The JDK that builds the project: the one which mvnw finds."""
    version = subprocess.run(
        [PROJECT / "mvnw", "-v"], check=True, stdout=subprocess.PIPE, text=True
    ).stdout
    found = re.search(r"^Java version.*runtime: (.+)$", version, re.MULTILINE)
    if not found:
        raise SystemExit(f"bench: expected ./mvnw -v to name the JDK, got:\n{version}")
    return Path(found.group(1).strip())


def jar():
    """The packaged service, built first where it is missing or older than its sources."""
    sources = [PROJECT / "pom.xml", *(p for p in (PROJECT / "src/main").rglob("*") if p.is_file())]
    newest = max(p.stat().st_mtime for p in sources)
    jars = [p for p in PROJECT.glob("target/manyhands-*.jar") if p.stat().st_mtime > newest]
    if not jars:
        print("bench: packaging the service", file=sys.stderr)
        subprocess.run([PROJECT / "mvnw", "-q", "-B", "-ntp", "-DskipTests", "package"], check=True)
        jars = list(PROJECT.glob("target/manyhands-*.jar"))
    return max(jars, key=lambda p: p.stat().st_mtime)


def jvm_flags():
    """The flags of spring-boot:run, from the pom."""
    return re.search(
        r"<service.jvmArguments>(.*)</service.jvmArguments>", (PROJECT / "pom.xml").read_text()
    )[1].split()


def install(java, archive, folder):
    """Extracts the jar, and lets it run once for a while to write its AOT cache. Returns the command that starts it."""
    app = folder / "app"
    subprocess.run(
        [java, "-Djarmode=tools", "-jar", archive, "extract", "--destination", app],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    (extracted,) = app.glob("*.jar")
    cache = folder / "manyhands.aot"
    print("bench: a trial run for the AOT cache", file=sys.stderr)
    with Service([java, f"-XX:AOTCacheOutput={cache}", *jvm_flags(), "-jar", extracted], folder) as trial:
        client = trial.client()
        for n in range(TRIAL_JOBS):
            client.one(tasks.square, n)
        for _ in range(3):
            client.map(tasks.square, list(range(100_000)))
    for _ in range(1200):  # the JVM writes the cache as it ends
        if cache.exists():
            break
        time.sleep(0.05)
    return [java, f"-XX:AOTCache={cache}", *jvm_flags(), "-jar", extracted]


class Service(Child):
    """One service on a free port with a data folder of its own, which is deleted at the end.

    folder: for its log and, unless data_in is another one, its data. key: that of others, instead of
    one of its own.
    """

    def __init__(self, start, folder, data_in=None, key=None):
        self.port = free_port()
        self.given_key = key
        self.data = Path(data_in or folder) / f"manyhands-bench-{self.port}"
        command = [
            *start,
            f"--server.port={self.port}",
            f"--manyhands.data={self.data}",
        ]
        # Its python3 is this one, so that peers and service run the same interpreter.
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        log = Path(folder) / f"service-{self.port}.log"
        super().__init__([str(part) for part in command], log, {**os.environ, "PATH": path})

    def __enter__(self):
        shutil.rmtree(self.data, ignore_errors=True)
        if self.given_key:
            self.data.mkdir(mode=0o700)
            (self.data / "admin.key").touch(mode=0o600)
            (self.data / "admin.key").write_text(self.given_key)
        start = time.perf_counter()
        super().__enter__()
        try:
            while not self._is_up():
                self.check_alive()
                if time.perf_counter() - start > START_SECONDS:
                    raise RuntimeError(
                        f"the service was not up in {START_SECONDS} s, see {self.log}"
                    )
                time.sleep(0.01)
            self.start_seconds = time.perf_counter() - start
            self.key = (self.data / "admin.key").read_text().strip()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        super().__exit__()
        shutil.rmtree(self.data, ignore_errors=True)

    def compiler_seconds(self):
        """Processor time that the JIT compiler has taken."""
        ticks = 0
        for stat in Path(f"/proc/{self.process.pid}/task").glob("*/stat"):
            try:
                name, _, rest = stat.read_text().partition("(")[2].rpartition(")")
            except FileNotFoundError:
                continue  # the thread has ended meanwhile
            if re.match(r"C[12] Compiler", name):
                fields = rest.split()
                ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def _is_up(self):
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{self.port}/actuator/health", timeout=5
            ) as answer:
                return b'"UP"' in answer.read()
        except (urllib.error.URLError, OSError, http.client.HTTPException):
            return False

    def client(self):
        return Manyhands(self.port, self.key)
