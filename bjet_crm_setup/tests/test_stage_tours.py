# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.tests import HttpCase, tagged


class StageTourCase(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._new_user("stage_manager", "sales_team.group_sale_manager")
        cls.salesperson = cls._new_user("stage_seller", "sales_team.group_sale_salesman")
        cls.team = cls.env["crm.team"].create(
            {
                "name": "Гарячі голови",
                "member_ids": [Command.set((cls.manager | cls.salesperson).ids)],
            }
        )
        cls.stage, cls.other_stage = cls.env["crm.stage"].create(
            [
                {"name": "Холодні", "sequence": -2},
                {"name": "Гарячі", "sequence": -1},
            ]
        )
        cls.leads = cls._new_leads("Власне", 40, cls.manager)
        cls.leads_of_seller = cls._new_leads("Чуже", 3, cls.salesperson)
        cls.archived = cls._new_leads("Архівне", 2, cls.manager)
        cls.archived.action_archive()
        cls.lost = cls._new_leads("Втрачене", 1, cls.manager)
        cls.lost_reason = cls.env["crm.lost.reason"].create({"name": "Передумали"})
        cls.lost.action_set_lost(lost_reason_id=cls.lost_reason.id)

    @classmethod
    def _new_user(cls, login, group):
        return cls.env["res.users"].create(
            {
                "name": login,
                "login": login,
                "password": login,
                "lang": "uk_UA",
                "group_ids": [Command.set([cls.env.ref("base.group_user").id, cls.env.ref(group).id])],
            }
        )

    @classmethod
    def _new_leads(cls, name, count, user):
        return cls.env["crm.lead"].create(
            [
                {
                    "name": f"{name} {number}",
                    "type": "opportunity",
                    "stage_id": cls.stage.id,
                    "user_id": user.id,
                    "team_id": cls.team.id,
                    "probability": 20,
                }
                for number in range(count)
            ]
        )

    def start_tour(self, url_path, tour_name, **kwargs):
        return super().start_tour(url_path, tour_name, timeout=180, **kwargs)


@tagged("post_install", "-at_install")
class TestStageTours(StageTourCase):
    def test_create_and_drag(self):
        self.start_tour("/odoo", "bjet_stage_create", login="stage_manager")
        stage = self.env["crm.stage"].with_context(lang="uk_UA").search([("name", "=", "Перемовини")])
        self.assertLess(stage.sequence, self.stage.sequence)

    def test_edit(self):
        dragged = self._new_leads("Перетягнути", 1, self.manager)
        dragged.stage_id = self.other_stage
        self.start_tour("/odoo", "bjet_stage_edit", login="stage_manager")
        self.assertRecordValues(
            self.stage.with_context(lang="uk_UA"),
            [{"name": "Теплі", "probability": 25, "on_change": True, "team_ids": self.team.ids}],
        )
        self.assertEqual(set((self.leads | dragged).mapped("probability")), {25})
        self.assertEqual(dragged.stage_id, self.stage)

    def test_fold_by_manager_is_kept(self):
        self.start_tour("/odoo", "bjet_stage_fold", login="stage_manager")
        self.assertTrue(self.stage.fold)
        self.start_tour("/odoo", "bjet_stage_unfold", login="stage_manager")
        self.assertFalse(self.stage.fold)

    def test_delete(self):
        self.start_tour("/odoo", "bjet_stage_delete", login="stage_manager")
        self.assertFalse(self.stage.exists())
        everything = self.leads | self.leads_of_seller | self.archived | self.lost
        self.assertEqual(everything.stage_id, self.env.ref("bjet_crm_setup.stage_undefined"))

    def test_delete_to_picked_stage(self):
        self.start_tour("/odoo", "bjet_stage_delete_to_picked", login="stage_manager")
        self.assertFalse(self.stage.exists())
        self.assertEqual((self.leads | self.archived | self.lost).stage_id, self.other_stage)

    def test_archive_in_batches(self):
        self.start_tour("/odoo", "bjet_stage_archive", login="stage_manager")
        self.assertEqual(set(self.leads.mapped("active")), {False})
        self.assertEqual(set(self.leads_of_seller.mapped("active")), {True}, "the filter hid them")

    def test_archive_goes_on_after_an_error(self):
        self.start_tour("/odoo", "bjet_stage_archive_interrupted", login="stage_manager")
        self.assertEqual(set(self.leads.mapped("active")), {False})

    def test_opportunity_goes_back_to_the_probability_of_the_stage(self):
        self.stage.write({"on_change": True, "probability": 25})
        self.stage.apply_probability()
        self.start_tour("/odoo", "bjet_opportunity_probability", login="stage_manager")
        self.assertEqual(set(self.leads.mapped("probability")), {25})

    def test_restore(self):
        self.start_tour("/odoo", "bjet_stage_restore", login="stage_manager")
        self.assertEqual(set(self.archived.mapped("active")), {True})
        self.assertRecordValues(self.lost, [{"active": False, "lost_reason_id": self.lost_reason.id}])

    def test_restore_what_the_filter_hides(self):
        hidden = self._new_leads("Чуже втрачене", 1, self.salesperson)
        hidden.stage_id = self.other_stage
        hidden.action_set_lost(lost_reason_id=self.lost_reason.id)
        self.start_tour("/odoo", "bjet_stage_restore_hidden", login="stage_manager")
        self.assertRecordValues(hidden, [{"active": True, "lost_reason_id": False}])

    def test_leave_while_it_runs(self):
        self.start_tour("/odoo", "bjet_stage_leave", login="stage_manager")
        self.assertEqual(set(self.leads.mapped("active")), {False, True})

    def test_edit_on_a_screen_of_its_own(self):
        self.start_tour("/odoo", "bjet_stage_edit_expand", login="stage_manager")

    def test_menu_of_salesperson(self):
        self.start_tour("/odoo", "bjet_stage_menu_of_salesperson", login="stage_seller")
        self.assertEqual(set(self.leads_of_seller.mapped("active")), {False})
        self.assertEqual(set(self.leads.mapped("active")), {True})
        self.assertFalse(self.stage.fold, "a salesperson folds on this screen only")

    def test_list_grouped_by_stage(self):
        self.start_tour("/odoo", "bjet_stage_list", login="stage_manager")
        self.assertEqual(set(self.leads.mapped("active")), {False})
        self.assertEqual(set(self.leads_of_seller.mapped("active")), {True})


@tagged("post_install", "-at_install")
class TestStageToursPhone(StageTourCase):
    browser_size = "375x667"
    touch_enabled = True

    def test_archive_on_a_phone(self):
        self.start_tour("/odoo/action-crm.crm_lead_action_pipeline", "bjet_stage_phone", login="stage_manager")
        self.assertEqual(set(self.leads.mapped("active")), {False})
