# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Bring the directories of a database to what a set-up says: additions and changes, in batches."""

from collections import defaultdict

from psycopg2 import IntegrityError
from psycopg2.extras import Json

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL

from ..setup_file import state
from . import texts

STEP = 10
REFUSALS = (UserError, ValueError, IntegrityError)


class Writer:
    """Writes what a set-up has and the directories lack, with the rights of the environment; removes nothing.

    :param here: the `collect.Directories` as they are, in the ids of `result`
    :param result: the set-up that they are to be
    :param ids: more external ids of records that are made anew: `{external id: [[module, name, noupdate], …]}`
    """

    def __init__(self, here, result, ids=None):
        self.here, self.result, self.ids = here, result, ids or {}
        self.env = here.env(
            context={
                **here.env.context,
                "tracking_disable": True,
                "mail_create_nolog": True,
                "mail_create_nosubscribe": True,
                "mail_notrack": True,
            }
        )
        self.records = {xmlid: record.with_env(self.env) for xmlid, record in here.records.items()}
        self.added = {}

    def run(self):
        """Write; raises a UserError that names the record when the server refuses one."""
        self.logins = self._find_logins()
        self.selections = self._read_selections()
        self.numbers = {directory: self._number(directory) for directory in self.result.directories}
        self._make_way()
        for directory in self.result.directories:
            self._create(directory)
        for directory in self.result.directories:
            self._change(directory)
        for directory in self.result.directories:
            self._translate(directory)
            self._arrange(directory)
        self.env.flush_all()

    # ------------------------------------------------------------
    # RECORDS
    # ------------------------------------------------------------

    def _make_way(self):
        """No two tags have one name, not even between two renames: those whose names others get are set aside first."""
        tags = self.result.of("tags")
        names = {record.name for record in tags}
        for record in tags:
            before = self.here.setup.records.get(record.xmlid)
            if before and before.name != record.name and before.name in names:
                self.records[record.xmlid].name = f"{record.xmlid} {self.records[record.xmlid].id}"

    def _create(self, directory):
        additions = []
        for record in self.result.of(directory):
            if record.xmlid in self.here.retired:
                self.records[record.xmlid] = self.here.retired[record.xmlid].with_env(self.env)
            elif record.xmlid not in self.records:
                additions.append(record)
        if not additions:
            return
        model = self.env[state.MODELS[directory]]
        vals_list = [self._values(model, record, record.values, directory) for record in additions]
        for record, vals in zip(additions, vals_list, strict=True):
            if record.xmlid in self.numbers[directory]:
                vals["sequence"] = self.numbers[directory][record.xmlid]
        created = self._try(model, additions, vals_list)
        data = []
        for record, made in zip(additions, created, strict=True):
            self.records[record.xmlid] = self.added[record.xmlid] = made
            known = self.ids.get(record.xmlid) or [[*record.xmlid.split(".", 1), True]]
            data += [{"xml_id": f"{module}.{name}", "record": made, "noupdate": True} for module, name, _ in known]
        # sudo: external ids belong to administrators. A row that is left of a record that is gone gets the new one.
        self.env["ir.model.data"].sudo()._update_xmlids(data)

    def _try(self, model, additions, vals_list):
        """Create all at once; when that is refused, find out which record it is about."""
        created = []

        def create():
            created.extend(model.create(vals_list))

        def create_one(number, model):
            model.create([vals_list[number]])

        self._together(additions, create, create_one, model)
        return created

    def _change(self, directory):
        """Write what differs; references within one directory are written to the new records, too, that all are there."""
        changes = []
        for record in self.result.of(directory):
            written = self.records[record.xmlid]
            before, changed = self._find_changed(record)
            if vals := self._values(written, record, changed, None, before):
                changes.append((record, written, vals))

        def write():
            alike = defaultdict(list)  # what gets the same values is written together
            for _record, written, vals in changes:
                alike[repr(vals)].append((written, vals))
            for group in alike.values():
                changes[0][1].browse().concat(*(written for written, _vals in group)).write(group[0][1])

        def write_one(number, model):
            _record, written, vals = changes[number]
            written.with_env(model.env).write(vals)

        if changes:
            self._together([record for record, *_ in changes], write, write_one, changes[0][1])

    def _find_changed(self, record):
        """(the values that a record has, those that it gets)"""
        if record.xmlid in self.here.retired:
            return None, record.values
        if record.xmlid not in self.added:
            before = self.here.setup.records[record.xmlid].values
            return before, {name: value for name, value in record.values.items() if value != before.get(name)}
        changed = {
            name: value
            for name, value in record.values.items()
            if state.FIELDS[record.directory][name].directory == record.directory and value
        }
        if changed and "chaining_type" in record.values:
            changed["chaining_type"] = record.values["chaining_type"]
        return {}, changed

    def _values(self, model, record, values, without, before=None):
        """The values as the ORM takes them; without references to the directory `without`, whose records may not be
        there yet."""
        vals = {}
        for name, value in values.items():
            field = state.FIELDS[record.directory][name]
            if name not in model._fields or (without and field.directory == without):
                continue
            if field.kind == "many2many":
                vals[name] = self._list(field, value, (before or {}).get(name))
            elif field.kind == "many2one":
                vals[name] = self._ref(value).id if value else False
            elif field.kind == "login":
                vals[name] = self.logins[value] if value else False
            elif field.kind == "logins":
                vals[name] = [Command.set([self.logins[login] for login in value])]
            elif field.kind == "company":
                vals[name] = self.env.company.id if value else False
            else:
                if field.kind == "selection" and value:
                    self._check_selection(record, name, value)
                vals[name] = value
        return vals

    def _check_selection(self, record, name, value):
        if value not in self.selections[record.model, name]:
            raise UserError(
                self.here.caller._(
                    "%(directory)s, “%(name)s”: the field “%(field)s” has no value “%(value)s” here.",
                    directory=texts.directory_name(self.here.caller, record.directory),
                    name=record.name or record.xmlid,
                    field=texts.field_label(self.here.caller, record.directory, name),
                    value=value,
                )
            )

    def _read_selections(self):
        """The values that selections have here: `{(model, field): values}`."""
        return {
            (model, name): field.values or dict(self.env[model]._fields[name]._description_selection(self.env))
            for model, fields in state.FIELDS_BY_MODEL.items()
            for name, field in fields.items()
            if field.kind == "selection" and name in self.env[model]._fields
        }

    def _list(self, field, value, before):
        """Element by element, so that what the caller may not see stays in the list; all or nothing from and to "all"."""
        if not value or before is None or (field.empty_is_all and not before):
            return [Command.set([self._ref(xmlid).id for xmlid in value])]
        return [
            *(Command.unlink(self._ref(xmlid).id) for xmlid in before if xmlid not in value),
            *(Command.link(self._ref(xmlid).id) for xmlid in value if xmlid not in before),
        ]

    def _ref(self, xmlid):
        record = self.records.get(xmlid)
        if record is None:
            raise UserError(self.env._("The set-up refers to “%s”, which is not there.", xmlid))
        return record

    def _find_logins(self):
        """The users that the set-up names: `{login: id}`."""
        logins = set()
        for record in self.result.records.values():
            for name, value in record.values.items():
                if state.FIELDS[record.directory][name].people and value:
                    logins.update([value] if isinstance(value, str) else value)
        # sudo: a manager need not be allowed to read every user
        users = self.env["res.users"].sudo().search([("login", "in", list(logins)), ("active", "=", True)])
        return {user.login: user.id for user in users}

    # ------------------------------------------------------------
    # TRANSLATIONS
    # ------------------------------------------------------------

    def _translate(self, directory):
        fields = [name for name, field in state.FIELDS[directory].items() if field.translate]
        model = self.env[state.MODELS[directory]]
        texts_by_field = defaultdict(dict)
        for record in self.result.of(directory):
            before = self.here.setup.records.get(record.xmlid)
            for name in fields:
                if name not in record.values:
                    continue
                new = record.translations.get(name, {})
                old = before.translations.get(name, {}) if before else {}
                # a new English text of a marked-up field is matched anew with its translations
                changed = {lang: new.get(lang) for lang in {*new, *old} if new.get(lang) != old.get(lang)}
                if not changed:
                    continue
                if state.FIELDS[directory][name].kind == "html":
                    terms = {lang: words or dict.fromkeys(old[lang], False) for lang, words in changed.items()}
                    self.records[record.xmlid].update_field_translations(name, terms)
                else:
                    texts_by_field[name][self.records[record.xmlid].id] = changed
        for name, by_id in texts_by_field.items():
            records = model.browse(by_id)
            if directory == "tags":
                self._check_translations(records, by_id)
            write_texts(records, name, by_id)

    def _check_translations(self, tags, by_id):
        """The rule of the tags, which the SQL would pass by: a name is one tag's only, in each language."""
        for lang in {lang for texts_by_lang in by_id.values() for lang in texts_by_lang}:
            renamed = [tag for tag in tags if lang in by_id[tag.id]]
            names = [by_id[tag.id][lang] or tag.with_context(lang=state.SOURCE_LANGUAGE).name for tag in renamed]
            tags.browse().concat(*renamed).with_context(lang=lang)._check_names(names)

    # ------------------------------------------------------------
    # ORDER
    # ------------------------------------------------------------

    def _number(self, directory):
        """The new sequences: 10, 20, 30 where one moved; what is new at the end only follows the others."""
        order = self.result.order.get(directory, [])
        before = [xmlid for xmlid in self.here.setup.order.get(directory, ()) if xmlid in self.result.records]
        if order == before:
            return {}
        if before and order[: len(before)] == before:
            last = self.records[before[-1]].sequence
            return {xmlid: last + STEP * number for number, xmlid in enumerate(order[len(before) :], start=1)}
        return {xmlid: STEP * number for number, xmlid in enumerate(order, start=1)}

    def _arrange(self, directory):
        for xmlid, number in self.numbers[directory].items():
            if self.records[xmlid].sequence != number:
                self.records[xmlid].sequence = number
        if directory == "stages" and self.numbers[directory]:
            undefined = self.env["crm.stage"]._get_undefined().exists()
            first = self.records[self.result.order["stages"][0]]
            if undefined and undefined.sequence >= first.sequence:
                undefined.sequence = first.sequence - 1  # it comes first

    # ------------------------------------------------------------
    # REFUSALS
    # ------------------------------------------------------------

    def _together(self, records, write, write_one, model):
        """Write all at once; what the server refuses is tried again one by one, to tell which record it is about, and in
        the caller's language, to be told in that."""
        try:
            with self.env.cr.savepoint():
                write()
                self.env.flush_all()
        except REFUSALS as error:
            model = model.browse().with_context(lang=self.here.caller.lang)
            for number, record in enumerate(records):
                try:
                    with self.env.cr.savepoint():
                        write_one(number, model)
                        model.env.flush_all()
                except REFUSALS as refusal:  # noqa: PERF203 (only where all at once was refused)
                    raise UserError(
                        self.here.caller._(
                            "%(directory)s, “%(name)s”: %(sentence)s",
                            directory=texts.directory_name(self.here.caller, record.directory),
                            name=record.name or record.xmlid,
                            sentence=self._sentence(model, refusal),
                        )
                    ) from refusal
            raise UserError(self._sentence(model, error)) from error

    def _sentence(self, model, error):
        if isinstance(error, IntegrityError):
            return model._sql_error_to_message(error)
        return error.args[0] if error.args else str(error)


def write_texts(records, name, by_id):
    """Write translations of a field of many records at once: `{id: {lang: text, or None to take it away}}`.

    In SQL: the ORM would do it language by language and record by record. The rights were checked when the records were
    written or made; they are again, for what has a new translation only.
    """
    records.check_access("write")
    records.flush_model([name])
    records.env.cr.execute(
        SQL(
            """UPDATE %(table)s SET %(column)s = jsonb_strip_nulls(%(column)s || given.texts::jsonb)
                 FROM unnest(%(ids)s, %(texts)s) AS given (id, texts)
                WHERE %(table)s.id = given.id AND %(column)s IS NOT NULL""",
            table=SQL.identifier(records._table),
            column=SQL.identifier(name),
            ids=list(by_id),
            texts=[Json(texts_by_lang).dumps(texts_by_lang) for texts_by_lang in by_id.values()],
        )
    )
    records.invalidate_model([name])
