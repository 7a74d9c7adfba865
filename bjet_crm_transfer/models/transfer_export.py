# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.modules.module import Manifest
from odoo.tools import SQL

from ..setup_file import state


class BjetCrmTransfer(models.AbstractModel):
    """What an export tells of the directories, beside their records."""

    _inherit = "bjet.crm.transfer"

    def _remember_ids(self, new_ids):
        # sudo: external ids belong to administrators
        self.env["ir.model.data"].sudo()._update_xmlids(
            [
                {"xml_id": xmlid, "record": self.env[model].browse(record_id), "noupdate": True}
                for xmlid, (model, record_id) in new_ids.items()
            ]
        )

    def _get_identity(self, name):
        """(the id by which the set-up of a module is known, its title)"""
        # sudo: what was applied, and which modules there are, are facts of the database
        for history in self.env["bjet.crm.transfer.history"].sudo().search([("kind", "=", "apply")]):
            if history.state_file["name"] == name and not history._get_undo():
                return history.setup_id, history.title
        module = self.env["ir.module.module"].sudo().with_context(lang=state.SOURCE_LANGUAGE)
        module = module.search([("name", "=", name), ("state", "!=", "uninstalled")], limit=1)
        if manifest := Manifest.for_addon(name, display_warning=False):
            return manifest["crm_transfer"]["id"], manifest["name"]
        return name, module.shortdesc or name.replace("_", " ").capitalize()

    def _find_removals(self, shipped, here):
        """What the installed modules ship, and this database has no more."""
        wanted = {
            xmlid: record
            for xmlid, record in shipped.items()
            if record.directory in here.directories
            and record.module != here.namespace
            and xmlid != state.UNDEFINED
            and record.values.get("res_model") in (None, False, *state.ACTIVITY_MODELS)
        }
        there = set()
        for model in {record.model for record in wanted.values()}:
            rows = self.env.execute_query(
                SQL(
                    """SELECT data.module || '.' || data.name FROM ir_model_data AS data
                         JOIN %s AS record ON record.id = data.res_id WHERE data.model = %s""",
                    SQL.identifier(self.env[model]._table),
                    model,
                )
            )
            there.update(xmlid for [xmlid] in rows)
        return [
            state.Removal(xmlid, record.model)
            for xmlid, record in wanted.items()
            if xmlid not in there - here.retired.keys()
        ]

    def _find_depends(self, setup):
        """The modules whose records and values the set-up has, as far as those that any set-up needs do not need them."""
        needed = {xmlid.partition(".")[0] for xmlid in setup.records}
        needed |= {removal.xmlid.partition(".")[0] for removal in setup.removals}
        selections = set()
        for record in setup.records.values():
            for field_name, value in record.values.items():
                if state.FIELDS[record.directory][field_name].kind == "selection" and value:
                    selections.add((record.model, field_name, value))
        # sudo: which module brought a value is no secret
        values = self.env["ir.model.fields.selection"].sudo()
        brought = values.search([("field_id.model", "in", list(state.DIRECTORY_OF))])
        owners = {}
        for data in (
            self.env["ir.model.data"]
            .sudo()
            .search([("model", "=", values._name), ("res_id", "in", brought.ids)], order="id desc")
        ):
            owners[data.res_id] = data.module
        modules = {(value.field_id.model, value.field_id.name, value.value): owners.get(value.id) for value in brought}
        for model, field_name, value in selections:
            if field_name == "res_model":
                needed.add(self.env[value]._original_module)
            elif owner := modules.get((model, field_name, value)):
                needed.add(owner)
        needed.discard(setup.name)
        return [*state.BASE_DEPENDS, *(needed - self._get_closure())]

    def _get_closure(self):
        """The modules that any set-up needs, with those that they need."""
        modules = self.env["ir.module.module"].sudo().search([("name", "in", list(state.BASE_DEPENDS))])
        upstream = modules.upstream_dependencies(exclude_states=("uninstallable",))
        return {*state.BASE_DEPENDS, *upstream.mapped("name"), "base"}
