# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Three ways: what was applied last, what is here, what the file says."""

from dataclasses import dataclass, field

from .state import Setup


@dataclass
class Plan:
    """What an apply does.

    ``changes``: the preview's lines (``compare.Change``), in the order of the directories.
    ``result``: the directories as they will be, with ``here``'s id, name and title. Apply writes the difference
    between ``here`` and it: ``compare(here, plan.result)`` is exactly what is done.
    ``kept``: ``[[xmlid, field, lang], …]``, sorted: to be stored beside the base and given to the next ``merge``.
    ``base``: what to store as "applied last".
    """

    changes: list
    result: Setup
    kept: list = field(default_factory=list)
    base: Setup = None

    def of(self, *kinds):
        """The changes of these kinds."""
        return [change for change in self.changes if change.kind in kinds]


def merge(base, here, file, take=(), kept=()):
    """Merge three ways; returns a ``Plan``, changes none of its arguments.

    :param base: the ``Setup`` that was applied last; without an earlier apply, what the modules ship
    :param here: the directories as they are, in the file's ids (``recognise``)
    :param file: the ``Setup`` read from the file
    :param take: ``[[xmlid, field, lang or False], …]`` of conflicts and kept ones where the file's value wins
    :param kept: ``Plan.kept`` of the last apply
    """
    raise NotImplementedError


def undo(before, after, here, take=(), kept=()):
    """Take an apply back: as ``merge``.

    :param before: the directories before that apply
    :param after: the directories after it
    :param here: the directories now
    """
    raise NotImplementedError
