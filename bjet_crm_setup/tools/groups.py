# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The groups that the addon asks for by name."""

MANAGER = "sales_team.group_sale_manager"
