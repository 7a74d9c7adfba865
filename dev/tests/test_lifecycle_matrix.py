"""Install, update, uninstall and reinstall, on each kind of database that the addon may meet.

Whole databases are compared, row by row and with their schema: an update changes nothing, and after an uninstall
the database is what it was before the addon came.
"""

import contextlib
import json
import os
import re
import subprocess
import sys
import zipfile

import pytest

from dev import database, paths, snapshot
from dev.odoo import Odoo

PREFIX = f"{os.environ.get('BJET_DB', 'bjet')}_life"
NEIGHBOURS = "sale_crm,website_crm,crm_livechat,sale_management,hr"
# the addon of the OCA with the same two fields on a stage; AGPL, so it is fetched and never kept in this repository
OCA = "crm_stage_probability"
OCA_REQUIREMENT = (
    "odoo-addon-crm_stage_probability==19.0.1.0.1"
    " --hash=sha256:1a199f35969f81d0aa4d10d3b8a7b9519e955ee1453e92ce17eb4561aa953560\n"
)
COMPLAINT = re.compile(r"^\S+ \S+ \d+ (WARNING|ERROR|CRITICAL) ")
# Odoo's own book of modules: an update of any module rewrites what its manifest says
LEFT_BY_ODOO = ("~ ir_module_module ",)


class Life:
    """One database and what is done to it; every step's log must be without complaint."""

    def __init__(self, odoo, name):
        self.odoo, self.name = odoo, name

    def install(self, *modules):
        self._call("install", "-i", ",".join(modules or [database.ADDON]))

    def update(self):
        self._call("update", "-u", database.ADDON)

    def uninstall(self, module=database.ADDON):
        log = paths.LOGS / f"{self.name}_uninstall.log"
        config = self.odoo.write_config(self.name, self.name)
        with log.open("w") as written:
            subprocess.run(
                self.odoo.command("module", "uninstall", "-c", config, module),
                env=self.odoo.environment(),
                stdout=written,
                stderr=subprocess.STDOUT,
                check=True,
            )
        _assert_quiet(log)

    def _call(self, step, *arguments):
        _assert_quiet(
            self.odoo.call(f"{self.name}_{step}", self.name, *arguments, failure=f"The {step} on {self.name} failed.")
        )

    def ask(self, script):
        """Run a script in Odoo's shell, and return what it printed as JSON on its last line."""
        return json.loads(self.odoo.shell(f"{self.name}_ask", self.name, script).strip().splitlines()[-1])

    def snapshot(self):
        return snapshot.take(self.odoo.server, self.name)


def _assert_quiet(log):
    complaints = [line for line in log.read_text().splitlines() if COMPLAINT.match(line)]
    assert complaints == [], f"see {log}"


def _left(before, after):
    return [line for line in snapshot.differences(before, after) if not line.startswith(LEFT_BY_ODOO)]


@contextlib.contextmanager
def _clone(odoo, source, case):
    name = f"{PREFIX}_{case}"
    database.clone(odoo, source, name)
    try:
        yield Life(odoo, name)
    finally:
        database.drop(odoo, name)


@pytest.fixture(scope="module")
def with_oca(instance, tmp_path_factory):
    """An Odoo that also has the OCA's addon on its path."""
    folder = tmp_path_factory.mktemp("oca")
    (folder / "requirements.txt").write_text(OCA_REQUIREMENT)
    subprocess.run(
        [
            sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps",
            "--require-hashes", "-r", folder / "requirements.txt", "-d", folder,
        ],
        check=True,
    )  # fmt: skip
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder)
    return Odoo(instance.server, extra_addons=[folder / "odoo" / "addons"])


def _whole_life(life):
    before = life.snapshot()
    life.install()
    installed = life.snapshot()
    life.update()
    assert _left(installed, life.snapshot()) == []
    life.uninstall()
    assert _left(before, life.snapshot()) == []
    life.install()
    life.uninstall()
    assert _left(before, life.snapshot()) == []


def test_beside_sale_crm(instance):
    with _clone(instance, database.ensure_base(instance), "plain") as life:
        _whole_life(life)


def test_with_demo_data(instance):
    with _clone(instance, database.ensure_base(instance, demo=True), "demo") as life:
        _whole_life(life)


def test_with_website_livechat_quotations_and_employees(instance):
    with _clone(instance, database.ensure_base(instance, modules=NEIGHBOURS), "neighbours") as life:
        _whole_life(life)


def test_on_an_empty_database(instance):
    """With all that it depends on, in one go; nothing of it is left afterwards."""
    name = f"{PREFIX}_empty"
    database.drop(instance, name)
    instance.server.create(name)
    try:
        life = Life(instance, name)
        life._call("install", "-i", database.ADDON, "--without-demo")
        life.uninstall()
        left = [line for line in snapshot.differences({}, life.snapshot()) if database.ADDON in line]
        assert [line for line in left if not line.startswith("+ ir_module_module")] == []
    finally:
        database.drop(instance, name)


OWN_VALUES = """
stages = env["crm.stage"].search([], order="sequence, id")
for number, stage in enumerate(stages - stages.filtered("is_won")):
    stage.write({"probability": 11 + number, "on_change": number % 2 == 0})
env.cr.commit()
"""
VALUES = """
import json
stages = env["crm.stage"].search([("is_won", "=", False), ("name", "!=", "Undefined")], order="sequence, id")
print(json.dumps([[stage.name, stage.probability, stage.on_change] for stage in stages]))
"""
DRAG = """
import json
first, second, third = env["crm.stage"].search([("is_won", "=", False), ("name", "!=", "Undefined")], order="sequence, id")[:3]
lead = env["crm.lead"].create({"name": "Dragged", "type": "opportunity", "stage_id": second.id})
lead.stage_id = third
entered = lead.probability
env["crm.lead"]._cron_update_automated_probabilities()
lead.invalidate_recordset()
night = lead.probability
env.cr.rollback()
print(json.dumps([entered, night]))
"""


def test_where_the_oca_addon_was_first(with_oca):
    """Values of the stages are kept, both addons work, and each can go while the other stays."""
    with _clone(with_oca, database.ensure_base(with_oca), "oca") as life:
        life.install(OCA)
        with_oca.shell(f"{life.name}_own", life.name, OWN_VALUES)
        values = life.ask(VALUES)
        theirs = life.snapshot()

        life.install()
        assert life.ask(VALUES) == values
        third = values[2][1]
        assert life.ask(DRAG) == [third, third]
        life.update()
        assert life.ask(VALUES) == values

        life.uninstall()
        assert _left(theirs, life.snapshot()) == []
        assert life.ask(VALUES) == values

        life.install()
        both = life.ask(VALUES)
        assert both == values
        life.uninstall(OCA)
        assert life.ask(VALUES) == values
        assert life.ask(DRAG) == [third, third]
