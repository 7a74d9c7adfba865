"""Odoo 19 from Debian's packages, downloaded and unpacked beside the project: nothing is installed into the system.

apt itself verifies what it downloads. It runs on a sources list and state folders of its own, with
the mirror that this machine's configuration names, or the variable DEBIAN_MIRROR: a snapshot of the archive has the
packages of its day.
"""

import contextlib
import hashlib
import os
import platform
import re
import shutil
import subprocess
from pathlib import Path

from . import paths
from .console import Failure, Progress, failure, run, step, tail

ODOO = "odoo-19"
HOME = Path("usr", "lib", "python3", "dist-packages")
ODOO_PACKAGES = {
    "sid": (
        ODOO,
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
INSTEAD = (
    "name a snapshot of Debian's archive that has it in DEBIAN_MIRROR, Odoo's public repository or a copy of it in ODOO_GIT,"
    " or a checkout of Odoo 19 in ODOO_HOME."
)
TARGET = re.compile(r"(.*)\|(.*)\|(.*)\|(.*)\|(.*)")
FETCHED = r"^dlstatus:\d+:(?P<done>\d+)"
BROKEN = "The download from the Debian mirror broke off; run the same command again, and it goes on from there."
SELFIE = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"


def mirror():
    """The address of a Debian mirror: the one that DEBIAN_MIRROR names, or that this machine's apt uses; None without."""
    if named := os.environ.get("DEBIAN_MIRROR"):
        return named
    if not shutil.which("apt-get"):
        return None
    for origin, label, _component, _release, address in _targets():
        if (origin, label) == ("Debian", "Debian"):
            return address
    # where the lists are empty, only the sources tell
    with contextlib.suppress(OSError):
        system = platform.freedesktop_os_release()
        suites = {system.get("VERSION_CODENAME"), "stable", "testing", "unstable", "sid"}
        found = [
            address
            for _origin, _label, component, release, address in _targets("--no-release-info")
            if component == "main" and release in suites and (system["ID"] == "debian" or "debian" in address)
        ]
        # others keep packages for Debian, too
        return next((address for address in found if re.search(r"/debian(\.list)?/?$", address)), *found[:1] or [None])
    return None


def _targets(*options):
    """(origin, label, component, release, address) of what apt is set up to read."""
    form = "$(ORIGIN)|$(LABEL)|$(COMPONENT)|$(RELEASE)|$(REPO_URI)"
    done = subprocess.run(
        ["apt-get", "indextargets", *options, "--format", form, "Created-By: Packages"], capture_output=True, text=True
    )
    return [match.groups() for match in map(TARGET.fullmatch, done.stdout.splitlines()) if match]


def _apt(suite):
    """An apt with a sources list and state of its own, for one suite."""
    home = paths.STATE / "apt" / suite
    for folder in ("lists/partial", "cache/archives/partial"):
        (home / folder).mkdir(parents=True, exist_ok=True)
    sources = home / "sources.list"
    # a snapshot is older than it says to be valid
    marks = ["check-valid-until=no"] if os.environ.get("DEBIAN_MIRROR") else []
    marks += [f"signed-by={KEYRING}"] if KEYRING.exists() else []
    marked = f"[{' '.join(marks)}] " if marks else ""
    sources.write_text(f"deb {marked}{mirror()} {suite} main\n")
    (home / "status").touch()
    options = {
        "Dir::State": home,
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
    return path.exists() and path.stat().st_size == size and hashlib.sha256(path.read_bytes()).hexdigest() == digest


def _download(suite, packages):
    """Bring the packages of a suite, those that are not here yet; return their files."""
    with step(f"Reading the index of Debian {suite}"):
        apt = _apt(suite)
        run([*apt, "update", "-qq"], BROKEN)
        wanted = [(package, *_ask(apt, suite, package)) for package in packages]
    paths.DOWNLOADS.mkdir(parents=True, exist_ok=True)
    missing = [(package, *file) for package, *file in wanted if not is_whole(*file)]
    if missing:
        names = [package for package, *_file in missing]
        total = sum(size for _package, _path, size, _digest in missing)
        with step(f"Downloading {', '.join(names)} ({max(total >> 20, 1)} MB)"):
            run(
                [*apt, "-oAPT::Status-Fd=1", "download", "-qq", *names], BROKEN, cwd=paths.DOWNLOADS,
                progress=Progress(FETCHED),
            )  # fmt: skip
        for _package, path, size, digest in missing:
            # apt takes any file of the right size for the package
            if not is_whole(path, size, digest):
                path.unlink(missing_ok=True)
                raise failure(BROKEN)
    return [path for _package, path, _size, _digest in wanted]


def _ask(apt, suite, package):
    """What apt would bring as a package, and to which file: (path, size, SHA-256)."""
    done = subprocess.run([*apt, "download", "-qq", "--print-uris", package], capture_output=True, text=True)
    for name, size, digest in parse_uris(done.stdout):
        return paths.DOWNLOADS / name, size, digest
    # to run it again would not help
    raise Failure(f"The Debian mirror has no {package} in {suite} (any more): {INSTEAD}\n{tail(done.stderr)}")


def folder(version=""):
    """Where Odoo is unpacked, or will be; a version that is asked for, if it is not the one that is here, has its own."""
    if not version or version == unpacked_version(paths.DEBIAN):
        return paths.DEBIAN
    return paths.DEBIAN.with_name(f"debian-{version}")


def unpacked_version(unpacked):
    """The version of Odoo's package in a folder; empty where there is none."""
    if not (unpacked / ".complete").exists():
        return ""
    return re.search(rf"^{ODOO}_(.+)_all\.deb$", (unpacked / ".complete").read_text(), re.MULTILINE)[1]


def ensure_odoo(version=""):
    """Unpack Odoo and what its web client links to; return the folder of its Python package."""
    target = folder(version)
    if (target / ".complete").exists():
        return target / HOME
    archives = []
    for suite, packages in ODOO_PACKAGES.items():
        archives += _download(suite, [f"{name}={version}" if version and name == ODOO else name for name in packages])
    with step("Unpacking Odoo 19"), paths.whole(target) as unpacked:
        for archive in archives:
            run(["dpkg-deb", "-x", archive, unpacked], f"{archive.name} could not be unpacked:")
        # Debian strips this file (video blur), and the browser console would complain about it
        selfie = unpacked / HOME / "odoo" / "addons" / SELFIE
        selfie.parent.mkdir(parents=True, exist_ok=True)
        selfie.write_text("// not part of Debian's package\n")
        (unpacked / ".complete").write_text("\n".join(archive.name for archive in archives) + "\n")
    shutil.rmtree(paths.DOWNLOADS, ignore_errors=True)
    return target / HOME
