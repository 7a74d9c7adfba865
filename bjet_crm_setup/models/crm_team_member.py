# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class CrmTeamMember(models.Model):
    _inherit = "crm.team.member"

    @api.constrains("user_id", "crm_team_id")
    def _check_member(self):
        for member in self.filtered("active"):
            member.crm_team_id._check_members(member.user_id)

    def write(self, vals):
        """Check those who come back: who became a portal user as a member does not stand in the way of the others."""
        if vals.get("active"):
            for member in self.filtered(lambda member: not member.active):
                member.crm_team_id._check_members(member.user_id)
        return super().write(vals)
