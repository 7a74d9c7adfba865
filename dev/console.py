"""Words for the person at the terminal (steps, progress, failures in one sentence), and the processes behind them."""

import contextlib
import ctypes
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from . import paths

FULL = 64 << 20
PR_SET_PDEATHSIG = 1
# up to the next line of Odoo's log
TRACEBACK = re.compile(
    r"^Traceback \(most recent call last\):\n(?:(?!\d{4}-\d\d-\d\d |Traceback ).*\n?)*", re.MULTILINE
)


class Failure(Exception):
    """Something the person can mend; its text is all that is shown of it."""


def say(text):
    print(text, flush=True)


def wait():
    say("  Another make is at the same here: waiting for it.")


@contextlib.contextmanager
def step(text):
    """Announce a step, and say how long it took when it was worth telling."""
    say(f"» {text}")
    start = time.monotonic()
    yield
    seconds = time.monotonic() - start
    if seconds >= 2:
        say(f"  done in {seconds:.0f} s")


class Progress:
    """A percentage on one line of a terminal, or every tenth part in a log."""

    def __init__(self):
        self.live = sys.stdout.isatty()
        self.shown = -1

    def show(self, done, total, what=""):
        percent = min(100 * done // max(total, 1), 100)
        if self.live:
            print(f"\r  {percent:3d} %  {what[:60]:<60}", end="", flush=True)
        elif percent // 10 > self.shown // 10:
            say(f"  {percent:3d} %  {what}".rstrip())
        self.shown = max(percent, self.shown)

    def close(self):
        if self.live and self.shown >= 0:
            print("\r" + " " * 72 + "\r", end="", flush=True)


def tail(text, lines=8):
    """The end of an output; of one with a traceback, the end of the last: what comes after it is only its consequences."""
    shown = text.splitlines()[-lines:]
    if found := TRACEBACK.findall(text):
        first, *rest = found[-1].rstrip().splitlines()
        error = next((number for number, line in enumerate(rest) if not line.startswith(" ")), 0)
        shown = [first, *rest[max(error - lines // 2, 0) : error + 2 * lines]]
    return "\n".join(f"    {line}" for line in shown)


def failure(sentence, output=""):
    """A `Failure`: the full disk when that is the likely cause, else the sentence and the end of the output."""
    if disk_is_full():
        return full_disk()
    return Failure(f"{sentence}\n{tail(output)}" if output.strip() else sentence)


def disk_is_full():
    folder = next(path for path in (paths.STATE, *paths.STATE.parents) if path.exists())
    return shutil.disk_usage(folder).free < FULL


def full_disk():
    return Failure(f"The disk of {paths.STATE} is full: make room and run the same command again.")


def die_with_parent():
    """Have the kernel ask this process to stop when the one that started it dies, even of a SIGKILL."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def command_of(pid):
    """The command line of a process; empty for none, or another user's."""
    with contextlib.suppress(OSError):
        return (Path("/proc") / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    return ""


@contextlib.contextmanager
def child(command, *, apart=False, patience=20, **kwargs):
    """A process that never outlives this one: when the work here ends or breaks off, it is asked to stop, then made to.
    When this one is killed, the kernel asks it.

    With `apart` it does not hear the terminal's Ctrl-C itself, so that it is asked once, from here.
    """
    process = subprocess.Popen(
        [str(part) for part in command], start_new_session=apart, preexec_fn=die_with_parent, **kwargs
    )
    try:
        yield process
    finally:
        with contextlib.suppress(subprocess.TimeoutExpired):
            if not apart and process.poll() is None:
                process.wait(2)
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(patience)
        if process.poll() is None:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()


def call(command, **kwargs):
    """Run a command that speaks for itself; return its exit code."""
    with child(command, **kwargs) as process:
        return process.wait()


def run(command, sentence, *, progress=None, log=None, script="", **kwargs):
    """Run a command quietly and return what it printed; a failure shows the sentence and the end of that.

    :param progress: what a line of the output tells, as a `Progress` shows it: (done, total, what), or nothing
    :param log: a file that the output is written to as well
    :param script: what the command reads
    """
    shown, lines = Progress(), []
    with contextlib.ExitStack() as stack:
        written = stack.enter_context(log.open("a")) if log else None
        given = stack.enter_context(tempfile.TemporaryFile("w+"))
        given.write(script)
        given.seek(0)
        try:
            process = stack.enter_context(
                child(
                    command, stdin=given, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                    **kwargs,
                )
            )  # fmt: skip
        except FileNotFoundError:
            raise Failure(f"{sentence} ({command[0]} is not on this machine.)") from None
        for line in process.stdout:
            lines.append(line)
            if written:
                written.write(line)
            if progress and (told := progress(line)):
                shown.show(*told)
        code = process.wait()
    shown.close()
    output = "".join(lines)
    if code:
        raise failure(f"{sentence} Its log is {log}; the end:" if log else sentence, output)
    return output
