"""Measure all rows, or those named; print the table, and write it to results.md when it is whole."""

import argparse
import contextlib
import importlib
import json
import os
import platform
import statistics
import subprocess
import sys
from datetime import date
from pathlib import Path

from dev import database, odoo, paths, postgres
from dev.console import Failure, child, failure, say, step, wait

from . import data
from .rows import ROWS, WITH, WITHOUT, Memory, as_table

MODULES = ("stages", "dashboards", "transfer")
NAME = f"{database.RUN}_bench"
RESULTS = Path(__file__).parent / "results.md"
README = paths.ROOT / "README.md"
# what stands between these in the README is the short form of the table
MARKS = ("<!-- figures: written by make bench -->\n", "<!-- end of the figures -->\n")


class Worker:
    """Odoo on one database, in a process of its own."""

    def __init__(self, stack, instance, name):
        config = instance.write_config(name, name)
        self.log = paths.LOGS / f"{name}.log"
        self.process = stack.enter_context(
            child(
                [instance.python, "-m", "benchmarks.worker", config, name, *MODULES],
                env=instance.environment(),
                cwd=paths.ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stack.enter_context(self.log.open("w")),
                text=True,
            )
        )
        # it ends by itself when nobody can ask any more
        stack.callback(self.process.stdin.close)

    def ask(self, **request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise failure(f"A run broke off: {request}. Its log is {self.log}; the end:", self.log.read_text())
        return json.loads(answer)


def _databases(instance, *, keep):
    names = {WITHOUT: f"{NAME}_without", WITH: f"{NAME}_with"}
    base = f"{NAME}_base"
    server = instance.server
    if not (keep and database.is_here(instance, base)):
        odoo_base = database.ensure_base(instance)
        with step("Filling the database that all are cloned from"), database.whole(instance, odoo_base, base) as part:
            data.fill(server, part)
    for name in names.values():
        database.clone(instance, base, name)
    database.install(instance, names[WITH])
    server.query(data.ARCHIVED, database=names[WITH])
    for name in names.values():
        server.query("VACUUM ANALYZE", database=name)
    return names


def _vacuum(server, name):
    for table in ("crm_lead", "mail_message", "mail_tracking_value"):
        server.query(f"VACUUM {table}", database=name)


def _measure(server, workers, names, row):
    """Take the two sides in turns; the first turn of the short ones warms up."""
    taken = {"ours": [], "theirs": []}
    for turn in range(row.repetitions + row.warm_up):
        # whoever comes second finds warmer caches: they take turns in that too
        for side in ("ours", "theirs") if turn % 2 else ("theirs", "ours"):
            which = getattr(row, side).database
            _vacuum(server, names[which])
            answer = workers[which].ask(do="measure", row=row.key, side=side)
            if turn >= row.warm_up:
                taken[side].append(answer)
    return taken


def _seconds(taken):
    """What a run cost: processor time, Odoo's and PostgreSQL's, since nothing else that the machine does is in it. The
    clock, where PostgreSQL is on another machine."""
    return taken["python"] + taken["database"] if "database" in taken else taken["wall"]


def _best(taken):
    """The least disturbed of the runs: whatever disturbs one makes it longer."""
    return min(taken, key=_seconds)


def _said(taken):
    best = _best(taken)
    parts = f"Odoo {best['python']:.2f}, PostgreSQL {best['database']:.2f}; " if "database" in best else ""
    return f"{_seconds(best):.2f} s ({parts}{best['queries']:,} queries; on the clock {best['wall']:.2f})"


def _row_line(row, taken):
    value = row.result(_seconds(_best(taken["ours"])), _seconds(_best(taken["theirs"])))
    pairs = [
        row.result(_seconds(one), _seconds(other)) for one, other in zip(taken["ours"], taken["theirs"], strict=True)
    ]
    bar = f"at most {row.bar:g} times" if row.at_most else f"at least {row.bar:g} times faster"
    result = f"{value:.3f} times" if row.at_most else f"{value:.1f} times faster"
    return row.holds(value), [
        row.what,
        row.against,
        _said(taken["ours"]),
        _said(taken["theirs"]),
        f"**{result}** (median of the turns {statistics.median(pairs):.3g})",
        bar,
    ]


def _memory_line(row, worker):
    grown = {name: worker.ask(do="memory", row=row.key, run=name) for name in row.runs}
    worst = max(answer["grown"] for answer in grown.values())
    said = "; ".join(f"{name}: {answer['grown']:.0f} MB" for name, answer in grown.items())
    return worst < row.bar, [row.what, "", said, "", f"**{worst:.0f} MB**", f"less than {row.bar:g} MB"]


def _write(lines):
    """The whole table into results.md, and the README's short one."""
    machine = f"{date.today():%Y-%m-%d}, {os.cpu_count()} cores, Python {platform.python_version()}"
    whole = as_table(
        ["what", "against", "the addon", "the other", "result", "bar", "holds"],
        [[*line, "yes" if holds else "**no**"] for holds, line in lines],
    )
    RESULTS.write_text(
        f"# Benchmarks\n\nMeasured on {machine}, by `make bench`. Seconds of processor time of Odoo and of PostgreSQL for it;"
        f" the best run of each side, which take turns.\n\n{whole}\n"
    )
    short = as_table(
        ["what", "against", "result", "bar"],
        [[what, against, result.partition(" (")[0], bar] for _holds, (what, against, _o, _t, result, bar) in lines],
    )
    begin, end = MARKS
    before, _old, rest = README.read_text().partition(begin)
    README.write_text(f"{before}{begin}\n{short}\n\n({machine})\n\n{end}{rest.partition(end)[2]}")
    return whole


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("rows", nargs="*", help="keys of rows; all by default")
    parser.add_argument("--keep", action="store_true", help="use the data of the last run")
    arguments = parser.parse_args()
    for module in MODULES:
        importlib.import_module(f"benchmarks.{module}")
    if unknown := set(arguments.rows) - ROWS.keys():
        raise Failure(f"There is no row {', '.join(sorted(unknown))}; there are {', '.join(ROWS)}.")
    rows = [row for key, row in ROWS.items() if not arguments.rows or key in arguments.rows]
    # what commits comes last
    rows.sort(key=lambda row: isinstance(row, Memory))
    # two of these at once would measure each other
    with paths.lock("bench", wait), postgres.server() as server:
        instance = odoo.Odoo(server)
        names = _databases(instance, keep=arguments.keep)
        lines = []
        with contextlib.ExitStack() as stack:
            workers = {which: Worker(stack, instance, name) for which, name in names.items()}
            for row in rows:
                with step(row.what):
                    if isinstance(row, Memory):
                        # a server that has just started: what the other rows left in memory would hide the growth
                        lines.append(_memory_line(row, Worker(stack, instance, names[WITH])))
                    else:
                        lines.append(_row_line(row, _measure(server, workers, names, row)))
                say("  " + "; ".join(part for part in lines[-1][1][2:5] if part))
        for name in names.values():
            database.drop(instance, name)
    if not arguments.rows:
        say(_write(lines))
    return 0 if all(holds for holds, _line in lines) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as failed:
        say(f"✗ {failed}")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
