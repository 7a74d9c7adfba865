# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .common import SetupTourCase


@tagged("post_install", "-at_install")
class TestGuideTour(SetupTourCase):
    """The guide from its first page to its last."""

    def test_guide_in_an_empty_company(self):
        company = self.env["res.company"].create({"name": "Порожня компанія"})
        manager = self._new_user("guide_manager", "sales_team.group_sale_manager", company=company)
        self.walk("bjet_crm_guide", user=manager, timeout=180)

        channel = self.in_ukrainian(self.env["crm.team"]).search([("name", "=", "Соціальні мережі")])
        self.assertRecordValues(
            channel,
            [{"user_id": manager.id, "company_id": company.id, "invoiced_target": 5000, "member_ids": manager.ids}],
        )
        leads = self.env["crm.lead"].with_context(active_test=False).search([("company_id", "=", company.id)])
        lost, kept, moved = (
            leads.filtered(lambda lead, name=name: lead.name == name)
            for name in ("Стенди для виставки", "Меблі для офісу", "Склад")
        )
        self.assertEqual(leads, lost | kept | moved)
        self.assertEqual(leads.team_id, channel, "what a member creates is of the member's channel")
        self.assertEqual(self.in_ukrainian(lost).lost_reason_id.name, "Тендер скасовано")
        self.assertEqual(self.in_ukrainian(lost).tag_ids.mapped("name"), ["Терміново"])
        self.assertEqual(lost.activity_ids.mapped("summary"), ["Показати товар"])
        self.assertEqual((kept | moved).mapped("active"), [True, True])
        self.assertEqual(moved.stage_id, self.env.ref("bjet_crm_setup.stage_undefined"))
        self.assertEqual(moved.probability, 35, "the stage gave it, and Undefined leaves it")
        self.assertFalse(self.in_ukrainian(self.env["crm.stage"]).search([("name", "=", "Узгодження")]))
