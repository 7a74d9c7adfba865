"""Where things are. Everything that `make` builds lives in one folder that git ignores."""

import contextlib
import fcntl
import os
import shutil
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ADDON = ROOT / "bjet_crm_setup"
ADDONS = tuple(sorted(manifest.parent for manifest in ROOT.glob("*/__manifest__.py")))
# in a folder that the person names, all is in one of our own: other things may be there
NAMED = os.environ.get("BJET_DEV_DIR")
STATE = (Path(NAMED).expanduser() / ADDON.name if NAMED else ROOT / ".dev").resolve()
VENV = STATE / "venv"
DEBIAN = STATE / "debian"
CHECKOUT = STATE / "odoo"
DOWNLOADS = STATE / "downloads"
POSTGRES = STATE / "postgres"
FILESTORE = STATE / "filestore"
SCREENSHOTS = STATE / "screenshots"
LOGS = STATE / "logs"
REQUIREMENTS = ROOT / "dev" / "requirements.lock"


@contextlib.contextmanager
def lock(name, wait=None):
    """Hold a named lock of this folder. The kernel keeps it, so that a killed command leaves none behind.

    `wait` is called when another command holds it, before waiting for that one.
    """
    STATE.mkdir(parents=True, exist_ok=True)
    with (STATE / f"{name}.lock").open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if wait:
                wait()
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle


@contextlib.contextmanager
def whole(folder):
    """Yield another folder to be filled, which gets this name when it is whole: what breaks off leaves nothing half-made."""
    part = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    yield part
    part.replace(folder)


def clone_id():
    """What tells this clone's databases from those of others; it is as old as the state folder."""
    path = STATE / "clone"
    with lock("clone"):
        if not path.exists():
            path.write_text(uuid.uuid4().hex)
        return path.read_text()
