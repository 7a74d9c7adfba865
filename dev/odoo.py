"""Odoo itself: where it is, its Python, its configuration, and how its commands are run."""

import functools
import hashlib
import importlib.util
import os
import platform
import re
import secrets
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from . import checkout, debian, paths
from .console import Failure, Progress, run, step, wait

SCRIPT = paths.ROOT / "dev" / "bin" / "odoo-bin"
LOADING = r"Loading module (?!base )(?P<what>\S+) \((?P<done>\d+)/(?P<total>\d+)\)"
LOOKED_AT = r"^(?:Collecting (?:\S*/)?(?P<what>\S+)|Processing|Ignoring)"
SERIES = "19.0"
# as in Odoo's release.py
MIN_PYTHON, MAX_PYTHON = (3, 10), (3, 13)
NO_VENV = "Python could not make a virtual environment ({}); on Debian it needs the package python3-venv."
NO_ODOO = (
    "Odoo 19 comes from a Debian package or from its public repository, and this machine has neither an apt with a Debian"
    " mirror nor git: install git, or set ODOO_HOME to a checkout of Odoo 19."
)


def named_home():
    """The folder that ODOO_HOME names, where the Python package `odoo` is, or None."""
    if not os.environ.get("ODOO_HOME"):
        return None
    home = Path(os.environ["ODOO_HOME"]).expanduser().resolve()
    try:
        for folder in (home, home / debian.HOME):
            release = folder / "odoo" / "release.py"
            if release.exists():
                if series(release.read_text()) != SERIES:
                    raise Failure(f"ODOO_HOME is {home}, which is not Odoo {SERIES}.")
                if not any((addons / "crm" / "__manifest__.py").exists() for addons in _addons(folder)):
                    raise Failure(f"ODOO_HOME is {home}, which has no addons: name a whole checkout of Odoo {SERIES}.")
                return folder
        # what may not be looked into does not seem to be there
        os.listdir(home)
    except PermissionError as error:
        raise Failure(f"ODOO_HOME is {home}, and this user may not read {error.filename}.") from None
    except OSError:
        pass
    raise Failure(f"ODOO_HOME is {home}, and there is no Odoo in it: name a checkout of Odoo {SERIES}.")


def _addons(home):
    """A checkout keeps addons in two places; Debian's package has all in the first, and debris in the second."""
    return home / "odoo" / "addons", home / "addons"


def series(release):
    """The series ('19.0') that the text of Odoo's release.py tells; empty when it tells none."""
    found = re.search(r"^version_info = \((\d+), (\d+)", release, re.MULTILINE)
    return ".".join(found.groups()) if found else ""


def version_asked():
    """What ODOO_VERSION asks for: a version of Debian's package, a commit or a tag of the repository; or nothing."""
    version = os.environ.get("ODOO_VERSION", "")
    if not re.fullmatch(r"[\w.+~-]*", version):
        raise Failure(f"ODOO_VERSION is {version}, which is no version of Odoo's package and no commit.")
    return version


def ensure_home():
    """The folder that holds the Python package `odoo`: in a checkout named by ODOO_HOME, in Debian's package, or in a clone
    of Odoo's repository, where ODOO_GIT names one or no Debian mirror is known."""
    if home := named_home():
        return home
    source = checkout if _from_repository() else debian
    with paths.lock("odoo", wait):
        return source.ensure_odoo(version_asked())


def _from_repository():
    if os.environ.get("ODOO_GIT"):
        return True
    return not (debian.unpacked_version(debian.folder(version_asked())) or debian.mirror())


def _check_python():
    if not MIN_PYTHON <= sys.version_info[:2] <= MAX_PYTHON:
        raise Failure("Odoo 19 needs Python 3.10 to 3.13: run make with PYTHON=python3.11, say.")


def check():
    """Say at once what this machine lacks, before anything is brought."""
    _check_python()
    is_there = named_home() or not _from_repository() or checkout.folder(version_asked()).exists()
    if not is_there and not shutil.which("git"):
        raise Failure(NO_ODOO)
    if not importlib.util.find_spec("ensurepip") and not paths.VENV.exists():
        raise Failure(NO_VENV.format("there is no ensurepip"))


def ensure_python(folder=paths.VENV, requirements=paths.REQUIREMENTS, what="Odoo's Python packages"):
    """A virtual environment with what a lock file pins; return its interpreter."""
    _check_python()
    python, stamp = folder / "bin" / "python", folder / ".lock"
    pinned = requirements.read_text()
    digest = hashlib.sha256(pinned.encode()).hexdigest()
    with paths.lock(folder.name, wait):
        if stamp.exists() and stamp.read_text() == digest and python.exists():
            return python
        with step(f"Installing {what}"):
            try:
                venv.EnvBuilder(with_pip=True, clear=not python.exists()).create(folder)
            except (subprocess.CalledProcessError, OSError, ImportError) as error:
                raise Failure(NO_VENV.format(error)) from None
            # pip looks at each package that this machine needs; the unpacking at the end takes a while too
            total = len(re.findall(r"^[\w.-]+==", pinned, re.MULTILINE)) + 5
            run(
                [
                    python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar=off",
                    "--require-hashes", "-r", requirements,
                ],
                "The Python packages could not be installed; run the same command again.",
                progress=Progress(LOOKED_AT, total),
            )  # fmt: skip
            stamp.write_text(digest)
    return python


class Odoo:
    """One Odoo 19 with the addon on its path, on one PostgreSQL server."""

    def __init__(self, server, extra_addons=(), program=(SCRIPT,)):
        self.server, self.program = server, program
        self.home = ensure_home()
        self.python = ensure_python()
        self.extra_addons = tuple(extra_addons)
        for folder in (paths.LOGS, paths.FILESTORE):
            folder.mkdir(parents=True, exist_ok=True)

    @functools.cached_property
    def version(self):
        """Which Odoo this is, as exactly as it is known."""
        for folder in self.home.parents:
            if found := debian.unpacked_version(folder):
                return f"Debian's package {found}"
        return checkout.commit(self.home) or f"Odoo {SERIES} in {self.home}"

    @property
    def addons_path(self):
        folders = list(_addons(self.home))
        if (folders[0] / "crm").exists():
            folders.pop()
        return ",".join(map(str, [*folders, paths.ROOT, *self.extra_addons]))

    def folder(self, path):
        """Where a module, or a path that begins with one, is among the addons."""
        for folder in map(Path, self.addons_path.split(",")):
            if (folder / path).exists():
                return folder / path
        raise Failure(f"This Odoo has no {path}.")

    def environment(self):
        local = ",".join(
            filter(None, [os.environ.get("no_proxy") or os.environ.get("NO_PROXY"), "localhost,127.0.0.1"])
        )
        return {
            **os.environ,
            **self.server.environment(),
            # the venv first: Odoo starts itself again by the name of its interpreter
            "PATH": os.pathsep.join([str(self.python.parent), os.environ.get("PATH", "")]),
            # Odoo's tests talk to its server; no proxy would find it
            "no_proxy": local,
            "NO_PROXY": local,
            "PYTHONPATH": os.pathsep.join([str(self.home), str(paths.ROOT)]),
            "PYTHONUNBUFFERED": "1",
        }

    def write_config(self, name, database, **options):
        """Write a configuration file, and return its path. The password, if any, stays in PGPASSWORD."""
        settings = {
            "addons_path": self.addons_path,
            "data_dir": paths.FILESTORE,
            "screenshots": paths.SCREENSHOTS,
            "db_host": self.server.host,
            "db_port": self.server.port,
            "db_user": self.server.user,
            "db_name": database,
            "dbfilter": f"^{re.escape(database)}$",
            "list_db": "False",
            "http_interface": "127.0.0.1",
            "max_cron_threads": "0",
            "admin_passwd": secrets.token_urlsafe(),
            **options,
        }
        path = paths.STATE / f"{name}.conf"
        path.unlink(missing_ok=True)
        path.touch(0o600, exist_ok=False)
        lines = [f"{key} = {value}" for key, value in settings.items() if value is not None]
        path.write_text("\n".join(["[options]", *lines, ""]))
        return path

    def start_log(self, name):
        """An empty log, but for what ran: which Odoo, which Python."""
        path = paths.LOGS / f"{name}.log"
        path.write_text(f"# {self.version}, Python {platform.python_version()}\n")
        return path

    def command(self, *arguments):
        return [self.python, *self.program, *arguments]

    def call(self, name, database, *arguments, failure):
        """Run Odoo's server until it has done what the arguments say; see `cli`."""
        return self.cli(name, database, ["server", "--stop-after-init", "--no-http"], *arguments, failure=failure)

    def cli(self, name, database, command, *arguments, failure):
        """Run one of Odoo's commands, with a progress line; its log goes to a file. Return the log's path."""
        config = self.write_config(name, database)
        log = self.start_log(name)
        run(
            self.command(*command, "-c", config, "-d", database, *arguments), failure,
            progress=Progress(LOADING), log=log, env=self.environment(),
        )  # fmt: skip
        return log

    def shell(self, name, database, script):
        """Run a script in Odoo's shell (`env` is there), and return what it printed."""
        config = self.write_config(name, database)
        command = self.command("shell", "-c", config, "-d", database, "--no-http", "--log-level=warn")
        return run(command, "Odoo's shell refused a script.", env=self.environment(), script=script)
