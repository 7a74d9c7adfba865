# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the installed modules ship of the directories, read from their data files.

`ir.model.data` does not say whether a record came with the demo data, or was made by a person under a module's prefix;
the `data` of the manifests does. Files of modules that were imported as a zip are not there to be read.
"""

import ast
import csv
import io
import re
from collections import defaultdict
from dataclasses import dataclass, field

import polib
from lxml import etree

from odoo.modules.module import Manifest
from odoo.tools.misc import file_path, str2bool
from odoo.tools.translate import get_po_paths

from ..setup_file import state

# which of all files are worth parsing
MENTIONS = tuple(model.encode() for model in state.DIRECTORY_OF)
PO_MENTION = re.compile(
    r"^#:.*\bmodel:(?:{}),".format("|".join(re.escape(model) for model in state.DIRECTORY_OF)), re.MULTILINE
)


@dataclass
class Shipped:
    """One record that a module ships. ``values`` has what its file says, as far as that is a plain value."""

    xmlid: str
    model: str
    module: str
    values: dict = field(default_factory=dict)

    @property
    def directory(self):
        return state.DIRECTORY_OF[self.model]


def read_shipped(env):
    """The records of the five directories in the `data` of the installed modules: `{external id: Shipped}`."""
    # sudo: whoever may export need not be allowed to see the modules
    modules = env["ir.module.module"].sudo().search_fetch([("state", "in", ["installed", "to upgrade"])], ["name"])
    found, overrides = {}, []
    for module in modules.mapped("name"):
        manifest = Manifest.for_addon(module, display_warning=False)
        for name in manifest["data"] if manifest else ():
            for xmlid, model, values in _read_file(module, name):
                if xmlid.partition(".")[0] == module:
                    found.setdefault(xmlid, Shipped(xmlid, model, module)).values.update(values)
                else:
                    overrides.append((xmlid, values))
    for xmlid, values in overrides:
        if xmlid in found:
            found[xmlid].values.update(values)
    return found


def read_translations(xmlids, langs, also=()):
    """What po files say of some records: those of their own modules first, then those of the modules `also`.

    :return: `{external id: {field: {lang: [text, …]}}}`
    """
    by_module = defaultdict(set)
    for xmlid in xmlids:
        by_module[xmlid.partition(".")[0]].add(xmlid)
    found = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for module in dict.fromkeys([*by_module, *also]):
        wanted = by_module[module] if module not in also else set(xmlids)
        for lang in langs:
            for path in get_po_paths(module, lang):
                with open(file_path(path), encoding="utf-8") as opened:
                    text = opened.read()
                for xmlid, name, translation in read_po(text):
                    if xmlid in wanted:
                        found[xmlid][name][lang].append(translation)
    return found


def read_po(text):
    """(external id, field, translation) of the entries of our models in a po file; the others are not even parsed."""
    blocks = [block for block in re.split(r"\n\s*\n", text) if PO_MENTION.search(block)]
    for entry in polib.pofile('msgid ""\nmsgstr ""\n\n' + "\n\n".join(blocks) + "\n"):
        for occurrence, line in entry.occurrences:
            reference = f"{occurrence}:{line}" if line else occurrence
            match = re.fullmatch(r"model:([\w.]+),(\w+):([\w.]+)", reference)
            if match and match[1] in state.DIRECTORY_OF and entry.msgstr:
                yield match[3], match[2], entry.msgstr


def _read_file(module, name):
    extension = name.rpartition(".")[2].lower()
    if extension not in {"xml", "csv"}:
        return
    try:
        with open(file_path(f"{module}/{name}"), "rb") as opened:
            content = opened.read()
    except OSError:
        return
    if extension == "csv":
        yield from _read_csv(module, name, content)
    elif any(model in content for model in MENTIONS):
        yield from _read_xml(module, content)


def _read_xml(module, content):
    for record in etree.fromstring(content).iter("record"):
        model, xmlid = record.get("model"), record.get("id")
        if model not in state.DIRECTORY_OF or not xmlid:
            continue
        values = {}
        for node in record.iterchildren("field"):
            known, value = _value(module, state.FIELDS[state.DIRECTORY_OF[model]].get(node.get("name")), node)
            if known:
                values[node.get("name")] = value
        yield _full(module, xmlid), model, values


def _value(module, description, node):
    """(whether it is known, the value of a field node)"""
    if description is None or description.kind in {"left_out", "login", "logins", "company", "many2many", "html"}:
        return False, None
    if description.kind == "many2one":
        return (True, _full(module, node.get("ref"))) if node.get("ref") else (False, None)
    if node.get("ref") or node.get("search") or len(node):
        return False, None
    if node.get("eval") is not None:
        try:
            value = ast.literal_eval(node.get("eval").strip())
        except (ValueError, SyntaxError):
            return False, None
    else:
        value = node.text or ""
    try:
        if description.kind == "boolean":
            return True, str2bool(value) if isinstance(value, str) else bool(value)
        if description.kind in {"integer", "order"}:
            return True, int(value)
        if description.kind == "float":
            return True, float(value)
    except (ValueError, TypeError):
        return False, None
    return True, value or False


def _read_csv(module, name, content):
    model = name.rpartition("/")[2][:-4].partition("-")[0]
    if model not in state.DIRECTORY_OF:
        return
    for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"))):
        if row.get("id"):
            yield _full(module, row["id"]), model, {"name": row["name"]} if row.get("name") else {}


def _full(module, xmlid):
    return xmlid if "." in xmlid else f"{module}.{xmlid}"
