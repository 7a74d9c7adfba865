"""One user of each kind, as the tests that talk to a running server need them. Runs in Odoo's shell."""

PASSWORD = "a-password-of-the-tests"
# login: (group, company), in the order of the columns of the table of rights
KINDS = {
    "portal": ("base.group_portal", "home"),
    "internal": ("base.group_user", "home"),
    "own": ("sales_team.group_sale_salesman", "home"),
    "all": ("sales_team.group_sale_salesman_all_leads", "home"),
    "manager": ("sales_team.group_sale_manager", "home"),
    "foreign": ("sales_team.group_sale_manager", "abroad"),
}


def fill(env):
    from odoo import Command

    env = env(context={"no_reset_password": True, "tracking_disable": True})
    companies = {"home": env.company, "abroad": env["res.company"].create({"name": "Abroad"})}
    groups = {login: env.ref(group) for login, (group, _company) in KINDS.items()}
    env["res.users"].create(
        [
            {
                "name": login.capitalize(),
                "login": login,
                "password": PASSWORD,
                "email": f"{login}@example.com",
                "company_id": companies[company].id,
                "company_ids": [Command.set(companies[company].ids)],
                "group_ids": [Command.set(groups[login].ids)],
            }
            for login, (_group, company) in KINDS.items()
        ]
    )
    env.cr.commit()
