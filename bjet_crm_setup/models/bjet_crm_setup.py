# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from babel.numbers import format_decimal

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools.misc import babel_locale_parse
from odoo.tools.safe_eval import safe_eval

from ..tools.groups import MANAGER


class BjetCrmSetup(models.AbstractModel):
    """The "CRM Setup" screen: what each directory is for, what it holds, and what it still lacks."""

    _name = "bjet.crm.setup"
    _description = "CRM Setup"

    @api.model
    @api.readonly
    def get_overview(self):
        """Describe the five directories of the CRM, in the order in which they are filled. One whose window action an
        administrator deleted is left out.

        :return: a list of dicts, one for each directory: ``key`` (technical name), ``name`` and ``purpose``
            (texts in the language of the user), ``count`` (records that the directory's button opens),
            ``action`` (the external id of that button's window action), and ``gaps``: a list of dicts with ``text``,
            what is missing, ``action``, as above, or False where there is nothing to open, and ``domain``, the
            records concerned, to be shown by that action, or False where they are all of its records.
        :raise AccessError: the caller is not a sales manager.
        """
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("The setup of the CRM is for sales managers: ask one of yours."))
        directories = (
            (self._get_channels, "sales_team.crm_team_action_config"),
            (self._get_activity_types, "bjet_crm_setup.mail_activity_type_action"),
            (self._get_tags, "bjet_crm_setup.crm_tag_action"),
            (self._get_lost_reasons, "crm.crm_lost_reason_action"),
            (self._get_stages, "bjet_crm_setup.crm_stage_action"),
        )
        return [describe(action) for describe, action in directories if self._is_there(action)]

    # ------------------------------------------------------------
    # DIRECTORIES
    # ------------------------------------------------------------

    def _get_channels(self, action):
        directory = self._directory(
            "channels",
            self.env._("Sales Channels"),
            self.env._("The ways by which customers come to you: a website, social networks, a partner."),
            action,
        )
        self._add_gap(directory, [("user_id", "=", False)], self.env._("Without a leader"))
        self._add_gap(directory, [("crm_team_member_ids", "=", False)], self.env._("Without members"))
        return directory

    def _get_activity_types(self, action):
        directory = self._directory(
            "activity_types",
            self.env._("Activity Types"),
            self.env._("What a salesperson does for a customer: an email, a call, a meeting."),
            action,
        )
        if not self._count(directory["action"], [("category", "=", "meeting")]):
            self._add_missing(directory, self.env._("None has the category Meeting: no activity opens the calendar"))
        # activities are read through the rights on their documents, one by one: here only whether there is any
        if not self.env["mail.activity"].sudo().search_count([("res_model", "=", "crm.lead")], limit=1):
            self._add_missing(
                directory, self.env._("No activity is planned in the pipeline yet"), "crm.crm_lead_action_pipeline"
            )
        return directory

    def _get_tags(self, action):
        directory = self._directory(
            "tags",
            self.env._("Lead Tags"),
            self.env._("What opportunities are sorted by: an industry, the size of a company, urgency."),
            action,
        )
        # tags are shared by all companies, so that one used in another company is not missing a use
        leads = self.env["crm.lead"].sudo().with_context(active_test=False)
        used = [tag.id for [tag] in leads._read_group([("tag_ids", "!=", False)], ["tag_ids"])]
        self._add_gap(directory, [("id", "not in", used)], self.env._("Not used yet"))
        return directory

    def _get_lost_reasons(self, action):
        directory = self._directory(
            "lost_reasons",
            self.env._("Lost Reasons"),
            self.env._("Why opportunities are lost, so that you see what to change."),
            action,
        )
        leads = self.env["crm.lead"].with_context(active_test=False)
        if not leads.search_count([("lost_reason_id", "!=", False)], limit=1):
            self._add_missing(directory, self.env._("No lost reason is used yet"))
        self._add_gap(
            directory,
            [("active", "in", [True, False]), ("won_status", "=", "lost"), ("lost_reason_id", "=", False)],
            self.env._("Lost opportunities without a reason"),
            "crm.crm_lead_opportunities",
        )
        return directory

    def _get_stages(self, action):
        directory = self._directory(
            "stages",
            self.env._("Pipeline Stages"),
            self.env._("The steps from a first contact to a won order, each with its probability."),
            action,
        )
        self._add_gap(
            directory,
            [("on_change", "=", True), ("probability", "<=", 0)],
            self.env._("Without a probability"),
        )
        if not self._count(directory["action"], [("is_won", "=", True)]):
            self._add_missing(directory, self.env._("No stage is marked as won: no opportunity can be won"))
        self._add_gap(
            directory,
            [("stage_id", "in", self.env["crm.stage"]._get_undefined().ids)],
            self.env._("Opportunities left without a stage of their own"),
            "crm.crm_lead_opportunities",
        )
        return directory

    # ------------------------------------------------------------
    # PARTS OF A DIRECTORY
    # ------------------------------------------------------------

    def _directory(self, key, name, purpose, action):
        directory = {
            "key": key,
            "name": name,
            "purpose": purpose,
            "count": self._count(action),
            "action": action,
            "gaps": [],
        }
        if not directory["count"]:
            self._add_missing(directory, self.env._("Nothing is here yet"))
        return directory

    def _add_missing(self, directory, text, action=False):
        """Note what the directory as a whole lacks."""
        action = action if action and self._is_there(action) else False
        directory["gaps"].append({"text": text, "action": action, "domain": False})

    def _add_gap(self, directory, domain, text, action=None):
        """Note how many records lack something, if any does, with the action that shows them."""
        action = action or directory["action"]
        if self._is_there(action) and (count := self._count(action, domain)):
            number = format_decimal(count, locale=babel_locale_parse(self.env.lang))
            directory["gaps"].append(
                {
                    "text": self.env._("%(what)s: %(count)s", what=text, count=number),
                    "action": action,
                    "domain": list(self._get_domain(action) & Domain(domain)),
                }
            )

    def _count(self, action, domain=()):
        model = self._get_action(action).res_model
        return self.env[model].search_count(self._get_domain(action) & Domain(domain))

    def _get_domain(self, action):
        return Domain(safe_eval(self._get_action(action).domain or "[]", {"uid": self.env.uid}))

    def _get_action(self, action):
        # whoever may see the overview may see what its buttons open
        return self.env.ref(action).sudo()

    def _is_there(self, action):
        """Whether no administrator deleted the action."""
        return bool(self.env["ir.model.data"]._xmlid_to_res_id(action))
