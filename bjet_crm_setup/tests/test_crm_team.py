# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ast import literal_eval
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import SQL, file_path, mute_logger

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
            self.assertEqual(team._dashboard_graph_setup()[-1], "day")
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
        self.assertFalse(self.seen_by("own", team).use_leads)
        administrator = self.people["manager"]
        administrator.group_ids += self.env.ref("base.group_system")
        self.assertEqual(self.seen_by("manager", team).action_enable_leads()["tag"], "reload")
        self.assertTrue(self.people["own"].has_group("crm.group_use_lead"))
        self.assertTrue(self.seen_by("own", team).use_leads)
        self.assertTrue(team.use_leads)


@tagged("post_install", "-at_install")
class TestLeadsSwitch(ChannelCase):
    """A channel's tick Leads is its wish; whether it makes leads, the company's feature decides."""

    def switch(self, on):
        self.env["res.config.settings"].create({"group_use_lead": on}).execute()
        self.env.invalidate_all()

    def assertLeads(self, team, wanted, used):
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual((team.leads_wanted, team.use_leads), (wanted, used))
        kind = literal_eval(team.alias_id.alias_defaults or "{}").get("type")
        self.assertEqual(kind, "lead" if used else "opportunity")

    def test_the_wish_survives_the_switch(self):
        yes, no = self.channel(), self.channel(leads_wanted=False)
        put_away = self.channel(active=False)
        self.assertLeads(yes, True, False)
        for on in (True, False, True):
            self.switch(on)
            self.assertLeads(yes, True, on)
            self.assertLeads(no, False, False)
            self.assertLeads(put_away, True, on)

    def test_channels_follow_whatever_door_switches_the_feature(self):
        team, no = self.channel(), self.channel(leads_wanted=False)
        employees, leads = self.env.ref("base.group_user"), self.env.ref("crm.group_use_lead")
        doors = (
            (True, lambda: employees.write({"implied_ids": [Command.link(leads.id)]})),
            (False, lambda: employees.write({"implied_ids": [Command.unlink(leads.id)]})),
            (True, lambda: leads.write({"implied_by_ids": [Command.link(employees.id)]})),
            (False, lambda: employees._remove_group(leads)),
            (True, lambda: employees._apply_group(leads)),
            (False, lambda: leads.write({"implied_by_ids": [Command.clear()]})),
        )
        for on, door in doors:
            door()
            self.assertLeads(team, True, on)
            self.assertLeads(no, False, False)
        between = self.env["res.groups"].create(
            {"name": "Between", "implied_ids": leads.ids, "implied_by_ids": employees.ids}
        )
        self.assertLeads(team, True, True)
        between.unlink()
        self.assertLeads(team, True, False)

    def test_without_the_feature_no_channel_makes_leads(self):
        """As while the CRM is uninstalled."""
        self.switch(True)
        team = self.channel()
        self.env["ir.model.data"].search([("module", "=", "crm"), ("name", "=", "group_use_lead")]).unlink()
        self.env["crm.team"]._follow_leads_feature()
        self.assertFalse(team.use_leads)
        self.assertTrue(team.leads_wanted)

    def test_use_leads_sets_the_wish(self):
        """As a data file, an import or a script of before writes it."""
        team = self.channel(use_leads=False)
        self.assertLeads(team, False, False)
        team.use_leads = True
        self.assertLeads(team, True, False)
        by_context = self.env["crm.team"].with_context(default_use_leads=True).create({"name": "Context"})
        self.assertLeads(by_context, True, False)
        result = self.env["crm.team"].load(["name", "use_leads"], [["One", "True"], ["Other", "False"]])
        self.assertFalse(result["messages"])
        one, other = self.env["crm.team"].browse(result["ids"])
        self.assertLeads(one, True, False)
        self.assertLeads(other, False, False)
        self.switch(True)
        self.assertLeads(one, True, True)
        self.assertLeads(other, False, False)
        one.use_leads = False
        self.assertLeads(one, False, False)

    def test_the_form_keeps_the_wish(self):
        with Form(self.seen_by("manager", self.env["crm.team"])) as form:
            form.name = "Website"
            self.assertTrue(form.leads_wanted)
            self.assertFalse(form.use_leads)
        team = form.record
        self.assertLeads(team, True, False)
        with Form(team) as form:
            form.leads_wanted = False
        self.assertLeads(team, False, False)
        self.switch(True)
        with Form(team) as form:
            form.leads_wanted = True
        self.assertLeads(team, True, True)

    def test_the_address_stays_with_the_wish(self):
        team = self.channel(alias_name="requests", use_opportunities=False)
        with Form(team) as form:
            form.name = "Requests"
        for on in (True, False):
            self.switch(on)
            self.assertEqual(team.alias_name, "requests")
        team.leads_wanted = False
        self.assertFalse(team.alias_name)

    def test_a_new_column_holds_what_channels_had(self):
        """The installation, into a company whose feature is off: by Odoo nobody had a say, or some did."""
        teams = self.channel("First") | self.channel("Second")

        def fill():
            self.env.flush_all()
            self.env["crm.team"]._init_column("leads_wanted")
            self.env.invalidate_all()

        self.env.cr.execute("UPDATE crm_team SET use_leads = false")
        fill()
        self.assertEqual(teams.mapped("leads_wanted"), [True, True])
        self.env.cr.execute("UPDATE crm_team SET use_leads = true WHERE id = %s", [teams[0].id])
        fill()
        self.assertEqual(teams.mapped("leads_wanted"), [True, False])
        self.env["crm.team"]._follow_leads_feature()
        self.assertEqual(teams.mapped("use_leads"), [False, False])
        self.assertEqual(teams.mapped("leads_wanted"), [True, False])

    def test_the_first_version_held_the_wish_in_use_leads(self):
        teams = self.channel("First") | self.channel("Second")
        self.env.flush_all()
        self.env.cr.execute("UPDATE crm_team SET use_leads = (id = %s)", [teams[0].id])
        self.env.cr.execute("ALTER TABLE crm_team RENAME leads_wanted TO leads_wanted_now")
        path = Path(file_path("bjet_crm_setup/migrations/19.0.2.0.0/pre-leads-wanted.py"))
        spec = spec_from_file_location("pre_leads_wanted", path)
        migration = module_from_spec(spec)
        spec.loader.exec_module(migration)
        for _again in range(2):
            migration.migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        self.assertEqual(teams.mapped("leads_wanted"), [True, False])


@tagged("post_install", "-at_install")
class TestPlaceOfChannels(ChannelCase):
    """A new channel comes last, and a copy is a new channel."""

    def test_a_new_channel_is_the_last(self):
        teams = self.env["crm.team"].with_user(self.people["manager"])
        made = teams.create([{"name": "One"}, {"name": "Two"}])
        self.assertEqual(teams.search([])[-2:], made)
        loaded = teams.load(["name"], [["Three"], ["Four"]])["ids"]
        self.assertEqual(teams.search([])[-2:].ids, loaded)
        self.assertEqual(teams.create({"name": "Placed", "sequence": 3}).sequence, 3)

    def test_a_new_channel_of_the_form_is_the_last(self):
        self.channel("Far behind", sequence=500)
        with Form(self.env["crm.team"].with_user(self.people["manager"])) as form:
            form.name = "Clicked"
        self.assertEqual(self.env["crm.team"].search([])[-1], form.record)

    def test_it_takes_over_nobodys_records(self):
        user = self.people["all"]  # in no channel
        documents = self.env(user=user, context={"allowed_company_ids": self.company.ids})

        def channels():
            leads = documents["crm.lead"].create([{"name": kind, "type": kind} for kind in ("lead", "opportunity")])
            order = documents["sale.order"].create({"partner_id": self.partner.id})
            return [*leads.mapped("team_id.id"), order.team_id.id, documents["crm.team"]._get_default_team_id().id]

        self.channel("First", company_id=False, sequence=0)
        before = channels()
        made = self.env["crm.team"].with_user(self.people["manager"]).create({"name": "New"})
        self.assertEqual(channels(), before)
        self.assertNotIn(made.id, before)

    def test_a_new_channel_is_the_last_where_one_has_no_place(self):
        """As an upgrade may leave it."""
        channels = self.env["crm.team"].create([{"name": "Fairs", "sequence": 300}, {"name": "Placeless"}])
        self.env.flush_all()
        self.env.execute_query(SQL("UPDATE crm_team SET sequence = NULL WHERE id = %s RETURNING id", channels[1].id))
        self.env.invalidate_all()
        self.assertEqual(self.env["crm.team"].create({"name": "New"}).sequence, 301)

    def test_a_new_channel_where_another_has_the_very_last_place(self):
        self.env["crm.team"].create({"name": "Fairs", "sequence": 2**31 - 1})
        self.assertTrue(self.env["crm.team"].create({"name": "New"}).sequence)

    def test_a_copy_comes_last_and_has_a_name_of_its_own(self):
        team = self.in_both(self.channel("Website", sequence=1, dashboard_graph_model="sale.report"), "Вебсайт")
        copy = team.with_context(lang="en_US").copy()
        self.assertEqual(self.env["crm.team"].search([])[-1:], copy)
        self.assertEqual(copy.dashboard_graph_model, "sale.report")
        self.assertEqual(copy.with_context(lang="en_US").name, "Website (copy)")
        self.assertEqual(copy.with_context(lang="uk_UA").name, "Вебсайт (копія)")
        again = team.with_context(lang="uk_UA").copy()
        self.assertEqual(again.with_context(lang="en_US").name, "Website (copy 2)")
        self.assertEqual(again.with_context(lang="uk_UA").name, "Вебсайт (копія 2)")
        self.assertEqual(team.copy({"name": "Shop"}).name, "Shop")

    def in_both(self, record, name):
        record.with_context(lang="uk_UA").name = name
        record.with_context(lang="en_US").name = "Website"
        return record

    def test_no_constraint_refuses_a_copy(self):
        gone, moved = self.people["other"], self.people["own"]
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        teams = self.channel("Archived leader", user_id=gone.id) | self.channel("Moved leader", user_id=moved.id)
        teams |= self.channel("Old settings") | self.channel("Old target") | self.channel("Whole", user_id=moved.id)
        gone.active = False
        self.env.flush_all()
        self.env.cr.execute(
            """UPDATE crm_team SET use_opportunities = false, dashboard_graph_group = 'none', dashboard_graph_period = 'ever'
                WHERE id = %s""",
            [teams[2].id],
        )
        self.env.cr.execute("UPDATE crm_team SET invoiced_target = -5 WHERE id = %s", [teams[3].id])
        self.env.invalidate_all()
        kept = teams[4].copy()
        moved.write({"company_id": elsewhere.id, "company_ids": [Command.set(elsewhere.ids)]})
        copies = self.env["crm.team"].concat(*(team.copy() for team in teams[:4]))
        self.assertEqual(kept.user_id, moved)
        self.assertFalse(copies.user_id)
        self.assertEqual(copies[2].dashboard_graph_model, "sale.report")
        self.assertEqual((copies[2].dashboard_graph_group, copies[2].dashboard_graph_period), ("day", "month"))
        self.assertEqual(copies[3].invoiced_target, 0)
        self.assertTrue((copies | kept).mapped("active"))


@tagged("post_install", "-at_install")
class TestTwoCompanies(ChannelCase):
    """Members and leaders of two companies: every document gets a channel that fits its company, or none."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.abroad = cls.setup_other_company(name="Abroad")["company"].with_env(cls.env)
        cls.env["crm.team"].search([]).active = False
        cls.home_team = cls.channel("Home")
        cls.both = cls.company | cls.abroad
        for key in ("own", "all", "manager"):
            cls.people[key].company_ids = cls.both
            cls.people[key].group_ids += cls.env.ref("account.group_account_invoice")
        cls.home_team.member_ids = cls.people["own"]
        cls.home_team.user_id = cls.people["all"]
        cls.foreigner = cls.people["other"]
        cls.foreigner.write({"company_id": cls.abroad.id, "company_ids": [Command.set(cls.abroad.ids)]})
        cls.customers = cls.env["res.partner"].create(
            [{"name": company.name, "company_id": company.id} for company in cls.both]
        )

    def at(self, key, *companies):
        return self.env(
            user=self.people[key],
            context={"allowed_company_ids": [company.id for company in companies], "lang": "uk_UA"},
        )

    def documents(self, env, **values):
        """Each kind of document, made in the current company, with nothing said of the channel."""
        company = self.env["res.company"].browse(values.get("company_id")) or env.company
        customer = self.customers.filtered(lambda partner: partner.company_id == company)
        leads = env["crm.lead"].create(
            [
                {"name": "Deal", "type": kind, "partner_id": customer.id, "user_id": env.uid, **values}
                for kind in ("lead", "opportunity")
            ]
        )
        order = env["sale.order"].create({"partner_id": customer.id, "user_id": env.uid, **values})
        journal = self.env["account.journal"].search([("type", "=", "sale"), ("company_id", "=", company.id)], limit=1)
        invoice = env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": customer.id,
                "invoice_user_id": env.uid,
                "journal_id": journal.id,
            }
        )
        env.flush_all()
        return [*leads, order, invoice]

    def assertChannels(self, documents, company, team):
        for document in documents:
            with self.subTest(model=document._name):
                self.assertEqual(document.company_id, company)
                self.assertEqual(document.sudo().team_id, team)

    def test_documents_of_the_current_company(self):
        none = self.env["crm.team"]
        for key in ("own", "all"):  # a member, a leader
            for current, *others in ((self.company,), (self.company, self.abroad)):
                env = self.at(key, current, *others)
                self.assertChannels(self.documents(env), current, self.home_team)
                self.assertEqual(env["crm.team"]._get_default_team_id(), self.home_team)
            for current, *others in ((self.abroad,), (self.abroad, self.company)):
                env = self.at(key, current, *others)
                self.assertChannels(self.documents(env), current, none)
                self.assertFalse(env["crm.team"]._get_default_team_id())

    def test_a_channel_abroad_is_found_there(self):
        abroad = self.channel("Abroad", company_id=self.abroad.id, member_ids=[Command.link(self.people["own"].id)])
        self.assertChannels(self.documents(self.at("own", self.company, self.abroad)), self.company, self.home_team)
        self.assertChannels(self.documents(self.at("own", self.abroad, self.company)), self.abroad, abroad)
        self.assertChannels(self.documents(self.at("all", self.abroad, self.company)), self.abroad, abroad)

    def test_the_given_company_comes_before_the_current_one(self):
        env = self.at("own", self.company, self.abroad)
        documents = self.documents(env, company_id=self.abroad.id)
        self.assertChannels(documents, self.abroad, self.env["crm.team"])

    def test_a_document_that_changes_its_company(self):
        env = self.at("own", self.company, self.abroad)
        shared = self.channel("Shared", company_id=False, sequence=90)
        leads = env["crm.lead"].create([{"name": "Deal", "type": kind} for kind in ("lead", "opportunity")])
        order = env["sale.order"].create({"partner_id": self.partner.id, "user_id": env.uid})
        self.assertEqual((leads.team_id | order.team_id), self.home_team)
        for document in (*leads, order):
            document.company_id = self.abroad
            env.flush_all()
            self.assertEqual(document.team_id, shared)
            document.company_id = self.company
            env.flush_all()
            self.assertEqual(document.team_id, self.home_team if document._name == "sale.order" else shared)
        invoice = env["account.move"].create({"move_type": "out_invoice", "invoice_user_id": env.uid})
        self.assertEqual(invoice.team_id, self.home_team)
        invoice.journal_id = self.env["account.journal"].search(
            [("type", "=", "sale"), ("company_id", "=", self.abroad.id)], limit=1
        )
        self.assertEqual((invoice.company_id, invoice.team_id), (self.abroad, shared))

    def test_an_opportunity_of_no_company(self):
        """A channel of some company does not fit it: it could not be saved."""
        env = self.at("own", self.company, self.abroad)
        none = self.env["crm.team"]
        opportunity = env["crm.lead"].create({"name": "Deal", "type": "opportunity", "company_id": False})
        env.flush_all()
        self.assertEqual((opportunity.company_id, opportunity.team_id), (self.env["res.company"], none))
        given = env["crm.lead"].create({"name": "Deal", "type": "opportunity"})
        self.assertEqual((given.company_id, given.team_id), (self.company, self.home_team))
        given.company_id = False
        env.flush_all()
        self.assertEqual((given.company_id, given.team_id), (self.env["res.company"], none))
        imported = env["crm.lead"].load(["name", "type", "company_id"], [["Deal", "Opportunity", ""]])
        self.assertFalse(imported["messages"])
        shared = self.channel("Shared", company_id=False, sequence=90, member_ids=[Command.link(env.uid)])
        self.people["own"].group_ids += self.env.ref("base.group_multi_company")
        with Form(env["crm.lead"].browse(self.documents(env)[1].id)) as form:
            form.team_id = self.home_team
            form.company_id = none.company_id
            self.assertEqual(form.team_id, shared)
        self.assertEqual(form.record.team_id, shared)

    def test_a_form_whose_company_is_changed(self):
        self.people["own"].group_ids += self.env.ref("base.group_multi_company")
        env = self.at("own", self.company, self.abroad)
        with Form(env["crm.lead"].with_context(default_type="opportunity")) as form:
            form.name = "Deal"
            self.assertEqual(form.team_id, self.home_team)
            form.company_id = self.abroad
            self.assertFalse(form.team_id)
        self.assertEqual(form.record.company_id, self.abroad)
        with Form(env["sale.order"]) as form:
            form.partner_id = self.partner
            form.company_id = self.abroad
            self.assertFalse(form.team_id)
        self.assertEqual(form.record.company_id, self.abroad)

    def test_a_channel_chosen_by_hand_stays(self):
        env = self.at("own", self.company, self.abroad)
        other = self.channel("Other")
        lead, opportunity, order, invoice = self.documents(env)
        for document in (lead, opportunity, order, invoice):
            document.team_id = other
        (lead | opportunity).write({"company_id": self.company.id, "name": "Same company"})
        order.write({"note": "Same company"})
        invoice.journal_id = invoice.journal_id.sudo().copy().with_env(env)
        self.assertChannels((lead, opportunity, order, invoice), self.company, other)

    def test_a_saved_opportunity_stays_in_its_company(self):
        """Given to a colleague of both companies, by someone who works in the other one."""
        env = self.at("manager", self.abroad, self.company)
        abroad = self.channel("Abroad", company_id=self.abroad.id, sequence=0)
        abroad.member_ids = self.people["own"] | self.people["all"]
        opportunity = self.opportunity(self.home_team, partner_id=self.customers[0].id).with_env(env)
        opportunity.user_id = self.people["own"]
        env.flush_all()
        self.assertChannels(opportunity, self.company, self.home_team)
        lead = self.opportunity(self.home_team, partner_id=self.customers[0].id, type="lead").with_env(env)
        wizard = env["crm.lead2opportunity.partner"].with_context(
            active_id=lead.id, active_ids=lead.ids, active_model="crm.lead"
        )
        wizard = wizard.create({"name": "convert", "user_id": self.people["own"].id})
        self.assertEqual(wizard.team_id, self.home_team)
        wizard.action_apply()
        env.flush_all()
        self.assertChannels(lead, self.company, self.home_team)

    def test_who_does_not_work_in_the_current_company(self):
        """A colleague of the other company only: as Odoo does, the channel there."""
        env = self.at("manager", self.company, self.abroad)
        abroad = self.channel("Abroad", company_id=self.abroad.id, member_ids=[Command.link(self.foreigner.id)])
        lead = env["crm.lead"].create({"name": "Deal", "user_id": self.foreigner.id})
        env.flush_all()
        self.assertChannels(lead, self.abroad, abroad)

    def test_a_quotation_from_a_card_is_of_the_cards_company(self):
        env = self.at("own", self.abroad, self.company)
        order = Form(env["sale.order"].with_context(default_team_id=self.home_team.id))
        order.partner_id = self.partner
        order = order.save()
        self.assertChannels(order, self.company, self.home_team)
        env = self.at("own", self.abroad)
        order = Form(env["sale.order"].with_context(default_team_id=self.home_team.id))
        order.partner_id = self.partner
        self.assertChannels(order.save(), self.abroad, self.env["crm.team"])

    def test_default_channels_that_are_none(self):
        Team = self.at("own", self.company)["crm.team"]
        for given in ("x", [self.home_team.id], -1, 2**40, 2**31 - 1):
            with self.subTest(given=given):
                self.assertIn(
                    Team.with_context(default_team_id=given)._get_default_team_id().id, (self.home_team.id, given)
                )

    def test_another_companys_memberships_are_its_own(self):
        managers = self.env["crm.team.member"].with_user(self.foreigner)
        self.foreigner.group_ids += self.env.ref("sales_team.group_sale_manager")
        membership = self.home_team.crm_team_member_ids
        shared = self.channel("Shared", company_id=False, member_ids=[Command.link(self.people["all"].id)])
        put_away = self.channel("Put away", active=False, member_ids=[Command.link(self.people["all"].id)])
        foreign = managers.with_context(allowed_company_ids=self.abroad.ids)
        self.assertFalse(foreign.search([("id", "in", (membership | put_away.crm_team_member_ids).ids)]))
        self.assertEqual(foreign.search([("crm_team_id", "=", shared.id)]), shared.crm_team_member_ids)
        for do in (
            lambda record: record.read(["user_id"]),
            lambda record: record.write({"active": False}),
            lambda record: record.unlink(),
        ):
            with self.assertRaises(AccessError):
                do(membership.with_env(foreign.env))
        with self.assertRaises(AccessError):
            foreign.create({"crm_team_id": self.home_team.id, "user_id": self.people["all"].id})
        self.assertTrue(membership.exists())
        own = self.at("manager", self.company, self.abroad)["crm.team.member"]
        self.assertIn(membership, own.search([]))
        membership.with_env(own.env).active = False
        self.assertTrue(self.at("own", self.company)["crm.team.member"].search([("crm_team_id", "=", shared.id)]))
        with self.assertRaises(AccessError):
            membership.with_user(self.people["portal"]).read(["user_id"])
