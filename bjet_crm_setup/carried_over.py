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
# in this order: (table, the columns that it takes, what the log says of it, the statement)
MENDS = [
    (
        "crm_stage",
        {"probability"},
        "Won stages got the probability 100",
        SQL("UPDATE crm_stage SET probability = 100 WHERE is_won AND probability IS DISTINCT FROM 100 RETURNING id"),
    ),
    (
        # PostgreSQL takes NaN, which is no number, for greater than all numbers
        "crm_stage",
        {"probability"},
        "Stages without a probability got 10",
        SQL("UPDATE crm_stage SET probability = 10 WHERE coalesce(probability, 'NaN') = 'NaN' RETURNING id"),
    ),
    (
        "crm_stage",
        {"probability"},
        "Stages with a probability outside 0 to 100 got the nearest bound",
        SQL(
            """UPDATE crm_stage SET probability = greatest(0, least(100, probability))
                WHERE probability < 0 OR probability > 100 RETURNING id"""
        ),
    ),
    (
        "crm_stage",
        {"on_change"},
        "Won stages got the switch “Change Probability Automatically”",
        SQL("UPDATE crm_stage SET on_change = true WHERE is_won AND on_change IS NOT TRUE RETURNING id"),
    ),
    (
        "crm_stage",
        {"on_change"},
        "Stages where the switch “Change Probability Automatically” was never set have it off",
        SQL("UPDATE crm_stage SET on_change = false WHERE on_change IS NULL RETURNING id"),
    ),
    (
        "crm_stage",
        {"probability", "on_change"},
        "Stages at 100 that are not won lost the switch “Change Probability Automatically”",
        SQL(
            """UPDATE crm_stage SET on_change = false
                WHERE on_change AND probability = 100 AND is_won IS NOT TRUE RETURNING id"""
        ),
    ),
    (
        "crm_team",
        {"use_quotations"},
        "Channels where the switch Quotations was never set have it on",
        SQL("UPDATE crm_team SET use_quotations = true WHERE use_quotations IS NULL RETURNING id"),
    ),
    (
        "crm_team",
        {"dashboard_graph_model"},
        "Channels took the content Pipeline under its present name",  # in Odoo 11 it had another
        SQL(
            """UPDATE crm_team SET dashboard_graph_model = 'crm.lead'
                WHERE dashboard_graph_model = 'crm.opportunity.report' RETURNING id"""
        ),
    ),
    (
        "crm_team",
        {"dashboard_graph_model"},
        "Channels with an unknown content, or that of a pipeline which they do not have, got the default one",
        SQL(
            """UPDATE crm_team
                  SET dashboard_graph_model = CASE WHEN use_opportunities THEN 'crm.lead' ELSE 'sale.report' END
                WHERE dashboard_graph_model IS NULL
                   OR dashboard_graph_model NOT IN ('crm.lead', 'sale.report', 'account.invoice.report')
                   OR (dashboard_graph_model = 'crm.lead' AND use_opportunities IS NOT TRUE)
            RETURNING id"""
        ),
    ),
    (
        # Odoo 15 made a member of whoever had a channel; a portal user among them would stop each change of the members
        "crm_team_member",
        set(),
        "Memberships of users who are not internal were archived",
        SQL(
            """UPDATE crm_team_member AS member SET active = false
                 FROM res_users AS person
                WHERE person.id = member.user_id AND person.share AND member.active RETURNING member.id"""
        ),
    ),
]


def normalise(env):
    """Before the addon's models are loaded: make the carried columns what its fields expect."""
    _take_column(
        env,
        f"Stages took their probability from the column {LEGACY_PROBABILITY}",
        "crm_stage",
        LEGACY_PROBABILITY,
        "probability",
        "float8",
    )
    _take_column(
        env,
        "Channels took the period of their pipeline from the one period that they had",
        "crm_team",
        "dashboard_graph_period",
        "dashboard_graph_period_pipeline",
        "varchar",
    )
    for table, types in TYPES.items():
        for column, column_type in types.items():
            _settle_type(env, table, column, column_type)
    for table, columns, what, query in MENDS:
        if columns <= table_columns(env.cr, table).keys():
            _update(env, what, query)
    for column in CHOICES.keys() & table_columns(env.cr, "crm_team").keys():
        known, default = CHOICES[column]
        _update(
            env,
            f"Channels with an unknown value in {column} got {default}",
            SQL(
                "UPDATE crm_team SET %(column)s = %(default)s WHERE %(column)s = ANY(%(known)s) IS NOT TRUE RETURNING id",
                column=SQL.identifier(column),
                known=known,
                default=default,
            ),
        )
    _adopt_undefined(env)


def gather_without_stage(env):
    """After the installation: the opportunities of stages that Odoo 11 or 12 deleted go to Undefined, as they are."""
    without = SQL("stage_id IS NULL AND type = 'opportunity'")
    if not env.execute_query(SQL("SELECT id FROM crm_lead WHERE %s LIMIT 1", without)):
        return
    undefined = env["crm.stage"]._ensure_undefined()
    env.flush_all()
    _update(
        env,
        "Opportunities without a stage were put into the stage Undefined",
        SQL("UPDATE crm_lead SET stage_id = %s WHERE %s RETURNING id", undefined.id, without),
    )
    env.invalidate_all(flush=False)


def _update(env, what, query):
    """Run a statement that returns a row for each record that it changed, and tell what it did."""
    if rows := env.execute_query(query):
        _logger.info("%s: %d.", what, len(rows))


def _take_column(env, what, table, source, column, column_type):
    """Copy a column that carries what the addon keeps in another one. Copied, since the rename that some guides ask for would
    fail later."""
    columns = table_columns(env.cr, table)
    if source in columns and column not in columns:
        create_column(env.cr, table, column, column_type)
        _update(
            env,
            what,
            SQL(
                "UPDATE %(table)s SET %(column)s = %(value)s WHERE %(source)s IS NOT NULL RETURNING id",
                table=SQL.identifier(table),
                column=SQL.identifier(column),
                value=_cast(source, columns[source]["udt_name"], column_type),
                source=SQL.identifier(source),
            ),
        )


def _settle_type(env, table, column, column_type):
    """Give a column the type of its field. Odoo would do so as well, after these mends, and break off at the first value that
    is none."""
    present = table_columns(env.cr, table).get(column)
    if present and present["udt_name"] != column_type:
        name = SQL.identifier(column)
        env.cr.execute(
            SQL(
                """ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL, ALTER COLUMN %s DROP DEFAULT,
                                  ALTER COLUMN %s TYPE %s USING %s""",
                SQL.identifier(table),
                name,
                name,
                name,
                SQL(column_type),
                _cast(column, present["udt_name"], column_type),
            )
        )
        _logger.info("The column %s of %s became %s; it was %s.", column, table, column_type, present["udt_name"])


def _cast(column, present_type, column_type):
    """The values of a column in another type, NULL for what is none."""
    name = SQL.identifier(column)
    if present_type == column_type:
        return name
    return SQL("CASE WHEN %s::text ~* %s THEN %s::text::%s END", name, PATTERNS[column_type], name, SQL(column_type))


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
