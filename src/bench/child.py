"""A process that the benchmark starts, and stops again by its id, whatever happens in between."""

import os
import signal
import socket
import subprocess
import sys
import time


def stop_on_signals():
    """Makes SIGTERM end the benchmark as Ctrl-C does: through every `with`, and nothing is left."""
    benchmark = os.getpid()
    # A forked worker of a pool inherits this, and is to die of the signal as usual.
    signal.signal(
        signal.SIGTERM,
        lambda *_: sys.exit("bench: stopped") if os.getpid() == benchmark else os._exit(1),
    )


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def tree(root):
    """The process and all its descendants, by id."""
    children = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat") as f:
                parent = int(f.read().rpartition(")")[2].split()[1])
        except OSError:
            continue  # it ended
        children.setdefault(parent, []).append(int(name))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


class Child:
    """Runs from `with` to its end. It has a session of its own: the terminal's Ctrl-C is for the
    benchmark, which then stops its children in order."""

    def __init__(self, command, log, env=None):
        self.command, self.log, self.env = command, log, env

    def __enter__(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=self.env,
                start_new_session=True,
            )
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        try:
            os.killpg(self.process.pid, signal.SIGKILL)  # its own children, if it left any
        except ProcessLookupError:
            pass

    def wait_for(self, port):
        """Returns when the process listens."""
        for _ in range(500):
            self.check_alive()
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                time.sleep(0.02)
        raise RuntimeError(f"nothing listens on {port}: {self.command}")

    def check_alive(self):
        if self.process.poll() is not None:
            with open(self.log, errors="replace") as log:
                tail = log.read()[-2000:]
            raise RuntimeError(f"{self.command[0]} ended with {self.process.returncode}:\n{tail}")
