"""A database of the first version, 19.0.1.0.0, in which people worked, is updated with the addons as they are now."""

import io
import json
import subprocess
import tarfile

import pytest

from dev import database, odoo, paths

from . import snapshot
from .common import DESCRIPTION, is_of_the_module, none_of, troubles

# the last commit of 19.0.1.0.0
FIRST_VERSION = "f69a467656ee464dcc6e1f7440a6e12ac04b8e65"

# What people did with the first version.
WORK = """
env["res.lang"]._activate_lang("uk_UA")
Lead, Team = env["crm.lead"], env["crm.team"]

def opportunities(name, stage, *figures):
    return Lead.create([
        {"name": f"{name} {figure}", "type": "opportunity", "stage_id": stage.id, "probability": figure}
        for figure in figures
    ])

shelf = env["crm.stage"].create({"name": "Shelf", "probability": 30, "on_change": False})
opportunities("archived", shelf, 0, 30)
shelf.archive_records()
opportunities("open", shelf, 0, 30)
opportunities("lost", shelf, 30).action_set_lost(lost_reason_id=env.ref("crm.lost_reason_2").id)
opportunities("archived by Odoo", shelf, 40).action_archive()
won = env["crm.stage"].search([("is_won", "=", True)], limit=1)
opportunities("won", won, 100)
opportunities("archived won", won, 100)
won.archive_records([("name", "=", "archived won 100")])
Team.create([{"name": "Qualifies", "use_leads": True}, {"name": "Sells at once", "use_leads": False}])
env.ref("crm.menu_crm_lost_reason").name = "Why We Lose"
env.ref("crm.menu_crm_lead_categ").with_context(lang="uk_UA").name = "Наші мітки"
env.ref("crm.stage_lead1").name = "Renamed stage"
env.ref("bjet_crm_setup.lost_reason_budget").name = "Renamed reason"
env.ref("bjet_crm_setup.lost_reason_duplicate").unlink()
env.cr.commit()
"""

OPPORTUNITIES = """
SELECT name, active, probability, won_status, lost_reason_id, date_closed
FROM crm_lead WHERE name ~ '^(open|lost|won|archived).* [0-9]+$' ORDER BY name
"""
ARCHIVED = "SELECT name FROM crm_lead WHERE is_archived ORDER BY name"

# What the first version wrote into records of Odoo: {table: columns}.
WRITTEN = {
    "ir_ui_menu": ("name", "parent_id", "sequence", "action"),
    "ir_act_window": ("name",),
    "ir_model_fields": ("field_description", "help"),
    "ir_model_fields_selection": ("name",),
}

LOOK = """
import json
Shelf = env["crm.stage"].search([("name", "=", "Shelf")])
menus = {
    lang: {menu["xmlid"]: menu["name"] for menu in env["ir.ui.menu"].with_user(env.ref("base.user_admin"))
        .with_context(lang=lang).load_menus(False).values() if menu.get("xmlid")}
    for lang in ("en_US", "uk_UA")
}
teams = {team.name: [team.leads_wanted, team.use_leads] for team in env["crm.team"].search([])}
counts = [Shelf.count_records()]
Shelf.restore_records()
counts.append(Shelf.count_records())
env.cr.rollback()
names = [env.ref("crm.stage_lead1").name, env.ref("bjet_crm_setup.lost_reason_budget").name,
    bool(env.ref("bjet_crm_setup.lost_reason_duplicate", raise_if_not_found=False))]
print(json.dumps([menus, teams, counts, names, env.user.has_group("crm.group_use_lead")]))
"""


class FirstVersion(odoo.Odoo):
    """Odoo with the addon as it was, in a folder, instead of those of the tree."""

    def __init__(self, server, folder):
        super().__init__(server)
        self.folder = folder

    @property
    def addons_path(self):
        folders = super().addons_path.split(",")
        return ",".join(str(self.folder) if folder == str(paths.ROOT) else folder for folder in folders)


def unpack_first_version(folder):
    command = ["git", "archive", FIRST_VERSION, paths.ADDON.name]
    done = subprocess.run(command, cwd=paths.ROOT, capture_output=True, check=False)
    if done.returncode:
        pytest.fail(
            f"The first version is the commit {FIRST_VERSION}, which this clone does not have: fetch the whole history"
            f" (git fetch --unshallow). git says: {done.stderr.decode().strip()}",
            pytrace=False,
        )
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(folder, filter="data")


@pytest.fixture(scope="module")
def updated(instance, make_clone, tmp_path_factory):
    """Go through it once, and keep what was seen on the way."""
    folder = tmp_path_factory.mktemp("first_version")
    unpack_first_version(folder)
    server, name = instance.server, make_clone("first_version", demo=True)
    seen = {"name": name, "never": snapshot.take(server, name, DESCRIPTION)}
    first = FirstVersion(server, folder)
    database.install(first, name, paths.ADDON.name)
    assert server.query("SELECT latest_version FROM ir_module_module WHERE name = 'bjet_crm_setup'", database=name) == [
        ("19.0.1.0.0",)
    ]
    first.shell(f"{name}_work", name, WORK)
    seen["opportunities"] = server.query(OPPORTUNITIES, database=name)
    seen["log"] = troubles(database.install(instance, name, update=True))
    seen["description"] = snapshot.take(server, name, DESCRIPTION)
    return seen


@pytest.fixture(scope="module")
def look(instance, updated):
    name = updated["name"]
    said = instance.shell(f"{name}_look", name, LOOK).strip().splitlines()[-1]
    return dict(zip(("menus", "teams", "counts", "names", "leads feature"), json.loads(said), strict=True))


def test_the_log_has_no_warning(updated):
    none_of(updated["log"])


def test_odoos_words_and_menus_are_back_but_for_what_people_changed(updated):
    lines = []
    for table, columns in WRITTEN.items():
        lines += snapshot.differences(
            *(
                {table: {key: {name: row.get(name) for name in columns} for key, row in rows.items()}}
                for rows in (
                    updated["never"][table],
                    # rows of the addons, which came, are not compared
                    {key: row for key, row in updated["description"][table].items() if key in updated["never"][table]},
                )
            )
        )
    assert len(lines) == 2, "\n".join(lines)
    assert sum("Why We Lose" in line for line in lines) == 1
    assert sum("Наші мітки" in line for line in lines) == 1


def test_no_opportunity_changes_and_the_archived_are_known_as_such(instance, updated):
    name = updated["name"]
    assert instance.server.query(OPPORTUNITIES, database=name) == updated["opportunities"]
    archived = [lead for (lead,) in instance.server.query(ARCHIVED, database=name) if "archived" in lead]
    assert archived == ["archived 0", "archived 30", "archived won 100"]


def test_what_was_archived_can_be_restored(look):
    before, after = look["counts"]
    assert (before["active"], before["lost"]) == (2, 1)
    assert before["archived"] == 3  # one by Odoo's own Archive
    assert after == {"active": 5, "archived": 0, "lost": 1}


def test_a_channel_wishes_for_leads_as_it_did(look):
    feature = look["leads feature"]
    assert look["teams"]["Qualifies"] == [True, feature]
    assert look["teams"]["Sells at once"] == [False, False]


def test_what_people_renamed_or_deleted_stays_so(look):
    assert look["menus"]["en_US"]["crm.menu_crm_lost_reason"] == "Why We Lose"
    assert look["menus"]["uk_UA"]["crm.menu_crm_lead_categ"] == "Наші мітки"
    assert look["menus"]["en_US"]["crm.menu_crm_opportunities"] == "Pipeline"
    assert look["menus"]["uk_UA"]["crm.menu_crm_opportunities"] == "Лійка продажів"
    assert look["names"] == ["Renamed stage", "Renamed reason", False]


def test_an_uninstall_afterwards_leaves_nothing(instance, updated, look):
    none_of(troubles(database.uninstall(instance, updated["name"])))
    left = snapshot.differences(
        updated["never"], snapshot.take(instance.server, updated["name"], DESCRIPTION), is_of_the_module
    )
    none_of([line for line in left if "Why We Lose" not in line and "Наші мітки" not in line])
