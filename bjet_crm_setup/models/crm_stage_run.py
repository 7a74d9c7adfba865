# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import contextlib
from collections import Counter
from functools import partial
from itertools import islice

from psycopg2 import IntegrityError

from odoo import api, fields, models
from odoo.exceptions import AccessError, ConcurrencyError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.arguments import check_boolean, check_ids, check_limit, checking_domain, is_id
from ..tools.groups import MANAGER

# records that are read, written and forgotten at once: memory stays flat, whatever the stage holds
BATCH = 1000
# ids looked up at once where a call is to do all of them
PAGE = 100 * BATCH
# how many times as many ids as asked for are looked up: other runs may hold the first ones
SPARE = 10


class CrmStage(models.Model):
    """Runs over all that a stage holds: archive, restore, give the stage's probability, move.

    Each public method does one batch in the transaction of the call, of at most `limit` records (None: all of them, batch
    after batch), and returns `{'done': int, 'remaining': int}`: what it did, and what is still there for this caller to
    do. The caller calls again until nothing remains. What is done is out of the next batch's scope, so that a run that
    broke off is resumed by the same call, and rows are locked, so that two runs at once share the work.

    A call looks through the whole stage once, to count and to find what it is to do; all the rest goes by ids. So the
    time of a run does not depend on what PostgreSQL's statistics know of the stage.
    """

    _inherit = "crm.stage"

    # how many opportunities `apply_probability` would change
    apply_count = fields.Integer(compute="_compute_apply_count", export_string_translation=False)

    @api.depends("probability", "on_change")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_apply_count(self):
        self.apply_count = 0
        stages = self._origin.filtered("on_change")
        if not stages or not self._is_manager():
            return
        find = partial(stages._find_opportunities, left=stages._get_apply_domain())
        by_stage = dict(self._count_by(find, "stage_id"))
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
        check_ids(self)
        counts = {"active": 0, "archived": 0, "lost": 0}
        find = partial(self._find_opportunities, domain=domain)
        for active, won_status, count in self._count_by(find, "active", "won_status"):
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
        contents = self._get_contents()
        options = {"count": contents["count"], "won": contents["won"], "destinations": [], "refusal": False}
        if not contents["count"]:
            return options
        undefined = self._get_undefined()
        if undefined & self:
            return {**options, "refusal": self._explain_undefined_in_use()}
        # with the sudo of Undefined, which a rule may hide; the others are those that the caller finds
        candidates = [undefined, *self.search([("id", "not in", (self + undefined).ids)])]
        destinations = [stage for stage in candidates if not stage._explain_unfit(self, contents)]
        names = self.browse().union(*destinations)._get_names_apart()
        for stage in destinations:
            options["destinations"].append({"id": stage.id, "name": names.get(stage) or self.env._("Undefined")})
        if not destinations:
            # nothing else: Undefined takes all but what is won
            no_won_stage = self.env._(
                "The stage “%s” holds won opportunities, and there is no other won stage to take them: make one first.",
                ", ".join(self.mapped("display_name")),
            )
            options["refusal"] = undefined._explain_unfit(self, contents) if contents["lost"] else no_won_stage
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
        left = Domain("active", "=", True)
        find = partial(self._find_opportunities, left=left, domain=domain)
        return self._run(find, lambda lead: lead.active, limit, lambda leads: leads._archive_with_stage())

    def restore_records(self, domain=None, include_lost=False, limit=None):
        """Restore the archived opportunities of the stages, as they were, with a line in the history of each.

        What Odoo's own Archive took out comes back open, without the closed date that it had given. In a won stage all
        come back won. Lost ones only when asked for: they lose their reason (the history keeps it), and get the
        probability of the stage, or of scoring in a stage that has none of its own.

        :param list domain: a domain on crm.lead, say the filter of the pipeline
        :param bool include_lost: whether lost opportunities are restored too
        :param int limit: the size of the batch; None for all of them
        :return: `{'done': int, 'remaining': int}`
        :raise UserError: when the domain, `include_lost` or the limit is wrong
        :raise AccessError: when the caller may not write opportunities at all
        """
        check_boolean(self.env, "include_lost", include_lost)
        left = Domain("active", "=", False)
        if not include_lost:
            left &= Domain("won_status", "!=", "lost")
        find = partial(self._find_opportunities, left=left, domain=domain)
        return self._run(find, lambda lead: not lead.active, limit, lambda leads: leads._restore_with_stage())

    def apply_probability(self, limit=None):
        """Give the probability of the stages to the open opportunities in them: active, neither won nor lost.

        Managers only (AccessError), and those opportunities that the manager may write.

        :param int limit: the size of the batch; None for all of them
        :return: `{'done': int, 'remaining': int}`
        :raise UserError: when the limit is wrong, or a stage does not change probabilities automatically
        """
        self._check_manager()
        check_ids(self)
        check_limit(self.env, limit)
        if silent := self.filtered(lambda stage: not stage.on_change):
            raise UserError(
                self.env._(
                    "The stage “%s” gives its probability to no opportunity: switch on “Change Probability"
                    " Automatically” in it and save, then apply.",
                    silent[0].name,
                )
            )
        return self._run(
            partial(self._find_opportunities, left=self._get_apply_domain()),
            lambda lead: lead.probability != lead.stage_id.probability,
            limit,
            # sudo: the search has found what the manager may write; asking for each record again costs as much as writing
            lambda leads: leads.sudo()._apply_stage_probability_with_history(),
        )

    def move_records(self, destination_id=None, limit=None):
        """Move all records of the stages to another one, with a line in the history of each.

        All of them: opportunities and leads, archived and lost, of every company, whoever owns them. In Undefined their
        probability, won status and closed date stay; in another stage the open ones follow that stage's rule, as if
        they were dragged there, and lost ones stay lost, archived ones archived. Managers only (AccessError).

        :param int destination_id: the stage to move to; None for Undefined, which is made when there is none
        :param int limit: the size of the batch; None for all of them
        :return: `{'done': int, 'remaining': int}`
        :raise UserError: when the limit is wrong, there is no such stage, or it cannot take the records: won ones go to won
            stages only, lost ones to others, and those of a team to the stages that the team has
        """
        self._check_manager()
        check_ids(self)
        check_limit(self.env, limit)
        contents = self._get_contents()
        if not contents["count"]:
            return {"done": 0, "remaining": 0}
        destination = self._get_destination(destination_id)
        destination._lock_stages()
        if reason := destination._explain_unfit(self, contents):
            raise UserError(reason)
        destination = destination or self._ensure_undefined()
        # sudo: a stage is shared by companies, and deleting it leaves nothing behind, whoever may see it
        return self._run(
            self._find_contents,
            lambda lead: lead.stage_id in self,
            limit,
            lambda leads: leads.sudo()._move_with_stage(destination),
        )

    def action_delete(self, destination_id=None):
        """Delete the stages; whatever is in them moves first, in the same transaction, as `move_records` does it.

        What the dialog ends with: a record that came too late for its batches goes where the rest went. Managers only
        (AccessError).

        :param int destination_id: the stage to move to; None for Undefined
        :return: True
        :raise UserError: as in `move_records`
        """
        self._lock_for_deletion()
        self.move_records(destination_id)
        return self.unlink()

    def unlink(self):
        """Delete the stages; whatever is in them moves first, in the same transaction, to Undefined.

        Managers only, as Odoo has it. UserError when the stage is Undefined and holds records, or is won and holds
        won opportunities, which only another won stage can take (see `action_delete`).
        """
        self._lock_for_deletion()
        self.move_records()
        self._check_left_by_all()
        return super().unlink()

    # ------------------------------------------------------------
    # CHECKS
    # ------------------------------------------------------------

    def _is_manager(self):
        return self.env.su or self.env.user.has_group(MANAGER)

    def _check_manager(self):
        if not self._is_manager():
            raise AccessError(self.env._("Only sales managers can do this with a stage: ask one of them."))

    def _lock_for_deletion(self):
        """A record that is entering a stage in another transaction is waited for, one that would enter later is refused."""
        self.check_access("unlink")
        check_ids(self)
        self.env.flush_all()
        self._lock_entrance()

    def _check_left_by_all(self):
        """A record that entered after this transaction's snapshot was taken could not be moved, and keeps the stage from
        being deleted: the server tries the call again, and will see it.

        Only PostgreSQL sees it, when it deletes: tried here, where its refusal is foreseen and no error to log.
        """
        self.env.flush_all()
        deletion = SQL("DELETE FROM crm_stage WHERE id = ANY(%s)", self.ids)
        with contextlib.closing(self.env.cr.savepoint(flush=False)):
            try:
                self.env.cr.execute(deletion, log_exceptions=False)
            except IntegrityError as error:
                # what else keeps the stage from being deleted is said by the deletion itself
                if error.diag.constraint_name == "crm_lead_stage_id_fkey":
                    raise ConcurrencyError(str(error)) from error

    # ------------------------------------------------------------
    # DESTINATION: WHICH STAGE CAN TAKE THE RECORDS
    # ------------------------------------------------------------

    def _get_destination(self, destination_id):
        """The stage of that id; Undefined for None or False, as `delete_options` offers it, empty while there is none."""
        if destination_id is None or destination_id is False:
            undefined = self._get_undefined()
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

    def _get_contents(self):
        """What is in the stages, as a destination looks at it.

        :return: `{'count': int, 'won': int, 'lost': int, 'team_ids': set of ids}`
        """
        contents = {"count": 0, "won": 0, "lost": 0, "team_ids": set()}
        for won_status, team_id, count in self._count_by(self._find_contents, "won_status", "team_id"):
            contents["count"] += count
            if won_status in ("won", "lost"):
                contents[won_status] += count
            if team_id:
                contents["team_ids"].add(team_id)
        return contents

    def _explain_unfit(self, sources, contents):
        """Why this stage cannot take what is in the sources; False when it can.

        :param self: the stage; empty for an Undefined that is still to be made
        :param dict contents: see `_get_contents`
        """
        names = {"origin": ", ".join(sources.mapped("display_name")), "stage": self.display_name}
        if contents["won"] and contents["lost"]:
            return self.env._(
                "The stage “%s” holds won and lost opportunities, and no stage takes both: restore the lost ones, or move"
                " them to another stage, first.",
                names["origin"],
            )
        if contents["won"] and not self.is_won:
            return self.env._(
                "The stage “%s” holds won opportunities, and only a won stage can take them: delete it in the"
                " pipeline, where you can pick another won stage for its records.",
                names["origin"],
            )
        if contents["lost"] and self.is_won:
            return self.env._(
                "The stage “%(origin)s” holds lost opportunities, and “%(stage)s” is a won stage: pick a stage"
                " that is not won, or restore the lost ones first.",
                **names,
            )
        # sudo: whether a stage belongs to a team is no matter of whether the caller may read that team
        team_ids = self.sudo().team_ids._ids
        if team_ids and not contents["team_ids"] <= set(team_ids):
            return self.env._(
                "The stage “%(origin)s” holds records of sales channels that do not have the stage “%(stage)s”: pick a"
                " stage that all of them have, or give it to them first.",
                **names,
            )
        return False

    def _explain_undefined_in_use(self):
        return self.env._(
            "The stage “%s” keeps the records of deleted stages, and still holds some: move them to other stages first.",
            self._get_undefined().display_name,
        )

    def _get_names_apart(self):
        """The names of the stages, those of the same name told apart by their teams.

        :return: `{stage: str}`
        """
        # sudo: Undefined is offered, though a rule hide it
        names = {stage: stage.sudo().display_name for stage in self}
        listed = list(names.values())
        for stage, name in names.items():
            if listed.count(name) > 1:
                # sudo: two stages that the caller may use are told apart by teams that they may not read, too
                teams = ", ".join(sorted(stage.sudo().team_ids.mapped("display_name")))
                names[stage] = (
                    self.env._("%(stage)s (%(teams)s)", stage=name, teams=teams)
                    if teams
                    else self.env._("%s (all sales channels)", name)
                )
        times = Counter()
        for stage, name in names.items():  # of the same teams, too: numbered in the order of the pipeline
            times[name] += 1
            if times[name] > 1:
                names[stage] = f"{name} – {times[name]}"
        return names

    # ------------------------------------------------------------
    # SCOPE
    # ------------------------------------------------------------

    def _all_records(self):
        # sudo: for what a manager's check goes before
        return self.env["crm.lead"].sudo().with_context(active_test=False)

    def _get_apply_domain(self):
        """The open opportunities that are not at the probability of their stage."""
        return Domain([("active", "=", True), ("won_status", "=", "pending")]) & Domain.OR(
            Domain([("stage_id", "=", stage.id), ("probability", "!=", stage.probability)]) for stage in self
        )

    def _find_contents(self, read):
        """What `read` makes of a Query for all that is in the stages, whoever may see it."""
        return read(self._all_records()._search([("stage_id", "in", self.ids)]))

    def _find_opportunities(self, read, left=Domain.TRUE, domain=None):
        """What `read` makes of a Query for the opportunities of the stages that the caller may write.

        :param Domain left: what narrows them down
        :param domain: what the caller narrows them down to
        :raise UserError: when that domain is wrong
        """
        self.check_access("read")
        self.env["crm.lead"].check_access("write")
        # archived ones are looked for, too; what else the filter asks for is found as the column finds it
        contents = [("stage_id", "in", self.ids), ("type", "=", "opportunity"), ("active", "in", [True, False])]
        with checking_domain(self.env, domain) as wanted:
            return read(self._search_writable(Domain(contents) & left & wanted))

    def _search_writable(self, domain):
        """The records that match the domain and that the caller may read and write.

        One Query, on crm.lead itself, with both rights in it: one on a list of ids that another query finds takes a time
        that grows with the square of the stage, where PostgreSQL's statistics do not know yet what is in it.
        """
        query = self.env["crm.lead"]._search(domain)
        # sudo: the rules hold whatever the caller may read of what they go by, as in the ORM's own searches
        leads = self._all_records()
        rules = self.env["ir.rule"]._compute_domain("crm.lead", "write").optimize_full(leads)
        query.add_where(rules._to_sql(leads, query.table, query))
        return query

    def _count_by(self, find, *names):
        """The numbers of the found records by the values of some fields: rows of these values and the number."""
        leads = self._all_records()

        def read(query):
            columns = [leads._field_to_sql(query.table, name, query) for name in names]
            query.groupby = SQL(", ").join(columns)
            return self._fetch_quietly(query.select(*columns, "COUNT(*)"))

        return find(read)

    # ------------------------------------------------------------
    # RUN
    # ------------------------------------------------------------

    def _run(self, find, is_left, limit, process):
        """Do one batch of at most `limit` records, or all of them.

        :param find: `_find_contents` or `_find_opportunities`
        :param is_left: a function of a record, true until it is done
        :param process: a function of the records to do at once
        """
        check_ids(self)
        check_limit(self.env, limit)
        self._lock_stages()
        size = PAGE if limit is None else min(PAGE, SPARE * limit)

        def look(query):
            ids = SQL.identifier(query.table, "id")
            [[count, found]] = self._fetch_quietly(query.select("COUNT(*)", SQL("(array_agg(%s))[:%s]", ids, size)))
            return count, found or []

        total, ids = find(look)
        done, before = 0, None
        while done not in (before, limit, total):
            before, candidates = done, iter(ids)
            while batch := list(islice(candidates, BATCH if limit is None else min(BATCH, limit - done))):
                done += self._do_batch(self._lock(batch), is_left, process)
            if done not in (before, limit, total):
                ids = find(look)[1]
        if total and not done:
            done = self._do_batch(self._lock(ids[: min(BATCH, limit or BATCH)], wait=True), is_left, process)
        return {"done": done, "remaining": total - done}

    def _do_batch(self, ids, is_left, process):
        """Do these, and forget them. Return their number."""
        leads = self.env["crm.lead"].with_context(active_test=False, mail_notrack=True).browse(ids)
        if leads:
            process(leads)
            self.env.flush_all()
            if any(map(is_left, leads.sudo())):
                raise UserError(
                    self.env._(
                        "Something, most likely an automation rule, undoes these changes: switch it off, and try again."
                    )
                )
            leads.invalidate_model(flush=False)
        return len(leads)

    def _lock(self, ids, wait=False):
        """Lock those of the records that no other run has, and return their ids in order; with `wait`, those that another
        run has are waited for. One that was changed meanwhile makes the server try the call again, which is no error to
        log."""
        how = SQL("FOR NO KEY UPDATE" if wait else "FOR NO KEY UPDATE SKIP LOCKED")
        rows = self._fetch_quietly(SQL("SELECT id FROM crm_lead WHERE id = ANY(%s) ORDER BY id %s", ids, how))
        return [id_ for [id_] in rows]

    def _lock_entrance(self):
        """Wait for what is entering the stages in other transactions, and have what would enter later wait: the foreign key
        of a record holds its stage until the record is committed."""
        self._fetch_quietly(SQL("SELECT id FROM crm_stage WHERE id = ANY(%s) ORDER BY id FOR UPDATE", self.ids))

    def _lock_stages(self):
        """Hold the stages as they are: what makes one won, or not won any more, waits for this transaction, or the server
        tries the call again and finds the stage as it has become."""
        self._fetch_quietly(SQL("SELECT id FROM crm_stage WHERE id = ANY(%s) ORDER BY id FOR SHARE", self.ids))

    def _fetch_quietly(self, query):
        """The rows of a query whose failure is foreseen, and no error of the server to log."""
        self.env.flush_query(query)
        self.env.cr.execute(query, log_exceptions=False)
        return self.env.cr.fetchall()
