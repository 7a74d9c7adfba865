# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged
from odoo.tools import file_open

from .common import SetupCase

OPTIONS = {
    "csv": {"headers": True, "has_headers": True, "quoting": '"', "separator": ",", "encoding": "utf-8"},
    "xlsx": {"headers": True, "has_headers": True, "sheet": ""},
}
TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@tagged("post_install", "-at_install")
class TestImportTemplates(SetupCase):
    """Each directory offers a template, and the template comes in through Odoo's own import, as it is."""

    def _import(self, model, lang):
        """Download the template that a manager is offered, import it, and return the new records."""
        self.manager.lang = lang
        env = self.env(user=self.manager, context={"lang": lang})
        (offer,) = env[model].get_import_templates()
        extension = offer["template"].rpartition(".")[2]
        with file_open(offer["template"].lstrip("/"), "rb") as template:
            content = template.read()
        wizard = env["base_import.import"].create(
            {"res_model": model, "file": content, "file_name": "template", "file_type": TYPES[extension]}
        )
        options = dict(OPTIONS[extension])
        preview = wizard.parse_preview(options)
        self.assertNotIn("error", preview)
        self.assertEqual(len(preview["matches"]), len(preview["headers"]), "A column finds no field by itself")
        fields = [preview["matches"][column][0] for column in range(len(preview["headers"]))]
        result = wizard.execute_import(fields, preview["headers"], preview["options"])
        self.assertEqual(result["messages"], [])
        self.assertTrue(offer["label"])
        return env[model].browse(result["ids"])

    def test_channels(self):
        channels = self._import("crm.team", "en_US")
        self.assertEqual(channels.mapped("name"), ["Exhibitions", "Telephone sales"])
        self.assertEqual(channels.mapped("use_quotations"), [True, False])
        self.assertEqual(channels.mapped("invoiced_target"), [15000, 8000])
        channels = self._import("crm.team", "uk_UA")
        self.assertEqual(channels.mapped("name"), ["Виставки", "Телефонні продажі"])
        self.assertEqual(channels.mapped("use_quotations"), [True, False])
        self.assertEqual(channels.mapped("use_opportunities"), [True, True])

    def test_activity_types(self):
        types = self._import("mail.activity.type", "en_US")
        self.assertEqual(types.mapped("name"), ["Demonstration", "Send samples"])
        self.assertEqual(types.mapped("category"), ["meeting", "default"])
        self.assertEqual(types.mapped("delay_count"), [3, 1])
        self.assertEqual(types[0].suggested_next_type_ids, self.env.ref("mail.mail_activity_data_call"))
        self.assertEqual(len(types[1].suggested_next_type_ids), 2)
        types = self._import("mail.activity.type", "uk_UA")
        self.assertEqual(types.mapped("name"), ["Демонстрація", "Надіслати зразки"])
        self.assertEqual(types.mapped("category"), ["meeting", "default"])
        self.assertEqual(types[0].suggested_next_type_ids, self.env.ref("mail.mail_activity_data_call"))

    def test_lead_tags(self):
        self.assertEqual(self._import("crm.tag", "en_US").mapped("name"), ["Agriculture", "Logistics", "Public sector"])
        self.assertEqual(len(self._import("crm.tag", "uk_UA")), 3)

    def test_lost_reasons(self):
        reasons = self._import("crm.lost.reason", "en_US")
        self.assertEqual(reasons.mapped("name"), ["Delivery takes too long", "Terms of payment"])
        self.assertEqual(reasons.mapped("sequence"), [100, 110])
        self.assertEqual(self._import("crm.lost.reason", "uk_UA").mapped("sequence"), [100, 110])

    def test_stages(self):
        stages = self._import("crm.stage", "en_US")
        self.assertEqual(stages.mapped("name"), ["Needs analysis", "Negotiation"])
        self.assertEqual(stages.mapped("probability"), [20, 80])
        self.assertEqual(stages.mapped("on_change"), [True, True])
        self.assertEqual(self._import("crm.stage", "uk_UA").mapped("probability"), [20, 80])
