# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A CRM set-up as plain data: read from a file, written to one, compared and merged. Without Odoo, without a database."""
