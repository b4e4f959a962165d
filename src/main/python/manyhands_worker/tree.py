"""The processes that task code starts, and their end."""

import os
import signal

PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans():
    """Daemons that a program leaves behind become children of this process, which can end them. Linux only."""
    try:
        import ctypes

        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    except (ImportError, OSError, AttributeError):
        pass


def end_orphans():
    try:
        while os.waitpid(-1, os.WNOHANG)[0] or end_children():
            pass
    except ChildProcessError:
        pass  # as it nearly always is: there are none


def end_children():
    """Ends this process's children, and is false if it cannot tell which they are."""
    try:
        with open(f"/proc/self/task/{os.getpid()}/children") as file:
            pids = [int(pid) for pid in file.read().split()]
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    except OSError:
        return False
    return bool(pids)
