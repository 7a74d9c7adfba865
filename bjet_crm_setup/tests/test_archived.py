# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Archived is a fact of its own: it holds whatever happens afterwards, until restored or marked as lost."""

from importlib.util import module_from_spec, spec_from_file_location

from odoo.tests import tagged
from odoo.tools import SQL
from odoo.tools.misc import file_path

from .common_stages import StageCase


@tagged("post_install", "-at_install")
class TestArchivedFact(StageCase):
    def _archived(self, probability=0, **values):
        lead = self._lead(self.plain, probability=probability, **values)
        lead.write({"active": False, "is_archived": True})
        self._settle()
        return lead

    def _settle(self):
        self.env.flush_all()
        self.env.invalidate_all()

    def _lost_count(self):
        self._settle()
        frequencies = self.env["crm.lead.scoring.frequency"].search(
            [("variable", "=", "stage_id"), ("value", "=", str(self.plain.id))]
        )
        return sum(frequencies.mapped("lost_count"))

    def assertArchived(self, lead):
        self._settle()
        self.assertRecordValues(lead, [{"active": False, "is_archived": True, "won_status": "pending"}])

    def test_what_anyone_edits_meanwhile(self):
        partner = self.env["res.partner"].create({"name": "Customer", "phone": "+380501112233"})
        other_team = self.env["crm.team"].create({"name": "Other", "company_id": False})
        for name, edit in {
            "the customer's telephone": lambda lead: partner.write({"phone": "+380509998877"}),
            "the customer's address": lambda lead: partner.write({"email": "other@example.com", "lang": "uk_UA"}),
            "tags": lambda lead: lead.write({"tag_ids": [(0, 0, {"name": "A tag"})]}),
            "country": lambda lead: lead.write({"country_id": self.other_country.id}),
            "salesperson": lambda lead: lead.write({"user_id": False}),
            "channel": lambda lead: lead.write({"team_id": other_team.id}),
            "language": lambda lead: lead.write({"lang_id": self.env["res.lang"].search([], limit=1).id}),
            "source": lambda lead: lead.write({"source_id": self.env["utm.source"].create({"name": "A"}).id}),
            "probability": lambda lead: lead.write({"probability": 0}),
            "active, as it is": lambda lead: lead.write({"active": False}),
            "the fact by itself": lambda lead: lead.write({"is_archived": False}),
            "nightly job": lambda lead: lead._cron_update_automated_probabilities(),
        }.items():
            with self.subTest(name):
                lead = self._archived(partner_id=partner.id, country_id=self.country.id)
                before = self._lost_count() if name != "nightly job" else None
                edit(lead)
                self.assertArchived(lead)
                if before is not None:
                    self.assertEqual(self._lost_count(), before)

    def test_ends_when_restored(self):
        for restore in (
            lambda lead: lead.write({"active": True}),
            lambda lead: lead.action_unarchive(),
            lambda lead: lead.write({"stage_id": self.won.id}),
        ):
            lead = self._archived()
            restore(lead)
            self._settle()
            self.assertRecordValues(lead, [{"active": True, "is_archived": False}])

    def test_ends_when_lost(self):
        reason = self.env["crm.lost.reason"].create({"name": "Reason"})
        for name, lose in {
            "action": lambda lead: lead.action_set_lost(lost_reason_id=reason.id),
            "wizard": lambda lead: (
                self.env["crm.lead.lost"]
                .create({"lead_ids": [(6, 0, lead.ids)], "lost_reason_id": reason.id})
                .action_lost_reason_apply()
            ),
        }.items():
            for probability in 0, 40:
                with self.subTest(name, probability=probability):
                    lead = self._archived(probability)
                    before = self._lost_count()
                    lose(lead)
                    self._settle()
                    self.assertRecordValues(
                        lead,
                        [{"active": False, "is_archived": False, "won_status": "lost", "lost_reason_id": reason.id}],
                    )
                    self.assertTrue(lead.date_closed)
                    self.assertGreater(self._lost_count(), before)
        lead = self._archived()
        lead.write({"active": False, "probability": 0})
        self._settle()
        self.assertRecordValues(lead, [{"is_archived": False, "won_status": "lost"}])

    def test_archived_once_more(self):
        """It stays as it is: not closed, not by Odoo's Archive either, nor by a file that says it is not active."""
        for name, archive in {
            "written": lambda lead: lead.write({"active": False}),
            "written with more": lambda lead: lead.write({"active": False, "priority": "2", "user_id": False}),
            "with a probability": lambda lead: lead.write({"active": False, "probability": 20}),
            "action": lambda lead: (lead + self._lead(self.plain)).action_archive(),
            "saved": lambda lead: lead.web_save({"active": False}, {"active": {}}),
            "imported": lambda lead: self.env["crm.lead"].load([".id", "active"], [[str(lead.id), "False"]]),
        }.items():
            for probability in 0, 40:
                with self.subTest(name, probability=probability):
                    lead = self._archived(probability)
                    lead.date_closed = False
                    archive(lead)
                    self.assertArchived(lead)
                    self.assertFalse(lead.date_closed)
                    lead.stage_id.restore_records()
                    self._settle()
                    self.assertRecordValues(lead, [{"active": True, "won_status": "pending", "date_closed": False}])

    def test_only_what_is_being_archived_can_be_said_to_be(self):
        """A client that writes the fact itself, with whatever besides, changes nothing of what is active or lost."""
        lead, lost = self._lead(self.plain), self._lead(self.plain)
        lost.action_set_lost()
        before = self._lost_count()
        for vals in (
            {"is_archived": True, "probability": 30},
            {"is_archived": True, "active": True},
            {"is_archived": True, "active": True, "probability": 0},
        ):
            lead.write(vals)
            self.assertFalse(lead.is_archived)
        for vals in {"is_archived": True, "probability": 0}, {"is_archived": True, "active": False}:
            lost.write(vals)
            self._settle()
            self.assertRecordValues(lost, [{"is_archived": False, "won_status": "lost"}])
        self.assertEqual(self._lost_count(), before)
        lead.write({"probability": 0})
        lead.write({"active": False})
        self._settle()
        self.assertEqual(lead.won_status, "lost")
        for context, values in ({}, {"is_archived": True}), ({"default_is_archived": True}, {}):
            leads = self.env["crm.lead"].with_context(**context)
            created = leads.create({"name": "New", "type": "opportunity", **values})
            created.write({"probability": 0})
            created.write({"active": False})
            self.assertEqual(created.won_status, "lost")

    def test_an_archived_won_one_that_leaves_its_stage(self):
        for stage, probability in ((self.plain_too, None), (self.fixed, 30)):
            lead = self._lead(self.won)
            lead.write({"active": False, "is_archived": True})
            lead.write({"stage_id": stage.id})
            self.assertArchived(lead)
            self.assertNotEqual(lead.probability, 100)
            if probability:
                self.assertEqual(lead.probability, probability)
            self.assertFalse(lead.date_closed)

    def test_odoo_archive_as_it_is(self):
        pending, zero = self._lead(self.plain, probability=30), self._lead(self.plain, probability=0)
        (pending + zero).action_archive()
        self._settle()
        self.assertRecordValues(
            pending + zero,
            [{"won_status": "pending", "is_archived": False}, {"won_status": "lost", "is_archived": False}],
        )
        pending.probability = 0
        self.assertEqual(pending.won_status, "lost")

    def test_not_an_active_one(self):
        lead = self.env["crm.lead"].create({"name": "New", "type": "opportunity", "is_archived": True})
        self.assertFalse(lead.is_archived)
        lead.write({"is_archived": True, "active": True})
        self.assertFalse(lead.is_archived)

    def test_copy(self):
        self.assertFalse(self._archived().copy().is_archived)

    def test_moves_and_merges(self):
        self.firm.probability = 0
        for name, move in {
            "to a ruling stage at 0": lambda lead: lead.write({"stage_id": self.firm.id}),
            "to a plain one": lambda lead: lead.write({"stage_id": self.plain_too.id}),
            "with its stage": lambda lead: lead.stage_id.move_records(self.firm.id),
            "through Undefined": lambda lead: lead.stage_id.move_records(),
            "converted": lambda lead: lead.write({"type": "opportunity", "stage_id": self.firm.id}),
            "merged": lambda lead: (lead + self._lead(self.plain, probability=0)).merge_opportunity(),
        }.items():
            with self.subTest(name):
                lead = self._archived(type="lead" if name == "converted" else "opportunity")
                before = self._lost_count()
                move(lead)
                self.assertArchived(lead)
                lead.write({"country_id": self.other_country.id})
                self.assertArchived(lead)
                self.assertEqual(self._lost_count(), before)

    def test_odoo_archive_that_a_stage_takes_to_zero(self):
        """What Odoo does not call lost is not made lost by a stage of ours."""
        self.firm.probability = 0
        lead, dragged = self._lead(self.plain, probability=30), self._lead(self.plain, probability=30)
        (lead + dragged).action_archive()
        before = self._lost_count()
        lead.stage_id = self.firm
        dragged.write({"stage_id": self.firm.id, "probability": 0})
        for record in lead, dragged:
            self.assertArchived(record)
            self.assertEqual(record.probability, 0)
            self.assertFalse(record.date_closed)
        self.assertEqual(self._lost_count(), before)

    def test_counts_of_scoring_made_anew(self):
        self._lead(self.plain).action_set_lost()
        self._lead(self.won)
        self._rebuild()
        before = self._lost_count()
        self._archived()
        self._rebuild()
        self.assertEqual(self._lost_count(), before)

    def _rebuild(self):
        self.env.flush_all()
        self.env["crm.lead.scoring.frequency"].search([]).unlink()
        frequencies, _existing = self.env["crm.lead"]._pls_prepare_update_frequency_table(rebuild=True)
        self.env["crm.lead"]._pls_update_frequency_table(frequencies, 1)

    def test_screens_of_odoo(self):
        """They go by the won status: filters, the ribbon, the analysis, New Quotation."""
        archived, lost = self._archived(), self._lead(self.plain)
        lost.action_set_lost()
        self._settle()
        Lead = self.env["crm.lead"].with_context(active_test=False)
        self.assertEqual(Lead.search([("won_status", "=", "lost"), ("id", "in", (archived + lost).ids)]), lost)
        arch = Lead.get_view(self.env.ref("crm.crm_lead_view_form").id, "form")["arch"]
        self.assertIn("type == 'lead' or won_status == 'lost'", arch)
        self.assertNotIn("probability == 0 and not active", arch)
        self.assertEqual(self.plain.count_records(), {"active": 0, "archived": 1, "lost": 1})

    def test_database_of_the_first_version(self):
        """What it archived, and kept from being lost by hand, has the fact after the update; the others do not."""
        zero, pending, won, closed = (
            self._lead(self.plain),
            self._lead(self.plain),
            self._lead(self.won),
            self._lead(self.plain),
        )
        lost, active = self._lead(self.plain), self._lead(self.plain, probability=0)
        lost.action_set_lost()
        (pending + won + closed).action_archive()
        self._settle()
        self.env.execute_query(
            SQL("UPDATE crm_lead SET active = FALSE, probability = 0 WHERE id = %s RETURNING id", zero.id)
        )
        self.env.execute_query(
            SQL("UPDATE crm_lead SET date_closed = NULL WHERE id IN %s RETURNING id", (pending + zero)._ids)
        )
        self.env.execute_query(SQL("UPDATE crm_lead SET is_archived = NULL RETURNING id"))
        path = file_path("bjet_crm_setup/migrations/19.0.2.0.0/post-archived.py")
        spec = spec_from_file_location("post_archived", path)
        migration = module_from_spec(spec)
        spec.loader.exec_module(migration)
        migration.migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        self.assertEqual((zero + pending + won).mapped("is_archived"), [True] * 3)
        self.assertEqual((closed + lost + active).mapped("is_archived"), [False] * 3)
        zero.country_id = self.other_country
        self.assertArchived(zero)

    def test_uninstallation(self):
        """The won status is then what Odoo computes."""
        leads = self._archived(0), self._archived(40), self._lead(self.won), self._lead(self.plain, probability=0)
        self._settle()
        self.env["crm.lead"]._forget_archived()
        self.assertEqual([lead.won_status for lead in leads], ["lost", "pending", "won", "pending"])
