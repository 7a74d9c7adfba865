# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A stage is won, or not any more, for what is in it: of every company and salesperson, by whatever door it came."""

from datetime import datetime

from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.tests import tagged, users

from .common_stages import StageCase

WON = {"active": True, "probability": 100, "won_status": "won"}


@tagged("post_install", "-at_install")
class TestWonStage(StageCase):
    def _settle(self):
        self.env.flush_all()
        self.env.invalidate_all()

    def _won_counts(self):
        """What scoring counted as won, in the stage that everything goes through."""
        self._settle()
        frequencies = self.env["crm.lead.scoring.frequency"].search(
            [("variable", "=", "stage_id"), ("value", "=", str(self.plain.id))]
        )
        return sum(frequencies.mapped("won_count"))

    def assertWon(self, leads):
        self._settle()
        self.assertRecordValues(leads, [WON] * len(leads))
        for lead in leads:
            self.assertTrue(lead.date_closed, lead.name)
            lead.probability = 100  # writable
            lead.name = "Edited"
        self._settle()

    def assertOpen(self, leads):
        self._settle()
        for lead in leads:
            self.assertEqual(lead.won_status, "pending")
            self.assertFalse(lead.date_closed)
            self.assertNotEqual(lead.probability, 100)

    def _contents(self, stage):
        """One of each kind that a manager of the main company does not see, or not in the pipeline."""
        return (
            self._lead(stage, name="Own"),
            self._lead(stage, name="Foreign", company_id=self.foreign_company.id, team_id=False, user_id=False),
            self._lead(stage, name="Lead", type="lead"),
        )

    @users("setup_manager", "setup_foreign_manager")
    def test_becomes_won_for_everyone(self):
        for stage in self.plain_too, self.fixed:
            with self.subTest(stage.name):
                leads = self.env["crm.lead"].sudo().union(*self._contents(stage))
                counts = self._won_counts()
                stage.with_env(self.env).is_won = True
                self.assertWon(leads)
                self.assertAlmostEqual(self._won_counts(), counts + 3, delta=0.5)
                counts = self._won_counts()
                stage.with_env(self.env).is_won = False
                self.assertOpen(leads)
                self.assertAlmostEqual(self._won_counts(), counts - 3, delta=0.5)
                leads.unlink()

    @users("setup_manager", "setup_foreign_manager")
    def test_not_won_any_more_in_every_way(self):
        archived, by_odoo = self._lead(self.won), self._lead(self.won)
        archived.write({"active": False, "is_archived": True})
        by_odoo.active = False
        leads = self.env["crm.lead"].sudo().union(*self._contents(self.won), archived, by_odoo)
        for vals in {}, {"on_change": True, "probability": 0}, {"on_change": True, "probability": 45}:
            with self.subTest(vals), self.env.cr.savepoint() as savepoint:
                self.won.with_env(self.env).write({"is_won": False, **vals})
                self.assertOpen(leads)
                for lead in leads:
                    if vals and lead.type == "opportunity":
                        self.assertEqual(lead.probability, vals["probability"])
                    else:
                        self.assertEqual(lead.probability, lead.automated_probability)
                mine = [("id", "in", leads.ids)]
                self.assertEqual(self.won.with_env(self.env).sudo().count_records(mine)["archived"], 2)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_not_won_any_more_where_scoring_knows_nothing(self):
        for archive in False, True:
            with self.subTest(archive=archive):
                won = self.env["crm.stage"].create({"name": "W", "is_won": True})
                lead = self._lead(won)
                if archive:
                    lead.write({"active": False, "is_archived": True})
                self.env["crm.lead.scoring.frequency"].search([]).unlink()
                won.is_won = False
                self.assertOpen(lead)
                self.assertEqual(lead.probability, 0)

    def test_written_once_more(self):
        with freeze_time("2026-03-04"):
            lead = self._lead(self.won)
            self._settle()
        self.assertEqual(lead.date_closed, datetime(2026, 3, 4))
        self.won.write({"is_won": True})
        self._settle()
        self.assertEqual(lead.date_closed, datetime(2026, 3, 4))
        self.env["crm.stage"].load(["id", "is_won"], [[self.won.export_data(["id"])["datas"][0][0], "1"]])
        self._settle()
        self.assertEqual(lead.date_closed, datetime(2026, 3, 4))

    def test_what_was_archived_comes_back(self):
        """By every way of coming back, from every way of going."""
        reason = self.env["crm.lost.reason"].create({"name": "Reason"})
        for stage in self.plain_too, self.fixed:
            leads = {}
            for way, go in {
                "column": lambda lead: lead.write({"active": False, "is_archived": True}),
                "Odoo": lambda lead: lead.action_archive(),
                "lost": lambda lead: lead.action_set_lost(lost_reason_id=reason.id),
                "column at 0": lambda lead: lead.write({"probability": 0, "active": False, "is_archived": True}),
            }.items():
                leads[way] = [self._lead(stage, name=way) for _number in range(5)]
                for lead in leads[way]:
                    go(lead)
            self._settle()
            stage.is_won = True
            self._settle()
            for way, records in leads.items():
                with self.subTest(stage.name, way=way):
                    self.assertEqual(records[0].won_status, "lost" if way == "lost" else "pending")
                    counts = self._won_counts()
                    records[0].write({"active": True})
                    records[1].action_unarchive()
                    records[2].action_restore()
                    records[3].write({"active": True, "probability": 30})
                    records[4].web_save({"active": True, "name": "Saved"}, {"name": {}})
                    self.assertWon(self.env["crm.lead"].union(*records))
                    self.assertAlmostEqual(self._won_counts(), counts + 5, delta=0.5)

    @users("setup_manager")
    def test_restored_by_the_column(self):
        stage = self.plain_too.with_env(self.env)
        archived, lost = self._lead(stage), self._lead(stage)
        foreign = self._lead(stage, company_id=self.foreign_company.id, team_id=False, user_id=False)
        lost.action_set_lost()
        stage.archive_records()
        foreign.write({"active": False, "is_archived": True})
        self._settle()
        stage.is_won = True
        stage.restore_records()
        self.assertWon(archived)
        stage.restore_records(include_lost=True)
        self.assertWon(lost)
        stage.with_user(self.foreign_manager).restore_records()
        self.assertWon(foreign.sudo())

    def test_toggled_during_a_run(self):
        leads = self.env["crm.lead"].union(*(self._lead(self.plain) for _number in range(4)))
        self.plain.archive_records()
        self.plain.restore_records(limit=1)
        self.plain.is_won = True
        self.plain.restore_records(limit=2)
        self.assertEqual(sorted(leads.mapped("won_status")), ["pending", "won", "won", "won"])
        self.plain.is_won = False
        self.plain.restore_records()
        self.assertOpen(leads)
        self.assertEqual(leads.mapped("active"), [True] * 4)

    def test_created_and_imported(self):
        values = [
            {"name": "Plain", "stage_id": self.won.id},
            {"name": "Type", "stage_id": self.won.id, "type": "opportunity"},
            {"name": "Other figure", "stage_id": self.won.id, "type": "opportunity", "probability": 30},
            {"name": "Zero", "stage_id": self.won.id, "type": "opportunity", "probability": 0},
        ]
        self.assertWon(self.env["crm.lead"].create(values))
        result = self.env["crm.lead"].load(
            ["name", "type", "stage_id", "probability"],
            [["A", "Opportunity", "Won", ""], ["B", "Opportunity", "Won", "40"], ["C", "Opportunity", "Won", "0"]],
        )
        self.assertFalse(result["messages"])
        self.assertWon(self.env["crm.lead"].browse(result["ids"]))
        archived = self.env["crm.lead"].create(
            {"name": "Archived", "stage_id": self.won.id, "type": "opportunity", "active": False}
        )
        self.assertEqual(archived.won_status, "won")

    def test_another_probability_is_refused(self):
        """Before anything is written: who catches it goes on with what is there."""
        lead = self._lead(self.won)
        for vals in {"probability": 40}, {"probability": 0}, {"active": False, "probability": 0}:
            with self.assertRaisesRegex(ValidationError, "everything is at 100%"):
                lead.write(vals)
            self.assertRecordValues(lead, [WON])
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            lead.action_set_lost()

    def test_lost_in_a_won_stage_by_whatever_is_written_besides(self):
        lead = self._lead(self.won)
        lost = {"active": False, "probability": 0}
        for more in {"user_id": False}, {"team_id": self.team.id}, {"stage_id": self.won.id}, {"type": "lead"}:
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                lead.write({**lost, **more})
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.env["crm.lead"].create({"name": "Lost", "type": "opportunity", "stage_id": self.won.id, **lost})
        self.assertWon(lead)
        lead.write({"stage_id": False, "probability": 30})
        self.assertOpen(lead)

    def test_what_was_taken_out_before_can_be_edited(self):
        """Also by a change of its customer, which nobody could save otherwise; and it is won when it comes back."""
        customer = self.env["res.partner"].create({"name": "Customer", "phone": "+380501112233"})
        for name, take_out in {
            "archived": lambda lead: lead.write({"active": False, "is_archived": True}),
            "Odoo's Archive": lambda lead: lead.action_archive(),
            "lost": lambda lead: lead.action_set_lost(),
        }.items():
            with self.subTest(name), freeze_time("2030-01-01 12:00:00") as clock:
                customer.phone = "+380501112233"
                lead = self._lead(self.plain_too, probability=20, partner_id=customer.id)
                take_out(lead)
                before = lead.won_status
                self.plain_too.is_won = True
                self._settle()
                customer.phone = "+380509998877"
                lead.write({"country_id": self.other_country.id, "tag_ids": [(0, 0, {"name": f"Tag {name}"})]})
                lead.write({"stage_id": self.plain_too.id})
                self._settle()
                self.assertRecordValues(lead, [{"active": False, "won_status": before}])
                with self.assertRaises(ValidationError), self.env.cr.savepoint():
                    lead.probability = 30
                clock.move_to("2030-02-01 12:00:00")
                lead.stage_id = self.won
                self.assertEqual(lead.date_closed, datetime(2030, 2, 1, 12))
                self.assertWon(lead)
                self.plain_too.is_won = False

    def test_stage_that_odoo_chooses(self):
        """By the team, on a new one and on one that changes teams."""
        other_team = self.env["crm.team"].create({"name": "Other", "company_id": False})
        (self.plain + self.fixed + self.firm + self.plain_too).team_ids = self.team
        self.env["crm.stage"].search([("team_ids", "=", False)]).filtered(lambda s: s != self.won).fold = True
        leads = self._lead(self.plain) + self._lead(team_id=other_team.id)
        leads.write({"team_id": other_team.id})
        self.assertEqual(leads.stage_id, self.won)
        self.assertWon(leads)

    def test_merged_and_converted(self):
        lead = self._lead(self.won, type="lead")
        lead.convert_opportunity(False)
        self.assertWon(lead)
        one, other = self._lead(self.won), self._lead(self.plain)
        merged = (one + other).merge_opportunity()
        self.assertWon(merged)

    def test_what_came_in_at_the_same_moment(self):
        """What another transaction held while the stage was being marked, or was not won any more: the nightly job finds
        it."""
        lead = self._lead(self.plain)
        for is_won in (True, False):
            self._settle()
            self.env.cr.execute("UPDATE crm_stage SET is_won = %s WHERE id = %s", [is_won, self.plain.id])
            self.env.invalidate_all()
            lead._update_automated_probabilities()
            if is_won:
                self.assertWon(lead)
        self.assertRecordValues(lead, [{"won_status": "pending", "date_closed": False}])
