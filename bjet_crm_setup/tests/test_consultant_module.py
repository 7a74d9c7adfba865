# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import ast
from pathlib import Path
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools.convert import convert_xml_import

import odoo.addons

from .common import SetupCase

EXAMPLE = Path(__file__).parent / "addons" / "bjet_crm_setup_example"


@tagged("post_install", "-at_install")
class TestConsultantModule(SetupCase):
    """The worked example of a consultant's data module: its data files, read as an installation reads them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.goods = cls.env.ref("sales_team.categ_oppor1", raise_if_not_found=False)
        if not cls.goods:  # demo data of Odoo
            cls.goods = cls.env["crm.tag"].create({"name": "Product"})
            cls.env["ir.model.data"]._update_xmlids([{"xml_id": "sales_team.categ_oppor1", "record": cls.goods}])
        cls._read_data("init")

    @classmethod
    def _read_data(cls, mode):
        manifest = ast.literal_eval((EXAMPLE / "__manifest__.py").read_text())
        for name in manifest["data"]:
            with (EXAMPLE / name).open("rb") as data:
                convert_xml_import(cls.env, EXAMPLE.name, data, {}, mode)

    def test_it_overrides_defaults_by_external_id(self):
        call = self.env.ref("mail.mail_activity_data_call")
        self.assertEqual((call.name, call.delay_count), ("Phone call", 1))
        self.assertEqual(self.env.ref("bjet_crm_setup.lost_reason_competitor").name, "Bought from a competitor")
        self.assertEqual(self.goods.name, "Goods")

    def test_its_translations_arrive(self):
        """Of the names that it gives to records of others too; what a person wrote stays."""
        competitor = self.in_ukrainian(self.env.ref("bjet_crm_setup.lost_reason_competitor"))
        call = self.in_ukrainian(self.env.ref("mail.mail_activity_data_call"))
        self.assertEqual((competitor.name, call.name), ("Обрали конкурента", "Дзвінок"))
        self.in_ukrainian(self.goods).name = "Наші товари"
        # the example is no addon of this server
        self.startPatcher(patch.object(odoo.addons, "__path__", [*odoo.addons.__path__, str(EXAMPLE.parent)]))
        for _time in range(2):
            self.env["ir.module.module"]._translate_defaults(["bjet_crm_setup", EXAMPLE.name], "uk_UA")
            self.assertEqual((competitor.name, call.name), ("Купили в конкурента", "Телефонний дзвінок"))
            self.assertEqual(self.in_ukrainian(self.goods).name, "Наші товари")
        competitor.name = "Пішли до іншого"
        self.env["ir.module.module"]._translate_defaults(["bjet_crm_setup", EXAMPLE.name], "uk_UA")
        self.assertEqual(competitor.name, "Пішли до іншого")

    def test_it_removes_a_default(self):
        self.assertFalse(self.env.ref("bjet_crm_setup.lost_reason_duplicate", raise_if_not_found=False))
        self.assertFalse(self.env["crm.lost.reason"].search([("name", "=", "Duplicate")]))

    def test_it_adds_its_own(self):
        visit = self.env.ref("bjet_crm_setup_example.activity_type_site_visit")
        self.assertEqual(visit.suggested_next_type_ids, self.env.ref("mail.mail_activity_data_email"))
        channel = self.env.ref("bjet_crm_setup_example.team_exhibitions")
        self.assertEqual((channel.use_quotations, channel.use_leads), (True, False))
        stage = self.env.ref("bjet_crm_setup_example.stage_needs_analysis")
        self.assertEqual((stage.probability, stage.on_change), (20, True))

    def test_a_second_time_and_an_update_change_nothing_of_the_users(self):
        competitor = self.env.ref("bjet_crm_setup.lost_reason_competitor")
        competitor.name = "Went elsewhere"
        self.env.ref("bjet_crm_setup_example.tag_key_account").name = "VIP"
        self._read_data("update")
        self.assertEqual(competitor.name, "Went elsewhere")
        self.assertEqual(self.env.ref("bjet_crm_setup_example.tag_key_account").name, "VIP")
        self.assertFalse(self.env.ref("bjet_crm_setup.lost_reason_duplicate", raise_if_not_found=False))

    def test_what_a_user_deleted_does_not_come_back(self):
        for xmlid in (
            "tag_key_account",
            "lost_reason_delivery_time",
            "stage_needs_analysis",
            "activity_type_site_visit",
        ):
            self.env.ref(f"bjet_crm_setup_example.{xmlid}").unlink()
        self.env.ref("bjet_crm_setup.lost_reason_competitor").unlink()
        self.env.flush_all()
        self.env.registry.clear_cache()
        self._read_data("update")
        for xmlid in (
            "tag_key_account",
            "lost_reason_delivery_time",
            "stage_needs_analysis",
            "activity_type_site_visit",
        ):
            self.assertFalse(self.env.ref(f"bjet_crm_setup_example.{xmlid}", raise_if_not_found=False))
        self.assertFalse(self.env.ref("bjet_crm_setup.lost_reason_competitor", raise_if_not_found=False))
