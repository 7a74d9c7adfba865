"""The translation files of the addon are those of its strings, and all of them are in Ukrainian."""

import polib

from dev import database, translations


def entry(msgid, msgstr="", *references):
    return polib.POEntry(msgid=msgid, msgstr=msgstr, occurrences=[(reference, "") for reference in references])


def po(*entries):
    file = polib.POFile()
    file.extend(entries)
    return file


OURS = "model:ir.ui.menu,name:bjet_crm_setup.menu_a"
ODOOS = "model:ir.ui.menu,name:crm.menu_b"


def test_merging_keeps_translations_and_drops_what_is_gone():
    template = po(entry("New", "", OURS), entry("Known", "", OURS))
    merged = translations.merge(template, po(entry("Known", "Відоме", OURS), entry("Gone", "Нема", OURS)))
    assert [(e.msgid, e.msgstr) for e in merged] == [("Known", "Відоме"), ("New", "")]
    assert translations.missing(merged) == ["New"]


def test_merging_keeps_the_names_of_odoos_records():
    merged = translations.merge(po(entry("A", "", OURS)), po(entry("A", "А", OURS, ODOOS), entry("B", "Б", ODOOS)))
    assert [(e.msgid, [place for place, _line in e.occurrences]) for e in merged] == [
        ("A", [OURS, ODOOS]),
        ("B", [ODOOS]),
    ]


def test_the_files_are_current_and_complete(instance, make_clone):
    name = make_clone("strings", demo=True)
    database.install(instance, name)
    assert not translations.problems(instance, name)
