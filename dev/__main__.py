"""The commands behind the Makefile: `python3 -m dev COMMAND`. `make help` lists the most used."""

import argparse
import contextlib
import errno
import os
import shutil
import signal
import socket
import sys
import time

from . import browser, database, odoo, paths, postgres, translations, upstream
from . import lint as linters
from .console import Failure, child, disk_is_full, full_disk, say, step

FIRST_RUN_SPACE = 3 << 30
SPACE = 512 << 20
LOAD = "load"

INSTALLATION_TESTS = [
    paths.ROOT / "dev" / "tests" / f"test_{name}.py" for name in ("plain", "upstream", "translations", "lifecycle")
]


def _check_space():
    paths.STATE.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(paths.STATE).free
    needed = SPACE if (paths.VENV / ".lock").exists() else FIRST_RUN_SPACE
    if free < needed:
        raise Failure(
            f"There are {free >> 20} MB free on the disk of {paths.STATE}, and {needed >> 20} MB are needed:"
            " make room, or set BJET_DEV_DIR to a folder on another disk."
        )


def _check_port(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise Failure(f"Port {port} is for root only: choose another with make run PORT=8070.") from None
        except OSError:
            raise Failure(
                f"Port {port} is taken by another program: stop it, or choose another with make run PORT={port + 1}."
            ) from None


def _enter_venv():
    """Go on in the project's own Python, if this is another one."""
    python = odoo.ensure_python()
    if os.path.realpath(sys.prefix) != os.path.realpath(paths.VENV):
        os.execv(python, [str(python), "-m", "dev", *sys.argv[1:]])


def run(arguments):
    port = arguments.port
    _check_port(port)
    _enter_venv()
    from . import live  # needs packages of the venv

    with postgres.server() as server:
        instance = odoo.Odoo(server)
        name = database.ensure_run(instance)
        with live.serving(instance, f"{name}_{port}", name, http_port=port, max_cron_threads=1) as site:
            say(
                f"\nOdoo 19 with bjet_crm_setup: http://localhost:{port}\n"
                "  administrator   admin / admin\n"
                "  salesperson     demo / demo\n"
                f"  log             {site.log}\n"
                "Ctrl-C stops it; the database is kept."
            )
            try:
                while site.process.poll() is None:
                    time.sleep(1)
                    server.revive()
            except KeyboardInterrupt:
                say("\n» Stopping; the next make run serves the same database.")
                return 0
        raise live.stopped(site)


def test(arguments):
    _enter_venv()
    from . import live  # needs packages of the venv

    browser.ensure()
    with paths.lock(database.TEST, lambda: say("  Another test run is using this database: waiting for it.")):
        with postgres.server() as server:
            instance = odoo.Odoo(server)
            if not (arguments.keep and database.is_here(instance, database.TEST)):
                with database.whole(instance, database.ensure_base(instance), database.TEST) as part:
                    database.install(instance, part)
            elif arguments.update:
                database.install(instance, database.TEST, update=True, overwrite=True)
            config = instance.write_config(
                database.TEST, database.TEST, http_port=live.free_port(), gevent_port=live.free_port(), log_level="warn"
            )
            with step("Running the addon's tests"):
                code = _pytest(
                    instance, f"--odoo-config={config}", "--odoo-http", "-p", "dev.tours",
                    *(arguments.pytest or [paths.ADDON / "tests"]),
                )  # fmt: skip
            if arguments.pytest:
                return code
            with step("Running the tests of the installation"):
                return _pytest(instance, "-p", "no:odoo", *INSTALLATION_TESTS) or code


def test_system(arguments):
    """The tests that start servers of their own: rights, bad input, faults, several servers, other addons beside ours."""
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
    command = [
        instance.python,
        "-m",
        "pytest",
        "-c",
        paths.ROOT / "pyproject.toml",
        "--rootdir",
        paths.ROOT,
        "-o",
        f"cache_dir={paths.STATE / 'pytest' / database.RUN}",
        *arguments,
    ]
    with child(command, env=instance.environment(), cwd=paths.ROOT) as process:
        return process.wait()


def setup(arguments):
    _enter_venv()
    browser.ensure()
    with postgres.server() as server:
        instance = odoo.Odoo(server)
        database.ensure_base(instance)
        database.ensure_base(instance, demo=True)
    return 0


def docs(arguments):
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
    _enter_venv()
    rows = [row for row in arguments.rows if row != LOAD]
    code = 0
    if rows or not arguments.rows:
        code = _module("benchmarks", *(["--keep"] if arguments.keep else []), *rows)
    if LOAD in arguments.rows or not arguments.rows:
        browser.ensure()
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
    _enter_venv()
    browser.ensure()
    with postgres.server() as server:
        return upstream.run(odoo.Odoo(server), arguments.suites)


def test_beside(arguments):
    _enter_venv()
    from . import beside  # needs packages of the venv

    browser.ensure()
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
    """Remove what was made here, and our databases on a server that the PG* variables name."""
    if not paths.NAMED and (paths.ROOT / ".dev").is_symlink():
        raise Failure(f".dev is a link to {paths.STATE}, which other clones may use: remove what is there by hand.")
    if (paths.VENV / ".lock").exists():
        _enter_venv()
        if not postgres.stop_unused():
            raise Failure("Another command is using the databases here: stop it first.")
        if named := postgres.named():
            for name in database.made():
                named.drop(name)
    with step(f"Removing what was made in {paths.STATE}"):
        if paths.STATE.exists():
            shutil.rmtree(paths.STATE)
    return 0


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
    command.set_defaults(call=run)
    command = commands.add_parser("test", help="run the tests on a fresh database")
    command.add_argument("--keep", action="store_true", help="reuse the last test database")
    command.add_argument("--update", action="store_true", help="with --keep: update the addon in it first")
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
    try:
        if arguments.call is not clean:
            _check_space()
        return arguments.call(arguments)
    except Failure as failed:
        say(f"✗ {failed}")
    except KeyboardInterrupt:
        say("\nStopped.")
        return 130
    except OSError as error:
        if error.errno == errno.ENOSPC or disk_is_full():
            say(f"✗ {full_disk()}")
        elif isinstance(error, PermissionError) and error.filename:
            say(
                f"✗ {error.filename} belongs to another user: run make as that user, or set BJET_DEV_DIR to a folder of yours."
            )
        else:
            raise
    return 1


if __name__ == "__main__":
    sys.exit(main())
