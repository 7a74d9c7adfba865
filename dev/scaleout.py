"""Several Odoo servers on one database: a primary PostgreSQL, a streaming replica of it, three servers.

`one` and `two` know the primary alone; `reading` also has `db_replica_host`. All PostgreSQL parts come out of the
Python wheel, listen on sockets only, and live in a folder of their own that is made anew each time.
"""

import contextlib
import shutil
import tempfile
from pathlib import Path

from . import database, live, postgres
from .console import failure, run, step
from .odoo import Odoo

PORT = "5432"
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


class Cluster:
    """A PostgreSQL of our own."""

    def __init__(self, folder):
        self.folder = folder
        self.admin = postgres.Server(str(folder), PORT, "postgres")
        self.server = postgres.Server(str(folder), PORT, postgres.ROLE)

    def prepare(self):
        self.folder.mkdir(mode=0o700)
        postgres._give(self.folder)

    def configure(self, settings):
        """Write settings for the next start."""
        with (self.folder / "postgresql.conf").open("a") as written:
            written.writelines(f"{key} = '{value}'\n" for key, value in settings.items())

    def execute(self, program, *arguments, what):
        done = postgres._execute(program, *arguments)
        if done.returncode:
            raise failure(what, self.log.read_text() if self.log.exists() else done.stdout)

    def start(self):
        self.execute(
            "pg_ctl", "-w", "-D", self.folder, "-l", self.log, "-o", f"-k '{self.folder}'", "start",
            what=f"The {self.folder.name} PostgreSQL did not start:",
        )  # fmt: skip

    def stop(self):
        self.execute(
            "pg_ctl", "-w", "-D", self.folder, "-m", "immediate", "stop",
            what=f"The {self.folder.name} PostgreSQL did not stop:",
        )  # fmt: skip

    @property
    def log(self):
        return self.folder / "log"

    def mark(self):
        return self.log.stat().st_size

    def statements(self, since, application):
        """What it was asked by one Odoo server since a `mark`."""
        with self.log.open("rb") as written:
            written.seek(since)
            lines = written.read().decode(errors="replace").splitlines()
        found, ours = [], False
        for line in lines:
            if line.startswith("\t"):
                if ours:
                    found[-1] += "\n" + line.strip()
                continue
            prefix, said, statement = line.partition("statement: ")
            ours = bool(said) and prefix.startswith(application + "|")
            if ours:
                found.append(statement)
        return found


class Topology:
    def __init__(self, name, folder):
        self.database = name
        self.folder = folder
        self.primary = Cluster(self.folder / "primary")
        self.replica = Cluster(self.folder / "replica")
        self.sites = {}

    def wait_for_replica(self, wait):
        """Whether a commit is answered when the replica shows it, or when the primary has it."""
        names = PRIMARY["synchronous_standby_names"] if wait else ""
        self.primary.admin.query(f"ALTER SYSTEM SET synchronous_standby_names = '{names}'")
        self.primary.admin.query("SELECT pg_reload_conf()")


@contextlib.contextmanager
def topology(name, prepare):
    """Yield the running `Topology` around a database that `prepare(odoo, database)` fills."""
    with contextlib.ExitStack() as stack:
        # a short path, for the socket files, that PostgreSQL's account may pass through
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bjet-", ignore_cleanup_errors=True)))
        folder.chmod(0o711)
        found = Topology(name, folder)
        _start_primary(found, stack)
        instance = Odoo(found.primary.server)
        stack.callback(shutil.rmtree, database.filestore(name), ignore_errors=True)
        _fill(found, instance, prepare)
        _start_replica(found, stack)
        options = {"log_level": "info", "list_db": "False"}
        reading = {"db_replica_host": found.replica.server.host, "db_replica_port": found.replica.server.port}
        with step("Starting three Odoo servers on one database"):
            for server, more in (("one", {}), ("two", {}), ("reading", reading)):
                found.sites[server] = stack.enter_context(
                    live.serving(instance, f"{name}_{server}", name, db_app_name=server, **options, **more)
                )
        yield found


def _start_primary(found, stack):
    primary = found.primary
    with step("Starting a primary PostgreSQL"):
        primary.prepare()
        primary.execute(
            "initdb", "--auth=trust", "--encoding=UTF8", "--username=postgres", "--pgdata", primary.folder,
            *postgres.LOCALE, what="The primary PostgreSQL could not be set up:",
        )  # fmt: skip
        # nobody to wait for before there is a replica
        primary.configure({**PRIMARY, **EVIDENCE, "synchronous_standby_names": ""})
        primary.start()
        stack.callback(primary.stop)
        primary.admin.query(f"CREATE ROLE {postgres.ROLE} LOGIN CREATEDB REPLICATION")


def _start_replica(found, stack):
    primary, replica = found.primary, found.replica
    with step("Copying it to a streaming replica"):
        replica.prepare()
        replica.execute(
            "pg_basebackup", "-D", replica.folder, "-R", "-X", "stream", "-c", "fast",
            "-d", f"host={primary.server.host} port={PORT} user={postgres.ROLE} application_name=replica",
            what="The replica could not be copied from the primary:",
        )  # fmt: skip
        # what belongs to the running primary, not to its data
        for left in ("log", f".s.PGSQL.{PORT}", f".s.PGSQL.{PORT}.lock"):
            (replica.folder / left).unlink(missing_ok=True)
        replica.configure(REPLICA)
        replica.start()
        stack.callback(replica.stop)
        found.wait_for_replica(True)


def _fill(found, instance, prepare):
    """Copy a database with the addon from the server that the tests share."""
    source = f"{found.database}_source"
    with postgres.server() as shared:
        origin = Odoo(shared)
        database.clone(origin, database.ensure_base(origin), source)
        try:
            database.install(origin, source)
            prepare(origin, source)
            with step("Copying it into the primary"):
                dump = found.folder / "dump.sql"
                programs = postgres._binaries()
                run(
                    [programs / "pg_dump", "--no-owner", "-f", dump, source],
                    "The database could not be copied.",
                    env=origin.environment(),
                )
                found.primary.server.create(found.database)
                run(
                    [programs / "psql", "-q", "-v", "ON_ERROR_STOP=1", "-f", dump, found.database],
                    "The database could not be copied.",
                    env=instance.environment(),
                )
                dump.unlink()
                if database.filestore(source).exists():
                    shutil.copytree(database.filestore(source), database.filestore(found.database), dirs_exist_ok=True)
        finally:
            database.drop(origin, source)
