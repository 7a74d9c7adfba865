# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import contextlib

from psycopg2 import errors

from odoo import api, fields, models, tools
from odoo.exceptions import ConcurrencyError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.records import check_ids

UNDEFINED = "bjet_crm_setup.stage_undefined"
DEFAULT_PROBABILITY = 10
WON_VALUES = {"probability": 100, "on_change": True}
# Odoo's own stages that are not won
ODOO_PROBABILITIES = {"stage_lead1": 10, "stage_lead2": 30, "stage_lead3": 70}


class CrmStage(models.Model):
    _inherit = "crm.stage"

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
            self.env.cr.execute(
                SQL(
                    """UPDATE crm_stage SET probability = given.probability
                         FROM unnest(%s, %s) AS given (name, probability)
                         JOIN ir_model_data AS data ON data.name = given.name
                        WHERE data.module = 'crm' AND data.model = 'crm.stage' AND data.res_id = crm_stage.id""",
                    list(ODOO_PROBABILITIES),
                    list(ODOO_PROBABILITIES.values()),
                )
            )
        if column_name in WON_VALUES:
            self.env.cr.execute(
                SQL(
                    "UPDATE crm_stage SET %s = %s WHERE is_won",
                    SQL.identifier(column_name),
                    WON_VALUES[column_name],
                )
            )
        return result

    @api.constrains("probability", "on_change", "is_won")
    def _check_stage_probability(self):
        for stage in self:
            if not 0 <= stage.probability <= 100:
                raise ValidationError(
                    self.env._("The probability of the stage “%s” must be between 0 and 100.", stage.name)
                )
        self.filtered("on_change")._check_not_won_at_100()

    def _check_not_won_at_100(self):
        for stage in self:
            if stage.probability == 100 and not stage.is_won:
                raise ValidationError(
                    self.env._(
                        "Opportunities that enter the stage “%s” would be at 100%%, which is won: mark it as a won"
                        " stage, or give it less than 100%%.",
                        stage.name,
                    )
                )

    @api.constrains("is_won", "team_ids")
    def _check_undefined(self):
        for stage in self.filtered("is_undefined"):
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
        if operator != "in":
            return NotImplemented
        return Domain("id", "in" if True in value else "not in", self._get_undefined().ids)

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
        return super().create([{**vals, **WON_VALUES} if vals.get("is_won", is_won) else vals for vals in vals_list])

    def write(self, vals):
        """A won stage is at 100 with `on_change`, whatever is written. One that is not won any more gives up both,
        unless the same write says otherwise, and Odoo's own write hands its opportunities back to scoring."""
        if not vals.keys() & {"is_won", *WON_VALUES}:
            return super().write(vals)
        were_won = self.filtered("is_won")
        if vals.get("is_won"):
            return super().write({**vals, **WON_VALUES})
        if "is_won" not in vals:
            super(CrmStage, were_won).write({**vals, **WON_VALUES})
        elif were_won:
            super(CrmStage, were_won).write({"probability": DEFAULT_PROBABILITY, "on_change": False, **vals})
            were_won._leave_won()
        return super(CrmStage, self - were_won).write(vals)

    def _get_entry_probabilities(self):
        """What an opportunity that enters gets, by id of the stages that say so. A won stage is Odoo's own matter."""
        return {stage.id: stage.probability for stage in self if stage.on_change and not stage.is_won}

    def _leave_won(self):
        """Scoring does not move opportunities out of 100 in a stage with a probability of its own: give them that."""
        # sudo: a stage is shared, and what it holds of other companies, or archived, is not won any more either
        leads = self.env["crm.lead"].sudo().with_context(active_test=False)
        for stage in self.filtered("on_change"):
            leads.search([("stage_id", "=", stage.id), ("type", "=", "opportunity"), ("probability", "=", 100)]).write(
                {"probability": stage.probability}
            )

    def unlink(self):
        """Delete the stages; whatever is in them moves first, in the same transaction: to Undefined, or to the stage whose
        id is `stage_destination_id` in the context.

        Managers only, as Odoo has it. UserError when the stage is Undefined and holds records, or is won and holds
        won opportunities, which only another won stage can take (see `move_records`).
        """
        self.check_access("unlink")
        check_ids(self)
        self.env.flush_all()
        # a record that is entering the stage in another transaction is waited for, one that would enter later is refused
        self.env.execute_query(
            SQL("SELECT id FROM crm_stage WHERE id = ANY(%s) ORDER BY id FOR UPDATE", list(self.ids))
        )
        self.move_records(self.env.context.get("stage_destination_id"))
        with self._retrying_when_entered():
            return super().unlink()

    @contextlib.contextmanager
    def _retrying_when_entered(self):
        """A record that entered after this transaction's snapshot was taken could not be moved, and keeps the stage from
        being deleted: the server tries the call again, and will see it."""
        try:
            with self.env.cr.savepoint():
                yield
        except errors.ForeignKeyViolation as error:
            if error.diag.table_name != "crm_lead":
                raise
            raise ConcurrencyError(str(error)) from error

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
        """The stage that keeps the records of deleted stages; empty while there is none."""
        return self.browse(self._get_undefined_id())

    @api.model
    @tools.ormcache()
    def _get_undefined_id(self):
        # cached when there is none too: every opening of the pipeline asks
        stage = self.env.ref(UNDEFINED, raise_if_not_found=False)
        return stage.id if stage else False

    @api.model
    def _ensure_undefined(self):
        """The stage that keeps the records of deleted stages, made when there is none.

        Two transactions that make it at once: the external id stops the second, which the server tries again.
        """
        module, name = UNDEFINED.split(".")
        # sudo: external ids belong to administrators. Looked up in the database: what this process remembers may be old.
        external_ids = self.env["ir.model.data"].sudo()
        undefined = self.browse(external_ids.search([("module", "=", module), ("name", "=", name)]).res_id).exists()
        if undefined:
            self._forget_undefined()
            return undefined
        stages = self.sudo()  # a rule may hide stages, not their order
        first = stages.search([], order="sequence", limit=1)
        first_of_all_teams = stages.search([("team_ids", "=", False)], order="sequence, id", limit=1)
        undefined = self.with_context(lang=None).create(
            {"name": "Undefined", "sequence": first.sequence - 1, "team_ids": False}
        )
        undefined.update_field_translations(
            "name",
            {
                code: undefined.with_context(lang=code).env._("Undefined")
                for code, _name in self.env["res.lang"].get_installed()
            },
        )
        undefined._take_over_scoring(first_of_all_teams)
        # noupdate: an update of the addon leaves the stage alone
        external_ids._update_xmlids([{"xml_id": UNDEFINED, "record": undefined, "noupdate": True}])
        self._forget_undefined()
        return undefined.with_env(self.env)

    def _take_over_scoring(self, stage):
        """Be the stage that all opportunities went through: lead scoring takes its totals from the first one of all
        teams, and gives up where that has none."""
        frequencies = self.env["crm.lead.scoring.frequency"].sudo()  # sudo: nobody may write them
        for frequency in frequencies.search([("variable", "=", "stage_id"), ("value", "=", str(stage.id))]):
            frequency.copy({"value": str(self.id)})

    def _forget_undefined(self):
        """Now, and when this is committed: until then, another thread may remember that there is none."""
        self.invalidate_model(["is_undefined"])
        self.env.registry.clear_cache()
        self.env.cr.postcommit.add(self.env.registry.clear_cache)
