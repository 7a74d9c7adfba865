# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ..setup_file import compare, state
from ..tools import ready, texts


class BjetCrmTransferApply(models.TransientModel):
    """Choose a file, see what it would do, do it; and the same for taking an apply back."""

    _name = "bjet.crm.transfer.apply"
    _description = "Apply a CRM Set-up"

    step = fields.Selection([("choose", "File"), ("preview", "Preview"), ("done", "Result")], default="choose")
    # What to apply: a file, a ready-made set-up, or the undo of an entry of the history
    content = fields.Binary("Set-up File", attachment=False)
    file_name = fields.Char()
    ready = fields.Selection(lambda self: ready.selection(self.env), string="Ready-made Set-up")
    ready_only = fields.Boolean()
    picture = fields.Html(compute="_compute_picture")
    history_id = fields.Many2one("bjet.crm.transfer.history", ondelete="cascade")
    leave_people_out = fields.Boolean(
        "Leave People Out", help="Apply everything but the leaders and members that the file names."
    )
    # Preview
    fingerprint = fields.Char()
    line_ids = fields.One2many("bjet.crm.transfer.apply.line", "wizard_id", string="Changes")
    missing_people = fields.Char("People Not Found")
    missing_modules = fields.Char("Modules That Are Not Installed")
    recognised = fields.Char("Recognised by Name")
    decision_ids = fields.One2many(
        "bjet.crm.transfer.apply.line", "wizard_id", string="To Decide", domain=[("to_decide", "=", True)]
    )
    table = fields.Html(compute="_compute_table")
    has_conflicts = fields.Boolean(compute="_compute_has")
    has_stages = fields.Boolean(compute="_compute_has")
    is_nothing = fields.Boolean(compute="_compute_has")
    gone_stage_ids = fields.Many2many("crm.stage", compute="_compute_gone_stage_ids", export_string_translation=False)
    # Result
    result_id = fields.Many2one("bjet.crm.transfer.history", string="Entry of the History")
    result = fields.Text(readonly=True)

    @api.depends("ready")
    @api.depends_context("lang")
    def _compute_picture(self):
        for wizard in self:
            wizard.picture = ready.picture(self.env, wizard.ready) if wizard.ready else False

    @api.depends("line_ids.kind", "line_ids.may_move")
    def _compute_has(self):
        for wizard in self:
            wizard.has_conflicts = any(line.kind == compare.CONFLICT for line in wizard.line_ids)
            wizard.has_stages = any(wizard.line_ids.mapped("may_move"))
            wizard.is_nothing = not wizard.line_ids.filtered(lambda line: line.kind != compare.KEEP)

    @api.depends("line_ids.kind")
    def _compute_gone_stage_ids(self):
        find = self.env["ir.model.data"]._xmlid_to_res_id
        for wizard in self:
            gone = wizard.line_ids.filtered(lambda line: line.directory == "stages" and line.kind == compare.REMOVE)
            # none is there any more when all is done
            wizard.gone_stage_ids = [*filter(None, map(find, gone.mapped("xmlid")))]

    @api.depends("line_ids.kind")
    @api.depends_context("lang")
    def _compute_table(self):
        for wizard in self:
            # what comes of a conflict is decided above, in a list of its own
            lines = wizard.line_ids.filtered(lambda line: line.kind != compare.CONFLICT)
            rows = lines.read(["directory", "record", "kind", "field_label", "language", "before", "after"])
            wizard.table = texts.rows_table(self.env, rows, self.env._("Now Here"), self.env._("Then"))

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_preview(self):
        """Compare the file with the directories, and show what it would do. Sales managers only.

        :return: the window action of this wizard
        :raise UserError: as `bjet.crm.transfer.preview_setup`, or when no file is chosen
        """
        self.ensure_one()
        transfer = self.env["bjet.crm.transfer"]
        if self.history_id:
            prepared = transfer._preview_undo(self.history_id.id)
        else:
            prepared = transfer._preview(self._get_content(), people=not self.leave_people_out)
        preview = transfer._describe(prepared)
        words = texts.Words(self.env, transfer._get_names(prepared))
        lines = [
            values for change in preview["changes"] for values in self._get_lines(change, words, prepared.here.records)
        ]
        self.line_ids.unlink()
        self.write(
            {
                "step": "preview",
                "fingerprint": preview["fingerprint"],
                "missing_people": ", ".join(preview["missing_people"]),
                "missing_modules": ", ".join(preview["missing_modules"]),
                "recognised": ", ".join(transfer._get_recognised(prepared)),
                "line_ids": [
                    fields.Command.create({**values, "sequence": number}) for number, values in enumerate(lines)
                ],
            }
        )
        return self._reopen()

    def action_apply(self):
        """Do what the preview says, and show the result. Sales managers only.

        :return: the window action of this wizard
        :raise UserError: as `bjet.crm.transfer.apply_setup`
        """
        self.ensure_one()
        transfer = self.env["bjet.crm.transfer"]
        if self.history_id:
            counts = transfer.undo_setup(self.history_id.id, self.fingerprint)
        else:
            taken = self.line_ids.filtered("take")
            counts = transfer.apply_setup(
                self._get_content(),
                self.fingerprint,
                take=[[line.xmlid, line.field_name, line.lang or False] for line in taken],
                people=not self.leave_people_out,
                destinations={line.xmlid: line.destination_id.id for line in self.line_ids if line.destination_id},
            )
        self.write(
            {"step": "done", "result_id": counts["history_id"], "result": "\n".join(transfer._tell_counts(counts))}
        )
        return self._reopen()

    def action_back(self):
        """Go back to the choice of the file. Return the window action of this wizard."""
        self.ensure_one()
        self.step = "choose"
        return self._reopen()

    def action_open_setup(self):
        """Open the screen CRM Setup. Return its action."""
        action = self.env["ir.actions.actions"]._for_xml_id("bjet_crm_setup.bjet_crm_setup_action")
        return {**action, "target": "main"}  # in place of the one from which the wizard was opened

    # ------------------------------------------------------------
    # HELPERS
    # ------------------------------------------------------------

    @api.model
    def _get_ready(self):
        """The names of the ready-made set-ups."""
        return list(ready.BY_NAME)

    def _get_content(self):
        if self.ready:
            return ready.content(self.ready)
        if not self.content:
            raise UserError(self.env._("Choose the file of a set-up first."))
        return self.content.decode() if isinstance(self.content, bytes) else self.content

    def _reopen(self):
        title = self.env._("Apply a Set-up")
        if self.history_id:
            title = self.env._("Take Back “%s”", self.history_id.display_name)
        elif self.ready_only:
            title = self.env._("Ready-made Set-ups")
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def _get_lines(self, change, words, records):
        """The rows of a change: one for each field and language; one alone for what is added or removed.

        :param records: the records that are here: `{external id: record}`
        """
        directory, kind = change["directory"], change["kind"]
        if self.history_id and kind == compare.CONFLICT:
            kind = compare.KEEP  # what people changed since is theirs: there is nothing to decide
        row = {
            "directory": directory,
            "xmlid": change["xmlid"],
            "record": words.names.get(change["xmlid"], change["name"]),
            "kind": kind,
            "to_decide": kind == compare.CONFLICT,
        }
        if kind == compare.ADD:
            yield {**row, "after": self._tell_new(change, words)}
        elif kind == compare.REMOVE:
            is_stage = directory == "stages"
            yield {
                **row,
                "used": change["used"],
                "after": self._tell_removed(is_stage, change["used"]),
                "may_move": is_stage and bool(change["used"]) and not self.history_id,
                "to_decide": is_stage and bool(change["used"]) and not self.history_id,
            }
        else:
            for difference in change["fields"]:
                before, after = (
                    words.value(directory, difference["name"], difference[side]) for side in ("from", "to")
                )
                yield {
                    **row,
                    "field_name": difference["name"],
                    "field_label": difference["label"],
                    "lang": difference["lang"] or False,
                    "language": words.language(difference["lang"]),
                    "before": before,
                    "after": before if kind == compare.KEEP else after,
                    "who": self._tell_who(records.get(change["xmlid"])) if kind == compare.CONFLICT else False,
                }

    def _tell_new(self, change, words):
        """What is worth telling of a record that is new: its name in the other languages, and what a new record would not
        have anyway."""
        parts = []
        names = [difference["name"] for difference in change["fields"] if difference["name"]]
        usual = self.env[state.MODELS[change["directory"]]].default_get(names)
        for difference in change["fields"]:
            name, lang, value = difference["name"], difference["lang"], difference["to"]
            if name in ("sequence", "color", "active", compare.WHOLE) or value in (False, None, "", [], 0):
                continue
            if name == "name":
                if lang != (self.env.lang or state.SOURCE_LANGUAGE):
                    parts.append(f"{words.language(lang)}: {value}")
                continue
            if value == usual.get(name):
                continue
            label = f"{difference['label']} ({words.language(lang)})" if lang else difference["label"]
            parts.append(f"{label}: {words.value(change['directory'], name, value)}")
        return "; ".join(parts)

    def _tell_removed(self, is_stage, used):
        if not used:
            return self.env._("Deleted: nothing uses it")
        if self.history_id and is_stage:
            return self.env._("Stays: it is in use")
        if is_stage:
            return self.env._("Deleted; the records in it move: %s", used)
        return self.env._("Archived, and stays where it is in use: %s", used)

    def _tell_who(self, record):
        """Who changed a record last, and when, as far as Odoo knows."""
        if not record:
            return False
        # sudo: a manager need not be allowed to read that user
        return self.env._(
            "%(who)s, %(when)s",
            who=record.sudo().write_uid.name,
            when=format_datetime(self.env, record.write_date, dt_format="short"),
        )


class BjetCrmTransferApplyLine(models.TransientModel):
    """One row of the preview."""

    _name = "bjet.crm.transfer.apply.line"
    _description = "Change of a CRM Set-up"
    _order = "sequence, id"

    wizard_id = fields.Many2one("bjet.crm.transfer.apply", required=True, ondelete="cascade")
    sequence = fields.Integer()
    directory = fields.Selection(
        [
            ("channels", "Sales Channels"),
            ("stages", "Pipeline Stages"),
            ("activity_types", "Activity Types"),
            ("tags", "Lead Tags"),
            ("lost_reasons", "Lost Reasons"),
        ]
    )
    xmlid = fields.Char()
    record = fields.Char("Name")
    kind = fields.Selection(
        [
            (compare.ADD, "Added"),
            (compare.CHANGE, "Changed"),
            (compare.MOVE, "Moved"),
            (compare.REMOVE, "Removed"),
            (compare.CONFLICT, "Changed on both sides"),
            (compare.KEEP, "Kept as it is here"),
        ],
        string="What Happens",
    )
    field_name = fields.Char()
    field_label = fields.Char("Field")
    lang = fields.Char()
    language = fields.Char()
    before = fields.Char("Now Here")
    after = fields.Char("Then")
    used = fields.Integer("Used By", help="How many records use it, of all companies, archived ones included.")
    may_move = fields.Boolean()
    to_decide = fields.Boolean()
    gone_stage_ids = fields.Many2many(related="wizard_id.gone_stage_ids", export_string_translation=False)
    destination_id = fields.Many2one(
        "crm.stage",
        string="Records Move To",
        domain="[('id', 'not in', gone_stage_ids)]",
        help="Undefined when empty.",
    )
    take = fields.Boolean("Take the File's", help="The value of the file replaces the one that is here.")
    who = fields.Char("Changed Here By")
