"""The socket to the service, and the mapped cell file beside it."""

import mmap
import socket

from .frames import FRAME, SHELF_OFFSET


class Channel:
    """The socket to the service, and the shelf in front of it: what is sent lies on the shelf first."""

    def __init__(self, socket_path, cell_path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket_path = socket_path
        with open(cell_path, "r+b") as file:
            self.map = mmap.mmap(file.fileno(), 0)
        self.shelf_size = len(self.map) - SHELF_OFFSET
        self.view = memoryview(self.map)
        # cell[0]: index of the task that runs, or -1; cell[1]: sequence number of the chunk,
        # 0 before the first, -1 before the function came; cell[2]: bytes on the shelf; from cell[3] on: see Asks.
        self.cell = self.view.cast("q")
        self.cell[0] = self.cell[1] = -1
        self.shelved = 0
        self.busy = False  # whether the shelf is being filled or emptied, for whoever comes in between
        self.received = b""

    def report(self, secret):
        """Tells the service that the worker is there and behind its walls. Task code of another worker may find the
        socket, but not the secret: it came with the order to the keeper, and with the fork to this process. Who
        connects and is silent may be sent away again, so both come at once.
        """
        self.socket.connect(self.socket_path)
        self.socket.sendall(secret)

    def receive(self):
        """The next frame's type and payload, or None when the service has closed."""
        data = self.received or self.socket.recv(65536)
        while data and len(data) < FRAME.size:
            more = self.socket.recv(65536)
            data = data + more if more else b""
        if not data:
            return None
        length, kind = FRAME.unpack_from(data)
        end = FRAME.size + length
        if len(data) < end:
            whole = bytearray(end)
            whole[: len(data)] = data
            at = len(data)
            with memoryview(whole) as view:
                while at < end:
                    got = self.socket.recv_into(view[at:])
                    if not got:
                        return None
                    at += got
            data = bytes(whole)
        self.received = data[end:]
        return kind, data[FRAME.size : end]

    def put(self, kind, payload):
        """Shelves a frame, to be sent with the next `send`."""
        frame = FRAME.pack(len(payload), kind) + payload
        self.busy = True
        end = self.shelved + len(frame)
        if end > self.shelf_size:
            self.empty()
            end = len(frame)
        if end > self.shelf_size:
            self.socket.sendall(frame)
        else:
            self.map[SHELF_OFFSET + self.shelved : SHELF_OFFSET + end] = frame
            self.shelved = self.cell[2] = end
        self.busy = False

    def send(self):
        self.busy = True
        self.empty()
        self.busy = False

    def send_if_idle(self):
        """From a signal handler."""
        if not self.busy:
            self.send()

    def empty(self):
        if self.shelved:
            self.socket.sendall(self.view[SHELF_OFFSET : SHELF_OFFSET + self.shelved])
            # Should this process die before this line, the service sees the frames twice and counts them once.
            self.shelved = self.cell[2] = 0
