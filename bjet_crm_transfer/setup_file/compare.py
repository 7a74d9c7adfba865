# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What differs between two set-ups, as a person would say it."""

from dataclasses import dataclass, field

ADD, CHANGE, MOVE, REMOVE, CONFLICT, KEEP = "add", "change", "move", "remove", "conflict", "keep"
# The field of a difference that is about the record as a whole: it is gone on one side
WHOLE = ""


@dataclass
class Difference:
    """One field of a change, in one language.

    ``name``: the field; ``sequence`` for a move, where ``before`` and ``after`` are the external ids of the record that
    this one stands behind (False: it is first); ``WHOLE`` where one side has the record no more (True: has it).
    ``lang``: False for what has no languages, ``en_US`` for the English of a translated field, or another language.
    ``before``: the value here, ``after``: the file's; in the form of ``state.Field``. An empty text is False.
    """

    name: str
    lang: str | bool
    before: object
    after: object

    @property
    def key(self):
        """``(field, lang)``, the second and third part of an entry of ``take``."""
        return (self.name, self.lang)


@dataclass
class Change:
    """One line of a preview. A record with a change, a move and a conflict has three.

    ``kind``: ``add``, ``change``, ``move``, ``remove``, ``conflict`` (nothing is done unless it is taken) or ``keep``
    (a conflict that was decided for what is here at an earlier apply).
    ``name``: the record's English name here, or in the file where it is not here.
    """

    kind: str
    directory: str
    xmlid: str
    name: str
    fields: list = field(default_factory=list)


def compare(here, file):
    """Changes that lead from ``here`` to what ``file`` says, two ways: a list of ``Change``.

    Nothing is said about directories, languages and fields of which the file says nothing, and about records that it
    neither has nor removes.
    """
    raise NotImplementedError


def recognise(here, file):
    """Records of ``file`` that are here under another id: ``{xmlid in the file: xmlid here}``.

    Of the same directory and English name, exactly one on each side, where the id is unknown to the other side.
    """
    raise NotImplementedError
