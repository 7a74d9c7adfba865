# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The probability of an opportunity, on every way into, through and out of a stage that sets it."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import Form, tagged, users

from ..models import crm_lead_scoring
from .common_stages import StageCase


@tagged("post_install", "-at_install")
class TestStageProbability(StageCase):
    # ------------------------------------------------------------
    # Into a stage that sets the probability
    # ------------------------------------------------------------

    def test_created(self):
        lead = self._lead(self.fixed, country_id=self.country.id)
        self.assertProbability(lead, 30, "stage")
        self.assertTrue(lead.automated_probability, "Scoring computes its own figure beside")
        self.assertNotEqual(lead.automated_probability, 30)

    def test_created_with_a_probability_of_its_own(self):
        self.assertProbability(self._lead(self.fixed, probability=55), 55, "manual")
        self.assertProbability(self._lead(self.fixed, probability=0), 0, "manual")

    def test_created_in_the_stage_of_the_context(self):
        lead = (
            self.env["crm.lead"]
            .with_context(default_stage_id=self.fixed.id, default_type="opportunity")
            .create({"name": "Quick"})
        )
        self.assertProbability(lead, 30, "stage")

    def test_created_in_the_first_stage(self):
        self.plain.sequence = 9
        self.assertProbability(self._lead(), 30, "stage")
        self.assertProbability(self._lead(probability=44), 44, "manual")

    def test_quick_created(self):
        lead_id, _name = (
            self.env["crm.lead"]
            .with_context(default_stage_id=self.fixed.id, default_type="opportunity")
            .name_create("Quick")
        )
        self.assertProbability(self.env["crm.lead"].browse(lead_id), 30, "stage")

    def test_created_many_in_different_stages(self):
        leads = self.env["crm.lead"].create(
            [
                {"name": "A", "type": "opportunity", "stage_id": self.fixed.id},
                {"name": "B", "type": "opportunity", "stage_id": self.firm.id},
                {"name": "C", "type": "opportunity", "stage_id": self.fixed.id, "probability": 12},
                {"name": "D", "type": "lead", "stage_id": self.fixed.id},
                {"name": "E", "type": "opportunity", "stage_id": self.won.id},
            ]
        )
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(leads.mapped("probability")[:3], [30, 60, 12])
        self.assertEqual(leads[3].probability, leads[3].automated_probability, "A lead is in no pipeline")
        self.assertEqual(leads[4].probability, 100)

    def test_created_in_a_form(self):
        with Form(self.env["crm.lead"].with_context(default_type="opportunity"), "crm.crm_lead_view_form") as form:
            form.name = "Form"
            form.stage_id = self.fixed
            self.assertEqual(form.probability, 30, "The form shows what will be")
            form.country_id = self.country
            self.assertEqual(form.probability, 30)
        self.assertProbability(form.record, 30, "stage")

    def test_created_in_a_form_with_a_probability_of_its_own(self):
        with Form(self.env["crm.lead"].with_context(default_type="opportunity"), "crm.crm_lead_view_form") as form:
            form.name = "Form"
            form.stage_id = self.fixed
            form.probability = 47
            form.country_id = self.country
        self.assertProbability(form.record, 47, "manual")

    def test_imported(self):
        result = self.env["crm.lead"].load(
            ["name", "type", "stage_id", "probability"], [["With", "Opportunity", "Fixed", "77"]]
        )
        result_without = self.env["crm.lead"].load(
            ["name", "type", "stage_id"], [["Without", "Opportunity", "Fixed"], ["Plain", "Opportunity", "Plain"]]
        )
        self.assertFalse(result["messages"] + result_without["messages"])
        self.assertProbability(self.env["crm.lead"].browse(result["ids"]), 77, "manual")
        fixed, plain = self.env["crm.lead"].browse(result_without["ids"])
        self.assertProbability(fixed, 30, "stage")
        self.assertScored(plain)

    def test_imported_over_existing(self):
        lead = self._lead(self.plain)
        self.env["ir.model.data"].create({"module": "__test__", "name": "lead", "model": "crm.lead", "res_id": lead.id})
        self.env["crm.lead"].load(["id", "stage_id"], [["__test__.lead", "Fixed"]])
        self.assertProbability(lead, 30, "stage")

    @users("setup_manager", "setup_salesperson")
    def test_blank_is_no_value(self):
        Lead = self.env["crm.lead"]
        for blank in "", False, None:
            with self.subTest(blank=blank):
                lead = Lead.create(
                    {"name": "Blank", "type": "opportunity", "stage_id": self.fixed.id, "probability": blank}
                )
                self.assertProbability(lead, 30, "stage")
                lead.write({"stage_id": self.firm.id, "probability": blank})
                self.assertProbability(lead, 60, "stage")
                lead.web_save({"probability": blank, "name": "Saved"}, {"probability": {}})
                self.assertProbability(lead, 60, "stage")
                self.assertEqual(lead.name, "Saved")
                scored = Lead.create(
                    {"name": "Blank", "type": "opportunity", "stage_id": self.plain.id, "probability": blank}
                )
                self.assertScored(scored)
        result = Lead.load(
            ["name", "type", "stage_id", "probability"],
            [
                ["A", "Opportunity", "Fixed", ""],
                ["B", "Opportunity", "Plain", ""],
                ["C", "Opportunity", "Fixed", "0"],
            ],
        )
        self.assertFalse(result["messages"])
        fixed, plain, zero = Lead.browse(result["ids"])
        self.assertProbability(fixed, 30, "stage")
        self.assertScored(plain)
        self.assertProbability(zero, 0, "manual")

    def test_blank_text_is_no_value_for_what_is_never_empty(self):
        """Over RPC, where Odoo would archive, or leave it in no stage."""
        lead = self.env["crm.lead"].create(
            {"name": "Blank", "type": "opportunity", "stage_id": self.fixed.id, "active": ""}
        )
        for blank in "", " ":
            lead.web_save({"active": blank, "stage_id": blank, "name": "Saved"}, {"active": {}})
            self.assertRecordValues(lead, [{"active": True, "stage_id": self.fixed.id, "probability": 30}])
        lead.stage_id = False
        self.assertFalse(lead.stage_id, "Said")

    def test_imported_over_existing_with_a_blank(self):
        lead = self._lead(self.fixed, probability=44)
        external_id = lead.export_data(["id"])["datas"][0][0]
        self.env["crm.lead"].load(["id", "stage_id", "probability"], [[external_id, "Fixed", ""]])
        self.assertProbability(lead, 44, "manual")
        self.env["crm.lead"].load(["id", "stage_id", "probability"], [[external_id, "Firm", ""]])
        self.assertProbability(lead, 60, "stage")

    def test_an_empty_cell_is_no_value(self):
        """Odoo takes an empty cell for False: archived, in no stage, 0%."""
        leads = self.env["crm.lead"]
        columns = ["id", "name", "type", "stage_id", "active", "probability"]
        for blank in "", None, " ":
            with self.subTest(blank=repr(blank)):
                row = ["__test__.blank", "Blank", "Opportunity", "" if blank == " " else blank, blank, blank]
                result = leads.load(columns, [row])
                self.assertFalse(result["messages"])
                lead = leads.browse(result["ids"])
                self.assertTrue(lead.active)
                self.assertTrue(lead.stage_id)
                lead.stage_id = self.fixed
                lead.probability = 44
                self.assertEqual(leads.load(columns, [row])["ids"], lead.ids)
                self.assertEqual(lead.stage_id, self.fixed)
                self.assertTrue(lead.active)
                self.assertProbability(lead, 44, "manual")
                self.assertFalse(leads.load(["id", "active"], [["__test__.blank", "False"]])["messages"])
                self.assertFalse(lead.active)
                lead.unlink()

    def test_stage_as_text(self):
        """A script sends the number of the stage as text, which Odoo takes."""
        lead = self.env["crm.lead"].create({"name": "Text", "type": "opportunity", "stage_id": str(self.fixed.id)})
        self.assertEqual(lead.stage_id, self.fixed)
        self.assertProbability(lead, 30, "stage")
        lead.write({"stage_id": str(self.firm.id)})
        self.assertEqual(lead.stage_id, self.firm)
        self.assertProbability(lead, 60, "stage")

    def test_what_is_no_stage_and_no_probability(self):
        lead = self._lead(self.fixed)
        for stage in [self.fixed.id], {"id": self.fixed.id}, "Fixed", 2**40, -1, True, 1.5:
            with self.assertRaisesRegex(UserError, "is no stage"):
                self.env["crm.lead"].create({"name": "Wrong", "stage_id": stage})
            with self.assertRaisesRegex(UserError, "is no stage"):
                lead.write({"stage_id": stage})
        for probability in "much", "40,5", "nan", float("inf"), True, [40], {}, b"40", -1, 101, "101", 10**400:
            with self.subTest(probability=repr(probability)):
                with self.assertRaisesRegex(UserError, "is no probability"):
                    lead.write({"probability": probability})
                with self.assertRaisesRegex(UserError, "is no probability"):
                    self.env["crm.lead"].create({"name": "Wrong", "probability": probability})
        for probability in "much", "40,5", True, [40], {}, b"40":
            with self.subTest(stage=repr(probability)):
                with self.assertRaisesRegex(UserError, "is no probability"):
                    self.fixed.write({"probability": probability})
                with self.assertRaisesRegex(UserError, "is no probability"):
                    self.env["crm.stage"].create({"name": "Wrong", "probability": probability})
        self.assertEqual(self.fixed.probability, 30)
        self.assertProbability(lead, 30, "stage")
        lead.write({"probability": "35"})
        self.assertProbability(lead, 35, "manual")

    def test_incoming_mail(self):
        self.plain.sequence = 9
        values = {"type": "opportunity"}
        message = {"subject": "Mail", "from": "someone@example.com", "body": "Hello", "author_id": False}
        self.assertProbability(self.env["crm.lead"].message_new(message, values), 30, "stage")

    def test_dragged(self):
        lead = self._lead(self.plain, country_id=self.country.id)
        lead.web_save({"stage_id": self.fixed.id}, {"probability": {}})
        self.assertProbability(lead, 30, "stage")
        lead.stage_id = self.firm
        self.assertProbability(lead, 60, "stage")

    def _drag(self, lead, stage):
        """As the pipeline does it: what the onchange says is saved with the stage."""
        changes = lead.onchange({"stage_id": stage.id}, ["stage_id"], {"stage_id": {}, "probability": {}})["value"]
        lead.web_save({"stage_id": stage.id, **changes}, {"stage_id": {}})

    @users("setup_manager")
    def test_dragged_in_the_pipeline(self):
        lead = self._lead(self.plain).with_env(self.env)
        self._drag(lead, self.fixed)
        self.assertProbability(lead, 30, "stage")

    @users("setup_manager")
    def test_lost_stays_lost_when_dragged(self):
        reason = self.env.ref("crm.lost_reason_1")
        lead = self._lead(self.plain).with_env(self.env)
        lead.action_set_lost(lost_reason_id=reason.id)
        self._drag(lead, self.fixed)
        self.assertProbability(lead, 0)
        self.assertRecordValues(
            lead,
            [
                {
                    "stage_id": self.fixed.id,
                    "active": False,
                    "won_status": "lost",
                    "lost_reason_id": reason.id,
                }
            ],
        )

    @users("setup_manager")
    def test_archived_stays_archived_when_dragged_to_a_stage_at_zero(self):
        """The card sends the 0% of the stage along: those are not the words of lost."""
        self.fixed.probability = 0
        reason = self.env["crm.lost.reason"].sudo().create({"name": "Reason"})
        column, by_odoo, lost = (self._lead(self.plain).with_env(self.env) for _number in range(3))
        column.write({"active": False, "is_archived": True})
        by_odoo.action_archive()
        lost.action_set_lost(lost_reason_id=reason.id)
        for lead in column, by_odoo, lost:
            self._drag(lead, self.fixed)
            self.assertProbability(lead, 0)
        self.assertEqual((column + by_odoo + lost).mapped("won_status"), ["pending", "pending", "lost"])
        (column + by_odoo).write({"country_id": self.country.id})
        self.assertEqual((column + by_odoo + lost).mapped("won_status"), ["pending", "pending", "lost"])

    @users("setup_manager")
    def test_won_is_open_again_when_dragged_to_a_stage_at_zero(self):
        self.fixed.probability = 0
        won, other = self._lead(self.won).with_env(self.env), self._lead(self.plain).with_env(self.env)
        for lead in won, other:
            self._drag(lead, self.fixed)
            self.assertProbability(lead, 0, "stage")
            self.assertFalse(lead.date_closed)

    def test_written_with_a_probability_of_its_own(self):
        lead = self._lead(self.plain)
        lead.write({"stage_id": self.fixed.id, "probability": 42})
        self.assertProbability(lead, 42, "manual")

    def test_written_many(self):
        leads = self._lead(self.plain) + self._lead(self.fixed, probability=80) + self._lead(self.firm)
        leads.write({"stage_id": self.fixed.id})
        self.env.flush_all()
        self.assertEqual(leads.mapped("probability"), [30, 80, 30], "One that is there already does not enter")
        self.assertEqual(leads.mapped("date_last_stage_update"), leads[0].mapped("date_last_stage_update") * 3)

    def test_scoring_is_computed_on_the_way_in(self):
        lead = self._lead(self.plain, country_id=self.country.id)
        before = lead.automated_probability
        lead.stage_id = self.fixed
        self.assertProbability(lead, 30)
        self.assertNotEqual(lead.automated_probability, before)

    def test_team_that_does_not_have_the_stage(self):
        other_team = self.env["crm.team"].create({"name": "Other", "company_id": False})
        self.plain.team_ids = self.plain_too.team_ids = self.team
        lead = self._lead(self.plain)
        lead.team_id = other_team
        self.env.flush_all()
        self.assertEqual(lead.stage_id, self.fixed)
        self.assertProbability(lead, 30, "stage")

    def test_team_that_does_not_have_the_stage_with_a_probability_of_its_own(self):
        other_team = self.env["crm.team"].create({"name": "Other", "company_id": False})
        self.plain.team_ids = self.plain_too.team_ids = self.team
        lead = self._lead(self.plain)
        lead.write({"team_id": other_team.id, "probability": 51})
        self.env.flush_all()
        self.assertEqual(lead.stage_id, self.fixed)
        self.assertProbability(lead, 51, "manual")

    def test_team_that_has_the_stage_changes_nothing(self):
        other_team = self.env["crm.team"].create({"name": "Other", "company_id": False})
        lead = self._lead(self.fixed, probability=51)
        lead.team_id = other_team
        self.assertProbability(lead, 51, "manual")

    def test_lead_keeps_to_scoring_until_it_is_converted(self):
        lead = self._lead(self.fixed, type="lead", country_id=self.country.id)
        self.assertScored(lead)
        lead.country_id = self.other_country
        self.assertScored(lead)
        lead.convert_opportunity(False)
        self.assertEqual(lead.type, "opportunity")
        self.assertProbability(lead, 30, "stage")

    def test_converted_by_the_wizard(self):
        lead = self._lead(self.fixed, type="lead", email_from="lead@example.com")
        wizard = self.env["crm.lead2opportunity.partner"].with_context(
            active_model="crm.lead", active_id=lead.id, active_ids=lead.ids
        )
        wizard.create({"name": "convert", "action": "create", "lead_id": lead.id}).action_apply()
        self.assertProbability(lead, 30, "stage")

    def test_converted_into_another_stage(self):
        lead = self._lead(self.fixed, type="lead")
        lead.write({"type": "opportunity", "stage_id": self.firm.id})
        self.assertProbability(lead, 60, "stage")
        lead = self._lead(self.fixed, type="lead")
        lead.write({"type": "opportunity", "probability": 5})
        self.assertProbability(lead, 5, "manual")

    def test_merged(self):
        one, other = self._lead(self.fixed, type="lead"), self._lead(self.fixed, type="lead")
        merged = (one + other).merge_opportunity()
        self.assertScored(merged)
        opportunity = self._lead(self.plain)
        lead = self._lead(self.fixed, type="lead")
        merged = (opportunity + lead).merge_opportunity()
        self.assertEqual(merged.type, "opportunity")
        self.assertProbability(merged, {self.fixed: 30, self.plain: merged.automated_probability}[merged.stage_id])
        self.assertTrue(merged.active)

    def test_merged_into_a_team_without_the_stage(self):
        other_team = self.env["crm.team"].create({"name": "Other", "company_id": False})
        self.plain.team_ids = self.plain_too.team_ids = self.team
        merged = (self._lead(self.plain) + self._lead(self.plain)).merge_opportunity(team_id=other_team.id)
        self.assertEqual(merged.stage_id, self.fixed)
        self.assertProbability(merged, 30, "stage")

    def test_copied(self):
        lead = self._lead(self.firm)
        self.plain.sequence = 9
        self.assertProbability(lead.copy(), 30, "stage")

    def test_copies_are_new(self):
        """Whatever became of the original: the copy is in the first stage, open, and as it came."""
        for name, change in {
            "won": lambda lead: lead.action_set_won(),
            "archived with its column": lambda lead: lead.write({"active": False, "is_archived": True}),
            "archived at 0": lambda lead: lead.write({"active": False, "is_archived": True, "probability": 0}),
            "archived by Odoo": lambda lead: lead.action_archive(),
            "set by hand": lambda lead: lead.write({"probability": 77}),
        }.items():
            for first, other in (self.plain, self.fixed), (self.fixed, self.plain):
                with self.subTest(name, first=first.name):
                    first.sequence, other.sequence = 1, 2
                    lead = self._lead(self.firm, country_id=self.country.id)
                    change(lead)
                    self.env.flush_all()
                    copy = lead.copy()
                    self.assertEqual(copy.stage_id, first)
                    self.assertRecordValues(
                        copy, [{"active": True, "won_status": "pending", "date_closed": False, "is_archived": False}]
                    )
                    if first == self.fixed:
                        self.assertProbability(copy, 30, "stage")
                    else:
                        self.assertScored(copy)

    # ------------------------------------------------------------
    # While it is there
    # ------------------------------------------------------------

    def test_scoring_never_moves_it(self):
        lead = self._lead(self.fixed)
        for country in self.country, self.other_country:
            lead.country_id = country
            self.assertProbability(lead, 30, "stage")
        self.assertNotEqual(lead.automated_probability, 30)

    def test_scoring_never_moves_it_even_when_both_are_equal(self):
        lead = self._lead(self.fixed, country_id=self.country.id)
        self.fixed.probability = lead.automated_probability
        lead.probability = lead.automated_probability
        self.env.flush_all()
        self.assertEqual(lead.probability, lead.automated_probability)
        was = lead.probability
        self.assertFalse(lead.is_automated_probability)
        lead.country_id = self.other_country
        self.assertProbability(lead, was, "stage")
        self.assertNotEqual(lead.automated_probability, was)

    def test_nightly_job(self):
        fixed, equal = self._lead(self.fixed, country_id=self.country.id), self._lead(self.fixed)
        equal.probability = equal.automated_probability
        was = equal.probability
        manual = self._lead(self.fixed, probability=71)
        plain, plain_manual = self._lead(self.plain, country_id=self.country.id), self._lead(self.plain, probability=33)
        lead = self._lead(self.fixed, type="lead")
        everything = fixed + equal + manual + plain + plain_manual + lead
        before = {record: record.automated_probability for record in everything}
        self.env["crm.lead.scoring.frequency"].search([("variable", "=", "stage_id")]).lost_count = 40
        self.env.flush_all()
        with patch.object(self.env.registry["crm.lead"], "_rebuild_pls_frequency_table"):
            self.env["crm.lead"]._cron_update_automated_probabilities()
        self.assertProbability(fixed, 30, "stage")
        self.assertProbability(equal, was)
        self.assertProbability(manual, 71, "manual")
        self.assertProbability(plain_manual, 33, "manual")
        self.assertScored(plain)
        self.assertScored(lead)
        for record in everything:
            self.assertNotEqual(record.automated_probability, before[record], "Scoring goes on for all of them")

    def test_dragged_while_the_nightly_job_computes(self):
        """It enters the stage after the job has computed and before it updates, and both figures happen to be equal."""
        lead, stays = self._lead(self.plain), self._lead(self.plain)
        self.fixed.probability = lead.automated_probability
        self.env["crm.lead.scoring.frequency"].search([("variable", "=", "stage_id")]).lost_count = 40
        self.env.flush_all()
        Lead = self.env.registry["crm.lead"]
        compute = Lead._pls_get_naive_bayes_probabilities

        def compute_then_drag(leads, *args, **kwargs):
            result = compute(leads, *args, **kwargs)
            if lead in leads and lead.stage_id == self.plain:
                lead.with_context(tracking_disable=True).stage_id = self.fixed
                lead.automated_probability = self.fixed.probability
            return result

        with patch.object(Lead, "_pls_get_naive_bayes_probabilities", compute_then_drag):
            self.env["crm.lead"]._update_automated_probabilities()
        self.assertEqual(lead.stage_id, self.fixed)
        self.assertProbability(lead, self.fixed.probability, "stage")
        self.assertScored(stays)

    def test_nightly_job_in_batches(self):
        leads = [self._lead(self.fixed, country_id=country.id) for country in (self.country, self.other_country)]
        self.env["crm.lead.scoring.frequency"].search([("variable", "=", "stage_id")]).lost_count = 40
        before = {lead: lead.automated_probability for lead in leads}
        self.env.flush_all()
        with patch.object(crm_lead_scoring, "UPDATE_BATCH", 1):
            self.env["crm.lead"]._update_automated_probabilities()
        for lead in leads:
            self.assertProbability(lead, 30, "stage")
            self.assertNotEqual(lead.automated_probability, before[lead])

    def test_nightly_job_where_every_stage_sets_it(self):
        self.plain.write({"on_change": True})
        lead = self._lead(self.plain)
        self.env["crm.lead"]._update_automated_probabilities()
        self.assertProbability(lead, 10, "stage")

    def test_set_by_hand_and_back(self):
        lead = self._lead(self.fixed)
        self.assertTrue(lead.can_apply_stage_probability)
        lead.probability = 52
        lead.country_id = self.country
        self.env["crm.lead"]._update_automated_probabilities()
        self.assertProbability(lead, 52, "manual")
        lead.action_apply_stage_probability()
        self.assertProbability(lead, 30, "stage")

    def test_back_to_the_stage_where_it_has_nothing_to_say(self):
        lead = self._lead(self.plain)
        self.assertFalse(lead.can_apply_stage_probability)
        with self.assertRaisesRegex(UserError, "does not change probabilities"):
            lead.action_apply_stage_probability()
        lost = self._lead(self.fixed)
        lost.action_set_lost()
        self.assertFalse(lost.probability_source)
        with self.assertRaisesRegex(UserError, "is lost"):
            lost.action_apply_stage_probability()
        self.assertProbability(lost, 0)

    def test_odoo_button_is_a_choice_by_hand(self):
        lead = self._lead(self.fixed, country_id=self.country.id)
        lead.action_set_automated_probability()
        chosen = lead.automated_probability
        self.assertProbability(lead, chosen, "manual")
        lead.country_id = self.other_country
        self.assertProbability(lead, chosen, "manual")

    def test_the_stage_changes(self):
        lead = self._lead(self.fixed)
        self.fixed.probability = 45
        self.assertProbability(lead, 30, "manual")
        self.fixed.on_change = False
        self.assertProbability(lead, 30)
        self.fixed.on_change = True
        self.assertProbability(lead, 30)

    def test_switched_on_over_scored_ones(self):
        lead = self._lead(self.plain, country_id=self.country.id)
        was = lead.probability
        self.plain.write({"on_change": True, "probability": 20})
        self.assertProbability(lead, was, "manual")
        lead.country_id = self.other_country
        self.assertProbability(lead, was, "manual")

    # ------------------------------------------------------------
    # Out of it, won, lost and back
    # ------------------------------------------------------------

    def test_out_to_a_plain_stage(self):
        lead = self._lead(self.fixed)
        lead.stage_id = self.plain
        self.assertProbability(lead, 30, "manual")
        lead.action_set_automated_probability()
        self.assertScored(lead)

    def test_between_plain_stages_as_in_odoo(self):
        scored = self._lead(self.plain, country_id=self.country.id)
        manual = self._lead(self.plain, probability=43)
        before = scored.probability
        (scored + manual).write({"stage_id": self.plain_too.id})
        self.assertScored(scored)
        self.assertNotEqual(scored.probability, before)
        self.assertProbability(manual, 43, "manual")
        self.assertTrue(scored.is_automated_probability)
        self.assertFalse(manual.is_automated_probability)

    def test_won_and_back(self):
        lead = self._lead(self.fixed, country_id=self.country.id)
        lead.action_set_won()
        self.assertEqual(lead.stage_id, self.won)
        self.assertProbability(lead, 100, "stage")
        self.assertEqual(lead.won_status, "won")
        self.assertTrue(lead.date_closed)
        lead.stage_id = self.fixed
        self.assertProbability(lead, 30, "stage")
        self.assertEqual(lead.won_status, "pending")
        self.assertFalse(lead.date_closed)
        lead.stage_id = self.won
        lead.stage_id = self.plain
        self.assertScored(lead)

    def test_back_from_won_to_a_stage_at_zero(self):
        self.fixed.probability = 0
        lead = self._lead(self.won)
        self.assertTrue(lead.date_closed)
        lead.stage_id = self.fixed
        self.assertProbability(lead, 0, "stage")
        self.assertFalse(lead.date_closed)

    def test_won_from_the_wizards_of_odoo(self):
        lead = self._lead(self.fixed, probability=12)
        lead.write({"stage_id": self.won.id, "probability": 50})
        self.assertProbability(lead, 100, "stage")

    def test_lost_and_restored(self):
        reason = self.env["crm.lost.reason"].create({"name": "Reason"})
        for restore in "action_restore", "action_unarchive":
            lead = self._lead(self.fixed, country_id=self.country.id)
            lead.action_set_lost(lost_reason_id=reason.id)
            self.assertEqual(lead.won_status, "lost")
            self.assertProbability(lead, 0)
            getattr(lead, restore)()
            self.assertProbability(lead, 30, "stage")
            self.assertEqual(lead.won_status, "pending")
            self.assertFalse(lead.lost_reason_id)

    def test_lost_and_restored_in_a_stage_at_zero(self):
        self.fixed.probability = 0
        for restore in "action_restore", "action_unarchive":
            lead = self._lead(self.fixed)
            lead.action_set_lost()
            self.assertTrue(lead.date_closed)
            getattr(lead, restore)()
            self.assertProbability(lead, 0, "stage")
            self.assertRecordValues(lead, [{"active": True, "won_status": "pending", "date_closed": False}])

    def test_lost_and_restored_in_a_plain_stage(self):
        lead = self._lead(self.plain, country_id=self.country.id)
        lead.action_set_lost()
        lead.action_restore()
        self.assertScored(lead)

    def test_archived_by_odoo_and_back(self):
        lead = self._lead(self.fixed, probability=37)
        lead.action_archive()
        lead.action_unarchive()
        self.assertProbability(lead, 37, "manual")

    def test_lost_stays_lost_when_moved(self):
        lead = self._lead(self.plain)
        lead.action_set_lost()
        lead.stage_id = self.fixed
        self.assertProbability(lead, 0)
        self.assertEqual(lead.won_status, "lost")

    def test_archived_takes_it_too(self):
        lead = self._lead(self.plain)
        lead.action_archive()
        lead.stage_id = self.fixed
        self.assertProbability(lead, 30, "stage")
        self.assertFalse(lead.active)

    # ------------------------------------------------------------
    # Who, and at what cost
    # ------------------------------------------------------------

    @users("setup_salesperson")
    def test_salesperson(self):
        lead = self.env["crm.lead"].create({"name": "Mine", "type": "opportunity", "stage_id": self.fixed.id})
        self.assertProbability(lead, 30, "stage")
        lead.stage_id = self.firm.with_env(self.env)
        self.assertProbability(lead, 60, "stage")

    def test_foreign_manager(self):
        lead = (
            self.env["crm.lead"]
            .with_user(self.foreign_manager)
            .create({"name": "Abroad", "type": "opportunity", "stage_id": self.fixed.id})
        )
        self.assertProbability(lead, 30, "stage")

    def test_portal_user_who_may_write_opportunities(self):
        lead = self._lead(self.fixed, user_id=self.portal.id)
        self.env["ir.model.access"].create(
            {
                "name": "Portal writes opportunities",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "group_id": self.env.ref("base.group_portal").id,
                "perm_read": True,
                "perm_write": True,
            }
        )
        lead = lead.with_user(self.portal).with_context(tracking_disable=True)
        lead.country_id = self.country.id
        self.assertFalse(lead.is_automated_probability)
        self.assertProbability(lead.sudo(), 30)

    def test_moves_cost_no_query_more_than_in_odoo(self):
        leads = self.env["crm.lead"].create(
            [{"name": f"{number}", "type": "opportunity", "stage_id": self.plain.id} for number in range(20)]
        )
        self.env.flush_all()

        def move(stage):
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            leads.write({"stage_id": stage.id})
            self.env.flush_all()
            return self.env.cr.sql_log_count - start

        move(self.firm)  # warm-up
        plain, fixed = move(self.plain_too), move(self.fixed)
        self.assertLessEqual(fixed, plain)

    def test_lists_cost_no_query_for_each_record(self):
        for stage in self.plain, self.fixed, self.won:
            for _number in range(5):
                self._lead(stage)
        specification = {"name": {}, "stage_id": {"fields": {"display_name": {}}}, "probability": {}}
        Lead = self.env["crm.lead"]
        Lead.web_search_read([], {**specification, "probability_source": {}, "can_apply_stage_probability": {}})
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        Lead.web_search_read([], specification)
        without = self.env.cr.sql_log_count - start
        self.env.invalidate_all()
        with self.assertQueryCount(without):
            Lead.web_search_read([], {**specification, "probability_source": {}, "can_apply_stage_probability": {}})

    def test_labels(self):
        labels = self.env["crm.stage"].with_context(lang="uk_UA").fields_get(["probability", "on_change"])
        self.assertEqual(labels["probability"]["string"], "Ймовірність (%)")
        self.assertEqual(labels["on_change"]["string"], "Змінювати ймовірність автоматично")
