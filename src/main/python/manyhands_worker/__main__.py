"""Starts a worker and its keeper: `python manyhands_worker WALLS SOCKET CELL MODULES...`, with the socket's secret on standard
input; or, as `python manyhands_worker WALLS`, tries whether the walls stand.
"""

import os
import sys

sys.path[0] = os.path.dirname(sys.path[0])
service = os.getppid()

if len(sys.argv) == 2:
    from manyhands_worker.probe import main

    main(sys.argv[1], service)
else:
    from manyhands_worker.keeper import fork_worker

    secret = os.read(0, 16)
    keeper = os.getpid()
    fork_worker(sys.argv[3] + ".end")
    # Only now: the keeper needs none of this.
    from manyhands_worker.worker import main

    del sys.path[0]  # the tasks' imports find what the interpreter finds, and nothing of ours
    sys.dont_write_bytecode = True
    main(*sys.argv[1:4], secret, keeper, service, sys.argv[4:])
