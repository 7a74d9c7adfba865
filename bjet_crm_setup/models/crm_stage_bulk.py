# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import psycopg2

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.groups import MANAGER
from ..tools.records import check_ids, is_id

# records that are read, written and forgotten at once: memory stays flat, whatever the stage holds
CHUNK = 1000
# what Odoo answers a domain that is none
WRONG_DOMAIN = (ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RecursionError)


class CrmStage(models.Model):
    """Runs over all that a stage holds: archive, restore, give the stage's probability, move.

    Each public method does one batch in the transaction of the call, of at most `limit` records (None: all of them), and
    returns `{'done': int, 'remaining': int}`: what it did, and what is still there for this caller to do. The caller
    calls again until nothing remains. What is done is out of the next batch's scope, so that a run that broke off is
    resumed by the same call, and rows are locked, so that two runs at once share the work.
    """

    _inherit = "crm.stage"

    # how many opportunities `apply_probability` would change
    apply_count = fields.Integer(compute="_compute_apply_count", export_string_translation=False)

    @api.depends("probability")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_apply_count(self):
        self.apply_count = 0
        stages = self._origin
        if not stages or not self._is_manager():
            return
        counts = self._all_records()._read_group(stages._get_apply_scope(), ["stage_id"], ["__count"])
        by_stage = {stage.id: count for stage, count in counts}
        for stage in self:
            stage.apply_count = by_stage.get(stage._origin.id, 0)

    # ------------------------------------------------------------
    # PUBLIC METHODS
    # ------------------------------------------------------------

    @api.readonly
    def count_records(self, domain=None):
        """Count the opportunities of the stages that the caller may write, and that match the domain.

        :param list domain: a domain on crm.lead, say the filter of the pipeline
        :return: `{'active': int, 'archived': int, 'lost': int}`; lost ones are not among the archived
        :raise UserError: when the domain is wrong
        :raise AccessError: when the caller may not write opportunities at all
        """
        counts = {"active": 0, "archived": 0, "lost": 0}
        for active, won_status, count in self._all_records()._read_group(
            self._get_scope(domain), ["active", "won_status"], ["__count"]
        ):
            counts["active" if active else "lost" if won_status == "lost" else "archived"] += count
        return counts

    @api.readonly
    def delete_options(self):
        """What deleting the stages takes, and where their records can go: what the dialog asks with.

        All records count, as in `move_records`. Managers only (AccessError).

        :return: `{'count': int, 'won': int, 'destinations': [{'id': int or False, 'name': str}], 'refusal': str or
            False}`: the number of records, of them won, the stages that can take them (False is Undefined before it is
            made; none when there is nothing to take), and why the stages cannot be deleted, if so
        """
        self._check_manager()
        check_ids(self)
        counts = {"won": 0, "lost": 0, "pending": 0}
        for won_status, count in self._all_records()._read_group(
            self._get_contents_domain(), ["won_status"], ["__count"]
        ):
            counts[won_status or "pending"] += count
        total = sum(counts.values())
        options = {"count": total, "won": counts["won"], "destinations": [], "refusal": False}
        if not total:
            return options
        undefined = self._get_undefined().exists()
        destinations = self.search([("id", "not in", (self + undefined).ids)])
        if counts["won"]:
            destinations = destinations.filtered("is_won")
        if counts["lost"]:
            destinations = destinations.filtered(lambda stage: not stage.is_won)
        options["destinations"] = [{"id": stage.id, "name": stage.display_name} for stage in destinations]
        if undefined & self:
            options.update(destinations=[], refusal=self._explain_undefined_in_use())
        elif counts["won"] and counts["lost"]:
            options["refusal"] = self._explain_won_and_lost()
        elif not counts["won"]:
            name = undefined.display_name if undefined else self.env._("Undefined")
            options["destinations"].insert(0, {"id": undefined.id, "name": name})
        elif not destinations:
            options["refusal"] = self.env._(
                "The stage “%s” holds won opportunities, and there is no other won stage to take them: make one first.",
                ", ".join(self.mapped("display_name")),
            )
        return options

    def archive_records(self, domain=None, limit=None):
        """Archive the opportunities of the stages, with a line in the history of each.

        Those that the caller may write and that match the domain; leads that share the stage are not touched. Archived
        is not lost: probability, won status, closed date and scoring statistics stay, and so do the planned activities,
        which are back when the opportunity is.

        :param list domain: a domain on crm.lead, say the filter of the pipeline
        :param int limit: the size of the batch; None for all of them
        :return: `{'done': int, 'remaining': int}`
        :raise UserError: when the domain or the limit is wrong
        :raise AccessError: when the caller may not write opportunities at all
        """
        scope = self._get_scope(domain) & Domain("active", "=", True)
        return self._run(scope, limit, lambda leads: leads._archive_with_stage())

    def restore_records(self, domain=None, include_lost=False, limit=None):
        """Restore the archived opportunities of the stages, as they were, with a line in the history of each.

        Lost ones only when asked for: they lose their reason (the history keeps it), and get the probability of the
        stage, or of scoring in a stage that has none of its own.

        :param list domain: a domain on crm.lead, say the filter of the pipeline
        :param bool include_lost: whether lost opportunities are restored too
        :param int limit: the size of the batch; None for all of them
        :return: `{'done': int, 'remaining': int}`
        :raise UserError: when the domain or the limit is wrong
        :raise AccessError: when the caller may not write opportunities at all
        """
        scope = self._get_scope(domain) & Domain("active", "=", False)
        if not include_lost:
            scope &= Domain("won_status", "!=", "lost")
        return self._run(scope, limit, lambda leads: leads._restore_with_stage())

    def apply_probability(self, limit=None):
        """Give the probability of the stages to the open opportunities in them: active, neither won nor lost.

        Managers only (AccessError), and those opportunities that the manager may write.

        :param int limit: the size of the batch; None for all of them
        :return: `{'done': int, 'remaining': int}`
        :raise UserError: when the limit is wrong, or a stage that is not won is at 100%
        """
        self._check_manager()
        check_ids(self)
        self._check_not_won_at_100()
        return self._run(self._get_apply_scope(), limit, lambda leads: leads._apply_stage_probability_with_history())

    def move_records(self, destination_id=None, limit=None):
        """Move all records of the stages to another one, with a line in the history of each.

        All of them: opportunities and leads, archived and lost, of every company, whoever owns them. In Undefined their
        probability, won status and closed date stay; in another stage the open ones follow that stage's rule, as if
        they were dragged there, and lost ones stay lost, archived ones archived. Managers only (AccessError).

        :param int destination_id: the stage to move to; None for Undefined, which is made when there is none
        :param int limit: the size of the batch; None for all of them
        :return: `{'done': int, 'remaining': int}`
        :raise UserError: when the limit is wrong, there is no such stage, won opportunities would go to a stage that is
            not won, or lost ones to one that is
        """
        self._check_manager()
        check_ids(self)
        self._check_limit(limit)
        scope = self._get_contents_domain()
        records = self._all_records()
        if not records.search_count(scope, limit=1):
            return {"done": 0, "remaining": 0}
        destination = self._get_destination(destination_id)
        self._check_destination(
            destination,
            records.search(scope & Domain("won_status", "=", "won"), limit=1),
            records.search(scope & Domain("won_status", "=", "lost"), limit=1),
        )
        destination = destination or self._ensure_undefined()
        # sudo: a stage is shared by companies, and deleting it leaves nothing behind, whoever may see it
        return self._run(scope, limit, lambda leads: leads.sudo()._move_with_stage(destination))

    # ------------------------------------------------------------
    # CHECKS
    # ------------------------------------------------------------

    def _is_manager(self):
        return self.env.su or self.env.user.has_group(MANAGER)

    def _check_manager(self):
        if not self._is_manager():
            raise AccessError(self.env._("Only sales managers can do this with a stage: ask one of them."))

    def _check_limit(self, limit):
        if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int) or limit <= 0):
            raise UserError(
                self.env._(
                    "The number of records of a batch is a whole number above zero, or none for all; not %r.", limit
                )
            )

    def _get_destination(self, destination_id):
        # one that another transaction is just making may be remembered already: it is not there yet
        undefined = self._get_undefined().exists()
        if destination_id is None:
            if undefined & self:
                raise UserError(self._explain_undefined_in_use())
            return undefined
        destination = self.browse(destination_id if is_id(destination_id) else ()).exists()
        if not destination:
            raise UserError(self.env._("The stage to move the records to is not there any more: pick another one."))
        if destination in self:
            raise UserError(
                self.env._("Records cannot move from the stage “%s” to itself: pick another one.", destination.name)
            )
        return destination

    def _explain_undefined_in_use(self):
        return self.env._(
            "The stage “%s” keeps the records of deleted stages, and still holds some: move them to other stages first.",
            self._get_undefined().display_name,
        )

    def _explain_won_and_lost(self):
        return self.env._(
            "The stage “%s” holds won and lost opportunities, and no stage takes both: restore the lost ones, or move"
            " them to another stage, first.",
            ", ".join(self.mapped("display_name")),
        )

    def _check_destination(self, destination, won, lost):
        """:param destination: the stage; empty for an Undefined that is still to be made"""
        if won and lost:
            raise UserError(self._explain_won_and_lost())
        if won and not destination.is_won:
            raise UserError(
                self.env._(
                    "The stage “%s” holds won opportunities, and only a won stage can take them: delete it in the"
                    " pipeline, where you can pick another won stage for its records.",
                    won.stage_id.name,
                )
            )
        if lost and destination.is_won:
            raise UserError(
                self.env._(
                    "The stage “%(stage)s” holds lost opportunities, and “%(destination)s” is a won stage: pick a stage"
                    " that is not won, or restore the lost ones first.",
                    stage=lost.stage_id.name,
                    destination=destination.name,
                )
            )

    # ------------------------------------------------------------
    # SCOPE
    # ------------------------------------------------------------

    def _all_records(self):
        # sudo: for domains that hold the caller's rights, see `_get_scope`, or that a manager's check goes before
        return self.env["crm.lead"].sudo().with_context(active_test=False)

    def _get_contents_domain(self):
        return Domain("stage_id", "in", self.ids)

    def _get_scope(self, domain=None):
        """The opportunities of the stages that the caller may write, as a domain for the superuser."""
        check_ids(self)
        self.check_access("read")
        self.env["crm.lead"].check_access("write")
        # archived ones are looked for, too; what else the filter asks for is found as the column finds it
        contents = self._get_contents_domain() & Domain([("type", "=", "opportunity"), ("active", "in", [True, False])])
        try:
            if domain is not None and not isinstance(domain, (list, tuple, Domain)):
                raise TypeError(f"{domain!r} is no list")
            wanted = contents & Domain(domain or Domain.TRUE)
            readable = self.env["crm.lead"]._search(wanted)
            if domain:
                # executed once, so that a value of a wrong type is told apart from a failure of the run
                self._fetch_quietly(SQL("%s LIMIT 1", readable.select()))
        except (*WRONG_DOMAIN, psycopg2.DataError, psycopg2.ProgrammingError) as error:
            raise UserError(
                self.env._(
                    "This filter does not work on opportunities: change it, and try again. (%s)",
                    str(error).split("\n")[0],
                )
            ) from None
        return Domain("id", "in", readable) & self.env["ir.rule"]._compute_domain("crm.lead", "write")

    def _get_apply_scope(self):
        scope = self._get_scope() & Domain([("active", "=", True), ("won_status", "=", "pending")])
        return scope & Domain.OR(
            Domain([("stage_id", "=", stage.id), ("probability", "!=", stage.probability)]) for stage in self
        )

    # ------------------------------------------------------------
    # RUN
    # ------------------------------------------------------------

    def _run(self, scope, limit, process):
        self._check_limit(limit)
        Lead = self._all_records()
        done, last_id = 0, 0
        while limit is None or done < limit:
            size = CHUNK if limit is None else min(CHUNK, limit - done)
            ids = self._lock(Lead, scope & Domain("id", ">", last_id), size, wait=limit is None or not done)
            if not ids:
                break
            process(self.env["crm.lead"].with_context(active_test=False, mail_notrack=True).browse(ids))
            self.env.flush_all()
            if Lead.search_count(scope & Domain("id", "in", ids), limit=1):
                raise UserError(
                    self.env._(
                        "Something undoes what this run does, an automation rule most likely: switch it off, and try"
                        " again."
                    )
                )
            self.env.invalidate_all(flush=False)
            done, last_id = done + len(ids), ids[-1]
        return {"done": done, "remaining": Lead.search_count(scope)}

    def _lock(self, Lead, domain, size, wait):
        """Lock up to `size` records and return their ids in order; those that another run has are waited for only
        when there is nothing else to do. One that was changed meanwhile makes the server try the call again, which is no
        error to log."""
        query = Lead._search(domain, order="id", limit=size)
        locked = SQL("%s FOR NO KEY UPDATE OF crm_lead", query.select())
        rows = self._fetch_quietly(SQL("%s SKIP LOCKED", locked))
        if wait and not rows:
            rows = self._fetch_quietly(locked)
        return [row[0] for row in rows]

    def _fetch_quietly(self, query):
        """The rows of a query whose failure is foreseen, and no error of the server to log."""
        self.env.flush_query(query)
        self.env.cr.execute(query, log_exceptions=False)
        return self.env.cr.fetchall()
