"""The memory of a process and its descendants: highest resident and proportional sizes."""

import select
import subprocess
import sys

from child import tree

MIB = 1 << 20


class Memory:
    """Sampled every 0.1 s from `with` to its end, by another process: this one is busy with JSON."""

    def __init__(self, child):
        self.child = child

    def __enter__(self):
        self.sampler = subprocess.Popen(
            [sys.executable, "-B", __file__, str(self.child.process.pid)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.sampler.stdout.readline()  # it has looked once
        return self

    def __exit__(self, *_):
        shown, _ = self.sampler.communicate()  # which closes its standard input: the sign to end
        self.rss, self.pss = (int(size) / MIB for size in shown.split())


def sizes(pid):
    with open(f"/proc/{pid}/smaps_rollup") as f:
        lines = dict(
            line.split(":", 1) for line in f if ":" in line and "-" not in line.split(":", 1)[0]
        )
    return [int(lines[name].split()[0]) * 1024 for name in ("Rss", "Pss")]


def sample(root):
    total = [0, 0]
    for pid in tree(root):
        try:
            total = [a + b for a, b in zip(total, sizes(pid))]
        except OSError:
            pass  # it ended
    return total


def main():
    highest = sample(int(sys.argv[1]))
    print("ready", flush=True)
    over = False
    while not over:
        over = bool(select.select([sys.stdin], [], [], 0.1)[0])
        highest = [max(pair) for pair in zip(highest, sample(int(sys.argv[1])))]
    print(*highest)


if __name__ == "__main__":
    main()
