# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from setup_file import state
from setup_file.compare import Difference, compare, get_value, keys, recognise
from setup_file.merge import merge, undo
from strategies import LANGUAGES, setups, words

many = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)

# Directories that refer to each other; the merge of others does not depend on them
GROUPS = [("channels", "stages"), ("activity_types",), ("tags", "lost_reasons")]


@st.composite
def sides(draw, databases=2):
    """So many states of one database, and a file."""
    group = draw(st.sampled_from(GROUPS))
    whole = setups(text=words, whole=True, directories=group)
    some = setups(text=words, directories=group[: draw(st.integers(1, 2))])
    return (*(draw(whole) for _number in range(databases)), draw(st.one_of(whole, some)))


DONE = ("add", "change", "move", "remove")


def conflicts(plan, *kinds):
    return [
        [change.xmlid, difference.name, difference.lang]
        for change in plan.of(*(kinds or ("conflict",)))
        for difference in change.fields
    ]


def content(setup):
    return setup.records, setup.order, setup.removals


# ------------------------------------------------------------
# Whatever there is
# ------------------------------------------------------------


@many
@given(sides(), st.data())
def test_apply_twice_is_apply_once(states, data):
    base, here, file = states
    plan = merge(base, here, file)
    asked = conflicts(plan)
    take = data.draw(st.lists(st.sampled_from(asked), unique_by=tuple)) if asked else []
    plan = merge(base, here, file, take)
    again = merge(plan.base, plan.result, file, kept=plan.kept)
    assert not again.of(*DONE, "conflict")
    assert content(again.result) == content(plan.result)
    assert again.kept == plan.kept
    assert sorted(map(str, conflicts(again, "keep"))) == sorted(map(str, plan.kept))
    assert content(again.base) == content(plan.base)


@many
@given(sides())
def test_nothing_is_lost_by_an_apply_that_is_taken_back(states):
    base, here, file = states
    plan = merge(base, here, file)
    back = undo(here, plan.result, plan.result)
    assert content(back.result) == content(here)
    assert not back.of("conflict", "keep")
    # And the undo undone
    forth = undo(plan.result, back.result, back.result)
    assert content(forth.result) == content(plan.result)


@many
@given(sides())
def test_what_neither_side_touched_never_changes(states):
    base, here, file = states
    plan = merge(base, here, file)
    for xmlid, record in here.records.items():
        theirs, before, after = file.records.get(xmlid), base.records.get(xmlid), plan.result.records.get(xmlid)
        if theirs and before:
            for key in keys(record, LANGUAGES):
                said = key[0] in theirs.values and (key[1] in (False, "en_US") or key[1] in file.languages)
                if not said:
                    # A translation that equals the English that came is shown by it
                    kept = [get_value(after, key), after.values[key[0]] if key[1] else None]
                    assert key[0] == "default_note" or get_value(record, key) in kept
                elif get_value(theirs, key) == get_value(before, key) == get_value(record, key):
                    kept = [get_value(after, key), after.values[key[0]] if key[1] else None]
                    assert get_value(record, key) in kept
        elif not theirs and not before and xmlid not in {removal.xmlid for removal in file.removals}:
            assert after == record
    for directory in state.DIRECTORIES:
        if directory not in file.directories:
            assert plan.result.of(directory) == here.of(directory)


@many
@given(sides())
def test_the_preview_is_what_is_done(states):
    base, here, file = states
    plan = merge(base, here, file)
    by_record = {"key": lambda change: (change.xmlid, change.kind)}
    assert sorted(plan.of(*DONE), **by_record) == sorted(compare(here, plan.result, whole=True), **by_record)
    for change in plan.changes:
        assert change.name
        assert change.fields or change.kind == "add"
    # Nothing refers to what is not there, unless it did before
    for record in plan.result.records.values():
        for name, spec in state.FIELDS[record.directory].items():
            if spec.directory and record.values.get(name):
                targets = record.values[name] if spec.is_list else [record.values[name]]
                known = {*plan.result.records, *here.records}
                assert known.issuperset(targets)


@many
@given(sides(1))
def test_where_nobody_worked_the_file_wins(states):
    here, file = states
    plan = merge(here, here, file)
    known = file.records
    for change in plan.of("conflict"):
        # A stage of channels that are not there would be one of all
        assert change.directory == "stages"
    stays = {change.xmlid for change in plan.of("conflict")}
    for xmlid, record in known.items():
        if xmlid in stays:
            continue
        for key in keys(record, file.languages):
            assert get_value(plan.result.records[xmlid], key) == get_value(record, key) or key[0].endswith(
                ("_ids", "_id")
            )
    for removal in file.removals:
        assert removal.xmlid not in plan.result.records


@many
@given(sides())
def test_a_file_of_what_is_here_changes_nothing(states):
    base, here, _file = states
    plan = merge(base, here, here)
    assert not plan.changes
    assert content(plan.result) == content(here)


@many
@given(sides())
def test_all_conflicts_taken(states):
    """With every conflict taken, nothing is kept, and the next apply finds nothing."""
    base, here, file = states
    take = []
    for _round in range(4):
        plan = merge(base, here, file, take)
        new = conflicts(plan)
        if not new:
            break
        take += new
    assert not plan.of("conflict", "keep")
    assert plan.kept == []
    assert not merge(plan.base, plan.result, file).changes


@many
@given(sides())
def test_the_arguments_stay(states):
    base, here, file = states
    before = state.fingerprint(base, here, file)
    plan = merge(base, here, file)
    undo(here, plan.result, plan.result)
    assert state.fingerprint(base, here, file) == before


# ------------------------------------------------------------
# Rule by rule
# ------------------------------------------------------------


def make(stages=(), name="acme_crm", directories=("channels", "stages", "tags"), removals=(), **records):
    setup = state.Setup("7c1f", name, languages=["uk_UA"], directories=list(directories))
    for xmlid in stages:
        setup.records[xmlid] = state.Record("stages", xmlid, {"name": xmlid.upper()})
    for xmlid, (directory, values, *translation) in records.items():
        full = xmlid.replace("__", ".") if "__" in xmlid else f"{name}.{xmlid}"
        translations = {"name": {"uk_UA": translation[0]}} if any(translation) else {}
        setup.records[full] = state.Record(directory, full, dict(values), translations)
    setup.removals = [state.Removal(xmlid, "crm.tag") for xmlid in removals]
    setup.order = {"stages": list(stages)}
    return setup.normalise()


def tag(name="Key", color=0, uk=None):
    return ("tags", {"name": name, "color": color}, uk)


def test_a_conflict_is_a_field_in_a_language():
    base = make(t=tag("Key", 1, "Ключ"))
    here = make(t=tag("Key", 2, "Ключовий"))
    file = make(t=tag("Key account", 1, "Ключовий клієнт"))
    plan = merge(base, here, file)
    assert plan.result.records["acme_crm.t"].values == {"name": "Key account", "color": 2}
    assert plan.result.records["acme_crm.t"].translations == {"name": {"uk_UA": "Ключовий"}}
    [conflict] = plan.of("conflict")
    assert conflict.fields == [Difference("name", "uk_UA", "Ключовий", "Ключовий клієнт")]
    [change] = plan.of("change")
    assert change.fields == [Difference("name", "en_US", "Key", "Key account")]
    # Kept: reported once, then listed
    again = merge(plan.base, plan.result, file, kept=plan.kept)
    assert [line.kind for line in again.changes] == ["keep"]
    # The file changes again: a conflict again
    newer = make(t=tag("Key account", 1, "Важливий клієнт"))
    third = merge(again.base, again.result, newer, kept=again.kept)
    assert [line.kind for line in third.changes] == ["conflict"]
    # Taken, then or later
    for state_before, file_now in ((plan, file), (again, newer)):
        taken = merge(
            state_before.base, state_before.result, file_now, [["acme_crm.t", "name", "uk_UA"]], state_before.kept
        )
        assert taken.result.records["acme_crm.t"].translations == file_now.records["acme_crm.t"].translations
        assert taken.kept == []


def test_what_only_this_side_changed_is_never_spoken_of():
    base = make(t=tag("Key", 1))
    here = make(t=tag("Mine", 1), mine=tag("Other"))
    plan = merge(base, here, base)
    assert not plan.changes
    assert not plan.kept


def test_a_language_that_came_later_is_filled_in():
    base = make(t=tag("Key"))
    base.languages = []
    file = make(t=tag("Key", 0, "Ключ"))
    assert merge(base, make(t=tag("Key")), file).result.records["acme_crm.t"].translations == {
        "name": {"uk_UA": "Ключ"}
    }
    assert merge(base, make(t=tag("Key", 0, "Мій")), file).of("conflict")


def test_a_language_that_is_not_here_is_left_for_later():
    file = make(t=tag("Key", 0, "Ключ"))
    here = make()
    here.languages = []
    plan = merge(make(), here, file)
    assert plan.result.records["acme_crm.t"].translations == {}
    later = plan.result.copy()
    later.languages = ["uk_UA"]
    assert merge(plan.base, later, file).result.records["acme_crm.t"].translations == {"name": {"uk_UA": "Ключ"}}


def test_a_file_for_a_language_of_all_countries():
    file = make(t=tag("Key"))
    file.languages = ["uk"]
    file.records["acme_crm.t"].translations = {"name": {"uk": "Ключ"}}
    plan = merge(make(), make(), file)
    assert plan.result.records["acme_crm.t"].translations == {"name": {"uk_UA": "Ключ"}}
    assert not merge(plan.base, plan.result, file).changes
    assert not compare(plan.result, file)


def stage(*channels):
    return ("stages", {"name": "Offer", "team_ids": [f"acme_crm.{channel}" for channel in channels]})


def channel():
    return ("channels", {"name": "Channel"})


def of_channels(*channels):
    return make(s=stage(*channels), a=channel(), b=channel(), c=channel())


def test_lists_merge_by_element():
    plan = merge(of_channels("a"), of_channels("a", "b"), of_channels("a", "c"))
    assert plan.result.records["acme_crm.s"].values["team_ids"] == ["acme_crm.a", "acme_crm.b", "acme_crm.c"]
    assert not plan.of("conflict")


def test_all_channels_is_no_list_of_channels():
    for base, here, file in (
        (["a"], ["a", "b"], []),
        (["a"], [], ["a", "c"]),
        ([], ["a"], ["b"]),
        (["a", "b"], ["a"], ["b"]),
    ):
        plan = merge(of_channels(*base), of_channels(*here), of_channels(*file))
        assert conflicts(plan) == [["acme_crm.s", "team_ids", False]]
        assert plan.result.records["acme_crm.s"].values["team_ids"] == [f"acme_crm.{one}" for one in here]
    assert not merge(of_channels("a"), of_channels("a"), of_channels()).of("conflict")


def test_a_stage_of_a_channel_that_was_deleted_here_becomes_none_of_all():
    base = make(a=channel())
    plan = merge(base, make(), make(a=channel(), s=stage("a")))
    assert conflicts(plan) == [["acme_crm.s", "", False]]
    assert not plan.result.records
    # The one who wants it, takes the channel as well, or gets it for all
    plan = merge(base, make(), make(a=channel(), s=stage("a")), [["acme_crm.s", "", False]])
    assert plan.result.records["acme_crm.s"].values["team_ids"] == []


def test_deleted_here():
    base, file = make(t=tag("Key")), make(t=tag("Key account"))
    assert not merge(base, make(), base).changes
    plan = merge(base, make(), file)
    assert conflicts(plan) == [["acme_crm.t", "", False]]
    assert [line.kind for line in merge(plan.base, plan.result, file, kept=plan.kept).changes] == ["keep"]
    taken = merge(plan.base, plan.result, file, [["acme_crm.t", "", False]], plan.kept)
    assert [line.kind for line in taken.changes] == ["add"]


def test_deleted_in_the_file():
    base = make(t=tag("Key"), crm__t=tag("Shipped"))
    file = make(removals=["crm.t"])
    plan = merge(base, base, file)
    assert [(line.kind, line.xmlid) for line in plan.changes] == [("remove", "acme_crm.t"), ("remove", "crm.t")]
    assert not merge(plan.base, plan.result, file).changes
    here = make(t=tag("Mine"), crm__t=tag("Mine too"))
    plan = merge(base, here, file)
    assert conflicts(plan) == [["acme_crm.t", "", False], ["crm.t", "", False]]
    assert [line.kind for line in merge(plan.base, plan.result, file, kept=plan.kept).changes] == ["keep", "keep"]
    taken = merge(plan.base, plan.result, file, plan.kept, plan.kept)
    assert [line.kind for line in taken.changes] == ["remove", "remove"]


def test_what_a_module_ships_and_the_file_has_not_stays():
    base = make(crm__t=tag("Shipped"))
    assert not merge(base, base, make()).changes


def test_removed_then_wanted_again():
    base = make(crm__t=tag("Shipped"))
    plan = merge(base, base, make(removals=["crm.t"]))
    assert plan.result.removals == [state.Removal("crm.t", "crm.tag")]
    again = merge(plan.base, plan.result, base)
    assert [line.kind for line in again.changes] == ["add"]
    assert again.result.removals == []


def test_one_that_came_back_is_the_persons():
    base = make(crm__t=tag("Shipped"))
    plan = merge(base, base, make(removals=["crm.t"]))
    assert not merge(plan.base, base, make(removals=["crm.t"])).changes


def test_undo_leaves_what_people_changed_since():
    before = make(t=tag("Key", 1), gone=tag("Gone"))
    file = make(t=tag("Key account", 2), new=tag("New"), newer=tag("Newer"))
    plan = merge(before, before, file)
    now = plan.result.copy()
    now.records["acme_crm.t"].values["name"] = "Mine"
    now.records["acme_crm.new"].values["name"] = "Mine as well"
    back = undo(before, plan.result, now)
    assert conflicts(back) == [["acme_crm.new", "", False], ["acme_crm.t", "name", "en_US"]]
    assert back.result.records["acme_crm.t"].values == {"name": "Mine", "color": 1}
    assert set(back.result.records) == {"acme_crm.t", "acme_crm.new", "acme_crm.gone"}


def test_one_drag_here_one_in_the_file():
    stages = [f"acme_crm.{letter}" for letter in "abcdef"]
    here = [*stages[1:], stages[0]]
    file = [stages[5], *stages[:5]]
    plan = merge(make(stages), make(here), make(file))
    assert [line.kind for line in plan.changes] == ["move"]
    assert plan.changes[0].fields == [Difference("sequence", False, stages[4], False)]
    assert plan.result.order["stages"] == [stages[5], *stages[1:5], stages[0]]


def test_the_same_one_dragged_on_both_sides():
    stages = [f"acme_crm.{letter}" for letter in "abcdef"]
    here, file = [*stages[1:3], stages[0], *stages[3:]], [*stages[1:], stages[0]]
    plan = merge(make(stages), make(here), make(file))
    assert conflicts(plan) == [["acme_crm.a", "sequence", False]]
    assert plan.result.order["stages"] == here
    taken = merge(make(stages), make(here), make(file), conflicts(plan))
    assert taken.result.order["stages"] == file
    assert [line.kind for line in taken.changes] == ["move"]


def test_a_renamed_module_is_the_same_set_up():
    base = make(t=tag("Key"))
    file = make(name="other", t=tag("Key account"))
    plan = merge(base, make(name="other", t=tag("Key")), file)
    assert [line.kind for line in plan.changes] == ["change"]


def test_the_terms_of_a_text_come_with_it():
    def note(text, term, translation):
        setup = state.Setup("7c1f", "acme_crm", languages=["uk_UA"])
        record = state.Record("activity_types", "acme_crm.a", {"name": "A", "default_note": text})
        record.translations = {"default_note": {"uk_UA": {term: translation}}}
        setup.records = {"acme_crm.a": record}
        return setup.normalise()

    base = note("<p>Ask</p>", "Ask", "Спитати")
    here = note("<p>Ask</p>", "Ask", "Запитати")
    plan = merge(base, here, note("<p>Call</p>", "Call", "Дзвонити"))
    assert plan.result.records["acme_crm.a"].translations == {"default_note": {"uk_UA": {"Call": "Дзвонити"}}}
    plan = merge(base, note("<p>Mine</p>", "Mine", "Моє"), note("<p>Call</p>", "Call", "Дзвонити"))
    assert conflicts(plan) == [["acme_crm.a", "default_note", "en_US"]]
    assert plan.result.records["acme_crm.a"].translations == {"default_note": {"uk_UA": {"Mine": "Моє"}}}


def test_recognised_by_name_when_exactly_one_fits():
    here = make(x=tag("Key"), y=tag("Twice"), z=tag("Twice"), crm__known=tag("Known"), crm__gone=tag("Gone"))
    file = make(
        name="acme_crm",
        tag_key=tag("Key"),
        tag_twice=tag("Twice"),
        crm__known=tag("Known"),
        tag_gone=tag("Gone"),
        removals=["crm.gone"],
    )
    assert recognise(here, file) == {"acme_crm.tag_key": "acme_crm.x"}


def test_a_tag_is_recognised_by_its_name_in_any_language():
    """No two have one name in a language: what was typed in Ukrainian alone is the tag that the file has in both."""
    here = make(x=tag("Ключовий"), y=tag("Urgent", uk="Терміново"), z=tag("Mine", uk="Гаряче"))
    file = make(
        name="acme_crm",
        tag_key=tag("Key", uk="Ключовий"),
        tag_urgent=tag("Urgent", uk="Гаряче"),
        tag_hot=tag("Hot", uk="Терміново"),
    )
    assert recognise(here, file) == {"acme_crm.tag_key": "acme_crm.x", "acme_crm.tag_urgent": "acme_crm.y"}


@many
@given(sides(1))
def test_two_ways(states):
    """What a comparison names is what differs."""
    here, file = states
    changes = compare(here, file)
    assert not compare(file, file)
    for change in changes:
        assert change.directory in file.directories
    if not changes:
        for xmlid, record in file.records.items():
            for key in keys(record, file.languages):
                assert get_value(here.records[xmlid], key) == get_value(record, key)
