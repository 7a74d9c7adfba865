# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from setup_file.order import merge_orders, moved

LETTERS = "abcdefgh"
lists = st.lists(st.sampled_from(LETTERS), unique=True)
quick = settings(deadline=None, max_examples=300)


def dragged(order, one, place):
    rest = [other for other in order if other != one]
    return [*rest[:place], one, *rest[place:]]


@quick
@given(st.integers(2, 8), st.data())
def test_one_drag_is_one_move(size, data):
    order = list(LETTERS[:size])
    one, place = data.draw(st.sampled_from(order)), data.draw(st.integers(0, size))
    after = dragged(order, one, place)
    assert len(moved(order, after)) == (after != order)


def test_a_dragged_one_is_named():
    assert moved("abcdef", "bcdeaf") == ["a"]
    assert moved("abcdef", "eabcdf") == ["e"]
    assert moved("abc", "abc") == []
    assert len(moved("abc", "xcya")) == 1
    assert moved("ab", "ba") != moved("ab", "ba", moved("ab", "ba"))


def flips(before, after):
    place = {letter: number for number, letter in enumerate(before)}
    return {
        (first, second)
        for number, first in enumerate(after)
        for second in after[number + 1 :]
        if first in place and second in place and place[first] > place[second]
    }


@quick
@given(st.integers(2, 8), st.data())
def test_one_drag_here_and_one_in_the_file(size, data):
    before = list(LETTERS[:size])
    here, file = (
        dragged(before, data.draw(st.sampled_from(before)), data.draw(st.integers(0, size))) for _side in "ab"
    )
    merged, disputed = merge_orders(before, here, file)
    assert sorted(merged) == before
    if not disputed:
        # Every pair that either of them turned around is turned around
        assert flips(before, here) | flips(before, file) <= flips(before, merged)
    else:
        assert merged == here
        assert set(moved(before, here)) & set(moved(before, file))


def test_drags_of_two_are_no_conflict():
    for here in range(6):
        for file in range(6):
            for here_place in range(6):
                for file_place in range(6):
                    before = list(LETTERS[:6])
                    ours = dragged(before, before[here], here_place)
                    theirs = dragged(before, before[file], file_place)
                    _merged, disputed = merge_orders(before, ours, theirs)
                    assert not disputed or here == file


@pytest.mark.parametrize(
    ("before", "here", "file", "merged"),
    [
        ("abcd", "abcd", "dabc", "dabc"),
        ("abcd", "dabc", "abcd", "dabc"),
        ("abcdef", "bcdefa", "fabcde", "fbcdea"),
        # One here only, and one in the file only, stand by those that did not move
        ("abcd", "amdbc", "abcdn", "amdbcn"),
        ("abc", "ambc", "bca", "mbca"),
        ("abc", "bca", "anbc", "nbca"),
        ("", "abc", "xyz", "xyzabc"),
        # The same drag on both sides
        ("abc", "cab", "cab", "cab"),
    ],
)
def test_examples(before, here, file, merged):
    order, disputed = merge_orders(list(before), list(here), list(file))
    assert ("".join(order), disputed) == (merged, set())


def test_the_same_one_to_two_places_is_a_conflict_and_may_be_taken():
    before, here, file = list("abcdef"), list("bcadef"), list("bcdefa")
    assert merge_orders(before, here, file) == (here, {"a"})
    assert merge_orders(before, here, file, take=["a"]) == (file, set())


@quick
@given(lists, lists, lists, st.sets(st.sampled_from(LETTERS)))
def test_any_orders(before, here, file, take):
    merged, disputed = merge_orders(before, here, file, take)
    assert sorted(merged) == sorted({*here, *file})
    assert not disputed & take
    # Again, with the file as what was before: nothing
    assert merge_orders(file, merged, file) == (merged, set(merged) - set(file) - set(merged))
    # Nothing here, nothing in the file
    here_only, file_only = [x for x in before if x in here], [x for x in before if x in file]
    if here == here_only:
        assert [x for x in merged if x in file] == file or set(file) - set(before)
    if file == file_only:
        assert [x for x in merged if x in here] == here or take


@quick
@given(lists, lists)
def test_a_change_is_taken_back(before, after):
    assume(before)
    # What was there before, all of it, over what is there now
    common = [x for x in after if x in before]
    merged, disputed = merge_orders(after, common, before)
    assert merged == before
    assert not disputed
