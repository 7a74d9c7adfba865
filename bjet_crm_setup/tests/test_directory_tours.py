# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .common import SetupTourCase

ELSEWHERE_IN_CRM = "/odoo/action-crm.crm_lead_action_my_activities"


@tagged("post_install", "-at_install")
class TestDirectoryTours(SetupTourCase):
    """The guide's walks through the directories, in Ukrainian: each test checks what its tour left in the database."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        tags = cls.env["crm.tag"].create(
            [{"name": "Терміновий"}, {"name": "Оптовий"}, {"name": "Давній", "active": False}]
        )
        cls.urgent, cls.wholesale, cls.old = tags
        cls.shop, cls.kiosk, cls.cafe = cls.env["crm.lead"].create(
            [
                {
                    "name": name,
                    "type": "opportunity",
                    "user_id": cls.salesperson.id,
                    "team_id": False,
                    "tag_ids": [Command.set(tag.ids)],
                }
                for name, tag in (
                    ("Магазин на розі", cls.urgent),
                    ("Кіоск", cls.urgent),
                    ("Булочна", cls.wholesale),
                )
            ]
        )

    def test_activity_types(self):
        self.walk("bjet_activity_types")
        activity_type = self.env["mail.activity.type"].search([("name", "=", "Демонстрація")])
        self.assertEqual(activity_type.category, "meeting")
        self.assertEqual(activity_type.summary, "Показати продукт")
        self.assertEqual((activity_type.delay_count, activity_type.delay_unit), (4, "days"))
        self.assertEqual(
            activity_type.suggested_next_type_ids,
            self.env.ref("mail.mail_activity_data_email") + self.env.ref("mail.mail_activity_data_call"),
        )
        self.assertFalse(activity_type.res_model)

    def test_schedule_an_activity_and_find_it_in_the_menu(self):
        self.env["mail.activity.type"].create({"name": "Огляд", "summary": "Оглянути приміщення", "sequence": 1})
        self.walk("bjet_activity_schedule", f"/odoo/crm/{self.shop.id}", self.salesperson_all)
        activity = self.shop.activity_ids
        self.assertEqual(activity.activity_type_id.name, "Огляд")
        self.assertEqual(activity.summary, "Оглянути магазин")
        self.assertEqual(activity.date_deadline, fields.Date.context_today(self.shop))
        self.assertEqual(activity.user_id, self.manager)
        self.assertIn("Взяти рулетку", activity.note)
        self.walk("bjet_activity_menu", "/odoo")

    def test_lead_tags(self):
        self.walk("bjet_lead_tags")
        self.assertTrue(self.env["crm.tag"].search([("name", "=", "Агросектор")]))
        self.assertFalse(self.urgent.active)
        self.assertEqual((self.shop + self.kiosk).tag_ids, self.urgent)

    def test_archived_tag(self):
        self.urgent.active = False
        self.walk("bjet_archived_tag", f"/odoo/crm/{self.shop.id}", self.salesperson)
        self.assertEqual(self.shop.tag_ids, self.urgent + self.wholesale)

    def test_filter_by_tag(self):
        self.walk("bjet_filter_by_tag", ELSEWHERE_IN_CRM, self.salesperson_all)

    def test_search_and_group_by_tag(self):
        self.walk("bjet_search_and_group_by_tag", ELSEWHERE_IN_CRM, self.salesperson_all)

    def test_lost_reasons(self):
        self.walk("bjet_lost_reasons")
        self.assertEqual(self.in_ukrainian(self.env.ref("crm.lost_reason_1")).name, "Ціна зависока")
        self.assertEqual(self.in_english(self.env.ref("crm.lost_reason_1")).name, "Too expensive")
        reasons = self.in_ukrainian(self.env["crm.lost.reason"]).search([])
        self.assertEqual(reasons[0].name, "Обрали конкурента")
        self.assertEqual(reasons[-1].name, "Довга доставка")

    def test_group_lost_by_reason(self):
        self.cafe.action_set_lost(lost_reason_id=self.env.ref("crm.lost_reason_1").id)
        self.walk("bjet_group_lost_by_reason", ELSEWHERE_IN_CRM, self.salesperson_all)
