# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    def set_values(self):
        """Odoo ticks or unticks every channel together with the Leads feature: here each channel keeps its wish."""
        wishes = {wanted: self.env["crm.team"].search([("leads_wanted", "=", wanted)]) for wanted in (True, False)}
        result = super().set_values()
        for wanted, teams in wishes.items():
            teams.filtered(lambda team, wanted=wanted: team.leads_wanted != wanted).leads_wanted = wanted
        return result
