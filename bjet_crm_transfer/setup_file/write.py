# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From a set-up to the files of an Odoo data module.

Equal set-ups give equal bytes: everything is sorted, and nothing of a database or of the day is in the files.
"""

import io
import json
import zipfile
from dataclasses import dataclass, field

import polib
from lxml import etree

from . import layout
from .errors import SetupFileError
from .state import DIRECTORIES, FIELDS, MODELS, OWN_COMPANY, OWN_COMPANY_XMLID, REMOVAL_MODEL

_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_ZIP_UNIX = 3
_ZIP_MODE = 0o100644 << 16


def write_module(setup):
    """The files of the module: ``{path inside the module: bytes}``, byte for byte the same for equal set-ups.

    :raise SetupFileError: where a text has a character that no XML or po file can hold, or an id or the name is none
    """
    setup = setup.copy().normalise()
    _check_names(setup)
    files = {
        layout.MANIFEST: _manifest(setup),
        "__init__.py": "",
        layout.README: _readme(setup),
        layout.REMOVALS: _removals(setup),
    }
    for directory in setup.directories:
        files[layout.DATA[directory]] = _directory(setup, directory)
    entries = list(_entries(setup))
    files[layout.pot(setup.name)] = _catalogue(setup.name, entries)
    for lang in setup.languages:
        files[layout.po(lang)] = _catalogue(setup.name, entries, lang)
    return {path: files[path].encode() for path in sorted(files)}


def _check_names(setup):
    if not layout.MODULE_NAME.fullmatch(setup.name):
        raise SetupFileError("name", name=setup.name)
    for xmlid in (*setup.records, *(removal.xmlid for removal in setup.removals)):
        if layout.full_id(xmlid, "") != xmlid:
            raise SetupFileError("wrong_id", xmlid=xmlid)


def zip_module(files, name):
    """The files as a zip with the one folder ``name``, byte for byte the same for the same files: bytes."""
    target = io.BytesIO()
    # Stored, not deflated: what zlib makes of a text differs between its versions
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(files):
            info = zipfile.ZipInfo(f"{name}/{path}", _ZIP_DATE)
            info.create_system = _ZIP_UNIX
            info.external_attr = _ZIP_MODE
            archive.writestr(info, files[path])
    return target.getvalue()


# ------------------------------------------------------------
# Manifest and README
# ------------------------------------------------------------


def _literal(text):
    return json.dumps(text, ensure_ascii=False)


def _list(texts):
    return "".join(f"        {_literal(text)},\n" for text in texts)


def _manifest(setup):
    layout.check_text(setup.title, record=setup.name, field="name")
    data = [*(layout.DATA[directory] for directory in setup.directories), layout.REMOVALS]
    return (
        "{\n"
        f'    "name": {_literal(setup.title or setup.name)},\n'
        '    "summary": "A CRM set-up",\n'
        '    "version": "19.0.1.0.0",\n'
        '    "license": "LGPL-3",\n'
        '    "author": "CRM Setup",\n'
        '    "category": "Sales/CRM",\n'
        f'    "depends": [\n{_list(setup.depends)}    ],\n'
        f'    "data": [\n{_list(data)}    ],\n'
        f'    "crm_transfer": {{"format": {setup.format}, "id": {_literal(setup.id)}}},\n'
        "}\n"
    )


def _readme(setup):
    lines = [f"# {' '.join((setup.title or setup.name).split())}", ""]
    lines += [
        "A CRM set-up, written by Export of CRM › Configuration › CRM Setup.",
        "",
        "- A database that people work in: CRM › Configuration › CRM Setup › Apply a Set-up, which shows what will",
        f"  change before it is done, or `odoo-bin crm_transfer apply DATABASE {setup.name}`.",
        f"- A fresh database: `odoo-bin -d DATABASE -i {setup.name}`.",
        "",
    ]
    for directory in setup.directories:
        # A record of another module may be there for its place only
        names = [" ".join(record.name.split()) for record in setup.of(directory) if record.name]
        if names:
            lines += [f"## {layout.TITLES[directory]}", "", *(f"- {name}" for name in names), ""]
    return "\n".join(lines)


# ------------------------------------------------------------
# XML
# ------------------------------------------------------------


def local_id(setup, xmlid):
    """The id as it stands in the file: without the module where it is the set-up's own."""
    prefix = f"{setup.name}."
    return xmlid[len(prefix) :] if xmlid.startswith(prefix) else xmlid


def _document(records):
    root = etree.Element("odoo", noupdate="1")
    root.extend(records)
    etree.indent(root, space="    ")
    text = etree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def _directory(setup, directory):
    sequences = {xmlid: (number + 1) * 10 for number, xmlid in enumerate(setup.order.get(directory, ()))}
    first, second = [], []
    for record in setup.of(directory):
        node, later = _record_node(setup, record.xmlid, record.model), None
        for name, spec in FIELDS[directory].items():
            if spec.kind == "order":
                etree.SubElement(node, "field", name=name, eval=str(sequences[record.xmlid]))
                continue
            if not spec.exported or name not in record.values:
                continue
            value = record.values[name]
            target = node
            if spec.directory == directory and value:
                # The record that it refers to may come later, so that it is said when all are there
                if later is None:
                    later = _record_node(setup, record.xmlid, record.model)
                target = later
            _field_node(setup, record, target, name, spec, value)
        first.append(node)
        if later is not None:
            second.append(later)
    return _document(first + second)


def _record_node(setup, xmlid, model):
    return etree.Element("record", id=local_id(setup, xmlid), model=model, forcecreate="False")


def _field_node(setup, record, parent, name, spec, value):
    node = etree.SubElement(parent, "field", name=name)
    if spec.kind == "many2many":
        refs = ", ".join(f"ref('{local_id(setup, xmlid)}')" for xmlid in value)
        node.set("eval", f"[Command.set([{refs}])]")
    elif spec.kind == "logins" and value:
        node.set("search", f"[('login', 'in', [{', '.join(_login(record, name, login) for login in value)}])]")
    elif spec.kind == "logins":
        node.set("eval", "[Command.set([])]")
    elif spec.kind in ("boolean", "integer", "float"):
        node.set("eval", repr(value))
    elif not value:
        node.set("eval", "False")
    elif spec.kind == "many2one":
        node.set("ref", local_id(setup, value))
    elif spec.kind == "company":
        node.set("ref", OWN_COMPANY_XMLID if value == OWN_COMPANY else value)
    elif spec.kind == "login":
        node.set("search", f"[('login', '=', {_login(record, name, value)})]")
    else:
        layout.check_text(value, record=record.name or record.xmlid, field=name)
        node.text = value


def _login(record, name, login):
    """The login as a literal of Python without an escape: so that it is read the same everywhere."""
    layout.check_text(login, record=record.name or record.xmlid, field=name)
    quote = '"' if "'" in login else "'"
    if "\\" in login or "\n" in login or quote in login:
        raise SetupFileError("login_characters", record=record.name or record.xmlid, login=login)
    return f"{quote}{login}{quote}"


def _removals(setup):
    nodes = []
    for removal, name in layout.removal_names(setup.removals):
        node = _record_node(setup, name, REMOVAL_MODEL)
        etree.SubElement(node, "field", name="xmlid").text = removal.xmlid
        etree.SubElement(node, "field", name="model").text = removal.model
        nodes.append(node)
    return _document(nodes)


# ------------------------------------------------------------
# po
# ------------------------------------------------------------


@dataclass
class _Entry:
    """One text of one field of one record, or one term of it."""

    kind: str
    model: str
    field: str
    xmlid: str
    source: str
    texts: dict = field(default_factory=dict)

    @property
    def context(self):
        return f"{self.model},{self.field}:{self.xmlid}"


def _entries(setup):
    for directory in DIRECTORIES:
        if directory not in setup.directories:
            continue
        for record in setup.of(directory):
            for name, spec in FIELDS[directory].items():
                if spec.translate and record.values.get(name):
                    for entry in _field_entries(record, name, spec, MODELS[directory]):
                        for text in (entry.source, *entry.texts.values()):
                            layout.check_po_text(text, record=record.name or record.xmlid, field=name)
                        yield entry


def _field_entries(record, name, spec, model):
    by_lang = record.translations.get(name, {})
    if spec.kind != "html":
        yield _Entry("model", model, name, record.xmlid, record.values[name], by_lang)
        return
    for term in sorted({term for terms in by_lang.values() for term in terms}):
        texts = {lang: terms[term] for lang, terms in by_lang.items() if term in terms}
        yield _Entry("model_terms", model, name, record.xmlid, term, texts)


def _catalogue(module, entries, lang=None):
    po = polib.POFile(wrapwidth=0)
    po.header = f"Translations of the CRM set-up {module}."
    po.metadata = {
        "Project-Id-Version": module,
        "Report-Msgid-Bugs-To": "",
        "Last-Translator": "",
        "Language-Team": "",
        "Language": lang or "",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    for entry in entries:
        po.append(
            polib.POEntry(
                msgctxt=entry.context,
                msgid=entry.source,
                msgstr=entry.texts.get(lang, "") if lang else "",
                comment=f"module: {module}",
                occurrences=[(f"{entry.kind}:{entry.context}", "")],
            )
        )
    return f"{po}\n" if not str(po).endswith("\n") else str(po)
