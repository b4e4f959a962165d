"""Starts a keeper, which forks the workers: `python manyhands_worker FOLDER MODULES...`; or, as
`python manyhands_worker try WALLS`, tries whether the walls stand.
"""

import os
import sys

sys.path[0] = os.path.dirname(sys.path[0])
service = os.getppid()

if sys.argv[1] == "try":
    from manyhands_worker.probe import main

    main(sys.argv[2], service)
else:
    from manyhands_worker.keeper import ordered
    from manyhands_worker.worker import main

    del sys.path[0]  # the tasks' imports find what the interpreter finds, and nothing of ours
    sys.dont_write_bytecode = True
    keeper = os.getpid()
    number, secret = ordered()
    main(sys.argv[1], number, secret, keeper, service, sys.argv[2:])
