# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the directories were before anybody changed them: the base of a first apply."""

from odoo.modules.module import Manifest

from odoo.addons.bjet_crm_setup.models.ir_module_module import ADDON

from ..setup_file import read, state
from ..setup_file.errors import SetupFileError
from .shipped import read_translations


def ship(file, here, shipped):
    """What the installed modules ship of the records that the file has or removes, as a `Setup`.

    A value that no data file says, or that the addon gives to a record of Odoo, counts as the one that is here: what is
    not known to be a person's change is none.

    :param file: the set-up that is to be applied
    :param here: the `collect.Directories` as they are, in the ids of the file
    """
    own = _read_installed(here.env, file)
    if own is not None:
        return own
    mentioned = {*file.records, *(removal.xmlid for removal in file.removals)}
    records = {xmlid: found for xmlid, found in shipped.items() if xmlid in mentioned}
    po = read_translations(records, here.langs, [ADDON])
    base = state.Setup(id=file.id, name=file.name, languages=list(file.languages), directories=list(file.directories))
    sequences = {}
    for xmlid, found in records.items():
        present = here.setup.records.get(xmlid)
        if present is None and xmlid not in file.records:
            continue  # gone, as the file wants it
        record = state.Record(found.directory, xmlid)
        known = present or file.records[xmlid]
        record.values = dict(known.values)
        record.translations = {name: dict(by_lang) for name, by_lang in known.translations.items()}
        for name, value in found.values.items():
            if name == "sequence":
                sequences[xmlid] = value
            elif name in record.values:
                record.values[name] = value
        _add_translations(record, po.get(xmlid, {}))
        base.records[xmlid] = record
    for directory in base.directories:
        if directory in state.ORDERED:
            base.order[directory] = _order(directory, base, here, sequences)
    return base.normalise()


def complete(last, shipped_base, here):
    """What was applied last, with what it said nothing about as the modules ship it."""
    base = last.copy()
    known = {*base.records, *(removal.xmlid for removal in base.removals)}
    added = {xmlid: record for xmlid, record in shipped_base.records.items() if xmlid not in known}
    base.records.update(added)
    base.directories = [*base.directories, *shipped_base.directories]
    for directory in state.ORDERED:
        order = base.order.setdefault(directory, [])
        present = here.setup.order.get(directory, [])
        for number, xmlid in enumerate(present):
            if xmlid in added:
                behind = next((other for other in reversed(present[:number]) if other in order), None)
                order.insert(order.index(behind) + 1 if behind else 0, xmlid)
        order += [xmlid for xmlid, record in added.items() if record.directory == directory and xmlid not in order]
    return base.normalise()


def add_untouched(base, here, file):
    """Add what the addon's own fields got at its installation, of records that nobody has saved since: no person's change.

    So the set-up's figures come back after an uninstallation, with which the columns and the history went.
    """
    unknown = [xmlid for xmlid in file.records if xmlid in here.setup.records and xmlid not in base.records]
    if not unknown:
        return
    # sudo: external ids belong to administrators
    data = here.env["ir.model.data"].sudo()
    fields = data.search_fetch([("module", "=", ADDON), ("model", "=", "ir.model.fields")], ["name", "create_date"])
    came = {field.name: field.create_date for field in fields}
    for xmlid in unknown:
        record, present = here.records[xmlid], here.setup.records[xmlid]
        moments = {name: came.get(f"field_{record._table}__{name}") for name in present.values}
        values = {
            name: present.values[name] for name, moment in moments.items() if moment and record.write_date < moment
        }
        if values:
            base.records[xmlid] = state.Record(present.directory, xmlid, values)


def _read_installed(env, file):
    """The set-up as its module on the disk has it, where it was installed from there; that it lies there is not enough."""
    manifest = Manifest.for_addon(file.name, display_warning=False)
    if not manifest or "crm_transfer" not in manifest:
        return None
    # sudo: whoever may apply need not be allowed to see the modules
    modules = env["ir.module.module"].sudo()
    if not modules.search_count([("name", "=", file.name), ("state", "in", ["installed", "to upgrade"])], limit=1):
        return None
    try:
        return read.read_folder(manifest.path)
    except SetupFileError:
        return None


def _add_translations(record, texts):
    """:param texts: `{field: {lang: [text, …]}}`, of the record's module first"""
    for name, by_lang in texts.items():
        for lang, candidates in by_lang.items():
            present = record.translations.get(name, {}).get(lang)
            if not isinstance(present, dict) and present not in candidates:
                record.translations.setdefault(name, {})[lang] = candidates[0]


def _order(directory, base, here, sequences):
    """The shipped order where the data files tell it for all; the present one otherwise."""
    xmlids = [xmlid for xmlid, record in base.records.items() if record.directory == directory]
    present = [xmlid for xmlid in here.setup.order.get(directory, ()) if xmlid in base.records]
    if len(present) == len(xmlids) and not all(xmlid in sequences for xmlid in xmlids):
        return present
    place = {xmlid: number for number, xmlid in enumerate(present)}
    return sorted(xmlids, key=lambda xmlid: (sequences.get(xmlid, 0), place.get(xmlid, len(place)), xmlid))
