# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, models
from odoo.modules.module import Manifest
from odoo.tools.misc import file_open
from odoo.tools.translate import get_po_paths

from ..setup_file import state
from ..tools.shipped import read_po, read_translations


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    @api.model
    def _load_module_terms(self, modules, langs, overwrite=False):
        """Translate what set-ups call records that others ship, where Odoo would keep the other module's translation: of
        set-ups that were installed or imported as a zip, and of those that were applied before a language came.
        """
        super()._load_module_terms(modules, langs, overwrite=overwrite)
        langs = [lang for lang in langs if lang != state.SOURCE_LANGUAGE]
        for module in modules:
            if self._is_setup(module):
                self._translate_records(self._read_po(module, langs))
        if "bjet_crm_transfer" in modules:
            self._translate_applied(langs)

    @api.model
    def _is_setup(self, name):
        """Whether a module is a set-up: its manifest says so; of one that was imported as a zip, its dependencies do."""
        if manifest := Manifest.for_addon(name, display_warning=False):
            return "crm_transfer" in manifest
        return "bjet_crm_transfer" in self._get(name).dependencies_id.mapped("name")

    @api.model
    def _read_po(self, module, langs):
        """What the po files of a module say: `{external id: {field: {lang: text}}}`."""
        found = defaultdict(lambda: defaultdict(dict))
        for lang in langs:
            for path in [*get_po_paths(module, lang)] or [f"/{module}/i18n/{lang}.po"]:
                for xmlid, field, text in read_po(self._open_po(path)):
                    found[xmlid][field][lang] = text
        return found

    @api.model
    def _open_po(self, path):
        """The text of a po file, of the disk or of an imported module."""
        # sudo: as Odoo's own loading of these files
        attachment = self.env["ir.attachment"].sudo().search([("url", "=", path), ("type", "=", "binary")], limit=1)
        if attachment:
            return (attachment.raw or b"").decode()
        try:
            with file_open(path) as opened:
                return opened.read()
        except OSError:
            return ""

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
        shipped = read_translations(found, sorted(langs), ["bjet_crm_setup"])
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
                    if isinstance(text, dict) or present in (source, *shipped.get(xmlid, {}).get(field, {}).get(lang, ())):
                        texts[lang] = text
                if texts:
                    record.update_field_translations(field, texts)
