# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class IrFieldsConverter(models.AbstractModel):
    _inherit = "ir.fields.converter"

    @api.model
    def _str_to_selection(self, model, field, value, savepoint):
        """An import takes each choice by the name that the screens show, also where that is the guide's and not Odoo's."""
        for lang in (self.env.lang, "en_US"):
            selection = field.get_description(self.with_context(lang=lang).env, ["selection"])["selection"]
            value = next((str(item) for item, label in selection if label.lower() == value.lower()), value)
        return super()._str_to_selection(model, field, value, savepoint)
