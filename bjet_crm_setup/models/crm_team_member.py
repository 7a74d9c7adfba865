# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import ValidationError


class CrmTeamMember(models.Model):
    _inherit = "crm.team.member"

    @api.constrains("user_id", "crm_team_id", "active")
    def _check_member(self):
        for member in self:
            if member.active and not member.user_id._is_active_internal():
                raise ValidationError(
                    self.env._(
                        "%(user)s cannot be a member of the sales channel %(channel)s: members must be active internal"
                        " users of the system. Choose another user.",
                        user=member.user_id.sudo().name,  # a manager need not be allowed to read that user
                        channel=member.crm_team_id.name,
                    )
                )
