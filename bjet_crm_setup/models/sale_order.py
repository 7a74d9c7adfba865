# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    # as on opportunities, and a quotation gets the tags of its opportunity
    tag_ids = fields.Many2many(context={"active_test": False}, domain="[('active', '=', True)]")

    @api.depends("company_id")
    def _compute_team_id(self):
        """The channel fits the company of the order, whichever is the current one, or there is none."""
        for company, orders in self.grouped("company_id").items():
            super(SaleOrder, orders.with_company(company))._compute_team_id()
        self.filtered(lambda order: not order.team_id._fits(order.company_id)).team_id = False

    @api.model
    def default_get(self, fields):
        """A quotation that is begun from a channel's card is of that channel's company, whichever is the current one."""
        values = super().default_get(fields)
        team = self.env["crm.team"].browse(values.get("team_id"))
        company = self.env["res.company"].browse(values.get("company_id"))
        if company and not team._fits(company):
            if team.sudo().company_id in self.env.companies:  # sudo: any company is looked at before it is refused
                values["company_id"] = team.company_id.id
            else:
                del values["team_id"]
        return values
