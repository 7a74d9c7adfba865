# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def _is_active_internal(self):
        """Whether the user works in the system: neither archived, nor a portal or public one. OdooBot, which is always
        archived, is the system itself."""
        user = self.sudo()  # the answer is no secret, and the asker need not be allowed to read that user
        return (user.active or user._is_superuser()) and not user.share
