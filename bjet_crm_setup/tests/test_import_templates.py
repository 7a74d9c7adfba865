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
        records = env[model].browse(result["ids"])
        self.assertEqual(fields[0], "id")
        self.assertTrue(all(records.get_external_id().values()))
        return records

    def assertImportedOnce(self, model, lang, change=None):
        """Imported again, the template doubles nothing, and leaves each record in the place that people gave it."""
        records = self._import(model, lang)
        if change:
            change(records)
        every = self.env[model].with_context(active_test=False)
        before = every.search([])
        self.assertEqual(self._import(model, lang), records)
        self.env.invalidate_all()
        self.assertEqual(every.search([]), before)
        return records

    def test_channels(self):
        def drag(channels):
            channels[0].sequence = -3

        channels = self.assertImportedOnce("crm.team", "en_US", drag)
        self.assertEqual(channels.mapped("name"), ["Exhibitions", "Telephone sales"])
        self.assertEqual(channels.mapped("use_quotations"), [True, False])
        self.assertEqual(channels.mapped("leads_wanted"), [True, True])
        self.assertEqual(channels.mapped("invoiced_target"), [15000, 8000])
        self.assertEqual(channels.mapped("dashboard_graph_model"), ["crm.lead", "sale.report"])
        self.assertEqual(channels.mapped("dashboard_graph_period_pipeline"), ["quarter", "month"])
        self.assertEqual(channels.mapped("dashboard_graph_group_pipeline"), ["stage", "day"])
        self.assertEqual(channels.mapped("dashboard_graph_period"), ["month", "year"])
        self.assertEqual(channels.mapped("dashboard_graph_group"), ["day", "month"])
        self.assertEqual(channels.company_id, self.company)
        channels = self.assertImportedOnce("crm.team", "uk_UA")
        self.assertEqual(channels.mapped("name"), ["Виставки", "Телефонні продажі"])
        self.assertEqual(channels.mapped("use_quotations"), [True, False])
        self.assertEqual(channels.mapped("use_opportunities"), [True, True])
        self.assertEqual(channels.mapped("dashboard_graph_group_pipeline"), ["stage", "day"])
        self.assertEqual(channels.mapped("dashboard_graph_group"), ["day", "month"])

    def test_activity_types(self):
        types = self.assertImportedOnce("mail.activity.type", "en_US")
        self.assertEqual(types.mapped("name"), ["Demonstration", "Send samples"])
        self.assertEqual(types.mapped("category"), ["meeting", "default"])
        self.assertEqual(types.mapped("delay_count"), [3, 1])
        self.assertEqual(types[0].suggested_next_type_ids, self.env.ref("mail.mail_activity_data_call"))
        self.assertEqual(len(types[1].suggested_next_type_ids), 2)
        types = self.assertImportedOnce("mail.activity.type", "uk_UA")
        self.assertEqual(types.mapped("name"), ["Демонстрація", "Надіслати зразки"])
        self.assertEqual(types.mapped("category"), ["meeting", "default"])
        self.assertEqual(types[0].suggested_next_type_ids, self.env.ref("mail.mail_activity_data_call"))

    def test_lead_tags(self):
        def retire(tags):
            tags[1].active = False

        tags = self.assertImportedOnce("crm.tag", "en_US", retire)
        self.assertEqual(tags.mapped("name"), ["Agriculture", "Logistics", "Public sector"])
        self.assertEqual(tags.mapped("color"), [2, 4, 10])
        self.assertEqual(tags.mapped("active"), [True, False, True])
        self.assertEqual(len(self.assertImportedOnce("crm.tag", "uk_UA")), 3)

    def test_lost_reasons(self):
        def drag(reasons):
            reasons[1].sequence = 1

        reasons = self.assertImportedOnce("crm.lost.reason", "en_US", drag)
        self.assertEqual(reasons.mapped("name"), ["Delivery takes too long", "Terms of payment"])
        self.assertEqual(reasons.mapped("sequence"), [100, 1])
        self.assertEqual(len(self.assertImportedOnce("crm.lost.reason", "uk_UA")), 2)

    def test_stages(self):
        def drag(stages):
            stages[1].sequence = -1

        stages = self.assertImportedOnce("crm.stage", "en_US", drag)
        self.assertEqual(stages.mapped("name"), ["Needs analysis", "Negotiation"])
        self.assertEqual(stages.mapped("probability"), [20, 80])
        self.assertEqual(stages.mapped("on_change"), [True, True])
        self.assertEqual(stages.mapped("is_won"), [False, False])
        self.assertEqual(self.assertImportedOnce("crm.stage", "uk_UA").mapped("probability"), [20, 80])

    def test_an_empty_cell_is_no_value(self):
        """Where a field cannot be empty, an empty cell leaves what is there, and what is new at its default. Odoo takes it
        for False: it would say of a won stage that it is not, and archive a tag."""
        new = {
            "crm.stage": {"probability": 10, "on_change": False, "is_won": False, "fold": False},
            "crm.tag": {"active": True},
            "crm.lost.reason": {"active": True, "sequence": 100},
            "mail.activity.type": {"active": True, "delay_unit": "days"},
            "crm.team": {
                "active": True, "use_quotations": True, "use_opportunities": True, "leads_wanted": True, "invoiced_target": 0,
                "dashboard_graph_model": "crm.lead", "dashboard_graph_period": "month", "dashboard_graph_group": "day",
            },
        }  # fmt: skip
        changed = {
            "crm.stage": {"is_won": True, "fold": True},
            "crm.tag": {"color": 7},
            "crm.lost.reason": {"active": False, "sequence": 3},
            "mail.activity.type": {"delay_count": 4, "delay_unit": "weeks"},
            "crm.team": {"use_quotations": False, "invoiced_target": 500, "dashboard_graph_model": "sale.report"},
        }
        for model, defaults in new.items():
            with self.subTest(model):
                records = self.env[model]
                columns = list(defaults | changed[model])
                row = [f"__test__.{records._table}", "Blank", *([""] * len(columns))]
                result = records.load(["id", "name", *columns], [row])
                self.assertFalse(result["messages"])
                record = records.browse(result["ids"])
                self.assertRecordValues(record, [defaults])
                record.write(changed[model])
                kept = record.read(columns)
                self.assertEqual(records.load(["id", "name", *columns], [row])["ids"], record.ids)
                self.env.invalidate_all()
                self.assertEqual(record.read(columns), kept)

    def test_imported_stages_come_before_the_won_ones(self):
        """However close to each other the columns are after someone dragged one."""
        for place, stage in enumerate(self.env["crm.stage"].search([])):
            stage.sequence = place
        before = self.env["crm.stage"].search([])
        stages = self._import("crm.stage", "en_US")
        last_open = before.filtered(lambda stage: not stage.is_won)
        self.assertEqual(self.env["crm.stage"].search([]), last_open + stages + (before - last_open))
        imported = self.env["crm.stage"].with_context(import_file=True)
        result = imported.load(["name", "is_won", "sequence"], [["Signed", "True", "4"]])
        self.assertEqual(imported.browse(result["ids"]).sequence, 4)
        result = imported.load(["name", "is_won"], [["Paid", "True"], ["Offer", "False"]])
        paid, offer = imported.browse(result["ids"])
        self.assertEqual(self.env["crm.stage"].search([])[-1:], paid)
        self.assertFalse(offer.is_won)
