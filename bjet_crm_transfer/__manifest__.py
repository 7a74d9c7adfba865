# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "BJet CRM Transfer",
    "summary": "A CRM set-up as a file: export it, see what it would change elsewhere, apply it, take it back",
    "version": "19.0.1.0.0",
    "license": "LGPL-3",
    "author": "BJet",
    "category": "Sales/CRM",
    "depends": ["bjet_crm_setup"],
    "auto_install": True,
    "data": [
        "security/bjet_crm_transfer_security.xml",
        "security/ir.model.access.csv",
        "views/bjet_crm_transfer_history_views.xml",
        "views/bjet_crm_transfer_export_views.xml",
        "views/bjet_crm_transfer_apply_views.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "bjet_crm_transfer/static/src/**/*",
        ],
        "web.assets_tests": [
            "bjet_crm_transfer/static/tests/tours/**/*",
        ],
    },
    "uninstall_hook": "uninstall_hook",
}
