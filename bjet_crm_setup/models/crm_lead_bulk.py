# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import fields, models
from odoo.tools import SQL
from odoo.tools.mail import generate_tracking_message_id

# what the runs read of a record: all of it in one query, instead of every column of the table
BULK_FIELDS = ["active", "type", "stage_id", "probability", "automated_probability", "won_status", "date_closed"]


class CrmLead(models.Model):
    """What the runs over a stage do to a chunk of its records, see `crm_stage_bulk`."""

    _inherit = "crm.lead"

    def _archive_with_stage(self):
        """Archive, and nothing else. Odoo closes what it archives, and counts what is archived at 0% as lost."""
        self.fetch(BULK_FIELDS)
        self._write_keeping({"active": False}, ["won_status", "date_closed"])
        self._log_stage_run(
            lambda stage, _lead: self.env._("Archived with the other records of the stage “%s”.", stage)
        )

    def _restore_with_stage(self):
        self.fetch([*BULK_FIELDS, "lost_reason_id"])
        lost = self.filtered(lambda lead: lead.won_status == "lost")
        reasons = {lead.id: lead.lost_reason_id.name for lead in lost}
        (self - lost)._write_keeping({"active": True}, ["won_status", "date_closed"])
        if lost:
            lost._restore_lost()

        def body(stage, lead):
            if lead.id not in reasons:
                return self.env._("Restored with the other records of the stage “%s”.", stage)
            if reason := reasons[lead.id]:
                return self.env._(
                    "Restored with the other records of the stage “%(stage)s”; it had been lost: %(reason)s.",
                    stage=stage,
                    reason=reason,
                )
            return self.env._("Restored with the other records of the stage “%s”; it had been lost.", stage)

        self._log_stage_run(body)

    def _restore_lost(self):
        """What Odoo's Restore does to one, for many: no reason, open, and the probability of scoring or of the stage."""
        self.write({"active": True, "lost_reason_id": False, "date_closed": False})
        ruled = self._filter_stage_rules()
        ruled._apply_stage_probability()
        scored = self - ruled
        if not scored:
            return
        probabilities = [self._fields["probability"], self._fields["automated_probability"]]
        names = [field.name for field in probabilities]
        scored._recompute_recordset(names)
        with self.env.protecting(probabilities, scored):
            scored._compute_probabilities()
            for lead in scored:
                lead.probability = lead.automated_probability
            scored.modified(names)

    def _apply_stage_probability_with_history(self):
        self.fetch(BULK_FIELDS)
        self._apply_stage_probability()
        self._log_stage_run(
            lambda stage, lead: self.env._(
                "Probability set to %(probability)s%% with the other records of the stage “%(stage)s”.",
                probability=f"{lead.probability:g}",
                stage=stage,
            )
        )

    def _move_with_stage(self, destination):
        """Move to another stage. Undefined keeps everything as it was; elsewhere what is open follows the stage, what
        is lost stays lost, and what is archived stays archived (Odoo brings back what gets into a won stage)."""
        self.fetch(BULK_FIELDS)
        sources = {lead.id: lead.stage_id for lead in self}
        vals = {"stage_id": destination.id}
        if destination.is_undefined:
            kept = self
        else:
            kept = self.filtered(lambda lead: lead.won_status == "lost")
            archived = self.filtered(lambda lead: not lead.active) - kept
            archived._write_keeping(vals, ["active"] if destination.is_won else ["active", "date_closed"])
            (self - kept - archived).write(vals)
        kept._write_keeping(vals, ["active", "probability", "automated_probability", "won_status", "date_closed"])
        self._log_stage_run(
            lambda stage, _lead: self.env._("Moved with the other records of the stage “%s”.", stage),
            sources,
            destination,
        )

    # ------------------------------------------------------------
    # HELPERS
    # ------------------------------------------------------------

    def _write_keeping(self, vals, names):
        """Write as anyone would, all modules' rules included, but the fields named stay what they are on each record."""
        if not self:
            return
        kept = [(lead, [lead[name] for name in names]) for lead in self]
        with self.env.protecting([self._fields[name] for name in names], self):
            self.write(vals)
            for lead, values in kept:
                for name, value in zip(names, values, strict=True):
                    if lead[name] != value:
                        lead[name] = value

    def _log_stage_run(self, get_body, sources=None, destination=None):
        """Add a note to the history of each record.

        The same rows as `_message_log_batch` and the tracking of the stage make, in one statement: the ORM creates
        messages one by one, which takes longer than the rest of the run.

        :param get_body: a function of the stage's name and the record
        :param dict sources: the stages that the records left, by id, to keep track of the time spent in each
        :param destination: the stage that they moved to
        """
        names = {
            stage.id: stage.display_name
            for stage in self.stage_id | self.env["crm.stage"].union(*(sources or {}).values())
        }
        stages = [(sources[lead.id] if sources else lead.stage_id) for lead in self]
        author_id, email_from = self._message_compute_author()
        reply_to = self.env["mail.thread"]._notify_get_reply_to(default=email_from, author_id=author_id)[False]
        now = self.env.cr.now()
        bodies = [
            Markup("<p>%s</p>") % get_body(names.get(stage.id, ""), lead)
            for stage, lead in zip(stages, self, strict=True)
        ]
        self.env.flush_all()
        messages = SQL(
            """INSERT INTO mail_message (
                   model, res_id, body, message_type, subtype_id, is_internal, date, author_id, email_from, reply_to,
                   email_add_signature, message_id, create_uid, create_date, write_uid, write_date
               )
               SELECT %(model)s, record.id, record.body, 'notification', %(subtype)s, true, %(date)s, %(author)s,
                      %(email_from)s, %(reply_to)s, false, replace(%(message_id)s, 'RECORD', record.id::text),
                      %(uid)s, %(now)s, %(uid)s, %(now)s
                 FROM unnest(%(ids)s::int[], %(bodies)s::text[]) AS record (id, body)
            RETURNING id, res_id""",
            model=self._name,
            subtype=self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note"),
            date=fields.Datetime.now(),
            author=author_id or None,
            email_from=email_from or None,
            reply_to=reply_to or None,
            message_id=generate_tracking_message_id("RECORD-crm.lead"),
            uid=self.env.uid,
            now=now,
            ids=self.ids,
            bodies=[str(body) for body in bodies],
        )
        if destination:
            messages = SQL(
                """WITH message AS (%(messages)s)
                   INSERT INTO mail_tracking_value (
                       mail_message_id, field_id, old_value_integer, old_value_char, new_value_integer, new_value_char,
                       create_uid, create_date, write_uid, write_date
                   )
                   SELECT message.id, %(field)s, source.stage_id, source.name, %(destination)s, %(name)s,
                          %(uid)s, %(now)s, %(uid)s, %(now)s
                     FROM message
                     JOIN unnest(%(ids)s::int[], %(stage_ids)s::int[], %(names)s::text[]) AS source (id, stage_id, name)
                       ON source.id = message.res_id
                RETURNING id""",
                messages=messages,
                field=self.env["ir.model.fields"]._get(self._name, "stage_id").id,
                destination=destination.id,
                name=destination.display_name,
                uid=self.env.uid,
                now=now,
                ids=self.ids,
                stage_ids=[stage.id or None for stage in stages],
                names=[names.get(stage.id, "") for stage in stages],
            )
        self.env.execute_query(messages)
        self.invalidate_recordset(["message_ids"])
