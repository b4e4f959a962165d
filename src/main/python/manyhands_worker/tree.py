"""The processes that task code starts, and their end: whatever they did to get away, as subreaper this process inherits
them.
"""

import os
import signal
import sys

from .kernel import PR_SET_CHILD_SUBREAPER, prctl

# After so many rounds what is left forks as fast as it is ended.
CALM_ROUNDS = 2


def adopt_orphans():
    """From now on descendants whose parent dies become children of this process, which can end them. Linux only."""
    prctl(PR_SET_CHILD_SUBREAPER, 1)


def end_strays(keep=frozenset()):
    """Ends and reaps this process's children but those to keep, and all that they started.

    Returns the most memory that one of them ever had, as getrusage counts it.
    """
    peak = 0
    try:
        # Without children, as it nearly always is, this is the only call.
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return peak
    spared = set(keep)
    rounds = 0
    while True:
        strays = [pid for pid in children() if pid not in spared]
        if not strays:
            return peak
        rounds += 1
        if rounds > CALM_ROUNDS:
            freeze(strays)
        for pid in strays:
            try:
                os.kill(pid, signal.SIGKILL)
                peak = max(peak, os.wait4(pid, 0)[2].ru_maxrss)
            except PermissionError:
                spared.add(pid)  # another user's by now: a program with the set-user-id bit
            except (ChildProcessError, ProcessLookupError):
                pass  # the task's own code has reaped it


def freeze(roots):
    """Stops the trees under the roots. What is stopped forks no more, and fills the places that its brothers would take."""
    stopped = set()
    while True:
        tree = parents_to_children()
        moving = [pid for pid in below(roots, tree) if pid not in stopped]
        if not moving:
            return
        for pid in moving:
            stopped.add(pid)
            try:
                os.kill(pid, signal.SIGSTOP)
            except OSError:
                pass  # it ended


def below(roots, tree):
    found, look = [], list(roots)
    while look:
        pid = look.pop()
        found.append(pid)
        look += tree.get(pid, ())
    return found


def children():
    """The children of all threads of this process, zombies too."""
    try:
        pids = []
        for thread in os.listdir("/proc/self/task"):
            with open(f"/proc/self/task/{thread}/children") as file:
                pids += map(int, file.read().split())
        return pids
    except OSError:
        # A kernel without these files, or a thread that ended meanwhile.
        return parents_to_children().get(os.getpid(), [])


def parents_to_children():
    tree = {}
    if sys.platform != "linux":
        return tree
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb") as file:
                    # The name in brackets may hold anything, brackets and line ends too.
                    parent = int(file.read().rpartition(b")")[2].split()[1])
            except (OSError, ValueError, IndexError):
                continue
            tree.setdefault(parent, []).append(int(name))
    return tree
