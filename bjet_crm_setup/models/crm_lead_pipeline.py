# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class CrmLead(models.Model):
    """What the pipeline shows."""

    _inherit = "crm.lead"

    @api.model
    @api.readonly
    def web_read_group(self, domain, groupby, *args, **kwargs):
        """As Odoo's, for the web client. By stages, the answer says which one is Undefined: its column has no `+`, and New
        does not open in it."""
        result = super().web_read_group(domain, groupby, *args, **kwargs)
        if groupby and groupby[0] == "stage_id":
            result["undefined_stage_id"] = self.env["crm.stage"]._get_undefined().id
        return result
