# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .common import StageTourCase


@tagged("post_install", "-at_install")
class TestStageTours(StageTourCase):
    def test_create_and_drag(self):
        self.walk("bjet_stage_create")
        stage = self.env["crm.stage"].with_context(lang="uk_UA").search([("name", "=", "Перемовини")])
        self.assertLess(stage.sequence, self.stage.sequence)

    def test_edit(self):
        dragged = self._new_leads("Перетягнути", 1, self.manager)
        dragged.stage_id = self.other_stage
        self.walk("bjet_stage_edit")
        self.assertRecordValues(
            self.stage.with_context(lang="uk_UA"),
            [{"name": "Теплі", "probability": 25, "on_change": True, "team_ids": self.team.ids}],
        )
        self.assertEqual(set((self.leads | dragged).mapped("probability")), {25})
        self.assertEqual(dragged.stage_id, self.stage)

    def test_fold_by_manager_is_kept(self):
        self.walk("bjet_stage_fold")
        self.assertTrue(self.stage.fold)
        self.walk("bjet_stage_unfold")
        self.assertFalse(self.stage.fold)

    def test_delete(self):
        self.walk("bjet_stage_delete")
        self.assertFalse(self.stage.exists())
        everything = self.leads | self.leads_of_seller | self.archived | self.lost
        self.assertEqual(everything.stage_id, self.env.ref("bjet_crm_setup.stage_undefined"))

    def test_delete_to_picked_stage(self):
        self.walk("bjet_stage_delete_to_picked")
        self.assertFalse(self.stage.exists())
        self.assertEqual((self.leads | self.archived | self.lost).stage_id, self.other_stage)

    def test_archive_in_batches(self):
        self.walk("bjet_stage_archive")
        self.assertEqual(set(self.leads.mapped("active")), {False})
        self.assertEqual(set(self.leads_of_seller.mapped("active")), {True}, "the filter hid them")

    def test_archive_goes_on_after_an_error(self):
        self.walk("bjet_stage_archive_interrupted")
        self.assertEqual(set(self.leads.mapped("active")), {False})

    def test_opportunity_goes_back_to_the_probability_of_the_stage(self):
        self.stage.write({"on_change": True, "probability": 25})
        self.stage.apply_probability()
        self.walk("bjet_opportunity_probability")
        self.assertEqual(set(self.leads.mapped("probability")), {25})

    def test_restore(self):
        self.walk("bjet_stage_restore")
        self.assertEqual(set(self.archived.mapped("active")), {True})
        self.assertRecordValues(self.lost, [{"active": False, "lost_reason_id": self.lost_reason.id}])

    def test_restore_what_the_filter_hides(self):
        hidden = self._new_leads("Чуже втрачене", 1, self.salesperson)
        hidden.stage_id = self.other_stage
        hidden.action_set_lost(lost_reason_id=self.lost_reason.id)
        self.walk("bjet_stage_restore_hidden")
        self.assertRecordValues(hidden, [{"active": True, "lost_reason_id": False}])

    def test_leave_while_it_runs(self):
        self.walk("bjet_stage_leave", "/odoo/action-crm.crm_lead_action_my_activities")
        self.assertEqual(set(self.leads.mapped("active")), {False, True})

    def test_edit_on_a_screen_of_its_own(self):
        self.walk("bjet_stage_edit_expand")

    def test_menu_of_salesperson(self):
        self.walk("bjet_stage_menu_of_salesperson", user=self.salesperson)
        self.assertEqual(set(self.leads_of_seller.mapped("active")), {False})
        self.assertEqual(set(self.leads.mapped("active")), {True})
        self.assertFalse(self.stage.fold, "a salesperson folds on this screen only")

    def test_list_grouped_by_stage(self):
        self.walk("bjet_stage_list")
        self.assertEqual(set(self.leads.mapped("active")), {False})
        self.assertEqual(set(self.leads_of_seller.mapped("active")), {True})

    def test_nothing_to_archive_restore_or_delete(self):
        empty = self.env["crm.stage"].create({"name": "Порожня", "sequence": -1})
        self.leads_of_seller.stage_id = self.other_stage
        self.walk("bjet_stage_nothing_to_archive")
        self.assertEqual(set(self.leads_of_seller.mapped("active")), {False})
        self.assertFalse(empty.exists())

    def test_dialogs_with_other_numbers(self):
        for count in (1, 2, 5, 21):
            stage = self.env["crm.stage"].create({"name": f"Стадія {count}", "sequence": -1})
            leads = self._new_leads("Їх", 2 * count, self.manager)
            leads.stage_id = stage
            leads[:count].action_archive()
        self.walk("bjet_stage_numbers")

    def test_by_keyboard(self):
        self.walk("bjet_stage_keyboard")
        self.assertEqual(set(self.leads.mapped("active")), {False})
        self.assertFalse(self.stage.exists())

    def test_nothing_new_in_undefined(self):
        undefined = self.env["crm.stage"]._ensure_undefined()
        undefined.sequence = self.stage.sequence - 1
        self.leads[:1].stage_id = undefined
        self.walk("bjet_stage_new_not_in_undefined")
        new, second = (self.env["crm.lead"].search([("name", "=", name)]) for name in ("Нове", "Друге"))
        self.assertEqual((new.stage_id, second.stage_id), (self.stage, self.other_stage))

    def test_fold_on_sample_data(self):
        newcomer = self._new_user("stage_newcomer", "sales_team.group_sale_manager")
        self.walk("bjet_stage_sample_fold", user=newcomer)
        self.assertTrue(self.stage.fold)


@tagged("post_install", "-at_install")
class TestStageToursPhone(StageTourCase):
    browser_size = "375x667"
    touch_enabled = True

    def test_archive_on_a_phone(self):
        self.walk("bjet_stage_phone", "/odoo/action-crm.crm_lead_action_pipeline")
        self.assertEqual(set(self.leads.mapped("active")), {False})
