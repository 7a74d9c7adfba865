# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from babel.numbers import format_decimal
from markupsafe import Markup

from odoo import fields, models
from odoo.tools import SQL
from odoo.tools.mail import generate_tracking_message_id
from odoo.tools.misc import babel_locale_parse

# what the runs, Odoo's own write and the usual record rules read of a record: all of it in one query, instead of every
# column of the table
RUN_FIELDS = [
    "active", "type", "stage_id", "probability", "automated_probability", "won_status", "date_closed", "is_archived",
    "company_id", "team_id", "user_id",
]  # fmt: skip
# the figures that follow the probability, and what they are made of
REVENUE_FIELDS = [
    "expected_revenue", "prorated_revenue", "recurring_revenue", "recurring_revenue_prorated",
    "recurring_revenue_monthly", "recurring_revenue_monthly_prorated",
]  # fmt: skip
# what a move that keeps the probability leaves as it is
KEPT_FIELDS = [
    "probability", "automated_probability", "won_status", "day_close", "prorated_revenue", "recurring_revenue_prorated",
    "recurring_revenue_monthly_prorated",
]  # fmt: skip
# the ORM sends the values of a hundred records in a statement
ORM_BATCH = 100


class CrmLead(models.Model):
    """What the runs over a stage do to a batch of its records, see `crm_stage_run`."""

    _inherit = "crm.lead"

    def _archive_with_stage(self):
        """Archive, and nothing else: Odoo closes what it archives."""
        self.fetch(RUN_FIELDS)
        unchanged = ["won_status", "is_archived", "day_close"]
        self._write_keeping({"active": False, "is_archived": True}, ["date_closed"], unchanged)
        self._log_stage_run(
            lambda stage, _detail: self.env._("Archived with the other records of the stage “%s”.", stage)
        )

    def _restore_with_stage(self):
        """Bring back: what was archived as it was, what Odoo's own Archive took out open, what was lost without its
        reason. What is active in a won stage is won."""
        self.fetch([*RUN_FIELDS, "lost_reason_id"])
        reasons = {lead.id: lead.lost_reason_id.name or "" for lead in self if lead.won_status == "lost"}

        groups = self.grouped(lambda lead: lead._get_way_back())
        if kept := groups.get("kept"):
            kept._write_keeping({"active": True, "is_archived": False}, [], unchanged=["won_status", "is_archived"])
        if won := groups.get("won"):
            won.write({"active": True, "lost_reason_id": False})  # which makes them won, see `write`
        if opened := groups.get("opened"):
            opened.write({"active": True, "date_closed": False})
        if reopened := groups.get("reopened"):
            # what Odoo's Restore does to one
            reopened.write({"active": True, "lost_reason_id": False, "date_closed": False})
            reopened._reset_probability()

        def body(stage, reason):
            if reason is None:
                return self.env._("Restored with the other records of the stage “%s”.", stage)
            if reason:
                return self.env._(
                    "Restored with the other records of the stage “%(stage)s”; it had been lost: %(reason)s.",
                    stage=stage,
                    reason=reason,
                )
            return self.env._("Restored with the other records of the stage “%s”; it had been lost.", stage)

        self._log_stage_run(body, reasons)

    def _get_way_back(self):
        """How one is restored: kept as it was, won, opened, or reopened as Odoo does it with a lost one."""
        if self.won_status == "won":
            return "kept"
        if self.stage_id.is_won:
            return "won"
        if self.won_status == "lost":
            return "reopened"
        return "kept" if self.is_archived else "opened"

    def _apply_stage_probability_with_history(self):
        self.fetch(RUN_FIELDS + REVENUE_FIELDS)
        self._apply_stage_probability()
        self._log_stage_run(
            lambda stage, probability: self.env._(
                "Probability set to %(probability)s%% with the other records of the stage “%(stage)s”.",
                probability=format_decimal(probability, locale=babel_locale_parse(self.env.lang)),
                stage=stage,
            ),
            {lead.id: lead.stage_id.probability for lead in self},
        )

    def _move_with_stage(self, destination):
        """Move to another stage. Undefined keeps everything as it was; elsewhere what is open follows the stage, what
        is lost stays lost, and what is archived stays archived (Odoo brings back what gets into a won stage)."""
        self.fetch(RUN_FIELDS)
        sources = [lead.stage_id.id for lead in self]
        vals = {"stage_id": destination.id}
        if destination.is_undefined:
            kept = self
        else:
            kept = self.filtered(lambda lead: lead.won_status == "lost")
            archived = self.filtered(lambda lead: not lead.active) - kept
            if archived:
                names = ["active", "is_archived"] if destination.is_won else ["active", "is_archived", "date_closed"]
                archived._write_keeping(vals, names)
            if following := self - kept - archived:
                following.write(vals)
        if kept:
            kept._write_keeping(vals, ["date_closed"], unchanged=KEPT_FIELDS)
        self._log_stage_run(
            lambda stage, _detail: self.env._("Moved with the other records of the stage “%s”.", stage),
            sources=sources,
            destination=destination,
        )

    # ------------------------------------------------------------
    # MANY AT ONCE
    # ------------------------------------------------------------

    def _compute_prorated_revenue(self):
        """Odoo's figures, put where they belong at once: given one by one, the ORM looks for the currency of each three
        times over, which takes half the time of a run."""
        if len(self) <= ORM_BATCH:
            super()._compute_prorated_revenue()
            return
        # those of a company have one currency
        with self.env.protecting([self._fields["company_currency"]], self):
            for leads in self.grouped("company_id").values():
                leads.company_currency = leads[:1].company_currency
        field = self._fields["prorated_revenue"]
        known = field._get_cache(self.env)
        for lead in self:
            value = round((lead.expected_revenue or 0.0) * (lead.probability or 0) / 100.0, 2)
            if currency := lead.company_currency:
                value = currency.round(value)
            if known.get(lead.id) != value:
                field._update_cache(lead, value, dirty=True)

    def _write_multi(self, vals_list):
        """What a run writes is the same on its records, but for a figure or two: that goes to PostgreSQL once, in one
        statement, where the ORM sends all values of each record, a hundred records at a time."""
        names = vals_list[0].keys() if vals_list else ()
        if (
            len(self) <= ORM_BATCH
            or any(vals.keys() != names for vals in vals_list)
            or any(self._fields[name].translate or self._fields[name].company_dependent for name in names)
        ):
            super()._write_multi(vals_list)
            return
        columns = {"write_uid": [self.env.uid] * len(self), "write_date": [self.env.cr.now()] * len(self)}
        columns.update({name: [vals[name] for vals in vals_list] for name in names})
        assignments, different = [], {}
        for name, values in columns.items():
            column, column_type = SQL.identifier(name), SQL(self._fields[name].column_type[1])
            if all(value == values[0] for value in values):
                assignments.append(SQL("%s = %s::%s", column, values[0], column_type))
            else:
                assignments.append(SQL("%s = record.%s", column, column))
                different[column] = SQL("%s::%s[]", values, column_type)
        self.env.execute_query(
            SQL(
                "UPDATE crm_lead SET %s FROM unnest(%s) AS record (%s) WHERE crm_lead.id = record.id",
                SQL(", ").join(assignments),
                SQL(", ").join([SQL("%s::int4[]", list(self._ids)), *different.values()]),
                SQL(", ").join([SQL("id"), *different]),
            )
        )

    def _write_keeping(self, vals, names, unchanged=()):
        """Write as anyone would, all modules' rules included, but the fields named stay what they are on each record.

        :param unchanged: names of computed fields that come out of this write as they are, and need no computation
        """
        kept = {name: self.grouped(name) for name in names}
        with self.env.protecting([self._fields[name] for name in (*names, *unchanged)], self):
            self.write(vals)
            for name, by_value in kept.items():
                for value, leads in by_value.items():
                    leads[name] = value

    def _log_stage_run(self, get_body, details=None, sources=None, destination=None):
        """Add a note to the history of each record.

        The same rows as `_message_log_batch` and the tracking of the stage make, in one statement: the ORM creates
        messages one by one, which takes longer than the rest of the run.

        :param get_body: a function of the stage's name and the record's detail, called once for each pair of them
        :param dict details: what the note says besides the stage, by id of the record
        :param list sources: the ids of the stages that the records left, to keep track of the time spent in each
        :param destination: the stage that they moved to
        """
        details = details or {}
        stage_ids = sources or [lead.stage_id.id for lead in self]
        names = {stage.id: stage.display_name for stage in self.env["crm.stage"].browse({*stage_ids} - {False})}
        names[False] = ""
        said = [(stage_id, details.get(id_)) for id_, stage_id in zip(self._ids, stage_ids, strict=True)]
        numbers = {one: number for number, one in enumerate(dict.fromkeys(said), start=1)}
        bodies = [str(Markup("<p>%s</p>") % get_body(names[stage_id], detail)) for stage_id, detail in numbers]
        author_id, email_from = self._message_compute_author()
        reply_to = self.env["mail.thread"]._notify_get_reply_to(default=email_from, author_id=author_id)[False]
        now = self.env.cr.now()
        self.env.flush_all()
        messages = SQL(
            """INSERT INTO mail_message (
                   model, res_id, body, message_type, subtype_id, is_internal, date, author_id, email_from, reply_to,
                   email_add_signature, message_id, create_uid, create_date, write_uid, write_date
               )
               SELECT %(model)s, record.id, (%(bodies)s::text[])[record.said], 'notification', %(subtype)s, true, %(date)s,
                      %(author)s, %(email_from)s, %(reply_to)s, false,
                      replace(%(message_id)s, 'RECORD', record.id::text), %(uid)s, %(now)s, %(uid)s, %(now)s
                 FROM unnest(%(ids)s::int[], %(said)s::int[]) AS record (id, said)""",
            model=self._name,
            subtype=self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note") or None,
            date=fields.Datetime.now(),
            author=author_id or None,
            email_from=email_from or None,
            reply_to=reply_to or None,
            message_id=generate_tracking_message_id("RECORD-crm.lead"),
            uid=self.env.uid,
            now=now,
            ids=self.ids,
            bodies=bodies,
            said=[numbers[one] for one in said],
        )
        if destination:
            messages = SQL(
                """WITH message AS (%(messages)s RETURNING id, res_id)
                   INSERT INTO mail_tracking_value (
                       mail_message_id, field_id, old_value_integer, old_value_char, new_value_integer, new_value_char,
                       create_uid, create_date, write_uid, write_date
                   )
                   SELECT message.id, %(field)s, source.stage_id, source.name, %(destination)s, %(name)s,
                          %(uid)s, %(now)s, %(uid)s, %(now)s
                     FROM message
                     JOIN unnest(%(ids)s::int[], %(stage_ids)s::int[], %(names)s::text[]) AS source (id, stage_id, name)
                       ON source.id = message.res_id""",
                messages=messages,
                field=self.env["ir.model.fields"]._get(self._name, "stage_id").id,
                destination=destination.id,
                name=destination.display_name,
                uid=self.env.uid,
                now=now,
                ids=self.ids,
                stage_ids=[stage_id or None for stage_id in stage_ids],
                names=[names[stage_id] for stage_id in stage_ids],
            )
        self.env.execute_query(messages)
        self.invalidate_recordset(["message_ids"], flush=False)
