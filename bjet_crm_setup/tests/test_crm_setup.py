# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import SetupCase


@tagged("post_install", "-at_install")
class TestCrmSetup(SetupCase):
    """The overview of the directories: what they hold and what they lack."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.lead"].with_context(active_test=False).search([]).unlink()
        cls.env["crm.tag"].search([]).unlink()
        cls.env["crm.team"].search([]).active = False
        cls.channel = cls.env["crm.team"].create({"name": "Fairs"})

    def directory(self, key, user=None):
        setup = self.env["bjet.crm.setup"].with_user(user or self.manager)
        return next(directory for directory in setup.get_overview() if directory["key"] == key)

    def gaps(self, key):
        return [gap["text"] for gap in self.directory(key)["gaps"]]

    def records(self, gap):
        """What the button of a gap opens."""
        return self.env[self.env.ref(gap["action"]).res_model].with_user(self.manager).search(gap["domain"])

    def test_directories_in_the_order_of_the_guide(self):
        directories = self.env["bjet.crm.setup"].with_user(self.manager).get_overview()
        self.assertEqual(
            [directory["key"] for directory in directories],
            ["channels", "activity_types", "tags", "lost_reasons", "stages"],
        )
        for directory in directories:
            self.assertEqual(self.env.ref(directory["action"])._name, "ir.actions.act_window")
            self.assertTrue(directory["name"] and directory["purpose"])

    def test_only_managers(self):
        for user in (self.salesperson_all, self.portal):
            with self.assertRaises(AccessError):
                self.env["bjet.crm.setup"].with_user(user).get_overview()
        menu = self.env.ref("bjet_crm_setup.menu_crm_setup")
        self.assertIn(menu.id, menu.with_user(self.manager)._visible_menu_ids())
        self.assertNotIn(menu.id, menu.with_user(self.salesperson)._visible_menu_ids())

    def test_first_entry_of_the_configuration(self):
        menu = self.env.ref("bjet_crm_setup.menu_crm_setup")
        self.assertEqual(menu.parent_id.child_id[0], menu)

    def test_channel_without_leader_and_members(self):
        self.assertEqual(self.gaps("channels"), ["Without a leader: 1", "Without members: 1"])
        self.assertEqual(self.records(self.directory("channels")["gaps"][0]), self.channel)
        self.channel.write({"user_id": self.manager.id, "member_ids": self.salesperson.ids})
        self.assertEqual(self.gaps("channels"), [])
        self.assertEqual(self.directory("channels")["count"], 1)

    def test_no_channel(self):
        self.channel.active = False
        self.assertEqual(self.gaps("channels"), ["Nothing is here yet"])

    def test_channel_of_another_company_is_not_counted(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.env["crm.team"].create({"name": "Far away", "company_id": company.id})
        self.assertEqual(self.directory("channels")["count"], 1)

    def test_activity_types(self):
        self.env["mail.activity"].search([("res_model", "=", "crm.lead")]).unlink()
        self.assertEqual(self.gaps("activity_types"), ["No activity is planned in the pipeline yet"])
        self.env["mail.activity.type"].search([("category", "=", "meeting")]).active = False
        self.assertEqual(len(self.gaps("activity_types")), 2)
        self.env["crm.lead"].create({"name": "Stand", "type": "opportunity"}).activity_schedule(
            "mail.mail_activity_data_call"
        )
        self.assertEqual(len(self.gaps("activity_types")), 1)

    def test_tag_nobody_uses(self):
        self.assertEqual(self.gaps("tags"), ["Nothing is here yet"])
        used, unused = self.env["crm.tag"].create([{"name": "Used"}, {"name": "Unused"}])
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.env["crm.lead"].create(
            {"name": "Stand", "tag_ids": used.ids, "company_id": company.id, "team_id": False, "user_id": False}
        )
        [gap] = self.directory("tags")["gaps"]
        self.assertEqual(gap["text"], "Not used yet: 1")
        self.assertEqual(self.records(gap), unused)

    def test_lost_reasons(self):
        self.assertEqual(self.gaps("lost_reasons"), ["No lost reason is used yet"])
        with_reason, without = self.env["crm.lead"].create([{"name": "Stand", "type": "opportunity"}] * 2)
        with_reason.action_set_lost(lost_reason_id=self.env["crm.lost.reason"].search([], limit=1).id)
        without.action_set_lost()
        [gap] = self.directory("lost_reasons")["gaps"]
        self.assertEqual(gap["text"], "Lost opportunities without a reason: 1")
        self.assertEqual(self.records(gap), without)

    def test_stage_without_probability_and_undefined(self):
        self.assertEqual(self.gaps("stages"), [])
        stage = self.env["crm.stage"].create({"name": "Contact", "on_change": True, "probability": 0})
        self.env["crm.stage"].create({"name": "Talks", "probability": 0})
        [gap] = self.directory("stages")["gaps"]
        self.assertEqual(gap["text"], "Without a probability: 1")
        self.assertEqual(self.records(gap), stage)
        opportunity = self.env["crm.lead"].create({"name": "Stand", "type": "opportunity", "stage_id": stage.id})
        stage.unlink()
        [gap] = self.directory("stages")["gaps"]
        self.assertEqual(gap["text"], "Opportunities left without a stage of their own: 1")
        self.assertEqual(self.records(gap), opportunity)

    def test_what_an_administrator_deleted_is_left_out(self):
        """Actions of Odoo's and of ours; all else of the overview stays."""
        setup = self.env["bjet.crm.setup"].with_user(self.manager)
        lost = self.env["crm.lead"].create({"name": "Stand", "type": "opportunity"})
        lost.action_set_lost()
        self.env.ref("crm.crm_lead_opportunities").unlink()
        self.env.ref("crm.crm_lead_action_pipeline").unlink()
        self.assertEqual(self.gaps("lost_reasons"), ["No lost reason is used yet"])
        self.assertIs(self.directory("activity_types")["gaps"][-1]["action"], False)
        for key, action in (
            ("channels", "sales_team.crm_team_action_config"),
            ("activity_types", "bjet_crm_setup.mail_activity_type_action"),
            ("tags", "bjet_crm_setup.crm_tag_action"),
            ("lost_reasons", "crm.crm_lost_reason_action"),
        ):
            self.env.ref(action).unlink()
            self.assertNotIn(key, [directory["key"] for directory in setup.get_overview()])
        self.assertEqual([directory["key"] for directory in setup.get_overview()], ["stages"])

    def test_cost_does_not_grow_with_the_records(self):
        self.env["crm.team"].create([{"name": f"Fair {number}"} for number in range(20)])
        tags = self.env["crm.tag"].create([{"name": f"Tag {number}"} for number in range(20)])
        self.env["crm.lead"].create([{"name": tag.name, "type": "opportunity", "tag_ids": tag.ids} for tag in tags])
        self.env.flush_all()
        setup = self.env["bjet.crm.setup"].with_user(self.manager)
        setup.get_overview()  # rights and actions are cached from here on
        self.env.invalidate_all()
        with self.assertQueryCount(30):
            setup.get_overview()
