# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time
from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import SetupCase


@tagged("post_install", "-at_install")
class TestActivityTypes(SetupCase):
    """Rows A1 to A5 of the guide, but for the screens, which the tours walk."""

    def test_the_four_defaults_are_odoo_s_records_in_both_languages(self):
        for name, english, ukrainian in (
            ("email", "Email", "Ел. пошта"),
            ("call", "Call", "Дзвінок"),
            ("meeting", "Meeting", "Зустріч"),
            ("todo", "To Do", "Зробити"),
        ):
            activity_type = self.env.ref(f"mail.mail_activity_data_{name}")
            self.assertEqual(self.in_english(activity_type).name, english)
            self.assertEqual(self.in_ukrainian(activity_type).name, ukrainian)
            twins = self.env["mail.activity.type"].with_context(active_test=False, lang="en_US")
            self.assertEqual(twins.search([("name", "=", english)]), activity_type)

    def test_the_form_begins_with_the_guide_s_fields(self):
        view = (
            self.env["mail.activity.type"]
            .with_user(self.manager)
            .get_view(self.env.ref("mail.mail_activity_type_view_form").id, "form")
        )
        form = etree.fromstring(view["arch"])
        names = [field.get("name") for field in form.iter("field") if field.get("invisible") not in ("1", "True")]
        self.assertEqual(
            [name for name in names if name != "delay_unit"][:5],
            ["name", "category", "summary", "delay_count", "suggested_next_type_ids"],
        )
        for name in (
            "default_user_id",
            "res_model",
            "delay_from",
            "chaining_type",
            "triggered_next_type_id",
            "default_note",
        ):
            self.assertTrue(form.xpath(f"//notebook//field[@name='{name}']"), f"{name} is out of reach")

    def test_a_manager_makes_a_type_for_every_document(self):
        action = self.env.ref("bjet_crm_setup.mail_activity_type_action")
        self.assertEqual(self.env.ref("bjet_crm_setup.menu_mail_activity_type").action, action)
        with Form(self.env["mail.activity.type"].with_user(self.manager)) as form:
            form.name = "Demonstration"
            form.category = "meeting"
            form.summary = "Show the product"
            form.delay_count = 3
            form.suggested_next_type_ids.add(self.env.ref("mail.mail_activity_data_call"))
        self.assertFalse(form.record.res_model)
        self.assertEqual(form.record.delay_unit, "days")
        self.assertEqual(form.record.chaining_type, "suggest")

    @freeze_time("2026-11-24 10:00:00")
    def test_days_count_to_the_deadline_and_the_next_action_is_recommended(self):
        call = self.env.ref("mail.mail_activity_data_call")
        visit = self.env["mail.activity.type"].create(
            {"name": "Visit", "summary": "See the shop", "delay_count": 5, "suggested_next_type_ids": call.ids}
        )
        lead = self.env["crm.lead"].create({"name": "Shop", "user_id": self.salesperson.id})
        popup = self.env["mail.activity"].with_user(self.salesperson)
        popup = popup.with_context(default_res_model="crm.lead", default_res_id=lead.id)
        with Form(popup, view="mail.mail_activity_view_form_popup") as form:
            form.activity_type_id = visit
        activity = form.record
        self.assertEqual(activity.date_deadline, date(2026, 11, 29))
        self.assertEqual(activity.summary, "See the shop")
        follow_up = self.env["mail.activity"].new({"previous_activity_type_id": visit.id})
        self.assertTrue(follow_up.has_recommended_activities)
        self.assertIn(visit, call.previous_type_ids)

    def test_who_may_change_them(self):
        model, call = self.env["mail.activity.type"], self.env.ref("mail.mail_activity_data_call")
        for user in (self.manager, self.foreign_manager):
            model.with_user(user).create({"name": user.name}).unlink()
        for user in (self.salesperson, self.salesperson_all):
            self.assertEqual(call.with_user(user).name, "Call")
            with self.assertRaises(AccessError):
                call.with_user(user).name = "Ring"
            with self.assertRaises(AccessError):
                model.with_user(user).create({"name": "Ring"})
        with self.assertRaises(AccessError):
            call.with_user(self.portal).read(["name"])
