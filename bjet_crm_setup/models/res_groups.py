# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class ResGroups(models.Model):
    """The company's Leads feature is a group that all employees imply: channels follow it, however it is switched."""

    _inherit = "res.groups"

    @api.model_create_multi
    def create(self, vals_list):
        groups = super().create(vals_list)
        groups._tell_channels(*vals_list)
        return groups

    def write(self, vals):
        result = super().write(vals)
        self._tell_channels(vals)
        return result

    def unlink(self):
        result = super().unlink()
        self.env["crm.team"]._follow_leads_feature()
        return result

    @api.model
    def _tell_channels(self, *vals_list):
        if any("implied_ids" in vals or "implied_by_ids" in vals for vals in vals_list):
            self.env["crm.team"]._follow_leads_feature()
