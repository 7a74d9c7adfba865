# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, float_compare
from odoo.tools.sql import column_exists, create_column

from ..tools.arguments import check_ids, drop_blank_cells, is_blank, is_id, to_probability
from .crm_stage import RULING

# the opportunities whose stage gives them their probability, see `_filter_stage_rules`
RULED = [("type", "=", "opportunity"), ("stage_id", "any", RULING)]
WON_VALUES = {"probability": 100, "automated_probability": 100}
# what an opportunity always has
NEVER_EMPTY = ("active", "probability", "stage_id")


class CrmLead(models.Model):
    """The probability of an opportunity, in short.

    A stage *rules* when it changes probabilities automatically and is not won. What gets into a ruling stage takes its
    probability, unless it comes with one: `create` and `write` see to it, with the values where the stage is among them,
    and afterwards where Odoo chose the stage (`_settle`). While it is there, it is not automated, so that scoring leaves it
    alone: on edits by `_compute_is_automated_probability`, at night as `crm_lead_scoring.py` has it. What is active in a
    won stage is at 100%, by the same two ways.
    """

    _inherit = "crm.lead"

    # an archived tag stays on its opportunities (the context), and is not offered (the domain, in clients only)
    tag_ids = fields.Many2many(context={"active_test": False}, domain="[('active', '=', True)]")
    probability_source = fields.Selection(
        [("stage", "Set by the stage"), ("scoring", "Set by lead scoring"), ("manual", "Set by hand")],
        "Source of the Probability",
        compute="_compute_probability_source",
        help="Where the probability comes from; empty for a lost opportunity.",
    )
    # whether `action_apply_stage_probability` has a value to give
    can_apply_stage_probability = fields.Boolean(compute="_compute_probability_source", export_string_translation=False)
    is_archived = fields.Boolean(
        "Archived",
        compute="_compute_is_archived",
        store=True,
        help="Archived with its column, rather than lost: it stays so at 0% too, until it is restored or marked as lost.",
    )

    def _auto_init(self):
        # made here, so that the ORM does not compute it for every record that is there: none was archived with a column
        if not column_exists(self.env.cr, self._table, "is_archived"):
            create_column(self.env.cr, self._table, "is_archived", "boolean")
        return super()._auto_init()

    @api.model
    def _forget_archived(self):
        """Before an uninstallation: the won status as Odoo computes it, which calls lost what is inactive at 0%."""
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """UPDATE crm_lead SET won_status = 'lost'
                    WHERE active IS NOT TRUE AND coalesce(probability, 0) = 0 AND won_status = 'pending' RETURNING id"""
            )
        )
        self.invalidate_model(["won_status"])

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("active")
    def _compute_is_archived(self):
        """What is active is not archived; what is not keeps what was said when it was taken out."""
        for lead in self:
            lead.is_archived = not lead.active and lead.is_archived

    @api.depends("is_archived")
    def _compute_won_status(self):
        """For Odoo all that is inactive at 0% is lost. What was archived is not, whatever its probability becomes."""
        result = super()._compute_won_status()
        self.filtered(lambda lead: lead.won_status == "lost" and lead.is_archived).won_status = "pending"
        return result

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
        ruled = set(self._filter_stage_rules()._ids)
        for lead in self:
            lead.can_apply_stage_probability = lead.id in ruled and lead.won_status != "lost"
            by_stage = lead.id in ruled or lead.stage_id.is_won
            figure = lead.stage_id.probability if by_stage else lead.automated_probability
            source = "stage" if by_stage else "scoring"
            if float_compare(lead.probability, figure, 2):
                source = "manual"
            lead.probability_source = source if lead.won_status != "lost" else False

    @api.onchange("stage_id")
    def _onchange_stage_id_probability(self):
        """A form and a dragged card send the probability that they show: it must be the stage's. A lost one stays lost."""
        for lead in self._filter_stage_rules().filtered(lambda lead: lead._origin.won_status != "lost"):
            lead.probability = lead.stage_id.probability

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    @api.model
    def default_get(self, fields):
        """Undefined is for what deleted stages leave behind: a new opportunity does not begin there, though its column be
        the first, or the one whose `+` was pressed."""
        values = super().default_get(fields)
        if values.get("stage_id") and self.env["crm.stage"].browse(values["stage_id"]).is_undefined:
            del values["stage_id"]
        return values

    @api.model_create_multi
    def create(self, vals_list):
        """A new opportunity takes the probability of its stage, unless it comes with one; in a won stage it is won."""
        vals_list = [self._clean_values(vals) for vals in vals_list]
        defaults = self.default_get(["stage_id", "type", "probability", "active", "is_archived"])
        given = [{**defaults, **vals} for vals in vals_list]
        stages = self.env["crm.stage"].browse({vals["stage_id"] for vals in given if vals.get("stage_id")}).sudo()
        ruling = {stage.id: stage.probability for stage in stages._filter_ruling()}
        won = set(stages.filtered("is_won").ids)
        entering, finding, lost = [], [], []
        for index, (vals, full) in enumerate(zip(vals_list, given, strict=True)):
            stage_id = full.get("stage_id")
            if full.get("is_archived") and full.get("active", True):
                vals = vals_list[index] = {**vals, "is_archived": False}
            if not stage_id and "probability" not in full:
                finding.append(index)
            elif stage_id in won and (full.get("active", True) or "probability" not in full):
                vals_list[index] = {**vals, **WON_VALUES}
            elif stage_id in won:
                lost.append(index)
            elif stage_id in ruling and full.get("type") == "opportunity" and "probability" not in full:
                vals_list[index] = {**vals, "probability": ruling[stage_id]}
                entering.append(index)
        leads = super().create(vals_list)
        ids = leads.ids
        self.env.add_to_compute(self._fields["automated_probability"], leads.browse(ids[index] for index in entering))
        leads.browse(ids[index] for index in finding)._settle()
        for index in lost:
            leads.browse(ids[index])._check_stays_won(given[index])
        return leads

    def write(self, vals):
        """Whoever gets into a ruling stage takes its probability, unless the same write says otherwise; what a form sends
        along for the stage, see `_onchange_stage_id_probability`, is no other. A lead that becomes an opportunity enters
        the stage that it has. What is active in a won stage is won."""
        vals = self._clean_values(vals)
        if not vals.get("active", True) and vals.get("probability") == 0:
            # the very words of lost, for Odoo: whoever says them does not mean archived
            vals = {"is_archived": False, **vals}
        elif "is_archived" in vals and not self._can_say_archived(vals):
            vals = {name: value for name, value in vals.items() if name != "is_archived"}
        if not vals.get("active", True) and "is_archived" not in vals and any(self.mapped("is_archived")):
            # archived already: Odoo would close them
            archived = self.filtered("is_archived")
            archived.write({name: value for name, value in vals.items() if name != "active"})
            self -= archived
        if vals.get("stage_id"):
            return self._write_stage(vals)
        if vals.get("active"):
            # sudo: the stage decides for whoever writes, as everywhere here
            self.sudo().stage_id._lock_stages()  # no foreign key holds the stage of what comes back
            won = (
                self.sudo().filtered(lambda lead: lead.won_status != "won" and lead.stage_id.is_won).with_env(self.env)
            )
            if won:
                super(CrmLead, won).write({**vals, **WON_VALUES})
                self -= won
        if not vals.keys() & {"type", "team_id", "user_id"}:
            if "stage_id" not in vals:
                self._check_stays_won(vals)
            return super().write(vals)
        # Odoo may choose another stage: by the team, which may be chosen by the salesperson
        before = {lead: (lead.stage_id, lead.type) for lead in self}
        result = super().write(vals)
        self._check_stays_won(vals)
        moved = self.filtered(lambda lead: before[lead] != (lead.stage_id, lead.type))
        if "probability" not in vals:
            moved.filtered(lambda lead: lead.won_status != "lost")._settle()
        return result

    def _can_say_archived(self, vals):
        """Whether values that say archived may: by itself, or of what stays active or is lost, it would be no fact, and
        scoring would not be told."""
        if not vals.keys() & {"active", "probability"}:
            return False
        # a run over a stage knows what it archives
        if not vals["is_archived"] or self.env.is_protected(self._fields["is_archived"], self[:1]):
            return True
        if "active" in vals:
            return not vals["active"] and all(self.mapped("active"))
        return not any(self.mapped("active")) and "lost" not in self.mapped("won_status")

    @api.constrains("probability", "stage_id")
    def _check_won_validity(self):
        """What was archived or lost when its stage was marked as won can be edited, also by a change of its customer: it is
        won when it comes back."""
        return super(CrmLead, self.filtered("active"))._check_won_validity()

    def _check_stays_won(self, vals):
        """Odoo refuses it too, when all is written already."""
        if vals.get("probability", 100) == 100:
            return
        for lead in self:
            if lead.sudo().stage_id.is_won:
                raise ValidationError(
                    self.env._(
                        "“%(lead)s” is in the won stage “%(stage)s”, where everything is at 100%%: move it to another stage"
                        " first.",
                        lead=lead.name,
                        stage=lead.sudo().stage_id.name,
                    )
                )

    def _write_stage(self, vals):
        """Write values with a stage among them."""
        # sudo: the rule holds for whoever writes, a portal user who may not read stages included
        stage = self.env["crm.stage"].browse(vals["stage_id"]).sudo()
        entering = late = leaving = self.browse()
        if stage.is_won:
            self.filtered(lambda lead: lead.stage_id == stage)._check_stays_won(vals)
            # taken out of a stage that was marked as won later: for Odoo it is closed already
            late = self.filtered(
                lambda lead: lead.won_status != "won" and lead.stage_id != stage and lead.sudo().stage_id.is_won
            )
        elif "probability" not in vals and not all(self.mapped("active")):
            leaving = self.filtered(lambda lead: not lead.active and lead.won_status == "won")
        if stage._filter_ruling() and vals.get("probability", stage.probability) == stage.probability:
            entering = self.filtered(
                lambda lead: (
                    vals.get("type", lead.type) == "opportunity"
                    and (lead.stage_id != stage or lead.type == "lead")
                    and (lead.won_status != "lost" or vals.get("active"))
                )
            )
        for leads, opening in entering._group_to_open(stage.probability):
            super(CrmLead, leads).write({**vals, **opening})
        self.env.add_to_compute(self._fields["automated_probability"], entering)
        others = self - entering
        if others or not self:
            super(CrmLead, others).write(vals)
        if late:
            late.date_closed = fields.Datetime.now()
        leaving._reset_probability()
        return True

    @api.model
    def _extract_records(self, *args, **kwargs):
        """An empty cell of an import is no value: Odoo would archive where Active is empty, and where Stage is, leave the
        opportunity in none, out of every column's reach."""
        return drop_blank_cells(super()._extract_records(*args, **kwargs), NEVER_EMPTY)

    def copy_data(self, default=None):
        """The copy of an archived one is open, as any new one: inactive at 0% Odoo would call it lost."""
        vals_list = super().copy_data(default=default)
        for lead, vals in zip(self, vals_list, strict=True):
            if not lead.active and lead.won_status != "lost" and "active" not in (default or {}):
                vals["active"] = True
        return vals_list

    @api.model
    def _clean_values(self, vals):
        """The values of a create or write, as every rule here reads them: a blank probability is none, nor is a blank text
        one for what is never empty; a figure and the number of a stage may come as text.

        :raise UserError: when they are no such things
        """
        blank = [name for name in NEVER_EMPTY if isinstance(vals.get(name), str) and is_blank(vals[name])]
        vals = {name: value for name, value in vals.items() if name not in blank}
        if is_blank(vals.get("probability", 0)):
            del vals["probability"]
        elif "probability" in vals:
            vals["probability"] = to_probability(self.env, vals["probability"], 0, 100)
        stage = vals.get("stage_id")
        if stage and not is_id(stage):
            if isinstance(stage, (models.BaseModel, tuple)):
                number = stage[0].id if isinstance(stage, models.BaseModel) else stage[0]
            else:
                number = int(stage) if isinstance(stage, str) and stage.isdigit() else stage
            if not is_id(number):
                raise UserError(self.env._("“%s” is no stage: give the number (ID) of one.", stage))
            vals["stage_id"] = number
        return vals

    def _stage_find(self, team_id=False, domain=None, order="sequence, id", limit=1):
        """Undefined is for what deleted stages leave behind; nothing new goes there by itself."""
        domain = [*(domain or ()), ("is_undefined", "=", False)]
        return super()._stage_find(team_id=team_id, domain=domain, order=order, limit=limit)

    def _merge_opportunity(self, *args, **kwargs):
        """Where the merged one cannot keep its stage, Odoo takes the first of the team: that must not be Undefined."""
        had_undefined = any(self.stage_id.mapped("is_undefined"))
        merged = super()._merge_opportunity(*args, **kwargs)
        if merged.stage_id.is_undefined and not had_undefined:
            merged.stage_id = merged._stage_find(domain=[("fold", "=", False)])
        return merged

    @api.model
    def _read_group_stage_ids(self, stages, domain):
        """Undefined is a column only while something is in it."""
        return super()._read_group_stage_ids(stages, domain) - (self.env["crm.stage"]._get_undefined() - stages)

    # ------------------------------------------------------------
    # PROBABILITY
    # ------------------------------------------------------------

    def _filter_stage_rules(self):
        """The opportunities whose stage gives them their probability. Leads are in no pipeline and stay with scoring,
        and in a won stage Odoo itself keeps everything at 100."""
        # sudo: the rule holds for whoever asks, a portal user who may not read stages included
        return self.sudo().filtered_domain(RULED).with_env(self.env)

    def _settle(self):
        """Take what the stage says of the probability."""
        self._win()
        self._apply_stage_probability()

    def _win(self):
        """What is active in a won stage is won."""
        # sudo: as in `_filter_stage_rules`
        won = self.filtered(
            lambda lead: (
                lead.active and lead.sudo().stage_id.is_won and not (lead.won_status == "won" and lead.date_closed)
            )
        )
        if won:
            won.write({**WON_VALUES})  # a copy: Odoo adds to what it is given

    def _apply_stage_probability(self):
        """Open, at the probability of the stage, where it rules."""
        for stage, leads in self._filter_stage_rules().grouped("stage_id").items():
            figure = stage.sudo().probability
            changing = leads.filtered(lambda lead, figure=figure: lead.probability != figure or lead.date_closed)
            for some, opening in changing._group_to_open(figure):
                some.write(opening)

    def _reset_probability(self):
        """Open, as if they were new: at the probability of the stage where it rules, of scoring elsewhere."""
        ruled = self._filter_stage_rules()
        ruled._apply_stage_probability()
        scored = (self - ruled).filtered(lambda lead: not lead.stage_id.is_won)
        result = scored and scored._pls_get_naive_bayes_probabilities()
        figures = result[0] if result else {}
        # where scoring has no statistics, a new one is at 0
        for figure, leads in scored.grouped(lambda lead: figures.get(lead.id, 0)).items():
            for some, opening in leads._group_to_open(figure):
                some.write({**opening, "automated_probability": figure})

    def _group_to_open(self, probability):
        """[(records, values)]: what opens them at a probability that a rule gives. At 0% Odoo would keep the closed date, and
        call lost what is inactive."""
        if probability:
            return [(self, {"probability": probability})] if self else []
        return [
            (leads, {"probability": 0, "date_closed": False, **({} if active else {"is_archived": True})})
            for active, leads in self.grouped("active").items()
        ]

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_apply_stage_probability(self):
        """Give the opportunities the probability of their stage again, after it was set by hand.

        Whoever may write them. UserError for a lost one, or one whose stage has no probability of its own to give. Return True.
        """
        check_ids(self)
        for lead in self:
            if lead.won_status == "lost":
                raise UserError(self.env._("“%s” is lost: restore it to give it a probability.", lead.name))
            if lead.won_status == "pending" and not lead.can_apply_stage_probability:
                raise UserError(
                    self.env._(
                        "The stage of “%s” does not change probabilities automatically: set the probability by hand, or"
                        " let lead scoring do it.",
                        lead.name,
                    )
                )
        self._apply_stage_probability()
        return True

    def action_set_lost(self, **additional_values):
        """What was archived is lost from now on, and closed. Return what Odoo's own method does."""
        self.filtered("is_archived").date_closed = fields.Datetime.now()
        return super().action_set_lost(**{**additional_values, "is_archived": False})

    def action_unarchive(self):
        """A lost opportunity that comes back gets the probability of its stage, where the stage rules. Return what Odoo's own
        method does."""
        lost = self.filtered(lambda lead: lead.won_status == "lost")
        result = super().action_unarchive()
        lost._apply_stage_probability()
        return result

    def action_restore(self):
        """Odoo gives what comes back the probability of scoring; where the stage rules, `action_unarchive` has done it.
        Return what Odoo's own method does."""
        ruled = self._filter_stage_rules()
        ruled.action_unarchive()
        return super(CrmLead, self - ruled).action_restore()
