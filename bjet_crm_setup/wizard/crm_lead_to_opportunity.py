# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class CrmLead2opportunityPartner(models.TransientModel):
    """The channel that a conversion offers fits the company of the lead."""

    _inherit = "crm.lead2opportunity.partner"

    def _compute_team_id(self):
        for company, wizards in self.grouped(lambda wizard: wizard.lead_id.company_id).items():
            super(CrmLead2opportunityPartner, wizards.with_company(company))._compute_team_id()
