# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Archived is a fact of its own: it holds whatever happens afterwards, until restored or marked as lost."""

from odoo.tests import tagged

from .test_stage_probability import StageCase


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
        frequencies = self.env["crm.lead.scoring.frequency"].search([("variable", "=", "stage_id")])
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
