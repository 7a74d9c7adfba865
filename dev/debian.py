"""Debian packages, downloaded and unpacked beside the project: nothing is installed into the system.

apt itself verifies what it downloads. It runs on a sources list and state folders of its own, with
the mirror that this machine's configuration names.
"""

import shutil
import subprocess

from . import paths
from .console import Failure, run, step

ODOO_PACKAGES = {
    "sid": (
        "odoo-19",
        "libjs-jquery",
        "libjs-jquery-form",
        "libjs-underscore",
        "fonts-roboto-unhinted",
        "fonts-montserrat",
        "fonts-inconsolata",
        "fonts-ocr-b",
    ),
    # sid's package of this font is another major version, without the files that Odoo links to
    "bookworm": ("fonts-font-awesome",),
}
SELFIE = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"


def _mirror():
    try:
        done = subprocess.run(
            ["apt-get", "indextargets", "--format", "$(REPO_URI)"],
            capture_output=True,
            text=True,
        )
    except FileNotFoundError:
        done = None
    for line in done.stdout.split() if done else ():
        if "security" not in line:
            return line
    raise Failure(
        "Odoo 19 comes from a Debian package, and this machine has no apt with a Debian mirror:"
        " set ODOO_HOME to a checkout of Odoo 19."
    )


def _apt(suite):
    """An apt with a sources list and state of its own, for one suite."""
    home = paths.STATE / "apt" / suite
    for folder in ("lists/partial", "cache/archives/partial"):
        (home / folder).mkdir(parents=True, exist_ok=True)
    sources = home / "sources.list"
    sources.write_text(f"deb {_mirror()} {suite} main\n")
    (home / "status").touch()
    options = {
        "Dir::State": home,
        "Dir::State::lists": home / "lists",
        "Dir::State::status": home / "status",
        "Dir::Cache": home / "cache",
        "Dir::Etc::sourcelist": sources,
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::Etc::preferencesparts": "/dev/null",
        "APT::Sandbox::User": "root",
        "Acquire::Retries": 3,
    }
    return ["apt-get", *(f"-o{key}={value}" for key, value in options.items())]


def ensure_odoo():
    """Unpack Odoo and what its web client links to; return the folder of its Python package."""
    home = paths.DEBIAN / "usr" / "lib" / "python3" / "dist-packages"
    if (paths.DEBIAN / ".complete").exists():
        return home
    paths.DOWNLOADS.mkdir(parents=True, exist_ok=True)
    unpacked = paths.DEBIAN.with_suffix(".part")
    shutil.rmtree(unpacked, ignore_errors=True)
    for suite, packages in ODOO_PACKAGES.items():
        with step(f"Downloading {', '.join(packages)} (Debian {suite})"):
            apt = _apt(suite)
            broken = "The download from the Debian mirror broke off; run the same command again."
            run([*apt, "update", "-qq"], broken)
            run([*apt, "download", "-qq", *packages], broken, cwd=paths.DOWNLOADS)
        with step("Unpacking"):
            for package in packages:
                archive = max(
                    paths.DOWNLOADS.glob(f"{package}_*.deb"),
                    key=lambda path: path.stat().st_mtime,
                )
                run(
                    ["dpkg-deb", "-x", archive, unpacked],
                    f"{archive.name} could not be unpacked; is the disk full?",
                )
    # Debian strips this file (video blur), and the browser console would complain about it
    selfie = unpacked / "usr/lib/python3/dist-packages/odoo/addons" / SELFIE
    selfie.parent.mkdir(parents=True, exist_ok=True)
    selfie.write_text("// not part of Debian's package\n")
    (unpacked / ".complete").touch()
    unpacked.replace(paths.DEBIAN)
    shutil.rmtree(paths.DOWNLOADS, ignore_errors=True)
    return home
