# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where in a set-up's module everything stands, and which characters its files can hold: for writing and for reading."""

import re

from .errors import SetupFileError

MANIFEST = "__manifest__.py"
README = "README.md"
DATA = {
    "channels": "data/crm_team_data.xml",
    "stages": "data/crm_stage_data.xml",
    "activity_types": "data/mail_activity_type_data.xml",
    "tags": "data/crm_tag_data.xml",
    "lost_reasons": "data/crm_lost_reason_data.xml",
}
REMOVALS = "data/crm_transfer_removal_data.xml"
TITLES = {
    "channels": "Sales Channels",
    "stages": "Stages",
    "activity_types": "Activity Types",
    "tags": "Lead Tags",
    "lost_reasons": "Lost Reasons",
}

MODULE_NAME = re.compile("[a-z][a-z0-9_]{0,63}")
_XMLID = re.compile(r"(?:([a-z0-9_]+)\.)?([A-Za-z0-9_-]+)")
# A language other than English. `en.po` is the base of English itself, so that Odoo would write it over the source.
_LANGUAGE = re.compile(r"(?!en(_US)?\Z)[a-z]{2,3}(_[A-Z]{2}|_[A-Z][a-z]{3}|_[0-9]{3})?(@[a-z]{2,10})?")

# What XML 1.0 has not
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# What ends a line to `str.splitlines`, by which po files are read, and has no escape in them
_NOT_IN_PO = re.compile("[\x85\u2028\u2029\x1c\x1d\x1e]")


def pot(module):
    """Path of the template of translations."""
    return f"i18n/{module}.pot"


def po(lang):
    """Path of the translations into a language: by its whole code, for `pt.po` would be read for Brazil as well."""
    return f"i18n/{lang}.po"


def language(path):
    """The language of a po file by its path, or None where it is none."""
    name = path.removeprefix("i18n/")
    code = name.removesuffix(".po")
    return code if path == po(code) and _LANGUAGE.fullmatch(code) else None


def full_id(xmlid, module):
    """The id with its module, or None where it is no external id."""
    found = _XMLID.fullmatch(xmlid)
    return f"{found[1] or module}.{found[2]}" if found else None


def removal_names(removals):
    """``[(removal, its local id)]``."""
    taken = set()
    result = []
    for removal in removals:
        name = base = f"removal_{removal.xmlid.replace('.', '__')}"
        number = 1
        while name in taken:
            number += 1
            name = f"{base}_{number}"
        taken.add(name)
        result.append((removal, name))
    return result


def is_text(text):
    """Whether an XML file can hold the text."""
    return not _NOT_IN_XML.search(text)


def check_text(text, **place):
    """Refuse a text that no XML file can hold."""
    if found := _NOT_IN_XML.search(text):
        raise SetupFileError("character", character=f"U+{ord(found[0]):04X}", **place)


def check_po_text(text, **place):
    """Refuse a text that no po file can hold."""
    check_text(text, **place)
    if found := _NOT_IN_PO.search(text):
        raise SetupFileError("character", character=f"U+{ord(found[0]):04X}", **place)
