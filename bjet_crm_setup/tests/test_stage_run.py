# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Archive, restore, apply, move: what they touch, what they keep, who may, and how they go on."""

import contextlib
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, ConcurrencyError, UserError
from odoo.tests import tagged, users

from ..models import crm_stage_run
from .common_stages import StageCase

KEPT = ("probability", "automated_probability", "won_status", "date_closed", "lost_reason_id", "stage_id")


class RunCase(StageCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reason = cls.env["crm.lost.reason"].create({"name": "Too <dear>"})

    def _leads(self, stage, count=3, **values):
        leads = self.env["crm.lead"].create(
            [
                {"name": f"Opportunity {number}", "type": "opportunity", "stage_id": stage.id, "team_id": self.team.id}
                | values
                for number in range(count)
            ]
        )
        self._settle()
        return leads

    def _settle(self):
        """End what a request ends: pending history is written, and nothing is in memory."""
        self.env.cr.flush()
        self.env.invalidate_all()

    def _values(self, leads, names=KEPT):
        self._settle()
        return {lead.id: {name: lead[name] for name in names} for lead in leads}

    def _frequencies(self):
        self._settle()
        return self.env["crm.lead.scoring.frequency"].search([]).read(["variable", "value", "won_count", "lost_count"])

    def _last_line(self, lead):
        return lead.message_ids.sorted("id")[-1]


@tagged("post_install", "-at_install")
class TestArchive(RunCase):
    @users("setup_manager")
    def test_archive(self):
        leads = self._leads(self.plain)
        self.assertEqual(self.plain.with_env(self.env).archive_records(), {"done": 3, "remaining": 0})
        self._settle()
        self.assertEqual(leads.mapped("active"), [False] * 3)

    def test_archived_is_not_lost(self):
        pending, zero = (
            self._leads(self.plain, 1, country_id=self.country.id),
            self._leads(self.plain, 1, probability=0),
        )
        closed = self._leads(self.plain, 1)
        closed.date_closed = "2026-01-02 03:04:05"
        leads = pending + zero + closed
        before, frequencies = self._values(leads), self._frequencies()
        self.plain.archive_records()
        self.assertEqual(self._values(leads), before)
        self.assertEqual(self._frequencies(), frequencies)
        self.assertEqual(set(leads.mapped("won_status")), {"pending"})
        self.assertEqual(self.plain.count_records(), {"active": 0, "archived": 3, "lost": 0})
        self.plain.restore_records()
        self.assertEqual(self._values(leads), before)
        self.assertEqual(self._frequencies(), frequencies)
        self.assertEqual(leads.mapped("active"), [True] * 3)

    def test_archive_won(self):
        with freeze_time("2026-03-04"):
            leads = self._leads(self.won, 2)
        before, frequencies = self._values(leads), self._frequencies()
        self.won.archive_records()
        self.assertEqual(self._values(leads), before)
        self.assertEqual(leads.mapped("won_status"), ["won", "won"])
        self.won.restore_records()
        self.assertEqual(self._values(leads), before)
        self.assertEqual(self._frequencies(), frequencies)

    def test_only_opportunities(self):
        lead = self._leads(self.plain, 1, type="lead")
        self._leads(self.plain, 1)
        self.assertEqual(self.plain.archive_records(), {"done": 1, "remaining": 0})
        self.assertTrue(lead.active)
        lead.action_archive()
        self.assertEqual(self.plain.restore_records(include_lost=True), {"done": 1, "remaining": 0})
        self.assertFalse(lead.active)

    def test_only_the_stages(self):
        elsewhere = self._leads(self.plain_too)
        self._leads(self.plain, 1)
        self._leads(self.fixed, 1)
        self.assertEqual((self.plain + self.fixed).archive_records()["done"], 2)
        self.assertEqual(elsewhere.mapped("active"), [True] * 3)
        self.assertEqual(self.env["crm.stage"].archive_records(), {"done": 0, "remaining": 0})

    def test_only_what_the_column_shows(self):
        shown, hidden = self._leads(self.plain, 2, priority="2"), self._leads(self.plain, 3)
        domain = [("priority", "=", "2")]
        self.assertEqual(self.plain.count_records(domain), {"active": 2, "archived": 0, "lost": 0})
        self.assertEqual(self.plain.count_records(), {"active": 5, "archived": 0, "lost": 0})
        self.assertEqual(self.plain.archive_records(domain), {"done": 2, "remaining": 0})
        self._settle()
        self.assertEqual(shown.mapped("active") + hidden.mapped("active"), [False] * 2 + [True] * 3)
        self.plain.archive_records()
        self.assertEqual(self.plain.restore_records(domain), {"done": 2, "remaining": 0})

    def test_line_in_the_history(self):
        manager = self.manager
        with freeze_time("2026-05-06 07:08:09"):
            leads = self._leads(self.plain)
        lines = {lead: len(lead.message_ids) for lead in leads}
        plain = self.plain.with_user(manager).with_context(lang="en_US")
        plain.archive_records()
        self._settle()
        for lead in leads:
            self.assertEqual(len(lead.message_ids), lines[lead] + 1, "One line, and no other")
            line = self._last_line(lead)
            self.assertEqual(line.body, "<p>Archived with the other records of the stage “Plain”.</p>")
            self.assertEqual(line.author_id, manager.partner_id)
            self.assertEqual(line.email_from, manager.partner_id.email_formatted)
            self.assertEqual(line.create_uid, manager)
            self.assertEqual((line.model, line.res_id), ("crm.lead", lead.id))
            self.assertEqual(line.subtype_id, self.env.ref("mail.mt_note"))
            self.assertEqual(line.message_type, "notification")
            self.assertTrue(line.is_internal)
            self.assertAlmostEqual(line.date, fields.Datetime.now(), delta=timedelta(minutes=5))
        self.assertEqual(len(set(leads.message_ids.mapped("message_id"))), len(leads.message_ids))

    def test_line_is_that_of_odoo(self):
        """Column by column what `_message_log_batch` writes, but for what is each message's own."""
        lead = self._leads(self.plain, 1)
        theirs = lead._message_log_batch({lead.id: "x"})
        self.plain.archive_records()
        self._settle()
        columns = [
            name
            for name, field in theirs._fields.items()
            if field.store and field.column_type and name not in ("id", "body", "message_id", "reply_to")
        ]
        ours = self._last_line(lead)
        self.assertNotEqual(ours, theirs)
        self.assertEqual(
            {name: ours[name] for name in columns if name not in ("date", "create_date", "write_date")},
            {name: theirs[name] for name in columns if name not in ("date", "create_date", "write_date")},
        )
        self.assertEqual(ours.reply_to, theirs.reply_to)
        self.assertRegex(ours.message_id, r"^<[\d.]+-openerp-.*@.*>$")

    def test_line_in_the_language_of_who_does_it(self):
        lead = self._leads(self.plain, 1)
        self.plain.with_context(lang="uk_UA").archive_records()
        self._settle()
        self.assertIn("Заархівовано разом з іншими записами стадії «Plain»", self._last_line(lead).body)

    def test_line_has_the_figure_as_the_language_writes_it(self):
        for figure, english, ukrainian in (
            (12.5, "12.5%", "12,5\N{NO-BREAK SPACE}%"),
            (60, "60%", "60\N{NO-BREAK SPACE}%"),
        ):
            self.fixed.probability = figure
            for lang, written in (("en_US", english), ("uk_UA", ukrainian)):
                lead = self._leads(self.fixed, 1)
                lead.probability = 5
                self.fixed.with_context(lang=lang).apply_probability()
                self._settle()
                self.assertIn(written, self._last_line(lead).body)

    def test_line_escapes_names(self):
        lead = self._leads(self.plain, 1)
        self.plain.name = "<b>&"
        self.plain.archive_records()
        self._settle()
        self.assertIn("“&lt;b&gt;&amp;”", self._last_line(lead).body)

    def test_nothing_is_sent(self):
        leads = self._leads(self.plain, partner_id=self.manager.partner_id.id)
        leads.message_subscribe(self.salesperson.partner_id.ids)
        mails, notifications = self.env["mail.mail"].search_count([]), self.env["mail.notification"].search_count([])
        self.plain.archive_records()
        self.plain.restore_records()
        self.plain.move_records(self.fixed.id)
        self._settle()
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)
        self.assertEqual(self.env["mail.notification"].search_count([]), notifications)

    def test_activities_stay(self):
        lead = self._leads(self.plain, 1)
        activity = lead.activity_schedule("mail.mail_activity_data_call")
        self.plain.archive_records()
        self._settle()
        self.assertTrue(activity.exists())
        self.plain.restore_records()
        self._settle()
        self.assertEqual(lead.activity_ids, activity)

    def test_who_wrote(self):
        lead = self._leads(self.plain, 1)
        self.plain.with_user(self.manager).archive_records()
        self._settle()
        self.assertEqual(lead.write_uid, self.manager)

    # ------------------------------------------------------------
    # Batches
    # ------------------------------------------------------------

    def test_batches(self):
        leads = self._leads(self.plain, 5)
        results = []
        while not results or results[-1]["remaining"]:
            results.append(self.plain.archive_records(limit=2))
            self._settle()
        self.assertEqual(
            results, [{"done": 2, "remaining": 3}, {"done": 2, "remaining": 1}, {"done": 1, "remaining": 0}]
        )
        self.assertEqual(self.plain.archive_records(limit=2), {"done": 0, "remaining": 0}, "The same call does nothing")
        for lead in leads:
            self.assertEqual(len(lead.message_ids.filtered(lambda line: "Archived" in (line.body or ""))), 1)

    def test_all_in_one_call(self):
        self.patch(crm_stage_run, "BATCH", 2)
        leads = self._leads(self.plain, 5)
        self.assertEqual(self.plain.archive_records(), {"done": 5, "remaining": 0})
        self.assertEqual(self.plain.restore_records(limit=3), {"done": 3, "remaining": 2})
        self.assertEqual(self.plain.move_records(self.fixed.id, limit=4), {"done": 4, "remaining": 1})
        self.assertEqual(self.fixed.apply_probability(limit=1)["done"], 0, "They got it on the way in")
        self._settle()
        self.assertEqual(leads.mapped("active").count(True), 3)

    def test_wrong_limits(self):
        self._leads(self.plain)
        for limit in 0, -1, 1.5, "2", True, [1]:
            for method in "archive_records", "restore_records", "apply_probability", "move_records":
                with self.assertRaisesRegex(UserError, "whole number above zero"):
                    getattr(self.plain, method)(limit=limit)
        self.assertEqual(self.plain.count_records()["active"], 3)

    def test_wrong_domains(self):
        self._leads(self.plain)
        wrong = (
            "x", 5, {}, [1], [("a",)], [("nothing", "=", 1)], [("name", "?", 1)], ["&"],
            [("expected_revenue", "=", "abc")], [("user_id.nothing", "=", 1)], [("user_id", "=", {})],
        )  # fmt: skip
        for domain in wrong:
            for method in "count_records", "archive_records", "restore_records":
                with self.assertRaises(UserError, msg=f"{method} {domain}"), self.env.cr.savepoint():
                    getattr(self.plain, method)(domain)
        self.assertEqual(self.plain.count_records()["active"], 3)

    def test_something_undoes_it(self):
        leads = self._leads(self.plain)
        Lead = self.env.registry["crm.lead"]
        write = Lead.write

        def stubborn(self, vals):
            return write(self, {**vals, "active": True})

        self.patch(Lead, "write", stubborn)
        with self.assertRaisesRegex(UserError, "automation rule"):
            self.plain.archive_records(limit=2)
        self.assertTrue(all(leads.mapped("active")))

    def test_query_budget(self):
        """The number of queries depends on the number of batches, not on that of opportunities."""

        def count(number, method, **kwargs):
            self.env["crm.lead"].with_context(active_test=False).search([("stage_id", "=", self.plain.id)]).unlink()
            self._leads(self.plain, number, active=method != "restore_records", probability=20)
            start = self.env.cr.sql_log_count
            self.assertEqual(getattr(self.plain, method)(**kwargs)["done"], number, method)
            self._settle()
            return self.env.cr.sql_log_count - start

        for method, kwargs in (
            ("archive_records", {}),
            ("restore_records", {}),
            ("apply_probability", {}),
            ("move_records", {"destination_id": self.firm.id}),
        ):
            self.plain.on_change = method == "apply_probability"
            count(2, method, **kwargs)  # warm-up
            few, many = count(2, method, **kwargs), count(30, method, **kwargs)
            self.assertLessEqual(many, few, method)
            self.assertLess(few, 45, method)

    def test_no_plan_depends_on_statistics(self):
        """The stage is looked through by one plain query; no other search is put into it, and all else goes by ids."""
        leads = self._leads(self.fixed, 3, probability=20)
        fixed = self.fixed.with_user(self.manager)
        for method, kwargs in (
            ("archive_records", {"domain": [("name", "ilike", "opportunity"), ("tag_ids", "=", False)]}),
            ("restore_records", {}),
            ("apply_probability", {}),
            ("move_records", {}),
        ):
            queries, execute = [], type(self.env.cr).execute

            def note(cr, query, *args, queries=queries, execute=execute, **kwargs):
                queries.append(str(query.code if hasattr(query, "code") else query))
                return execute(cr, query, *args, **kwargs)

            with patch.object(type(self.env.cr), "execute", note):
                self.assertEqual(getattr(fixed, method)(limit=2, **kwargs), {"done": 2, "remaining": 1}, method)
                getattr(fixed, method)(limit=2, **kwargs)
                self._settle()
            text = "\n".join(queries)
            self.assertNotRegex(text, r'"crm_lead"\."id" IN \(SELECT "crm_lead"', method)
            self.assertEqual(text.count("array_agg"), 2, f"{method}: once for each batch")
        self.assertTrue(leads.stage_id.is_undefined)

    def test_more_than_the_orm_sends_at_once(self):
        """One statement for many records gives each its own values."""
        leads = self._leads(self.fixed, 130)
        for number, lead in enumerate(leads):
            lead.expected_revenue = number
            if number % 3:
                lead.date_closed = f"2026-01-{1 + number % 28:02} 03:04:05"
        self._settle()
        before = self._values(leads)
        self.assertEqual(self.fixed.archive_records()["done"], 130)
        self.assertEqual(self._values(leads), before)
        self.assertEqual(set(leads.mapped("is_archived")), {True})
        self.fixed.restore_records()
        self.assertEqual(self._values(leads), before)
        self.assertEqual(set(leads.mapped("active")), {True})
        self.fixed.probability = 33.33
        self.fixed.apply_probability()
        self._settle()
        for number, lead in enumerate(leads):
            self.assertEqual((lead.probability, lead.prorated_revenue), (33.33, round(number * 33.33 / 100, 2)))
            self.assertIn("33.33%", self._last_line(lead).body)
        self.assertEqual(set(leads.mapped("write_uid")), {self.env.user})

    # ------------------------------------------------------------
    # Who
    # ------------------------------------------------------------

    def _everyones(self):
        """One opportunity each: the salesperson's own, nobody's, the manager's, the foreign company's."""
        own = self._leads(self.plain, 1, user_id=self.salesperson.id)
        nobodys = self._leads(self.plain, 1, user_id=False)
        others = self._leads(self.plain, 1, user_id=self.manager.id)
        foreign_team = self.env["crm.team"].create({"name": "Foreign", "company_id": self.foreign_company.id})
        foreign = self._leads(
            self.plain,
            1,
            user_id=self.foreign_manager.id,
            team_id=foreign_team.id,
            company_id=self.foreign_company.id,
        )
        self.assertEqual(foreign.company_id, self.foreign_company)
        return own, nobodys, others, foreign

    def _as(self, user):
        return self.plain.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)

    def test_rights(self):
        own, nobodys, others, foreign = self._everyones()
        everyones = own + nobodys + others + foreign
        (own + nobodys + others).company_id = self.company
        for user, expected in (
            (self.salesperson, own + nobodys),
            (self.salesperson_all, own + nobodys + others),
            (self.manager, own + nobodys + others),
            (self.foreign_manager, foreign),
        ):
            plain = self._as(user)
            count = len(expected)
            self.assertEqual(plain.count_records(), {"active": count, "archived": 0, "lost": 0}, user.name)
            self.assertEqual(plain.archive_records(), {"done": count, "remaining": 0})
            self._settle()
            self.assertEqual(everyones.filtered(lambda lead: not lead.active), expected, user.name)
            self.assertEqual(plain.count_records(), {"active": 0, "archived": count, "lost": 0})
            self.assertEqual(plain.restore_records(), {"done": count, "remaining": 0})
            self._settle()
            self.assertTrue(all(everyones.mapped("active")))

    def test_rights_to_write_are_not_those_to_read(self):
        own, _nobodys, others, _foreign = self._everyones()
        self.env["ir.rule"].create(
            {
                "name": "Only the own ones are written",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "domain_force": "[('user_id', '=', user.id)]",
                "perm_read": False,
            }
        )
        self.assertEqual(self._as(self.salesperson_all).archive_records(), {"done": 0, "remaining": 0})
        self.assertEqual(self._as(self.salesperson).archive_records(), {"done": 1, "remaining": 0})
        self._settle()
        self.assertFalse(own.active)
        self.assertTrue(others.active)

    def test_portal(self):
        self._leads(self.plain)
        plain = self._as(self.portal)
        for method in (
            "count_records", "archive_records", "restore_records", "apply_probability", "move_records", "delete_options",
        ):  # fmt: skip
            with self.assertRaises(AccessError):
                getattr(plain, method)()
        self.assertEqual(self.plain.count_records()["active"], 3)


@tagged("post_install", "-at_install")
class TestRestore(RunCase):
    def test_lost_only_when_asked_for(self):
        archived, lost = self._leads(self.plain, 2), self._leads(self.plain, 2, country_id=self.country.id)
        active = self._leads(self.plain, 1)
        lost.action_set_lost(lost_reason_id=self.reason.id)
        self._settle()
        self.plain.archive_records([("id", "in", archived.ids)])
        self.assertEqual(self.plain.count_records(), {"active": 1, "archived": 2, "lost": 2})
        frequencies = self._frequencies()
        self.assertEqual(self.plain.restore_records(), {"done": 2, "remaining": 0})
        self._settle()
        self.assertTrue(all(archived.mapped("active")))
        self.assertFalse(any(lost.mapped("active")))
        self.assertEqual(lost.lost_reason_id, self.reason)
        self.assertEqual(self._frequencies(), frequencies)
        self.assertEqual(self.plain.restore_records(include_lost=True), {"done": 2, "remaining": 0})
        for lead in lost:
            self.assertScored(lead)
        self.assertEqual(lost.mapped("won_status"), ["pending"] * 2)
        self.assertFalse(lost.lost_reason_id)
        self.assertFalse(any(lost.mapped("date_closed")))
        self.assertNotEqual(self._frequencies(), frequencies, "They do not count as lost any more")
        self.assertEqual(active.mapped("active"), [True])

    def test_lost_as_odoo_restores_them(self):
        lead = self._leads(self.plain, 1, country_id=self.country.id, expected_revenue=500)
        lead.action_set_lost(lost_reason_id=self.reason.id)
        self._settle()
        names = [*KEPT, "active", "prorated_revenue", "day_close"]
        savepoint = self.env.cr.savepoint()
        lead.action_restore()
        theirs, frequencies = self._values(lead, names), self._frequencies()
        savepoint.rollback()
        self.plain.restore_records(include_lost=True)
        self.assertEqual(self._values(lead, names), theirs)
        self.assertEqual([line | {"id": 0} for line in self._frequencies()], [line | {"id": 0} for line in frequencies])

    def test_lost_in_a_stage_that_sets_the_probability(self):
        lost = self._leads(self.fixed, 2, country_id=self.country.id)
        lost.action_set_lost(lost_reason_id=self.reason.id)
        self._settle()
        self.fixed.restore_records(include_lost=True)
        for lead in lost:
            self.assertProbability(lead, 30, "stage")
            self.assertEqual(lead.prorated_revenue, 0)

    def test_history_keeps_the_reason(self):
        lost, without = self._leads(self.plain, 1), self._leads(self.plain, 1)
        lost.action_set_lost(lost_reason_id=self.reason.id)
        without.action_set_lost()
        self._settle()
        self.plain.restore_records(include_lost=True)
        self._settle()
        self.assertIn("it had been lost: Too &lt;dear&gt;.", self._last_line(lost).body)
        self.assertIn("it had been lost.", self._last_line(without).body)

    def test_archived_by_odoo(self):
        lead = self._leads(self.plain, 1)
        before = self._values(lead)
        lead.action_archive()
        self._settle()
        self.assertTrue(lead.date_closed)
        self.assertEqual(self.plain.count_records(), {"active": 0, "archived": 1, "lost": 0})
        self.plain.restore_records()
        self.assertEqual(self._values(lead), before, "Open, without a closed date")
        self.assertTrue(lead.active)

    def test_archived_at_zero(self):
        lead = self._leads(self.plain, 1, probability=0)
        self.plain.archive_records()
        lead.country_id = self.country
        self._settle()
        self.assertEqual(self.plain.count_records(), {"active": 0, "archived": 1, "lost": 0})
        self.assertEqual(self.plain.restore_records(), {"done": 1, "remaining": 0})
        self._settle()
        self.assertRecordValues(lead, [{"active": True, "is_archived": False, "won_status": "pending"}])

    def test_stage_that_becomes_won(self):
        """Each batch looks at the stage as it is."""
        for stage in self.plain, self.fixed:
            archived, lost = self._leads(stage, 2), self._leads(stage, 2)
            lost.action_set_lost(lost_reason_id=self.reason.id)
            stage.archive_records()
            self.assertEqual(stage.restore_records(limit=1), {"done": 1, "remaining": 1})
            stage.is_won = True
            self._settle()
            for user, kwargs in (self.salesperson_all, {}), (self.manager, {"include_lost": True}):
                stage.with_user(user).restore_records(**kwargs)
                self._settle()
                for lead in archived + (lost if kwargs else self.env["crm.lead"]):
                    self.assertTrue(lead.date_closed)
                    self.assertRecordValues(
                        lead, [{"active": True, "probability": 100, "won_status": "won", "lost_reason_id": False}]
                    )
            stage.archive_records()
            stage.is_won = False
            stage.restore_records()
            self._settle()
            for lead in archived + lost:
                self.assertFalse(lead.date_closed)
                self.assertLess(lead.probability, 100)
                self.assertEqual((lead.active, lead.won_status), (True, "pending"))


@tagged("post_install", "-at_install")
class TestApply(RunCase):
    def test_apply(self):
        leads = self._leads(self.fixed, 2, expected_revenue=200)
        archived, lost, lead = (self._leads(self.fixed, 1) for _ in range(3))
        lead.type = "lead"
        won = self._leads(self.won, 1)
        archived.action_archive()
        lost.action_set_lost()
        untouched = archived + lost + lead + won
        before = self._values(untouched)
        self.fixed.probability = 45
        self.assertEqual(self.fixed.apply_count, 2)
        self.assertEqual((self.fixed + self.won).apply_probability(limit=1), {"done": 1, "remaining": 1})
        self.assertEqual((self.fixed + self.won).apply_probability(), {"done": 1, "remaining": 0})
        self.assertEqual(self._values(untouched), before)
        for one in leads:
            self.assertProbability(one, 45, "stage")
            self.assertEqual(one.prorated_revenue, 90)
            self.assertIn("Probability set to 45%", self._last_line(one).body)
        self.assertEqual(self.fixed.apply_count, 0)

    def test_apply_where_the_switch_is_off(self):
        for probability in 0, 40, 100:
            self.plain.probability = probability
            leads = self._leads(self.plain)
            before = self._values(leads)
            for stages in self.plain, self.fixed + self.plain:
                with self.assertRaisesRegex(UserError, "switch on"):
                    stages.with_context(lang="en_US").apply_probability()
            self.assertEqual(self.plain.apply_count, 0)
            self.assertEqual(self._values(leads), before)

    def test_who(self):
        lead = self._leads(self.fixed, 1, company_id=self.company.id, user_id=self.manager.id)
        self.fixed.probability = 45
        for user in self.salesperson, self.salesperson_all:
            self.assertEqual(self.fixed.with_user(user).apply_count, 0)
            with self.assertRaisesRegex(AccessError, "sales managers"):
                self.fixed.with_user(user).apply_probability()
        foreign = self.fixed.with_user(self.foreign_manager)
        self.assertEqual(foreign.apply_count, 0)
        self.assertEqual(foreign.apply_probability(), {"done": 0, "remaining": 0})
        self.assertProbability(lead, 30)
        manager = self.fixed.with_user(self.manager)
        self.assertEqual(manager.apply_count, 1)
        self.assertEqual(manager.apply_probability(), {"done": 1, "remaining": 0})


@tagged("post_install", "-at_install")
class TestMove(RunCase):
    def _mixed(self, stage):
        """Everything that a stage may hold: open by scoring and by hand, archived, lost, a lead, foreign."""
        pending = self._leads(stage, 1, country_id=self.country.id)
        manual = self._leads(stage, 1, probability=37)
        archived, lost = self._leads(stage, 1, probability=38), self._leads(stage, 1)
        lead = self._leads(stage, 1, type="lead")
        foreign_team = self.env["crm.team"].create({"name": "Foreign", "company_id": self.foreign_company.id})
        foreign = self._leads(
            stage, 1, user_id=self.foreign_manager.id, team_id=foreign_team.id, company_id=self.foreign_company.id
        )
        lost.action_set_lost(lost_reason_id=self.reason.id)
        archived.action_archive()
        self._settle()
        return pending, manual, archived, lost, lead, foreign

    def test_to_undefined(self):
        everything = self.env["crm.lead"].union(*self._mixed(self.plain))
        names = [name for name in KEPT if name != "stage_id"] + ["active", "prorated_revenue", "type"]
        before, frequencies = self._values(everything, names), self._frequencies()
        plain = self.plain.with_user(self.manager)
        self.assertEqual(plain.move_records(limit=4), {"done": 4, "remaining": 2})
        self.assertEqual(plain.move_records(limit=4), {"done": 2, "remaining": 0})
        self.assertEqual(self._values(everything, names), before)
        undefined = self.env.ref("bjet_crm_setup.stage_undefined")
        # those that Undefined took over; a country may have the same number
        taken_over = ("stage_id", str(undefined.id))
        self.assertEqual(
            [row for row in self._frequencies() if (row["variable"], row["value"]) != taken_over], frequencies
        )
        self.assertEqual(everything.stage_id, undefined)

    def test_unlink_does_the_same(self):
        everything = self.env["crm.lead"].union(*self._mixed(self.fixed))
        names = [name for name in KEPT if name != "stage_id"] + ["active", "prorated_revenue", "type"]
        before = self._values(everything, names)
        self.fixed.with_user(self.manager).unlink()
        self.assertEqual(self._values(everything, names), before)
        self.assertTrue(everything.stage_id.is_undefined)
        for lead in everything:
            self.assertEqual(self._last_line(lead).author_id, self.manager.partner_id)

    def test_delete_with_a_destination(self):
        """What the dialog ends with: a record that came too late for its batches goes where the rest went."""
        everything = self.env["crm.lead"].union(*self._mixed(self.plain))
        for destination in self.plain.id, 2**30, "nowhere":
            with self.assertRaisesRegex(UserError, "pick another one"):
                self.plain.action_delete(destination)
        self.plain.action_delete(self.plain_too.id)
        self._settle()
        self.assertEqual(everything.stage_id, self.plain_too)
        self.assertFalse(self.env.ref("bjet_crm_setup.stage_undefined", raise_if_not_found=False))

    def test_to_a_plain_stage(self):
        pending, manual, archived, lost, lead, foreign = self._mixed(self.plain)
        kept = lost + archived
        names = [name for name in KEPT if name not in ("stage_id", "automated_probability")] + ["active"]
        before = self._values(kept, names)
        self.plain.move_records(self.plain_too.id)
        self.assertEqual(self._values(kept, names), before)
        for one in pending, lead, foreign:
            self.assertScored(one)
        self.assertProbability(manual, 37, "manual")
        self.assertEqual((pending + kept + lead + foreign).stage_id, self.plain_too)

    def test_to_a_stage_that_sets_the_probability(self):
        pending, manual, archived, lost, lead, foreign = self._mixed(self.plain)
        self.plain.move_records(self.fixed.id)
        for one in pending, manual, foreign, archived:
            self.assertProbability(one, 30, "stage")
        self.assertFalse(archived.active)
        self.assertScored(lead)
        self.assertProbability(lost, 0)
        self.assertEqual((lost.won_status, lost.lost_reason_id), ("lost", self.reason))

    def test_to_a_won_stage(self):
        pending, _manual, archived, lost, _lead, _foreign = self._mixed(self.plain)
        with self.assertRaisesRegex(UserError, "holds lost opportunities"):
            self.plain.move_records(self.won.id)
        lost.unlink()
        self.plain.move_records(self.won.id)
        self._settle()
        self.assertEqual((pending.probability, pending.won_status), (100, "won"))
        self.assertTrue(pending.date_closed)
        self.assertEqual((archived.probability, archived.won_status, archived.active), (100, "won", False))

    def test_from_won_to_won(self):
        with freeze_time("2026-03-04"):
            leads = self._leads(self.won, 2)
        leads[1].action_archive()
        self._settle()
        leads[1].date_closed = "2026-02-03"
        before = self._values(leads, ["probability", "won_status", "date_closed", "active"])
        other = self.env["crm.stage"].create({"name": "Won too", "is_won": True})
        for destination in None, self.plain.id:
            with self.assertRaisesRegex(UserError, "only a won stage"):
                self.won.move_records(destination)
        self.won.move_records(other.id)
        self.assertEqual(self._values(leads, ["probability", "won_status", "date_closed", "active"]), before)
        self.assertEqual(leads.stage_id, other)
        self.won.unlink()
        self.assertFalse(self.won.exists())

    def _team_stages(self):
        """A stage of the team's own, and of another team; and one of each name that they share with it."""
        other = self.env["crm.team"].create({"name": "Other", "company_id": False})
        stages = self.env["crm.stage"].create(
            [
                {"name": "Own", "team_ids": self.team.ids},
                {"name": "Others'", "team_ids": other.ids},
                {"name": "Namesake", "team_ids": self.team.ids},
                {"name": "Namesake", "team_ids": (self.team + other).ids},
                {"name": "Namesake"},
            ]
        )
        return other, stages

    def _offered(self, stage):
        return {one["id"]: one["name"] for one in stage.with_context(lang="en_US").delete_options()["destinations"]}

    def test_namesakes_that_no_team_tells_apart_are_numbered(self):
        namesakes = self.env["crm.stage"].create([{"name": "Namesake", "sequence": 50 + n} for n in range(3)])
        self._lead(self.plain)
        options = {option["id"]: option["name"] for option in self.plain.delete_options()["destinations"]}
        self.assertEqual(
            [options[stage.id] for stage in namesakes],
            [
                "Namesake (all sales channels)",
                "Namesake (all sales channels) – 2",
                "Namesake (all sales channels) – 3",
            ],
        )

    def test_a_team_keeps_to_its_stages(self):
        other, stages = self._team_stages()
        own, others, namesake, of_both, of_all = stages
        lead = self._leads(self.plain, 1)
        offered = self._offered(self.plain)
        self.assertLess({own.id, namesake.id, of_both.id, of_all.id, self.fixed.id}, offered.keys())
        self.assertNotIn(others.id, offered)
        self.assertEqual(
            [offered[stage.id] for stage in (own, namesake, of_both, of_all)],
            [
                "Own",
                f"Namesake ({self.team.name})",
                f"Namesake (Other, {self.team.name})",
                "Namesake (all sales channels)",
            ],
        )
        for move in self.plain.move_records, self.plain.action_delete:
            with self.assertRaisesRegex(UserError, "that all of them have"):
                move(others.id)
        # what is in no channel goes anywhere; of two channels, where both can follow
        self._leads(self.plain, 1, team_id=False, type="lead", user_id=False)
        self.assertEqual(self._offered(self.plain), offered)
        self._leads(self.plain, 1, team_id=other.id, active=False, probability=20)
        self.assertEqual(offered.keys() - self._offered(self.plain), {own.id, namesake.id})
        with self.assertRaisesRegex(UserError, "that all of them have"):
            self.plain.move_records(own.id)
        self.assertEqual(lead.stage_id, self.plain)
        self.plain.action_delete(of_both.id)
        self._settle()
        self.assertEqual(lead.stage_id, of_both)

    def test_what_is_offered_is_taken(self):
        _other, stages = self._team_stages()
        self._leads(self.plain, 1)
        for destination in self._offered(self.plain):
            with self.subTest(destination=destination), contextlib.closing(self.env.cr.savepoint()):
                self.assertEqual(self.plain.move_records(destination), {"done": 1, "remaining": 0})
        for stage in stages - self.env["crm.stage"].browse(self._offered(self.plain)):
            with self.assertRaises(UserError):
                self.plain.move_records(stage.id)

    def test_contexts_from_outside_are_harmless(self):
        for key in "stage_destination_id", "bjet_crm_setup_destination_id":
            lead, stage = self._leads(self.plain, 1), self.env["crm.stage"].create({"name": "To delete"})
            lead.stage_id = stage
            stage.with_context(**{key: self.won.id}).unlink()
            self._settle()
            self.assertTrue(lead.stage_id.is_undefined)

    def test_undefined_is_what_it_is_whatever_the_defaults(self):
        """Those of the company, and those that a caller sends."""
        defaults = {"is_won": True, "on_change": True, "probability": 100, "fold": True, "team_ids": self.team.ids}
        lead = self._leads(self.plain, 1, probability=37)
        for name in ("is_won", "on_change", "probability", "fold"):
            self.env["ir.default"].set("crm.stage", name, defaults[name])
        self.plain.with_context(**{f"default_{name}": value for name, value in defaults.items()}).unlink()
        self._settle()
        undefined = self.env.ref("bjet_crm_setup.stage_undefined")
        self.assertEqual(lead.stage_id, undefined)
        self.assertEqual((lead.probability, lead.won_status), (37, "pending"))
        self.assertEqual([undefined[name] for name in defaults], [False, False, 10, False, self.env["crm.team"]])

    def test_a_rule_that_hides_undefined(self):
        """It takes the records all the same, as they are; it is offered, too."""
        undefined = self.env["crm.stage"]._ensure_undefined()
        self.env["ir.rule"].create(
            {
                "name": "No Undefined",
                "model_id": self.env["ir.model"]._get_id("crm.stage"),
                "domain_force": f"[('id', '!=', {undefined.id})]",
            }
        )
        lead = self._leads(self.plain, 1)
        plain = self.plain.with_user(self.manager)
        self.assertIn({"id": undefined.id, "name": "Undefined"}, plain.delete_options()["destinations"])
        plain.unlink()
        self.assertEqual(lead.stage_id, undefined)

    def test_undefined_beside_a_stage_at_the_very_first_place(self):
        self.plain.sequence = -(2**31)
        self.assertTrue(self.env["crm.stage"]._ensure_undefined().exists())

    def test_someone_enters_while_it_is_deleted(self):
        """What this transaction cannot see keeps the stage: the server tries again, and there is no error to log."""
        self._leads(self.plain, 1)
        with self.assertRaises(ConcurrencyError), self.assertNoLogs("odoo.sql_db", "ERROR"):
            self.plain._check_left_by_all()
        self.assertTrue(self.plain.exists())
        self.plain.move_records()
        self.plain._check_left_by_all()
        self.assertTrue(self.plain.exists(), "Only tried")

    def test_history_and_time_in_each_stage(self):
        with freeze_time("2026-05-01 00:00:00"):
            lead = self._leads(self.plain, 1)
            self.env.cr.execute("UPDATE crm_lead SET create_date = '2026-05-01' WHERE id = %s", [lead.id])
            lead.invalidate_recordset()
        self.plain.with_context(lang="en_US").move_records(self.fixed.id)
        self._settle()
        line = self._last_line(lead)
        self.assertEqual(line.body, "<p>Moved with the other records of the stage “Plain”.</p>")
        self.assertRecordValues(
            line.sudo().tracking_value_ids,
            [
                {
                    "field_id": self.env["ir.model.fields"]._get("crm.lead", "stage_id").id,
                    "old_value_integer": self.plain.id,
                    "old_value_char": "Plain",
                    "new_value_integer": self.fixed.id,
                    "new_value_char": "Fixed",
                }
            ],
        )
        self.assertEqual(lead.date_last_stage_update, self.env.cr.now())
        durations = lead.duration_tracking
        spent = (self.env.cr.now() - fields.Datetime.to_datetime("2026-05-01")).total_seconds()
        self.assertAlmostEqual(durations[str(self.plain.id)], spent, delta=5)
        self.assertAlmostEqual(durations[str(self.fixed.id)], 0, delta=5)

    def test_wrong_destinations(self):
        lead = self._leads(self.plain, 1)
        for destination in 0, -1, 10**9, "x", True, [1], 1.5:
            with self.assertRaisesRegex(UserError, "not there any more"):
                self.plain.move_records(destination)
        with self.assertRaisesRegex(UserError, "to itself"):
            self.plain.move_records(self.plain.id)
        self.assertEqual(lead.stage_id, self.plain)

    def test_nothing_to_move(self):
        self.assertEqual(self.plain.move_records(), {"done": 0, "remaining": 0})
        self.assertFalse(self.env.ref("bjet_crm_setup.stage_undefined", raise_if_not_found=False))

    def test_managers_only(self):
        lead = self._leads(self.plain, 1, user_id=self.salesperson.id)
        for user in self.salesperson, self.salesperson_all:
            for method in "move_records", "delete_options":
                with self.assertRaisesRegex(AccessError, "sales managers"):
                    getattr(self.plain.with_user(user), method)()
        self.assertEqual(lead.stage_id, self.plain)

    def test_manager_of_another_company(self):
        """The stage is everyone's, and so is what deleting it does."""
        everything = self.env["crm.lead"].union(*self._mixed(self.plain))
        plain = self.plain.with_user(self.foreign_manager).with_context(allowed_company_ids=self.foreign_company.ids)
        self.assertEqual(plain.delete_options()["count"], 6)
        self.assertEqual(plain.move_records(), {"done": 6, "remaining": 0})
        self._settle()
        self.assertTrue(everything.stage_id.is_undefined)

    def test_delete_options(self):
        self.assertEqual(self.plain.delete_options(), {"count": 0, "won": 0, "destinations": [], "refusal": False})
        self._mixed(self.plain)
        options = self.plain.with_context(lang="uk_UA").delete_options()
        self.assertEqual((options["count"], options["won"], options["refusal"]), (6, 0, False))
        self.assertEqual(options["destinations"][0], {"id": False, "name": "Невизначено"})
        self.assertEqual(
            [one["id"] for one in options["destinations"][1:]], (self.fixed + self.firm + self.plain_too).ids
        )
        self._leads(self.won)
        options = self.won.with_context(lang="en_US").delete_options()
        self.assertEqual((options["count"], options["won"], options["destinations"]), (3, 3, []))
        self.assertIn("there is no other won stage", options["refusal"])
        lost = self._leads(self.firm, 1)
        lost.action_set_lost()
        self._leads(self.firm, 1)
        self.firm.is_won = True
        options = self.firm.with_context(lang="en_US").delete_options()
        self.assertEqual((options["won"], options["destinations"]), (1, []))
        self.assertIn("won and lost opportunities", options["refusal"])
        for destination in None, self.plain.id, self.won.id:
            with self.assertRaisesRegex(UserError, "won and lost opportunities"):
                self.firm.with_context(lang="en_US").move_records(destination)
        self.plain.unlink()
        undefined = self.env.ref("bjet_crm_setup.stage_undefined")
        self.assertIn("keeps the records of deleted stages", undefined.delete_options()["refusal"])
        self.assertEqual(self._leads(self.fixed, 1).stage_id.delete_options()["destinations"][0]["id"], undefined.id)
