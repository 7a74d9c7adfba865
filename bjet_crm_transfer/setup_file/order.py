# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders of records as lists: which were dragged, and what two people's drags come to."""

import heapq
from bisect import bisect_left


def moved(before, after, rather_not=()):
    """Those of ``after`` that someone dragged, as few as explain the order: what is not in a longest increasing
    subsequence. Only what both lists have is looked at.

    Of two neighbours that changed places either may be the one that was dragged: not one of ``rather_not``, if others
    explain the order as well.
    """
    place = {xmlid: number for number, xmlid in enumerate(before)}
    common = [xmlid for xmlid in after if xmlid in place]
    stays = _longest_with(common, place, set(rather_not)) if rather_not else _longest(common, place)
    return [xmlid for xmlid in common if xmlid not in stays]


def _longest(common, place):
    """A longest increasing subsequence, as a set."""
    tails, places, previous = [], [], {}
    for xmlid in common:
        at = bisect_left(places, place[xmlid])
        previous[xmlid] = tails[at - 1] if at else None
        tails[at : at + 1] = [xmlid]
        places[at : at + 1] = [place[xmlid]]
    return _chain(previous, tails[-1] if tails else None)


def _longest_with(common, place, wanted):
    """A longest increasing subsequence that has as many of the wanted ones as one can have, as a set."""
    best, previous = {}, {}
    for number, xmlid in enumerate(common):
        smaller = [other for other in common[:number] if place[other] < place[xmlid]]
        previous[xmlid] = max(smaller, key=best.__getitem__, default=None)
        length, count = best[previous[xmlid]] if smaller else (0, 0)
        best[xmlid] = (length + 1, count + (xmlid in wanted))
    return _chain(previous, max(common, key=best.__getitem__, default=None))


def _chain(previous, last):
    found = set()
    while last is not None:
        found.add(last)
        last = previous[last]
    return found


def neighbour(order, xmlid):
    """The one that this one stands behind, or False."""
    at = order.index(xmlid)
    return order[at - 1] if at else False


def put_behind(order, xmlid, whole, anchors):
    """Put one into ``order``, in place: behind the nearest one before it in ``whole`` that is among the ``anchors``."""
    if xmlid in order:
        order.remove(xmlid)
    known = anchors.intersection(order)
    behind = next((other for other in reversed(whole[: whole.index(xmlid)]) if other in known), None)
    order.insert(order.index(behind) + 1 if behind is not None else 0, xmlid)


def merge_orders(before, here, file, take=()):
    """What an order becomes that both sides changed.

    A pair of records stands as the side has it that changed it. Where both dragged the same record, or no order has all
    the drags, what is here stays.

    :param before: as it was; ``here``: as it is; ``file``: as the file has it; lists
    :param take: those whose place in the file wins
    :return: (the order, a set of those that stand elsewhere in the file, and of which both sides, or nobody knows who,
        changed the place)
    """
    taken = set(take).intersection(file)
    here_moved, file_moved = moved(before, here), moved(before, file)
    if set(here_moved) & set(file_moved):
        here_moved = moved(before, here, rather_not=file_moved)
        file_moved = moved(before, file, rather_not=here_moved)
    here_moved, file_moved = set(here_moved), set(file_moved)
    known = set(before)
    in_file = set(file)
    common = [xmlid for xmlid in here if xmlid in in_file]
    disputed = (here_moved & file_moved) | {xmlid for xmlid in common if xmlid not in known}
    order = _merge_common(before, common, file, disputed | taken, here_moved, file_moved)
    if order is None:
        order = common
        disputed |= file_moved
    # What the other side has not stands by those that did not move
    still_here, still_in_file = set(here) - file_moved, in_file - here_moved
    for xmlid in here:
        if xmlid not in in_file:
            put_behind(order, xmlid, here, still_here)
    for xmlid in file:
        if xmlid in taken:
            put_behind(order, xmlid, file, in_file)
        elif xmlid not in order:
            put_behind(order, xmlid, file, still_in_file)
    return order, _unlike(before, order, file, disputed - taken)


def _unlike(before, order, file, disputed):
    """Those of the disputed that the file has turned around with another one, and the order has not."""
    places = [{xmlid: number for number, xmlid in enumerate(one)} for one in (before, order, file)]

    def is_open(first, second):
        was, now, asked = (
            place[first] < place[second] if first in place and second in place else None for place in places
        )
        return now != asked and was != asked

    return {one for one in disputed if any(is_open(one, other) for other in file if other != one)}


def _merge_common(before, here, file, fixed, here_moved, file_moved):
    """The order of what both have, or None where no order has all the drags. The ``fixed`` stand as they are here."""
    if not file_moved - fixed:
        return list(here)
    place_before, place_file = ({xmlid: n for n, xmlid in enumerate(order)} for order in (before, file))
    if not here_moved and not fixed:
        return sorted(here, key=place_file.__getitem__)
    # For each pair, in the order of here: does the second one come first now, and has either side changed the pair?
    behind = {xmlid: set() for xmlid in here}
    count = dict.fromkeys(here, 0)
    for number, first in enumerate(here):
        for second in here[number + 1 :]:
            kept = first in fixed or second in fixed
            known = first in place_before and second in place_before
            here_flipped = known and place_before[first] > place_before[second]
            swap = not kept and not here_flipped and place_file[first] > place_file[second]
            front, back = (second, first) if swap else (first, second)
            count[back] += 1
            if swap or here_flipped:
                behind[front].add(back)
    if sorted(count.values()) == list(range(len(here))):
        return sorted(here, key=count.__getitem__)
    return _topological(here, behind)


def _topological(order, behind):
    """The order with the fewest changes at its beginning in which each comes before what stands behind it, or None."""
    place = {xmlid: number for number, xmlid in enumerate(order)}
    waits = dict.fromkeys(order, 0)
    for backs in behind.values():
        for xmlid in backs:
            waits[xmlid] += 1
    ready = [place[xmlid] for xmlid in order if not waits[xmlid]]
    heapq.heapify(ready)
    result = []
    while ready:
        xmlid = order[heapq.heappop(ready)]
        result.append(xmlid)
        for back in behind[xmlid]:
            waits[back] -= 1
            if not waits[back]:
                heapq.heappush(ready, place[back])
    return result if len(result) == len(order) else None
