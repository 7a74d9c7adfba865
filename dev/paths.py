"""Where things are. Everything that `make` builds lives in one folder that git ignores."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ADDON = ROOT / "bjet_crm_setup"
STATE = Path(os.environ.get("BJET_DEV_DIR") or ROOT / ".dev").resolve()
VENV = STATE / "venv"
DEBIAN = STATE / "debian"
DOWNLOADS = STATE / "downloads"
POSTGRES = STATE / "postgres"
NODE = STATE / "node"
FILESTORE = STATE / "filestore"
LOGS = STATE / "logs"
LOCK = ROOT / "dev" / "requirements.lock"
