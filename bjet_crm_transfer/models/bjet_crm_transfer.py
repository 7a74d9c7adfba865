# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import binascii
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.modules.module import Manifest
from odoo.tools import SQL

from odoo.addons.bjet_crm_setup.tools.arguments import check_boolean, is_id

from ..setup_file import compare, merge, read, state, write
from ..setup_file.errors import SetupFileError
from ..tools import base_state, ready, texts
from ..tools.collect import LOCAL, Directories
from ..tools.shipped import read_shipped
from ..tools.write_back import Writer

MANAGER = "sales_team.group_sale_manager"
NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
TURN = "bjet_crm_transfer.turn"
# the text of a zip of the largest size that is read, in base64 with its line ends
LONGEST = 8 << 20


@dataclass
class Prepared:
    """What a preview shows and an apply does."""

    file: state.Setup
    here: Directories
    plan: merge.Plan
    fingerprint: str
    missing_people: list
    missing_modules: list
    adopted: dict
    # how many records use what is removed: `{external id: count}`
    used: dict = field(default_factory=dict)
    # more external ids of what is made anew: `{external id: [[module, name, noupdate], …]}`
    ids: dict = field(default_factory=dict)


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

    # ------------------------------------------------------------
    # EXPORT
    # ------------------------------------------------------------

    def _remember_ids(self, new_ids):
        # sudo: external ids belong to administrators
        self.env["ir.model.data"].sudo()._update_xmlids(
            [
                {"xml_id": xmlid, "record": self.env[model].browse(record_id), "noupdate": True}
                for xmlid, (model, record_id) in new_ids.items()
            ]
        )

    def _get_identity(self, name):
        """(the id by which the set-up of a module is known, its title)"""
        # sudo: what was applied, and which modules there are, are facts of the database
        for history in self.env["bjet.crm.transfer.history"].sudo().search([("kind", "=", "apply")]):
            if history.state_file["name"] == name and not history._get_undo():
                return history.setup_id, history.title
        module = self.env["ir.module.module"].sudo().with_context(lang=state.SOURCE_LANGUAGE)
        module = module.search([("name", "=", name), ("state", "!=", "uninstalled")], limit=1)
        if manifest := Manifest.for_addon(name, display_warning=False):
            return manifest["crm_transfer"]["id"], manifest["name"]
        return name, module.shortdesc or name.replace("_", " ").capitalize()

    def _find_removals(self, shipped, here):
        """What the installed modules ship, and this database has no more."""
        wanted = {
            xmlid: record
            for xmlid, record in shipped.items()
            if record.directory in here.directories
            and record.module != here.namespace
            and xmlid != state.UNDEFINED
            and record.values.get("res_model") in (None, False, *state.ACTIVITY_MODELS)
        }
        there = set()
        for model in {record.model for record in wanted.values()}:
            rows = self.env.execute_query(
                SQL(
                    """SELECT data.module || '.' || data.name FROM ir_model_data AS data
                         JOIN %s AS record ON record.id = data.res_id WHERE data.model = %s""",
                    SQL.identifier(self.env[model]._table),
                    model,
                )
            )
            there.update(xmlid for [xmlid] in rows)
        return [
            state.Removal(xmlid, record.model)
            for xmlid, record in wanted.items()
            if xmlid not in there - here.retired.keys()
        ]

    def _find_depends(self, setup):
        """The modules whose records and values the set-up has, as far as those that any set-up needs do not need them."""
        needed = {xmlid.partition(".")[0] for xmlid in setup.records}
        needed |= {removal.xmlid.partition(".")[0] for removal in setup.removals}
        selections = set()
        for record in setup.records.values():
            for field_name, value in record.values.items():
                if state.FIELDS[record.directory][field_name].kind == "selection" and value:
                    selections.add((record.model, field_name, value))
        # sudo: which module brought a value is no secret
        values = self.env["ir.model.fields.selection"].sudo()
        brought = values.search([("field_id.model", "in", list(state.DIRECTORY_OF))])
        owners = {}
        for data in (
            self.env["ir.model.data"]
            .sudo()
            .search([("model", "=", values._name), ("res_id", "in", brought.ids)], order="id desc")
        ):
            owners[data.res_id] = data.module
        modules = {(value.field_id.model, value.field_id.name, value.value): owners.get(value.id) for value in brought}
        for model, field_name, value in selections:
            if field_name == "res_model":
                needed.add(self.env[value]._original_module)
            elif owner := modules.get((model, field_name, value)):
                needed.add(owner)
        needed.discard(setup.name)
        return [*state.BASE_DEPENDS, *(needed - self._get_closure())]

    def _get_closure(self):
        """The modules that any set-up needs, with those that they need."""
        modules = self.env["ir.module.module"].sudo().search([("name", "in", list(state.BASE_DEPENDS))])
        upstream = modules.upstream_dependencies(exclude_states=("uninstallable",))
        return {*state.BASE_DEPENDS, *upstream.mapped("name"), "base"}

    # ------------------------------------------------------------
    # PREVIEW
    # ------------------------------------------------------------

    def _preview(self, content, people=True):
        self._check_manager()
        prepared = self._prepare(self._read_content(content), people=people)
        self._try(prepared)
        return prepared

    def _preview_undo(self, history_id):
        self._check_manager()
        prepared = self._prepare_undo(self._get_history(history_id))
        self._try(prepared)
        return prepared

    def _get_names(self, prepared):
        """What the records of a preview are called in the caller's language: `{external id: name}`."""
        return texts.names(self.env, prepared.file, prepared.plan.result, prepared.here.setup)

    def _prepare(self, file, take=(), people=True):
        """Compare a file with the directories."""
        check_boolean(self.env, "people", people)
        if not people:
            _leave_out_people(file)
        last = self.env["bjet.crm.transfer.history"]._get_last(file.id)
        if last and last.state_file["name"] != file.name:
            file = file.renamed(last.state_file["name"])  # it is known here under its first name
        shipped = read_shipped(self.env)
        wanted = [*file.records, *(removal.xmlid for removal in file.removals)]
        with_people = any(_people(file))
        here = Directories(self.env, file.name, shipped, file.directories, with_people, wanted)
        adopted = compare.recognise(here.setup, file)
        self._adopt(here, adopted)
        file = self._without_unseen(file, here)
        local = self._as_here(file, here)
        base = base_state.ship(local, here, shipped)
        if last:
            base = base_state.complete(state.Setup.from_json(last.state_base), base, here)
        plan = merge.merge(base, here.setup, local, take=take, kept=last.kept or [])
        return Prepared(
            file=file,
            here=here,
            plan=plan,
            fingerprint=state.fingerprint(file, here.setup, base, last.kept or []),
            missing_people=self._find_missing_people(file),
            missing_modules=self._find_missing_modules(file),
            adopted=adopted,
        )

    def _adopt(self, here, adopted):
        """Call records that were recognised by their names as the file calls them."""
        if adopted:
            by_local = {local: xmlid for xmlid, local in adopted.items()}
            here.setup = here.setup.with_ids(lambda xmlid: by_local.get(xmlid, xmlid))
            here.records = {by_local.get(xmlid, xmlid): record for xmlid, record in here.records.items()}

    def _as_here(self, file, here):
        """The file as far as this database can have it: its languages, its fields."""
        local = file.copy()
        local.languages = [lang for lang in file.languages if lang in here.langs]
        for record in local.records.values():
            fields = self.env[record.model]._fields
            record.values = {name: value for name, value in record.values.items() if name in fields}
            record.translations = {
                name: {lang: text for lang, text in by_lang.items() if lang in here.langs}
                for name, by_lang in record.translations.items()
                if name in fields
            }
        return local.normalise()

    def _without_unseen(self, file, here):
        """The file, without its removals of what is here and not seen: another company's, most likely.

        :raise UserError: when a record of the file is here and not seen, or a removal is of something else
        """
        models_by_xmlid = {xmlid: record.model for xmlid, record in file.records.items()}
        models_by_xmlid.update((removal.xmlid, removal.model) for removal in file.removals)
        unseen = {
            xmlid.partition(".") for xmlid in models_by_xmlid if xmlid not in here.records and xmlid not in here.retired
        }
        # sudo: external ids belong to administrators
        rows = (
            self.env["ir.model.data"]
            .sudo()
            .search_fetch(
                [
                    ("module", "in", [module for module, _dot, _name in unseen]),
                    ("name", "in", [name for *_, name in unseen]),
                ],
                ["module", "name", "model", "res_id"],
            )
        )
        # sudo: only whether it is there
        there = {
            f"{row.module}.{row.name}": row.model
            for row in rows
            if row.model in self.env and self.env[row.model].sudo().browse(row.res_id).exists()
        }
        there.update((xmlid, record._name) for xmlid, record in [*here.records.items(), *here.retired.items()])
        for xmlid, model in models_by_xmlid.items():
            hidden = xmlid in file.records and xmlid not in here.records and xmlid not in here.retired
            if xmlid in there and (hidden or there[xmlid] != model):
                raise UserError(
                    self.env._(
                        "%(directory)s, “%(name)s”: this record is here, but not yours to change: it belongs to another"
                        " company, or to another part of Odoo. (%(xmlid)s)",
                        directory=texts.directory_name(self.env, state.DIRECTORY_OF[model]),
                        name=file.records[xmlid].name if xmlid in file.records else xmlid,
                        xmlid=xmlid,
                    )
                )
        removals = [
            removal
            for removal in file.removals
            if removal.xmlid not in there or removal.xmlid in here.records or removal.xmlid in here.retired
        ]
        return replace(file, removals=removals)

    def _find_missing_people(self, file):
        logins = set(_people(file))
        # sudo: a manager need not be allowed to read every user
        users = self.env["res.users"].sudo().search([("login", "in", list(logins)), ("active", "=", True)])
        return sorted(logins - set(users.mapped("login")))

    def _find_missing_modules(self, file):
        # sudo: whoever may apply need not be allowed to see the modules
        modules = self.env["ir.module.module"].sudo()
        installed = modules.search([("name", "in", file.depends), ("state", "in", ["installed", "to upgrade"])])
        return sorted(set(file.depends) - set(installed.mapped("name")))

    def _try(self, prepared):
        """Learn what the server would refuse, by trying what is added and changed, never what is removed, and taking it
        back with all that it left in this process: caches that saw it, and what waits for the commit.
        """
        if prepared.missing_modules or prepared.missing_people:
            prepared.used = self._count_used(prepared)
            return
        if not prepared.plan.changes:
            return
        cr, registry = self.env.cr, self.env.registry
        waiting, invalidated = list(cr.postcommit._funcs), set(registry.cache_invalidated)
        savepoint = cr.savepoint()
        try:
            Writer(prepared.here, prepared.plan.result, prepared.ids).run()
            prepared.used = self._count_used(prepared)  # what only the old values used is used no more
        finally:
            savepoint.close(rollback=True)
            cr.postcommit._funcs.clear()
            cr.postcommit._funcs.extend(waiting)
            registry.clear_cache()
            registry.reset_changes()
            registry.cache_invalidated.update(invalidated)

    def _count_used(self, prepared):
        """How many records use what is removed, beside what is removed too."""
        removed = defaultdict(dict)
        for change in prepared.plan.of(compare.REMOVE):
            record = prepared.here.records[change.xmlid]
            removed[record._name][record.id] = change.xmlid
        used = {}
        for model, xmlids in removed.items():
            counts = self.env["bjet.crm.removal"]._count_uses(model, xmlids, removed)
            used.update((xmlids[record_id], count) for record_id, count in counts.items())
        return used

    def _describe(self, prepared):
        """A preview as RPC has it."""
        return {
            "fingerprint": prepared.fingerprint,
            "changes": [
                {
                    "directory": change.directory,
                    "xmlid": change.xmlid,
                    "name": change.name,
                    "kind": change.kind,
                    "used": prepared.used.get(change.xmlid, 0) if change.kind == compare.REMOVE else 0,
                    "fields": [
                        {
                            "name": difference.name,
                            "label": texts.field_label(self.env, change.directory, difference.name),
                            "lang": difference.lang,
                            "from": difference.before,
                            "to": difference.after,
                        }
                        for difference in change.fields
                    ],
                }
                for change in prepared.plan.changes
            ],
            "missing_people": prepared.missing_people,
            "missing_modules": prepared.missing_modules,
        }

    @api.model
    def _tell_lines(self, preview):
        """A preview in words, a line for each difference."""
        words = texts.Words(self.env, {change["xmlid"]: change["name"] for change in preview["changes"]})
        for change in preview["changes"]:
            head = self.env._(
                "%(directory)s, “%(name)s”: %(what)s",
                directory=texts.directory_name(self.env, change["directory"]),
                name=change["name"],
                what=texts.kind_name(self.env, change["kind"]),
            )
            if change["kind"] == compare.REMOVE:
                yield self.env._("%(change)s; used by: %(count)s", change=head, count=change["used"])
            elif change["kind"] == compare.ADD:
                yield head
            else:
                for difference in change["fields"]:
                    label = difference["label"]
                    if difference["lang"]:
                        label = f"{label} ({words.language(difference['lang'])})"
                    before, after = (
                        words.value(change["directory"], difference["name"], difference[side])
                        for side in ("from", "to")
                    )
                    yield f"{head}: {label}: {before} → {after}"
        if preview["missing_people"]:
            yield self.env._("People without a user here: %s", ", ".join(preview["missing_people"]))
        if preview["missing_modules"]:
            yield self.env._("Modules that are not installed: %s", ", ".join(preview["missing_modules"]))
        if not preview["changes"]:
            yield self.env._("There is nothing to do: all that the set-up says is here already.")

    @api.model
    def _tell_counts(self, counts):
        """A result in words, a line for each kind."""
        return [
            self.env._("Added: %s", counts["added"]),
            self.env._("Changed: %s", counts["changed"]),
            self.env._("Moved: %s", counts["moved"]),
            self.env._("Removed: %s", counts["removed"]),
            self.env._("Kept as it was here: %s", counts["kept"]),
        ]

    # ------------------------------------------------------------
    # APPLY
    # ------------------------------------------------------------

    def _apply(self, prepared, destinations):
        histories = self.env["bjet.crm.transfer.history"]
        file, here, plan = prepared.file, prepared.here, prepared.plan
        last = histories._get_last(file.id)
        counts = self._count(plan)
        values = {
            "setup_id": file.id,
            "title": file.title or file.name,
            "file_name": f"{file.name}.zip",
            "kind": "apply",
            "state_file": file.to_json(),
            "state_base": plan.base.to_json(),
            "kept": plan.kept,
            "adopted": {
                xmlid: [here.records[xmlid]._name, here.records[xmlid].id] for xmlid in sorted(prepared.adopted)
            },
        }
        self._remember_ids(values["adopted"])
        if last and not plan.of(compare.ADD, compare.CHANGE, compare.MOVE, compare.REMOVE, compare.CONFLICT):
            # nothing to do; what the file says is what is here, or was decided before
            last.sudo().write({"state_base": values["state_base"], "kept": values["kept"]})
            return {**counts, "history_id": last.id}
        removals = [removal for removal in file.removals if removal.xmlid not in plan.result.records]
        wanted = [removal.xmlid for removal in removals]
        # sudo: tombstones of all
        known = self.env["bjet.crm.removal"].sudo().search([("xmlid", "in", wanted)]).mapped("xmlid")
        values["tombstones"] = [[removal.xmlid, removal.model] for removal in removals if removal.xmlid not in known]
        done = self._write(prepared, destinations, removals=removals)
        history = self._note(
            prepared, {**values, "removed": done, "changes": self._describe_plan(plan), **self._columns(counts)}
        )
        return {**counts, "history_id": history.id}

    def _write(self, prepared, destinations=None, removals=(), keep_stages=False):
        """Bring the directories to the plan's result; return what `bjet.crm.removal` did."""
        here, result = prepared.here, prepared.plan.result
        tombstones = self.env["bjet.crm.removal"]
        # what comes again is removed no more. sudo: so says the file that the caller may apply
        tombstones.sudo().search([("xmlid", "in", list(result.records))]).unlink()
        writer = Writer(here, result, prepared.ids)
        writer.run()
        gone = {
            xmlid: writer.records[xmlid].with_env(self.env)
            for xmlid in here.setup.records
            if xmlid not in result.records
        }
        done = tombstones._take_out(gone, destinations, keep_stages)
        stays = {*result.records, *(line["xmlid"] for line in done if line["done"] == "keep")}
        tombstones.create(
            [{"xmlid": removal.xmlid, "model": removal.model} for removal in removals if removal.xmlid not in stays]
        )
        self.env.flush_all()
        self.env.registry.clear_cache()
        return done

    def _note(self, prepared, values):
        """Keep in the history what was done."""
        here = prepared.here
        now = Directories(
            self.env, here.namespace, here.shipped, here.directories, here.people, prepared.plan.result.records
        )
        # sudo: nobody writes the history by hand
        return (
            self.env["bjet.crm.transfer.history"]
            .sudo()
            .create(
                {
                    "user_id": self.env.uid,
                    "company_id": self.env.company.id,
                    "state_before": here.setup.to_json(),
                    "state_after": now.setup.to_json(),
                    **values,
                }
            )
        )

    def _columns(self, counts):
        """The counts as the history has them."""
        counts = dict(counts)
        return {"removed_count": counts.pop("removed"), "kept_count": counts.pop("kept"), **counts}

    def _count(self, plan):
        counts = Counter(change.kind for change in plan.changes)
        return {
            "added": counts[compare.ADD],
            "changed": counts[compare.CHANGE],
            "moved": counts[compare.MOVE],
            "removed": counts[compare.REMOVE],
            "kept": counts[compare.CONFLICT] + counts[compare.KEEP],
        }

    # ------------------------------------------------------------
    # UNDO
    # ------------------------------------------------------------

    def _prepare_undo(self, history):
        history._check_may_be_undone()
        before = state.Setup.from_json(history.sudo().state_before)
        after = state.Setup.from_json(history.sudo().state_after)
        here = Directories(
            self.env,
            after.name,
            read_shipped(self.env),
            after.directories,
            any(_people(before)) or any(_people(after)),
            [*before.records, *after.records],
        )
        adopted = {  # the ids that were taken away by an undo come back with its own
            xmlid: here.ids[state.DIRECTORY_OF[model], record_id]
            for xmlid, (model, record_id) in (history.sudo().adopted or {}).items()
            if xmlid not in here.records and (state.DIRECTORY_OF[model], record_id) in here.ids
        }
        self._adopt(here, adopted)
        before, after = (self._with_ids_since(setup, here) for setup in (before, after))
        plan = merge.undo(self._as_here(before, here), self._as_here(after, here), here.setup)
        return Prepared(
            file=before,
            here=here,
            plan=plan,
            fingerprint=state.fingerprint("undo", before, after, here.setup),
            missing_people=[],
            missing_modules=[],
            adopted=adopted,
            ids={line["xmlid"]: line["ids"] for line in history.sudo().removed or [] if line["done"] == "delete"},
        )

    def _with_ids_since(self, setup, here):
        """A state of the history, in the external ids that its records got since."""
        own = {f"{LOCAL}.{directory}_{record_id}": xmlid for (directory, record_id), xmlid in here.ids.items()}
        return setup.with_ids(lambda xmlid: own.get(xmlid, xmlid))

    def _undo(self, history, prepared):
        history = history.sudo()  # sudo: its columns are no one's to read by hand
        again = history._is_taking_back()
        if again:
            self._remember_ids(history.adopted or {})
        self._move_on(history)
        removals = [state.Removal(*removal) for removal in history.tombstones or []] if again else ()
        done = self._write(prepared, keep_stages=True, removals=removals)
        done += self._give_back(history)
        counts = self._count(prepared.plan)
        undo = self._note(
            prepared,
            {
                "setup_id": history.setup_id,
                "title": history.title,
                "file_name": history.file_name,
                "kind": "undo",
                "undone_id": history.id,
                "state_file": history.state_file,
                "adopted": history.adopted,
                "tombstones": history.tombstones,
                "removed": done,
                "changes": self._describe_plan(prepared.plan),
                **self._columns(counts),
            },
        )
        if not again:
            self._forget_ids(history)
        return {**counts, "history_id": undo.id}

    def _give_back(self, history):
        """Move what a removed stage gave up back to it, as far as it still is where it was put; return lines as those of
        `bjet.crm.removal._take_out`."""
        done = []
        for line in history.removed or []:
            stage = self.env.ref(line["xmlid"], raise_if_not_found=False)
            if line["done"] != "back" and line["moved"] and stage:
                leads = self._get_left(line["moved"], self.env["crm.stage"].browse(line["stage"]))
                leads._move_with_stage(stage.sudo())
                done.append({**line, "done": "back", "moved": leads.ids})
        self.env.flush_all()
        return done

    def _move_on(self, history):
        """What an undo gave back to a stage leaves it again, before the stage goes."""
        for line in history.removed or []:
            stage = self.env.ref(line["xmlid"], raise_if_not_found=False)
            if line["done"] == "back" and stage:
                other = self.env["crm.stage"].sudo().browse(line["stage"]).exists()
                self._get_left(line["moved"], stage)._move_with_stage(other or stage.sudo()._ensure_undefined())
        self.env.flush_all()

    def _get_left(self, ids, stage):
        """Those of some opportunities that are in a stage."""
        # sudo: a stage gave up what it held of every company, and takes it back likewise
        leads = self.env["crm.lead"].sudo().with_context(active_test=False, mail_notrack=True)
        return leads.search([("id", "in", ids), ("stage_id", "=", stage.id)])

    def _forget_ids(self, history):
        """Take away the ids by which an apply came to know records that were there before, and its tombstones."""
        # sudo: external ids belong to administrators
        data = self.env["ir.model.data"].sudo()
        for xmlid in history.adopted or {}:
            module, _dot, name = xmlid.partition(".")
            data.search([("module", "=", module), ("name", "=", name)]).unlink()
        gone = [xmlid for xmlid, _model in history.tombstones or []]
        self.env["bjet.crm.removal"].sudo().search([("xmlid", "in", gone)]).unlink()

    def _describe_plan(self, plan):
        return [
            {
                "directory": change.directory,
                "xmlid": change.xmlid,
                "name": change.name,
                "kind": change.kind,
                "fields": [
                    [difference.name, difference.lang, difference.before, difference.after]
                    for difference in change.fields
                ],
            }
            for change in plan.changes
        ]


def _people(setup):
    """The logins that a set-up names."""
    for record in setup.records.values():
        for name, value in record.values.items():
            if state.FIELDS[record.directory][name].people:
                yield from [value] if isinstance(value, str) else value or []


def _leave_out_people(setup):
    for record in setup.records.values():
        record.values = {
            name: value for name, value in record.values.items() if not state.FIELDS[record.directory][name].people
        }
