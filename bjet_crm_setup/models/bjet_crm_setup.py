# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from babel.numbers import format_decimal

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools.misc import babel_locale_parse
from odoo.tools.safe_eval import safe_eval

from ..tools.groups import MANAGER

# {directory: the window action that shows it}
ACTIONS = {
    "channels": "sales_team.crm_team_action_config",
    "activity_types": "bjet_crm_setup.mail_activity_type_action",
    "tags": "bjet_crm_setup.crm_tag_action",
    "lost_reasons": "crm.crm_lost_reason_action",
    "stages": "bjet_crm_setup.crm_stage_action",
}


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
        names = {
            "channels": self.env._("Sales Channels"),
            "activity_types": self.env._("Activity Types"),
            "tags": self.env._("Lead Tags"),
            "lost_reasons": self.env._("Lost Reasons"),
            "stages": self.env._("Pipeline Stages"),
        }
        purposes = {
            "channels": self.env._("The ways by which customers come to you: a website, social networks, a partner."),
            "activity_types": self.env._("What a salesperson does for a customer: an email, a call, a meeting."),
            "tags": self.env._("What opportunities are sorted by: an industry, the size of a company, urgency."),
            "lost_reasons": self.env._("Why opportunities are lost, so that you see what to change."),
            "stages": self.env._("The steps from a first contact to a won order, each with its probability."),
        }
        return [
            {"key": key, "name": names[key], "purpose": purposes[key], **self._describe(key, action)}
            for key, action in ACTIONS.items()
            if self._is_there(action)
        ]

    # `_find_…_gaps` of a directory yields gaps as (domain, text, external id of an action): the records of the directory,
    # or of that action, which lack something, however many there are; or, without a domain, what all of it lacks.
    # Odoo's export of strings would take those of a domain behind the text for terms.

    def _find_channels_gaps(self):
        yield [("user_id", "=", False)], self.env._("Without a leader"), None
        yield [("crm_team_member_ids", "=", False)], self.env._("Without members"), None

    def _find_activity_types_gaps(self):
        if not self._count(ACTIONS["activity_types"], [("category", "=", "meeting")]):
            yield None, self.env._("None has the category Meeting: no activity opens the calendar"), None
        # activities are read through the rights on their documents, one by one: here only whether there is any
        if not self.env["mail.activity"].sudo().search_count([("res_model", "=", "crm.lead")], limit=1):
            yield None, self.env._("No activity is planned in the pipeline yet"), "crm.crm_lead_action_pipeline"

    def _find_tags_gaps(self):
        # tags are shared by all companies, so that one used in another company is not missing a use
        leads = self.env["crm.lead"].sudo().with_context(active_test=False)
        used = [tag.id for [tag] in leads._read_group([("tag_ids", "!=", False)], ["tag_ids"])]
        yield [("id", "not in", used)], self.env._("Not used yet"), None

    def _find_lost_reasons_gaps(self):
        leads = self.env["crm.lead"].with_context(active_test=False)
        if not leads.search_count([("lost_reason_id", "!=", False)], limit=1):
            yield None, self.env._("No lost reason is used yet"), None
        without = [("active", "in", [True, False]), ("won_status", "=", "lost"), ("lost_reason_id", "=", False)]
        yield without, self.env._("Lost opportunities without a reason"), "crm.crm_lead_opportunities"

    def _find_stages_gaps(self):
        yield [("on_change", "=", True), ("probability", "<=", 0)], self.env._("Without a probability"), None
        if not self._count(ACTIONS["stages"], [("is_won", "=", True)]):
            yield None, self.env._("No stage is marked as won: no opportunity can be won"), None
        left = [("stage_id", "in", self.env["crm.stage"]._get_undefined().ids)]
        yield left, self.env._("Opportunities left without a stage of their own"), "crm.crm_lead_opportunities"

    def _describe(self, directory, action):
        count = self._count(action)
        gaps = [] if count else [{"text": self.env._("Nothing is here yet"), "action": False, "domain": False}]
        for domain, text, other_action in getattr(self, f"_find_{directory}_gaps")():
            shown_by = other_action or action
            if domain is None:
                opened = other_action if other_action and self._is_there(other_action) else False
                gaps.append({"text": text, "action": opened, "domain": False})
            elif self._is_there(shown_by):
                records, found = self._get_records(shown_by, domain)
                if lacking := records.search_count(found):
                    number = format_decimal(lacking, locale=babel_locale_parse(self.env.lang))
                    text = self.env._("%(what)s: %(count)s", what=text, count=number)
                    gaps.append({"text": text, "action": shown_by, "domain": list(found)})
        return {"count": count, "action": action, "gaps": gaps}

    def _count(self, action, domain=()):
        records, found = self._get_records(action, domain)
        return records.search_count(found)

    def _get_records(self, action, domain=()):
        """The model that an action shows, and the domain of those of its records that match one."""
        action = self.env.ref(action).sudo()  # whoever may see the overview may see what its buttons open
        shown = Domain(safe_eval(action.domain or "[]", {"uid": self.env.uid}))
        return self.env[action.res_model], shown & Domain(domain)

    def _is_there(self, action):
        """Whether no administrator deleted the action."""
        return bool(self.env["ir.model.data"]._xmlid_to_res_id(action))
