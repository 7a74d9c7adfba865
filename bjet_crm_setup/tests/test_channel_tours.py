# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, fields
from odoo.tests import tagged

from .common import SetupTourCase


@tagged("post_install", "-at_install")
class TestChannelTours(SetupTourCase):
    """The guide's pages on sales channels, walked in Ukrainian in a browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("sales_team.membership_multi", True)
        cls.manager.group_ids += cls.env.ref("account.group_account_invoice")
        cls.administrator = cls._new_user("setup_administrator", "sales_team.group_sale_manager,base.group_system")
        (cls.manager + cls.salesperson).tz = "Europe/Kyiv"
        cls.team = cls.env["crm.team"].create(
            {
                "name": "Вебсайт",
                "sequence": -1,
                "member_ids": [Command.link(cls.salesperson.id)],
                "invoiced_target": 100,
                "dashboard_graph_group_pipeline": "user",
            }
        )
        cls.till = cls.env["crm.team"].create(
            {"name": "Каса", "sequence": -1, "use_quotations": False, "use_opportunities": False, "leads_wanted": False}
        )
        today = fields.Date.context_today(cls.team.with_user(cls.salesperson))  # in Kyiv, where it may be tomorrow
        opportunity = {
            "type": "opportunity",
            "team_id": cls.team.id,
            "user_id": cls.salesperson.id,
            "expected_revenue": 2500,
            "probability": 50,
        }
        cls.env["crm.lead"].create(
            [
                {**opportunity, "name": "Угода сайту", "date_deadline": today},
                {**opportunity, "name": "Інша угода", "date_deadline": fields.Date.subtract(today, days=5)},
            ]
        )

    def test_create_channel(self):
        self.walk("bjet_channel_create")
        team = self.env["crm.team"].with_context(lang="uk_UA").search([("name", "=", "Соціальні мережі")])
        self.assertRecordValues(
            team,
            [
                {
                    "use_quotations": True,
                    "use_opportunities": True,
                    "leads_wanted": True,
                    "user_id": self.salesperson.id,
                    "company_id": self.manager.company_id.id,
                    "member_ids": self.salesperson.ids,
                    "invoiced_target": 5000,
                    "dashboard_graph_model": "sale.report",
                    "dashboard_graph_period": "year",
                    "dashboard_graph_group": "month",
                    "dashboard_graph_period_pipeline": "year",
                    "dashboard_graph_group_pipeline": "stage",
                }
            ],
        )

    def test_dashboards(self):
        self.walk("bjet_channel_dashboard")
        self.assertEqual(self.team.invoiced_target, 9000)
        self.assertTrue(self.team.with_user(self.manager).is_favorite)

    def test_turn_leads_on(self):
        self.walk("bjet_channel_leads", user=self.administrator)
        self.assertTrue(self.salesperson.has_group("crm.group_use_lead"))

    def test_documents_of_a_member(self):
        self.salesperson.group_ids += self.env.ref("account.group_account_invoice")
        journal = {"name": "Накладні", "code": "НАК", "type": "sale", "company_id": self.salesperson.company_id.id}
        self.env["account.journal"].create(journal)
        for document, action in (
            ("opportunity", "crm.crm_lead_action_pipeline"),
            ("lead", "crm.crm_lead_all_leads"),
            ("order", "sale.action_orders"),
            ("invoice", "account.action_move_out_invoice_type"),
        ):
            with self.subTest(document):
                self.walk(f"bjet_channel_of_{document}", f"/odoo/action-{action}/new", self.salesperson)
