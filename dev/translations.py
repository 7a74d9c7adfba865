"""The addons' translation files: the template as Odoo exports it, and Ukrainian merged with it by polib.

Odoo's own export of a language is no merge: it knows no contexts, and none of the entries that name records of Odoo.
Needs the project's virtual environment.
"""

import copy

from . import paths

# what Odoo writes anew at each export
CHANGING = ("POT-Creation-Date", "PO-Revision-Date")
# what is of a translation, and of no template
LANGUAGE = ("Language", "Language-Team", "Last-Translator", "Plural-Forms")


def export(odoo, name, addon):
    """What Odoo exports of an addon from a database with it, as a polib file."""
    import polib

    path = paths.STATE / f"{name}.pot"
    odoo.cli(
        f"{name}_i18n", name, ["i18n", "export"], "-l", "pot", "-o", path, addon,
        failure=f"The strings of {addon} could not be exported.",
    )  # fmt: skip
    exported = polib.pofile(str(path))
    path.unlink()
    for entry in exported:
        entry.occurrences = [place for place in entry.occurrences if not _is_name_of_extended_model(place, addon)]
    return exported


def _is_name_of_extended_model(occurrence, addon):
    """Whether a reference is to the name of a model of Odoo, which Odoo exports with every addon that extends it.

    The name is Odoo's to translate; a translation of ours would stay behind after the uninstallation.
    """
    place, _dot, record = occurrence[0].rpartition(".")
    return place == f"model:ir.model,name:{addon}" and not record.startswith("model_bjet_")


def key(entry):
    return entry.msgid, entry.msgctxt or ""


def borrowed(entry, addon):
    """The references of an entry to records of Odoo that the addon names: written by hand, since Odoo exports none."""
    return [
        (name, line)
        for name, line in entry.occurrences
        if name.startswith("model") and not name.split(":")[-1].startswith(f"{addon}.")
    ]


def merge(template, translated, addon=paths.ADDON.name):
    """Bring a translation up to its template: its entries and comments, the known translations, and no others but borrowed
    ones. Return the translation, in a stable order.

    A string that needs two translations is twice in the translation, once with a context, which Odoo does not export:
    that entry keeps those of its references that the template has, and the other entry has the rest.
    """
    kept = {key(entry): borrowed(entry, addon) for entry in translated}
    for entry in list(template):
        for other in translated:
            if other.msgctxt and other.msgid == entry.msgid:
                taken = [place for place in entry.occurrences if place in other.occurrences]
                entry.occurrences = [place for place in entry.occurrences if place not in taken]
                template.append(_but(entry, msgctxt=other.msgctxt, occurrences=taken))
    template[:] = [entry for entry in template if entry.occurrences]
    translated.merge(template)
    for entry in translated:
        current = [] if entry.obsolete else entry.occurrences
        entry.obsolete = False
        entry.occurrences = sorted(
            [*current, *kept.get(key(entry), [])], key=lambda occurrence: (occurrence[0], occurrence[1] or "")
        )
    translated[:] = sorted((entry for entry in translated if entry.occurrences), key=key)
    translated.header = translated.header or template.header
    translated.metadata = {
        name: value for name, value in {**template.metadata, **translated.metadata}.items() if name not in CHANGING
    }
    return translated


def _but(entry, **changes):
    other = copy.copy(entry)
    vars(other).update(changes)
    return other


def _as_template(translated):
    """The template of a translation.

    It has what is only in the translation too, for Odoo reads a translation through the template beside it, and passes over
    what the template lacks.
    """
    import polib

    template = polib.POFile(wrapwidth=translated.wrapwidth)
    template.metadata = {name: value for name, value in translated.metadata.items() if name not in LANGUAGE}
    template.extend(_but(entry, msgstr="", tcomment="", flags=[]) for entry in translated)
    return template


def missing(translated):
    """The strings that have no translation."""
    return [entry.msgid for entry in translated if not entry.msgstr or "fuzzy" in entry.flags]


def problems(odoo, name, write=False):
    """What is not in order with the files of all addons, one sentence each; or write them anew, and say what is left."""
    import polib

    found = []
    for addon in paths.ADDONS:
        ukrainian, template = addon / "i18n" / "uk.po", addon / "i18n" / f"{addon.name}.pot"
        known = polib.pofile(str(ukrainian)) if ukrainian.exists() else polib.POFile()
        merged = merge(export(odoo, name, addon.name), known, addon.name)
        for path, content in ((template, str(_as_template(merged))), (ukrainian, str(merged))):
            if write:
                path.parent.mkdir(exist_ok=True)
                path.write_text(content)
            elif not path.exists() or path.read_text() != content:
                found.append(f"{path.relative_to(paths.ROOT)} is not what the addon has now: make i18n")
        found += [f"no Ukrainian for: {text}" for text in missing(merged)]
    return found
