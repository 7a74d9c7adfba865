"""Odoo itself: where it is, its Python, its configuration, and how its commands are run."""

import hashlib
import os
import re
import subprocess
import sys
import venv
from pathlib import Path

from . import debian, paths
from .console import Failure, Progress, run, step

LOADING = re.compile(r"Loading module (\S+) \((\d+)/(\d+)\)")


def ensure_home():
    """The folder that holds the Python package `odoo`: a checkout named by ODOO_HOME, or Debian's."""
    named = os.environ.get("ODOO_HOME")
    if not named:
        return debian.ensure_odoo()
    home = Path(named).expanduser().resolve()
    if not (home / "odoo" / "release.py").exists() and not (home / "odoo" / "__init__.py").exists():
        raise Failure(f"ODOO_HOME is {home}, and there is no Odoo in it: name a checkout of Odoo 19.")
    return home


def ensure_python():
    """A virtual environment with what the lock file pins; return its interpreter."""
    python = paths.VENV / "bin" / "python"
    stamp = paths.VENV / ".lock"
    digest = hashlib.sha256(paths.LOCK.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return python
    if sys.version_info < (3, 10):  # noqa: UP036 - said in a sentence, before pip says it in fifty
        raise Failure("Odoo 19 needs Python 3.10 or later: run make with PYTHON=python3.11, say.")
    with step("Installing Odoo's Python packages"):
        venv.create(paths.VENV, with_pip=True)
        run(
            [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes", "-r", paths.LOCK],
            "The Python packages could not be installed; run the same command again.",
        )
        stamp.write_text(digest)
    return python


class Odoo:
    """One Odoo 19 with the addon on its path, on one PostgreSQL server."""

    def __init__(self, server, extra_addons=()):
        self.server = server
        self.home = ensure_home()
        self.python = ensure_python()
        self.extra_addons = tuple(extra_addons)

    @property
    def addons_path(self):
        folders = [self.home / "odoo" / "addons", self.home / "addons", paths.ROOT, *self.extra_addons]
        return ",".join(str(folder) for folder in folders if folder.is_dir() and any(folder.iterdir()))

    def environment(self):
        return {
            **os.environ,
            **self.server.environment(),
            "PYTHONPATH": os.pathsep.join([str(self.home), str(paths.ROOT)]),
            "PYTHONUNBUFFERED": "1",
        }

    def write_config(self, name, database, **options):
        """Write a configuration file, and return its path."""
        paths.LOGS.mkdir(parents=True, exist_ok=True)
        paths.FILESTORE.mkdir(parents=True, exist_ok=True)
        settings = {
            "addons_path": self.addons_path,
            "data_dir": paths.FILESTORE,
            "db_host": self.server.host,
            "db_port": self.server.port,
            "db_user": self.server.user,
            "db_name": database,
            "dbfilter": f"^{re.escape(database)}$",
            "list_db": "False",
            "http_interface": "127.0.0.1",
            "max_cron_threads": "0",
            "admin_passwd": "admin",
            **options,
        }
        if self.server.password:
            settings["db_password"] = self.server.password
        path = paths.STATE / f"{name}.conf"
        lines = [f"{key} = {value}" for key, value in settings.items()]
        path.write_text("[options]\n" + "\n".join(lines) + "\n")
        path.chmod(0o600)
        return path

    def command(self, *arguments):
        return [str(self.python), "-m", "odoo", *map(str, arguments)]

    def call(self, name, database, *arguments, failure):
        """Run Odoo until it stops, with a progress line; its log goes to a file. Return the log's path."""
        config = self.write_config(name, database)
        log = paths.LOGS / f"{name}.log"
        progress = Progress()
        with log.open("w") as written, subprocess.Popen(
            self.command("server", "-c", config, "-d", database, "--stop-after-init", "--no-http", *arguments),
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            for line in process.stdout:
                written.write(line)
                if match := LOADING.search(line):
                    progress.show(int(match[2]), int(match[3]), match[1])
        progress.close()
        if process.returncode:
            shown = "".join("    " + line for line in log.read_text().splitlines(keepends=True)[-12:])
            raise Failure(f"{failure} Odoo's log is {log}; its end:\n{shown}")
        return log

    def shell(self, name, database, script):
        """Run a script in Odoo's shell (`env` is there), and return what it printed."""
        config = self.write_config(name, database)
        return run(
            self.command("shell", "-c", config, "-d", database, "--no-http", "--log-level=warn"),
            "Odoo's shell refused a script.",
            env=self.environment(),
            input=script,
        )
