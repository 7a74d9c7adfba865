"""Chromium: the machine's own, else Debian's, installed where this user may install."""

import os
import shutil

from .console import Failure, run, step

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def ensure():
    """Return the browser's path; a machine without one gets one, or the person is told."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    missing = (
        "Browser tours need Chromium or Chrome, and this machine has none:"
        " install the package 'chromium', or run make as a user who may."
    )
    if os.geteuid() or not shutil.which("apt-get"):
        raise Failure(missing)
    with step("Installing Chromium"):
        run(["apt-get", "update", "-qq"], missing)
        run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], missing)
    return shutil.which("chromium")
