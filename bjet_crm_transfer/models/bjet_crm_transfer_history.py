# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..setup_file import state
from ..tools import ready, texts


class BjetCrmTransferHistory(models.Model):
    """What was applied: who, when, which file, and the directories before and after.

    The states are columns, not attachments: a copy of a database for tests has no filestore, and has to know still what
    was applied last.
    """

    _name = "bjet.crm.transfer.history"
    _description = "History of CRM Set-ups"
    _order = "id desc"
    _rec_name = "title"

    title = fields.Char("Set-up", readonly=True)
    file_name = fields.Char("File", readonly=True)
    kind = fields.Selection(
        [("apply", "Applied"), ("undo", "Taken Back")], string="What Was Done", required=True, readonly=True
    )
    user_id = fields.Many2one("res.users", string="By", readonly=True)
    company_id = fields.Many2one("res.company", string="Company", readonly=True)
    undone_id = fields.Many2one("bjet.crm.transfer.history", string="What Was Taken Back", readonly=True)
    undo_ids = fields.One2many("bjet.crm.transfer.history", "undone_id", string="Taken Back By", readonly=True)
    is_undone = fields.Boolean("Was Taken Back", compute="_compute_is_undone")
    may_be_undone = fields.Boolean("Can Be Taken Back", compute="_compute_is_undone")
    differences = fields.Html("What Changed", compute="_compute_differences")
    # Result
    added = fields.Integer("Added", readonly=True)
    changed = fields.Integer("Changed", readonly=True)
    moved = fields.Integer("Moved", readonly=True)
    removed_count = fields.Integer("Removed", readonly=True)
    kept_count = fields.Integer("Kept", readonly=True)
    # States, see `setup_file.state.Setup.to_json`
    setup_id = fields.Char(readonly=True, index=True, help="By which a set-up is known after a rename.")
    state_before = fields.Json(readonly=True, groups="base.group_system")
    state_after = fields.Json(readonly=True, groups="base.group_system")
    state_file = fields.Json(readonly=True, groups="base.group_system")
    state_base = fields.Json(readonly=True, groups="base.group_system")
    # What was done, for the screen and for taking it back
    changes = fields.Json("Differences", readonly=True)
    kept = fields.Json("Kept Values", readonly=True, groups="base.group_system")
    removed = fields.Json("Removed Records", readonly=True, groups="base.group_system")
    adopted = fields.Json("Adopted External IDs", readonly=True, groups="base.group_system")
    tombstones = fields.Json("Tombstones", readonly=True, groups="base.group_system")

    @api.depends("title")
    @api.depends_context("lang")
    def _compute_display_name(self):
        """The title; of a ready-made set-up, in the language of the user."""
        titles = ready.titles(self.env)
        for history in self:
            history.display_name = titles.get(history.title, history.title)

    @api.depends("undo_ids")
    def _compute_is_undone(self):
        for history in self:
            # sudo: what was taken back is a fact, whoever did it in whichever company
            history.is_undone = bool(history.sudo()._get_undo())
            history.may_be_undone = not history.is_undone and not history.sudo()._get_later()

    def _get_undo(self):
        """The undo of an entry, as long as it was not taken back itself."""
        return self.undo_ids.filtered(lambda undo: not undo._get_undo())[:1]

    def _get_root(self):
        """The apply that an entry is, or takes back, or brings back."""
        root = self
        while root.undone_id:
            root = root.undone_id
        return root

    def _is_taking_back(self):
        """Whether an entry is an undo, rather than an apply or the undo of an undo, which brings it back."""
        return bool(self.undone_id) and not self.undone_id._is_taking_back()

    def _get_later(self):
        """An apply of later, in effect: it has to be taken back first."""
        root = self._get_root()
        later = self.search([("id", ">", root.id), ("kind", "=", "apply")])
        return later.filtered(lambda history: history._get_root() != root and not history._get_undo())[:1]

    def _check_may_be_undone(self):
        """:raise UserError: when an entry is taken back already, or a later one has to go first"""
        self.ensure_one()
        if self.is_undone:
            raise UserError(self.env._("“%s” is taken back already.", self.display_name))
        if later := self.sudo()._get_later():  # sudo: whichever company applied it
            raise UserError(
                self.env._(
                    "“%(later)s” was applied after this: take it back first.",
                    later=later.display_name,
                )
            )

    @api.model
    def _get_last(self, setup_id):
        """What was applied last of a set-up, and not taken back; empty when nothing was."""
        # sudo: what was applied is a fact of the database, whoever applied it
        applied = self.sudo().search([("setup_id", "=", setup_id), ("kind", "=", "apply")])
        return next((history for history in applied if not history._get_undo()), applied.browse())

    @api.model
    def _get_newest(self):
        """The entry that can be taken back next; empty when there is none."""
        return next(
            (history for history in self.search([("kind", "=", "apply")]) if not history.is_undone), self.browse()
        )

    # ------------------------------------------------------------
    # SCREEN
    # ------------------------------------------------------------

    @api.depends("changes")
    @api.depends_context("lang")
    def _compute_differences(self):
        for history in self:
            # sudo: the states are no one's to read by hand; the names in them are those of the differences
            states = (history.sudo().state_before, history.sudo().state_after)
            names = texts.names(self.env, *(state.Setup.from_json(found) for found in states if found))
            history.differences = texts.table(self.env, history.changes or [], names)

    def action_undo(self):
        """Preview what taking the entry back would do. Sales managers only.

        :return: the window action of the preview
        :raise UserError: as `bjet.crm.transfer.preview_undo`
        """
        self.ensure_one()
        wizard = self.env["bjet.crm.transfer.apply"].create({"history_id": self.id})
        return wizard.action_preview()
