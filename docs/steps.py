"""What the guide shows, in its order: one function for each chapter, walked in both languages by `make docs`."""

# run in Odoo's shell before the walk
PREPARE = """
env["res.users"].search([]).write({{"lang": "{lang}", "tz": "{tz}"}})
env["res.partner"].search([]).write({{"lang": "{lang}"}})
"""


def activity_types(guide):
    page = guide.page
    guide.open("crm")
    guide.menu("crm.crm_menu_config", "crm.crm_team_menu_config_activity_types")
    page.wait(".o_list_view")
    guide.shot("activity-types")
    page.click(".o_list_button_add")
    page.fill("[name=name] :is(input, textarea)", guide.say("Product demonstration", "Демонстрація товару"))
    guide.shot("activity-type")


def tags(guide):
    page = guide.page
    guide.open("crm")
    guide.menu("crm.crm_menu_config", "crm.menu_crm_lead_categ")
    guide.shot("tags")


CHAPTERS = [activity_types, tags]
