# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    def _load_menus_blacklist(self):
        """Stages stands directly under Configuration: Odoo's own entry, shown in developer mode only, would double it."""
        doubled = self.env.ref("crm.menu_crm_lead_stage_act", raise_if_not_found=False)
        return super()._load_menus_blacklist() + (doubled.ids if doubled else [])
