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
            elif record.read([column], load="")[0][column] == own and not _is_gone(record, column, before):
                record[column] = before
    parameter.unlink()
    env.flush_all()
    env.registry.clear_all_caches()


def _give_translations_back(record, column, before, own):
    """In SQL: the ORM protects the fields of `ir.model.fields`."""
    present = record._fields[column]._get_stored_translations(record) or {}
    theirs = {lang: term for lang, term in present.items() if term != own.get(lang)}
    table, name = SQL.identifier(record._table), SQL.identifier(column)
    record.env.cr.execute(
        SQL("UPDATE %s SET %s = %s WHERE id = %s", table, name, Json({**before, **theirs}), record.id)
    )
    record.invalidate_recordset([column])


def _is_gone(record, column, value):
    """Whether a value is that of a record which is no more."""
    field = record._fields[column]
    if not value or field.type not in ("many2one", "reference"):
        return False
    model, id_ = value.split(",") if field.type == "reference" else (field.comodel_name, value)
    return not record.env[model].browse(int(id_)).exists()
