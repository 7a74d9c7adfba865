# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_channels import ChannelCase


@tagged("post_install", "-at_install")
class TestSalesChannel(ChannelCase):
    def manager_env(self):
        user = self.people["manager"]
        return self.env(user=user, context={"allowed_company_ids": user.company_ids.ids, "lang": "uk_UA"})

    # Defaults

    def test_new_channel_is_as_the_guide_says(self):
        team = self.manager_env()["crm.team"].create({"name": "Website"})
        self.assertTrue(team.use_quotations and team.use_opportunities and team.leads_wanted)
        self.assertEqual(team.company_id, self.company)
        self.assertEqual(
            (team.dashboard_graph_model, team.dashboard_graph_period_pipeline, team.dashboard_graph_group_pipeline),
            ("crm.lead", "month", "day"),
        )
        self.assertEqual((team.dashboard_graph_period, team.dashboard_graph_group), ("month", "day"))

    def test_channel_without_pipeline_shows_its_sales(self):
        self.assertEqual(self.channel(use_opportunities=False).dashboard_graph_model, "sale.report")

    def test_form_fills_in_and_follows(self):
        with Form(self.manager_env()["crm.team"]) as form:
            self.assertEqual(form.company_id, self.company)
            form.name = "Website"
            self.assertEqual(form.channel_graph_type, "line")
            self.assertIn('"is_sample_data":true', form.channel_graph_data)
            form.dashboard_graph_group_pipeline = "stage"
            self.assertEqual(form.channel_graph_type, "bar")
            form.use_opportunities = False
            self.assertEqual(form.dashboard_graph_model, "sale.report")
            self.assertEqual(form.channel_graph_type, "line")
            form.use_opportunities = True
        self.assertEqual(form.record.dashboard_graph_model, "sale.report")

    def test_form_previews_figures_before_saving(self):
        team = self.channel()
        self.order(team, self.env.cr.now(), 1234)
        with Form(self.seen_by("manager", team)) as form:
            form.dashboard_graph_model = "sale.report"
            self.assertIn('"is_sample_data":false', form.channel_graph_data)
            self.assertIn("1234", form.channel_graph_data)

    # Checks

    def test_leader_is_an_active_internal_user(self):
        gone = self.people["other"]
        gone.active = False
        team = self.manager_env()["crm.team"].create({"name": "Website"})
        for user in (self.people["portal"], gone, self.env.ref("base.public_user")):
            user.company_ids += self.company
            with self.subTest(user=user.login):
                with self.assertRaises(ValidationError) as caught:
                    team.user_id = user.id
                self.assertIn(user.name, str(caught.exception))
                self.assertIn("лідером", str(caught.exception))
                with self.assertRaises(ValidationError):
                    team.create({"name": "Shop", "user_id": user.id})
        self.assertFalse(team.user_id)
        team.user_id = self.people["own"].id

    def test_members_are_active_internal_users(self):
        gone = self.people["other"]
        gone.active = False
        team = self.manager_env()["crm.team"].create({"name": "Website"})
        for user in (self.people["portal"], gone):
            for values in (
                {"member_ids": [Command.link(user.id)]},
                {"crm_team_member_ids": [Command.create({"user_id": user.id})]},
            ):
                with self.subTest(user=user.login, values=values):
                    with self.assertRaises(ValidationError) as caught:
                        team.write(values)
                    self.assertIn("членом команди", str(caught.exception))
        with self.assertRaises(ValidationError):
            team.env["crm.team.member"].create({"crm_team_id": team.id, "user_id": self.people["portal"].id})
        self.assertFalse(team.member_ids)
        team.member_ids = [Command.link(self.people["own"].id)]
        self.assertEqual(team.member_ids, self.people["own"])

    def test_imported_leader_is_checked_too(self):
        Team = self.manager_env()["crm.team"]
        result = Team.load(["name", "user_id/.id"], [["Imported", str(self.people["portal"].id)]])
        self.assertFalse(result["ids"])
        self.assertIn("лідером", result["messages"][0]["message"])
        self.assertFalse(Team.search([("name", "=", "Imported")]))
        result = Team.load(
            ["name", "user_id/.id", "dashboard_graph_model", "invoiced_target"],
            [["Imported", str(self.people["own"].id), "sale.report", "500"]],
        )
        self.assertEqual(Team.browse(result["ids"]).dashboard_graph_model, "sale.report")

    def test_leaver_does_not_block_the_channel(self):
        team = self.channel(user_id=self.people["own"].id, member_ids=[Command.link(self.people["own"].id)])
        self.people["own"].active = False
        team.name = "Renamed"
        team.member_ids = [Command.link(self.people["all"].id)]
        team.crm_team_member_ids.active = False

    def test_target_is_not_negative(self):
        team = self.channel()
        with self.assertRaises(ValidationError):
            team.invoiced_target = -1
        with self.assertRaises(ValidationError):
            self.channel(invoiced_target=-0.01)
        team.invoiced_target = 0

    def test_pipeline_on_the_dashboard_needs_the_switch(self):
        team = self.channel()
        with self.assertRaises(ValidationError) as caught:
            team.write({"use_opportunities": False, "dashboard_graph_model": "crm.lead"})
        self.assertIn("Лійка продажів", str(caught.exception))
        team.use_opportunities = False
        self.assertEqual(team.dashboard_graph_model, "sale.report")
        with self.assertRaises(ValidationError):
            team.dashboard_graph_model = "crm.lead"
        invoices = self.channel(dashboard_graph_model="account.invoice.report")
        invoices.use_opportunities = False
        self.assertEqual(invoices.dashboard_graph_model, "account.invoice.report")
        with self.assertRaises(ValidationError):
            self.channel(use_opportunities=False, dashboard_graph_model="crm.lead")

    def test_no_impossible_pair_of_content_and_group(self):
        team = self.channel(dashboard_graph_group_pipeline="stage")
        for content in ("sale.report", "account.invoice.report"):
            team.dashboard_graph_model = content
            self.assertEqual(team._dashboard_graph_setup().group, "day")
        with self.assertRaises(ValueError):
            team.dashboard_graph_group = "stage"
        for field in ("dashboard_graph_model", "dashboard_graph_group", "dashboard_graph_period_pipeline"):
            with (
                self.subTest(field=field),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                team[field] = False
                self.env.flush_all()

    # Members' documents

    def test_documents_of_a_member_get_the_members_channel(self):
        member = self.people["own"]
        first = self.channel("First", sequence=1)
        team = self.channel("Website", sequence=50, member_ids=[Command.link(member.id)])
        env = self.env(user=member, context={"allowed_company_ids": self.company.ids})
        opportunity = env["crm.lead"].create({"name": "Deal", "type": "opportunity"})
        lead = env["crm.lead"].create({"name": "Request", "type": "lead"})
        order = env["sale.order"].create({"partner_id": self.partner.id})
        member.group_ids += self.env.ref("account.group_account_invoice")
        invoice = env["account.move"].create({"move_type": "out_invoice", "partner_id": self.partner.id})
        for document in (opportunity, lead, order, invoice):
            with self.subTest(document=document._name):
                self.assertEqual(document.team_id, team)
        self.assertNotEqual(first, team)

    # Favourites and Leads

    def test_everyone_marks_their_own_favourites(self):
        team = self.channel()
        for key in ("own", "manager"):
            seen = self.seen_by(key, team)
            self.assertFalse(seen.is_favorite)
            seen.action_toggle_favorite()
            self.assertTrue(self.seen_by(key, team).is_favorite)
        self.seen_by("own", team).action_toggle_favorite()
        self.assertFalse(self.seen_by("own", team).is_favorite)
        self.assertTrue(self.seen_by("manager", team).is_favorite)

    def test_only_administrators_turn_leads_on(self):
        team = self.channel()
        for key in ("own", "manager"):
            with self.assertRaises(AccessError):
                self.seen_by(key, team).action_enable_leads()
        self.assertFalse(self.people["own"].has_group("crm.group_use_lead"))
        self.assertFalse(self.seen_by("own", team).leads_enabled)
        administrator = self.people["manager"]
        administrator.group_ids += self.env.ref("base.group_system")
        self.assertEqual(self.seen_by("manager", team).action_enable_leads()["tag"], "reload")
        self.assertTrue(self.people["own"].has_group("crm.group_use_lead"))
        self.assertTrue(self.seen_by("own", team).leads_enabled)
        self.assertTrue(team.use_leads)
