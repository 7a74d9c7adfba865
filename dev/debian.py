"""Odoo 19 from Debian's packages, downloaded and unpacked beside the project: nothing is installed into the system.

apt itself verifies what it downloads. It runs on a sources list and state folders of its own, with
the mirror that this machine's configuration names.
"""

import hashlib
import re
import shutil
import subprocess
import time
from pathlib import Path

from . import paths
from .console import Failure, Progress, child, failure, run, step

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
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
NO_MIRROR = (
    "Odoo 19 comes from a Debian package, and this machine has no apt with a Debian mirror:"
    " set ODOO_HOME to a checkout of Odoo 19."
)
BROKEN = "The download from the Debian mirror broke off; run the same command again, and it goes on from there."
SELFIE = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"


def _mirror():
    try:
        done = subprocess.run(
            ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"],
            capture_output=True,
            text=True,
        )
    except FileNotFoundError:
        raise Failure(NO_MIRROR) from None
    addresses = list(dict.fromkeys(done.stdout.split()))
    found = [address for address in addresses if re.search(r"/debian/?$", address)]
    if not found:
        raise Failure(NO_MIRROR)
    return found[0]


def _apt(suite):
    """An apt with a sources list and state of its own, for one suite."""
    home = paths.STATE / "apt" / suite
    for folder in ("lists/partial", "cache/archives/partial"):
        (home / folder).mkdir(parents=True, exist_ok=True)
    sources = home / "sources.list"
    signed = f"[signed-by={KEYRING}] " if KEYRING.exists() else ""
    sources.write_text(f"deb {signed}{_mirror()} {suite} main\n")
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
        "APT::Update::Error-Mode": "any",
        "Acquire::Languages": "none",
    }
    return ["apt-get", *(f"-o{key}={value}" for key, value in options.items())]


def parse_uris(listing):
    """What `apt-get download --print-uris` says, as [(file name, size, SHA-256)]."""
    found = re.findall(r"^'[^']+' (\S+) (\d+) SHA256:([0-9a-f]{64})$", listing, re.MULTILINE)
    return [(name, int(size), digest) for name, size, digest in found]


def is_whole(path, size, digest):
    """Whether a file is there with this size and content."""
    if not path.exists() or path.stat().st_size != size:
        return False
    found = hashlib.sha256()
    with path.open("rb") as opened:
        while block := opened.read(1 << 20):
            found.update(block)
    return found.hexdigest() == digest


def _download(suite, packages):
    """Bring the packages of a suite, those that are not here yet; return their files."""
    with step(f"Reading the index of Debian {suite}"):
        apt = _apt(suite)
        run([*apt, "update", "-qq"], BROKEN)
        wanted = parse_uris(run([*apt, "download", "-qq", "--print-uris", *packages], BROKEN))
    if len(wanted) != len(packages):
        raise Failure(
            f"The Debian mirror does not have all of {', '.join(packages)} in {suite}: set ODOO_HOME instead."
        )
    partial = paths.DOWNLOADS / "partial"
    partial.mkdir(parents=True, exist_ok=True)
    missing = [part for part in wanted if not is_whole(paths.DOWNLOADS / part[0], *part[1:])]
    if missing:
        total = sum(size for _name, size, _digest in missing)
        names = [name.partition("_")[0] for name, _size, _digest in missing]
        with step(f"Downloading {', '.join(names)} ({max(total >> 20, 1)} MB)"):
            _fetch([*apt, "download", "-qq", *names], partial, total)
            for name, size, digest in missing:
                if not is_whole(partial / name, size, digest):
                    (partial / name).unlink(missing_ok=True)
                    raise failure(BROKEN)
                (partial / name).replace(paths.DOWNLOADS / name)
    return [paths.DOWNLOADS / name for name, _size, _digest in wanted]


def _fetch(command, folder, total):
    progress = Progress()
    log = paths.LOGS / "apt.log"
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    with log.open("w") as written:
        with child(command, cwd=folder, stdout=written, stderr=subprocess.STDOUT) as process:
            while process.poll() is None:
                progress.show(sum(path.stat().st_size for path in folder.iterdir() if path.is_file()), total)
                time.sleep(0.5)
    progress.close()
    if process.returncode:
        raise failure(BROKEN, log.read_text())


def ensure_odoo():
    """Unpack Odoo and what its web client links to; return the folder of its Python package."""
    home = paths.DEBIAN / "usr" / "lib" / "python3" / "dist-packages"
    if (paths.DEBIAN / ".complete").exists():
        return home
    archives = [archive for suite, packages in ODOO_PACKAGES.items() for archive in _download(suite, packages)]
    with step("Unpacking Odoo 19"):
        unpacked = paths.DEBIAN.with_suffix(".part")
        shutil.rmtree(unpacked, ignore_errors=True)
        for archive in archives:
            run(["dpkg-deb", "-x", archive, unpacked], f"{archive.name} could not be unpacked:")
        # Debian strips this file (video blur), and the browser console would complain about it
        selfie = unpacked / "usr/lib/python3/dist-packages/odoo/addons" / SELFIE
        selfie.parent.mkdir(parents=True, exist_ok=True)
        selfie.write_text("// not part of Debian's package\n")
        (unpacked / ".complete").write_text("\n".join(archive.name for archive in archives) + "\n")
        unpacked.replace(paths.DEBIAN)
    shutil.rmtree(paths.DOWNLOADS, ignore_errors=True)
    return home
