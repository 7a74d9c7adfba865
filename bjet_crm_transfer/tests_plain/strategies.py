# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Set-ups of any shape, for hypothesis."""

from hypothesis import strategies as st
from setup_file import state

LANGUAGES = ["de_DE", "uk_UA"]
NAME = "acme_crm"

# What XML and po files can hold; the rest is refused, see test_write_read.py
texts = st.text(
    st.characters(
        exclude_categories=["Cs", "Cc"],
        include_characters="\t\n\r",
        exclude_characters="\x85\u2028\u2029\ufffe\uffff",
    ),
    min_size=1,
    max_size=12,
)
# One field of each kind: what a merge of three needs, in a fraction of the time
FEW = {
    "channels": ("name", "company_id", "member_ids"),
    "stages": ("name", "probability", "team_ids", "requirements"),
    "activity_types": ("name", "category", "default_note", "triggered_next_type_id", "suggested_next_type_ids"),
    "tags": ("name", "color"),
    "lost_reasons": ("name", "active"),
}
words = st.sampled_from(["New", "Won", "Other", "Нова", "Інше"])
logins = st.sampled_from(["admin", "demo", "o'brien", "olena@example.com", 'a"b'])


def _value(spec, text, ids):
    empty = st.just(False)
    return {
        "char": st.one_of(empty, text),
        "text": st.one_of(empty, text),
        "html": st.one_of(empty, text),
        "selection": st.one_of(empty, st.sampled_from(spec.values or ["month", "crm.lead", "user"])),
        "boolean": st.booleans(),
        "integer": st.integers(-(2**31), 2**31 - 1) if text is texts else st.integers(0, 2),
        "float": (
            st.floats(allow_nan=False, allow_infinity=False).map(lambda number: number + 0.0)
            if text is texts
            else st.sampled_from([0.0, 10.0, 33.5])
        ),
        "many2one": st.one_of(empty, st.sampled_from(ids)) if ids else empty,
        "many2many": st.lists(st.sampled_from(ids), unique=True, max_size=3) if ids else st.just([]),
        "login": st.one_of(empty, logins),
        "logins": st.lists(logins, unique=True, max_size=3),
        "company": st.sampled_from([False, state.OWN_COMPANY]),
    }[spec.kind]


@st.composite
def setups(draw, text=texts, whole=False, directories=None, languages=None, name=NAME):
    """A set-up.

    ``whole``: all directories, each field, all languages, as a database has them; else some.
    """
    if directories is None:
        directories = state.DIRECTORIES if whole else draw(st.lists(st.sampled_from(state.DIRECTORIES), unique=True))
    if languages is None:
        languages = LANGUAGES if whole else draw(st.lists(st.sampled_from(LANGUAGES), unique=True))
    ids = {}
    for directory in directories:
        pool = [f"{name}.{directory}_{number}" for number in range(2)] + [f"crm.{directory}_0"]
        ids[directory] = draw(st.lists(st.sampled_from(pool), unique=True))
    setup = state.Setup("7c1f", name, draw(words), languages=languages, directories=list(directories))
    for directory, xmlids in ids.items():
        for xmlid in xmlids:
            setup.records[xmlid] = draw(_records(directory, xmlid, ids, text, whole, languages))
    setup.order = {directory: list(xmlids) for directory, xmlids in ids.items() if directory in state.ORDERED}
    gone = [f"crm.{directory}_0" for directory in directories]
    gone = [xmlid for xmlid in gone if xmlid not in setup.records]
    # A database lacks all that it has not, a file speaks of some
    removed = draw(st.lists(st.sampled_from(gone), unique=True)) if gone and not whole else gone
    setup.removals = [state.Removal(xmlid, state.MODELS[xmlid.split(".")[1].rpartition("_")[0]]) for xmlid in removed]
    return setup.normalise()


@st.composite
def _records(draw, directory, xmlid, ids, text, whole, languages):
    record = state.Record(directory, xmlid)
    for name, spec in state.FIELDS[directory].items():
        if not spec.exported or (spec.directory and spec.directory not in ids):
            continue
        if text is words and name not in FEW[directory]:
            continue
        if not whole and name != "name" and draw(st.booleans()):
            continue
        value = draw(text if name == "name" else _value(spec, text, ids.get(spec.directory)))
        record.values[name] = value
        if spec.translate and value:
            record.translations[name] = {
                lang: {draw(text): draw(text)} if spec.kind == "html" else draw(text)
                for lang in draw(st.lists(st.sampled_from(languages), unique=True) if languages else st.just([]))
            }
    return record
