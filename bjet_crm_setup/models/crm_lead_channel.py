# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The channel of an opportunity fits its company.

Odoo lets the company follow the channel, and looks for the channel in all companies chosen at the top of the screen.
Here the company of the opportunity comes first: for a new one the company that is given or, without any, the current one.
"""

from odoo import api, models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def _compute_team_id(self):
        for company, leads in self._group_by_kept_company().items():
            super(CrmLead, leads.with_company(company))._compute_team_id()
        for lead in self:
            # without a company in the values, Odoo computes one from the channel
            if lead.team_id.company_id and not lead.team_id._fits(lead.company_id):
                lead.team_id = lead._find_channel(lead.company_id)

    def _group_by_kept_company(self):
        """The records by the company that they are saved with, before Odoo derives one from the channel looked for."""
        field = self._fields["company_id"]
        pending = self & self.env.records_to_compute(field)
        self.env.remove_to_compute(field, pending)
        groups = self.grouped(lambda lead: lead.company_id if lead._origin.id else self.env["res.company"])
        self.env.add_to_compute(field, pending)
        return groups

    def _find_channel(self, company):
        """The channel of the salesperson in a company, or in none, if there is one."""
        if not self.user_id:
            return self.env["crm.team"]
        domain = [("use_leads" if self.type == "lead" else "use_opportunities", "=", True)]
        if not company:
            domain.append(("company_id", "=", False))
        team = self.env["crm.team"].with_company(company)
        team = team._get_default_team_id(user_id=self.user_id.id, domain=domain).with_env(self.env)
        return team if team._fits(company) else team.browse()

    @api.onchange("company_id")
    def _onchange_company_id_channel(self):
        if not self.team_id._fits(self.company_id):
            self.team_id = self._find_channel(self.company_id)

    def write(self, vals):
        """Opportunities that are given another company leave a channel that does not fit it."""
        if "company_id" in vals and not {"team_id", "user_id"} & vals.keys():
            company = self.env["res.company"].browse(vals["company_id"])
            astray = self.filtered(lambda lead: not lead.team_id._fits(company))
            for team, leads in astray.grouped(lambda lead: lead._find_channel(company)).items():
                super(CrmLead, leads).write({**vals, "team_id": team.id})
            self = self - astray
        return super().write(vals)
