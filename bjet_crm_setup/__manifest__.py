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
        "views/crm_lead_channel_views.xml",
        "views/sale_order_views.xml",
        "views/account_move_views.xml",
        "views/crm_team_views.xml",
        "views/crm_team_dashboard_views.xml",
        "views/crm_team_menus.xml",
        "views/crm_stage_views.xml",
        "views/crm_lead_views.xml",
    ],
    "demo": [],
    "assets": {
        "web.assets_backend": [
            "bjet_crm_setup/static/src/views/**/*",
            "bjet_crm_setup/static/src/stage_run/**/*",
            "bjet_crm_setup/static/src/pipeline/**/*",
            "bjet_crm_setup/static/src/stage_form/**/*",
        ],
        "web.assets_tests": [
            "bjet_crm_setup/static/tests/tours/**/*",
        ],
    },
    "installable": True,
    "application": False,
}
