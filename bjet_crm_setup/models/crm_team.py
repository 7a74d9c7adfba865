# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from math import inf

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.arguments import check_ids


class CrmTeam(models.Model):
    """What a sales channel is, and what it may not be. Its dashboard is in `crm_team_dashboard.py`."""

    _inherit = "crm.team"

    company_id = fields.Many2one(default=lambda self: self.env.company)
    # Switches
    use_quotations = fields.Boolean(
        "Quotations",
        default=True,
        help="Check this box if you send quotations to your customers rather than confirming orders straight away."
        " The channel's card then offers its quotations and a button to make a new one.",
    )
    use_leads = fields.Boolean(default=True)
    leads_enabled = fields.Boolean(
        "Leads Feature Is On",
        compute="_compute_leads_enabled",
        help="Whether the company's Leads feature is on. The web client keeps views for long, so that a view cannot tell.",
    )

    # ------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------

    @api.depends_context("uid")
    def _compute_leads_enabled(self):
        self.leads_enabled = self.env.user.has_group("crm.group_use_lead")

    # ------------------------------------------------------------
    # Constraints
    # ------------------------------------------------------------

    @api.constrains("user_id")
    def _check_leader(self):
        for team in self:
            if team.user_id and not team.user_id._is_active_internal():
                raise ValidationError(
                    self.env._(
                        "%(user)s cannot lead the sales channel %(channel)s: its leader must be an active internal user"
                        " of the system. Choose another user.",
                        user=team.user_id.sudo().name,  # a manager need not be allowed to read that user
                        channel=team.name,
                    )
                )

    @api.constrains("invoiced_target")
    def _check_invoiced_target(self):
        for team in self:
            if not 0 <= team.invoiced_target < inf:  # not a number is neither
                raise ValidationError(
                    self.env._(
                        "The invoicing target of the sales channel %(channel)s cannot be negative:"
                        " give an amount for each month, or 0 for no target.",
                        channel=team.name,
                    )
                )

    def _inverse_member_ids(self):
        """Refuse archived users: the field leaves them out, and nobody would learn that they did not get in."""
        for team in self.with_context(active_test=False):
            (team.member_ids - team.crm_team_member_ids.user_id)._check_channel_member(team)
        return super()._inverse_member_ids()

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_enable_leads(self):
        """Turn on the company's Leads feature, as the box of the settings does, and reload the web client.

        For administrators only: it changes what every new record of the CRM is.

        :return: the client action that reloads the page
        :raise AccessError: for anyone else
        """
        self.env["res.config.settings"].create({"group_use_lead": True}).execute()
        return {"type": "ir.actions.client", "tag": "reload"}

    def action_toggle_favorite(self):
        """Add the channels to the caller's favourites, or take them out. For everyone who may read them.

        :return: True
        """
        check_ids(self)
        self.check_access("read")
        # sudo: a favourite is the reader's own mark, on a record that only managers may write
        for team in self.sudo():
            team.is_favorite = not team.is_favorite
        return True
