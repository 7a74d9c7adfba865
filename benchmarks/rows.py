"""The rows of the table, what each has to say of itself, and how a table is written."""

import dataclasses
from collections.abc import Callable

WITH, WITHOUT = "with", "without"
ROWS = {}


@dataclasses.dataclass
class Side:
    """One of the two things that a row compares.

    `prepare(env)` is not timed, and returns what `run(env, prepared)` needs. `run` is timed with the flush after it, and
    then rolled back, so that every repetition finds the same data. `database` says whether the addon is installed there.
    """

    run: Callable
    prepare: Callable = lambda env: None
    database: str = WITH


@dataclasses.dataclass
class Row:
    """`ours` against `theirs`. The bar is how many times faster ours has to be, or with `at_most`, how many times as long
    it may take."""

    key: str
    what: str
    against: str
    ours: Side
    theirs: Side
    bar: float
    at_most: bool = False
    repetitions: int = 2
    warm_up: bool = False

    def result(self, ours, theirs):
        """The ratio of two times, seen from the side of the bar."""
        return ours / theirs if self.at_most else theirs / ours

    def holds(self, value):
        return value <= self.bar if self.at_most else value >= self.bar


@dataclasses.dataclass
class Memory:
    """A run in batches, each its own transaction, in a server process whose memory is watched. `runs` names what is done,
    and each is `run(env)`, called until nothing remains; the bar is in megabytes."""

    key: str
    what: str
    runs: dict
    bar: float


def register(row):
    ROWS[row.key] = row
    return row


def as_table(head, lines):
    """Lines as a table in Markdown."""
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join("| " + " | ".join(map(str, row)) + " |" for row in rows)
