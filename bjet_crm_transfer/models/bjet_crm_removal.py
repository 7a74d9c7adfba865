# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..setup_file import state

# the order in which removals are done: what points to another directory goes first
ORDER = ("stages", "channels", "activity_types", "tags", "lost_reasons")


class BjetCrmRemoval(models.Model):
    """A record of the directories that a set-up does without. Creating one removes the record; it stays as a tombstone,
    so that no update of a module brings the record back (see `bjet.crm.directory`).

    A record that nothing uses is deleted, one in use is archived; a stage, which cannot be archived, is deleted after its
    opportunities moved. Whether it is used is counted, never tried: tags, channels and recommended types would be taken
    out of what uses them without a word.
    """

    _name = "bjet.crm.removal"
    _description = "Removed Record of a CRM Set-up"
    _rec_name = "target"
    _order = "target"

    target = fields.Char("Record", required=True, index=True, help="The external id of the record that is removed.")
    destination = fields.Char(
        help="The external id of the stage that takes the opportunities of a removed stage; Undefined when empty."
    )

    _target_uniq = models.Constraint("unique (target)", "This record is removed already.")

    @api.model_create_multi
    def create(self, vals_list):
        """Remove the records, and remember it. Those that are gone already are only remembered; one that was
        remembered before is removed again if it came back.

        :raise UserError: when a record cannot be removed, see `_remove`
        """
        targets = [vals.get("target") for vals in vals_list]
        known = {removal.target: removal for removal in self.search([("target", "in", targets)])}
        created = super().create([vals for vals in vals_list if vals.get("target") not in known])
        created_by_target = {removal.target: removal for removal in created}
        for vals in vals_list:
            if removal := known.get(vals.get("target")):
                removal.destination = vals.get("destination")
        removals = self.concat(
            *(known.get(vals.get("target")) or created_by_target[vals.get("target")] for vals in vals_list)
        )
        removals._remove()
        return removals

    # ------------------------------------------------------------
    # REMOVING
    # ------------------------------------------------------------

    def _remove(self):
        """Delete or archive the records, in the order that frees most.

        :return: `[(directory, external id, 'delete' or 'archive' or 'move', ids of what a stage gave up)]`
        """
        records = self._find()
        done = []
        for directory in ORDER:
            model = state.MODELS[directory]
            removals = self.filtered(lambda removal: removal in records and records[removal]._name == model)  # noqa: B023
            if not removals:
                continue
            self.env.flush_all()
            used = self._count_uses(model, [records[removal].id for removal in removals])
            for removal in removals:
                done.append((directory, removal.target, *removal._remove_record(records[removal], used)))
        return done

    def _find(self):
        """The records that are still there, by removal."""
        # sudo: external ids belong to administrators
        found = {}
        data = self.env["ir.model.data"].sudo()
        allowed = set(state.MODELS.values())
        for removal in self:
            module, _dot, name = (removal.target or "").partition(".")
            row = data.search([("module", "=", module), ("name", "=", name)], limit=1)
            if not row:
                continue
            if row.model not in allowed or removal.target == "bjet_crm_setup.stage_undefined":
                raise UserError(
                    self.env._(
                        "“%s” is no record of the five directories that a set-up may remove.", removal.target
                    )
                )
            record = self.env[row.model].browse(row.res_id).exists()
            if record:
                found[removal] = record
        return found

    def _remove_record(self, record, used):
        """:return: (what was done, ids of the moved records)"""
        if record._name == "crm.stage":
            moved = self.env["crm.lead"].sudo().with_context(active_test=False)  # sudo: of all companies, as in unlink
            ids = moved.search([("stage_id", "=", record.id)], order="id").ids
            record.move_records(self._get_destination().id or None)
            record.unlink()
            return ("move" if ids else "delete", ids)
        if not used.get(record.id) and self._may_be_deleted(record):
            record.unlink()
            return ("delete", [])
        record.active = False
        return ("archive", [])

    def _get_destination(self):
        stage = self.env["crm.stage"]
        if not self.destination:
            return stage
        found = self.env.ref(self.destination, raise_if_not_found=False)
        if not found or found._name != "crm.stage":
            raise UserError(
                self.env._(
                    "The stage “%(destination)s”, which is to take the opportunities of “%(stage)s”, is not there.",
                    destination=self.destination,
                    stage=self.target,
                )
            )
        return found

    @api.model
    def _may_be_deleted(self, record):
        """Odoo keeps some records for itself, and refuses their deletion: those are archived."""
        if record._name == "crm.team":
            defaults = ("sales_team.salesteam_website_sales", "sales_team.pos_sales_team")
            return not any(record == self.env.ref(xmlid, raise_if_not_found=False) for xmlid in defaults)
        if record._name == "mail.activity.type":
            return not any(
                record == self.env.ref(xmlid, raise_if_not_found=False)
                for xmlid, info in record._get_model_info_by_xmlid().items()
                if info["unlink"] is False
            )
        return True

    # ------------------------------------------------------------
    # COUNTING
    # ------------------------------------------------------------

    @api.model
    def _count_uses(self, model, ids):
        """How many records of any model, company and module use each of the records: `{id: count}`.

        Asked of the database's own references: while modules are loaded, Odoo does not know the fields of all of them.
        """
        ids = list(ids)
        if not ids:
            return {}
        parts = [
            SQL("SELECT %s AS id FROM %s WHERE %s = ANY(%s)%s", column, table, column, ids, condition)
            for table, column, condition in self._get_references(model)
        ]
        if not parts:
            return {}
        query = SQL("SELECT id, count(*) FROM (%s) AS used GROUP BY id", SQL(" UNION ALL ").join(parts))
        return dict(self.env.execute_query(query))

    @api.model
    def _get_references(self, model):
        """Where records of a model are referred to: a list of (table, column, further condition), all in SQL."""
        comodel = self.env[model]
        rows = self.env.execute_query(
            SQL(
                """SELECT source.relname, attribute.attname
                     FROM pg_constraint AS reference
                     JOIN pg_class AS source ON source.oid = reference.conrelid
                     JOIN pg_attribute AS attribute
                       ON attribute.attrelid = source.oid AND attribute.attnum = reference.conkey[1]
                    WHERE reference.contype = 'f' AND reference.confrelid = %s::regclass
                 ORDER BY source.relname, attribute.attname""",
                comodel._table,
            )
        )
        relations = self.env.execute_query(
            SQL(
                """SELECT relation_table, column2, relation FROM ir_model_fields
                    WHERE ttype = 'many2many' AND store AND relation_table IS NOT NULL"""
            )
        )
        tables = {table for table, _column, _relation in relations}
        pointing = {(table, column) for table, column, relation in relations if relation == model}
        # a list of the record's own, seen from its other end, is no use of the record
        own = {
            (field.relation, field.column1)
            for name, field in comodel._fields.items()
            if field.type == "many2many" and field.store and name in state.FIELDS_BY_MODEL[model]
        }
        # the row of a wizard that someone left open holds nothing
        transient = {
            name.replace(".", "_")
            for [name] in self.env.execute_query(SQL("SELECT model FROM ir_model WHERE transient"))
        }
        found = []
        for table, column in rows:
            if table in transient or (table in tables and ((table, column) not in pointing or (table, column) in own)):
                continue
            condition = SQL("")
            if table == "crm_team_member":
                # the memberships that modules ship are no one's choice
                condition = SQL(
                    " AND id NOT IN (SELECT res_id FROM ir_model_data WHERE model = 'crm.team.member')"
                )
            found.append((SQL.identifier(table), SQL.identifier(column), condition))
        return found
