# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from itertools import count
from math import inf

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..tools.arguments import check_ids, is_id, to_place


class CrmTeam(models.Model):
    """What a sales channel is, and what it may not be.

    Its dashboard is in `crm_team_dashboard.py`, the graph on it in `crm_team_graph.py`.
    """

    _name = "crm.team"
    _inherit = ["crm.team", "bjet.crm.setup.directory"]

    company_id = fields.Many2one(default=lambda self: self.env.company)
    sequence = fields.Integer(copy=False, default=lambda self: next(self._get_last_places()))
    # Switches
    use_quotations = fields.Boolean(
        "Quotations",
        default=True,
        help="Check this box if you send quotations to your customers rather than confirming orders straight away."
        " The channel's card then offers its quotations and a button to make a new one.",
    )
    leads_wanted = fields.Boolean(
        "Leads Wanted",  # shown as Leads, see `words`: two fields of one label are a warning to Odoo
        default=True,
        help="Check this box to qualify incoming requests as leads before they become opportunities. The channel does so"
        " while the company's Leads feature is on.",
    )
    use_leads = fields.Boolean(default=lambda self: self._is_leads_feature_on(), copy=False)

    def _init_column(self, column_name):
        """What the channels that were there before the addon wish.

        What Odoo has for them, where anybody had a say: the Leads feature is on, or some channel is ticked although it is
        off. Where none is, because Odoo hides the tick while the feature is off, all of them wish leads, as they would
        get them from Odoo together with the feature.
        """
        if column_name == "leads_wanted":
            self.env.cr.execute(
                SQL(
                    """UPDATE crm_team
                          SET leads_wanted = CASE WHEN %s OR EXISTS (SELECT FROM crm_team WHERE use_leads)
                                                  THEN COALESCE(use_leads, false) ELSE true END""",
                    self._is_leads_feature_on(),
                )
            )
        else:
            super()._init_column(column_name)

    @api.onchange("leads_wanted", "use_opportunities")
    def _onchange_use_leads_opportunities(self):
        """The address goes with the last of the two wishes, not with the company's feature."""
        self.use_leads = self.leads_wanted and self._is_leads_feature_on()
        if not self.leads_wanted:
            super()._onchange_use_leads_opportunities()

    # ------------------------------------------------------------
    # Constraints
    # ------------------------------------------------------------

    @api.constrains("user_id")
    def _check_leader(self):
        for team in self:
            if team.user_id and not team.user_id._is_active_internal():
                raise ValidationError(
                    self.env._(
                        "%(user)s cannot lead the sales channel “%(channel)s”: its leader must be an active internal user"
                        " of the system. Choose another user.",
                        user=team.user_id.sudo().name,  # a manager need not be allowed to read that user
                        channel=team.name,
                    )
                )

    @api.constrains("invoiced_target")
    def _check_invoiced_target(self):
        for team in self:
            if not team._is_target(team.invoiced_target):
                raise ValidationError(
                    self.env._(
                        "The invoicing target of the sales channel “%(channel)s” cannot be negative:"
                        " give an amount for each month, or 0 for no target.",
                        channel=team.name,
                    )
                )

    @api.model
    def _is_target(self, amount):
        return 0 <= amount < inf  # not a number is neither

    def _check_members(self, users):
        """Refuse users who may not be members of the channel.

        :raise ValidationError: naming the first of them
        """
        for user in users:
            if not user._is_active_internal():
                raise ValidationError(
                    self.env._(
                        "%(user)s cannot be a member of the sales channel “%(channel)s”: members must be active"
                        " internal users of the system. Choose another user.",
                        user=user.sudo().name,  # a manager need not be allowed to read that user
                        channel=self.name,
                    )
                )

    def _inverse_member_ids(self):
        """Refuse archived users: the field leaves them out, and nobody would learn that they did not get in."""
        for team in self.with_context(active_test=False):
            team._check_members(team.member_ids - team.crm_team_member_ids.user_id)
        return super()._inverse_member_ids()

    # ------------------------------------------------------------
    # Create, write, copy
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """A new channel comes last, so that it takes over nobody's records: who is in no channel gets the first one."""
        places = self._get_last_places()
        wanted = self.default_get(["leads_wanted"])

        def complete(vals):
            wish = {} if "use_leads" in vals else wanted
            place = vals["sequence"] if "sequence" in vals else next(places)
            return self._with_leads({**wish, **vals, "sequence": place})

        return super().create([complete(vals) for vals in vals_list])

    @api.model
    def _get_last_places(self):
        """An iterator over the places behind all channels. The form asks for one, too: it saves what it does not show."""
        # sudo: behind the channels of every company
        [[last]] = self.sudo().with_context(active_test=False)._read_group([], aggregates=["sequence:max"])
        return map(to_place, count((last or 0) + 1))

    def write(self, vals):
        return super().write(self._with_leads(vals))

    @api.model
    def _with_leads(self, vals):
        """The wish for leads, by whichever of its two names it is written, and what follows from it.

        :return: the values with both fields, if they have one of them
        """
        if "leads_wanted" not in vals and "use_leads" not in vals:
            return vals
        wanted = vals.get("leads_wanted", vals.get("use_leads"))
        return {**vals, "leads_wanted": wanted, "use_leads": wanted and self._is_leads_feature_on()}

    def copy_data(self, default=None):
        """What a copy carries over is no one's choice: what a new channel may not have is left out."""
        given = default or {}
        vals_list = super().copy_data(default)
        for team, vals in zip(self, vals_list, strict=True):
            leader = team.user_id
            if leader and "user_id" not in given and not (leader._is_active_internal() and team._is_in_company(leader)):
                vals["user_id"] = False
            if "invoiced_target" not in given and not self._is_target(vals.get("invoiced_target", 0)):
                vals["invoiced_target"] = 0
        return vals_list

    def _is_in_company(self, user):
        # sudo: a manager need not be allowed to read that user
        return not self.company_id or self.company_id in user.sudo().company_ids

    def _alias_get_creation_values(self):
        """A channel that wishes leads keeps its address while the company's feature is off."""
        values = super()._alias_get_creation_values()
        if self.id and self.leads_wanted and not self.use_leads and not self.use_opportunities:
            values.pop("alias_name", None)
        return values

    # ------------------------------------------------------------
    # The company's Leads feature
    # ------------------------------------------------------------

    @api.model
    def _is_leads_feature_on(self):
        # asked for each of many new channels: by ids that the server remembers, without looking whether they still exist
        data = self.env["ir.model.data"]
        # sudo: anyone may know, but few may read groups
        employees = self.env["res.groups"].sudo().browse(data._xmlid_to_res_id("base.group_user"))
        # gone while the CRM is uninstalled
        return data._xmlid_to_res_id("crm.group_use_lead") in employees.all_implied_ids.ids

    @api.model
    def _follow_leads_feature(self):
        """Give each channel what holds now: its wish while the company's Leads feature is on, no leads while it is off."""
        # sudo: whoever switches the feature need not be a sales manager, nor of every company
        teams = self.sudo().with_context(active_test=False)
        on = self._is_leads_feature_on()
        for wanted in (True, False):
            astray = [("leads_wanted", "=", wanted), ("use_leads", "!=", wanted and on)]
            teams.search(astray).leads_wanted = wanted

    # ------------------------------------------------------------
    # The channel of a document
    # ------------------------------------------------------------

    def _get_default_team_id(self, user_id=False, domain=False):
        """As Odoo finds the channel, but only among those that fit the company in which the user works.

        For a user who does not work in the current company, Odoo's search over all chosen companies stands.
        """
        # sudo: the companies of a colleague
        user = self.env["res.users"].sudo().browse(user_id) if user_id else self.env.user.sudo()
        channels = self
        if self.env.company in user.company_ids:
            channels = self.with_context(allowed_company_ids=self.env.company.ids)
        given = self.env.context.get("default_team_id")
        default = self.browse(given if is_id(given) else ()).exists()
        if default and not any(default._fits(company) for company in channels.env.companies):
            channels = channels.with_context(default_team_id=False)
        found = super(CrmTeam, channels)._get_default_team_id(user_id=user_id, domain=domain)
        return found.with_env(self.env)

    def _fits(self, company):
        """Whether a document of a company, or of none, may have this channel. No channel fits all of them."""
        # sudo: the channel may be of a company that the user did not choose
        owner = self.sudo().company_id
        return not owner or owner == company

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
