"""Odoo 19 out of its public repository, where no Debian mirror is known: a clone of its newest state, without history.

ODOO_GIT names another address of it, ODOO_VERSION a commit or a tag in place of the newest state.
"""

import os
import shutil

from . import paths
from .console import Progress, run, step

REPOSITORY = "https://github.com/odoo/odoo.git"
BRANCH = "19.0"
PERCENT = r"(?:Receiving objects|Updating files): +(?P<done>\d+)%"


def folder(version=""):
    return paths.CHECKOUT.with_name(f"odoo-{version}") if version else paths.CHECKOUT


def ensure_odoo(version=""):
    """Bring Odoo, and return the folder of its Python package."""
    home = folder(version)
    if home.exists():
        return home
    address = os.environ.get("ODOO_GIT") or REPOSITORY
    broken = (
        f"Odoo could not be brought from {address}; run the same command again, or set ODOO_HOME to a checkout of it."
    )
    progress = Progress(PERCENT)
    with step(f"Bringing Odoo {version or BRANCH} from {address}"), paths.whole(home) as part:
        run(["git", "init", "-q", part], broken)
        git = ["git", "-C", part]
        run([*git, "fetch", "--progress", "--depth=1", address, version or BRANCH], broken, progress=progress)
        run([*git, "checkout", "-q", "--progress", "--detach", "FETCH_HEAD"], broken, progress=progress)
    return home


def commit(home):
    """The commit that a folder is a checkout of, or nothing."""
    if not ((home / ".git").exists() and shutil.which("git")):
        return ""
    return run(["git", "-C", home, "log", "-1", "--format=%H of %cs"], f"{home} is no git repository.").strip()
