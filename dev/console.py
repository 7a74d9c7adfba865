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
    """A percentage on one line of a terminal, or every tenth part in a log, out of the lines of a command's output."""

    def __init__(self, pattern, total=100):
        """The groups `done`, `total` and `what` of the pattern tell it; without `done`, what matches is counted."""
        self.pattern, self.total, self.seen = re.compile(pattern), total, 0
        self.live, self.shown = sys.stdout.isatty(), -1

    def see(self, line):
        if not (match := self.pattern.search(line)):
            return
        self.seen += 1
        told = {"done": self.seen, "total": self.total, "what": "", **match.groupdict("")}
        percent = min(100 * int(told["done"]) // max(int(told["total"]), 1), 100)
        if self.live:
            print(f"\r  {percent:3d} %  {told['what'][:60]:<60}", end="", flush=True)
        elif percent // 10 > self.shown // 10:
            say(f"  {percent:3d} %  {told['what']}".rstrip())
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
def child(command, *, apart=False, **kwargs):
    """A process that never outlives this one: when the work here ends or breaks off, it is asked to stop, then made to.
    When this one is killed, the kernel asks it.

    With `apart` it does not hear the terminal's Ctrl-C itself, so that it is asked once, from here.
    """
    with subprocess.Popen(
        [str(part) for part in command], start_new_session=apart, preexec_fn=die_with_parent, **kwargs
    ) as process:
        try:
            yield process
        finally:
            for signum, seconds in ((0, 0 if apart else 2), (signal.SIGINT, 20), (signal.SIGKILL, None)):
                if process.poll() is None:
                    process.send_signal(signum)
                    with contextlib.suppress(subprocess.TimeoutExpired):
                        process.wait(seconds)


def call(command, **kwargs):
    """Run a command that speaks for itself; return its exit code."""
    with child(command, **kwargs) as process:
        return process.wait()


def run(command, sentence, *, progress=None, log=None, script="", **kwargs):
    """Run a command quietly and return what it printed; a failure shows the sentence and the end of that.

    :param progress: the `Progress` that shows it
    :param log: a file that the output is added to as well
    :param script: what the command reads
    """
    lines = []
    with contextlib.ExitStack() as stack:
        if progress:
            stack.callback(progress.close)
        written = stack.enter_context(log.open("a")) if log else None
        given = stack.enter_context(tempfile.TemporaryFile("w+"))
        given.write(script)
        given.seek(0)
        kwargs |= {"stdin": given, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "errors": "replace"}
        try:
            process = stack.enter_context(child(command, **kwargs))
        except FileNotFoundError:
            raise Failure(f"{sentence} ({command[0]} is not on this machine.)") from None
        for line in process.stdout:
            lines.append(line)
            if written:
                written.write(line)
            if progress:
                progress.see(line)
        code = process.wait()
    output = "".join(lines)
    if code:
        raise failure(f"{sentence} Its log is {log}; the end:" if log else sentence, output)
    return output
