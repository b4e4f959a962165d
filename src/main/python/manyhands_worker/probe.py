"""Tries the walls: does what task code must not be able to do, from behind them, and says for each whether it held.

Prints a JSON object: `level`, and `walls`, each `closed` or what got through. `missing` says instead why this machine
cannot build them.
"""

import errno
import json
import os
import socket

from . import landlock, sandbox
from .kernel import LIBC, checked, syscall

CLOSED, OPEN = "closed", "open"


def main(walls_path, service):
    with open(walls_path, encoding="utf-8") as file:
        walls = json.load(file)
    # Made before the walls, so that it stands outside.
    name = f"\0manyhands-{os.getpid()}-{os.urandom(8).hex()}"
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(name)
    listener.listen(1)
    outsider = fork_outsider()
    try:
        sandbox.apply(walls, os.getpid(), service)
        report = {"landlock": landlock.version(), "walls": tried(walls, walls_path, service, outsider, name)}
    except (sandbox.Unreachable, OSError) as error:
        report = {"missing": str(error)}
    print(json.dumps(report), flush=True)


def fork_outsider():
    """A process outside of the walls, which ends when this one does: nobody behind the walls can end it, and the kernel
    holds even its own signal at a parent's death to be one from behind them.
    """
    told, tell = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(tell)
        for stream in (0, 1, 2):
            os.close(stream)  # whoever reads the report waits for its end
        os.read(told, 1)
        os._exit(0)
    os.close(told)
    return pid


def tried(walls, walls_path, service, outsider, name):
    abi = landlock.version()
    hidden = [path for path in walls["hidden"] if os.path.lexists(path)]
    result = {
        "data": all_of([lambda path=path: os.listdir(path) for path in hidden] + [lambda: open(walls_path).close()]),
        "files": all_of([lambda: open(os.path.join("..", "probe"), "w").close(), lambda: os.truncate(walls_path, 0), lambda: os.listdir("/")]),
        "memory": all_of(
            [
                lambda: open(f"/proc/{service}/mem", "rb").close(),
                lambda: open(f"/proc/{service}/environ", "rb").read(1),
                lambda: checked(LIBC.ptrace(16, service, 0, 0)),
            ]
        ),
        "service": all_of([lambda: os.kill(service, 0), lambda: os.kill(-1, 0), lambda: os.kill(-os.getpgid(service), 0)]),
        "namespaces": all_of([lambda: checked(LIBC.unshare(0x10000000)), lambda: checked(LIBC.mount(b"/", b"/", None, 4096, None))]),
        "kernel": all_of([lambda number=number: syscall(number, 0, 0, 0, 0, 0) for number in (425, 431)]),
        "privileges": privileges(),
    }
    result["network"] = OPEN if walls["network"] else all_of([lambda family=family: socket.socket(family) for family in (2, 10, 16)])
    # Newer kernels only; on the others, too, the service's own number is guarded, but not its threads'.
    result["other-processes"] = all_of([lambda: os.kill(outsider, 0)]) if abi >= 6 else "open: needs Linux 6.12"
    result["abstract-sockets"] = all_of([lambda: connect(name)]) if abi >= 6 else "open: needs Linux 6.12"
    return result


def all_of(deeds):
    """Closed if every deed is refused."""
    for deed in deeds:
        try:
            deed()
        except (PermissionError, ConnectionRefusedError):
            continue
        except OSError as error:
            if error.errno == errno.ENOSYS:
                continue
            return f"{OPEN}: {error}"
        return OPEN
    return CLOSED


def connect(name):
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(name)


def privileges():
    with open("/proc/self/status") as file:
        status = dict(line.split(":\t", 1) for line in file.read().splitlines() if ":\t" in line)
    if status["NoNewPrivs"] != "1":
        return f"{OPEN}: programs may gain rights"
    if int(status["CapEff"], 16) or int(status["CapPrm"], 16):
        return f"{OPEN}: capabilities {status['CapEff']}"
    return CLOSED
