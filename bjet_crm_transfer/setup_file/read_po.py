# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The translations of a set-up, read by the library that Odoo reads them by."""

import re

import polib

from . import layout
from .errors import SetupFileError
from .state import DIRECTORY_OF, FIELDS

_REFERENCE = re.compile(r"(model|model_terms):([a-z_.]+),([a-z_]+):([a-z0-9_]+)\.([A-Za-z0-9_-]+)")
_SYNTAX_LINE = re.compile(r"line (\d+)")
_CONTENT_TYPE = "text/plain; charset=UTF-8"
# Where `str.splitlines`, by which Odoo reads the file of a zip, ends a line, and a file on the disk does not
_OTHER_LINE_ENDS = re.compile("[\v\f\x1c\x1d\x1e\x85\u2028\u2029]|\r(?!\n)")


def read_translations(setup, files):
    """Put the translations into the set-up's records.

    :param files: ``{path: text}`` of the folder i18n
    """
    template_path = layout.pot(setup.name)
    template = {}
    if template_path in files:
        for entry in _parse(template_path, files[template_path]):
            _check(setup, template_path, entry)
            template[entry.msgid_with_context] = entry
    for lang in setup.languages:
        path = layout.po(lang)
        seen = set()
        for entry in _parse(path, files[path]):
            references = _check(setup, path, entry)
            # On the disk Odoo takes the references and comments of the template for those of the translations
            same = template.get(entry.msgid_with_context)
            if not same or sorted(same.occurrences) != sorted(entry.occurrences):
                raise SetupFileError("po_template", path, entry.linenum, template=template_path)
            for record, field, is_term in references:
                key = (record.xmlid, field, entry.msgid if is_term else None)
                if key in seen:
                    raise SetupFileError("po_twice", path, entry.linenum)
                seen.add(key)
                _put(record, field, is_term, lang, entry)


def _parse(path, text):
    """The entries of a po file that are in use."""
    if found := _OTHER_LINE_ENDS.search(text):
        raise SetupFileError("po_line", path, text.count("\n", 0, found.start()) + 1)
    try:
        po = polib.pofile(_Lines(text), encoding="utf-8")
    except (OSError, ValueError, IndexError, UnicodeError) as error:
        found = _SYNTAX_LINE.search(str(error))
        raise SetupFileError("po", path, int(found[1]) if found else 1) from error
    if po.metadata.get("Content-Type") != _CONTENT_TYPE:
        raise SetupFileError("po_header", path, 1)
    entries = [entry for entry in po if not entry.obsolete]
    known = set()
    for entry in entries:
        if entry.msgid_with_context in known:
            raise SetupFileError("po_twice", path, entry.linenum)
        known.add(entry.msgid_with_context)
    return entries


class _Lines:
    """What polib takes for no path: it opens a file where a text is the name of one."""

    def __init__(self, text):
        self.text = text

    def splitlines(self):
        return self.text.splitlines()


def _check(setup, path, entry):
    """Refuse what Odoo would read otherwise; returns ``[(record, field, is it a term)]``."""
    line = entry.linenum
    if entry.msgid_plural or entry.msgstr_plural:
        raise SetupFileError("po_plural", path, line)
    if entry.fuzzy:
        raise SetupFileError("po_fuzzy", path, line)
    if entry.comment != f"module: {setup.name}":
        raise SetupFileError("po_comment", path, line, module=setup.name)
    if not entry.occurrences:
        raise SetupFileError("po_no_reference", path, line)
    return [_reference(setup, path, entry, *occurrence) for occurrence in entry.occurrences]


def _reference(setup, path, entry, reference, number):
    found = _REFERENCE.fullmatch(reference) if not number else None
    if found:
        kind, model, field, module, name = found.groups()
        record = setup.records.get(f"{module}.{name}")
        spec = FIELDS[DIRECTORY_OF[model]].get(field) if model in DIRECTORY_OF else None
        is_term = bool(spec) and spec.kind == "html"
        if (
            record
            and record.model == model
            and spec
            and spec.translate
            and kind == ("model_terms" if is_term else "model")
        ):
            if not is_term and record.values.get(field) != entry.msgid:
                raise SetupFileError("po_source", path, entry.linenum)
            if is_term and (not entry.msgid or not record.values.get(field)):
                raise SetupFileError("po_source", path, entry.linenum)
            return record, field, is_term
    raise SetupFileError(
        "po_reference", path, entry.linenum, reference=f"{reference}:{number}" if number else reference
    )


def _put(record, field, is_term, lang, entry):
    if not entry.msgstr:
        return
    by_lang = record.translations.setdefault(field, {})
    if is_term:
        by_lang.setdefault(lang, {})[entry.msgid] = entry.msgstr
    else:
        by_lang[lang] = entry.msgstr
