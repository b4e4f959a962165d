"""Starts a worker and its keeper: `python manyhands_worker SOCKET CELL FOLDERS-OF-MODULES...`, with the socket's secret on standard input."""

import os
import sys

sys.path[0] = os.path.dirname(sys.path[0])
from manyhands_worker.keeper import fork_worker  # noqa: E402

if __name__ == "__main__":
    secret = os.read(0, 16)
    keeper = os.getpid()
    fork_worker()
    # Only now: the keeper needs none of this.
    from manyhands_worker.worker import main

    del sys.path[0]  # the tasks' imports find what the interpreter finds, and nothing of ours
    sys.dont_write_bytecode = True
    main(sys.argv[1], sys.argv[2], secret, keeper, sys.argv[3:])
