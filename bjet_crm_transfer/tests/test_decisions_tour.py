# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.bjet_crm_setup.tests.common import UKRAINIAN, SetupTourCase

from ..setup_file import state
from .common import NAME, TransferCase


@tagged("post_install", "-at_install")
class TestDecisionsPhone(TransferCase, SetupTourCase):
    browser_size = "375x667"
    touch_enabled = True

    def test_what_a_set_up_asks_is_answered_on_a_phone(self):
        tag = self.record("tags", f"{NAME}.tag_key", uk="Ключовий", name="Key account", color=3)
        setup = self.make_setup(tag, directories=["stages", "tags"])
        self.transfer.apply_setup(self.pack(setup))
        self.env.ref(f"{NAME}.tag_key").color = 5
        tag.values["color"] = 7
        setup.removals = [state.Removal(f"crm.stage_lead{number}", "crm.stage") for number in (1, 3)]
        values = {"name": "There", "type": "opportunity", "stage_id": self.env.ref("crm.stage_lead3").id}
        lead = self.env["crm.lead"].create(values)
        wizards = self.transfer.env["bjet.crm.transfer.apply"].with_context(lang=UKRAINIAN)
        wizard = wizards.create({"content": self.pack(setup)})
        wizard.action_preview()
        self.walk("bjet_crm_decisions_phone", f"/odoo/{wizard._name}/{wizard.id}", timeout=180)
        wizard.action_apply()
        self.assertEqual(self.env.ref(f"{NAME}.tag_key").color, 7)
        self.assertEqual(lead.stage_id, self.env.ref("crm.stage_lead2"))
