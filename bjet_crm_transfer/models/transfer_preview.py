# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from dataclasses import dataclass, field, replace

from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.bjet_crm_setup.tools.arguments import check_boolean

from ..setup_file import compare, merge, state
from ..tools import base_state, texts
from ..tools.collect import Directories
from ..tools.shipped import read_shipped
from ..tools.write_back import Writer


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
    """What a file would do: the comparison with the directories, and how it is told."""

    _inherit = "bjet.crm.transfer"

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

    def _get_recognised(self, prepared):
        """The names of the records that are here under another id, or under none."""
        names = self._get_names(prepared)
        return sorted(names[xmlid] for xmlid in prepared.adopted)

    def _prepare(self, file, take=(), people=True):
        """Compare a file with the directories."""
        check_boolean(self.env, "people", people)
        if not people:
            leave_out_people(file)
        last = self.env["bjet.crm.transfer.history"]._get_last(file.id)
        if last and last.state_file["name"] != file.name:
            file = file.renamed(last.state_file["name"])  # it is known here under its first name
        shipped = read_shipped(self.env)
        wanted = [*file.records, *(removal.xmlid for removal in file.removals)]
        with_people = any(get_people(file))
        here = Directories(self.env, file.name, shipped, file.directories, with_people, wanted)
        adopted = compare.recognise(here.setup, file)
        self._adopt(here, adopted)
        file = self._without_unseen(file, here)
        local = self._as_here(file, here)
        base = base_state.ship(local, here, shipped)
        if last:
            base = base_state.complete(state.Setup.from_json(last.state_base), base, here)
        base_state.add_untouched(base, here, local)
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
        logins = set(get_people(file))
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
    def _tell_lines(self, preview, recognised=()):
        """A preview in words, a line for each difference."""
        if recognised:
            yield self.env._("Recognised by their names, and not made anew: %s", ", ".join(recognised))
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


def get_people(setup):
    """The logins that a set-up names."""
    for record in setup.records.values():
        for name, value in record.values.items():
            if state.FIELDS[record.directory][name].people:
                yield from [value] if isinstance(value, str) else value or []


def leave_out_people(setup):
    for record in setup.records.values():
        record.values = {
            name: value for name, value in record.values.items() if not state.FIELDS[record.directory][name].people
        }
