# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


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
    undone_id = fields.Many2one("bjet.crm.transfer.history", string="What Was Taken Back", readonly=True)
    undo_ids = fields.One2many("bjet.crm.transfer.history", "undone_id", readonly=True)
    is_undone = fields.Boolean("Was Taken Back", compute="_compute_is_undone")
    user_id = fields.Many2one("res.users", string="By", readonly=True)
    setup_id = fields.Char(readonly=True, index=True, help="By which a set-up is known after a rename.")
    state_before = fields.Json(readonly=True)
    state_after = fields.Json(readonly=True)
    state_file = fields.Json(readonly=True)
    changes = fields.Json(readonly=True)
    moved = fields.Json(readonly=True, help="The records that removed stages gave up.")
    summary = fields.Char("Result", compute="_compute_summary")

    @api.depends("undo_ids")
    def _compute_is_undone(self):
        for history in self:
            history.is_undone = bool(history.undo_ids)

    @api.model
    def _get_last(self, setup_id):
        """What was applied last of a set-up, and not taken back; empty when nothing was."""
        # sudo: what was applied is a fact of the database, whoever applied it
        return self.sudo().search(
            [("setup_id", "=", setup_id), ("kind", "=", "apply"), ("undo_ids", "=", False)], limit=1
        )
