# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The guide's words on fields of Odoo that other files leave alone.

On the fields rather than in the views, so that filters, groups, exports and imports use the same words as the forms.
The old labels come back on uninstallation: each is listed in `hooks.py`.
"""

from odoo import fields, models


class CrmTeam(models.Model):
    _inherit = "crm.team"

    name = fields.Char(string="Sales Channel")
    user_id = fields.Many2one(string="Channel Leader")
    member_ids = fields.Many2many(string="Team Members")


class CrmStage(models.Model):
    _inherit = "crm.stage"

    fold = fields.Boolean(string="Fold in Pipeline")
    team_ids = fields.Many2many(string="Team")


class CrmLead(models.Model):
    _inherit = "crm.lead"

    team_id = fields.Many2one(string="Sales Channel")


class SaleOrder(models.Model):
    _inherit = "sale.order"

    team_id = fields.Many2one(string="Sales Channel")


class AccountMove(models.Model):
    _inherit = "account.move"

    team_id = fields.Many2one(string="Sales Channel")
