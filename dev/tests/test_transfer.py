"""A CRM set-up travels between databases: by Odoo's own loader, by its Import Module, and by the command of the addon.

The file is one that Export wrote, in a database where someone had clicked a set-up together.
"""

import base64
import json
import re
import shutil
import subprocess
import zipfile

import pytest

from dev import database, odoo, paths

from .common import none_of, troubles

NAME = "acme_crm"
UKRAINIAN = "uk_UA"
TABLES = ("crm_team", "crm_stage", "mail_activity_type", "crm_tag", "crm_lost_reason")

CLICKED = """
def both(record, english, ukrainian, field="name"):
    record.with_context(lang="en_US")[field] = english
    record.with_context(lang="uk_UA")[field] = ukrainian
    return record

Stage, Team, Tag, Type = (env[model].with_context(lang="en_US") for model in (
    "crm.stage", "crm.team", "crm.tag", "mail.activity.type"))
both(env.ref("crm.stage_lead1"), "First contact", "Перше знайомство")
env.ref("crm.stage_lead3").unlink()
env.ref("crm.lost_reason_2").unlink()
retail = both(Team.create({"name": "Retail", "company_id": False, "sequence": 30}), "Retail", "Роздріб")
both(Stage.create({"name": "Contract", "probability": 80, "on_change": True, "sequence": 4, "team_ids": [(6, 0, retail.ids)]}),
     "Contract", "Договір")
both(Tag.create({"name": "Other"}), "Other", "Інше")
both(env["crm.lost.reason"].with_context(lang="en_US").create({"name": "Other"}), "Other", "Інша причина")
visit = both(Type.create({"name": "Visit", "summary": "Visit"}), "Visit", "Візит")
both(visit, "Visit", "Візит до клієнта", "summary")
env.ref("mail.mail_activity_data_call").suggested_next_type_ids = visit
env.ref("mail.mail_activity_data_email").active = False
env.cr.commit()
"""

EXPORT = """
content = env["bjet.crm.transfer"].export_setup({name!r}, "CRM of Acme")["content"]
env.cr.commit()
print("<<" + content + ">>")
"""

# in a database with Odoo's demo data: a tag that is not used any more, and a stage of a channel, both of that data
CLICKED_IN_DEMO = """
env.ref("sales_team.categ_oppor8").active = False
env["crm.stage"].with_context(lang="en_US").create(
    {"name": "Preparation", "sequence": 2, "team_ids": [(6, 0, env.ref("sales_team.crm_team_1").ids)]}
)
env.cr.commit()
"""
FROM_DEMO = """
import json
tag = env["crm.tag"].with_context(active_test=False, lang="en_US").search([("name", "=", "Other")])
stage = env["crm.stage"].with_context(lang="en_US").search([("name", "=", "Preparation")])
print("<<" + json.dumps([tag.mapped("active"), stage.team_ids.mapped("name"), bool(env.ref(
    "sales_team.crm_team_1", raise_if_not_found=False))]) + ">>")
"""

READY_MADE = """
import json
from odoo.addons.bjet_crm_transfer.tools import ready
transfer, Lead = env["bjet.crm.transfer"], env["crm.lead"].with_context(active_test=False)
def seen():
    env.invalidate_all()
    return transfer.export_setup("acme_crm")["content"], [
        [lead.id, lead.stage_id.id, lead.tag_ids.ids, lead.team_id.id, lead.lost_reason_id.id, lead.probability]
        for lead in Lead.search([], order="id")]
seen()
found = {}
for name in ready.BY_NAME:
    before = seen()
    content = ready.content(name)
    preview = transfer.preview_setup(content)
    result = transfer.apply_setup(content, preview["fingerprint"])
    env.invalidate_all()
    stages = env["crm.stage"].search([("is_undefined", "=", False)]).with_context(lang="en_US").mapped("name")
    again = [change for change in transfer.preview_setup(content)["changes"] if change["kind"] != "keep"]
    applied = seen()
    transfer.undo_setup(result["history_id"])
    after = seen()
    found[name] = {
        "conflicts": [change["xmlid"] for change in preview["changes"] if change["kind"] == "conflict"],
        "again": again, "exported": applied[0] != before[0], "export": after[0] == before[0],
        "leads": after[1] == before[1],
        "stages": stages == [record.name for record in ready.load(name).of("stages")],
    }
env.cr.rollback()
print("<<" + json.dumps(found) + ">>")
"""

SEEN = """
import json
def seen(lang):
    found = {}
    for xmlid in ("crm.stage_lead1", "acme_crm.stage_contract", "acme_crm.tag_other", "acme_crm.lost_reason_other",
                  "acme_crm.reason_other", "acme_crm.team_retail"):
        record = env.ref(xmlid, raise_if_not_found=False)
        if record:
            found[xmlid] = record.with_context(lang=lang).name
    return found
print("<<" + json.dumps({"en": seen("en_US"), "uk": seen("uk_UA"),
    "gone": [bool(env.ref(x, raise_if_not_found=False)) for x in ("crm.stage_lead3", "crm.lost_reason_2")]}) + ">>")
"""

# a database that never had the language: nothing of the five directories is translated, and Odoo does not know it
FORGET_LANGUAGE = (
    "UPDATE res_lang SET active = false WHERE code = 'uk_UA'",
    "UPDATE res_partner SET lang = 'en_US' WHERE lang = 'uk_UA'",
    *(f"UPDATE {table} SET name = name - 'uk_UA'" for table in TABLES),
)


def answer(text):
    return re.search(r"<<(.*)>>", text, re.DOTALL)[1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """An addons folder for the exported module."""
    return tmp_path_factory.mktemp("addons")


@pytest.fixture(scope="module")
def home(server, folder):
    """Odoo with that folder on its path."""
    return odoo.Odoo(server, [folder])


@pytest.fixture(scope="module")
def ready(home):
    """A database with the addons, to clone."""
    name = f"{database.RUN}_transfer"
    database.clone(home, database.ensure_base(home), name)
    database.install(home, name)
    yield name
    database.drop(home, name)


@pytest.fixture(scope="module")
def clone(home, ready):
    made = []

    def make(suffix, of=ready):
        name = f"{database.RUN}_transfer_{suffix}"
        made.append(name)
        database.clone(home, of, name)
        return name

    yield make
    for name in made:
        database.drop(home, name)


@pytest.fixture(scope="module")
def source(home, clone, folder):
    """The database where the set-up was clicked; its export lies in the folder, unpacked."""
    name = clone("source")
    home.shell(name, name, CLICKED)
    unpack(export(home, name), folder)
    return name


@pytest.fixture(scope="module")
def demo(home):
    """A database with Odoo's demo data, and the addons."""
    name = f"{database.RUN}_transfer_demo"
    database.clone(home, database.ensure_base(home, demo=True), name)
    database.install(home, name)
    yield name
    database.drop(home, name)


def export(home, name, module=NAME):
    return base64.b64decode(answer(home.shell(name, name, EXPORT.format(name=module))))


def unpack(content, folder, module=NAME):
    (folder / f"{module}.zip").write_bytes(content)
    with zipfile.ZipFile(folder / f"{module}.zip") as archive:
        archive.extractall(folder)


def seen(home, name):
    return json.loads(answer(home.shell(name, name, SEEN)))


def forget_language(home, name):
    for query in FORGET_LANGUAGE:
        home.server.query(query, database=name)


def import_zip(home, name, folder):
    """Odoo's own Import Module."""
    database.install(home, name, "base_import_module")
    home.shell(
        name, name,
        f"import io\nenv['ir.module.module']._import_zipfile(io.BytesIO(open({str(folder / (NAME + '.zip'))!r}, 'rb').read()))\n"
        "env.cr.commit()\n",
    )  # fmt: skip


def command(home, *arguments, **options):
    """Run `odoo-bin crm_transfer`; return (exit code, what it printed)."""
    done = subprocess.run(
        [str(home.python), str(odoo.SCRIPT), f"--addons-path={home.addons_path}", "crm_transfer", *map(str, arguments)],
        env=home.environment(), capture_output=True, text=True, cwd=paths.STATE, check=False, **options,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


WANTED_UK = {
    "crm.stage_lead1": "Перше знайомство",
    "acme_crm.stage_contract": "Договір",
    "acme_crm.tag_other": "Інше",
    "acme_crm.team_retail": "Роздріб",
}


def arrived(home, name):
    found = seen(home, name)
    assert found["gone"] == [False, False]
    assert found["en"]["crm.stage_lead1"] == "First contact"
    assert {xmlid: found["uk"].get(xmlid) for xmlid in WANTED_UK} == WANTED_UK
    assert "Інша причина" in found["uk"].values()


def test_it_installs_elsewhere_and_is_exported_there_byte_for_byte(home, source, clone, folder):
    name = clone("installed")
    none_of(troubles(database.install(home, name, NAME)))
    arrived(home, name)
    assert export(home, name) == (folder / f"{NAME}.zip").read_bytes()


def test_the_language_comes_after_by_the_wizard(home, source, clone):
    name = clone("wizard")
    forget_language(home, name)
    database.install(home, name, NAME)
    database.add_language(home, name, UKRAINIAN)
    arrived(home, name)


def test_the_language_comes_after_by_the_command(home, source, clone):
    name = clone("loadlang")
    forget_language(home, name)
    database.install(home, name, NAME)
    home.cli(name, name, ["i18n", "loadlang"], "-l", UKRAINIAN, failure="The language could not be loaded.")
    arrived(home, name)


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_it_arrives_as_a_zip(home, source, clone, folder, before):
    name = clone(f"zip_{before}".lower())
    if not before:
        forget_language(home, name)
    # Odoo takes a module that lies in its path from there: the zip arrives where it does not
    apart = odoo.Odoo(home.server)
    import_zip(apart, name, folder)
    if not before:
        database.add_language(apart, name, UKRAINIAN)
    arrived(apart, name)
    assert export(apart, name) == (folder / f"{NAME}.zip").read_bytes()


def test_the_language_comes_after_an_apply(home, source, clone, folder):
    name = clone("applied")
    forget_language(home, name)
    code, _out, err = command(home, "apply", name, folder / NAME)
    assert code == 0, err
    database.add_language(home, name, UKRAINIAN)
    arrived(home, name)
    assert export(home, name) == (folder / f"{NAME}.zip").read_bytes()
    assert command(home, "plan", name, folder / NAME)[0] == 0


def test_msgfmt_takes_the_translations(source, folder):
    if not shutil.which("msgfmt"):
        pytest.skip("gettext is not installed")
    for path in (folder / NAME / "i18n").glob("*.po*"):
        subprocess.run(["msgfmt", "-c", "-o", "/dev/null", str(path)], check=True)


def test_an_update_of_everything_changes_nothing(home, source):
    before = export(home, source)
    count = f"SELECT {', '.join(f'(SELECT count(*) FROM {table})' for table in TABLES)}"
    counted = home.server.query(count, database=source)
    database.install(home, source, "all", update=True)
    assert home.server.query(count, database=source) == counted
    assert export(home, source) == before


def test_uninstalling_deletes_nothing_of_the_directories(home, source, clone, folder):
    name = clone("uninstalled")
    database.install(home, name, NAME)
    home.shell(
        name, name,
        "env['crm.lead'].create({'name': 'Tagged', 'type': 'opportunity', 'stage_id': env.ref('acme_crm.stage_contract').id,"
        " 'tag_ids': [(6, 0, env.ref('acme_crm.tag_other').ids)]})\nenv.cr.commit()\n",
    )  # fmt: skip
    kept = (
        *(f"SELECT array_agg(id ORDER BY id) FROM {table}" for table in TABLES),
        "SELECT array_agg((lead_id, tag_id)) FROM crm_tag_rel",
        "SELECT array_agg((id, stage_id) ORDER BY id) FROM crm_lead",
    )
    before = [home.server.query(query, database=name) for query in kept]
    none_of(troubles(database.uninstall(home, name, NAME)))
    assert [home.server.query(query, database=name) for query in kept] == before
    none_of(troubles(database.uninstall(home, name)))
    assert [home.server.query(query, database=name) for query in kept] == before
    database.install(home, name)
    assert [home.server.query(query, database=name) for query in kept] == before
    # what the addon's own fields held went with them, and comes back by the file; no record is made anew or removed
    code, out, _err = command(home, "plan", name, folder / NAME, "--json")
    changes = json.loads(out)["changes"]
    assert (code, {change["kind"] for change in changes}) == (2, {"change"}), changes
    assert command(home, "apply", name, folder / NAME)[0] == 0
    assert command(home, "plan", name, folder / NAME)[0] == 0


def test_the_command(home, source, clone, folder, tmp_path):
    name = clone("command")
    code, out, _err = command(home, "plan", name, folder / NAME, "--json")
    plan = json.loads(out)
    assert (code, list(plan)[-1], plan["complete"]) == (2, "complete", True)
    (tmp_path / "plan.json").write_text(out)
    assert command(home, "plan", name, folder / NAME, "--lang", UKRAINIAN)[1].count("Contract")
    code, out, err = command(home, "apply", name, folder / f"{NAME}.zip", "--plan", tmp_path / "plan.json", "--json")
    assert code == 0, err
    assert json.loads(out)["complete"]
    assert command(home, "plan", name, folder / NAME)[0] == 0
    code, _out, err = command(home, "apply", name, folder / NAME, "--plan", tmp_path / "plan.json")
    assert (code, "changed since the preview" in err) == (1, True)
    home.shell(name, name, "env.ref('acme_crm.stage_contract').probability = 70\nenv.cr.commit()\n")
    changed = tmp_path / NAME
    shutil.copytree(folder / NAME, changed)
    stages = changed / "data" / "crm_stage_data.xml"
    stages.write_text(stages.read_text().replace("80.0", "60.0"))
    assert command(home, "plan", name, changed)[0] == 3
    code, _out, err = command(home, "export", name, NAME, "-o", tmp_path / "again")
    assert code == 0, err
    assert (tmp_path / "again" / "__manifest__.py").exists()
    assert command(home, "undo", name)[0] == 0
    assert command(home, "plan", name)[0] == 1
    assert command(home, "plan", name, tmp_path / "nothing.zip")[0] == 1
    assert command(home, "plan", f"{name}_nowhere", folder / NAME)[0] == 1
    assert command(home, "plan", name, folder / NAME, "--user", "nobody")[0] == 1
    assert command(home, "plan", name, folder / NAME, "-c", tmp_path / "nothing.conf")[0] == 1
    assert command(home, "apply", name, folder / NAME, "--take", "acme_crm.stage_contract")[0] == 1


@pytest.mark.parametrize("lang", ["en", "uk"])
def test_the_scripts_of_the_page_do_what_it_says(home, source, clone, folder, tmp_path, lang):
    page = (paths.ROOT / "docs" / lang / "consultants.md").read_text()
    [plan, release] = re.findall(
        r"^```sh\n(#!/bin/sh\n.*?|odoo-bin [^\n]*--plan [^\n]*\n)```", page, re.DOTALL | re.MULTILINE
    )
    assert "# plan.sh: " in plan
    name = clone(f"page_{lang}")
    shutil.copytree(folder / NAME, tmp_path / NAME)
    (tmp_path / "odoo-bin").write_text(f'#!/bin/sh\nexec "{home.python}" "{odoo.SCRIPT}" "$@"\n')
    (tmp_path / "odoo-bin").chmod(0o755)
    environment = home.environment()
    environment |= {"ADDONS": home.addons_path, "DATABASE": name, "PATH": f"{tmp_path}:{environment['PATH']}"}

    def run(script):
        done = subprocess.run(
            ["sh", "-c", script], env=environment, cwd=tmp_path, check=False, capture_output=True, text=True
        )
        return done.returncode, done.stdout + done.stderr

    def planned():
        code, told = run(plan)
        return code, json.loads((tmp_path / "plan.json").read_text())["complete"], told

    code, complete, told = planned()
    assert (code, complete) == (0, True), told
    code, told = run(release)
    assert code == 0, told
    code, told = run(release)
    assert code == 1, told
    home.shell(name, name, "env.ref('acme_crm.stage_contract').probability = 70\nenv.cr.commit()\n")
    stages = tmp_path / NAME / "data" / "crm_stage_data.xml"
    stages.write_text(stages.read_text().replace("80.0", "60.0"))
    code, complete, told = planned()
    assert (code, complete) == (3, True), told


def test_two_applies_at_once_wait_for_each_other(home, source, clone, folder):
    name = clone("twice")
    arguments = [
        str(home.python), str(odoo.SCRIPT), f"--addons-path={home.addons_path}", "crm_transfer", "apply", name,
        str(folder / NAME), "--json",
    ]  # fmt: skip
    running = [
        subprocess.Popen(
            arguments,
            env=home.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=paths.STATE,
        )
        for _turn in range(2)
    ]
    answers = [process.communicate() for process in running]
    assert [process.returncode for process in running] == [0, 0], answers
    assert not [err for _out, err in answers if "ERROR" in err]
    added = sorted(json.loads(out)["added"] for out, _err in answers)
    assert added[0] == 0 < added[1]
    arrived(home, name)


def test_what_was_removed_stays_away_after_an_update_of_crm(home, source, clone, folder):
    """In the database where it was removed by hand, in one that installed the set-up, and in one that applied it."""
    installed, applied = clone("stays_installed"), clone("stays_applied")
    database.install(home, installed, NAME)
    code, _out, err = command(home, "apply", applied, folder / NAME)
    assert code == 0, err
    for name in (clone("stays_source", source), installed, applied):
        none_of(troubles(database.install(home, name, "crm", update=True)))
        assert seen(home, name)["gone"] == [False, False], name


def test_a_copy_without_its_filestore_knows_what_was_applied(home, source, clone, folder, tmp_path):
    name = clone("original")
    code, _out, err = command(home, "apply", name, folder / NAME)
    assert code == 0, err
    before = export(home, name)
    copy = clone("copy", name)
    shutil.rmtree(database.filestore(copy))
    assert command(home, "plan", copy, folder / NAME)[0] == 0
    changed = tmp_path / NAME
    shutil.copytree(folder / NAME, changed)
    stages = changed / "data" / "crm_stage_data.xml"
    stages.write_text(stages.read_text().replace("80.0", "60.0"))
    code, out, err = command(home, "plan", copy, changed, "--json")
    assert code == 2, err
    [change] = json.loads(out)["changes"]
    assert (change["kind"], change["xmlid"]) == ("change", "acme_crm.stage_contract")
    code, _out, err = command(home, "apply", copy, changed)
    assert code == 0, err
    code, _out, err = command(home, "undo", copy)
    assert code == 0, err
    assert export(home, copy) == before


def test_a_set_up_of_a_demo_database_installs_without_demo_data(home, demo, clone, folder):
    clicked = clone("demo_source", demo)
    home.shell(clicked, clicked, CLICKED_IN_DEMO)
    unpack(export(home, clicked, "demo_crm"), folder, "demo_crm")
    name = clone("without_demo")
    none_of(troubles(database.install(home, name, "demo_crm")))
    assert json.loads(answer(home.shell(name, name, FROM_DEMO))) == [[False], ["Pre-Sales"], False]
    assert export(home, name, "demo_crm") == (folder / "demo_crm.zip").read_bytes()


def test_ready_made_set_ups_apply_on_a_demo_database_and_are_taken_back_to_the_byte(home, demo):
    found = json.loads(answer(home.shell(demo, demo, READY_MADE)))
    assert len(found) == 5
    # the addon's demo data has a tag of that name, in a colour of its own, which stays
    conflicts = {name: found[name].pop("conflicts") for name in found}
    assert {name: xmlids for name, xmlids in conflicts.items() if xmlids} == {
        "crm_setup_services": ["crm_setup_services.tag_urgent"]
    }
    wanted = {"again": [], "exported": True, "export": True, "leads": True, "stages": True}
    assert found == dict.fromkeys(found, wanted)
