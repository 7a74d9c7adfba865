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

from . import browser, database, odoo, paths, postgres, translations, upstream
from . import lint as linters
from .console import Failure, child, command_of, die_with_parent, disk_is_full, full_disk, say, step

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


def _enter_venv():
    """Go on in the project's own Python, if this is another one."""
    odoo.check()
    postgres.named()
    python = odoo.ensure_python()
    if os.path.realpath(sys.prefix) != os.path.realpath(paths.VENV):
        os.execv(python, [str(python), "-m", "dev", *sys.argv[1:]])


def run(arguments):
    port, host = arguments.port, arguments.host
    _check_port(port, host)
    _enter_venv()
    with postgres.server() as server:
        instance = odoo.Odoo(server)
        while (code := _attempt(instance, port, host, arguments.dev)) is None:
            pass
        return code


def _attempt(instance, port, host, dev):
    """Serve until the end, and return the exit code; with `dev`, None after a failure that may have been mended."""
    try:
        return _serve(instance, port, host, dev)
    except Failure as failed:
        if not dev:
            raise
        say(f"✗ {failed}")
        # Odoo takes a change in the middle of its start for Ctrl-C
        if not str(failed).endswith("KeyboardInterrupt"):
            _wait_for_change()
    return None


def _serve(instance, port, host, dev):
    from . import live  # needs packages of the venv

    name = database.ensure_run(instance)
    with live.serving(
        instance, f"{name}_{port}", name, *(RELOAD if dev else []),
        http_port=port, http_interface=host, max_cron_threads=1,
    ) as site:  # fmt: skip
        say(
            f"\nOdoo 19 ({instance.version}) with {' and '.join(database.MODULES.split(','))}:"
            f" {site.url.replace('127.0.0.1', 'localhost')}\n"
            "  administrator   admin / admin\n"
            "  salesperson     demo / demo\n"
            f"  log             {site.log}\n"
            + ("  a changed view shows at once, changed Python after some seconds; what adds a field, a record or a\n"
               "  menu needs an update: make run again\n" if dev else "")
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


def _wait_for_change():
    """Let the person mend what keeps Odoo from running."""
    say("  Waiting for a change of the addons, to start it again.")

    def seen():
        files = (path for addon in paths.ADDONS for path in addon.rglob("*") if path.suffix in {".py", ".xml", ".csv"})
        return {path: path.stat().st_mtime_ns for path in files if path.exists()}

    before = seen()
    while seen() == before:
        time.sleep(0.5)


def test(arguments):
    browser.ensure()
    _enter_venv()
    from . import live  # needs packages of the venv

    with paths.lock(database.TEST, lambda: say("  Another test run is using this database: waiting for it.")):
        with postgres.server() as server:
            instance = odoo.Odoo(server)
            if not (arguments.keep and database.is_here(instance, database.TEST)):
                with database.whole(instance, database.ensure_base(instance), database.TEST) as part:
                    database.install(instance, part)
            elif arguments.update or not database.is_current(instance, database.TEST):
                database.install(instance, database.TEST, update=True, overwrite=True)
            config = instance.write_config(
                database.TEST, database.TEST, http_port=live.free_port(), gevent_port=live.free_port(), log_level="warn"
            )
            odoo_tests = (f"--odoo-config={config}", "--odoo-http", "-p", "dev.tours")
            with step(f"Running the addons' tests on {instance.version}"):
                folders = filter(Path.is_dir, (addon / "tests" for addon in paths.ADDONS))
                code = _pytest(instance, *odoo_tests, *(arguments.pytest or folders))
            if arguments.pytest:
                return code
            # after them, not beside them: a busy machine makes browser tests miss their time
            with step("Running the tests of the installation"):
                return _pytest(instance, "-p", "no:odoo", "-p", "dev.plain", *INSTALLATION_TESTS) or code


def test_system(arguments):
    """The tests that start servers of their own: faults, several servers, other addons beside ours."""
    _enter_venv()
    with postgres.server() as server:
        instance = odoo.Odoo(server)
        files = sorted(set((paths.ROOT / "dev" / "tests").glob("test_*.py")) - set(INSTALLATION_TESTS))
        with step("Running the tests on servers"):
            code = _pytest(instance, "-p", "no:odoo", "-rs", *(arguments.pytest or files))
        if code != 1 or arguments.pytest:
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
    with child(command, env=instance.environment(), cwd=paths.ROOT) as process:
        return process.wait()


def setup(arguments):
    browser.ensure()
    _enter_venv()
    with postgres.server() as server:
        instance = odoo.Odoo(server)
        database.ensure_base(instance)
        database.ensure_base(instance, demo=True)
    return 0


def docs(arguments):
    browser.ensure()
    browser.ensure_font()
    _enter_venv()
    from . import guide  # needs packages of the venv

    return guide.build(f"{database.RUN}_docs", arguments.chapter)


def shell(arguments):
    _enter_venv()
    with postgres.server() as server:
        instance = odoo.Odoo(server)
        name = arguments.database or database.RUN
        # Odoo would make a folder for its files, which tells `clean` that the database was made here
        if not database.is_here(instance, name):
            raise Failure(f"No database {name} was made here: make run makes one.")
        config = instance.write_config(f"{database.RUN}_shell", name)
        command = instance.command("shell", "-c", config, "--no-http", "--log-level=warn")
        with child(command, env=instance.environment()) as process:
            return process.wait()


def bench(arguments):
    """Measure what the addon costs and saves, and then a server under load."""
    load = LOAD in arguments.rows or not arguments.rows
    if load:
        browser.ensure()
    _enter_venv()
    rows = [row for row in arguments.rows if row != LOAD]
    code = 0
    if rows or not arguments.rows:
        code = _module("benchmarks", *(["--keep"] if arguments.keep else []), *rows)
    if load:
        code = _module("benchmarks.load") or code
    return code


def _module(name, *arguments):
    with child([sys.executable, "-m", name, *arguments], cwd=paths.ROOT) as process:
        return process.wait()


def python(arguments):
    """Run the project's Python with Odoo on its path and PG* naming a running server: scripts of any kind."""
    _enter_venv()
    with postgres.server() as server:
        instance = odoo.Odoo(server)
        with child([instance.python, *arguments.arguments], env=instance.environment(), cwd=paths.ROOT) as process:
            return process.wait()


def test_upstream(arguments):
    browser.ensure()
    _enter_venv()
    with postgres.server() as server:
        return upstream.run(odoo.Odoo(server), arguments.suites)


def test_beside(arguments):
    browser.ensure()
    _enter_venv()
    from . import beside  # needs packages of the venv

    with postgres.server() as server:
        return beside.run(server)


def i18n(arguments):
    """On demo data, for the addon's own has strings too."""
    _enter_venv()
    with postgres.server() as server:
        instance = odoo.Odoo(server)
        name = f"{database.RUN}_strings"
        database.clone(instance, database.ensure_base(instance, demo=True), name)
        database.install(instance, name)
        if arguments.check:
            lines = translations.problems(instance, name)
        else:
            lines = [f"no Ukrainian for: {text}" for text in translations.refresh(instance, name)]
        database.drop(instance, name)
    say("\n".join(lines) if lines else "The translation files are current, and all strings are in Ukrainian.")
    return 1 if lines else 0


def clean(arguments):
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


def serve_postgres(arguments):
    """Hold the server open, for work with several commands at once."""
    _enter_venv()
    with postgres.server() as server:
        say(" ".join(f"{key}={value}" for key, value in server.environment().items()))
        with contextlib.suppress(KeyboardInterrupt):
            while True:
                time.sleep(1)
                server.revive()
    return 0


def _port(text):
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"a port is a number from 1 to 65535, not {text}")
    return int(text)


def parser():
    main = argparse.ArgumentParser(prog="python3 -m dev", description=__doc__)
    commands = main.add_subparsers(dest="command", required=True)
    command = commands.add_parser("run", help="serve the addon with demo data")
    command.add_argument("--port", type=_port, default=8069)
    command.add_argument("--host", default="127.0.0.1", help="the address to listen at; 0.0.0.0 is all of them")
    command.add_argument("--dev", action="store_true", help="load changed Python and views by itself")
    command.set_defaults(call=run)
    command = commands.add_parser("test", help="run the tests on a fresh database")
    command.add_argument(
        "--keep", action="store_true", help="reuse the last test database, updated if the addons changed"
    )
    command.add_argument("--update", action="store_true", help="with --keep: update it in any case")
    command.add_argument("pytest", nargs="*", help="arguments for pytest, after --")
    command.set_defaults(call=test)
    command = commands.add_parser("test-upstream", help="compare Odoo's own tests with the addon and without it")
    command.add_argument("suites", nargs="*", help=f"only these: {', '.join(upstream.SUITES)}")
    command.set_defaults(call=test_upstream)
    command = commands.add_parser("test-beside", help="run the tests of the OCA's addons with the addon and without it")
    command.set_defaults(call=test_beside)
    command = commands.add_parser("test-system", help="run the tests that start servers of their own")
    command.add_argument("pytest", nargs="*", help="arguments for pytest instead of all files, after --")
    command.set_defaults(call=test_system)
    command = commands.add_parser("bench", help="measure what the addon costs and saves, against Odoo's own")
    command.add_argument("--keep", action="store_true", help="use the data of the last run")
    command.add_argument("rows", nargs="*", help=f"only these rows; {LOAD} is a server under load")
    command.set_defaults(call=bench)
    command = commands.add_parser("lint", help="check and format every file")
    command.add_argument("hooks", nargs="*", help="only these hooks")
    command.set_defaults(call=lambda arguments: linters.lint(arguments.hooks))
    command = commands.add_parser("i18n", help="export the addon's strings, and merge them into the Ukrainian ones")
    command.add_argument("--check", action="store_true", help="only tell what is not current or not translated")
    command.set_defaults(call=i18n)
    command = commands.add_parser("lock", help="pin the Python packages again")
    command.add_argument("--upgrade", action="store_true", help="to their newest versions")
    command.set_defaults(call=lambda arguments: linters.lock(arguments.upgrade))
    commands.add_parser("clean", help="remove everything that was made").set_defaults(call=clean)
    commands.add_parser("setup", help="prepare everything, start nothing").set_defaults(call=setup)
    command = commands.add_parser("docs", help="take the pictures of the guide again, and check it")
    command.add_argument("chapter", nargs="*", help="only these, into the folder of the project's state, unchecked")
    command.set_defaults(call=docs)
    command = commands.add_parser("shell", help="Odoo's shell on a database")
    command.add_argument("database", nargs="?")
    command.set_defaults(call=shell)
    command = commands.add_parser("python", help="the project's Python, with Odoo and a PostgreSQL server at hand")
    command.add_argument("arguments", nargs="*", help="a script or -m module with its arguments, after --")
    command.set_defaults(call=python)
    commands.add_parser("postgres", help="keep PostgreSQL running").set_defaults(call=serve_postgres)
    return main


def _interrupt(signum, frame):
    raise KeyboardInterrupt


def main():
    arguments = parser().parse_args()
    for signum in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, _interrupt)
    # what a shell starts in the background is to outlive it; what make starts is not to outlive make
    if os.environ.get("MAKELEVEL"):
        die_with_parent()
    try:
        if arguments.call is not clean:
            _check_name()
            _check_space()
        return arguments.call(arguments)
    except Failure as failed:
        say(f"✗ {failed}")
    except KeyboardInterrupt:
        say("\nStopped.")
        return 130
    except OSError as error:
        if error.errno == errno.EROFS:
            say(
                f"✗ {error.filename} cannot be written, it is on a read-only disk: set BJET_DEV_DIR to a folder on another."
            )
        elif isinstance(error, PermissionError) and error.filename:
            name = Path(os.fsdecode(error.filename)).absolute()
            ours = name == paths.STATE or name in paths.STATE.parents or paths.STATE in name.parents
            say(
                f"✗ {name} belongs to another user: run make as that user"
                + (
                    ", or set BJET_DEV_DIR to a folder of yours."
                    if ours
                    else ", or have it made readable for this one."
                )
            )
        elif error.errno == errno.ENOSPC or disk_is_full():
            say(f"✗ {full_disk()}")
        else:
            raise
    return 1


if __name__ == "__main__":
    sys.exit(main())
