"""A running Odoo, and a person's session with it over JSON-RPC, as a browser has it."""

import contextlib
import copy
import json
import os
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

from .console import Failure, child, failure, step

START_SECONDS = 180
CALL_SECONDS = 300
# where a server that listens everywhere is asked
LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}


class Refusal(Exception):
    """What the server answered in place of a result: the class of the error, and its words."""

    def __init__(self, error):
        data = error.get("data") or {}
        self.kind = (data.get("name") or error.get("message") or "").rpartition(".")[2]
        super().__init__(f"{self.kind}: {data.get('message') or ''}")


class Session:
    """One person at one server, or at several that share a database and a session folder."""

    def __init__(self, url):
        self.url = url
        self.http = _http()
        self.uid = None
        self.context = {}

    def login(self, database, user, password):
        found = self.rpc("/web/session/authenticate", db=database, login=user, password=password)
        self.uid = found["uid"]
        self.context = found.get("user_context") or {}
        return self

    def at(self, url):
        """The same person, the same cookie, at another server."""
        other = copy.copy(self)
        other.url = url
        return other

    def rpc(self, path, **params):
        # written here and not by requests, which refuses NaN and the infinities: the server does not
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params})
        answer = self.http.post(
            self.url + path, data=body, headers={"Content-Type": "application/json"}, timeout=CALL_SECONDS
        )
        answer.raise_for_status()
        found = answer.json()
        if "error" in found:
            raise Refusal(found["error"])
        return found.get("result")

    def call(self, model, method, *args, **kwargs):
        """Call a method as the web client does; a method on records takes their ids first."""
        return self.rpc(
            f"/web/dataset/call_kw/{model}/{method}",
            model=model,
            method=method,
            args=list(args),
            kwargs={"context": self.context, **kwargs},
        )


def _http():
    """A session that asks this machine itself, whatever proxy the environment names for others."""
    import requests

    session = requests.Session()
    session.trust_env = False
    return session


class Site(NamedTuple):
    """A server that was started here: its address, its process, its log."""

    url: str
    process: subprocess.Popen
    log: Path

    def session(self, database, user, password):
        return Session(self.url).login(database, user, password)

    def logged(self):
        return self.log.read_text(errors="replace").splitlines()

    def kill(self):
        """Stop it as a power cut would."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def serving(instance, name, database, *arguments, http_port=None, http_interface="127.0.0.1", **options):
    """Start a server with more arguments of Odoo and more options in its configuration, yield it as a `Site` once it
    answers, and stop it."""
    options |= {"http_interface": http_interface, "http_port": http_port or free_port(), "gevent_port": free_port()}
    config = instance.write_config(name, database, **options)
    command = instance.command("server", "-c", config, *arguments)
    log = instance.start_log(name)
    with (
        log.open("a") as written,
        child(command, apart=True, env=instance.environment(), stdout=written, stderr=written) as process,
    ):
        site = Site(f"http://{LOOPBACK.get(http_interface, http_interface)}:{options['http_port']}", process, log)
        with step("Starting Odoo"):
            _wait(site)
        yield site


def stopped(site):
    """The failure of a server that ended by itself."""
    return failure(f"Odoo stopped by itself; its log is {site.log}, the end:", site.log.read_text())


def _wait(site):
    deadline = time.monotonic() + START_SECONDS
    with _http() as session:
        while time.monotonic() < deadline:
            if site.process.poll() is not None:
                raise stopped(site)
            with contextlib.suppress(OSError):
                # a page that needs the database: the registry is loaded when it answers
                answer = session.get(f"{site.url}/web/login", timeout=60)
                if answer.ok:
                    return
                if answer.status_code >= 500:
                    raise failure(
                        f"Odoo answers with the error {answer.status_code}; its log is {site.log}:",
                        site.log.read_text(),
                    )
            time.sleep(0.2)
    raise Failure(f"Odoo does not answer at {site.url}; its log is {site.log}.")
