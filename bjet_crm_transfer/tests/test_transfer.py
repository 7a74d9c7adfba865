# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.bjet_crm_setup.tests.common import UKRAINIAN

from .common import NAME, TransferCase


@tagged("post_install", "-at_install")
class TestExport(TransferCase):
    def test_it_exports_what_is_there(self):
        stage = self.env["crm.stage"].create({"name": "Contract", "probability": 80, "on_change": True})
        stage.with_context(lang=UKRAINIAN).name = "Договір"
        setup = self.read(self.export())
        record = setup.records[f"{NAME}.stage_contract"]
        self.assertEqual(record.values["probability"], 80)
        self.assertEqual(record.translations["name"], {UKRAINIAN: "Договір"})
        self.assertIn("crm.stage_lead1", setup.records)
        self.assertEqual(setup.order["stages"][-1], f"{NAME}.stage_contract")

    def test_it_says_the_same_after_a_rename(self):
        stage = self.env["crm.stage"].create({"name": "Contract"})
        self.export()
        stage.name = "Agreement"
        setup = self.read(self.export())
        self.assertEqual(setup.records[f"{NAME}.stage_contract"].name, "Agreement")

    def test_a_file_applied_where_it_was_written_changes_nothing(self):
        content = self.export()
        preview = self.transfer.preview_setup(content)
        self.assertEqual(preview["changes"], [])
        self.assertEqual(preview["missing_modules"], [])
