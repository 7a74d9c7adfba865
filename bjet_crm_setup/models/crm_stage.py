# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import contextlib

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..tools.arguments import check_ids, is_blank, to_place, to_probability

UNDEFINED = "bjet_crm_setup.stage_undefined"
DEFAULT_PROBABILITY = 10
WON_VALUES = {"probability": 100, "on_change": True}
# the stages that give opportunities their probability
RULING = [("on_change", "=", True), ("is_won", "=", False)]
# Odoo's own stages that are not won
ODOO_PROBABILITIES = {"crm.stage_lead1": 10, "crm.stage_lead2": 30, "crm.stage_lead3": 70}


class CrmStage(models.Model):
    _name = "crm.stage"
    _inherit = ["crm.stage", "bjet.crm.setup.directory"]

    probability = fields.Float(
        "Probability (%)",
        default=DEFAULT_PROBABILITY,
        help="The chance to win an opportunity of this stage. It is given to the opportunities that enter the stage"
        " when the probability changes automatically.",
    )
    on_change = fields.Boolean(
        "Change Probability Automatically",
        help="An opportunity that enters this stage takes the stage's probability, and predictive lead scoring does"
        " not change it while it stays here.",
    )
    is_undefined = fields.Boolean(
        "Keeps the records of deleted stages",
        compute="_compute_is_undefined",
        search="_search_is_undefined",
    )

    def _init_column(self, column_name):
        """The stages that were there before the addon: a won one is at 100 and says so, the others keep Odoo's ways.

        A column that another addon made is not new, and keeps its values.
        """
        result = super()._init_column(column_name)
        if column_name == "probability":
            for xmlid, figure in ODOO_PROBABILITIES.items():
                stage_id = self.env["ir.model.data"]._xmlid_to_res_id(xmlid) or None
                self.env.cr.execute(SQL("UPDATE crm_stage SET probability = %s WHERE id = %s", figure, stage_id))
        if column_name in WON_VALUES:
            column, value = SQL.identifier(column_name), WON_VALUES[column_name]
            self.env.cr.execute(SQL("UPDATE crm_stage SET %s = %s WHERE is_won", column, value))
        return result

    @api.constrains("probability", "on_change", "is_won")
    def _check_stage_probability(self):
        for stage in self:
            if not 0 <= stage.probability <= 100:
                raise ValidationError(
                    self.env._("The probability of the stage “%s” must be between 0 and 100.", stage.name)
                )
            if stage.on_change and stage.probability == 100 and not stage.is_won:
                raise ValidationError(
                    self.env._(
                        "Opportunities that enter the stage “%s” would be at 100%%, which is won: mark it as a won"
                        " stage, or give it less than 100%%.",
                        stage.name,
                    )
                )

    @api.constrains("is_won", "team_ids")
    def _check_undefined(self):
        for stage in self & self._get_undefined():
            if stage.is_won or stage.team_ids:
                raise ValidationError(
                    self.env._(
                        "The stage “%s” keeps the records of deleted stages, of every team: it cannot be a won stage, nor"
                        " belong to some teams. Use another stage for that.",
                        stage.name,
                    )
                )

    def _compute_is_undefined(self):
        undefined = self._get_undefined()
        for stage in self:
            stage.is_undefined = stage._origin == undefined

    def _search_is_undefined(self, operator, value):
        """Known by its external id alone, however that came: nothing is remembered of it."""
        if operator != "in":
            return NotImplemented
        module, name = UNDEFINED.split(".")
        # sudo: external ids are read by administrators only
        data = self.env["ir.model.data"].sudo()._search([("module", "=", module), ("name", "=", name)])
        undefined = Domain("id", "in", data.subselect("res_id"))
        return undefined if True in value else ~undefined

    @api.onchange("is_won")
    def _onchange_is_won_probability(self):
        """Show at once what saving will do, see `write`."""
        if self.is_won:
            self.update(WON_VALUES)
        elif self._origin.is_won or (self.on_change and self.probability == 100):
            self.update({"probability": DEFAULT_PROBABILITY, "on_change": False})

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        is_won = self.default_get(["is_won"]).get("is_won")
        vals_list = [self._clean_values(vals) for vals in vals_list]
        return super().create([{**vals, **WON_VALUES} if vals.get("is_won", is_won) else vals for vals in vals_list])

    def write(self, vals):
        """A won stage is at 100 with `on_change`, whatever is written. One that is not won any more gives up both,
        unless the same write says otherwise, and opens what is in it."""
        vals = self._clean_values(vals)
        if not vals.keys() & {"is_won", *WON_VALUES}:
            return super().write(vals)
        if "is_won" in vals:
            self.check_access("write")
            self._lock_entrance()
        won = self.filtered("is_won")
        rest = {name: value for name, value in vals.items() if name != "is_won"}
        if vals.get("is_won", True):
            # nothing new for those that are: their opportunities are not closed once more
            super(CrmStage, won).write({**rest, **WON_VALUES})
        else:
            won._stop_being_won({"probability": DEFAULT_PROBABILITY, "on_change": False, **vals})
        if not vals.get("is_won"):
            return super(CrmStage, self - won).write(rest)
        (self - won)._settle_after_commit()
        # sudo: a won stage is won for what is in it of every company and salesperson; Odoo closes what it finds
        return super(CrmStage, (self - won).sudo()).write({**vals, **WON_VALUES})

    def _stop_being_won(self, vals):
        leads = self._search_won()
        super().write(vals)
        leads._reset_probability()
        self._settle_after_commit()

    def _search_won(self):
        """What is won in these stages: a stage is shared, and what it holds of other companies, or archived, counts too."""
        return self._all_records().search([("stage_id", "in", self.ids), ("won_status", "=", "won")])

    def _settle_after_commit(self):
        """Once more, for what has entered these stages while their `is_won` waited for it: this transaction does not see
        it."""
        if not self:
            return

        @self.env.cr.postcommit.add
        def settle():
            # someone who saves one of them at this very moment leaves the rest to the nightly job
            with contextlib.suppress(*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY), self.env.registry.cursor() as cr:
                # sudo: as in `write`
                self.with_env(self.env(cr=cr, su=True)).exists()._settle_records()

    def _settle_records(self):
        """What is active in these stages is won where they are, and open where they are not."""
        won = self.filtered("is_won")
        active = [("stage_id", "in", won.ids), ("active", "=", True), ("won_status", "!=", "won")]
        self._all_records().search(active)._win()
        (self - won)._search_won()._reset_probability()

    @api.model
    def _clean_values(self, vals):
        """A blank probability is none: the default's when it is new, the one that it has otherwise.

        :raise UserError: when it is something else than a number
        """
        if "probability" not in vals:
            return vals
        if is_blank(vals["probability"]):
            return {name: value for name, value in vals.items() if name != "probability"}
        return {**vals, "probability": to_probability(self.env, vals["probability"])}

    @api.model
    def _load_records(self, data_list, update=False):
        """Undefined, which an import may make, is known by its external id only now."""
        stages = super()._load_records(data_list, update=update)
        stages.invalidate_recordset(["is_undefined"])
        stages._check_undefined()
        return stages

    def _load_records_create(self, vals_list):
        """Imported stages, of which no place is given, come behind the open ones and before the won ones.

        Odoo's own place for a stage is before all others, where new opportunities begin.
        """
        if self.env.context.get("import_file"):
            placeless = [vals for vals in vals_list if "sequence" not in vals]
            opening = [vals for vals in placeless if not vals.get("is_won")]
            winning = [vals for vals in placeless if vals.get("is_won")]
            won = self.search([("is_won", "=", True)])
            last = max(self.search([("is_won", "=", False)]).mapped("sequence"), default=0)
            behind, end = won.filtered(lambda stage: stage.sequence > last), last + len(opening)
            shift = end + 1 - min(behind.mapped("sequence"), default=end + 1)
            for stage in behind if shift > 0 else ():
                stage.sequence = to_place(stage.sequence + shift)
            for place, vals in enumerate(opening, last + 1):
                vals["sequence"] = to_place(place)
            for place, vals in enumerate(winning, max(0, end, *won.mapped("sequence")) + 1):
                vals["sequence"] = to_place(place)
        return super()._load_records_create(vals_list)

    def copy_data(self, default=None):
        """UserError for Undefined, of which there is one."""
        if undefined := self & self._get_undefined():
            raise UserError(
                self.env._(
                    "The stage “%s” keeps the records of deleted stages, and there is only one: make a new stage instead.",
                    undefined.display_name,
                )
            )
        return super().copy_data(default=default)

    def _filter_ruling(self):
        """The stages that give opportunities their probability. A won one is Odoo's own matter."""
        return self.filtered_domain(RULING)

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_fold(self):
        """Fold the stages in the pipeline of everyone. Managers only (AccessError). Return True."""
        check_ids(self)
        return self.write({"fold": True})

    def action_unfold(self):
        """Unfold the stages in the pipeline of everyone. Managers only (AccessError). Return True."""
        check_ids(self)
        return self.write({"fold": False})

    # ------------------------------------------------------------
    # UNDEFINED
    # ------------------------------------------------------------

    @api.model
    def _get_undefined(self):
        """The stage that keeps the records of deleted stages, with sudo; empty while there is none."""
        # sudo: a rule may hide it, and it is no less there
        return self.sudo().search([("is_undefined", "=", True)])

    @api.model
    def _ensure_undefined(self):
        """The stage that keeps the records of deleted stages, with sudo, made when there is none.

        Two transactions that make it at once: the external id stops the second, which the server tries again.
        """
        if undefined := self._get_undefined():
            return undefined
        stages = self.sudo()  # a rule may hide stages, not their order
        first = stages.search([], order="sequence", limit=1)
        first_of_all_teams = stages.search([("team_ids", "=", False)], order="sequence, id", limit=1)
        # all that matters is said, whatever defaults the company or the caller has
        undefined = stages.with_context(lang=None).create(
            {
                "name": "Undefined",
                "sequence": to_place(first.sequence - 1),
                "team_ids": False,
                "fold": False,
                "is_won": False,
                "on_change": False,
                "probability": DEFAULT_PROBABILITY,
            }
        )
        codes = [code for code, _name in self.env["res.lang"].get_installed()]
        names = {code: undefined.with_context(lang=code).env._("Undefined") for code in codes}
        undefined.update_field_translations("name", names)
        undefined._take_over_scoring(first_of_all_teams)
        # noupdate: an update of the addon leaves the stage alone. Not by the ORM, which logs an error for the second of two
        module, name = UNDEFINED.split(".")
        self.env.flush_all()
        self._fetch_quietly(
            SQL(
                """INSERT INTO ir_model_data (module, name, model, res_id, noupdate)
                   VALUES (%s, %s, 'crm.stage', %s, true)
                   ON CONFLICT (module, name) DO UPDATE SET model = EXCLUDED.model, res_id = EXCLUDED.res_id
                   RETURNING id""",
                module,
                name,
                undefined.id,
            )
        )
        self.env.registry.clear_cache()  # a stage of that external id may have been known
        self.invalidate_model(["is_undefined"])
        return undefined.with_env(stages.env)

    def _take_over_scoring(self, stage):
        """Be the stage that all opportunities went through: lead scoring takes its totals from the first one of all
        teams, and gives up where that has none."""
        frequencies = self.env["crm.lead.scoring.frequency"].sudo()  # sudo: nobody may write them
        for frequency in frequencies.search([("variable", "=", "stage_id"), ("value", "=", str(stage.id))]):
            frequency.copy({"value": str(self.id)})
