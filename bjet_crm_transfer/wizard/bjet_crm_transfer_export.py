# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..setup_file import names, state


class BjetCrmTransferExport(models.TransientModel):
    _name = "bjet.crm.transfer.export"
    _description = "Export the CRM Set-up"

    title = fields.Char(required=True, default=lambda self: self.env._("CRM of %s", self.env.company.name))
    name = fields.Char(
        "Technical Name",
        compute="_compute_name",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        help="What the file and the module in it are called. Keep it from one export to the next: by it the records are"
        " known again.",
    )
    channels = fields.Boolean("Sales Channels", default=True)
    stages = fields.Boolean("Pipeline Stages", default=True)
    activity_types = fields.Boolean("Activity Types", default=True)
    tags = fields.Boolean("Lead Tags", default=True)
    lost_reasons = fields.Boolean("Lost Reasons", default=True)
    people = fields.Boolean(
        "Channel Leaders and Members",
        help="Goes along by login. Where the file is applied, each of these people has to have a user.",
    )
    content = fields.Binary("File", readonly=True, attachment=False)
    filename = fields.Char(readonly=True)

    @api.depends("title")
    def _compute_name(self):
        for wizard in self:
            wizard.name = wizard.name or (names.module_name(wizard.title) if wizard.title else False)

    @api.onchange("title")
    def _onchange_title(self):
        if self.title:
            self.name = names.module_name(self.title)

    def action_export(self):
        """Write the file, and show it for download. Sales managers only.

        :return: the window action of this wizard
        :raise UserError: when no directory is chosen, or the technical name is none
        """
        self.ensure_one()
        directories = [directory for directory in state.DIRECTORIES if self[directory]]
        if not directories:
            raise UserError(self.env._("Choose at least one directory to export."))
        exported = self.env["bjet.crm.transfer"].export_setup(self.name, self.title, directories, self.people)
        self.write(exported)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Export the CRM Set-up"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }
