# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "BJet CRM Setup",
    "summary": "Sales channels with dashboards, activity types, lead tags, lost reasons, stages with fixed probabilities",
    "version": "19.0.1.0.0",
    "license": "LGPL-3",
    "author": "BJet",
    "category": "Sales/CRM",
    "depends": ["sale_crm"],
    "data": [
        "data/crm_stage_data.xml",
    ],
    "demo": [],
    "assets": {},
    "installable": True,
    "application": False,
}
