# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a set-up is: the five directories, their fields, and the values of one set-up."""

import hashlib
import json
from dataclasses import dataclass, field, replace

FORMAT = 1
SOURCE_LANGUAGE = "en_US"
OWN_COMPANY = "own"
OWN_COMPANY_XMLID = "base.main_company"

# In the order in which they are loaded: what comes later refers to what came before
DIRECTORIES = ("channels", "stages", "activity_types", "tags", "lost_reasons")
MODELS = {
    "channels": "crm.team",
    "stages": "crm.stage",
    "activity_types": "mail.activity.type",
    "tags": "crm.tag",
    "lost_reasons": "crm.lost.reason",
}
DIRECTORY_OF = {model: directory for directory, model in MODELS.items()}
REMOVAL_MODEL = "bjet.crm.removal"
# the stage that comes by itself where it is needed, and is no part of a set-up
UNDEFINED = "bjet_crm_setup.stage_undefined"
# the models of the activity types that the CRM shows, beside those of all models
ACTIVITY_MODELS = ("crm.lead", "res.partner")


@dataclass(frozen=True)
class Field:
    """One stored field of a directory's model.

    ``kind`` is how its value stands in a set-up:

    - ``char``, ``text``, ``html``, ``selection``: a text, or False where it is empty
    - ``boolean``, ``integer``, ``float``: True or False, a whole number, a number
    - ``many2one``, ``many2many``: the external id of a record of ``directory`` or False, the sorted list of such ids
    - ``login``, ``logins``: a user's login or False, the sorted list of logins; only when people are asked for
    - ``company``: ``OWN_COMPANY``, or False where all companies share the record
    - ``order``: never among the values; ``Setup.order`` has it
    - ``left_out``: no part of a set-up, for the reason ``why``
    """

    kind: str
    translate: bool = False
    directory: str | None = None
    # An empty list means "all", so that it is no list to take elements from or to add elements to
    empty_is_all: bool = False
    # Of a selection, those that a set-up may have; all without
    values: tuple = ()
    why: str = ""

    @property
    def exported(self):
        """Whether a set-up has a value of this field."""
        return self.kind not in ("order", "left_out")

    @property
    def people(self):
        """Whether the values are users, which a set-up has only when they are asked for."""
        return self.kind in ("login", "logins")

    @property
    def is_list(self):
        return self.kind in ("many2many", "logins")


def _left_out(why):
    return Field("left_out", why=why)


def _system():
    return {
        "id": _left_out("the database's own number"),
        "create_uid": _left_out("who made the record in this database"),
        "create_date": _left_out("when the record was made in this database"),
        "write_uid": _left_out("who changed the record in this database"),
        "write_date": _left_out("when the record was changed in this database"),
    }


# Every stored field of the five models. A test fails when one is missing here.
FIELDS = {
    "channels": {
        **_system(),
        "name": Field("char", translate=True),
        "sequence": Field("order"),
        "active": Field("boolean"),
        "company_id": Field("company"),
        "user_id": Field("login"),
        "member_ids": Field("logins"),
        "color": Field("integer"),
        "use_quotations": Field("boolean"),
        "use_opportunities": Field("boolean"),
        "leads_wanted": Field("boolean"),
        "use_leads": _left_out("follows from leads_wanted and from the company's Leads feature"),
        "alias_name": Field("char"),
        "alias_contact": Field("selection"),
        "alias_id": _left_out("the mail alias is the database's; its name and who may write to it are in the set-up"),
        "invoiced_target": Field("float"),
        "dashboard_graph_model": Field("selection"),
        "dashboard_graph_period_pipeline": Field("selection"),
        "dashboard_graph_period": Field("selection"),
        "dashboard_graph_group_pipeline": Field("selection"),
        "dashboard_graph_group": Field("selection"),
        "assignment_optout": Field("boolean"),
        "assignment_domain": _left_out("a filter over the records of one database"),
        "lead_properties_definition": _left_out(
            "properties have keys of one database, which its opportunities refer to"
        ),
        "favorite_user_ids": _left_out("each user's own choice"),
        "crm_team_member_ids": _left_out("follows from member_ids"),
        "crm_team_member_all_ids": _left_out("follows from member_ids"),
    },
    "stages": {
        **_system(),
        "name": Field("char", translate=True),
        "sequence": Field("order"),
        "is_won": Field("boolean"),
        "probability": Field("float"),
        "on_change": Field("boolean"),
        "fold": Field("boolean"),
        "team_ids": Field("many2many", directory="channels", empty_is_all=True),
        "requirements": Field("text"),
        "rotting_threshold_days": Field("integer"),
        "color": Field("integer"),
    },
    "activity_types": {
        **_system(),
        "name": Field("char", translate=True),
        "sequence": Field("order"),
        "active": Field("boolean"),
        "category": Field("selection"),
        "summary": Field("char", translate=True),
        "delay_count": Field("integer"),
        "delay_unit": Field("selection"),
        "delay_from": Field("selection"),
        "icon": Field("char"),
        "decoration_type": Field("selection"),
        "res_model": Field("selection", values=ACTIVITY_MODELS),
        "default_note": Field("html", translate=True),
        "default_user_id": Field("login"),
        "chaining_type": Field("selection"),
        "triggered_next_type_id": Field("many2one", directory="activity_types"),
        "suggested_next_type_ids": Field("many2many", directory="activity_types"),
        "previous_type_ids": _left_out("the other side of suggested_next_type_ids"),
        "mail_template_ids": _left_out("mail templates are no directory of the CRM"),
    },
    "tags": {
        **_system(),
        "name": Field("char", translate=True),
        "color": Field("integer"),
        "active": Field("boolean"),
    },
    "lost_reasons": {
        **_system(),
        "name": Field("char", translate=True),
        "sequence": Field("order"),
        "active": Field("boolean"),
    },
}
FIELDS_BY_MODEL = {MODELS[directory]: fields for directory, fields in FIELDS.items()}
ORDERED = tuple(directory for directory in DIRECTORIES if "sequence" in FIELDS[directory])
# What any set-up needs
BASE_DEPENDS = ("bjet_crm_setup", "bjet_crm_transfer")


def base_languages(lang):
    """The languages whose po files Odoo reads for one, the last one over the others (`get_base_langs`)."""
    base = lang.split("_", 1)[0]
    languages = [base]
    if base == "es" and lang not in ("es_ES", "es_419"):
        languages.append("es_419")
    if lang == "zh_HK":
        languages.append("zh_TW")
    return list(dict.fromkeys([*languages, lang]))


def _overlaid(texts):
    """The last of several translations; of the terms of a text, the last of each."""
    if isinstance(texts[-1], dict):
        return {term: words for terms in texts for term, words in terms.items()}
    return texts[-1]


def _copy_translations(translations):
    return {
        name: {lang: dict(text) if isinstance(text, dict) else text for lang, text in by_lang.items()}
        for name, by_lang in translations.items()
    }


@dataclass
class Record:
    """One record of a directory.

    ``values`` has what the set-up says of it; a field that is not there is left as it is (or to its default). Texts are
    those of English. ``translations`` is ``{field: {lang: text}}``, and for ``html``
    ``{field: {lang: {English term: term}}}``, with the terms as Odoo cuts them. What equals the English is not there.
    """

    directory: str
    xmlid: str
    values: dict = field(default_factory=dict)
    translations: dict = field(default_factory=dict)

    @property
    def model(self):
        return MODELS[self.directory]

    @property
    def name(self):
        """The English name."""
        return self.values.get("name") or ""

    def copy(self):  # pylint: disable=method-required-super
        """A copy that shares nothing that can change."""
        values = {name: list(value) if isinstance(value, list) else value for name, value in self.values.items()}
        return Record(self.directory, self.xmlid, values, _copy_translations(self.translations))

    def normalise(self):
        """Give equal records one form: lists sorted, no translation that equals its English, no empty dict."""
        for name, value in self.values.items():
            if isinstance(value, list):
                self.values[name] = sorted(set(value))
        cleaned = {}
        for name, by_lang in self.translations.items():
            source = self.values.get(name)
            kept = {}
            for lang, text in by_lang.items():
                if isinstance(text, dict):
                    terms = {term: words for term, words in text.items() if words and words != term}
                    if terms and source:
                        kept[lang] = terms
                elif text and source and text != source:
                    kept[lang] = text
            if kept:
                cleaned[name] = kept
        self.translations = cleaned
        return self


@dataclass(frozen=True, order=True)
class Removal:
    """A record that a module ships and that this set-up does not want."""

    xmlid: str
    model: str

    @property
    def directory(self):
        return DIRECTORY_OF[self.model]


@dataclass
class Setup:
    """A whole set-up: what a file says, what a database has, or what was applied to it.

    - ``id``: by which the set-up is known after its module got another name
    - ``name``: technical name of the module, the namespace of the ids that no other module ships
    - ``languages``: those other than English in which the set-up has its say
    - ``directories``: those that the set-up speaks about; of another one it says nothing, not that it is empty
    - ``order``: of each ordered directory all its records, first one first
    - ``removals``: sorted
    """

    id: str
    name: str
    title: str = ""
    format: int = FORMAT
    depends: list = field(default_factory=lambda: list(BASE_DEPENDS))
    languages: list = field(default_factory=list)
    directories: list = field(default_factory=lambda: list(DIRECTORIES))
    records: dict = field(default_factory=dict)
    order: dict = field(default_factory=dict)
    removals: list = field(default_factory=list)

    def normalise(self):
        """Give equal set-ups one form, in place; returns the set-up."""
        self.title = self.title or self.name
        self.depends = sorted(set(self.depends))
        self.languages = sorted(set(self.languages))
        self.directories = [directory for directory in DIRECTORIES if directory in self.directories]
        self.records = {xmlid: self.records[xmlid].normalise() for xmlid in sorted(self.records)}
        self.removals = sorted(set(self.removals))
        self.order = {directory: self._whole_order(directory) for directory in self.directories if directory in ORDERED}
        return self

    def _whole_order(self, directory):
        """Each record of the directory once: those without a place come last."""
        placed = [xmlid for xmlid in dict.fromkeys(self.order.get(directory, ())) if xmlid in self.records]
        known = set(placed)
        return placed + [
            xmlid for xmlid, record in self.records.items() if record.directory == directory and xmlid not in known
        ]

    def of(self, directory):
        """The records of a directory: in their order, or by external id where there is none."""
        if directory in ORDERED:
            return [self.records[xmlid] for xmlid in self.order.get(directory, ())]
        return sorted(
            (record for record in self.records.values() if record.directory == directory),
            key=lambda record: record.xmlid,
        )

    def copy(self):  # pylint: disable=method-required-super
        """A copy that shares nothing that can change."""
        return replace(
            self,
            depends=list(self.depends),
            languages=list(self.languages),
            directories=list(self.directories),
            records={xmlid: record.copy() for xmlid, record in self.records.items()},
            order={directory: list(xmlids) for directory, xmlids in self.order.items()},
            removals=list(self.removals),
        )

    def for_languages(self, installed):
        """The same set-up with its say in these languages only, as Odoo finds it: `uk.po` is read for Ukrainian of
        every country, and `uk_UA.po` over it. Not to be changed: it may be this one.
        """
        sources = {lang: [base for base in base_languages(lang) if base in self.languages] for lang in installed}
        if sorted(base for bases in sources.values() for base in bases) == self.languages and all(
            lang in sources for lang in self.languages
        ):
            return self
        result = self.copy()
        result.languages = [lang for lang, bases in sources.items() if bases]
        for record in result.records.values():
            for name, texts in record.translations.items():
                record.translations[name] = {
                    lang: _overlaid([texts[base] for base in bases if base in texts])
                    for lang, bases in sources.items()
                    if any(base in texts for base in bases)
                }
        return result.normalise()

    def renamed(self, name):
        """The same set-up as a module of another name: the ids of its own namespace go along."""
        prefix = f"{self.name}."

        def moved(xmlid):
            return f"{name}.{xmlid[len(prefix) :]}" if xmlid.startswith(prefix) else xmlid

        return self.with_ids(moved, name=name)

    def with_ids(self, moved, name=None):
        """A copy in which each external id is ``moved(xmlid)``, wherever it stands."""
        result = self.copy()
        result.name = name or self.name
        result.records = {}
        for record in self.records.values():
            record = record.copy()
            record.xmlid = moved(record.xmlid)
            for field_name, value in record.values.items():
                kind = FIELDS[record.directory][field_name].kind
                if kind == "many2one" and value:
                    record.values[field_name] = moved(value)
                elif kind == "many2many":
                    record.values[field_name] = [moved(xmlid) for xmlid in value]
            result.records[record.xmlid] = record
        result.order = {directory: [moved(xmlid) for xmlid in xmlids] for directory, xmlids in self.order.items()}
        result.removals = [Removal(moved(removal.xmlid), removal.model) for removal in self.removals]
        return result.normalise()

    def to_json(self):
        """As what JSON can hold, for a column of the database: dicts, lists, texts, numbers."""
        return {
            "id": self.id,
            "name": self.name,
            "title": self.title,
            "format": self.format,
            "depends": list(self.depends),
            "languages": list(self.languages),
            "directories": list(self.directories),
            "records": [
                {
                    "directory": record.directory,
                    "xmlid": record.xmlid,
                    "values": record.values,
                    "translations": record.translations,
                }
                for record in self.copy().records.values()
            ],
            "order": {directory: list(xmlids) for directory, xmlids in self.order.items()},
            "removals": [[removal.xmlid, removal.model] for removal in self.removals],
        }

    @classmethod
    def from_json(cls, data):
        """What ``to_json`` gave."""
        records = [Record(**record).copy() for record in data["records"]]
        removals = [Removal(*removal) for removal in data["removals"]]
        whole = {**data, "records": {record.xmlid: record for record in records}, "removals": removals}
        return cls(**whole).copy().normalise()


def fingerprint(*states):
    """A short text that differs when any of the given set-ups (or JSON-able values) does."""
    data = [state.to_json() if isinstance(state, Setup) else state for state in states]
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
