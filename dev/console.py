"""Words for the person at the terminal: steps, progress, and failures in one sentence."""

import contextlib
import subprocess
import sys
import time


class Failure(Exception):
    """Something the person can mend; its text is all that is shown of it."""


def say(text):
    print(text, flush=True)


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
        percent = 100 * done // max(total, 1)
        if self.live:
            print(f"\r  {percent:3d} %  {what[:60]:<60}", end="", flush=True)
        elif percent // 10 != self.shown // 10:
            say(f"  {percent:3d} %  {what}")
        self.shown = percent

    def close(self):
        if self.live and self.shown >= 0:
            print("\r" + " " * 72 + "\r", end="", flush=True)


def run(command, failure, **kwargs):
    """Run a command quietly; on failure raise `Failure` with the last lines of what it said."""
    try:
        done = subprocess.run(
            [str(part) for part in command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **kwargs,
        )
    except FileNotFoundError:
        raise Failure(f"{failure} ({command[0]} is not on this machine.)") from None
    if done.returncode:
        tail = "\n".join("    " + line for line in done.stdout.splitlines()[-8:])
        raise Failure(f"{failure}\n{tail}")
    return done.stdout
