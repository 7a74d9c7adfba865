# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from psycopg2 import errors

from odoo import api, fields, models, modules
from odoo.exceptions import UserError
from odoo.tools import SQL, float_compare, split_every

from ..tools.records import check_ids

_logger = logging.getLogger(__name__)

PLS_UPDATE_BATCH = 5000
# the opportunities whose stage gives them their probability, see `_filter_stage_rules`
STAGE_RULES = [("type", "=", "opportunity"), ("stage_id.on_change", "=", True), ("stage_id.is_won", "=", False)]


class CrmLead(models.Model):
    _inherit = "crm.lead"

    # an archived tag stays on its opportunities (the context), and is not offered (the domain, in clients only)
    tag_ids = fields.Many2many(context={"active_test": False}, domain="[('active', '=', True)]")
    probability_source = fields.Selection(
        [("stage", "Set by the stage"), ("scoring", "Set by lead scoring"), ("manual", "Set by hand")],
        "Source of the Probability",
        compute="_compute_probability_source",
        help="Where the probability comes from; empty for a lost opportunity.",
    )
    # whether `action_set_stage_probability` has a value to give
    has_stage_probability = fields.Boolean(compute="_compute_probability_source", export_string_translation=False)

    # ------------------------------------------------------------
    # PROBABILITY
    # ------------------------------------------------------------

    def _filter_stage_rules(self):
        """The opportunities whose stage gives them their probability. Leads are in no pipeline and stay with scoring,
        and in a won stage Odoo itself keeps everything at 100."""
        # sudo: the rule holds for whoever writes, a portal user who may not read stages included
        return self.sudo().filtered_domain(STAGE_RULES).with_env(self.env)

    @api.depends("type", "stage_id.on_change", "stage_id.is_won")
    def _compute_is_automated_probability(self):
        """Automated means that scoring may move the probability. Where the stage rules it may not, even when both
        figures happen to be equal: `_compute_probabilities` goes by this field."""
        result = super()._compute_is_automated_probability()
        self._filter_stage_rules().is_automated_probability = False
        return result

    @api.depends(
        "probability",
        "automated_probability",
        "won_status",
        "type",
        "stage_id.on_change",
        "stage_id.probability",
        "stage_id.is_won",
    )
    def _compute_probability_source(self):
        for lead in self:
            stage = lead.stage_id
            lead.has_stage_probability = (
                stage.on_change and (lead.type == "opportunity" or stage.is_won) and lead.won_status != "lost"
            )
            if lead.won_status == "lost":
                lead.probability_source = False
            elif lead.has_stage_probability:
                equal = float_compare(lead.probability, stage.probability, 2) == 0
                lead.probability_source = "stage" if equal else "manual"
            else:
                equal = float_compare(lead.probability, lead.automated_probability, 2) == 0
                lead.probability_source = "scoring" if equal else "manual"

    def _compute_probabilities(self):
        """When the stage is waiting to be computed too (a new opportunity, another team), compute it first, while the
        probability still counts as waiting: `_compute_stage_id` gives it."""
        waiting = self & self.env.records_to_compute(self._fields["stage_id"])
        if waiting:
            probability = self._fields["probability"]
            self.env.add_to_compute(probability, waiting)
            waiting.mapped("stage_id")
            self.env.remove_to_compute(probability, waiting)
        return super()._compute_probabilities()

    def _compute_stage_id(self):
        """An opportunity that gets into a stage by itself follows the stage's rule too, unless its probability is
        written by the same create or write, in which case it is not waiting to be computed."""
        probability = self._fields["probability"]
        waiting = self & self.env.records_to_compute(probability)
        # not waiting for this moment: what they had before is read, not computed
        self.env.remove_to_compute(probability, waiting)
        before = {lead: lead.stage_id for lead in waiting if lead.active or lead.probability or not lead.stage_id}
        result = super()._compute_stage_id()
        entered = waiting.filtered(lambda lead: lead in before and lead.stage_id != before[lead])._filter_stage_rules()
        with self.env.protecting([probability], entered):
            for lead in entered:
                lead.probability = lead.stage_id.probability
        self.env.add_to_compute(probability, waiting - entered)
        return result

    @api.onchange("stage_id")
    def _onchange_stage_id_probability(self):
        """A form and a dragged card send the probability that they show: it must be the stage's. A lost one stays lost."""
        for lead in self._filter_stage_rules().filtered(lambda lead: lead._origin.won_status != "lost"):
            lead.probability = lead.stage_id.probability

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """A new opportunity takes the probability of its stage, unless it comes with one."""
        defaults = self.default_get(["stage_id", "type", "probability"])
        given = [{**defaults, **vals} for vals in vals_list]
        stages = self.env["crm.stage"].browse({vals["stage_id"] for vals in given if vals.get("stage_id")})
        probabilities = stages._get_entry_probabilities()
        entering = [
            "probability" not in vals and vals.get("type") == "opportunity" and vals.get("stage_id") in probabilities
            for vals in given
        ]
        leads = super().create(
            [
                {**vals, "probability": probabilities[full["stage_id"]]} if enters else vals
                for vals, full, enters in zip(vals_list, given, entering, strict=True)
            ]
        )
        entered = leads.browse(lead.id for lead, enters in zip(leads, entering, strict=True) if enters)
        self.env.add_to_compute(self._fields["automated_probability"], entered)
        return leads

    def write(self, vals):
        """An opportunity that enters a stage takes its probability, unless the same write says otherwise. A lead that
        becomes an opportunity enters the stage that it has."""
        if "probability" in vals:
            if reopened := self._filter_reopened(vals):
                super(CrmLead, reopened).write({"date_closed": False, **vals})
            return super(CrmLead, self - reopened).write(vals)
        if not vals.keys() & {"stage_id", "type"}:
            return super().write(vals)
        becoming = self.browse()
        if vals.get("type") == "opportunity":
            becoming = self.filtered(lambda lead: lead.type == "lead")
        entering = self.browse()
        stage = self.env["crm.stage"].browse(vals.get("stage_id") or ())
        if probabilities := stage._get_entry_probabilities():
            entering = self.filtered(
                lambda lead: (
                    (lead.stage_id != stage or lead in becoming)
                    and vals.get("type", lead.type) == "opportunity"
                    and (lead.won_status != "lost" or vals.get("active"))
                )
            )
        if entering:
            probability = probabilities[stage.id]
            super(CrmLead, entering).write({"date_closed": False, **vals, "probability": probability})
            self.env.add_to_compute(self._fields["automated_probability"], entering)
        others = self - entering
        if others or not self:
            super(CrmLead, others).write(vals)
        (becoming & others)._filter_stage_rules().filtered(
            lambda lead: lead.won_status != "lost"
        )._apply_stage_probability()
        return True

    def _filter_reopened(self, vals):
        """The won ones that go to a ruling stage of 0%: Odoo leaves their closed date, as it does to those it takes for lost."""
        if vals["probability"] != 0 or not vals.get("active", True):
            return self.browse()
        stage = self.env["crm.stage"].browse(vals.get("stage_id") or ())
        if not stage._get_entry_probabilities():
            return self.browse()
        return self.filtered(lambda lead: lead.won_status == "won" and lead.stage_id != stage)

    def _apply_stage_probability(self):
        """Give each one the probability of its stage."""
        for stage, leads in self.grouped("stage_id").items():
            leads.filtered(lambda lead: lead.probability != stage.probability).write({"probability": stage.probability})

    def _stage_find(self, team_id=False, domain=None, order="sequence, id", limit=1):
        """Undefined is for what deleted stages leave behind; nothing new goes there by itself."""
        if undefined := self.env["crm.stage"]._get_undefined():
            domain = [*(domain or ()), ("id", "!=", undefined.id)]
        return super()._stage_find(team_id=team_id, domain=domain, order=order, limit=limit)

    @api.model
    def _read_group_stage_ids(self, stages, domain):
        """Undefined is a column only while something is in it."""
        return super()._read_group_stage_ids(stages, domain) - (self.env["crm.stage"]._get_undefined() - stages)

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_set_stage_probability(self):
        """Give the opportunities the probability of their stage again, after it was set by hand.

        Whoever may write them. UserError for a lost one, or one whose stage has no probability of its own to give. Return True.
        """
        check_ids(self)
        for lead in self:
            if lead.won_status == "lost":
                raise UserError(self.env._("“%s” is lost: restore it to give it a probability.", lead.name))
            if not lead.has_stage_probability:
                raise UserError(
                    self.env._(
                        "The stage of “%s” does not change probabilities automatically: set the probability by hand, or"
                        " let lead scoring do it.",
                        lead.name,
                    )
                )
        self._apply_stage_probability()
        return True

    def action_unarchive(self):
        """A lost opportunity that comes back gets the probability of its stage, where the stage rules. Return what Odoo's own
        method does."""
        lost = self.filtered(lambda lead: lead.won_status == "lost")
        result = super().action_unarchive()
        lost._filter_stage_rules()._apply_stage_probability()
        return result

    def action_restore(self):
        """Odoo gives what comes back the probability of scoring; where the stage rules, `action_unarchive` has done it.
        Return what Odoo's own method does."""
        ruled = self._filter_stage_rules()
        ruled.action_unarchive()
        return super(CrmLead, self - ruled).action_restore()

    # ------------------------------------------------------------
    # MERGE
    # ------------------------------------------------------------

    def _merge_opportunity(self, user_id=False, team_id=False, auto_unlink=True, max_length=5):
        """Where the merged one cannot keep its stage, Odoo takes the first of the team: that must not be Undefined."""
        undefined = self.env["crm.stage"]._get_undefined()
        had_undefined = undefined in self.stage_id
        merged = super()._merge_opportunity(
            user_id=user_id, team_id=team_id, auto_unlink=auto_unlink, max_length=max_length
        )
        if undefined and merged.stage_id == undefined and not had_undefined:
            merged.stage_id = merged._stage_find(domain=[("fold", "=", False)])
        return merged

    # ------------------------------------------------------------
    # PREDICTIVE SCORING
    # ------------------------------------------------------------

    def _update_automated_probabilities(self):
        """Odoo's nightly job moves every probability that equals the automated one, by SQL. Those that their stage gave
        are kept out of it, and get their automated probability here."""
        began, scored = self.env.cr.now(), {}
        super(CrmLead, self.with_context(stage_rules_apart=scored))._update_automated_probabilities()
        self._commit_job()
        self._give_back_to_stages(scored, began)
        start_date = self._pls_get_safe_start_date()
        if not start_date:
            return
        ruled = self.env["crm.lead"].search(
            [("create_date", ">=", start_date), ("won_status", "=", "pending"), *STAGE_RULES]
        )
        probabilities = {}
        for leads in split_every(PLS_UPDATE_BATCH, ruled.ids, self.browse):
            if result := leads._pls_get_naive_bayes_probabilities(batch_mode=True):
                probabilities.update(result[0])
        for ids in split_every(PLS_UPDATE_BATCH, probabilities, list):
            self._commit_job()
            self._store_for_job("automated_probability", {id_: probabilities[id_] for id_ in ids})

    def _commit_job(self):
        """As Odoo's own job: each batch in a transaction, and a view of the database, of its own, so that nobody waits for
        its locks, and what others saved while it computed does not stop it."""
        if not modules.module.current_test:
            self.env.cr.commit()  # pylint: disable=invalid-commit

    def _give_back_to_stages(self, scored, began):
        """The job computes first and updates later. Who dragged an opportunity into a ruling stage in between meant the
        stage's probability, also where the job found it equal to the automated one and moved it.

        :param scored: {id: probability} that the job computed
        :param began: when the job's transaction began; stages are entered at such times too
        """
        self.invalidate_model(["probability"])
        entered = self.with_context(active_test=False).search(
            [("date_last_stage_update", ">=", began), ("won_status", "=", "pending"), *STAGE_RULES]
        )
        moved = entered.filtered(lambda lead: lead.probability == scored.get(lead.id))
        self._store_for_job("probability", {lead.id: lead.stage_id.probability for lead in moved})

    def _store_for_job(self, name, values):
        """Store a figure of many opportunities as Odoo's own job does: by SQL, as a change of nobody's.

        :param str name: of the field
        :param dict values: {id: figure}
        """
        try:
            self.env.execute_query(
                SQL(
                    """UPDATE crm_lead SET %s = given.value FROM unnest(%s::int[], %s::float8[]) AS given (id, value)
                        WHERE crm_lead.id = given.id RETURNING crm_lead.id""",
                    SQL.identifier(name),
                    list(values),
                    list(values.values()),
                )
            )
        except errors.SerializationFailure:
            # someone saved one of them at this very moment; as in Odoo's own job, the others go on
            if modules.module.current_test:
                raise
            self.env.cr.rollback()
            _logger.warning("Lead scoring of %d opportunities has to wait for the next run.", len(values))
        self.invalidate_model([name])

    def _pls_get_naive_bayes_probabilities(self, batch_mode=False, is_tooltip=False):
        scored = self.env.context.get("stage_rules_apart") if batch_mode else None
        if scored is None:
            return super()._pls_get_naive_bayes_probabilities(batch_mode=batch_mode, is_tooltip=is_tooltip)
        # searched, not filtered: tens of thousands of records are not read into memory for it
        leads = self - self.with_context(active_test=False).search([("id", "in", self.ids), *STAGE_RULES])
        result = leads and super(CrmLead, leads)._pls_get_naive_bayes_probabilities(batch_mode=True)
        if not result:
            return {}, {}
        scored.update(result[0])
        return result
