"""Chromium: the machine's own, else Debian's, installed where this user may install."""

import os
import shutil

from .console import Failure, run, step

# those that Odoo's tests look for
NAMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
MISSING = (
    "Browser tours need Chromium or Chrome, and this machine has none:"
    " install the package 'chromium', or run make as a user who may."
)


def find():
    return next(filter(None, map(shutil.which, NAMES)), None)


def ensure():
    """Return the browser's path; a machine without one gets one, or the person is told."""
    if found := find():
        return found
    if os.geteuid() or not shutil.which("apt-get"):
        raise Failure(MISSING)
    with step("Installing Chromium"):
        run(["apt-get", "update", "-qq"], MISSING)
        run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"],
            MISSING,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        )
    if not (found := find()):
        raise Failure(MISSING)
    return found
