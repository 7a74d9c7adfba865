# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..setup_file import state

XMLID = re.compile(r"[a-z0-9_]+\.[A-Za-z0-9_.-]+")
# what points to another directory goes first, so that what only it uses can be deleted
ORDER = ("stages", "channels", "activity_types", "tags", "lost_reasons")


class BjetCrmRemoval(models.Model):
    """A record of the directories that a set-up does without. Creating one removes the record; it stays as a tombstone,
    so that no update of a module brings the record back (see `directory.py`).

    A record that nothing uses is deleted, one in use is archived; a stage, which cannot be archived, is deleted after its
    opportunities moved. Whether it is used is counted, never tried: tags, channels and recommended types would be taken
    out of what uses them without a word.
    """

    _name = "bjet.crm.removal"
    _description = "Removed Record of a CRM Set-up"
    _rec_name = "xmlid"
    _order = "xmlid"

    xmlid = fields.Char("External ID", required=True, index=True, help="The external id of the record that is removed.")
    model = fields.Char(help="The model of the record: one of the five directories.")

    _xmlid_uniq = models.Constraint("unique (xmlid)", "This record is removed already.")

    @api.model_create_multi
    def create(self, vals_list):
        """Remove the records, and remember that. Those that are gone already are only remembered; one that came back
        although it was remembered is removed again.

        :raise UserError: when a record is none of the five directories, or a stage cannot be removed
        :raise AccessError: when the caller may not remove it
        """
        self._check_values(vals_list)
        known = {
            removal.xmlid: removal
            for removal in self.search([("xmlid", "in", [vals.get("xmlid") for vals in vals_list])])
        }
        new = {vals["xmlid"]: vals for vals in vals_list if vals["xmlid"] not in known}
        known.update(zip(new, super().create(list(new.values())), strict=True))
        removals = self.concat(*(known[vals["xmlid"]] for vals in vals_list))
        self._take_out(removals._find())
        return removals

    @api.model
    def _check_values(self, vals_list):
        for vals in vals_list:
            xmlid, model = vals.get("xmlid"), vals.get("model")
            if (
                not isinstance(xmlid, str)
                or not XMLID.fullmatch(xmlid)
                or (model and model not in state.MODELS.values())
            ):
                raise UserError(
                    self.env._(
                        "What is removed is told by its external id (crm.lost_reason_2, say) and its model, one of the five"
                        " directories."
                    )
                )

    def _register_hook(self):
        """After an update: the files of `crm` and other modules are read before this addon's rules are there, and make
        again what they miss."""
        super()._register_hook()
        if not self.env.registry.updated_modules:
            return
        removals = self.search([])  # pylint: disable=no-search-all
        removed_at = {removal.xmlid: removal.create_date for removal in removals}
        found = removals._find()
        made_since = {xmlid: record for xmlid, record in found.items() if record.create_date > removed_at[xmlid]}
        self._take_out(made_since, keep_stages=True)

    def _find(self):
        """The records that are still there: `{external id: record}`."""
        # sudo: external ids belong to administrators
        rows = (
            self.env["ir.model.data"]
            .sudo()
            .search(
                [
                    ("module", "in", [removal.xmlid.partition(".")[0] for removal in self]),
                    ("name", "in", [removal.xmlid.partition(".")[2] for removal in self]),
                ]
            )
        )
        by_xmlid = {row.complete_name: row for row in rows}
        found = {}
        for removal in self:
            row = by_xmlid.get(removal.xmlid)
            known = [removal.model] if removal.model else state.DIRECTORY_OF
            if row and (row.model not in known or removal.xmlid == state.UNDEFINED):
                raise UserError(
                    self.env._("“%s” is no record of the five directories that a set-up may remove.", removal.xmlid)
                )
            if row and (record := self.env[row.model].browse(row.res_id).exists()):
                found[removal.xmlid] = record
        return found

    # ------------------------------------------------------------
    # TAKING OUT
    # ------------------------------------------------------------

    @api.model
    def _take_out(self, records, destinations=None, keep_stages=False):
        """Delete the records that nothing uses, archive the others, each in the order that frees most.

        :param records: `{external id: record}`
        :param destinations: the stages that take what other stages hold: `{external id: stage}`; Undefined for the others
        :param keep_stages: whether a stage that holds something stays
        :return: `[{'xmlid', 'model', 'done': 'delete', 'archive' or 'keep', 'ids': external ids that it had,
            'moved': ids of what a stage gave up, 'stage': the id of the stage that took it}]`
        """
        done = []
        for directory in ORDER:
            model = state.MODELS[directory]
            chosen = {xmlid: record for xmlid, record in records.items() if record._name == model}
            if not chosen:
                continue
            self.env.flush_all()
            used = self._count_lasting_uses(list(chosen.values()))
            xmlids = self._get_xmlids(model, chosen.values())
            for xmlid, record in chosen.items():
                line = {"xmlid": xmlid, "model": model, "done": "delete", "moved": [], "stage": False}
                line["ids"] = xmlids[record.id]
                if directory == "stages":
                    if used.get(record.id) and keep_stages:
                        line["done"] = "keep"
                    else:
                        line.update(record._remove_from_setup((destinations or {}).get(xmlid)))
                elif not used.get(record.id) and self._may_be_deleted(record):
                    record.unlink()
                else:
                    line["done"] = "archive"
                    record.active = False
                done.append(line)
        return done

    @api.model
    def _get_xmlids(self, model, records):
        """`{id: [[module, name, noupdate], …]}`"""
        found = {record.id: [] for record in records}
        # sudo: external ids belong to administrators
        for row in self.env["ir.model.data"].sudo().search([("model", "=", model), ("res_id", "in", list(found))]):
            found[row.res_id].append([row.module, row.name, row.noupdate])
        return found

    @api.model
    def _may_be_deleted(self, record):
        """Odoo keeps some records for itself, and refuses their deletion: those are archived."""
        kept = []
        if record._name == "crm.team":
            kept = ["sales_team.salesteam_website_sales", "sales_team.pos_sales_team"]
        elif record._name == "mail.activity.type":
            kept = [xmlid for xmlid, info in record._get_model_info_by_xmlid().items() if info["unlink"] is False]
        return not any(record == self.env.ref(xmlid, raise_if_not_found=False) for xmlid in kept)

    # ------------------------------------------------------------
    # COUNTING
    # ------------------------------------------------------------

    @api.model
    def _count_lasting_uses(self, records):
        """As `_count_uses`, of records that go together: what only those use that are deleted too is not used."""
        model, going = records[0]._name, {record.id for record in records}
        kept = {record.id for record in records if not self._may_be_deleted(record)}
        while True:
            going -= kept
            used = self._count_uses(model, [record.id for record in records], {model: going})
            kept = {record_id for record_id in going if used.get(record_id)}
            if not kept:
                return used

    @api.model
    def _count_uses(self, model, ids, without=None):
        """How many records of any model, company and module use each of the records: `{id: count}`, without zeros.

        :param dict without: ids of records of the directories whose references do not count, by model

        Asked of the database's own references: while modules are loaded, Odoo does not know the fields of all of them.
        """
        parts = [
            SQL("SELECT %s AS id FROM %s WHERE %s = ANY(%s)%s", column, table, column, list(ids), condition)
            for table, column, condition in self._get_references(model, without or {})
        ]
        if not ids or not parts:
            return {}
        return dict(
            self.env.execute_query(
                SQL("SELECT id, count(*) FROM (%s) AS used GROUP BY id", SQL(" UNION ALL ").join(parts))
            )
        )

    @api.model
    def _get_references(self, model, without):
        """Where records of a model are referred to: a list of (table, column, further condition), all in SQL.

        :param without: as in `_count_uses`
        """
        going = list(without.get(model, ()))
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
            for name, description in state.FIELDS[state.DIRECTORY_OF[model]].items()
            if description.kind == "many2many" and (field := comodel._fields.get(name))
        }
        lists = self._get_lists(model, without)
        # the row of a wizard that someone left open holds nothing
        transient = {
            name.replace(".", "_")
            for [name] in self.env.execute_query(SQL("SELECT model FROM ir_model WHERE transient"))
        }
        found = []
        for table, column in rows:
            if table in transient or (table in tables and ((table, column) not in pointing or (table, column) in own)):
                continue
            condition = SQL()
            if table == "crm_team_member":
                # the memberships that modules ship are no one's choice
                condition = SQL(" AND id NOT IN (SELECT res_id FROM ir_model_data WHERE model = 'crm.team.member')")
            elif table == comodel._table:
                condition = SQL(" AND NOT id = ANY(%s::int[])", going)
            elif table in lists:
                owner, owners = lists[table]
                condition = SQL(" AND NOT %s = ANY(%s::int[])", SQL.identifier(owner), owners)
            found.append((SQL.identifier(table), SQL.identifier(column), condition))
        return found + self._get_loose_references(model, transient)

    @api.model
    def _get_loose_references(self, model, transient):
        """As `_get_references`, of what PostgreSQL knows no references of: fields of type Reference (what a server action
        sets, for one), and those with a value for each company.

        :param transient: tables to leave out
        """
        rows = self.env.execute_query(
            SQL(
                """SELECT model, name, ttype FROM ir_model_fields
                    WHERE store AND (ttype = 'reference'
                                     OR ttype = 'many2one' AND company_dependent AND relation = %s)""",
                model,
            )
        )
        kinds = {
            (self.env[owner]._table if owner in self.env else owner.replace(".", "_"), name): kind
            for owner, name, kind in rows
        }
        there = self.env.execute_query(
            SQL(
                """SELECT source.relname, attribute.attname
                     FROM pg_class AS source
                     JOIN pg_attribute AS attribute ON attribute.attrelid = source.oid AND NOT attribute.attisdropped
                    WHERE source.relkind = 'r' AND source.relnamespace = current_schema::regnamespace
                      AND source.relname = ANY(%s)
                 ORDER BY 1, 2""",
                [table for table, _column in kinds],
            )
        )
        found = []
        for table, column in there:
            if table in transient or (table, column) not in kinds:
                continue
            if kinds[table, column] == "reference":
                values = SQL(
                    "(SELECT substring(%s FROM %s)::int AS used FROM %s) AS loose",
                    SQL.identifier(column),
                    f"^{model.replace('.', '[.]')},([0-9]+)$",
                    SQL.identifier(table),
                )
            else:
                values = SQL(
                    "(SELECT substring(entry.value FROM '^[0-9]+$')::int AS used FROM %s, jsonb_each_text(%s) AS entry) AS loose",
                    SQL.identifier(table),
                    SQL.identifier(table, column),
                )
            found.append((values, SQL.identifier("used"), SQL()))
        return found

    @api.model
    def _get_lists(self, model, without):
        """The lists of the directories that have records of a model: `{table: (column of the record that has the list, ids
        of such records that do not count)}`."""
        return {
            field.relation: (field.column1, list(without.get(owner, ())))
            for owner, descriptions in state.FIELDS_BY_MODEL.items()
            for name, description in descriptions.items()
            if description.kind == "many2many"
            and (field := self.env[owner]._fields.get(name))
            and field.comodel_name == model
        }
