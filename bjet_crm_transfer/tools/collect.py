# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The directories of a database as a set-up: all of them, in all languages, in few queries, however many records."""

from collections import defaultdict

from odoo.fields import Domain
from odoo.tools import SQL

from ..setup_file import names, state

# the id of what has none yet: in no file, and never stored
LOCAL = "__local__"


class Directories:
    """The directories as the caller may see them, in the company that the caller works in.

    :param env: the caller's environment
    :param namespace: the technical name of the set-up whose ids a record is known by, beside those that modules ship
    :param shipped: what `shipped.read_shipped` found
    :param directories: those to read
    :param people: whether leaders and members are read
    :param wanted: ids by which records are known first of all (those of the file)
    :param naming: give the records that have no id of theirs one in the namespace, instead of a local one

    `setup` is the result, `records` has the record of each id, and `new_ids` what is known by the ids that were just made.
    `retired` are archived records that a set-up removed while they were in use: those count as gone.
    """

    def __init__(self, env, namespace, shipped, directories=state.DIRECTORIES, people=False, wanted=(), naming=False):
        # English is the language of a set-up; it decides the order of what has one sequence, too
        self.caller = env
        self.env = env(context={**env.context, "lang": "en_US", "active_test": False})
        self.namespace, self.shipped, self.people, self.naming = namespace, shipped, people, naming
        self.directories = [directory for directory in state.DIRECTORIES if directory in directories]
        self.wanted = set(wanted)
        self.langs = sorted(code for code, _name in env["res.lang"].get_installed() if code != state.SOURCE_LANGUAGE)
        self.env.flush_all()
        self.known = self._read_ids()
        self.retired = {}
        self.found = {directory: self._without_retired(self._search(directory)) for directory in self.directories}
        self.ids, self.new_ids = self._name_records()
        self.records = {
            self.ids[directory, record.id]: record for directory, records in self.found.items() for record in records
        }
        self.setup = self._read()

    # ------------------------------------------------------------
    # WHICH
    # ------------------------------------------------------------

    def _search(self, directory):
        model = self.env[state.MODELS[directory]]
        domain = Domain.TRUE
        if directory == "channels":
            domain = Domain("company_id", "in", [False, self.env.company.id])
        elif directory == "stages":
            domain = Domain("is_undefined", "=", False)
        elif directory == "activity_types":
            # what the screen Activity Types of the CRM shows
            domain = Domain("res_model", "in", [False, *state.ACTIVITY_MODELS])
        records = model.search(domain)
        if directory == "stages":
            links = self._links("team_ids", records)
            channels = set(self._search("channels").ids)
            # a stage of channels alone that are not seen here is as foreign as they are
            records = records.filtered(lambda stage: stage.id not in links or channels & set(links[stage.id]))
        return records

    def _links(self, name, records):
        """The related ids by id of the record, whoever may see them."""
        field = records._fields[name]
        rows = self.env.execute_query(
            SQL(
                "SELECT %s, array_agg(%s ORDER BY %s) FROM %s WHERE %s = ANY(%s) GROUP BY 1",
                SQL.identifier(field.column1),
                SQL.identifier(field.column2),
                SQL.identifier(field.column2),
                SQL.identifier(field.relation),
                SQL.identifier(field.column1),
                list(records.ids),
            )
        )
        return dict(rows)

    # ------------------------------------------------------------
    # IDS
    # ------------------------------------------------------------

    def _read_ids(self):
        """The external ids of the records: `{(model, id): [external id, …]}`."""
        known = defaultdict(list)
        # sudo: external ids belong to administrators
        for data in (
            self.env["ir.model.data"]
            .sudo()
            .search_fetch(
                [("model", "in", [state.MODELS[directory] for directory in self.directories])],
                ["module", "name", "model", "res_id"],
                order="id",
            )
        ):
            known[data.model, data.res_id].append(f"{data.module}.{data.name}")
        return known

    def _without_retired(self, records):
        if "active" not in records._fields:
            return records
        # sudo: what was removed is a fact of the database
        removed = set(self.env["bjet.crm.removal"].sudo().search([("model", "=", records._name)]).mapped("xmlid"))
        retired = records.browse()
        for record in records:
            if removed and not record.active and (xmlids := removed & set(self.known[record._name, record.id])):
                self.retired.update(dict.fromkeys(xmlids, record))
                retired += record
        return records - retired

    def _name_records(self):
        """({(directory, id): external id}, {external id: (model, id)} of those that are new)."""
        ids, new_ids = {}, {}
        # names that are taken: of this namespace, whatever they are of, deleted records included
        taken = {
            name
            for [name] in self.env.execute_query(
                SQL("SELECT name FROM ir_model_data WHERE module = %s", self.namespace)
            )
        }
        for directory, records in self.found.items():
            for record in records:
                xmlid = self._choose(self.known[record._name, record.id])
                if not xmlid and self.naming:
                    name = names.record_name(directory, record.name or "", taken)
                    taken.add(name)
                    xmlid = f"{self.namespace}.{name}"
                    new_ids[xmlid] = (record._name, record.id)
                ids[directory, record.id] = xmlid or f"{LOCAL}.{directory}_{record.id}"
        return ids, new_ids

    def _choose(self, xmlids):
        wanted = [xmlid for xmlid in xmlids if xmlid in self.wanted]
        shipped = [xmlid for xmlid in xmlids if self._is_shipped(xmlid)]
        own = [xmlid for xmlid in xmlids if xmlid.startswith(f"{self.namespace}.")]
        others = [] if self.naming else xmlids
        return next(iter([*wanted, *shipped, *own, *others]), None)

    def _is_shipped(self, xmlid):
        return xmlid in self.shipped and not xmlid.startswith(f"{self.namespace}.")

    # ------------------------------------------------------------
    # VALUES
    # ------------------------------------------------------------

    def _read(self):
        setup = state.Setup(
            id=self.namespace, name=self.namespace, languages=self.langs, directories=list(self.directories)
        )
        for directory, records in self.found.items():
            for record in self._read_directory(directory, records):
                setup.records[record.xmlid] = record
            if directory in state.ORDERED:
                setup.order[directory] = [self.ids[directory, record.id] for record in records]
        return setup.normalise()

    def _read_directory(self, directory, records):
        fields = {
            name: field
            for name, field in state.FIELDS[directory].items()
            if field.exported
            and name in records._fields
            and (self.people or not field.people)
            and (not field.directory or field.directory in self.directories)
        }
        plain = [name for name, field in fields.items() if field.kind not in {"many2many", "logins"}]
        rows = {row["id"]: row for row in records.read(plain, load="")} if records else {}
        lists = {
            name: self._links(name, records) if records else {}
            for name, field in fields.items()
            if field.kind == "many2many"
        }
        logins = self._read_logins(directory, fields, records, rows)
        translations = self._read_translations(fields, records)
        for record in records:
            values = {}
            for name, field in fields.items():
                if field.people:
                    values[name] = logins[name].get(record.id, [] if field.is_list else False)
                elif field.kind == "many2many":
                    related = lists[name].get(record.id, [])
                    values[name] = [
                        self.ids[field.directory, related_id]
                        for related_id in related
                        if (field.directory, related_id) in self.ids
                    ]
                else:
                    values[name] = self._plain(field, rows[record.id][name])
            yield state.Record(directory, self.ids[directory, record.id], values, translations.get(record.id, {}))

    def _plain(self, field, value):
        if field.kind == "many2one":
            return self.ids.get((field.directory, value), False)
        if field.kind == "company":
            return state.OWN_COMPANY if value else False
        if field.kind in {"boolean", "integer", "float"}:
            return value
        return str(value) if value else False

    def _read_logins(self, directory, fields, records, rows):
        logins = defaultdict(dict)
        named = {name: field for name, field in fields.items() if field.people}
        if not named or not records:
            return logins
        links = {}
        for name, field in named.items():
            if not field.is_list:
                links[name] = {record.id: [rows[record.id][name]] for record in records if rows[record.id][name]}
            elif name == "member_ids":
                members = self.env["crm.team.member"].search(
                    [("crm_team_id", "in", records.ids), ("active", "=", True)]
                )
                links[name] = {
                    team.id: memberships.user_id.ids for team, memberships in members.grouped("crm_team_id").items()
                }
        # sudo: a manager need not be allowed to read every user, and a login is what a set-up knows people by
        users = (
            self.env["res.users"]
            .sudo()
            .browse({user for link in links.values() for ids in link.values() for user in ids})
        )
        # who is archived works here no more: no set-up could bring them anywhere
        login = {user.id: user.login for user in users if user.active}
        for name, link in links.items():
            for record_id, ids in link.items():
                if found := sorted(login[user_id] for user_id in ids if user_id in login):
                    logins[name][record_id] = found if named[name].is_list else found[0]
        return logins

    def _read_translations(self, fields, records):
        translated = [name for name, field in fields.items() if field.translate]
        found = defaultdict(dict)
        if not records or not translated or not self.langs:
            return found
        rows = self.env.execute_query(
            SQL(
                "SELECT id, %s FROM %s WHERE id = ANY(%s)",
                SQL(", ").join(SQL.identifier(name) for name in translated),
                SQL.identifier(records._table),
                list(records.ids),
            )
        )
        for record_id, *columns in rows:
            for name, column in zip(translated, columns, strict=True):
                column = column or {}
                others = {lang: column[lang] for lang in self.langs if column.get(lang)}
                source = column.get(state.SOURCE_LANGUAGE)
                if not others or not source:
                    continue
                if fields[name].kind == "html":
                    terms = records._fields[name].get_translation_dictionary(source, others)
                    by_lang = defaultdict(dict)
                    for term, by in terms.items():
                        for lang, text in by.items():
                            by_lang[lang][term] = text
                    found[record_id][name] = {lang: dict(texts) for lang, texts in by_lang.items()}
                else:
                    found[record_id][name] = others
        return found
