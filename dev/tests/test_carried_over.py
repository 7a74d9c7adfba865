"""A database that comes from BJet / Odoo 11 or 12: it has the columns of then, filled as an upgrade leaves them."""

import contextlib
import json
import re

import pytest

from dev import database, paths

from .common import none_of, troubles

RECORDS = """
from odoo import Command
from odoo.tests import new_test_user

Stage, Team, Lead = env["crm.stage"], env["crm.team"], env["crm.lead"]
names = ["Half", "Full", "Lost", "Empty", "Won empty", "Won sixty", "Too much", "No number", "Negative", "Невизначено"]
stages = Stage.create([{"name": name, "is_won": name.startswith("Won")} for name in names])
contents = ["Opportunity report", "Pipeline", "Sales", "Invoices", "Unknown", "Nothing", "No pipeline"]
teams = Team.create([{"name": f"Carried {name}", "use_opportunities": name != "No pipeline"} for name in contents])
archived = new_test_user(env, "carried_archived", "sales_team.group_sale_salesman")
portal = new_test_user(env, "carried_portal", "base.group_portal")
teams[0].member_ids = [Command.link(archived.id)]
archived.active = False
env["crm.lost.reason"].create({"name": "No budget"})
half = stages[0]
leads = Lead.create(
    [
        {"name": "carried open", "type": "opportunity", "probability": 35, "stage_id": half.id},
        {"name": "carried lost", "type": "opportunity", "stage_id": half.id},
        {"name": "carried archived", "type": "opportunity", "probability": 30, "stage_id": half.id},
        {"name": "carried open without", "type": "opportunity", "probability": 45},
        {"name": "carried lost without", "type": "opportunity"},
        {"name": "carried archived without", "type": "opportunity", "probability": 30},
        {"name": "carried lead", "type": "lead", "probability": 20},
        {"name": "carried won", "type": "opportunity", "stage_id": stages[5].id},
    ]
)
leads.filtered(lambda lead: "lost" in lead.name).action_set_lost()
leads.filtered(lambda lead: "archived" in lead.name).action_archive()
env.flush_all()
env.cr.execute("UPDATE crm_lead SET stage_id = NULL WHERE name LIKE '%% without' OR type = 'lead'")
env.cr.execute("INSERT INTO crm_team_member (crm_team_id, user_id, active) VALUES (%s, %s, true)", [teams[0].id, portal.id])
env.cr.commit()
"""

# what Odoo 11 and 12 had, as OpenUpgrade leaves it
COLUMNS = """
ALTER TABLE crm_stage ADD COLUMN openupgrade_legacy_13_0_probability float8, ADD COLUMN on_change bool;
UPDATE crm_stage SET openupgrade_legacy_13_0_probability = given.probability, on_change = given.on_change
  FROM (VALUES ('Half', 50::float8, true), ('Full', 100, true), ('Lost', 0, true), ('Empty', NULL, NULL),
               ('Won empty', NULL, NULL), ('Won sixty', 60, false), ('Too much', 250, true), ('No number', 'NaN', false),
               ('Negative', -5, false), ('Невизначено', 20, false)) AS given (name, probability, on_change)
 WHERE crm_stage.name->>'en_US' = given.name;
ALTER TABLE crm_team ADD COLUMN use_quotations bool, ADD COLUMN dashboard_graph_model varchar,
    ADD COLUMN dashboard_graph_group varchar, ADD COLUMN dashboard_graph_group_pipeline varchar,
    ADD COLUMN dashboard_graph_period varchar;
UPDATE crm_team SET use_quotations = given.quotations, dashboard_graph_model = given.content,
       dashboard_graph_group = given.bucket, dashboard_graph_group_pipeline = given.bucket_pipeline,
       dashboard_graph_period = given.period
  FROM (VALUES ('Opportunity report', true, 'crm.opportunity.report', NULL, 'stage', 'year'),
               ('Pipeline', false, 'crm.lead', 'user', 'week', 'week'),
               ('Sales', true, 'sale.report', 'week', 'day', 'year'),
               ('Invoices', NULL, 'account.invoice.report', 'month', NULL, 'month'),
               ('Unknown', NULL, 'website.visits', 'hour', 'hour', 'century'),
               ('Nothing', NULL, NULL, NULL, NULL, NULL),
               ('No pipeline', true, 'crm.lead', 'day', 'day', 'month'))
       AS given (name, quotations, content, bucket, bucket_pipeline, period)
 WHERE crm_team.name->>'en_US' = 'Carried ' || given.name;
"""

STATUS = (
    "SELECT name, active, type, probability, automated_probability, won_status, date_closed FROM crm_lead ORDER BY id"
)

ASK = """
import json
found = {
    "stages": {s.name: [s.probability, s.on_change] for s in env["crm.stage"].search([])},
    "teams": {
        t.name.removeprefix("Carried "): [
            t.use_quotations, t.dashboard_graph_model, t.dashboard_graph_period, t.dashboard_graph_period_pipeline,
            t.dashboard_graph_group, t.dashboard_graph_group_pipeline,
        ]
        for t in env["crm.team"].search([("name", "=like", "Carried %")])
    },
    "undefined": sorted(env.ref("bjet_crm_setup.stage_undefined").with_context(active_test=False).env["crm.lead"]
        .with_context(active_test=False).search([("stage_id", "=", env.ref("bjet_crm_setup.stage_undefined").id)]).mapped("name")),
    "names": env["crm.stage"].search_count([("name", "in", ["Undefined", "Невизначено"])]),
    "reasons": env["crm.lost.reason"].search_count([("name", "=", "No budget")]),
}
print(json.dumps(found))
"""

USE = """
import json
from odoo import Command
from odoo.tests import new_test_user

Stage, Team, Lead = env["crm.stage"], env["crm.team"], env["crm.lead"]
trouble = []
def attempt(what, call):
    savepoint = env.cr.savepoint()
    try:
        call()
        env.flush_all()
    except Exception as error:
        trouble.append(f"{what}: {type(error).__name__} {error}")
    savepoint.rollback()
    env.invalidate_all()

undefined = env.ref("bjet_crm_setup.stage_undefined")
colleague = new_test_user(env, "carried_colleague", "sales_team.group_sale_salesman")
for stage in Stage.search([]):
    attempt(f"valid {stage.name}", lambda: stage._validate_fields(list(stage._fields)))
    if stage != undefined:
        attempt(f"copy {stage.name}", stage.copy)
    attempt(f"drag into {stage.name}", lambda: Lead.search([("name", "=", "carried open")]).write({"stage_id": stage.id}))
teams = Team.search([])
attempt("dashboards", lambda: teams.read(["channel_graph_data", "channel_graph_type"]))
for team in teams:
    attempt(f"valid {team.name}", lambda: team._validate_fields(list(team._fields)))
    attempt(f"copy {team.name}", team.copy)
    attempt(f"a member of {team.name}", lambda: team.write({"member_ids": [Command.link(colleague.id)]}))
counts = undefined.count_records()
undefined.restore_records()
print(json.dumps([trouble, counts, undefined.count_records()]))
"""


@pytest.fixture(scope="module")
def carried(instance, make_clone):
    """The name of such a database with the addon, what its opportunities were before, and the troubles of the log."""
    name = make_clone("carried_over")
    instance.shell(f"{name}_records", name, RECORDS)
    instance.server.query(COLUMNS, database=name)
    before = instance.server.query(STATUS, database=name)
    log = database.install(instance, name)
    return name, before, log


def _last_line(instance, name, script):
    return json.loads(instance.shell(f"{name}_ask", name, script).strip().splitlines()[-1])


def test_it_installs_without_a_warning_and_tells_what_it_changed(carried):
    __, __, log = carried
    none_of(troubles(log))
    text = log.read_text()
    assert "Stages took their probability from the column openupgrade_legacy_13_0_probability: 8." in text
    assert "Opportunities without a stage were put into the stage Undefined: 3." in text


def test_no_opportunity_changes(instance, carried):
    name, before, __ = carried
    assert instance.server.query(STATUS, database=name) == before


def test_figures_and_settings_are_ones_that_the_fields_allow(instance, carried):
    found = _last_line(instance, carried[0], ASK)
    assert {name: found["stages"][name] for name in ("Half", "Full", "Lost", "Empty", "Won empty", "Won sixty")} == {
        "Half": [50, True],
        "Full": [100, False],
        "Lost": [0, True],
        "Empty": [10, False],
        "Won empty": [100, True],
        "Won sixty": [100, True],
    }
    assert {name: found["stages"][name] for name in ("Too much", "No number", "Negative")} == {
        "Too much": [100, False],
        "No number": [10, False],
        "Negative": [0, False],
    }
    assert found["teams"] == {
        "Opportunity report": [True, "crm.lead", "year", "year", "day", "stage"],
        "Pipeline": [False, "crm.lead", "week", "week", "user", "week"],
        "Sales": [True, "sale.report", "year", "year", "week", "day"],
        "Invoices": [True, "account.invoice.report", "month", "month", "month", "day"],
        "Unknown": [True, "crm.lead", "month", "month", "day", "day"],
        "Nothing": [True, "crm.lead", "month", "month", "day", "day"],
        "No pipeline": [True, "sale.report", "month", "month", "day", "day"],
    }
    assert (found["names"], found["reasons"]) == (1, 1)
    assert found["undefined"] == ["carried archived without", "carried lost without", "carried open without"]


def test_all_of_it_can_be_worked_with(instance, carried):
    trouble, before, after = _last_line(instance, carried[0], USE)
    none_of(trouble)
    assert before == {"active": 1, "archived": 1, "lost": 1}
    assert after == {"active": 2, "archived": 0, "lost": 1}


def _blocks(lang):
    """What the page on coming from an older version has psql do: {name of the block: lines}."""
    page = (paths.ROOT / "docs" / lang / "coming-from.md").read_text()
    return {name: text.splitlines() for name, text in re.findall(r"```sql (\w+)\n(.*?)```", page, re.DOTALL)}


def _psql(instance, name, lines, folder):
    """Run lines as psql does: each is a statement, or its command to copy a file."""
    with contextlib.closing(instance.server.connect(name)) as connection, connection.cursor() as cursor:
        for line in lines:
            if copy := re.fullmatch(r"\\copy (.+) (TO|FROM) '(.+)' (.+)", line):
                what, way, file, options = copy.groups()
                with (folder / file).open("w" if way == "TO" else "r") as stream:
                    cursor.copy_expert(f"COPY {what} {way} STD{'OUT' if way == 'TO' else 'IN'} WITH {options}", stream)
            else:
                cursor.execute(line)


def test_by_the_upgrade_service_with_what_the_page_says(instance, make_clone, carried, tmp_path):
    """The old database's figures, saved and written back as the page says, end as those that OpenUpgrade kept."""
    assert _blocks("en") == _blocks("uk")
    old = make_clone("carried_old")
    instance.shell(f"{old}_records", old, RECORDS)
    new = f"{old}_new"
    database.clone(instance, old, new)
    try:
        instance.server.query(COLUMNS.replace("openupgrade_legacy_13_0_probability", "probability"), database=old)
        blocks = _blocks("en")
        _psql(instance, old, blocks["old"], tmp_path)
        _psql(instance, new, blocks["new"], tmp_path)
        none_of(troubles(database.install(instance, new)))
        _psql(instance, new, blocks["purge"], tmp_path)
        theirs = _last_line(instance, carried[0], ASK)
        ours = _last_line(instance, new, ASK)
        # switches that the page does not bring: Odoo's upgrade leaves nothing of them
        for found in (theirs, ours):
            for team in found["teams"].values():
                del team[0]
        assert ours == theirs
    finally:
        database.drop(instance, new)


# where the columns were of other types, and the upgrade's was renamed
TYPES = """
ALTER TABLE crm_stage ALTER COLUMN on_change TYPE varchar,
    ALTER COLUMN openupgrade_legacy_13_0_probability TYPE varchar;
UPDATE crm_stage SET on_change = 'sometimes' WHERE name->>'en_US' = 'Won sixty';
ALTER TABLE crm_stage RENAME COLUMN openupgrade_legacy_13_0_probability TO probability;
ALTER TABLE crm_team ALTER COLUMN use_quotations TYPE int4 USING use_quotations::int4,
    ALTER COLUMN dashboard_graph_model TYPE text;
"""


def test_columns_of_other_types(instance, make_clone, carried):
    name = make_clone("carried_types")
    instance.shell(f"{name}_records", name, RECORDS)
    instance.server.query(COLUMNS + TYPES, database=name)
    none_of(troubles(database.install(instance, name)))
    assert _last_line(instance, name, ASK) == _last_line(instance, carried[0], ASK)


def test_the_column_of_the_upgrade_is_left_alone(instance, carried):
    """Whoever renames it later finds it as it was, and the addon's column beside it."""
    rows = instance.server.query(
        "SELECT count(*) FROM information_schema.columns WHERE table_name = 'crm_stage'"
        " AND column_name IN ('probability', 'openupgrade_legacy_13_0_probability')",
        database=carried[0],
    )
    assert rows == [(2,)]
