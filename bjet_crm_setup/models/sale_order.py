# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    # as on opportunities, and a quotation gets the tags of its opportunity
    tag_ids = fields.Many2many(context={"active_test": False}, domain="[('active', '=', True)]")
