"""`make test-beside`: the OCA's addons that touch the same models, beside ours.

Their own tests run with our addon and without it, and are compared by name, as `upstream` does with Odoo's; ours is then
installed before them, and uninstalled. `docs/beside.md` lists what may differ, and why.
"""

import hashlib
import sys
import zipfile

from . import console, database, paths, upstream
from .console import Failure, step
from .odoo import Odoo

LOCK = paths.ROOT / "dev" / "beside.lock"
LIST = paths.ROOT / "docs" / "beside.md"
# suites of the web client's own JavaScript tests, which some addons bring along whole
OPTIONS = ("--ignore-glob=*/test_js.py",)


def _fetch():
    """The folder of the OCA's addons, out of the wheels that the lock names."""
    pinned = LOCK.read_text()
    folder = paths.DOWNLOADS / f"beside_{hashlib.sha256(pinned.encode()).hexdigest()[:12]}"
    if not folder.exists():
        with step("Fetching the OCA's addons"), paths.whole(folder) as part:
            console.run(
                [
                    sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps",
                    "--require-hashes", "-r", LOCK, "-d", part,
                ],
                "The OCA's addons could not be fetched:",
            )  # fmt: skip
            for wheel in part.glob("*.whl"):
                with zipfile.ZipFile(wheel) as packed:
                    packed.extractall(part)
                wheel.unlink()
    return folder / "odoo" / "addons"


def run(server):
    """Run the comparison and the installation in the other order; return the exit code."""
    from .tests import snapshot
    from .tests.common import KEPT, may_stay, troubles

    addons = _fetch()
    names = sorted(path.parent.name for path in addons.glob("*/__manifest__.py"))
    modules = ",".join([database.DEPENDS, *names])
    odoo = Odoo(server, [addons])
    tests = tuple(f"{name}/tests" for name in names if (addons / name / "tests").is_dir())
    suite = upstream.Suite("beside", modules, tests, addons.parent, OPTIONS)
    code = upstream.run_suites(odoo, [suite], LIST)

    name = f"{database.RUN}_beside"
    try:
        database.clone(odoo, database.ensure_base(odoo, modules=modules), name)
        before = snapshot.take(server, name)
        log = database.install(odoo, name)
        _check("Installed after the OCA's addons", troubles(log))
        log = database.uninstall(odoo, name)
        _check("Uninstalled from among them", troubles(log))
        kept = server.query(KEPT, database=name)
        left = snapshot.differences(before, snapshot.take(server, name), may_stay(kept))
        _check("Uninstalled from among them, it left", left)
        database.clone(odoo, database.ensure_base(odoo), name)
        database.install(odoo, name)
        log = database.install(odoo, name, ",".join(names))
        _check("Installed before them", [line for line in troubles(log) if database.ADDON in line])
    finally:
        database.drop(odoo, name)
    return code


def _check(what, lines):
    if lines:
        raise Failure("\n".join([f"{what}:", *lines]))
