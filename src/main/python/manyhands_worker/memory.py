"""How much memory processes have, or had. What is shared between them counts for each."""

import os
import resource
import sys

# Of ru_maxrss.
UNIT = 1 if sys.platform == "darwin" else 1024
PAGE = os.sysconf("SC_PAGE_SIZE")


def peak():
    """The most bytes that this process, or one that it started and that has ended, ever had."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) * UNIT


def resident():
    """The bytes that this process has now; 0 where nobody says it."""
    try:
        file = os.open("/proc/self/statm", os.O_RDONLY)
    except OSError:
        return 0
    try:
        return int(os.read(file, 256).split()[1]) * PAGE
    finally:
        os.close(file)
