"""Several Odoo servers on one database: a primary PostgreSQL, a streaming replica of it, three servers.

`one` and `two` know the primary alone; `reading` also has `db_replica_host`. All PostgreSQL parts come out of the
Python wheel, listen on sockets only, and live in a folder of their own that is made anew each time.
"""

import contextlib
import re
import shutil
import tempfile
from pathlib import Path
from typing import NamedTuple

from . import database, live, postgres
from .console import run, step
from .odoo import Odoo

PRIMARY = {
    "listen_addresses": "",
    "wal_level": "replica",
    "max_wal_senders": "4",
    "max_connections": "100",
    "shared_buffers": "128MB",
    # a commit is answered when the replica shows it, so that whoever wrote reads what they wrote
    "synchronous_standby_names": "replica",
    "synchronous_commit": "remote_apply",
}
REPLICA = {
    "hot_standby": "on",
    # queries outlive the vacuum of rows that they still see
    "hot_standby_feedback": "on",
    "max_standby_streaming_delay": "30s",
}
EVIDENCE = {
    # which statements each of the two answered, by the name that each Odoo server gives itself
    "log_statement": "all",
    "log_line_prefix": "%a|%d|",
}


class Watched(postgres.Cluster):
    """A PostgreSQL that tells what it was asked."""

    def mark(self):
        return self.log.stat().st_size

    def statements(self, since, application):
        """What it was asked by one Odoo server since a `mark`."""
        with self.log.open("rb") as written:
            written.seek(since)
            text = written.read().decode(errors="replace")
        # the lines of one statement but the first begin with a tab
        return re.findall(rf"^{application}\|.*?statement: (.*(?:\n\t.*)*)", text, re.MULTILINE)


class Topology(NamedTuple):
    """The two PostgreSQL servers, and by their names the Odoo servers on them."""

    primary: Watched
    replica: Watched
    sites: dict

    def wait_for_replica(self, wait):
        """Whether a commit is answered when the replica shows it, or when the primary has it."""
        names = PRIMARY["synchronous_standby_names"] if wait else ""
        self.primary.admin.query(f"ALTER SYSTEM SET synchronous_standby_names = '{names}'")
        self.primary.admin.query("SELECT pg_reload_conf()")


@contextlib.contextmanager
def topology(name, origin, source, prepare):
    """Yield the running `Topology` around a copy of a database of the Odoo `origin`, to which `prepare(odoo, database)`
    adds what it wants."""
    with contextlib.ExitStack() as stack:
        # a short path, for the socket files, that PostgreSQL's account may pass through
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bjet-", ignore_cleanup_errors=True)))
        folder.chmod(0o711)
        found = Topology(Watched("primary", folder / "primary"), Watched("replica", folder / "replica"), {})
        with step("Starting a primary PostgreSQL"):
            # nobody to wait for before there is a replica
            found.primary.make({**PRIMARY, **EVIDENCE, "synchronous_standby_names": ""}, *postgres.INITDB)
            found.primary.start()
            stack.callback(found.primary.stop, "immediate")
        instance = Odoo(found.primary)
        with step("Copying a database into it"):
            _copy(origin, source, instance, name, folder / "dump.sql")
            stack.callback(shutil.rmtree, database.filestore(name), ignore_errors=True)
            prepare(instance, name)
        with step("Copying it to a streaming replica"):
            _replicate(found.primary, found.replica)
            stack.callback(found.replica.stop, "immediate")
            found.wait_for_replica(True)
        reading = {"db_replica_host": found.replica.host, "db_replica_port": found.replica.port}
        with step("Starting three Odoo servers on one database"):
            for server, more in (("one", {}), ("two", {}), ("reading", reading)):
                found.sites[server] = stack.enter_context(
                    live.serving(instance, f"{name}_{server}", name, db_app_name=server, **more)
                )
        yield found


def _copy(origin, source, instance, name, dump):
    programs, broken = postgres.binaries(), "The database could not be copied."
    run([programs / "pg_dump", "--no-owner", "-f", dump, source], broken, env=origin.environment())
    instance.server.create(name)
    load = [programs / "psql", "-q", "-v", "ON_ERROR_STOP=1", "-f", dump, name]
    run(load, broken, env=instance.environment())
    shutil.copytree(database.filestore(source), database.filestore(name), dirs_exist_ok=True)


def _replicate(primary, replica):
    replica.make(
        REPLICA, "pg_basebackup", "-R", "-X", "stream", "-c", "fast",
        "-d", f"host={primary.host} port={primary.port} user={primary.user} application_name=replica",
    )  # fmt: skip
    # what belongs to the running primary, not to its data
    for left in ("log", f".s.PGSQL.{primary.port}", f".s.PGSQL.{primary.port}.lock"):
        (replica.folder / left).unlink(missing_ok=True)
    replica.start()
