"""Starts a worker: `python manyhands_worker SOCKET CELL`."""

import os
import sys

sys.path[0] = os.path.dirname(sys.path[0])
from manyhands_worker.worker import main  # noqa: E402

del sys.path[0]  # the tasks' imports find what the interpreter finds, and nothing of ours
sys.dont_write_bytecode = True
main(sys.argv[1], sys.argv[2])
