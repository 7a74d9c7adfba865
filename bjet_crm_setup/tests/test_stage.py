# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The stage itself: its values, won and not, Fold, and Undefined."""

from lxml import etree

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged, users
from odoo.tools import SQL, mute_logger
from odoo.tools.safe_eval import safe_eval

from .common_stages import StageCase

UNDEFINED = "bjet_crm_setup.stage_undefined"


@tagged("post_install", "-at_install")
class TestStage(StageCase):
    # ------------------------------------------------------------
    # Values
    # ------------------------------------------------------------

    def test_defaults(self):
        stage = self.env["crm.stage"].create({"name": "New one"})
        self.assertRecordValues(stage, [{"probability": 10, "on_change": False}])
        copied = self.fixed.copy()
        self.assertRecordValues(copied, [{"probability": 30, "on_change": True}])

    def test_copies(self):
        copies = (self.fixed + self.won).copy()
        self.assertRecordValues(
            copies,
            [
                {"name": "Fixed (copy)", "probability": 30, "on_change": True, "is_won": False},
                {"name": "Won (copy)", "probability": 100, "on_change": True, "is_won": True},
            ],
        )
        self.fixed.with_context(lang="uk_UA").name = "Стала"
        copied = self.fixed.with_context(lang="uk_UA").copy()
        self.assertEqual(copied.name, "Стала (копія)")
        self.assertEqual(self.fixed.copy({"name": "Mine"}).name, "Mine")

    def test_blank_probability_is_no_value(self):
        for blank in "", False, None:
            stage = self.env["crm.stage"].create({"name": "Blank", "probability": blank})
            self.assertEqual(stage.probability, 10)
            self.fixed.write({"probability": blank, "fold": True})
            self.assertRecordValues(self.fixed, [{"probability": 30, "fold": True}])
            self.fixed.web_save({"probability": blank}, {})
            self.assertEqual(self.fixed.probability, 30)
        self.assertEqual(self.env["crm.stage"].create({"name": "Zero", "probability": 0}).probability, 0)
        external_id = self.fixed.export_data(["id"])["datas"][0][0]
        result = self.env["crm.stage"].load(
            ["id", "name", "probability"], [[external_id, "Fixed", ""], ["__test__.new", "New", ""]]
        )
        self.assertFalse(result["messages"])
        self.assertEqual(self.env["crm.stage"].browse(result["ids"]).mapped("probability"), [30, 10])

    def test_range(self):
        for probability in -1, 100.01, float("nan"):
            with self.assertRaisesRegex(ValidationError, "between 0 and 100"), self.env.cr.savepoint():
                self.plain.probability = probability
            with self.assertRaisesRegex(ValidationError, "between 0 and 100"), self.env.cr.savepoint():
                self.env["crm.stage"].create({"name": "Wrong", "probability": probability})

    def test_full_probability_is_for_won_stages(self):
        self.plain.probability = 100
        with self.assertRaisesRegex(ValidationError, "mark it as a won"), self.env.cr.savepoint():
            self.plain.on_change = True
        with self.assertRaisesRegex(ValidationError, "mark it as a won"), self.env.cr.savepoint():
            self.fixed.probability = 100
        with self.assertRaisesRegex(ValidationError, "mark it as a won"), self.env.cr.savepoint():
            self.env["crm.stage"].create({"name": "Wrong", "probability": 100, "on_change": True})

    def test_won_is_always_full(self):
        always = {"probability": 100, "on_change": True}
        self.assertRecordValues(self.won, [always])
        self.won.write({"probability": 20, "on_change": False})
        self.assertRecordValues(self.won, [always])
        created = self.env["crm.stage"].create({"name": "W", "is_won": True, "probability": 5, "on_change": False})
        by_default = self.env["crm.stage"].with_context(default_is_won=True).create({"name": "W"})
        self.plain.write({"is_won": True, "probability": 5})
        self.assertRecordValues(created + by_default + self.plain, [always] * 3)
        (self.won + self.plain_too).write({"probability": 25})
        self.assertRecordValues(self.won + self.plain_too, [always, {"probability": 25, "on_change": False}])

    def test_not_won_any_more(self):
        lead = self._lead(self.won, country_id=self.country.id)
        self.won.is_won = False
        self.assertRecordValues(self.won, [{"probability": 10, "on_change": False}])
        self.assertScored(lead)
        self.assertEqual(lead.won_status, "pending")

    def test_not_won_any_more_with_a_probability_of_its_own(self):
        lead = self._lead(self.won)
        self.won.write({"is_won": False, "on_change": True, "probability": 80})
        self.assertRecordValues(self.won, [{"probability": 80, "on_change": True}])
        self.assertProbability(lead, 80, "stage")
        self.assertEqual(lead.won_status, "pending")

    @users("setup_manager")
    def test_not_won_any_more_is_what_nobody_shows_either(self):
        """Archived ones, and those of another company, leave 100% with the others."""
        archived, foreign = (
            self._lead(self.won),
            self._lead(self.won, company_id=self.foreign_company.id, team_id=False),
        )
        archived.active = False
        self.env.flush_all()
        won = self.won.with_env(self.env)
        won.write({"is_won": False, "on_change": True, "probability": 80})
        for lead in archived, foreign:
            self.assertProbability(lead, 80, "stage")
            self.assertEqual(lead.won_status, "pending")
        won.unlink()
        self.assertEqual((archived + foreign).stage_id, self._undefined())

    def test_becomes_won(self):
        leads = self._lead(self.fixed) + self._lead(self.fixed, probability=4)
        self.fixed.is_won = True
        for lead in leads:
            self.assertProbability(lead, 100, "stage")
            self.assertEqual(lead.won_status, "won")

    def test_form(self):
        with Form(self.env["crm.stage"]) as form:
            form.name = "Form"
            form.is_won = True
            self.assertEqual(form.on_change, True)
            form.is_won = False
        self.assertRecordValues(form.record, [{"is_won": False}])
        with Form(self.won) as form:
            form.is_won = False
            self.assertEqual(form.on_change, False)
        self.assertRecordValues(self.won, [{"probability": 10, "on_change": False}])

    def test_stages_of_before_the_installation(self):
        """What `_init_column` makes of the rows that are there when the columns come."""
        self.env.flush_all()
        self.env.execute_query(SQL("UPDATE crm_stage SET probability = NULL, on_change = NULL RETURNING id"))
        for column in "probability", "on_change":
            self.env["crm.stage"]._init_column(column)
        self.env.invalidate_all()
        self.assertRecordValues(
            self.plain + self.won, [{"probability": 10, "on_change": False}, {"probability": 100, "on_change": True}]
        )

    # ------------------------------------------------------------
    # Fold
    # ------------------------------------------------------------

    @users("setup_manager")
    def test_manager_folds_for_everyone(self):
        stages = (self.plain + self.fixed).with_env(self.env)
        self.assertTrue(stages.action_fold())
        self.assertEqual(stages.mapped("fold"), [True, True])
        stages.action_unfold()
        self.assertEqual(stages.mapped("fold"), [False, False])

    @users("setup_salesperson", "setup_salesperson_all", "setup_portal")
    def test_others_do_not_fold_for_everyone(self):
        with self.assertRaises(AccessError):
            self.plain.with_env(self.env).action_fold()
        with self.assertRaises(AccessError):
            self.plain.with_env(self.env).action_unfold()
        self.assertFalse(self.plain.fold)

    # ------------------------------------------------------------
    # Undefined
    # ------------------------------------------------------------

    def _undefined(self):
        return self.env.ref(UNDEFINED, raise_if_not_found=False)

    @users("setup_manager")
    def test_delete(self):
        lead = self._lead(self.fixed)
        self.assertFalse(self._undefined())
        self.fixed.with_env(self.env).unlink()
        undefined = self._undefined()
        self.assertEqual(lead.stage_id, undefined)
        self.assertEqual(undefined.with_context(lang="en_US").name, "Undefined")
        self.assertEqual(undefined.with_context(lang="uk_UA").name, "Невизначено")
        self.assertRecordValues(undefined, [{"on_change": False, "is_won": False, "fold": False, "team_ids": []}])
        self.assertEqual(self.env["crm.stage"].search([])[0], undefined)
        self.assertTrue(undefined.is_undefined)
        self.assertEqual(self.env["crm.stage"].search([("is_undefined", "=", True)]), undefined)
        self.assertNotIn(undefined, self.env["crm.stage"].search([("is_undefined", "=", False)]))
        self.assertTrue(self.env["ir.model.data"].sudo().search([("name", "=", "stage_undefined")]).noupdate)

    def test_delete_empty_makes_no_undefined(self):
        self.firm.unlink()
        self.assertFalse(self._undefined())
        self.assertFalse(self.env["crm.stage"].search([("is_undefined", "=", True)]))

    def test_delete_several(self):
        leads = self._lead(self.fixed) + self._lead(self.firm)
        (self.fixed + self.firm + self.plain_too).unlink()
        self.assertEqual(leads.stage_id, self._undefined())

    def test_undefined_is_made_again(self):
        lead = self._lead(self.fixed)
        self.fixed.unlink()
        first = self._undefined()
        with self.assertRaisesRegex(UserError, "keeps the records of deleted stages"), self.env.cr.savepoint():
            first.unlink()
        lead.stage_id = self.plain
        first.unlink()
        self.assertFalse(self._undefined())
        self.plain.unlink()
        self.assertEqual(lead.stage_id, self._undefined())
        self.assertNotEqual(lead.stage_id, first)

    def test_undefined_that_an_import_makes(self):
        """Also where it was asked for before, when there was none."""
        self.assertFalse(self.env["crm.stage"].search([("is_undefined", "=", True)]))
        self.assertFalse(self.env["crm.stage"]._get_undefined())
        lead, on_the_way = self._lead(self.fixed), self._lead(self.firm)
        result = self.env["crm.stage"].load(["id", "name", "sequence"], [[UNDEFINED, "Left over", "-5"]])
        self.assertFalse(result["messages"])
        undefined = self.env["crm.stage"].browse(result["ids"])
        self.assertTrue(undefined.is_undefined)
        self.assertEqual(self._lead().stage_id, self.plain, "Though it comes first")
        self.fixed.unlink()
        self.assertEqual(lead.stage_id, undefined)
        self.firm.move_records()
        self.assertEqual(on_the_way.stage_id, undefined)
        self.assertEqual(self.env["crm.stage"].search_count([("is_undefined", "=", True)]), 1)
        again = self.env["crm.stage"].load(["id", "name"], [[UNDEFINED, "Renamed"]])
        self.assertEqual(again["ids"], undefined.ids)

    def test_undefined_that_an_import_makes_is_everyones_and_open(self):
        for name, value in ("is_won", "1"), ("team_ids", "Team"):
            result = self.env["crm.stage"].load(["id", "name", name], [[UNDEFINED, "U", value]])
            self.assertIn("every team", str(result["messages"]))
            self.assertFalse(self.env["crm.stage"]._get_undefined())

    def test_undefined_has_no_copy(self):
        self._lead(self.fixed)
        self.fixed.unlink()
        with self.assertRaisesRegex(UserError, "only one"), self.env.cr.savepoint():
            self._undefined().copy()
        with self.assertRaisesRegex(UserError, "only one"), self.env.cr.savepoint():
            (self.plain + self._undefined()).copy({"name": "Other"})

    @users("setup_manager", "setup_salesperson")
    def test_nothing_new_begins_in_undefined(self):
        """New, the `+` of its column, and quick creation ask for it: it is not the default of anything."""
        if not self._undefined():
            self._lead(self.fixed)
            self.fixed.sudo().unlink()
        undefined = self._undefined()
        Lead = self.env["crm.lead"].with_context(default_stage_id=undefined.id, default_type="opportunity")
        self.assertNotIn("stage_id", Lead.default_get(["stage_id", "type"]))
        quick = Lead.browse(Lead.name_create("Quick")[0])
        for lead in quick, Lead.create({"name": "New"}), Lead.browse(Lead.web_save({"name": "Web"}, {})[0]["id"]):
            self.assertEqual(lead.stage_id, self.plain)
        with Form(Lead, "crm.quick_create_opportunity_form") as form:
            form.name = "Form"
        self.assertEqual(form.record.stage_id, self.plain)
        self.assertEqual(Lead.create({"name": "Meant", "stage_id": undefined.id}).stage_id, undefined)

    def test_undefined_is_used_again(self):
        leads = self._lead(self.fixed) + self._lead(self.firm)
        self.fixed.unlink()
        self.firm.unlink()
        self.assertEqual(len(leads.stage_id), 1)

    def test_undefined_is_never_the_default(self):
        self._lead(self.fixed)
        self.fixed.unlink()
        self.assertEqual(self._lead().stage_id, self.plain)
        self.assertEqual(self._lead(team_id=False).stage_id, self.plain)
        self.assertEqual(self.env["crm.lead"]._stage_find(), self.plain)
        message = {"subject": "Mail", "from": "someone@example.com", "body": "Hello", "author_id": False}
        self.assertEqual(self.env["crm.lead"].message_new(message).stage_id, self.plain)
        other_team = self.env["crm.team"].create({"name": "Other", "company_id": False})
        self.plain.team_ids = self.team
        merged = (self._lead(self.plain) + self._lead(self.plain)).merge_opportunity(team_id=other_team.id)
        self.assertEqual(merged.stage_id, self.firm)

    def test_undefined_is_shown_only_while_something_is_in_it(self):
        lead = self._lead(self.fixed)
        self._lead(self.plain)
        self.fixed.unlink()

        def columns(domain=()):
            groups = (
                self.env["crm.lead"]
                .with_context(read_group_expand=True)
                .web_read_group([("type", "=", "opportunity"), *domain], ["stage_id"], ["__count"])
            )
            return [group["stage_id"][0] for group in groups["groups"]]

        undefined = self._undefined()
        self.assertEqual(columns()[0], undefined.id, "It comes first")
        self.assertNotIn(undefined.id, columns([("name", "=", "nothing")]))
        lead.stage_id = self.plain
        self.assertNotIn(undefined.id, columns())
        self.assertIn(self.firm.id, columns(), "Other empty stages are shown as ever")

    def test_scoring_goes_on(self):
        """Odoo takes the totals of scoring from the first stage of all teams, which Undefined becomes."""
        self._lead(self.fixed)
        before = self._lead(self.plain, country_id=self.country.id).automated_probability
        self.fixed.unlink()
        later = self._lead(self.plain, country_id=self.country.id)
        self.assertTrue(before)
        self.assertEqual(later.automated_probability, before)
        later.action_set_won()
        self._lead(self.plain_too).action_set_lost()
        self.env.flush_all()

        def counts(stage):
            rows = self.env["crm.lead.scoring.frequency"].search(
                [("variable", "=", "stage_id"), ("value", "=", str(stage.id))]
            )
            return {row.team_id: (row.won_count, row.lost_count) for row in rows}

        self.assertEqual(counts(self._undefined()), counts(self.plain))

    def test_undefined_is_not_offered_on_the_form(self):
        lead = self._lead(self.fixed)
        self.fixed.unlink()
        arch = etree.fromstring(
            self.env["crm.lead"].get_view(self.env.ref("crm.crm_lead_view_form").id, "form")["arch"]
        )
        [field] = arch.xpath("//header//field[@name='stage_id']")
        domain = safe_eval(field.get("domain").strip(), {"team_id": lead.team_id.id})
        self.assertEqual(self.env["crm.stage"].search(domain), self.plain + self.firm + self.plain_too + self.won)

    def test_undefined_is_a_plain_stage(self):
        lead = self._lead(self.fixed)
        self.fixed.unlink()
        self.assertProbability(lead, 30, "manual")
        lead.country_id = self.country
        self.assertProbability(lead, 30, "manual")

    def test_undefined_stays_everyones_and_open(self):
        self._lead(self.fixed)
        self.fixed.unlink()
        for vals in {"is_won": True}, {"team_ids": self.team.ids}:
            with self.assertRaisesRegex(ValidationError, "every team"), self.env.cr.savepoint():
                self._undefined().write(vals)
        self._undefined().write({"name": "Left over", "fold": True, "sequence": 30})

    def test_delete_ids_that_are_none(self):
        with self.assertRaisesRegex(UserError, "do not exist"):
            self.env["crm.stage"].browse(2**40).unlink()

    @users("setup_salesperson", "setup_salesperson_all", "setup_portal")
    def test_others_do_not_delete(self):
        lead = self._lead(self.fixed)
        with self.assertRaises(AccessError):
            self.fixed.with_env(self.env).unlink()
        with self.assertRaises(AccessError):
            self.firm.with_env(self.env).unlink()
        self.assertEqual(lead.stage_id, self.fixed)

    def test_delete_won(self):
        lead = self._lead(self.won)
        with self.assertRaisesRegex(UserError, "only a won stage"), self.env.cr.savepoint():
            self.won.unlink()
        self.assertEqual(lead.stage_id, self.won)
        self.assertFalse(self._undefined())
        lead.unlink()
        self.won.unlink()
        self.assertFalse(self.won.exists())

    def test_delete_several_is_all_or_nothing(self):
        lead = self._lead(self.fixed)
        self._lead(self.won)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            (self.fixed + self.won).unlink()
        self.assertEqual(lead.stage_id, self.fixed)

    @mute_logger("odoo.sql_db")
    def test_delete_refused_for_another_reason(self):
        """A foreign key that is not that of the opportunities stays what it is."""
        self.env.cr.execute("CREATE TABLE bjet_test_user (stage_id integer REFERENCES crm_stage ON DELETE RESTRICT)")
        self.env.cr.execute("INSERT INTO bjet_test_user VALUES (%s)", [self.firm.id])
        with self.assertRaisesRegex(Exception, "bjet_test_user"), self.env.cr.savepoint():
            self.firm.unlink()


@tagged("post_install", "-at_install")
class TestStagesOfOdoo(StageCase):
    @classmethod
    def setUpClass(cls):
        super(StageCase, cls).setUpClass()

    def test_values(self):
        stages = self.env["crm.stage"]
        for number in range(1, 5):
            stages += self.env.ref(f"crm.stage_lead{number}")
        self.assertRecordValues(
            stages,
            [
                {"probability": 10, "on_change": False},
                {"probability": 30, "on_change": False},
                {"probability": 70, "on_change": False},
                {"probability": 100, "on_change": True},
            ],
        )
