# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class MailActivityType(models.Model):
    """The guide's words for Odoo's fields; the old labels come back on uninstallation (see `hooks`)."""

    _inherit = "mail.activity.type"

    category = fields.Selection(string="Category", selection_add=[("default", "Other")])
    summary = fields.Char(string="Expected Summary")
    delay_count = fields.Integer(string="Days")
    suggested_next_type_ids = fields.Many2many(string="Recommended Next Activities")

    @api.model
    def get_import_templates(self):
        """Return the import templates of activity types, as `[{"label": str, "template": url}]`."""
        return [
            {
                "label": self.env._("Import Template for Activity Types"),
                "template": "/bjet_crm_setup/static/csv/mail_activity_type.csv",
            }
        ]
