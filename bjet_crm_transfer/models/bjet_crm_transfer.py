# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import binascii
import re

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.modules.module import Manifest
from odoo.tools import SQL

from odoo.addons.bjet_crm_setup.tools.arguments import check_boolean, is_id
from odoo.addons.bjet_crm_setup.tools.groups import MANAGER

from ..setup_file import read, state, write
from ..setup_file.errors import SetupFileError
from ..tools import ready, texts
from ..tools.collect import Directories
from ..tools.shipped import read_shipped

NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
TURN = "bjet_crm_transfer.turn"
# the text of a zip of the largest size that is read, in base64 with its line ends
LONGEST = 8 << 20


class BjetCrmTransfer(models.AbstractModel):
    """A CRM set-up leaves as a file, is previewed, applied and taken back. For sales managers, with their own rights."""

    _name = "bjet.crm.transfer"
    _description = "Transfer of a CRM Set-up"

    # ------------------------------------------------------------
    # PUBLIC METHODS
    # ------------------------------------------------------------

    @api.model
    def export_setup(self, name, title=None, directories=None, people=False):
        """Write the directories, as the caller sees them, to an installable data module.

        Records that no module ships get an external id in the module's namespace, which is remembered: a later export
        calls them the same.

        :param str name: the technical name of the module: small letters, digits, underscores, a letter first
        :param str title: what the module is called; None for what it was called before
        :param list directories: which to write, of `channels`, `stages`, `activity_types`, `tags`, `lost_reasons`; None
            for all
        :param bool people: whether leaders and members go along, by login
        :return: `{'filename': str, 'content': str}`, a zip as base64
        :raise UserError: when an argument is wrong
        :raise AccessError: when the caller is not a sales manager
        """
        self._check_manager()
        self._check_name(name)
        self._check_text(title)
        check_boolean(self.env, "people", people)
        directories = self._check_directories(directories)
        self._take_turn()
        shipped = read_shipped(self.env)
        here = Directories(self.env, name, shipped, directories, people, naming=True)
        self._remember_ids(here.new_ids)
        setup = here.setup
        setup.id, known_title = self._get_identity(name)
        setup.title = (title or "").strip() or known_title
        setup.removals = self._find_removals(shipped, here)
        setup.depends = self._find_depends(setup)
        try:
            content = write.zip_module(write.write_module(setup.normalise()), name)
        except SetupFileError as error:
            raise UserError(texts.mistake(self.env, error)) from None
        return {"filename": f"{name}.zip", "content": base64.b64encode(content).decode()}

    @api.model
    def preview_setup(self, content, people=True):
        """Tell what applying a file would do. Nothing is changed.

        :param str content: a zip as base64
        :param bool people: whether the leaders and members of the file count
        :return: `{'fingerprint': str, 'changes': [{'directory', 'xmlid', 'name', 'kind': 'add', 'change', 'move',
            'remove', 'conflict' or 'keep', 'used': int, 'fields': [{'name', 'label', 'lang', 'from', 'to'}]}],
            'missing_people': [str], 'missing_modules': [str]}`; no changes: nothing to do. `used` is the number of
            records that use what is removed
        :raise UserError: when the file is no set-up (file and line are told), or the server would refuse a record of it
        :raise AccessError: when the caller is not a sales manager
        """
        return self._describe(self._preview(content, people))

    @api.model
    def apply_setup(self, content, fingerprint=None, take=(), people=True, destinations=None):
        """Apply a file: all of it, or nothing. One at a time in a database; the second call finds nothing to do.

        :param str content: a zip as base64
        :param str fingerprint: that of a preview, to do what it said or nothing
        :param list take: `[[external id, field, language or False], …]`, the conflicts in which the file's value wins
        :param bool people: whether the leaders and members of the file count
        :param dict destinations: `{external id of a removed stage: id of the stage that takes what it holds}`; Undefined
            for the others
        :return: `{'added', 'changed', 'moved', 'removed', 'kept': int, 'history_id': int}`
        :raise UserError: when the file is no set-up, needs modules or people that are not there, was previewed before
            something changed, or the server refuses a record of it
        :raise AccessError: when the caller is not a sales manager, or may not change what the file changes
        """
        self._check_manager()
        self._check_take(take)
        destinations = self._check_destinations(destinations)
        self._take_turn()
        prepared = self._prepare(self._read_content(content), take=take, people=people)
        self._check_fingerprint(fingerprint, prepared)
        self._check_complete(prepared)
        with self.env.cr.savepoint():  # a refusal leaves nothing half-done, even where the caller goes on
            return self._apply(prepared, destinations)

    @api.model
    def preview_undo(self, history_id):
        """Tell what taking an apply back would do. Nothing is changed.

        :param int history_id: the id of the entry in the history
        :return: as `preview_setup`
        :raise UserError: when there is no such entry, it is taken back already, or a later one has to go first
        :raise AccessError: when the caller is not a sales manager
        """
        return self._describe(self._preview_undo(history_id))

    @api.model
    def undo_setup(self, history_id, fingerprint=None):
        """Take back what an apply did. What people changed since stays theirs; what was put to use is archived, and a
        stage in use stays; opportunities go back to a stage that was removed, if they still are where it put them.

        :param int history_id: the id of the entry in the history
        :param str fingerprint: that of a preview, to do what it said or nothing
        :return: as `apply_setup`
        :raise UserError: as `preview_undo`; when something changed since the preview; when the server refuses a record
        :raise AccessError: when the caller is not a sales manager
        """
        self._check_manager()
        self._take_turn()
        history = self._get_history(history_id)
        prepared = self._prepare_undo(history)
        self._check_fingerprint(fingerprint, prepared)
        with self.env.cr.savepoint():  # as above
            return self._undo(history, prepared)

    @api.model
    @api.readonly
    def get_offers(self):
        """The ready-made set-ups, for a company that has set up nothing of its own: no set-up is in effect, and the
        directories hold only what modules brought.

        :return: `[{'name': str, 'title': str, 'summary': str, 'stages': [{'name': str, 'probability': int,
            'percent': str, 'is_won': bool}]}]`, in the language of the user; empty for anyone else
        :raise AccessError: when the caller is not a sales manager
        """
        self._check_manager()
        if self.env["bjet.crm.transfer.history"]._get_newest() or self._has_own_records():
            return []
        return ready.offers(self.env)

    # ------------------------------------------------------------
    # ARGUMENTS
    # ------------------------------------------------------------

    def _check_manager(self):
        if not self.env.su and not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Set-ups of the CRM are for sales managers: ask one of yours."))

    def _check_name(self, name):
        if not isinstance(name, str) or not NAME.fullmatch(name):
            raise UserError(
                self.env._(
                    "The technical name of a set-up has small Latin letters, digits and underscores, a letter first, and"
                    " at most 63 of them: acme_crm, say."
                )
            )
        # sudo: whoever may export need not be allowed to see the modules
        module = self.env["ir.module.module"].sudo().search([("name", "=", name)], limit=1)
        manifest = Manifest.for_addon(name, display_warning=False)
        if (manifest and "crm_transfer" not in manifest) or (module and not manifest and not module.imported):
            raise UserError(
                self.env._("There is a module “%s” that is no set-up: choose another technical name.", name)
            )

    def _check_text(self, title):
        if title is not None and (not isinstance(title, str) or "\n" in title or len(title) > 200):
            raise UserError(self.env._("The title of a set-up is one line of text, of at most 200 characters."))

    def _check_directories(self, directories):
        if directories is None:
            return list(state.DIRECTORIES)
        if (
            not isinstance(directories, (list, tuple))
            or not directories
            or any(not isinstance(directory, str) or directory not in state.DIRECTORIES for directory in directories)
        ):
            raise UserError(self.env._("The directories of a set-up are some of: %s.", ", ".join(state.DIRECTORIES)))
        return [directory for directory in state.DIRECTORIES if directory in directories]

    def _check_take(self, take):
        if not isinstance(take, (list, tuple)) or not all(
            isinstance(entry, (list, tuple))
            and len(entry) == 3
            and isinstance(entry[0], str)
            and isinstance(entry[1], str)
            and (entry[2] is False or isinstance(entry[2], str))
            for entry in take
        ):
            raise UserError(
                self.env._(
                    "The conflicts to decide for the file are given as a list of [external id, field, language or False]."
                )
            )

    def _check_destinations(self, destinations):
        """The stages by the external ids of those that give up what they hold."""
        if destinations is None:
            return {}
        if not isinstance(destinations, dict) or not all(
            isinstance(xmlid, str) and is_id(stage_id) for xmlid, stage_id in destinations.items()
        ):
            raise UserError(
                self.env._(
                    "The stages that take over are given as {external id of the removed stage: id of the other}."
                )
            )
        stages = self.env["crm.stage"].browse(destinations.values()).exists()
        if len(stages) < len(set(destinations.values())):
            raise UserError(self.env._("The stage to move the records to is not there any more: pick another one."))
        return {xmlid: stages.browse(stage_id) for xmlid, stage_id in destinations.items()}

    def _read_content(self, content):
        """The set-up of a zip in base64."""
        if not isinstance(content, str) or not content or len(content) > LONGEST:
            raise UserError(self.env._("A set-up is a zip file of at most 5 MB: choose one that Export wrote."))
        try:
            data = base64.b64decode("".join(content.split()), validate=True)
        except (binascii.Error, ValueError):
            raise UserError(self.env._("The file did not arrive whole: upload it again.")) from None
        try:
            return read.read_zip(data)
        except SetupFileError as error:
            raise UserError(texts.mistake(self.env, error)) from None

    def _get_history(self, history_id):
        history = self.env["bjet.crm.transfer.history"]
        history = history.browse(history_id if is_id(history_id) else ()).exists()
        if not history:
            raise UserError(self.env._("This entry of the history does not exist: reload the page, and try again."))
        history.check_access("read")
        return history

    def _check_fingerprint(self, fingerprint, prepared):
        if fingerprint is None:
            return
        if not isinstance(fingerprint, str) or fingerprint != prepared.fingerprint:
            raise UserError(
                self.env._("The file or the directories changed since the preview: look at a new preview first.")
            )

    def _check_complete(self, prepared):
        if prepared.missing_modules:
            raise UserError(
                self.env._(
                    "This set-up needs modules that are not installed: %s. Have them installed first.",
                    ", ".join(prepared.missing_modules),
                )
            )
        if prepared.missing_people:
            raise UserError(
                self.env._(
                    "This set-up names people who have no user here: %s. Make their users first, or leave people out.",
                    ", ".join(prepared.missing_people),
                )
            )

    def _take_turn(self):
        """One at a time for each database: the second waits, and starts afresh when the first is done.

        The row is changed, not only locked: whoever began before the first was done would compare with what was there
        before, and is stopped and tried again by the server, without an error in the log.
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """INSERT INTO ir_config_parameter (key, value, create_date, write_date)
                        VALUES (%s, '1', now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC')
                   ON CONFLICT (key) DO UPDATE SET write_date = excluded.write_date""",
                TURN,
            ),
            log_exceptions=False,
        )

    # ------------------------------------------------------------
    # READY-MADE SET-UPS
    # ------------------------------------------------------------

    def _has_own_records(self):
        """Whether a record of the directories was made by someone here, rather than by a module."""
        # sudo: external ids belong to administrators
        data = self.env["ir.model.data"].sudo()
        modules = self.env["ir.module.module"].sudo().search([("state", "in", ["installed", "to upgrade"])])
        for model in state.DIRECTORY_OF:
            shipped = data.search([("model", "=", model), ("module", "in", modules.mapped("name"))]).mapped("res_id")
            if self.env[model].with_context(active_test=False).search_count([("id", "not in", shipped)], limit=1):
                return True
        return False
