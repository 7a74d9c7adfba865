# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.arguments import check_ids


class CrmTag(models.Model):
    _inherit = "crm.tag"

    active = fields.Boolean(
        default=True,
        help="An archived tag stays on the opportunities that have it, and is no longer offered.",
    )
    opportunity_count = fields.Integer(string="Opportunities", compute="_compute_opportunity_count")

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_opportunity_count(self):
        counts = dict(
            self.env["crm.lead"]._read_group(
                [("type", "=", "opportunity"), ("tag_ids", "in", self.ids)], ["tag_ids"], ["__count"]
            )
        )
        for tag in self:
            tag.opportunity_count = counts.get(tag._origin, 0)

    @api.model_create_multi
    def create(self, vals_list):
        """The name of a retired tag is taken: say so, rather than that a tag exists which nobody sees."""
        self._check_not_retired([vals.get("name") for vals in vals_list])
        return super().create(vals_list)

    def write(self, vals):
        self._check_not_retired([vals.get("name")])
        return super().write(vals)

    def _check_not_retired(self, names):
        """Refuse names that a retired tag has: one of these may keep its own."""
        names = [name for name in names if isinstance(name, str)]
        retired = names and self.search_fetch(
            [("active", "=", False), ("name", "in", names), ("id", "not in", self.ids)], ["name"], limit=1
        )
        if retired:
            raise UserError(
                self.env._(
                    "There is an archived tag “%s”: a sales manager can restore it in Configuration › Lead Tags, with the filter"
                    " Archived.",
                    retired.name,
                )
            )

    @api.readonly
    def action_open_opportunities(self):
        """Open the opportunities that have one of these tags.

        :return: a window action, showing what the caller may read
        :raise AccessError: for anyone who may not read the tags
        """
        check_ids(self)
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id("crm.crm_lead_opportunities")
        action["domain"] = [("type", "=", "opportunity"), ("tag_ids", "in", self.ids)]
        action["context"] = {"default_type": "opportunity", "default_tag_ids": self.ids}
        return action
