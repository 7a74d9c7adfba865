# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class CrmTeamMember(models.Model):
    _inherit = "crm.team.member"

    @api.constrains("user_id", "crm_team_id", "active")
    def _check_member(self):
        for member in self.filtered("active"):
            member.user_id._check_channel_member(member.crm_team_id)
