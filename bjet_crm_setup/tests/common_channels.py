# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, Command
from odoo.tests import new_test_user

from odoo.addons.account.tests.common import AccountTestInvoicingCommon


class ChannelCase(AccountTestInvoicingCommon):
    """A company with its books, people of each kind, and short ways to make documents of a channel."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.env = cls.env(
            user=SUPERUSER_ID,
            context={
                **cls.env.context,
                "allowed_company_ids": cls.company.ids,
                "tracking_disable": True,
                "mail_create_nolog": True,
                "no_reset_password": True,
                "lang": "uk_UA",
                "tz": "Europe/Kyiv",
            },
        )
        cls.company = cls.company.with_env(cls.env)
        cls.product_category = cls.product_category.with_env(cls.env)
        cls.env["ir.config_parameter"].set_param("sales_team.membership_multi", True)
        cls.people = {}
        for key, groups in {
            "manager": "sales_team.group_sale_manager",
            "invoicing": "sales_team.group_sale_manager,account.group_account_invoice",
            "own": "sales_team.group_sale_salesman",
            "other": "sales_team.group_sale_salesman",
            "all": "sales_team.group_sale_salesman_all_leads",
            "employee": "base.group_user",
            "portal": "base.group_portal",
        }.items():
            cls.people[key] = new_test_user(
                cls.env,
                f"channel_{key}",
                groups,
                name=f"Person {key}",
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
                tz="Europe/Kyiv",
                lang="uk_UA",
            )
        cls.partner = cls.env["res.partner"].create({"name": "Customer"})
        cls.product = cls.env["product.product"].create({"name": "Thing", "type": "service", "list_price": 0})
        cls.stage_new, cls.stage_later = cls.env["crm.stage"].create(
            [{"name": "First", "sequence": 100}, {"name": "Last", "sequence": 200}]
        )

    @classmethod
    def channel(cls, name="Channel", **values):
        return cls.env["crm.team"].create({"name": name, "company_id": cls.company.id, **values})

    @classmethod
    def opportunity(cls, team, deadline=False, revenue=1000, probability=50, **values):
        return cls.env["crm.lead"].create(
            {
                "name": "Deal",
                "type": "opportunity",
                "team_id": team.id,
                "user_id": False,
                "company_id": cls.company.id,
                "date_deadline": deadline,
                "expected_revenue": revenue,
                "probability": probability,
                "stage_id": cls.stage_new.id,
                **values,
            }
        )

    @classmethod
    def order(cls, team, moment="2026-11-20 12:00:00", amount=100, state="sale", **values):
        return cls.env["sale.order"].create(
            {
                "partner_id": cls.partner.id,
                "team_id": team.id,
                "user_id": False,
                "company_id": cls.company.id,
                "date_order": moment,
                "state": state,
                "order_line": [
                    Command.create(
                        {
                            "product_id": cls.product.id,
                            "product_uom_qty": 1,
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
                **values,
            }
        )

    @classmethod
    def invoice(cls, team, day="2026-11-20", amount=100, post=True, move_type="out_invoice", **values):
        move = cls.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": cls.partner.id,
                "invoice_date": day,
                "invoice_user_id": False,
                "company_id": cls.company.id,
                "invoice_line_ids": [
                    Command.create({"product_id": cls.product.id, "price_unit": amount, "tax_ids": [Command.clear()]})
                ],
                **values,
            }
        )
        move.team_id = team
        if post:
            move.action_post()
        return move

    def seen_by(self, key, team, **context):
        """The channel as a person sees it, with nothing in the cache."""
        self.env.flush_all()
        self.env.invalidate_all()
        user = self.people[key]
        return team.with_user(user).with_context(allowed_company_ids=user.company_ids.ids, **context)
