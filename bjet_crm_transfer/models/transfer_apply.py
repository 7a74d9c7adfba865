# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter

from odoo import models

from ..setup_file import compare, merge, state
from ..tools.collect import LOCAL, Directories
from ..tools.shipped import read_shipped
from ..tools.write_back import Writer
from .transfer_preview import Prepared, get_people


class BjetCrmTransfer(models.AbstractModel):
    """Doing what a preview shows, and taking it back."""

    _inherit = "bjet.crm.transfer"

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
            any(get_people(before)) or any(get_people(after)),
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
