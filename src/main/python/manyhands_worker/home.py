"""The folder of a worker: its tasks' working folder, HOME and TMPDIR."""

import os

# A folder that somebody still fills while it is emptied is left to the service, which removes it with the worker.
MAX_ROUNDS = 1000


class Home:
    """Empty at the start of every task, but for what the function's source and setup put there."""

    def __init__(self):
        self.folder = os.open(".", os.O_RDONLY | os.O_DIRECTORY)
        self.kept = frozenset()
        self.mark()

    def keep(self):
        """What is there now stays."""
        self.kept = frozenset(os.listdir(self.folder))
        self.mark()

    def mark(self):
        # Any change of a folder sets its time, so this one never stands by chance.
        os.utime(self.folder, ns=(0, 0))

    def tidy(self):
        """Removes what tasks have put there. Costs one look if that is nothing."""
        os.fchdir(self.folder)
        if os.fstat(self.folder).st_mtime_ns:
            empty(self.folder, self.kept)
            self.mark()


def empty(folder, kept=frozenset()):
    """Removes all in an open folder but the names to keep, and follows no link.

    Inner folders are moved to the top one by one instead of being walked: no depth of folders is too deep.
    """
    moved = 0
    for _ in range(MAX_ROUNDS):
        names = [name for name in os.listdir(folder) if name not in kept]
        if not names:
            return
        for name in names:
            if unlink(name, folder):
                continue
            try:
                inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
            except PermissionError:
                os.chmod(name, 0o700, dir_fd=folder)
                continue
            except OSError:
                continue
            try:
                moved = lift(inner, folder, moved)
                os.rmdir(name, dir_fd=folder)
            except OSError:
                pass  # somebody still fills it: once more
            finally:
                os.close(inner)


def lift(inner, folder, moved):
    """Removes the files of an inner folder and moves its folders up."""
    os.fchmod(inner, 0o700)
    for name in os.listdir(inner):
        if not unlink(name, inner):
            moved += 1
            # A folder that is moved has to be writable itself: its name for its parent changes.
            os.chmod(name, 0o700, dir_fd=inner)
            os.rename(name, f".{os.getpid()}-{moved}", src_dir_fd=inner, dst_dir_fd=folder)
    return moved


def unlink(name, folder):
    """False if it is a folder."""
    try:
        os.unlink(name, dir_fd=folder)
        return True
    except FileNotFoundError:
        return True
    except (IsADirectoryError, PermissionError):
        return False
