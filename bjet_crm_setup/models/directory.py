# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from itertools import chain, count

from odoo import api, models
from odoo.exceptions import UserError

from ..tools.arguments import drop_blank_cells


class Directory(models.AbstractModel):
    """What the records of every directory have in common: how they are found by name and imported, and what a copy is called."""

    _name = "bjet.crm.setup.directory"
    _description = "Record of a Directory"

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        """Find a retired record too, if it is meant by its whole name (as an import refers to it) and no other has it, and one
        by its English name, if none has it in the caller's language: a file may come from a colleague.

        Lists in which a record is picked ask for a part of the name: they offer none that is retired.
        """
        found = super().name_search(name, domain, operator, limit)
        if name and operator == "=":
            for context in {"active_test": False}, {"active_test": False, "lang": "en_US"}:
                records = self.with_context(**context)
                found = found or super(Directory, records).name_search(name, domain, operator, limit)
        return found

    @api.model
    def name_create(self, name):
        """Make a record of that name, unless a retired one has it already (UserError)."""
        if "active" in self._fields and name and isinstance(name, str):
            records = self.with_context(active_test=False)
            found = records.search_fetch([("name", "=", name)], ["name", "active"], order="active DESC, id", limit=1)
            if found and not found.active:
                raise UserError(found._explain_retired())
        return super().name_create(name)

    def _explain_retired(self):
        """Why the name of this retired record is taken, and what to do."""
        return self.env._(
            "“%s” is there already, but archived: restore it, with the filter Archived of its list, or choose another name.",
            self.name,
        )

    @api.model
    def _extract_records(self, *args, **kwargs):
        """An empty cell of an import is no value where the field cannot be empty: Odoo takes it for False, and for 0."""
        never_empty = {
            name
            for name, field in self._fields.items()
            if field.type in ("boolean", "integer", "float", "monetary")
            or (field.type == "selection" and field.required)
        }
        return drop_blank_cells(super()._extract_records(*args, **kwargs), never_empty)

    def copy_data(self, default=None):
        """Copies are told apart by name."""
        vals_list = super().copy_data(default)
        if "name" not in (default or {}):
            taken = set()
            for record, vals in zip(self, vals_list, strict=True):
                vals["name"] = record._name_copy(taken)
                taken.add(vals["name"])
        return vals_list

    def copy_translations(self, new, excluded=()):
        """Copies are told apart by name in each language."""
        super().copy_translations(new, {*excluded, "name"})
        if "name" not in excluded and self._fields["name"].translate:
            stored = self._fields["name"]._get_stored_translations(self) or {}
            names = {
                lang: self.with_context(lang=lang)._name_copy(())
                for lang, __ in self.env["res.lang"].get_installed()
                if lang in stored and lang != (self.env.lang or "en_US")
            }
            new.update_field_translations("name", names)

    @api.model
    def get_import_templates(self):
        """Return the template to import such records with, as `[{"label": str, "template": url}]`. Any user.

        CSV in English, XLSX in Ukrainian: Excel splits a CSV by the language of the system, a Ukrainian one not at commas.
        """
        label = {
            "crm.lost.reason": self.env._("Import Template for Lost Reasons"),
            "crm.stage": self.env._("Import Template for Stages"),
            "crm.tag": self.env._("Import Template for Lead Tags"),
            "crm.team": self.env._("Import Template for Sales Channels"),
            "mail.activity.type": self.env._("Import Template for Activity Types"),
        }[self._name]
        extension = "uk.xlsx" if (self.env.lang or "").startswith("uk") else "csv"
        return [{"label": label, "template": f"/bjet_crm_setup/static/import/{self._table}.{extension}"}]

    def _name_copy(self, taken):
        """A name for a copy, in the language of the environment, that no record has.

        :param taken: names that others will have by then
        """
        names = chain(
            (self.env._("%(name)s (copy)", name=self.name),),
            (self.env._("%(name)s (copy %(number)s)", name=self.name, number=number) for number in count(2)),
        )
        records = self.with_context(active_test=False)
        return next(
            name for name in names if name not in taken and not records.search_count([("name", "=", name)], limit=1)
        )
