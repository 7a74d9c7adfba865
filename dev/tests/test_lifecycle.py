"""The addon's life in a database: install, update, uninstall, install again.

Odoo's own log must stay free of warnings, an update must change nothing, and after an uninstall the database is
compared, table by table, with itself before the addon came.
"""

import pytest

from dev import database

from . import snapshot
from .common import DESCRIPTION, EXAMPLE, KEPT, is_of_the_module, may_stay, none_of, troubles

# What people do to the default records after the installation.
USER_CHANGES = """
def defaults(model):
    data = env["ir.model.data"].search([("module", "=", "bjet_crm_setup"), ("model", "=", model)], order="name")
    return env[model].with_context(active_test=False).browse(data.mapped("res_id"))

reasons = defaults("crm.lost.reason")
reasons[0].unlink()
reasons[1].name = "Renamed by a user"
reasons[2].with_context(lang="uk_UA").name = "Перейменовано"
reasons[3].active = False
env.ref("crm.lost_reason_1").name = "Renamed by a user too"
env["crm.lost.reason"].create({"name": "A user's own"})
env["crm.tag"].create({"name": "A user's own"})
env.ref("mail.mail_activity_data_todo").summary = "A user's own"
env.ref("mail.mail_activity_data_call").with_context(lang="uk_UA").name = "Подзвонити"
env.ref("crm.stage_lead1").name = "Renamed by a user"
env.ref("crm.stage_lead2").unlink()
env.cr.commit()
"""

USE = """
for reason in reasons[1:4]:
    lead = env["crm.lead"].create({"name": reason.name, "type": "opportunity"})
    lead.action_set_lost(lost_reason_id=reason.id)
stage = env["crm.stage"].create({"name": "Deleted"})
env["crm.lead"].create({"name": "Left behind", "type": "opportunity", "stage_id": stage.id})
stage.unlink()
env.cr.commit()
"""

# These no uninstallation deletes (the contract of bjet_crm_transfer); Odoo gives a channel's address an id beside its own.
DIRECTORIES = {"crm.lost.reason", "crm.stage", "crm.tag", "crm.team", "mail.activity.type", "mail.alias"}
EXTERNAL_IDS = "SELECT model, name, noupdate FROM ir_model_data WHERE module = 'bjet_crm_setup' ORDER BY 1, 2"


@pytest.fixture(scope="module", params=[False, True], ids=["empty", "demo"])
def life(request, instance, make_clone):
    """Go through the whole life once, and keep what was seen on the way."""
    demo = request.param
    name = make_clone("lifecycle_demo" if demo else "lifecycle", demo=demo)
    server = instance.server
    tables = DESCRIPTION if demo else None
    seen = {"never": snapshot.take(server, name, tables), "logs": {}}

    seen["logs"]["install"] = troubles(database.install(instance, name))
    seen["installed"] = snapshot.take(server, name)
    seen["external ids"] = server.query(EXTERNAL_IDS, database=name)
    seen["logs"]["update"] = troubles(database.install(instance, name, update=True))
    seen["updated"] = snapshot.take(server, name)
    seen["logs"]["uninstall"] = troubles(database.uninstall(instance, name))
    seen["uninstalled"] = snapshot.take(server, name, tables)
    seen["kept"] = server.query(KEPT, database=name)
    seen["logs"]["reinstall"] = troubles(database.install(instance, name))
    seen["external ids again"] = server.query(EXTERNAL_IDS, database=name)
    return seen


@pytest.mark.parametrize("event", ["install", "update", "uninstall", "reinstall"])
def test_the_log_has_no_warning(life, event):
    none_of(life["logs"][event])


def test_an_update_changes_nothing(life):
    none_of(snapshot.differences(life["installed"], life["updated"], is_of_the_module))


def test_an_uninstall_leaves_nothing_but_the_records_of_the_directories(life):
    none_of(snapshot.differences(life["never"], life["uninstalled"], may_stay(life["kept"])))


def test_an_uninstall_keeps_the_records_of_the_directories(life):
    brought = [(model, name) for model, name, _noupdate in life["external ids"] if model in DIRECTORIES]
    assert brought
    assert [(model, name) for model, name, _id in life["kept"]] == brought


def test_a_second_installation_brings_the_same_records(life):
    assert life["external ids"] == life["external ids again"]


def test_an_update_keeps_what_users_changed(instance, make_clone):
    name = make_clone("changed")
    database.install(instance, name)
    instance.shell(f"{name}_shell", name, USER_CHANGES)
    changed = snapshot.take(instance.server, name)
    none_of(troubles(database.install(instance, name, update=True)))
    none_of(snapshot.differences(changed, snapshot.take(instance.server, name), is_of_the_module))


UNDEFINED = """
SELECT module, res_id FROM ir_model_data JOIN crm_lead ON stage_id = res_id
 WHERE model = 'crm.stage' AND module IN ('bjet_crm_setup', '__bjet_crm_setup__')
"""
REASONS_IN_USE = "SELECT id, name, active FROM crm_lost_reason WHERE id IN (SELECT lost_reason_id FROM crm_lead)"


def test_a_second_installation_keeps_what_users_changed(instance, make_clone):
    """Of the records in use, which outlive the addon; their order is lost with the addon's column for it."""
    name = make_clone("outlived")
    database.install(instance, name)
    instance.shell(f"{name}_shell", name, USER_CHANGES + USE)
    before = instance.server.query(REASONS_IN_USE, database=name)
    assert len(before) == 3
    [[__, undefined]] = instance.server.query(UNDEFINED, database=name)
    none_of(troubles(database.uninstall(instance, name)))
    none_of(troubles(database.install(instance, name)))
    after = instance.server.query(REASONS_IN_USE, database=name)
    assert sorted(after) == sorted(before)
    assert instance.server.query(UNDEFINED, database=name) == [("bjet_crm_setup", undefined)]


NAMES = """
SELECT data.module || '.' || data.name, coalesce(type.name, reason.name, tag.name)
FROM ir_model_data data
LEFT JOIN mail_activity_type type ON data.model = 'mail.activity.type' AND type.id = data.res_id
LEFT JOIN crm_lost_reason reason ON data.model = 'crm.lost.reason' AND reason.id = data.res_id
LEFT JOIN crm_tag tag ON data.model = 'crm.tag' AND tag.id = data.res_id
WHERE data.model IN ('mail.activity.type', 'crm.lost.reason', 'crm.tag')
"""


CONSULTANT_S_NAMES = {
    "mail.mail_activity_data_call": {"en_US": "Phone call", "uk_UA": "Телефонний дзвінок"},
    "bjet_crm_setup.lost_reason_competitor": {"en_US": "Bought from a competitor", "uk_UA": "Купили в конкурента"},
    "sales_team.categ_oppor1": {"en_US": "Goods", "uk_UA": "Товари"},
}


def test_a_consultants_module_overrides_the_defaults(instance, make_clone):
    """The worked example, installed as a consultant would, on Odoo's demo data (the tag that it renames is of those)."""
    name = make_clone("consultant", demo=True)
    database.install(instance, name)
    before = dict(instance.server.query(NAMES, database=name))
    none_of(troubles(database.install(instance, name, EXAMPLE)))
    after = dict(instance.server.query(NAMES, database=name))
    assert {key: after.get(key) for key in before if before[key] != after.get(key)} == {
        **CONSULTANT_S_NAMES,
        "bjet_crm_setup.lost_reason_duplicate": None,
    }
    installed = snapshot.take(instance.server, name)
    none_of(troubles(database.install(instance, name, update=True)))
    none_of(snapshot.differences(installed, snapshot.take(instance.server, name), is_of_the_module))
    none_of(troubles(database.uninstall(instance, name, EXAMPLE)))
    none_of(troubles(database.uninstall(instance, name)))


COMPANY_S_RECORDS = """
env["crm.tag"].create({"name": "Retail", "color": 9})
users = env["res.users"].with_context(no_reset_password=True)
users.create([{"name": "Olena", "login": "olena"}, {"name": "Taras", "login": "taras", "active": False}])
env.cr.commit()
"""
COMPANY_S_USERS = """
SELECT users.login, partner.name, users.active FROM res_users users JOIN res_partner partner ON partner.id = users.partner_id
 WHERE users.login ~ '^(olena|taras)' ORDER BY 1
"""
TAGS = "SELECT color FROM crm_tag WHERE name->>'en_US' = 'Retail'"
DEMO = "SELECT name FROM ir_model_data WHERE module = 'bjet_crm_setup' AND model IN ('crm.team', 'crm.tag') ORDER BY 1"


def test_demo_data_spare_a_tag_and_users_that_the_company_has(instance, make_clone):
    name = make_clone("own_records", demo=True)
    instance.shell(f"{name}_shell", name, COMPANY_S_RECORDS)
    none_of(troubles(database.install(instance, name)))
    assert instance.server.query(COMPANY_S_USERS, database=name) == [
        ("olena", "Olena", True),
        ("olena2", "Olena Kovalenko", True),
        ("taras", "Taras", False),
        ("taras2", "Taras Lysenko", True),
    ]
    assert instance.server.query(TAGS, database=name) == [(9,)]
    names = [found for (found,) in instance.server.query(DEMO, database=name)]
    assert "team_website" in names
    assert "tag_urgent" in names
    assert "tag_retail" not in names
    none_of(troubles(database.install(instance, name, update=True)))


WITHOUT_UKRAINIAN = """
UPDATE res_lang SET active = false WHERE code = 'uk_UA';
UPDATE mail_activity_type SET name = name - 'uk_UA', summary = summary - 'uk_UA';
UPDATE crm_lost_reason SET name = name - 'uk_UA';
UPDATE crm_tag SET name = name - 'uk_UA';
"""


def test_a_consultants_names_are_translated_when_the_language_comes_last(instance, make_clone):
    """Both modules installed at once, before the language."""
    name = make_clone("consultant_language", demo=True)
    instance.server.query(WITHOUT_UKRAINIAN, database=name)
    none_of(troubles(database.install(instance, name, f"{database.ADDON},{EXAMPLE}")))
    database.add_language(instance, name)
    names = dict(instance.server.query(NAMES, database=name))
    assert {key: names[key] for key in CONSULTANT_S_NAMES} == CONSULTANT_S_NAMES
    assert names["crm.lost_reason_2"]["uk_UA"] == "Немає людей або навичок"
