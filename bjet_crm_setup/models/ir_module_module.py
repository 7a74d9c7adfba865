# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools.misc import topological_sort

from ..tools.wording import named

ADDON = "bjet_crm_setup"
DIRECTORIES = ("crm.lost.reason", "crm.stage", "crm.tag", "crm.team", "mail.activity.type")


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    @api.model
    def _load_module_terms(self, modules, langs, overwrite=False):
        """Translate the names that this addon, and the modules built on it, give to records which others ship.

        Odoo keeps the translation that is there, the other module's. Here the last module in the order of their
        dependencies has its say, whichever was installed first; what a person wrote stays.
        """
        super()._load_module_terms(modules, langs, overwrite=overwrite)
        namers = self._get_namers()
        if set(namers) & set(modules):
            for lang in langs:
                if lang != "en_US":  # the names themselves are in the data files
                    self._translate_defaults(namers, lang)

    @api.model
    def _flush_setup_data(self):
        """Called at the end of the data files: demo data that fail take with them what has not been written yet."""
        self.env.flush_all()

    @api.model
    def _get_namers(self):
        """This addon and the modules that depend on it, each after those that it depends on."""
        addon = self._get(ADDON)
        namers = addon + addon.downstream_dependencies()
        return topological_sort({module.name: module.dependencies_id.mapped("name") for module in namers})

    @api.model
    def _translate_defaults(self, namers, lang):
        said = {}  # {(model, field, external id): [(English name, translation) by its owner, by each of the modules]}
        for module in namers:
            for key, names in named(module, lang).items():
                if key[0] in DIRECTORIES:
                    owner = key[2].split(".")[0]
                    said.setdefault(key, [named(owner, lang).get(key, ("", ""))]).append(names)
        for (model, field, xmlid), names in said.items():
            record = self.env.ref(xmlid, raise_if_not_found=False)
            if record and record._name == model:
                sources, terms = zip(*names, strict=True)
                present = record.with_context(lang=lang)[field]
                untranslated = present in sources and present == record.with_context(lang="en_US")[field]
                if present != terms[-1] and (untranslated or present in terms):
                    record.with_context(lang=lang)[field] = terms[-1]
