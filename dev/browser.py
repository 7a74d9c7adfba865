"""Chromium: the machine's own, else Debian's, installed where this user may install."""

import os
import shutil
import subprocess

from .console import Failure, run, step

# those that Odoo's tests look for
NAMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
MISSING = (
    "Browser tours need Chromium or Chrome, and this machine has none:"
    " install the package 'chromium', or run make as a user who may."
)
NO_FONT = "The guide's pictures are in the font Liberation Sans: install the package 'fonts-liberation'."


def find():
    return next(filter(None, map(shutil.which, NAMES)), None)


def ensure():
    """Return the browser's path; a machine without one gets one, or the person is told."""
    if not find():
        _install("chromium", MISSING)
    return find()


def ensure_font():
    """The font that Odoo's pages are shown in everywhere: that of the pictures in the guide."""
    if not shutil.which("fc-match") or "Liberation Sans" not in subprocess.getoutput("fc-match Arial"):
        _install("fonts-liberation", NO_FONT)


def _install(package, sentence):
    if os.geteuid() or not shutil.which("apt-get"):
        raise Failure(sentence)
    with step(f"Installing {package}"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        run(["apt-get", "update", "-qq"], sentence)
        run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", package], sentence, env=environment)
