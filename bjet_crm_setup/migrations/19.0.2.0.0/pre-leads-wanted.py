# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column


def migrate(cr, version):
    """In 19.0.1.0.0 `use_leads` was a channel's wish. What holds follows from it when the data are loaded."""
    if not column_exists(cr, "crm_team", "leads_wanted"):
        create_column(cr, "crm_team", "leads_wanted", "boolean")
        cr.execute(SQL("UPDATE crm_team SET leads_wanted = COALESCE(use_leads, false)"))
