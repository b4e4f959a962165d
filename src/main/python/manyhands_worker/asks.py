"""What the service asks of a chunk that runs."""

import signal


class Asks:
    """The service writes its wish into the cell, then has the keeper send SIGINT:

    - to end the running task: cell[3] its index, cell[4] the chunk's sequence number;
    - to start nothing from a task on: cell[5] its index, or -1 for the next one, cell[6] the chunk's sequence number.

    A wish that comes too late, for a task that has ended or another chunk, is none. cell[7] counts the signals, to tell
    them from those of the task's own code, which raise KeyboardInterrupt as everywhere.

    With each of them goes what lies on the shelf: a task that takes long must not hide the outcomes of those before it.
    """

    def __init__(self, channel):
        self.channel = channel
        self.cell = cell = channel.cell
        self.function = None
        self.heard = 0
        cell[4] = cell[6] = -2  # no chunk's number

    def listen(self, function):
        self.function = function
        signal.signal(signal.SIGINT, self.hear)

    def hear(self, number, frame):
        cell = self.cell
        if self.heard >= cell[7]:
            signal.default_int_handler(number, frame)
        self.heard += 1
        self.channel.send_if_idle()
        self.cut()
        if cell[4] == cell[1]:
            cell[4] = -2
            if cell[3] == cell[0]:
                self.function.interrupt(frame)

    def cut(self):
        """To be called at the start of a chunk, too: the wish may have come before it."""
        cell = self.cell
        if cell[6] == cell[1]:
            cell[6] = -2
            if cell[5] < 0:
                self.function.cut(cell[0] + 1)
            elif cell[5] > cell[0]:
                self.function.cut(cell[5])
            elif cell[5] == cell[0]:
                cell[3], cell[4] = cell[0], cell[1]  # it has started meanwhile
