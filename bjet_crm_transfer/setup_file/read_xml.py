# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The records of a set-up's XML files: no more than is needed of what Odoo's loader understands."""

import re
from dataclasses import dataclass

from lxml import etree

from . import layout
from .errors import SetupFileError
from .layout import full_id
from .state import (
    DIRECTORY_OF,
    FIELDS,
    MODELS,
    OWN_COMPANY,
    OWN_COMPANY_XMLID,
    REMOVAL_MODEL,
    UNDEFINED,
    Record,
    Removal,
)

_DOCTYPE = re.compile("<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_DECLARATION = re.compile(r"<\?xml\s[^>]*?encoding\s*=\s*[\"']([^\"']*)[\"']")
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,9})")
_FLOAT = re.compile(r"-?(0|[1-9][0-9]{0,308})(\.[0-9]{1,308})?([eE][+-]?[0-9]{1,3})?")
_SELECTION = re.compile(r"[A-Za-z0-9_.-]+")
_REF = r"ref\((?:'([A-Za-z0-9_.-]+)'|\"([A-Za-z0-9_.-]+)\")\)"
_REFS = re.compile(_REF)
_SET = re.compile(rf"\[Command\.set\(\[((?:{_REF}(?:, ?{_REF})*)?)\]\)\]")
_LITERAL = r"(?:'[^'\\\n]*'|\"[^\"\\\n]*\")"
_LITERALS = re.compile(_LITERAL)
_LOGIN = re.compile(rf"\[\(['\"]login['\"], '=', ({_LITERAL})\)\]")
_LOGINS = re.compile(rf"\[\(['\"]login['\"], 'in', \[({_LITERAL}(?:, ?{_LITERAL})*)\]\)\]")
_INT32 = range(-(1 << 31), 1 << 31)
_FIELD_ATTRIBUTES = {"name", "eval", "ref", "search"}
_RECORD_ATTRIBUTES = ("id", "model", "forcecreate")


@dataclass
class _Value:
    """What stands in a field: by ``eval``, ``ref``, ``search`` or as ``text``."""

    by: str
    content: str
    file: str
    line: int
    name: str

    def refused(self, code, **params):
        return SetupFileError(code, self.file, self.line, field=self.name, **params)


@dataclass
class _Node:
    """A record as it stands in the file."""

    xmlid: str
    model: str
    file: str
    line: int
    fields: dict

    def refused(self, code, **params):
        return SetupFileError(code, self.file, self.line, **params)


class Document:
    """One XML file: its records, in the order of the file."""

    def __init__(self, path, text, module):
        self.path = path
        self.module = module
        root = self._parse(text)
        self.records = [self._record(node) for node in self._elements(root, "record")]

    def refused(self, code, node=None, **params):
        return SetupFileError(code, self.path, node if isinstance(node, int) else node.sourceline, **params)

    def _parse(self, text):
        if found := _DOCTYPE.search(text):
            raise self.refused("doctype", text.count("\n", 0, found.start()) + 1)
        if (found := _DECLARATION.match(text)) and found[1].lower() != "utf-8":
            raise self.refused("encoding", 1, encoding=found[1])
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        try:
            root = etree.fromstring(text.encode(), parser)
        except etree.XMLSyntaxError as error:
            reason = (error.msg or "").partition(", line")[0].rstrip(".")
            raise self.refused("xml", error.lineno or 1, reason=reason) from error
        for node in root.getroottree().iter():
            self._check_node(node)
        for node in (*root.itersiblings(preceding=True), *root.itersiblings()):
            self._check_node(node)
        if root.tag != "odoo" or dict(root.attrib) != {"noupdate": "1"}:
            raise self.refused("root", root)
        return root

    def _check_node(self, node):
        if node.tag is etree.ProcessingInstruction:
            raise self.refused("instruction", node)
        if node.tag is etree.Entity:
            raise self.refused("doctype", node)
        if node.tag is etree.Comment:
            return
        if node.nsmap or "{" in node.tag or any("{" in name for name in node.attrib):
            raise self.refused("namespace", node)

    def _elements(self, parent, tag):
        """The children, which must all be of this tag; comments between them are nobody's."""
        if (parent.text or "").strip():
            raise self.refused("text_outside", parent)
        for node in parent:
            if (node.tail or "").strip():
                raise self.refused("text_outside", node)
            if node.tag is etree.Comment:
                continue
            if node.tag != tag:
                raise self.refused("tag", node, tag=node.tag)
            yield node

    def _record(self, node):
        for name in node.attrib:
            if name not in _RECORD_ATTRIBUTES:
                raise self.refused("attribute", node, attribute=name)
        for name in _RECORD_ATTRIBUTES:
            if name not in node.attrib:
                raise self.refused(
                    "attribute_missing" if name != "forcecreate" else "forcecreate", node, attribute=name
                )
        if node.get("forcecreate") != "False":
            raise self.refused("forcecreate", node)
        fields = {}
        for child in self._elements(node, "field"):
            value = self._field(child)
            if value.name in fields:
                raise value.refused("field_twice")
            fields[value.name] = value
        xmlid = full_id(node.get("id"), self.module)
        if not xmlid:
            raise self.refused("wrong_id", node, xmlid=node.get("id"))
        return _Node(xmlid, node.get("model"), self.path, node.sourceline, fields)

    def _field(self, node):
        for name in node.attrib:
            if name not in _FIELD_ATTRIBUTES:
                raise self.refused("attribute", node, attribute=name)
        if "name" not in node.attrib:
            raise self.refused("attribute_missing", node, attribute="name")
        if len(node):
            raise self.refused("child", node[0])
        ways = [way for way in ("eval", "ref", "search") if way in node.attrib]
        if len(ways) > 1 or (ways and node.text is not None):
            raise self.refused("two_values", node, field=node.get("name"))
        way = ways[0] if ways else "text"
        content = node.get(way) if ways else node.text or ""
        value = _Value(way, content, self.path, node.sourceline, node.get("name"))
        if not content:
            raise value.refused("empty")
        return value


# ------------------------------------------------------------
# From the files to the set-up
# ------------------------------------------------------------


def read_records(setup, documents):
    """Put the records, their order and the removals of the documents into the set-up."""
    values = {}
    for document in documents:
        if document.path == layout.REMOVALS:
            _read_removals(setup, document)
        else:
            directory = next(name for name, path in layout.DATA.items() if path == document.path)
            _read_directory(setup, directory, document, values)
    _check_references(setup, values)


def _read_directory(setup, directory, document, values):
    specs = FIELDS[directory]
    sequences = {}
    second = set()
    for node in document.records:
        if node.model != MODELS[directory]:
            raise node.refused("wrong_model", model=node.model)
        for name, value in node.fields.items():
            _check_field(specs.get(name), value)
        record = _get_record(setup, directory, node, second)
        for name, value in node.fields.items():
            spec = specs[name]
            if spec.kind == "order":
                sequence = _integer(value, setup.name)
                if sequence in sequences:
                    raise value.refused("sequence_twice", sequence=sequence)
                sequences[sequence] = node.xmlid
                continue
            content = _READERS[spec.kind](value, setup.name)
            if spec.directory == directory and content and node.xmlid not in second:
                raise value.refused("second_needed")
            record.values[name] = content
            values[node.xmlid, name] = value
        if record.values.get("name") is False:
            raise node.fields["name"].refused("name_missing")
    if "sequence" in specs:
        setup.order[directory] = [sequences[sequence] for sequence in sorted(sequences)]


def _get_record(setup, directory, node, second):
    """The set-up's record for a node: a new one for the first node of an id, the same one for the second."""
    specs = FIELDS[directory]
    if node.xmlid == UNDEFINED:
        raise node.refused("undefined")
    if record := setup.records.get(node.xmlid):
        _check_second(node, record, specs, second)
        second.add(node.xmlid)
        return record
    if second:
        raise node.refused("second_order", xmlid=node.xmlid)
    _check_complete(setup, specs, node)
    record = setup.records[node.xmlid] = Record(directory, node.xmlid)
    return record


def _check_field(spec, value):
    if spec is None:
        raise value.refused("unknown_field")
    if spec.kind == "left_out":
        raise value.refused("field_left_out")
    if spec.values and not _is_empty(value) and value.content not in spec.values:
        raise value.refused("value_selection")


def _check_second(node, record, specs, second):
    if record.model != node.model or node.xmlid in second or not all(specs[name].directory for name in node.fields):
        raise node.refused("id_twice", xmlid=node.xmlid)
    for name in node.fields:
        if specs[name].directory != record.directory or name in record.values:
            raise node.refused("second_record", xmlid=node.xmlid)


def _check_complete(setup, specs, node):
    if node.xmlid.startswith(f"{setup.name}.") and "name" not in node.fields:
        raise node.refused("field_missing", field="name")
    if "sequence" in specs and "sequence" not in node.fields:
        raise node.refused("field_missing", field="sequence")


def _read_removals(setup, document):
    seen = set()
    for node in document.records:
        if node.model != REMOVAL_MODEL:
            raise node.refused("wrong_model", model=node.model)
        if node.xmlid in seen or node.xmlid in setup.records:
            raise node.refused("id_twice", xmlid=node.xmlid)
        seen.add(node.xmlid)
        content = {name: value.content for name, value in node.fields.items() if value.by == "text"}
        if set(node.fields) != {"xmlid", "model"} or len(content) != len(node.fields):
            raise node.refused("removal")
        xmlid, directory = content["xmlid"], DIRECTORY_OF.get(content["model"])
        if "." not in xmlid or full_id(xmlid, "") != xmlid or xmlid.startswith(f"{setup.name}."):
            raise node.refused("removal")
        if xmlid == UNDEFINED:
            raise node.refused("undefined")
        if directory not in setup.directories:
            raise node.refused("wrong_model", model=content["model"])
        if xmlid in setup.records:
            raise node.refused("removed_and_there", xmlid=xmlid)
        if any(removal.xmlid == xmlid for removal in setup.removals):
            raise node.refused("id_twice", xmlid=xmlid)
        setup.removals.append(Removal(xmlid, content["model"]))


def _check_references(setup, values):
    """Every record that is referred to must be in the file, and of the right directory."""
    for (xmlid, name), value in values.items():
        record = setup.records[xmlid]
        spec = FIELDS[record.directory][name]
        if not spec.directory:
            continue
        content = record.values[name]
        for target in content if spec.is_list else [content] if content else []:
            if target not in setup.records:
                raise value.refused("reference_missing", xmlid=target)
            if setup.records[target].directory != spec.directory:
                raise value.refused("reference", xmlid=target)


# ------------------------------------------------------------
# Values
# ------------------------------------------------------------


def _is_empty(value):
    return value.by == "eval" and value.content == "False"


def _boolean(value, module):
    words = {"eval": {"True": True, "False": False}, "text": {"True": True, "False": False, "1": True, "0": False}}
    content = words.get(value.by, {}).get(value.content)
    if content is None:
        raise value.refused("value_boolean")
    return content


def _integer(value, module):
    if value.by not in ("eval", "text") or not _INTEGER.fullmatch(value.content) or int(value.content) not in _INT32:
        raise value.refused("value_integer")
    return int(value.content)


def _float(value, module):
    if value.by in ("eval", "text") and _FLOAT.fullmatch(value.content):
        number = float(value.content)
        if abs(number) != float("inf"):
            return number + 0.0  # -0.0 is 0.0
    raise value.refused("value_float")


def _text(value, module):
    if _is_empty(value):
        return False
    if value.by != "text":
        raise value.refused("value_text")
    return value.content


def _selection(value, module):
    content = _text(value, module)
    if content and not _SELECTION.fullmatch(content):
        raise value.refused("value_selection")
    return content


def _many2one(value, module):
    if _is_empty(value):
        return False
    xmlid = full_id(value.content, module) if value.by == "ref" else None
    if not xmlid:
        raise value.refused("value_reference")
    return xmlid


def _many2many(value, module):
    found = _SET.fullmatch(value.content) if value.by == "eval" else None
    if not found:
        raise value.refused("value_list")
    xmlids = [full_id(single or double, module) for single, double in _REFS.findall(found[1])]
    if not all(xmlids) or len(set(xmlids)) != len(xmlids):
        raise value.refused("value_list")
    return sorted(xmlids)


def _login(value, module):
    if _is_empty(value):
        return False
    found = _LOGIN.fullmatch(value.content) if value.by == "search" else None
    if not found or not found[1][1:-1]:
        raise value.refused("value_login")
    return found[1][1:-1]


def _logins(value, module):
    if value.by == "eval" and value.content == "[Command.set([])]":
        return []
    found = _LOGINS.fullmatch(value.content) if value.by == "search" else None
    logins = [literal[1:-1] for literal in _LITERALS.findall(found[1])] if found else []
    if not all(logins) or not logins or len(set(logins)) != len(logins):
        raise value.refused("value_logins")
    return sorted(logins)


def _company(value, module):
    if _is_empty(value):
        return False
    if value.by != "ref" or value.content != OWN_COMPANY_XMLID:
        raise value.refused("value_company")
    return OWN_COMPANY


_READERS = {
    "boolean": _boolean,
    "integer": _integer,
    "float": _float,
    "char": _text,
    "text": _text,
    "html": _text,
    "selection": _selection,
    "many2one": _many2one,
    "many2many": _many2many,
    "login": _login,
    "logins": _logins,
    "company": _company,
}
