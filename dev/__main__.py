"""The commands behind the Makefile: `python3 -m dev COMMAND`. `make help` lists the most used."""

import argparse
import contextlib
import errno
import os
import re
import shutil
import signal
import socket
import sys
import time
from pathlib import Path

from . import beside, browser, database, guide, live, odoo, paths, postgres, translations, upstream
from . import lint as linters
from .console import Failure, call, command_of, die_with_parent, disk_is_full, full_disk, say, step

FIRST_RUN_SPACE = 3 << 30
SPACE = 512 << 20
LOAD = "load"
RELOAD = ["--dev=reload,xml"]
SYSTEM_DATABASES = {"postgres", "template0", "template1"}

INSTALLATION_TESTS = [
    paths.ROOT / "dev" / "tests" / f"test_{name}.py"
    for name in ("plain", "documentation", "ownership", "upstream", "translations", "lifecycle")
]
# What is plain Python in an addon needs neither Odoo nor a server
INSTALLATION_TESTS += [folder for addon in paths.ADDONS if (folder := addon / "tests_plain").is_dir()]

PARSER = argparse.ArgumentParser(prog="python3 -m dev", description=__doc__)
COMMANDS = PARSER.add_subparsers(required=True)


def option(*names, **more):
    """An option of a command, as argparse is told of it."""
    return names, more


def command(name, *options):
    """Make a function a command; it is given the values of the options by their names."""

    def add(function):
        parser = COMMANDS.add_parser(name, help=function.__doc__, description=function.__doc__)
        parser.set_defaults(call=function)
        for names, more in options:
            parser.add_argument(*names, **more)
        return function

    return add


def _check_space():
    paths.STATE.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(paths.STATE).free
    needed = SPACE if (paths.VENV / ".lock").exists() else FIRST_RUN_SPACE
    if free < needed:
        raise Failure(
            f"There are {free >> 20} MB free on the disk of {paths.STATE}, and {needed >> 20} MB are needed:"
            " make room, or set BJET_DEV_DIR to a folder on another disk."
        )


def _check_name():
    """A name that PostgreSQL, Odoo's filter of databases and the names of files take, with more behind it."""
    if not re.fullmatch(r"[A-Za-z0-9][\w-]{0,39}", database.RUN, re.ASCII) or database.RUN in SYSTEM_DATABASES:
        raise Failure(
            f"BJET_DB is {database.RUN!r}, which is no name for a database here: take up to 40 letters without accents,"
            " digits, - and _, beginning with a letter or a digit."
        )


def _check_port(port, host="127.0.0.1"):
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise Failure(f"Port {port} is for root only: choose another with make run PORT=8070.") from None
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise Failure(f"This machine has no address {host} to listen at: {error.strerror}.") from None
            holder = _own_server(port)
            raise Failure(
                f"Port {port} is taken by {f'an Odoo of this clone, process {holder}' if holder else 'another program'}:"
                f" stop it{f' (kill {holder})' if holder else ''}, or choose another with make run PORT={port + 1}."
            ) from None


def _own_server(port):
    """The process id of a server that was started here for a port, if the system tells."""
    config = re.compile(rf"{re.escape(str(paths.STATE))}/\S+_{port}\.conf")
    return next(
        (int(entry.name) for entry in Path("/proc").glob("[0-9]*") if config.search(command_of(entry.name))), None
    )


def _port(text):
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"a port is a number from 1 to 65535, not {text}")
    return int(text)


def _enter_venv():
    """Go on in the project's own Python, if this is another one."""
    odoo.check()
    postgres.named()
    python = odoo.ensure_python()
    if os.path.realpath(sys.prefix) != os.path.realpath(paths.VENV):
        os.execv(python, [str(python), "-m", "dev", *sys.argv[1:]])


@contextlib.contextmanager
def _odoo(*needed):
    """Odoo on a running server, in the project's own Python, after what else has to be on the machine."""
    for ensure in needed:
        ensure()
    _enter_venv()
    with postgres.server() as server:
        yield odoo.Odoo(server)


@command(
    "run",
    option("--port", type=_port, default=8069),
    option("--host", default="127.0.0.1", help="the address to listen at; 0.0.0.0 is all of them"),
    option("--dev", action="store_true", help="load changed Python and views by itself"),
)
def run(port, host, dev):
    """Serve the addons with demo data."""
    _check_port(port, host)
    with _odoo() as instance:
        while dev:
            with _waiting_for_a_change():
                return _serve(instance, port, host, RELOAD)
        return _serve(instance, port, host)


def _serve(instance, port, host, options=()):
    name = database.ensure_run(instance)
    with live.serving(
        instance, f"{name}_{port}", name, *options, http_port=port, http_interface=host, max_cron_threads=1
    ) as site:
        say(
            f"\nOdoo 19 ({instance.version}) with {' and '.join(database.MODULES.split(','))}:"
            f" {site.url.replace('127.0.0.1', 'localhost')}\n"
            "  administrator   admin / admin\n"
            "  salesperson     demo / demo\n"
            f"  log             {site.log}\n"
            + ("  a changed view shows at once, changed Python after some seconds; what adds a field, a record or a\n"
               "  menu needs an update: make run again\n" if options else "")
            + "Ctrl-C stops it; the database is kept."
        )  # fmt: skip
        try:
            while site.process.poll() is None:
                time.sleep(1)
                instance.server.revive()
        except KeyboardInterrupt:
            say("\n» Stopping; the next make run serves the same database.")
            return 0
    raise live.stopped(site)


@contextlib.contextmanager
def _waiting_for_a_change():
    """Say what failed, and let the person mend it."""
    try:
        yield
    except Failure as failed:
        say(f"✗ {failed}")
        # Odoo takes a change in the middle of its start for Ctrl-C
        if not str(failed).endswith("KeyboardInterrupt"):
            say("  Waiting for a change of the addons, to start it again.")
            before = _state_of_addons()
            while _state_of_addons() == before:
                time.sleep(0.5)


def _state_of_addons():
    files = (path for addon in paths.ADDONS for path in addon.rglob("*") if path.suffix in {".py", ".xml", ".csv"})
    return {path: path.stat().st_mtime_ns for path in files if path.exists()}


@command(
    "test",
    option("--keep", action="store_true", help="reuse the last test database, updated if the addons changed"),
    option("--update", action="store_true", help="with --keep: update it in any case"),
    option("pytest", nargs="*", help="arguments for pytest, after --"),
)
def test(keep, update, pytest):
    """Run the tests on a fresh database."""
    busy = "  Another test run is using this database: waiting for it."
    with _odoo(browser.ensure) as instance, paths.lock(database.TEST, lambda: say(busy)):
        kept = keep and database.is_here(instance, database.TEST)
        database.ensure(instance, database.TEST, anew=not kept, update=update)
        config = instance.write_config(
            database.TEST, database.TEST, http_port=live.free_port(), gevent_port=live.free_port(), log_level="warn"
        )
        odoo_tests = (f"--odoo-config={config}", "--odoo-http", "-p", "dev.tours")
        with step(f"Running the addons' tests on {instance.version}"):
            folders = filter(Path.is_dir, (addon / "tests" for addon in paths.ADDONS))
            code = _pytest(instance, *odoo_tests, *(pytest or folders))
        if pytest:
            return code
        # after them, not beside them: a busy machine makes browser tests miss their time
        with step("Running the tests of the installation"):
            return _pytest(instance, "-p", "no:odoo", "-p", "dev.plain", *INSTALLATION_TESTS) or code


@command("test-system", option("pytest", nargs="*", help="arguments for pytest instead of all files, after --"))
def test_system(pytest):
    """Run the tests that start servers of their own: faults, several servers, other addons beside ours."""
    with _odoo() as instance:
        files = sorted(set((paths.ROOT / "dev" / "tests").glob("test_*.py")) - set(INSTALLATION_TESTS))
        with step("Running the tests on servers"):
            code = _pytest(instance, "-p", "no:odoo", "-rs", *(pytest or files))
        if code != 1 or pytest:
            return code
        # servers that race each other miss their time on a busy machine: what fails has to fail alone, too
        with step("Running those that failed again"):
            return _pytest(instance, "-p", "no:odoo", "--last-failed", *files)


def _pytest(instance, *arguments):
    """Run pytest; return its exit code."""
    command = [
        instance.python, "-m", "pytest", "-c", paths.ROOT / "pyproject.toml", "--rootdir", paths.ROOT,
        "-o", f"cache_dir={paths.STATE / 'pytest' / database.RUN}", *arguments,
    ]  # fmt: skip
    return call(command, env=instance.environment(), cwd=paths.ROOT)


@command("test-upstream", option("suites", nargs="*", help=f"only these: {', '.join(upstream.SUITES)}"))
def test_upstream(suites):
    """Compare Odoo's own tests with the addon and without it."""
    with _odoo(browser.ensure) as instance:
        return upstream.run(instance, suites)


@command("test-beside")
def test_beside():
    """Run the tests of the OCA's addons with the addon and without it."""
    with _odoo(browser.ensure) as instance:
        return beside.run(instance.server)


@command(
    "bench",
    option("--keep", action="store_true", help="use the data of the last run"),
    option("rows", nargs="*", help=f"only these rows; {LOAD} is a server under load"),
)
def bench(keep, rows):
    """Measure what the addon costs and saves, against Odoo's own, and then a server under load."""
    runs = []
    if rows != [LOAD]:
        runs.append(["benchmarks", *(["--keep"] if keep else []), *(row for row in rows if row != LOAD)])
    if LOAD in rows or not rows:
        browser.ensure()
        runs.append(["benchmarks.load"])
    _enter_venv()
    return max([call([sys.executable, "-m", *run], cwd=paths.ROOT) for run in runs])


command("lint", option("hooks", nargs="*", help="only these hooks"))(linters.lint)
command("lock", option("--upgrade", action="store_true", help="to their newest versions"))(linters.lock)


@command("i18n", option("--check", action="store_true", help="only tell what is not current or not translated"))
def i18n(check):
    """Export the addon's strings, and merge them into the Ukrainian ones."""
    with _odoo() as instance:
        # with demo data, for the addon's own has strings too
        name = f"{database.RUN}_strings"
        database.clone(instance, database.ensure_base(instance, demo=True), name)
        database.install(instance, name)
        lines = translations.problems(instance, name, write=not check)
        database.drop(instance, name)
    say("\n".join(lines) if lines else "The translation files are current, and all strings are in Ukrainian.")
    return 1 if lines else 0


@command("setup")
def setup():
    """Prepare everything, start nothing."""
    with _odoo(browser.ensure) as instance:
        database.ensure_base(instance)
        database.ensure_base(instance, demo=True)
    return 0


@command(
    "docs",
    option(
        "chapters", metavar="chapter", nargs="*", help="only these, into the folder of the project's state, unchecked"
    ),
)
def docs(chapters):
    """Take the pictures of the guide again, and check it."""
    with _odoo(browser.ensure, browser.ensure_font) as instance:
        return guide.build(instance.server, f"{database.RUN}_docs", chapters)


@command("shell", option("name", metavar="database", nargs="?", default=database.RUN))
def shell(name):
    """Open Odoo's shell on a database."""
    with _odoo() as instance:
        # Odoo would make a folder for its files, which tells `clean` that the database was made here
        if not database.is_here(instance, name):
            raise Failure(f"No database {name} was made here: make run makes one.")
        config = instance.write_config(f"{database.RUN}_shell", name)
        return call(
            instance.command("shell", "-c", config, "--no-http", "--log-level=warn"), env=instance.environment()
        )


@command("python", option("arguments", nargs="*", help="a script or -m module with its arguments, after --"))
def python(arguments):
    """Run the project's Python, with Odoo on its path and PG* naming a running server: scripts of any kind."""
    with _odoo() as instance:
        return call([instance.python, *arguments], env=instance.environment(), cwd=paths.ROOT)


@command("postgres")
def serve_postgres():
    """Keep PostgreSQL running, for work with several commands at once."""
    _enter_venv()
    with postgres.server() as server, contextlib.suppress(KeyboardInterrupt):
        say(" ".join(f"{key}={value}" for key, value in server.environment().items()))
        while True:
            time.sleep(1)
            server.revive()
    return 0


@command("clean")
def clean():
    """Remove what was made here, and this clone's databases on every server that was used; say what stays."""
    if not paths.NAMED and (paths.ROOT / ".dev").is_symlink():
        raise Failure(f".dev is a link to {paths.STATE}, which other clones may use: remove what is there by hand.")
    if (paths.VENV / ".lock").exists():
        _enter_venv()
        if not postgres.stop_unused():
            raise Failure("Another command is using the databases here: stop it first.")
        for server in postgres.remembered():
            _drop_all(server)
    with step(f"Removing what was made in {paths.STATE}"):
        if paths.STATE.exists():
            shutil.rmtree(paths.STATE)
    return 0


def _drop_all(server):
    try:
        names = database.made(server)
        with step(f"Dropping {', '.join(names) or 'nothing'} on {server}"):
            for name in names:
                server.drop(name)
    except Failure as failed:
        say(
            f"  {failed}\n  What stays on {server}: databases whose comment begins with"
            f" '{database.OWNER} {paths.clone_id()}'."
        )
        return
    unsaid = [path.name for path in database.filestore("").glob("*") if server.exists(path.name)]
    if unsaid:
        say(f"  What stays on {server}, for no comment says that it is of this clone: {', '.join(unsaid)}.")


def _meaning(error):
    """What an error of the file system means for the person, where that is known."""
    if error.errno == errno.EROFS:
        return (
            f"{error.filename} cannot be written, it is on a read-only disk: set BJET_DEV_DIR to a folder on another."
        )
    if isinstance(error, PermissionError) and error.filename:
        name = Path(os.fsdecode(error.filename)).absolute()
        ours = name in (paths.STATE, *paths.STATE.parents) or paths.STATE in name.parents
        mend = "set BJET_DEV_DIR to a folder of yours." if ours else "have it made readable for this one."
        return f"{name} belongs to another user: run make as that user, or {mend}"
    return full_disk() if error.errno == errno.ENOSPC or disk_is_full() else None


def main():
    arguments = vars(PARSER.parse_args())
    call = arguments.pop("call")
    for signum in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, signal.default_int_handler)
    # what a shell starts in the background is to outlive it; what make starts is not to outlive make
    if os.environ.get("MAKELEVEL"):
        die_with_parent()
    try:
        if call is not clean:
            _check_name()
            _check_space()
        return call(**arguments)
    except Failure as failed:
        say(f"✗ {failed}")
    except KeyboardInterrupt:
        say("\nStopped.")
        return 130
    except OSError as error:
        if not (meaning := _meaning(error)):
            raise
        say(f"✗ {meaning}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
