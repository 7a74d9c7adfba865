"""One side of a row, run in Odoo: reads a request in JSON from each line of its input, and answers with what it took."""

import gc
import importlib
import json
import sys
import time

from odoo.api import Environment
from odoo.modules.registry import Registry
from odoo.tools import SQL, config

from .rows import ROWS

ADMIN = 2


def _environment(cursor):
    user = Environment(cursor, ADMIN, {})["res.users"].browse(ADMIN)
    return Environment(cursor, ADMIN, {**user.context_get(), "allowed_company_ids": user.company_ids.ids})


def _backend_seconds(pid):
    """The processor time of the PostgreSQL process behind a connection; None where it runs on another machine."""
    try:
        with open(f"/proc/{pid}/schedstat") as spent:
            return int(spent.read().split()[0]) / 1e9
    except OSError:
        return None


def measure(registry, row, side):
    """Time one run, and undo it: the processor time of this process and of PostgreSQL for it, and the time on the clock."""
    side = getattr(ROWS[row], side)
    with registry.cursor() as cursor:
        env = _environment(cursor)
        prepared = side.prepare(env)
        cursor.flush()
        env.invalidate_all()
        gc.collect()
        [(backend,)] = env.execute_query(SQL("SELECT pg_backend_pid()"))
        queries = cursor.sql_log_count
        database, python, wall = _backend_seconds(backend), time.process_time(), time.perf_counter()
        side.run(env, prepared)
        cursor.flush()
        taken = {"wall": time.perf_counter() - wall, "python": time.process_time() - python}
        taken["queries"] = cursor.sql_log_count - queries
        if database is not None:
            taken["database"] = _backend_seconds(backend) - database
        cursor.rollback()
    registry.clear_cache()
    return taken


def _peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


def memory(registry, row, run):
    """How many megabytes the process grew by at most, over a run that is committed batch by batch."""
    run = ROWS[row].runs[run]
    with registry.cursor() as cursor:
        # what any request loads, and keeps
        env = _environment(cursor)
        env["crm.lead"].search([], limit=1).write({"priority": "1"})
        cursor.rollback()
    gc.collect()
    with open("/proc/self/clear_refs", "w") as clear:
        clear.write("5")  # the peak starts from here
    start, remaining = _peak(), True
    while remaining:
        with registry.cursor() as cursor:
            remaining = run(_environment(cursor))["remaining"]
    return {"grown": _peak() - start}


def main():
    configuration, database, *modules = sys.argv[1:]
    # what the program prints is the protocol; anything else goes where errors go
    answers, sys.stdout = sys.stdout, sys.stderr
    config.parse_config(["-c", configuration, "-d", database, "--log-level=error"], setup_logging=True)
    for module in modules:
        importlib.import_module(f"benchmarks.{module}")
    registry = Registry(database)
    for line in sys.stdin:
        request = json.loads(line)
        answer = {"measure": measure, "memory": memory}[request.pop("do")](registry, **request)
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
