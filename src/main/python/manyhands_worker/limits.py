"""What one task may use, as limits of the kernel on the worker and every process that it starts. A limit that is not set
stays as the service has it.
"""

import resource

from .kernel import LINUX

# Who is ended first when the machine has no memory left: task code, long before the service.
FIRST_TO_GO = 800


def apply(limits):
    """limits: numbers by name; one that is not there is none"""
    lower(resource.RLIMIT_FSIZE, limits.get("file-size"))
    lower(resource.RLIMIT_NOFILE, limits.get("open-files"))
    if LINUX:
        # Not RLIMIT_AS: it counts what is only reserved, such as the heaps of other languages' runtimes.
        lower(resource.RLIMIT_DATA, limits.get("memory"))
        if "processes" in limits:
            # Linux counts all threads of the user; those that run now, whosever they are, come on top.
            lower(resource.RLIMIT_NPROC, threads_now() + limits["processes"])
        try:
            with open("/proc/self/oom_score_adj", "w") as file:
                file.write(str(FIRST_TO_GO))
        except OSError:
            pass  # the kernel chooses by itself


def lower(what, value):
    if value is not None:
        hard = resource.getrlimit(what)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(what, (value, value))


def threads_now():
    with open("/proc/loadavg") as file:
        return int(file.read().split()[3].split("/")[1])
