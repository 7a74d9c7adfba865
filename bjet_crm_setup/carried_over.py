# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What BJet / Odoo 11 or 12 left in a database, made fit for the fields of the addon.

An upgrade to Odoo 19 keeps columns that Odoo itself gave up meanwhile. The addon gives them their fields back, so their
values have to be ones that those fields allow. All is done at the installation, in SQL, since no opportunity may change
by it, and each change is told in the log.
"""

import logging

from odoo.tools import SQL
from odoo.tools.sql import create_column, table_columns

_logger = logging.getLogger(__name__)

LEGACY_PROBABILITY = "openupgrade_legacy_13_0_probability"
UNDEFINED_NAMES = ["Undefined", "Невизначено"]
# {column: (the values that it may have, what stands for any other)}
CHOICES = {
    "dashboard_graph_period": (["week", "month", "quarter", "year"], "month"),
    "dashboard_graph_period_pipeline": (["week", "month", "quarter", "year"], "month"),
    "dashboard_graph_group": (["day", "week", "month", "user"], "day"),
    "dashboard_graph_group_pipeline": (["day", "week", "month", "user", "stage"], "day"),
}
# {table: {column: the type that its field has}}; in a column of another one, what a pattern matches is such a value
TYPES = {
    "crm_stage": {"probability": "float8", "on_change": "bool"},
    "crm_team": {"use_quotations": "bool", **dict.fromkeys(["dashboard_graph_model", *CHOICES], "varchar")},
}
PATTERNS = {
    "float8": r"^\s*[+-]?\d+(\.\d*)?(e[+-]?\d\d?)?\s*$",
    "bool": r"^\s*(t|true|y|yes|on|1|f|false|n|no|off|0)\s*$",
    "varchar": "",
}
# {(table, column, another one that is looked at): [(what the log says, its value, where)]}, in SQL and in this order
MENDS = {
    ("crm_stage", "probability"): [
        ("Won stages got the probability 100", "100", "is_won AND probability IS DISTINCT FROM 100"),
        # PostgreSQL takes NaN, which is no number, for greater than all numbers
        ("Stages without a probability got 10", "10", "coalesce(probability, 'NaN') = 'NaN'"),
        (
            "Stages with a probability outside 0 to 100 got the nearest bound",
            "greatest(0, least(100, probability))",
            "probability < 0 OR probability > 100",
        ),
    ],
    ("crm_stage", "on_change"): [
        ("Won stages got the switch “Change Probability Automatically”", "true", "is_won AND on_change IS NOT TRUE"),
        (
            "Stages where the switch “Change Probability Automatically” was never set have it off",
            "false",
            "on_change IS NULL",
        ),
    ],
    ("crm_stage", "on_change", "probability"): [
        (
            "Stages at 100 that are not won lost the switch “Change Probability Automatically”",
            "false",
            "on_change AND probability = 100 AND is_won IS NOT TRUE",
        ),
    ],
    ("crm_team", "use_quotations"): [
        ("Channels where the switch Quotations was never set have it on", "true", "use_quotations IS NULL"),
    ],
    ("crm_team", "dashboard_graph_model"): [
        (
            "Channels took the content Pipeline under its present name",  # in Odoo 11 it had another
            "'crm.lead'",
            "dashboard_graph_model = 'crm.opportunity.report'",
        ),
        (
            "Channels with an unknown content, or that of a pipeline which they do not have, got the default one",
            "CASE WHEN use_opportunities THEN 'crm.lead' ELSE 'sale.report' END",
            """CASE dashboard_graph_model WHEN 'crm.lead' THEN use_opportunities
               ELSE dashboard_graph_model IN ('sale.report', 'account.invoice.report') END IS NOT TRUE""",
        ),
    ],
    ("crm_team_member", "active"): [
        (
            # Odoo 15 made a member of whoever had a channel; a portal user would stop each change of the members
            "Memberships of users who are not internal were archived",
            "false",
            "active AND user_id IN (SELECT id FROM res_users WHERE share)",
        ),
    ],
}


def normalise(env):
    """Before the addon's models are loaded: make the carried columns what its fields expect."""
    _take_column(
        env,
        f"Stages took their probability from the column {LEGACY_PROBABILITY}",
        "crm_stage",
        LEGACY_PROBABILITY,
        "probability",
    )
    _take_column(
        env,
        "Channels took the period of their pipeline from the one period that they had",
        "crm_team",
        "dashboard_graph_period",
        "dashboard_graph_period_pipeline",
    )
    for table, types in TYPES.items():
        for column, column_type in types.items():
            _settle_type(env, table, column, column_type)
    for (table, *columns), mends in MENDS.items():
        if table_columns(env.cr, table).keys() >= set(columns):
            for what, value, where in mends:
                _update(env, what, table, columns[0], SQL(value), SQL(where))
    for column in CHOICES.keys() & table_columns(env.cr, "crm_team").keys():
        known, default = CHOICES[column]
        unknown = SQL("%s = ANY(%s) IS NOT TRUE", SQL.identifier(column), known)
        _update(env, f"Channels with an unknown value in {column} got {default}", "crm_team", column, default, unknown)
    _adopt_undefined(env)


def gather_without_stage(env):
    """After the installation: the opportunities of stages that Odoo 11 or 12 deleted go to Undefined, as they are."""
    without = SQL("stage_id IS NULL AND type = 'opportunity'")
    if not env.execute_query(SQL("SELECT id FROM crm_lead WHERE %s LIMIT 1", without)):
        return
    undefined = env["crm.stage"]._ensure_undefined()
    env.flush_all()
    what = "Opportunities without a stage were put into the stage Undefined"
    _update(env, what, "crm_lead", "stage_id", undefined.id, without)
    env.invalidate_all(flush=False)


def _update(env, what, table, column, value, where):
    """Give a column a value where a condition holds, and tell for how many records."""
    table, column = SQL.identifier(table), SQL.identifier(column)
    if rows := env.execute_query(SQL("UPDATE %s SET %s = %s WHERE %s RETURNING id", table, column, value, where)):
        _logger.info("%s: %d.", what, len(rows))


def _take_column(env, what, table, source, column):
    """Copy a column that carries what the addon keeps in another one. Copied, since the rename that some guides ask for would
    fail later."""
    columns = table_columns(env.cr, table)
    if source in columns and column not in columns:
        create_column(env.cr, table, column, columns[source]["udt_name"])
        value = SQL.identifier(source)
        _update(env, what, table, column, value, SQL("%s IS NOT NULL", value))


def _settle_type(env, table, column, column_type):
    """Give a column the type of its field, and NULL for what is no value of that. Odoo would do so as well, after these mends,
    and break off at the first one."""
    present = table_columns(env.cr, table).get(column)
    if present and present["udt_name"] != column_type:
        env.cr.execute(
            SQL(
                """ALTER TABLE %(table)s ALTER COLUMN %(column)s DROP NOT NULL, ALTER COLUMN %(column)s DROP DEFAULT,
                                         ALTER COLUMN %(column)s TYPE %(type)s
                   USING CASE WHEN %(column)s::text ~* %(pattern)s THEN %(column)s::text::%(type)s END""",
                table=SQL.identifier(table),
                column=SQL.identifier(column),
                type=SQL(column_type),
                pattern=PATTERNS[column_type],
            )
        )
        _logger.info("The column %s of %s became %s; it was %s.", column, table, column_type, present["udt_name"])


def _adopt_undefined(env):
    """A stage that the company made for what deleted stages left behind is the one that the addon would make."""
    if env.ref("bjet_crm_setup.stage_undefined", raise_if_not_found=False):
        return
    stages = env["crm.stage"].with_context(active_test=False)
    for lang, __ in env["res.lang"].get_installed():
        found = stages.with_context(lang=lang).search(
            [("name", "in", UNDEFINED_NAMES), ("is_won", "=", False), ("team_ids", "=", False)], limit=1
        )
        if found:
            env["ir.model.data"]._update_xmlids(
                [{"xml_id": "bjet_crm_setup.stage_undefined", "record": found, "noupdate": True}]
            )
            _logger.info("The stage “%s” (%d) is the addon's stage Undefined from now on.", found.name, found.id)
            return
