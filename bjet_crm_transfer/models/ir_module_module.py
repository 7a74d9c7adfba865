# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, models
from odoo.modules.module import Manifest
from odoo.tools.translate import get_base_langs

from odoo.addons.bjet_crm_setup.models.ir_module_module import ADDON

from ..setup_file import state
from ..tools.shipped import read_po, read_translations


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    @api.model
    def _load_module_terms(self, modules, langs, overwrite=False):
        """Translate what set-ups call records that others ship, where Odoo would keep the other module's translation: of
        set-ups that were imported as a zip (of which Odoo knows no dependencies yet when it comes here), and of those that
        were applied before a language came.

        A set-up that lies on the disk is a data module as any other that depends on `bjet_crm_setup`, which sees to it.
        """
        super()._load_module_terms(modules, langs, overwrite=overwrite)
        langs = [lang for lang in langs if lang != state.SOURCE_LANGUAGE]
        for module in modules:
            if not Manifest.for_addon(module, display_warning=False):
                self._translate_records(self._read_imported(module, langs))
        if "bjet_crm_transfer" in modules:
            self._translate_applied(langs)

    @api.model
    def _read_imported(self, module, langs):
        """What the po files of an imported module say: `{external id: {field: {lang: text}}}`."""
        found = defaultdict(lambda: defaultdict(dict))
        # sudo: as Odoo's own loading of these files
        attachments = self.env["ir.attachment"].sudo()
        for lang in langs:
            for base in get_base_langs(lang):
                catalogue = attachments.search(
                    [("url", "=", f"/{module}/i18n/{base}.po"), ("type", "=", "binary")], limit=1
                )
                for xmlid, field, text in read_po((catalogue.raw or b"").decode()):
                    found[xmlid][field][lang] = text
        return found

    @api.model
    def _translate_applied(self, langs):
        """Give what was applied its texts in languages that were not there then, and remember it as applied."""
        histories = self.env["bjet.crm.transfer.history"].sudo()  # sudo: what was applied is a fact of the database
        applied = histories.search([("kind", "=", "apply")])
        for setup_id in dict.fromkeys(applied.mapped("setup_id")):
            last = histories._get_last(setup_id)
            if not last:
                continue
            file, base = state.Setup.from_json(last.state_file), state.Setup.from_json(last.state_base)
            new = [lang for lang in langs if lang in file.languages and lang not in base.languages]
            if not new:
                continue
            found = defaultdict(dict)
            for xmlid, record in file.records.items():
                for field, by_lang in record.translations.items():
                    texts = {lang: text for lang, text in by_lang.items() if lang in new}
                    if texts and xmlid in base.records:
                        found[xmlid][field] = texts
                        base.records[xmlid].translations.setdefault(field, {}).update(texts)
            base.languages += new
            last.state_base = base.normalise().to_json()
            self._translate_records(found)

    @api.model
    def _translate_records(self, found):
        """Translate records; what a person wrote stays: only where there is no translation, or one that was shipped.

        :param found: `{external id: {field: {lang: text, or {English term: term}}}}`
        """
        langs = {lang for by_field in found.values() for by_lang in by_field.values() for lang in by_lang}
        shipped = read_translations(found, sorted(langs), [ADDON])
        for xmlid, by_field in found.items():
            record = self.env.ref(xmlid, raise_if_not_found=False)
            if not record or record._name not in state.DIRECTORY_OF:
                continue
            for field, by_lang in by_field.items():
                if not state.FIELDS[state.DIRECTORY_OF[record._name]][field].translate:
                    continue
                source = record.with_context(lang=state.SOURCE_LANGUAGE)[field]
                texts = {}
                for lang, text in by_lang.items():
                    present = record.with_context(lang=lang)[field]
                    if isinstance(text, dict) or present in (
                        source,
                        *shipped.get(xmlid, {}).get(field, {}).get(lang, ()),
                    ):
                        texts[lang] = text
                if texts:
                    record.update_field_translations(field, texts)
