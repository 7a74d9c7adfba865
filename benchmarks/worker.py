"""One side of a row, run in Odoo: reads a request in JSON from each line of its input, and answers with what it took."""

import gc
import importlib
import json
import sys
import threading
import time

from odoo.api import Environment
from odoo.modules.registry import Registry
from odoo.tools import config

from .rows import ROWS

ADMIN = 2


def _environment(cursor):
    user = Environment(cursor, ADMIN, {})["res.users"].browse(ADMIN)
    return Environment(cursor, ADMIN, {**user.context_get(), "allowed_company_ids": user.company_ids.ids})


def measure(registry, row, side):
    """Time one run, and undo it. `cpu` is this process alone, `database` is what it waited for PostgreSQL."""
    side = getattr(ROWS[row], side)
    with registry.cursor() as cursor:
        env = _environment(cursor)
        prepared = side.prepare(env)
        cursor.flush()
        env.invalidate_all()
        gc.collect()
        thread = threading.current_thread()
        thread.query_count = thread.query_time = 0
        cpu, wall = time.process_time(), time.perf_counter()
        side.run(env, prepared)
        cursor.flush()
        taken = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
        taken.update(database=thread.query_time, queries=thread.query_count)
        cursor.rollback()
    registry.clear_cache()
    return taken


def _peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


def memory(registry, row, run):
    """How many megabytes the process grew by at most, over a run that is committed batch by batch."""
    run = ROWS[row].runs[run]
    gc.collect()
    with open("/proc/self/clear_refs", "w") as clear:
        clear.write("5")  # the peak starts from here
    start, batches = _peak(), 0
    more = True
    while more:
        with registry.cursor() as cursor:
            more = run(_environment(cursor))
            batches += 1
    return {"grown": _peak() - start, "batches": batches}


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
