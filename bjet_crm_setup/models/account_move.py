# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _compute_company_id(self):
        """An invoice that changes its company, with its journal, looks for a channel that fits the new one."""
        super()._compute_company_id()
        astray = self.filtered(lambda move: not move.team_id._fits(move.company_id))
        self.env.add_to_compute(self._fields["team_id"], astray)
