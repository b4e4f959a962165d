"""What was measured, and how it is shown: a block for each workload, a line for each contestant."""

import json
import statistics
from dataclasses import asdict, dataclass, field


@dataclass
class Row:
    who: str
    values: list  # one for each repetition
    n: int = 0  # tasks, where they differ from the title's

    @property
    def median(self):
        return statistics.median(self.values)


@dataclass
class Check:
    """A figure of Manyhands against what it must reach and what it aims at."""

    what: str
    value: float
    must: float
    aim: float
    less: bool = False  # whether less is better

    def reaches(self, target):
        return self.value <= target if self.less else self.value >= target

    def verdict(self):
        sign = "<=" if self.less else ">="
        said = [
            f"{word} {sign} {show(target)} {'pass' if self.reaches(target) else 'MISS'}"
            for word, target in (("must", self.must), ("aim", self.aim))
        ]
        return f"{self.what} {show(self.value)}: " + ", ".join(said)


@dataclass
class Block:
    title: str
    unit: str
    rows: list = field(default_factory=list)
    checks: list = field(default_factory=list)
    reference: str = ""  # whom the rows are compared with
    notes: list = field(default_factory=list)

    def row(self, who):
        return next(row for row in self.rows if row.who.startswith(who))

    def ratio(self, who="Manyhands"):
        return self.row(who).median / self.row(self.reference).median

    def lines(self):
        yield f"{self.title:<56}{self.unit:>14}{'min .. max':>24}" + (
            f"   of {self.reference}" if self.reference else ""
        )
        for row in self.rows:
            name = row.who + (f" (n = {row.n:,})" if row.n else "")
            span = f"{show(min(row.values))} .. {show(max(row.values))}"
            ratio = f"{self.ratio(row.who):9.2f}" if self.reference else ""
            yield f"  {name:<54}{show(row.median):>14}{span:>24}{ratio}"
        yield from (f"  {note}" for note in self.notes)
        yield from (f"  => {check.verdict()}" for check in self.checks)


def show(value):
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 100 else f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"


def summary(blocks):
    checks = [check for block in blocks for check in block.checks]
    must = [check for check in checks if check.reaches(check.must)]
    aim = [check for check in checks if check.reaches(check.aim)]
    yield f"{len(must)} of {len(checks)} musts and {len(aim)} of {len(checks)} aims are reached"
    yield from (f"  MISS {check.verdict()}" for check in checks if check not in must)


def as_json(about, blocks):
    return json.dumps({**about, "workloads": [asdict(block) for block in blocks]}, indent=2)
