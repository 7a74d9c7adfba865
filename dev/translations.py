"""The addon's translation files: the template as Odoo exports it, and Ukrainian merged with it.

Needs the project's virtual environment.
"""

from . import database, paths

FOLDER = paths.ADDON / "i18n"
TEMPLATE = FOLDER / f"{database.ADDON}.pot"
UKRAINIAN = FOLDER / "uk.po"
# what Odoo writes anew at each export
CHANGING = ("POT-Creation-Date", "PO-Revision-Date")


def export(odoo, name):
    """What Odoo exports from a database with the addon, as a polib file in a stable order."""
    import polib

    path = paths.STATE / f"{name}.pot"
    odoo.cli(
        f"{name}_i18n", name, ["i18n", "export"], "-l", "pot", "-o", path, database.ADDON,
        failure="The strings could not be exported.",
    )  # fmt: skip
    exported = polib.pofile(str(path))
    path.unlink()
    for header in CHANGING:
        exported.metadata.pop(header, None)
    for entry in exported:
        entry.occurrences.sort(key=_place)
    exported.sort(key=key)
    return exported


def key(entry):
    return entry.msgid, entry.msgctxt or ""


def borrowed(entry):
    """The references of an entry to records of Odoo that the addon renames: written by hand, since Odoo exports none."""
    return [
        (name, line)
        for name, line in entry.occurrences
        if name.startswith("model") and not name.split(":")[-1].startswith(f"{database.ADDON}.")
    ]


def merge(template, translated):
    """A translation with the template's entries and comments, the known translations, and no others but borrowed ones."""
    import polib

    known = {key(entry): entry for entry in translated}
    merged = polib.POFile(wrapwidth=template.wrapwidth)
    merged.header = translated.header or template.header
    merged.metadata = {
        name: value for name, value in {**template.metadata, **translated.metadata}.items() if name not in CHANGING
    }
    for entry in template:
        old = known.pop(key(entry), None)
        merged.append(
            polib.POEntry(
                msgid=entry.msgid,
                msgctxt=entry.msgctxt,
                msgstr=old.msgstr if old else "",
                comment=entry.comment,
                tcomment=old.tcomment if old else "",
                occurrences=sorted([*entry.occurrences, *(borrowed(old) if old else [])], key=_place),
            )
        )
    for entry in known.values():
        if occurrences := borrowed(entry):
            entry.occurrences = sorted(occurrences, key=_place)
            merged.append(entry)
    merged.sort(key=key)
    return merged


def _place(occurrence):
    return occurrence[0], occurrence[1] or ""


def missing(translated):
    """The strings that have no translation."""
    return [entry.msgid for entry in translated if not entry.msgstr or "fuzzy" in entry.flags]


def refresh(odoo, name):
    """Write both files anew; return the strings that lack Ukrainian."""
    template, merged = _current(odoo, name)
    FOLDER.mkdir(exist_ok=True)
    TEMPLATE.write_text(str(template))
    UKRAINIAN.write_text(str(merged))
    return missing(merged)


def problems(odoo, name):
    """What is not in order with the files in the tree, one sentence each."""
    template, merged = _current(odoo, name)
    found = [
        f"{path.relative_to(paths.ROOT)} is not what the addon has now: make i18n"
        for path, current in ((TEMPLATE, template), (UKRAINIAN, merged))
        if not path.exists() or path.read_text() != str(current)
    ]
    return found + [f"no Ukrainian for: {text}" for text in missing(merged)]


def _current(odoo, name):
    import polib

    template = export(odoo, name)
    known = polib.pofile(str(UKRAINIAN)) if UKRAINIAN.exists() else polib.POFile()
    return template, merge(template, known)
