{
    "name": "Online shop",
    "summary": "A CRM set-up",
    "version": "19.0.1.0.0",
    "license": "LGPL-3",
    "author": "CRM Setup",
    "category": "Sales/CRM",
    "depends": [
        "bjet_crm_setup",
        "bjet_crm_transfer",
    ],
    "data": [
        "data/crm_team_data.xml",
        "data/crm_stage_data.xml",
        "data/mail_activity_type_data.xml",
        "data/crm_tag_data.xml",
        "data/crm_lost_reason_data.xml",
        "data/crm_transfer_removal_data.xml",
    ],
    "crm_transfer": {"format": 1, "id": "crm-setup-shop"},
}
