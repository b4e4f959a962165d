"""The keeper of a worker: the process that the service started, above the one that runs task code. It runs none itself,
so it can always do its one task: when the worker ends, or the service wants it to or is gone, end the worker and
everything that it started, then end as the worker did.

When it ends it leaves a note for the service: the most memory that the worker, or a process below it, ever had. The note is a
file that is made only then, so that no task can have it open, in a folder that tasks behind walls cannot write to.

    service --- starts, and holds the lifeline of --- keeper --- forked --- worker --- what tasks start

The lifeline is the keeper's standard input: a byte 0 there means to end everything now, another one to send the worker
SIGINT; its end means that the service is gone.
"""

import os
import resource
import select
import signal

from .memory import peak_of_children
from .tree import adopt_orphans, end_strays

LIFELINE = 0
END = b"\0"
# A worker without a task sees by itself that the service is gone, and runs what its function has registered for it.
GRACE_MS = 500


def fork_worker(note):
    """Forks this process. Returns 0 in the worker; the keeper never returns.

    note: path of the file that it leaves
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    adopt_orphans()
    worker = os.fork()
    if worker:
        keep(worker, note)
    return worker


def keep(worker, note):
    wake, wake_writer = os.pipe()
    os.set_blocking(wake, False)
    os.set_blocking(wake_writer, False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    signal.set_wakeup_fd(wake_writer, warn_on_full_buffer=False)
    poll = select.poll()
    poll.register(LIFELINE, select.POLLIN)
    poll.register(wake, select.POLLIN)
    patience = None
    while not has_ended(worker):
        events = poll.poll(patience)
        if not events:
            send(worker, signal.SIGKILL)
            patience = None
        for fd, _ in events:
            if fd == wake:
                os.read(wake, 512)
                continue
            order = os.read(LIFELINE, 1)
            if order and order != END:
                send(worker, signal.SIGINT)
                continue
            poll.unregister(LIFELINE)
            if order:
                send(worker, signal.SIGKILL)
            else:
                patience = GRACE_MS
    try:
        os.killpg(worker, signal.SIGKILL)  # for systems where it cannot adopt orphans
    except (ProcessLookupError, PermissionError):
        pass
    status = os.waitpid(worker, 0)[1]
    end_strays()
    leave(note)
    end_as(status)


def has_ended(pid):
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def send(worker, number):
    try:
        os.kill(worker, number)
    except PermissionError:
        pass  # it has become another user's, which only a program with the set-user-id bit can


def leave(note):
    try:
        file = os.open(note, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        os.write(file, str(peak_of_children()).encode())
    except OSError:
        pass  # the service does without: its folder is gone or full, or a task without walls was here first


def end_as(status):
    """Ends with the exit code or signal of the worker, so that the service sees how that ended."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        if number != signal.SIGKILL:
            signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
    os._exit(os.WEXITSTATUS(status))
