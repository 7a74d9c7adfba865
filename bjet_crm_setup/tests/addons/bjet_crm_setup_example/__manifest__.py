# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "BJet CRM Setup: a company's defaults",
    "summary": "Worked example of the data module that a consultant makes for a company",
    "version": "19.0.1.0.0",
    "license": "LGPL-3",
    "author": "BJet",
    "category": "Sales/CRM",
    "depends": ["bjet_crm_setup"],
    "data": [
        "data/mail_activity_type_data.xml",
        "data/crm_lost_reason_data.xml",
        "data/crm_tag_data.xml",
        "data/crm_stage_data.xml",
        "data/crm_team_data.xml",
    ],
}
