"""The worker process: connects, loads one function, runs chunks until the service closes the socket."""

import faulthandler
import fcntl
import os
import select
import signal
import struct
import sys
import threading
import time

from .channel import Channel
from .commands import Commands
from .failures import raised
from .frames import CHUNK_HEADER, END, FUNCTION, LOAD, LOAD_FAILED, LOAD_HEADER, LOADED, PYTHON, Reader
from .functions import PythonFunction
from .output import Output
from .program import Program


def leave_with_service(channel):
    """Ends this process when the service is gone, whatever its task does."""
    poll = select.poll()
    poll.register(channel.socket, 0)
    while not any(event & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, event in poll.poll()):
        pass
    # A worker without a task has seen the end by itself, and runs what its function has registered for it.
    time.sleep(0.5)
    group = Program.running
    if group:
        os.killpg(group, signal.SIGKILL)
    os.killpg(0, signal.SIGKILL)  # this process, too


def die_with_service(lifeline):
    """Has the kernel kill this process and its group when the service is gone, also while native code runs and no
    Python thread can: the service holds the other end of this pipe and writes nothing to it.
    """
    if sys.platform == "linux":
        fcntl.fcntl(lifeline, fcntl.F_SETOWN, -os.getpgrp())
        fcntl.fcntl(lifeline, fcntl.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | os.O_ASYNC)


def load(payload, channel, output, lifeline):
    reader = Reader(payload)
    kind, most_bytes, output.most, count = reader.unpack(LOAD_HEADER)
    texts = [reader.text() for _ in range(count)]
    if kind == PYTHON:
        # Not with commands: this process has to outlive the service for a moment, to end their groups.
        die_with_service(lifeline)
    try:
        function = (PythonFunction if kind == PYTHON else Commands)(texts, channel, output, most_bytes)
    except BaseException as error:
        channel.put(LOAD_FAILED, raised(error, FUNCTION).pack(0))
        return None
    channel.put(LOADED, b"")
    return function


def serve(channel, output, lifeline):
    cell = channel.cell
    function = None
    while True:
        frame = channel.receive()
        if frame is None:
            return
        kind, payload = frame
        if kind == LOAD:
            cell[1] = 0
            function = load(payload, channel, output, lifeline)
        else:
            sequence, first, count, timeout = CHUNK_HEADER.unpack_from(payload)
            cell[1] = sequence
            function.run(first, count, timeout, payload[CHUNK_HEADER.size :])
            cell[0] = -1
            channel.put(END, struct.pack("<Q", sequence))
        channel.send()


def main(socket_path, cell_path):
    os.setsid()
    channel = Channel(socket_path, cell_path)
    # A fork of the task's code must not hold the socket: its end tells the service that this process has ended.
    os.register_at_fork(after_in_child=channel.socket.close)
    threading.Thread(target=leave_with_service, args=(channel,), daemon=True).start()
    lifeline = os.dup(0)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    output = Output(channel.cell)
    output.capture()
    faulthandler.enable(2)
    sys.argv = [""]
    serve(channel, output, lifeline)
