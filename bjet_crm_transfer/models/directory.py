# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG


class Directory(models.AbstractModel):
    """A record that a set-up or a person removed is not brought back by data files.

    Odoo's own files create what they miss on each update, `crm.lost_reason_2` for one.
    """

    _inherit = "bjet.crm.setup.directory"

    def _load_records(self, data_list, update=False):
        removals = self._get_removals([data["xml_id"] for data in data_list if data.get("xml_id")])
        if not removals:
            return super()._load_records(data_list, update)
        if not self.env.context.get("install_mode"):
            removals.unlink()  # a person imports the record again: that is how it comes back
            return super()._load_records(data_list, update)
        removed = set(removals.mapped("xmlid"))
        return super()._load_records([data for data in data_list if data.get("xml_id") not in removed], update)

    def unlink(self):
        """What a person deletes of what the installed modules ship stays away, as what a set-up removed does."""
        # sudo: external ids belong to administrators, and tombstones are made for whoever may delete
        data = self.env["ir.model.data"].sudo().search([("model", "=", self._name), ("res_id", "in", self.ids)])
        installed = self.env["ir.module.module"]._installed()
        gone = [{"xmlid": row.complete_name, "model": row.model} for row in data if row.module in installed]
        result = super().unlink()
        if gone and not self.env.context.get(MODULE_UNINSTALL_FLAG):
            self.env["bjet.crm.removal"].sudo().create(gone)
        return result

    def _get_removals(self, xmlids):
        """The removals of records that are not there any more."""
        # sudo: a data file is loaded by whoever updates a module, and tombstones belong to managers
        removals = self.env["bjet.crm.removal"].sudo().search([("xmlid", "in", xmlids)])
        if not removals:
            return removals
        there = {
            f"{module}.{name}"
            for _id, module, name, _model, _res_id, _noupdate, record_id in self.env["ir.model.data"]
            .sudo()
            ._lookup_xmlids(removals.mapped("xmlid"), self)
            if record_id
        }
        return removals.filtered(lambda removal: removal.xmlid not in there)


class CrmStage(models.Model):
    _inherit = "crm.stage"

    def _remove_from_setup(self, destination=None):
        """Delete the stage; what it holds moves to the destination, to Undefined without one.

        :return: `{'moved': ids of what it held, 'stage': the id of the stage that has it now, or False}`
        :raise UserError: when the stage cannot give it up, see `move_records`
        """
        held = self._all_records().search([("stage_id", "=", self.id)], order="id")
        self.move_records(destination.id if destination else None)
        stage = held[:1].stage_id
        self.unlink()
        return {"moved": held.ids, "stage": stage.id}
