# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "BJet CRM Setup",
    "summary": "Sales channels with dashboards, activity types, lead tags, lost reasons, stages with fixed probabilities",
    "version": "19.0.2.0.0",
    "license": "LGPL-3",
    "author": "BJet",
    "category": "Sales/CRM",
    "application": True,
    "depends": ["sale_crm"],
    "images": ["static/description/banner.png"],
    "data": [
        "security/bjet_crm_setup_security.xml",
        "data/crm_lost_reason_data.xml",
        "data/crm_team_data.xml",
        "data/mail_activity_type_data.xml",
        "views/account_move_views.xml",
        "views/bjet_crm_setup_views.xml",
        "views/crm_lead_views.xml",
        "views/crm_lost_reason_views.xml",
        "views/crm_stage_views.xml",
        "views/crm_tag_views.xml",
        "views/crm_team_dashboard_views.xml",
        "views/crm_team_views.xml",
        "views/mail_activity_type_views.xml",
        "views/sale_order_views.xml",
        "views/menus.xml",
        "data/flush.xml",
    ],
    "demo": [
        "demo/crm_tag_demo.xml",
        "demo/res_users_demo.xml",
        "demo/crm_team_demo.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "bjet_crm_setup/static/src/crm_setup/**/*",
            "bjet_crm_setup/static/src/pipeline/**/*",
            "bjet_crm_setup/static/src/stage_form/**/*",
            "bjet_crm_setup/static/src/stage_run/**/*",
            "bjet_crm_setup/static/src/views/**/*",
        ],
        "web.assets_tests": [
            "bjet_crm_setup/static/tests/tours/**/*",
        ],
        "web.assets_unit_tests": [
            "bjet_crm_setup/static/tests/*.test.js",
        ],
    },
    "pre_init_hook": "pre_init_hook",
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}
