"""The commands behind the Makefile: `python3 -m dev COMMAND`. `make help` lists them."""

import argparse
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time

from . import browser, database, odoo, paths, postgres
from .console import Failure, say, step

RUN_DATABASE = os.environ.get("BJET_DB", "bjet")
TEST_DATABASE = f"{RUN_DATABASE}_test"
FREE_SPACE = 4 << 30


def _check_space():
    paths.STATE.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(paths.STATE).free
    if free < FREE_SPACE and not paths.VENV.exists():
        raise Failure(
            f"There are {free >> 20} MB free here, and the first run needs {FREE_SPACE >> 20} MB:"
            " make room, or set BJET_DEV_DIR to a folder on another disk."
        )


def _port_is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _ensure_run_database(instance):
    """The database that `make run` serves: demo data, both languages, the addon as it is in the tree."""
    stamp = paths.STATE / f"{RUN_DATABASE}.addon"
    digest = database.addon_digest()
    if not instance.server.exists(RUN_DATABASE):
        base = database.ensure_base(instance, demo=True)
        part = f"{RUN_DATABASE}_part"
        database.clone(instance, base, part)
        database.install(instance, part)
        instance.server.rename(part, RUN_DATABASE)
        database.filestore(part).replace(database.filestore(RUN_DATABASE))
    elif not stamp.exists() or stamp.read_text() != digest:
        database.install(instance, RUN_DATABASE, update=True)
    stamp.write_text(digest)


def run(arguments):
    port = arguments.port
    if not _port_is_free(port):
        raise Failure(f"Port {port} is taken by another program: stop it, or choose another with make run PORT=8070.")
    with postgres.server() as server:
        instance = odoo.Odoo(server)
        _ensure_run_database(instance)
        config = instance.write_config(
            RUN_DATABASE, RUN_DATABASE, http_port=port, gevent_port=free_port(), max_cron_threads=1
        )
        say("» Starting Odoo")
        log = paths.LOGS / "run.log"
        with log.open("w") as written:
            process = subprocess.Popen(
                instance.command("server", "-c", config),
                env=instance.environment(),
                stdout=written,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            _wait_for(process, port, log)
            say(
                f"\nOdoo 19 with bjet_crm_setup: http://localhost:{port}\n"
                "  administrator   admin / admin\n"
                "  salesperson     demo / demo\n"
                f"  log             {log}\n"
                "Ctrl-C stops it; the database is kept."
            )
            process.wait()
        except KeyboardInterrupt:
            say("\n» Stopping")
        finally:
            process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
            process.kill()
    return 0


def _wait_for(process, port, log):
    import requests

    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise Failure(f"Odoo stopped by itself; its log is {log}.")
        with contextlib.suppress(requests.RequestException):
            if requests.get(f"http://127.0.0.1:{port}/web/health", timeout=5).ok:
                return
        time.sleep(0.2)
    raise Failure(f"Odoo does not answer on port {port}; its log is {log}.")


def test(arguments):
    browser.ensure()
    with postgres.server() as server:
        instance = odoo.Odoo(server)
        if not (arguments.keep and server.exists(TEST_DATABASE)):
            base = database.ensure_base(instance)
            database.clone(instance, base, TEST_DATABASE)
            database.install(instance, TEST_DATABASE)
        elif arguments.update:
            database.install(instance, TEST_DATABASE, update=True)
        config = instance.write_config(
            TEST_DATABASE, TEST_DATABASE, http_port=free_port(), gevent_port=free_port(), log_level="warn"
        )
        command = [
            instance.python, "-m", "pytest", f"--odoo-config={config}", "--odoo-http",
            *(arguments.pytest or [paths.ADDON / "tests"]),
        ]
        with step("Running the tests"):
            return subprocess.run([str(part) for part in command], env=instance.environment(), cwd=paths.ROOT).returncode


def setup(arguments):
    browser.ensure()
    with postgres.server() as server:
        instance = odoo.Odoo(server)
        database.ensure_base(instance)
        database.ensure_base(instance, demo=True)
    return 0


def docs(arguments):
    from . import docs as pictures

    return pictures.build(RUN_DATABASE, free_port, arguments.chapter)


def shell(arguments):
    with postgres.server() as server:
        instance = odoo.Odoo(server)
        config = instance.write_config(f"{RUN_DATABASE}_shell", arguments.database or RUN_DATABASE)
        return subprocess.run(
            instance.command("shell", "-c", config, "--no-http", "--log-level=warn"), env=instance.environment()
        ).returncode


def serve_postgres(arguments):
    """Hold the server open, for work with several commands at once."""
    with postgres.server() as server:
        say(" ".join(f"{key}={value}" for key, value in server.environment().items()))
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()
    return 0


def parser():
    main = argparse.ArgumentParser(prog="python3 -m dev", description=__doc__)
    commands = main.add_subparsers(dest="command", required=True)
    command = commands.add_parser("run", help="serve the addon with demo data")
    command.add_argument("--port", type=int, default=8069)
    command.set_defaults(call=run)
    command = commands.add_parser("test", help="run the tests on a fresh database")
    command.add_argument("--keep", action="store_true", help="reuse the last test database")
    command.add_argument("--update", action="store_true", help="with --keep: update the addon in it first")
    command.add_argument("pytest", nargs="*", help="arguments for pytest, after --")
    command.set_defaults(call=test)
    commands.add_parser("setup", help="prepare everything, start nothing").set_defaults(call=setup)
    command = commands.add_parser("docs", help="take the pictures of the guide again, and check it")
    command.add_argument("chapter", nargs="*", help="only these, into the folder of the project's state, unchecked")
    command.set_defaults(call=docs)
    command = commands.add_parser("shell", help="Odoo's shell on a database")
    command.add_argument("database", nargs="?")
    command.set_defaults(call=shell)
    commands.add_parser("postgres", help="keep PostgreSQL running").set_defaults(call=serve_postgres)
    return main


def main():
    arguments = parser().parse_args()
    try:
        _check_space()
        python = odoo.ensure_python()
        if os.path.realpath(sys.prefix) != os.path.realpath(paths.VENV):
            os.execv(python, [str(python), "-m", "dev", *sys.argv[1:]])
        return arguments.call(arguments)
    except Failure as failure:
        say(f"✗ {failure}")
        return 1
    except KeyboardInterrupt:
        say("\nStopped.")
        return 130


if __name__ == "__main__":
    sys.exit(main())
