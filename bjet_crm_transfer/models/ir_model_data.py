# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.bjet_crm_setup import hooks

from ..setup_file import state

ADDONS = ("bjet_crm_setup", "bjet_crm_transfer")
# while a module is uninstalled, the records of the directories that it brought are known under this instead
ASIDE = "__bjet_crm_transfer_kept__"


class IrModelData(models.Model):
    _inherit = "ir.model.data"

    @api.model
    def _module_data_uninstall(self, modules_to_remove):
        """Uninstalling a set-up, or the addons, deletes no record of the directories.

        Odoo deletes what carries the ids of a module: opportunities would move to Undefined, and lose their tags. The
        records keep their ids, so that a new installation finds them.
        """
        kept = self._set_aside(modules_to_remove)
        super()._module_data_uninstall(modules_to_remove)
        for data, module in kept:
            # what bjet_crm_setup leaves behind is its own again after a new installation, see its hooks
            data.module = hooks.OUTLIVING if module == hooks.ADDON else module

    def _set_aside(self, modules_to_remove):
        """Take the records of the directories off the list of what goes; return a list of (ids, their module)."""
        modules = self.env["ir.module.module"].search([("name", "in", modules_to_remove)])
        setups = modules.filtered(
            lambda module: module.name in ADDONS or set(module.dependencies_id.mapped("name")) & set(ADDONS)
        )
        # what is in a table that goes as well has to go
        models_left = [
            model
            for model in state.MODELS.values()
            if model in self.env and self.env[model]._original_module not in modules_to_remove
        ]
        if not setups or not models_left:
            return []
        if "crm.team" in models_left:
            models_left.append("mail.alias")  # Odoo gives the channel's address an id beside its own
        aside = []
        for module in setups.mapped("name"):
            data = self.search([("module", "=", module), ("model", "in", models_left)])
            if data:
                # noupdate: one that is not is an order to delete the record when a module of that name is updated
                data.write({"module": f"{ASIDE}{module}", "noupdate": True})
                aside.append((data, module))
        return aside
