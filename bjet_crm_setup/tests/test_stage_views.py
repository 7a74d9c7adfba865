# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from lxml import etree

from odoo.tests import Form, tagged
from odoo.tools import convert_file

from .common import SetupCase


@tagged("post_install", "-at_install")
class TestStageViews(SetupCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stage = cls.env["crm.stage"].create({"name": "Talks"})

    def _load_menus(self, user):
        return self.env["ir.ui.menu"].with_user(user).load_menus(True)

    def test_stages_menu_is_for_managers_and_stands_once(self):
        ours = self.env.ref("bjet_crm_setup.menu_crm_stage")
        doubled = self.env.ref("crm.menu_crm_lead_stage_act")
        menus = self._load_menus(self.manager)
        self.assertIn(ours.id, menus)
        self.assertNotIn(doubled.id, menus)
        self.assertNotIn(ours.id, self._load_menus(self.salesperson))

    def test_form_asks_for_the_probability_whether_it_is_given_or_not(self):
        with Form(self.stage.with_user(self.manager)) as form:
            form.name = "Warm"
            self.assertFalse(form._get_modifier("probability", "invisible"))
            form.probability = 15
        self.assertRecordValues(self.stage, [{"name": "Warm", "on_change": False, "probability": 15}])
        with Form(self.stage.with_user(self.manager)) as form:
            form.on_change = True
            self.assertFalse(form._get_modifier("probability", "invisible"))
            self.assertTrue(form._get_modifier("probability", "required"))
            form.probability = 25
        self.assertRecordValues(self.stage, [{"name": "Warm", "on_change": True, "probability": 25}])

    def test_form_of_a_won_stage_shows_a_fixed_100(self):
        with Form(self.stage.with_user(self.manager)) as form:
            form.is_won = True
            self.assertEqual(form.probability, 100)
            self.assertTrue(form.on_change)
            self.assertTrue(form._get_modifier("probability", "readonly"))
            self.assertTrue(form._get_modifier("on_change", "readonly"))
        self.assertRecordValues(self.stage, [{"on_change": True, "probability": 100}])

    def test_a_search_view_of_odoo_that_an_administrator_deleted(self):
        """No update needs it."""
        self.env.ref("crm.crm_lead_stage_search").unlink()
        self.env.ref("sale.sale_order_view_search_inherit_sale").unlink()
        for file in "crm_stage_views", "sale_order_views":
            convert_file(self.env, "bjet_crm_setup", f"views/{file}.xml", {}, mode="update")
        for action in "crm_stage_action", "sale_order_action_dashboard":
            self.assertFalse(self.env.ref(f"bjet_crm_setup.{action}").search_view_id)

    def test_form_in_the_words_of_the_guide(self):
        arch = self.env["crm.stage"].with_context(lang="uk_UA").get_view(view_type="form")["arch"]
        fields = self.env["crm.stage"].with_context(lang="uk_UA").fields_get()
        node = {field.get("name"): field for field in etree.fromstring(arch).iter("field")}
        words = {
            "name": "Назва стадії",
            "team_ids": "Команда",
            "probability": "Ймовірність (%)",
            "fold": "Згорнути у Лійці продажів",
            "on_change": "Змінювати ймовірність автоматично",
        }
        for name, word in words.items():
            self.assertEqual(node[name].get("string") or fields[name]["string"], word)

    def test_opportunity_says_where_its_probability_comes_from(self):
        self.stage.write({"on_change": True, "probability": 25})
        lead = self.env["crm.lead"].create({"name": "Lead", "type": "opportunity", "stage_id": self.stage.id})
        with Form(lead) as form:
            self.assertEqual(form.probability_source, "stage")
            form.probability = 40
            self.assertEqual(form.probability_source, "manual")
        lead.action_apply_stage_probability()
        with Form(lead) as form:
            self.assertEqual(form.probability, 25)
            self.assertEqual(form.probability_source, "stage")
