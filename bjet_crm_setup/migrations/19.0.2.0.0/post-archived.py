# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Archived became a stored fact: it is given to what the first version archived."""


def migrate(cr, version):
    # Odoo's own Archive closes what it takes out, and is no archiving of a column. At 0% it makes it lost, so that what
    # is inactive at 0% and not lost was archived with its column, closed or not.
    cr.execute(
        """
        UPDATE crm_lead
           SET is_archived = TRUE
         WHERE NOT active
           AND (won_status = 'won' OR (won_status = 'pending' AND (date_closed IS NULL OR probability = 0)))
           AND is_archived IS NOT TRUE
        """
    )
