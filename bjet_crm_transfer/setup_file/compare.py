# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What differs between two set-ups, as a person would say it."""

from collections import defaultdict
from dataclasses import dataclass, field

from .order import moved, neighbour
from .state import DIRECTORIES, FIELDS, ORDERED, SOURCE_LANGUAGE

ADD, CHANGE, MOVE, REMOVE, CONFLICT, KEEP = "add", "change", "move", "remove", "conflict", "keep"
# The field of a difference that is about the record as a whole: it is gone on one side
WHOLE = ""
ORDER = "sequence"


@dataclass
class Difference:
    """One field of a change, in one language.

    ``name``: the field; ``sequence`` for a move, where ``before`` and ``after`` are the external ids of the record that
    this one stands behind (False: it is first); ``WHOLE`` where one side has the record no more (True: has it).
    ``lang``: False for what has no languages, ``en_US`` for the English of a translated field, or another language.
    ``before``: the value here, ``after``: the file's; in the form of ``state.Field``. An empty text is False.
    """

    name: str
    lang: str | bool
    before: object
    after: object

    @property
    def key(self):
        """``(field, lang)``, the second and third part of an entry of ``take``."""
        return (self.name, self.lang)


@dataclass
class Change:
    """One line of a preview. A record with a change, a move and a conflict has three.

    ``kind``: ``add``, ``change``, ``move``, ``remove``, ``conflict`` (nothing is done unless it is taken) or ``keep``
    (a conflict that was decided for what is here at an earlier apply).
    ``name``: the record's English name here, or in the file where it is not here.
    """

    kind: str
    directory: str
    xmlid: str
    name: str
    fields: list = field(default_factory=list)


def keys(record, languages):
    """The ``(field, lang)`` of which a record has its say, in the order of the fields."""
    for name, spec in FIELDS[record.directory].items():
        if name not in record.values:
            continue
        if not spec.translate:
            yield name, False
            continue
        yield name, SOURCE_LANGUAGE
        for lang in languages:
            yield name, lang


def get_value(record, key):
    """The value of a ``(field, lang)``; a translation that is not there is False."""
    name, lang = key
    if lang and lang != SOURCE_LANGUAGE:
        return record.translations.get(name, {}).get(lang, False)
    return record.values[name]


def set_value(record, key, value):
    """Set the value of a ``(field, lang)``; a translation that is False goes."""
    name, lang = key
    if not lang or lang == SOURCE_LANGUAGE:
        record.values[name] = value
    elif value:
        record.translations.setdefault(name, {})[lang] = value
    elif name in record.translations:
        record.translations[name].pop(lang, None)
        if not record.translations[name]:
            del record.translations[name]


def compare(here, file, whole=False):
    """Changes that lead from ``here`` to what ``file`` says, two ways: a list of ``Change``, by directory.

    Nothing is said about directories, languages and fields of which the file says nothing, and about records that it
    neither has nor removes; with ``whole``, what it has not is removed.
    """
    file = file.for_languages(here.languages)
    removed = {removal.xmlid for removal in file.removals}
    changes = []
    for directory in DIRECTORIES:
        if directory not in file.directories:
            continue
        theirs = {record.xmlid: record for record in file.of(directory)}
        ours = {record.xmlid: record for record in here.of(directory)}
        for xmlid, record in theirs.items():
            if xmlid not in ours:
                changes.append(addition(record, file.languages))
            elif differences := _differences(ours[xmlid], record, file.languages):
                changes.append(Change(CHANGE, directory, xmlid, ours[xmlid].name, differences))
        if directory in ORDERED:
            changes += moves(directory, here, [xmlid for xmlid in file.order.get(directory, ()) if xmlid in theirs])
        for xmlid, record in ours.items():
            if xmlid not in theirs and (whole or xmlid in removed):
                gone = [Difference(WHOLE, False, True, False)]
                changes.append(Change(REMOVE, directory, xmlid, record.name, gone))
    return changes


def addition(record, languages):
    """The change by which a record comes."""
    fields = [Difference(*key, False, get_value(record, key)) for key in keys(record, languages)]
    return Change(
        ADD, record.directory, record.xmlid, record.name, [item for item in fields if item.after != item.before]
    )


def moves(directory, here, order):
    """The changes by which what is here comes into an order: one for each drag."""
    before = here.order.get(directory, [])
    return [
        Change(
            MOVE,
            directory,
            xmlid,
            here.records[xmlid].name,
            [Difference(ORDER, False, neighbour(before, xmlid), neighbour(order, xmlid))],
        )
        for xmlid in moved(before, order)
    ]


def _differences(ours, theirs, languages):
    result = []
    for key in keys(theirs, languages):
        before = get_value(ours, key) if key[0] in ours.values else False
        after = get_value(theirs, key)
        if before != after:
            result.append(Difference(*key, before, after))
    return result


def recognise(here, file):
    """Records of ``file`` that are here under another id: ``{xmlid in the file: xmlid here}``.

    Of the same directory and English name, exactly one on each side, where the id is unknown to the other side. No two tags
    have one name in a language: of them, any language of the file tells.
    """
    removed = {removal.xmlid for removal in file.removals}

    def unknown(setup, other, lang, without):
        found = defaultdict(list)
        for record in setup.records.values() if lang is None else setup.of("tags"):
            name = record.translations.get("name", {}).get(lang) or record.name
            if name and record.xmlid not in other.records and record.xmlid not in without:
                found[record.directory, name].append(record.xmlid)
        return found

    adopted = {}
    for lang in (None, *file.languages):
        ours = unknown(here, file, lang, {*removed, *adopted.values()})
        theirs = unknown(file, here, lang, adopted)
        adopted |= {
            xmlids[0]: ours[key][0]
            for key, xmlids in theirs.items()
            if len(xmlids) == 1 and len(ours.get(key, ())) == 1
        }
    return adopted
