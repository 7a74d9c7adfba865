# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Three ways: what was applied last, what is here, what the file says."""

from dataclasses import dataclass, field

from .compare import CONFLICT, KEEP, ORDER, WHOLE, Change, Difference, compare, get_value, keys, set_value
from .order import merge_orders, moved, neighbour
from .state import DIRECTORIES, FIELDS, ORDERED, SOURCE_LANGUAGE, Record, Setup

_KINDS = ("add", "change", "move", "remove", CONFLICT, KEEP)
# Where nobody knows what was there before, a value of these kinds that is empty here is nobody's
_EMPTY_IS_NOBODYS = ("char", "text", "html", "selection", "many2one", "login")


@dataclass
class Plan:
    """What an apply does.

    ``changes``: the preview's lines (``compare.Change``), in the order of the directories.
    ``result``: the directories as they will be, with ``here``'s id, name and title. Apply writes the difference
    between ``here`` and it: ``compare(here, plan.result, whole=True)`` is exactly what is done.
    ``kept``: ``[[xmlid, field, lang], …]``, sorted: to be stored beside the base and given to the next ``merge``.
    ``base``: what to store as "applied last"; of an undo None, for what was applied before that apply is it again.
    """

    changes: list
    result: Setup
    kept: list = field(default_factory=list)
    base: Setup | None = None

    def of(self, *kinds):
        """The changes of these kinds."""
        return [change for change in self.changes if change.kind in kinds]


def merge(base, here, file, take=(), kept=()):
    """Merge three ways; returns a ``Plan``, changes none of its arguments.

    A conflict is a field, in a language, that both changed since ``base``: the value here stays, unless it is taken.
    Lists merge by element, except from or to an empty one that means "all"; order merges as one list.

    :param base: the ``Setup`` that was applied last; without an earlier apply, what the modules ship
    :param here: the directories as they are, in the file's ids (``recognise``)
    :param file: the ``Setup`` read from the file
    :param take: ``[[xmlid, field, lang or False], …]`` of conflicts and kept ones where the file's value wins
    :param kept: ``Plan.kept`` of the last apply
    """
    if base.id == file.id and base.name != file.name:
        base = base.renamed(file.name)
    prefix = f"{file.name}."
    gone = {removal.xmlid for removal in file.removals}
    gone |= {xmlid for xmlid in base.records if xmlid.startswith(prefix) and xmlid not in file.records}
    merging = _Merge(base, here, file, gone, take, kept)
    plan = merging.run()
    plan.base = merging.next_base()
    return plan


def undo(before, after, here, take=(), kept=()):
    """Take an apply back: as ``merge``, of what that apply changed.

    :param before: the directories before that apply
    :param after: the directories after it
    :param here: the directories now
    """
    gone = {xmlid for xmlid in after.records if xmlid not in before.records}
    return _Merge(after, here, before, gone, take, kept).run()


def _as_keys(entries):
    return {(xmlid, name or WHOLE, lang or False) for xmlid, name, lang in entries}


class _Merge:
    def __init__(self, base, here, file, gone, take, kept):
        self.base, self.here, self.file, self.gone = base, here, file.for_languages(here.languages), gone
        self.take, self.kept = _as_keys(take), _as_keys(kept)
        self.directories = [directory for directory in file.directories if directory in here.directories]
        self.languages = self.file.languages
        self.base_removals = {removal.xmlid for removal in base.removals}
        self.result = here.copy()
        self.open = []  # Changes of the kinds conflict and keep
        self.still_kept = set()

    def run(self):
        """Decide which records there are, then their fields, then their order."""
        for directory in self.directories:
            for xmlid in self._ids(directory):
                self._merge_record(directory, xmlid)
        for directory in self.directories:
            for record in self.file.of(directory):
                if record.xmlid in self.here.records:
                    self._merge_fields(record)
                elif record.xmlid in self.result.records:
                    self._fit_references(record)
        for directory in self.directories:
            if directory in ORDERED:
                self._merge_order(directory)
        self._merge_removals()
        self.result.normalise()
        self._drop_settled()
        changes = compare(self.here, self.result, whole=True) + self.open
        changes.sort(key=lambda change: (DIRECTORIES.index(change.directory), _KINDS.index(change.kind)))
        return Plan(changes, self.result, sorted([list(key) for key in self.still_kept], key=str))

    # ------------------------------------------------------------
    # Which records
    # ------------------------------------------------------------

    def _ids(self, directory):
        """The file's records, then those that are only here."""
        ids = [record.xmlid for record in self.file.of(directory)]
        return ids + [record.xmlid for record in self.here.of(directory) if record.xmlid not in self.file.records]

    def _merge_record(self, directory, xmlid):
        base, here, file = (setup.records.get(xmlid) for setup in (self.base, self.here, self.file))
        if here and file:
            return
        key = (xmlid, WHOLE, False)
        if file and not file.name:
            # It says something of a record that another module ships, and cannot make one
            return
        if file:
            comes = not base or (key in self.take and not self._same(base, file))
            if key in self.take or (comes and not self._lacks_channels(file)):
                self.result.records[xmlid] = self._installed(file)
            elif base and self._same(base, file):
                # Only here it was deleted
                self._keep(directory, file, [Difference(WHOLE, False, False, True)])
            else:
                self._conflict(directory, file, [Difference(WHOLE, False, False, True)])
            return
        difference = Difference(WHOLE, False, True, False)
        if xmlid in self.gone and (key in self.take or (base and self._same(base, here))):
            del self.result.records[xmlid]
        elif xmlid in self.gone and xmlid not in self.base_removals:
            self._conflict(directory, here, [difference])
        elif key in self.take and key in self.kept:
            del self.result.records[xmlid]
        else:
            self._keep(directory, here, [difference])

    def _same(self, base, other):
        """Whether what the base says of a record still holds."""
        languages = [lang for lang in self.base.languages if lang in self.languages]
        return all(
            get_value(base, key) == get_value(other, key) for key in keys(base, languages) if key[0] in other.values
        )

    def _installed(self, record):
        """The record with the translations of this database's languages."""
        copy = Record(record.directory, record.xmlid, dict(record.values), {})
        for key in keys(record, self.languages):
            set_value(copy, key, get_value(record, key))
        return copy

    def _lacks_channels(self, record):
        """Whether a record of certain channels would become one of all, as none of them is here."""
        return any(
            spec.empty_is_all and record.values.get(name) and not self._existing(record, name)
            for name, spec in FIELDS[record.directory].items()
        )

    def _existing(self, record, name):
        """The value of a field, without references to what is not here."""
        value = record.values[name]
        if not FIELDS[record.directory][name].directory:
            return value
        if isinstance(value, list):
            return [xmlid for xmlid in value if xmlid in self.result.records]
        return value if value in self.result.records else False

    def _fit_references(self, record):
        for name in record.values:
            self.result.records[record.xmlid].values[name] = self._existing(record, name)

    # ------------------------------------------------------------
    # Fields
    # ------------------------------------------------------------

    def _merge_fields(self, file):
        here, result = self.here.records[file.xmlid], self.result.records[file.xmlid]
        conflicts, keeps = [], []
        for key in keys(file, self.languages):
            name, lang = key
            spec = FIELDS[file.directory][name]
            if spec.kind == "html" and lang != SOURCE_LANGUAGE:
                # The terms are those of one text: they come with it, and not without it
                if result.values[name] != file.values[name]:
                    continue
                if here.values.get(name) != file.values[name]:
                    set_value(result, key, get_value(file, key))
                    continue
            value, way = self._merge_value(file, here, key, spec)
            if way:
                (conflicts if way == CONFLICT else keeps).append(
                    Difference(*key, get_value(here, key), get_value(file, key))
                )
            else:
                set_value(result, key, value)
                if spec.kind == "html" and lang == SOURCE_LANGUAGE and value != here.values.get(name):
                    result.translations.pop(name, None)
        if conflicts:
            self._conflict(file.directory, here, conflicts)
        if keeps:
            self._keep(file.directory, here, keeps)

    def _merge_value(self, file, here, key, spec):
        """``(value, None)``, or ``(None, CONFLICT)``, ``(None, KEEP)`` where what is here stays as it is."""
        name, lang = key
        theirs = self._existing(file, name) if spec.directory else get_value(file, key)
        if name not in here.values:
            return theirs, None
        ours = get_value(here, key)
        if ours == theirs or (file.xmlid, *key) in self.take:
            return theirs, None
        base = self.base.records.get(file.xmlid)
        known = base and name in base.values and (lang in (False, SOURCE_LANGUAGE) or lang in self.base.languages)
        before = get_value(base, key) if known else None
        if known and before == get_value(file, key):
            return None, KEEP
        all_when_empty = spec.empty_is_all and not (ours and theirs and (before or not known))
        if known and before == ours:
            lost = spec.empty_is_all and not theirs and get_value(file, key)
            return (None, CONFLICT) if lost else (theirs, None)
        if spec.is_list and not all_when_empty:
            merged = self._merge_list(before or [], ours, theirs)
            if merged or not spec.empty_is_all:
                return merged, None
        translated = lang and lang != SOURCE_LANGUAGE
        if not known and not ours and (translated or spec.kind in _EMPTY_IS_NOBODYS):
            return theirs, None
        return None, CONFLICT

    @staticmethod
    def _merge_list(before, ours, theirs):
        removed = set(before) - set(theirs)
        added = set(theirs) - set(before)
        return sorted((set(ours) - removed) | added)

    # ------------------------------------------------------------
    # Order
    # ------------------------------------------------------------

    def _merge_order(self, directory):
        order = [xmlid for xmlid in self.here.order.get(directory, ()) if xmlid in self.result.records]
        theirs = [xmlid for xmlid in self.file.order.get(directory, ()) if xmlid in self.result.records]
        before = self.base.order.get(directory, [])
        asked = {xmlid for xmlid in theirs if (xmlid, ORDER, False) in self.take}
        order, disputed = merge_orders(before, order, theirs, asked)
        self.result.order[directory] = order
        self._open_moves(directory, order, theirs, disputed)

    def _open_moves(self, directory, order, theirs, disputed):
        """What stands elsewhere here than in the file: a conflict where both sides moved it, or nobody knows who did."""
        differs = moved(theirs, order)
        if not differs:
            return
        # Of two neighbours that changed places, either is the one that moved
        conflicts = disputed.intersection(differs) or disputed
        for xmlid in theirs:
            record = self.result.records[xmlid]
            difference = Difference(ORDER, False, neighbour(order, xmlid), neighbour(theirs, xmlid))
            if xmlid in conflicts:
                self._conflict(directory, record, [difference])
            elif (xmlid, ORDER, False) in self.kept:
                self._keep(directory, record, [difference])

    # ------------------------------------------------------------
    # What stays open, what is remembered
    # ------------------------------------------------------------

    def _conflict(self, directory, record, differences):
        self.open.append(Change(CONFLICT, directory, record.xmlid, record.name, differences))
        self.still_kept.update((record.xmlid, *difference.key) for difference in differences)

    def _keep(self, directory, record, differences):
        """Say again what was a conflict once; what only this side changed was never one."""
        known = [difference for difference in differences if (record.xmlid, *difference.key) in self.kept]
        if known:
            self.open.append(Change(KEEP, directory, record.xmlid, record.name, known))
            self.still_kept.update((record.xmlid, *difference.key) for difference in known)

    def _drop_settled(self):
        """A translation that equals the English that came is none any more: nothing is open about it."""
        for change in self.open:
            result, file = self.result.records.get(change.xmlid), self.file.records.get(change.xmlid)
            for difference in list(change.fields):
                if difference.lang and result and file and get_value(result, difference.key) == difference.after:
                    change.fields.remove(difference)
                    self.still_kept.discard((change.xmlid, *difference.key))
        self.open = [change for change in self.open if change.fields]

    def _merge_removals(self):
        here = {removal.xmlid for removal in self.here.removals}
        removals = [*self.here.removals]
        removals += [
            removal for removal in self.file.removals if removal.xmlid in here or removal.xmlid in self.here.records
        ]
        self.result.removals = [removal for removal in removals if removal.xmlid not in self.result.records]

    def next_base(self):
        """What the file says, over what was known before of all that it says nothing about."""
        base = self.base.copy()
        for name in ("id", "name", "title", "format", "depends"):
            setattr(base, name, getattr(self.file, name))
        for xmlid in self.gone:
            base.records.pop(xmlid, None)
        for record in self.file.records.values():
            if record.directory in self.directories:
                copy = self._installed(record)
                if old := base.records.get(record.xmlid):
                    copy.values = {**old.values, **copy.values}
                    for name, by_lang in old.translations.items():
                        for lang, text in by_lang.items():
                            if lang not in self.languages or name not in record.values:
                                set_value(copy, (name, lang), text)
                base.records[record.xmlid] = copy
        for directory in self.directories:
            base.order[directory] = list(self.file.order.get(directory, ()))
        base.languages = [*base.languages, *self.languages]
        base.directories = [*base.directories, *self.directories]
        base.removals = [
            removal for removal in [*base.removals, *self.file.removals] if removal.xmlid not in base.records
        ]
        return base.normalise()
