# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.bjet_crm_setup.tests.common import UKRAINIAN

from ..tools import ready
from .common import TransferCase


@tagged("post_install", "-at_install")
class TestReady(TransferCase):
    def test_each_applies_exports_and_is_taken_back_to_the_byte(self):
        for name in ready.BY_NAME:
            with self.subTest(name):
                before = self.export()
                content = ready.content(name)
                preview = self.transfer.preview_setup(content)
                self.assertTrue(preview["changes"])
                self.assertFalse([change for change in preview["changes"] if change["kind"] == "conflict"])
                result = self.transfer.apply_setup(content, preview["fingerprint"])
                self.assertEqual(self.transfer.preview_setup(content)["changes"], [])
                pipeline = self.env["crm.stage"].search([("is_undefined", "=", False)])
                setup = ready.load(name)
                self.assertEqual(
                    pipeline.with_context(lang="en_US").mapped("name"), [record.name for record in setup.of("stages")]
                )
                self.assertNotEqual(self.export(), before)
                self.transfer.undo_setup(result["history_id"])
                self.assertEqual(self.export(), before)

    def test_they_are_offered_in_the_language_of_the_user(self):
        offers = self.transfer.with_context(lang=UKRAINIAN).get_offers()
        self.assertEqual(len(offers), len(ready.BY_NAME))
        for offer in offers:
            self.assertRegex(offer["title"], "[а-яіїє]")
            self.assertTrue(all(stage["is_won"] == (stage["probability"] == 100) for stage in offer["stages"]))
            self.assertTrue(all(stage["percent"] == f"{stage['probability']}\u00a0%" for stage in offer["stages"]))
            self.assertRegex(str(ready.picture(self.env(context={"lang": UKRAINIAN}), offer["name"])), "[а-яіїє]")
