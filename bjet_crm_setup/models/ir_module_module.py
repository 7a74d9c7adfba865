# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from .. import hooks


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    def _update_translations(self, filter_lang=None, overwrite=False):
        """Odoo's records that the addon renames keep their new name in every language (see `hooks`)."""
        super()._update_translations(filter_lang=filter_lang, overwrite=overwrite)
        if hooks.ADDON in self.mapped("name"):
            hooks.apply(self.env, [filter_lang] if isinstance(filter_lang, str) else filter_lang)

    @api.model
    def _keep_borrowed_records(self):
        """Called by `data/borrowed_records.xml`, ahead of the data that changes records of Odoo."""
        hooks.keep(self.env)
