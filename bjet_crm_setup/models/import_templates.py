# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A template to download for the import of each directory: CSV in English, XLSX in Ukrainian.

Excel splits a CSV by the language of the system, and a Ukrainian one not at commas: hence the other format.
"""

from odoo import api, models


def _templates(model, label):
    ukrainian = (model.env.lang or "").startswith("uk")
    extension = "uk.xlsx" if ukrainian else "csv"
    return [{"label": label, "template": f"/bjet_crm_setup/static/import/{model._table}.{extension}"}]


class CrmTeam(models.Model):
    _inherit = "crm.team"

    @api.model
    def get_import_templates(self):
        """Return the template to import channels with, as `[{"label": str, "template": url}]`. Any user."""
        return _templates(self, self.env._("Import Template for Sales Channels"))


class MailActivityType(models.Model):
    _inherit = "mail.activity.type"

    @api.model
    def get_import_templates(self):
        """Return the template to import activity types with, as `[{"label": str, "template": url}]`. Any user."""
        return _templates(self, self.env._("Import Template for Activity Types"))


class CrmTag(models.Model):
    _inherit = "crm.tag"

    @api.model
    def get_import_templates(self):
        """Return the template to import tags with, as `[{"label": str, "template": url}]`. Any user."""
        return _templates(self, self.env._("Import Template for Lead Tags"))


class CrmLostReason(models.Model):
    _inherit = "crm.lost.reason"

    @api.model
    def get_import_templates(self):
        """Return the template to import lost reasons with, as `[{"label": str, "template": url}]`. Any user."""
        return _templates(self, self.env._("Import Template for Lost Reasons"))


class CrmStage(models.Model):
    _inherit = "crm.stage"

    @api.model
    def get_import_templates(self):
        """Return the template to import stages with, as `[{"label": str, "template": url}]`. Any user."""
        return _templates(self, self.env._("Import Template for Stages"))

    def _load_records_create(self, vals_list):
        """Imported stages, of which no place is given, come behind the open ones and before the won ones.

        Odoo's own place for a stage is before all others, where new opportunities begin.
        """
        if self.env.context.get("import_file"):
            won = self.search([("is_won", "=", True)])
            last = place = max(self.search([("is_won", "=", False)]).mapped("sequence"), default=0)
            placeless = [vals for vals in vals_list if "sequence" not in vals]
            for vals in placeless:
                if not vals.get("is_won"):
                    place += 1
                    vals["sequence"] = place
            behind = won.filtered(lambda stage: stage.sequence > last)
            shift = place + 1 - min(behind.mapped("sequence"), default=place + 1)
            for stage in behind if shift > 0 else ():
                stage.sequence += shift
            place = max(place, *won.mapped("sequence"), 0)
            for vals in placeless:
                if vals.get("is_won"):
                    place += 1
                    vals["sequence"] = place
        return super()._load_records_create(vals_list)
