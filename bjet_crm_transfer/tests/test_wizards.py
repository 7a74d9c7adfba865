# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from odoo.addons.bjet_crm_setup.tests.common import UKRAINIAN

from ..setup_file import state
from .common import NAME, TransferCase


@tagged("post_install", "-at_install")
class TestWizards(TransferCase):
    def setUp(self):
        super().setUp()
        self.setup = self.make_setup(
            self.record("tags", f"{NAME}.tag_key", uk="Ключовий", name="Key account", color=3),
            self.record("stages", "crm.stage_lead2", name="Checked", uk="Перевірено", probability=40.0),
            directories=["stages", "tags", "lost_reasons"],
        )
        self.setup.removals = [state.Removal("crm.lost_reason_2", "crm.lost.reason")]
        self.content = self.pack(self.setup)

    def wizard(self, user=None, lang="en_US", **values):
        model = self.env["bjet.crm.transfer.apply"].with_user(user or self.manager).with_context(lang=lang)
        return model.create(values)

    def test_export_makes_a_technical_name_of_the_title(self):
        model = self.env["bjet.crm.transfer.export"].with_user(self.manager)
        with Form(model) as form:
            form.title = "Наша CRM"
            self.assertEqual(form.name, "nasha_crm")
            form.channels = False
        wizard = form.save()
        wizard.action_export()
        self.assertEqual(wizard.filename, "nasha_crm.zip")
        setup = self.read(wizard.content.decode())
        self.assertEqual(setup.title, "Наша CRM")
        self.assertNotIn("channels", setup.directories)
        wizard.write(dict.fromkeys(state.DIRECTORIES, False))
        with self.assertRaisesRegex(UserError, "at least one"):
            wizard.action_export()

    def test_the_preview_is_a_table_in_words(self):
        wizard = self.wizard(content=self.content, lang=UKRAINIAN)
        wizard.action_preview()
        rows = {(line.xmlid, line.field_label, line.before, line.after) for line in wizard.line_ids}
        self.assertIn(("crm.stage_lead2", "Ймовірність (%)", "30", "40"), rows)
        kinds = dict(wizard.line_ids._fields["kind"]._description_selection(wizard.env))
        self.assertEqual({kinds[line.kind] for line in wizard.line_ids}, {"Додано", "Змінено", "Вилучено"})
        self.assertFalse(wizard.is_nothing)
        wizard.action_apply()
        self.assertEqual(wizard.step, "done")
        self.assertIn("Додано: 1", wizard.result)
        again = self.wizard(content=self.content)
        again.action_preview()
        self.assertTrue(again.is_nothing)

    def test_a_conflict_is_taken_by_a_tick(self):
        self.transfer.apply_setup(self.content)
        self.env.ref(f"{NAME}.tag_key").color = 5
        self.setup.records[f"{NAME}.tag_key"].values["color"] = 7
        wizard = self.wizard(content=self.pack(self.setup))
        wizard.action_preview()
        self.assertTrue(wizard.has_conflicts)
        [line] = wizard.line_ids
        self.assertEqual((line.kind, line.before, line.after), ("conflict", "5", "7"))
        self.assertIn(self.env.user.name, line.who)
        self.assertFalse(wizard.table, "what is asked above is not foretold below")
        line.take = True
        wizard.action_apply()
        self.assertEqual(self.env.ref(f"{NAME}.tag_key").color, 7)

    def test_a_removed_stage_offers_where_its_records_go(self):
        stage = self.env.ref("crm.stage_lead3")
        lead = self.env["crm.lead"].create({"name": "There", "type": "opportunity", "stage_id": stage.id})
        self.setup.removals = [state.Removal("crm.stage_lead3", "crm.stage")]
        wizard = self.wizard(content=self.pack(self.setup))
        wizard.action_preview()
        line = wizard.line_ids.filtered("may_move")
        self.assertEqual((line.record, line.used), ("Proposition", 1))
        line.destination_id = self.env.ref("crm.stage_lead1")
        wizard.action_apply()
        self.assertEqual(lead.stage_id, self.env.ref("crm.stage_lead1"))

    def test_a_stage_that_goes_takes_nothing_over(self):
        stages = self.env["crm.stage"].browse(self.env.ref(f"crm.stage_lead{number}").id for number in (1, 3))
        self.env["crm.lead"].create({"name": "There", "type": "opportunity", "stage_id": stages[1].id})
        self.setup.removals = [state.Removal(f"crm.stage_lead{number}", "crm.stage") for number in (1, 3)]
        wizard = self.wizard(content=self.pack(self.setup))
        wizard.action_preview()
        line = wizard.line_ids.filtered("may_move")
        # the client's own evaluation of the field's domain
        offered = safe_eval(line._fields["destination_id"].domain, {"gone_stage_ids": line.gone_stage_ids.ids})
        self.assertFalse(self.env["crm.stage"].search(offered) & stages, "the one that holds nothing goes as well")

    def test_the_history_takes_back_with_a_preview_of_its_own(self):
        history_id = self.transfer.apply_setup(self.content)["history_id"]
        history = self.env["bjet.crm.transfer.history"].with_user(self.manager).browse(history_id)
        self.assertTrue(history.may_be_undone)
        self.assertIn("Key account", history.differences)
        action = history.action_undo()
        wizard = self.env["bjet.crm.transfer.apply"].with_user(self.manager).browse(action["res_id"])
        self.assertEqual(wizard.step, "preview")
        self.assertTrue(wizard.line_ids)
        wizard.action_apply()
        self.assertFalse(self.env.ref(f"{NAME}.tag_key", raise_if_not_found=False))
        self.assertTrue(self.env.ref("crm.lost_reason_2"))
        history.invalidate_recordset()
        self.assertTrue(history.is_undone)

    def test_what_people_changed_since_is_no_question_when_it_is_taken_back(self):
        history_id = self.transfer.apply_setup(self.content)["history_id"]
        self.env.ref("crm.stage_lead2").probability = 55
        wizard = self.wizard(history_id=history_id)
        wizard.action_preview()
        self.assertFalse(wizard.has_conflicts)
        self.assertFalse(wizard.decision_ids)
        [line] = wizard.line_ids.filtered(lambda line: line.field_name == "probability")
        self.assertEqual((line.kind, line.before, line.after), ("keep", "55", "55"))
        wizard.action_apply()
        self.assertEqual(self.env.ref("crm.stage_lead2").probability, 55)

    def test_without_a_file_it_says_so(self):
        with self.assertRaisesRegex(UserError, "Choose the file"):
            self.wizard().action_preview()

    def test_managers_only(self):
        with self.assertRaises(AccessError):
            self.wizard(user=self.salesperson)
        with self.assertRaises(AccessError):
            self.env["bjet.crm.transfer.history"].with_user(self.salesperson).search([])

    def test_ready_made_set_ups_are_offered_to_who_has_none(self):
        offers = self.transfer.get_offers()
        self.assertEqual({offer["name"] for offer in offers}, set(self.env["bjet.crm.transfer.apply"]._get_ready()))
        self.env["crm.tag"].create({"name": "Our own"})
        self.assertEqual(self.transfer.get_offers(), [])
