# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmLostReason(models.Model):
    _name = "crm.lost.reason"
    _inherit = ["crm.lost.reason", "bjet.crm.setup.directory"]
    _order = "sequence, id"

    sequence = fields.Integer(default=100, help="Place in the lists where a reason is picked.")
