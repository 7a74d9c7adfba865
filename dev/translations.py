"""The addon's translation files: the template as Odoo exports it, and Ukrainian merged with it.

Needs the project's virtual environment.
"""

from itertools import filterfalse

from . import database, paths

FOLDER = paths.ADDON / "i18n"
TEMPLATE = FOLDER / f"{database.ADDON}.pot"
UKRAINIAN = FOLDER / "uk.po"
# what Odoo writes anew at each export
CHANGING = ("POT-Creation-Date", "PO-Revision-Date")
# what is of a translation, and of no template
LANGUAGE = ("Language", "Language-Team", "Last-Translator", "Plural-Forms")


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
        entry.occurrences = sorted(filterfalse(_is_name_of_extended_model, entry.occurrences), key=_place)
    exported[:] = sorted((entry for entry in exported if entry.occurrences), key=key)
    return exported


def _is_name_of_extended_model(occurrence):
    """Whether a reference is to the name of a model of Odoo, which Odoo exports with every addon that extends it.

    The name is Odoo's to translate; a translation of ours would stay behind after the uninstallation.
    """
    place, _dot, record = occurrence[0].rpartition(".")
    return place == f"model:ir.model,name:{database.ADDON}" and not record.startswith("model_bjet_")


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
    """A translation with the template's entries and comments, the known translations, and no others but borrowed ones.

    A string that needs two translations is twice in the translation, once with a context, which Odoo does not export:
    that entry keeps those of its references that the template has, and the other entry has the rest.
    """
    import polib

    known = {key(entry): entry for entry in translated}
    template = _apart(template, [entry for entry in translated if entry.msgctxt])
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


def _apart(template, contextual):
    """The template with an entry of its own for each string in a context."""
    import polib

    parted = polib.POFile(wrapwidth=template.wrapwidth)
    parted.metadata, parted.header = template.metadata, template.header
    for entry in template:
        rest = entry.occurrences
        for other in contextual:
            if other.msgid == entry.msgid and (taken := [place for place in rest if place in other.occurrences]):
                rest = [place for place in rest if place not in taken]
                parted.append(_entry(entry, msgctxt=other.msgctxt, occurrences=taken))
        if rest:
            parted.append(_entry(entry, occurrences=rest))
    return parted


def _entry(entry, **changes):
    import polib

    names = ("msgid", "msgctxt", "msgstr", "comment", "tcomment", "occurrences")
    return polib.POEntry(**{**{name: getattr(entry, name) for name in names}, **changes})


def _as_template(translated):
    """The template of a translation.

    It has what is only in the translation too, for Odoo reads a translation through the template beside it, and passes over
    what the template lacks.
    """
    import polib

    template = polib.POFile(wrapwidth=translated.wrapwidth)
    template.metadata = {name: value for name, value in translated.metadata.items() if name not in LANGUAGE}
    for entry in translated:
        template.append(_entry(entry, msgstr="", tcomment=""))
    return template


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
    merged = merge(template, known)
    return _as_template(merged), merged
