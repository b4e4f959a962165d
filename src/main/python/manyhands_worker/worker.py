"""The worker process: connects, loads one function, runs chunks until the service closes the socket."""

import faulthandler
import json
import os
import signal
import struct
import sys

from . import limits, sandbox
from .asks import Asks
from .channel import Channel
from .commands import Commands
from .failures import raised
from .frames import (
    CHUNK_HEADER,
    COMMAND,
    END,
    FUNCTION,
    LOAD,
    LOAD_FAILED,
    LOAD_HEADER,
    LOADED,
    LOADING,
    PYTHON,
    PYTHON_MODULE,
    Reader,
)
from .functions import ModuleFunction, PythonFunction
from .home import Home
from .kernel import PR_SET_PDEATHSIG, prctl
from .memory import peak, resident
from .output import Output
from .tree import adopt_orphans

KINDS = {PYTHON: PythonFunction, PYTHON_MODULE: ModuleFunction, COMMAND: Commands}


class Worker:
    """One function, its channel to the service, and the tasks' surroundings."""

    def __init__(self, channel, folders):
        self.channel = channel
        self.folders = folders  # of modules that functions may name
        self.output = Output(channel.cell)
        self.home = Home()
        self.asks = Asks(channel)
        self.function = None

    def load(self, payload):
        reader = Reader(payload)
        kind, most_bytes, self.output.most, count = reader.unpack(LOAD_HEADER)
        texts = [reader.text() for _ in range(count)]
        try:
            self.function = KINDS[kind](texts, self, most_bytes)
            self.asks.listen(self.function)
        except BaseException as error:
            self.channel.put(LOAD_FAILED, raised(error, FUNCTION).pack(0))
        else:
            self.channel.put(LOADED, b"")

    def serve(self):
        channel = self.channel
        cell = channel.cell
        while True:
            frame = channel.receive()
            if frame is None:
                return
            kind, payload = frame
            if kind == LOAD:
                cell[1] = 0
                # Whoever ends from now on, ends by the function. Its code can take back what the cell says, but not this.
                channel.put(LOADING, b"")
                channel.send()
                self.load(payload)
            else:
                sequence, first, count, timeout, once, prompt = CHUNK_HEADER.unpack_from(payload)
                cell[1] = sequence
                self.function.report.prompt = prompt
                self.function.run(first, count, timeout, once, payload[CHUNK_HEADER.size :])
                cell[0] = -1
                channel.put(END, struct.pack("<QQQ", sequence, peak(), resident()))
            channel.send()


def main(folder, number, secret, keeper, service, modules):
    os.setsid()
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != keeper:
        return  # it died before it could take this process with it
    adopt_orphans()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    move_to(os.path.join(folder, f"w{number}"))
    channel = Channel(os.path.join(folder, f"s{number}"), os.path.join(folder, f"c{number}"))
    with open(os.path.join(folder, "walls.json"), encoding="utf-8") as file:
        walls = json.load(file)
    limits.apply(walls["limits"])
    if walls["level"] == "hardened":
        # After this line nothing that was not open before can be reached but what tasks may reach.
        walls["read"] += modules
        sandbox.apply(walls, keeper, service)
    # A fork of the task's code must not hold the socket: its end tells the service that this process has ended.
    os.register_at_fork(after_in_child=channel.socket.close)
    worker = Worker(channel, modules)
    worker.output.capture()
    faulthandler.enable(2)
    sys.argv = [""]
    channel.report(secret)
    worker.serve()


def move_to(home):
    os.chdir(home)
    os.environ["HOME"] = os.environ["TMPDIR"] = home
    if "tempfile" in sys.modules:
        sys.modules["tempfile"].tempdir = None  # where a package that works at each start of Python may have looked it up
