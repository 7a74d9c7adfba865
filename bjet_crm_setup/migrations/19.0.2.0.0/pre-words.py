# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""19.0.1.0.0 wrote its words into Odoo's own menus, actions and labels. Odoo's come back: they are laid over now."""

import json

from psycopg2.extras import Json

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL

STORE = "bjet_crm_setup.borrowed_records"
# the names of these records are the company's, in the old version as in the new
DIRECTORIES = ("crm.lost.reason", "mail.activity.type")


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    give_back(env)
    # the summary goes along with the name, which the old version gave alone
    todo = env.ref("mail.mail_activity_data_todo", raise_if_not_found=False)
    if todo and (todo.name, todo.summary) == ("To Do", "To-Do"):
        todo.summary = "To Do"


def give_back(env):
    """Put back what the old version kept of each record, but for what people changed since, and forget it."""
    parameter = env["ir.config_parameter"].search([("key", "=", STORE)])
    store = json.loads(parameter.value or "{}")
    for xmlid, kept in store.get("kept", {}).items():
        record = env.ref(xmlid, raise_if_not_found=False)
        if not record or record._name in DIRECTORIES:
            continue
        for column, before in kept.items():
            own = store["ours"].get(xmlid, {}).get(column)
            if isinstance(before, dict):
                _give_translations_back(record, column, before, own or {})
            elif _present(record, column) == own and (not before or _exists(record, column, before)):
                record[column] = before
    parameter.unlink()
    env.flush_all()
    env.registry.clear_all_caches()


def _give_translations_back(record, column, before, own):
    """In SQL: the ORM protects the fields of `ir.model.fields`."""
    table, name = SQL.identifier(record._table), SQL.identifier(column)
    record.flush_recordset([column])
    ((present,),) = record.env.execute_query(SQL("SELECT %s FROM %s WHERE id = %s", name, table, record.id))
    theirs = {lang: term for lang, term in (present or {}).items() if term != own.get(lang)}
    record.env.execute_query(
        SQL("UPDATE %s SET %s = %s WHERE id = %s RETURNING id", table, name, Json({**before, **theirs}), record.id)
    )
    record.invalidate_recordset([column])


def _present(record, column):
    """The value as the old version kept it: the id of a record, and model,id of a reference."""
    value = record[column]
    if record._fields[column].type == "reference":
        return value and f"{value._name},{value.id}"
    return value.id if record._fields[column].type == "many2one" else value


def _exists(record, column, value):
    if record._fields[column].type == "reference":
        model, _comma, id_ = value.partition(",")
        return bool(record.env[model].browse(int(id_)).exists())
    if record._fields[column].type == "many2one":
        return bool(record.env[record._fields[column].comodel_name].browse(value).exists())
    return True
