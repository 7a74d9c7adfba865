# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class MailActivityType(models.Model):
    """The guide's words for Odoo's fields; the old labels come back on uninstallation (see `hooks`)."""

    _inherit = "mail.activity.type"

    category = fields.Selection(string="Category", selection_add=[("default", "Other")])
    summary = fields.Char(string="Expected Summary")
    delay_count = fields.Integer(string="Days")
    suggested_next_type_ids = fields.Many2many(string="Recommended Next Activities")
