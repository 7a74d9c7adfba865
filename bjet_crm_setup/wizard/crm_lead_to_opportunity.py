# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


# A comment, because Odoo would describe the model that is made from this one with our docstring, and keep it when we go:
# the channel that a conversion offers fits the company of the lead.
class CrmLead2opportunityPartner(models.TransientModel):
    _inherit = "crm.lead2opportunity.partner"

    def _compute_team_id(self):
        for company, wizards in self.grouped(lambda wizard: wizard.lead_id.company_id).items():
            super(CrmLead2opportunityPartner, wizards.with_company(company))._compute_team_id()
