"""The addon's life on the databases that `test_lifecycle.py` does not have: a bare one, one full of neighbours, and one
where the addon of the OCA with the same fields was first.
"""

import contextlib
import json
import subprocess
import sys
import zipfile

import pytest

from dev import database
from dev.odoo import Odoo

from . import snapshot
from .common import KEPT, is_of_the_module, may_stay, troubles

NEIGHBOURS = "sale_crm,website_crm,crm_livechat,sale_management,hr"
# AGPL: it is fetched, and never kept in this repository
OCA = "crm_stage_probability"
OCA_REQUIREMENT = (
    "odoo-addon-crm_stage_probability==19.0.1.0.1"
    " --hash=sha256:1a199f35969f81d0aa4d10d3b8a7b9519e955ee1453e92ce17eb4561aa953560\n"
)


class Life:
    """One database and what is done to it; no step may leave a warning in Odoo's log."""

    def __init__(self, odoo, name):
        self.odoo, self.name = odoo, name

    def install(self, modules=database.ADDON):
        assert troubles(database.install(self.odoo, self.name, modules)) == []

    def update(self):
        assert troubles(database.install(self.odoo, self.name, update=True)) == []

    def uninstall(self, modules=database.ADDON):
        assert troubles(database.uninstall(self.odoo, self.name, modules)) == []

    def ask(self, script):
        """Run a script in Odoo's shell, and return what it printed as JSON on its last line."""
        return json.loads(self.odoo.shell(f"{self.name}_ask", self.name, script).strip().splitlines()[-1])

    def snapshot(self):
        return snapshot.take(self.odoo.server, self.name)

    def left_since(self, before):
        """What an uninstallation left, or took, but for the records of the directories."""
        kept = may_stay(self.odoo.server.query(KEPT, database=self.name))
        return snapshot.differences(before, self.snapshot(), kept)


@contextlib.contextmanager
def clone(odoo, source, suffix):
    name = f"{database.RUN}_life_{suffix}"
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
    done = subprocess.run(
        [
            sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps",
            "--require-hashes", "-r", folder / "requirements.txt", "-d", folder,
        ],
        stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    if "No matching distribution" in done.stderr:
        pytest.skip(f"the package index here does not have {OCA_REQUIREMENT.split()[0]}")
    assert done.returncode == 0, done.stderr
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder)
    return Odoo(instance.server, [folder / "odoo" / "addons"])


def test_among_website_livechat_quotations_and_employees(instance):
    with clone(instance, database.ensure_base(instance, modules=NEIGHBOURS), "neighbours") as life:
        before = life.snapshot()
        life.install()
        installed = life.snapshot()
        life.update()
        assert snapshot.differences(installed, life.snapshot(), is_of_the_module) == []
        life.uninstall()
        assert life.left_since(before) == []
        life.install()
        life.uninstall()
        assert life.left_since(before) == []


def test_on_a_database_with_nothing_in_it(instance):
    """All that the addon depends on comes with it; when the addon goes, no row of the database names it but the
    ids of the records of the directories."""
    name = f"{database.RUN}_life_bare"
    database.create(instance, name)
    try:
        life = Life(instance, name)
        life.install()
        life.uninstall()
        stays = may_stay(instance.server.query(KEPT, database=name))
        rows = [
            f"{table}: {row}"
            for table, found in life.snapshot().items()
            for row in found.values()
            if database.ADDON in json.dumps(row) and not stays(table, row)
        ]
        assert rows == []
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
    with clone(with_oca, database.ensure_base(with_oca), "oca") as life:
        life.install(OCA)
        with_oca.shell(f"{life.name}_own", life.name, OWN_VALUES)
        values = life.ask(VALUES)
        theirs = life.snapshot()

        life.install()
        assert life.ask(VALUES) == values
        life.update()
        assert life.ask(VALUES) == values

        life.uninstall()
        assert life.left_since(theirs) == []
        assert life.ask(VALUES) == values

        life.install()
        assert life.ask(VALUES) == values
        third = values[2][1]
        assert life.ask(DRAG) == [third, third]
        life.uninstall(OCA)
        assert life.ask(VALUES) == values
        assert life.ask(DRAG) == [third, third]
