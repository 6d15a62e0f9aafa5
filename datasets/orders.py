"""Ways to sort all records: known values first in either direction, the slug breaking ties."""

from bisect import bisect_left, bisect_right
from functools import cached_property
from itertools import islice
from operator import ne

import numpy as np

from datasets import bits

POSITIONS = np.int32
# A page is looked for in stretches of the order that grow from this.
STRETCH = 1024


class Order:
    """The positions of the records whose value is known, by value and slug. Immutable.

    ``values`` is aligned with ``sequence``: an array of numbers or dates, or a list of texts.
    """

    def __init__(self, values, sequence):
        self.values, self.sequence = values, sequence

    @classmethod
    def of(cls, known, by_slug, dtype=None):
        """The order of ``known``, {position: value}; ``by_slug`` has all positions by slug. Texts have no type."""
        # Sorting is stable, so what is sorted by slug first stays so among equals.
        sequence = [position for position in by_slug.tolist() if position in known]
        if dtype is None:
            sequence.sort(key=known.__getitem__)
            return cls(list(map(known.__getitem__, sequence)), np.array(sequence, POSITIONS))
        values = np.array(list(map(known.__getitem__, sequence)), dtype)
        places = np.argsort(values, kind="stable")
        return cls(values[places], np.array(sequence, POSITIONS)[places])

    def __len__(self):
        return len(self.sequence)

    @cached_property
    def descending(self):
        """The positions by falling value, the slug still ascending among equals."""
        size = len(self)
        if not size:
            return self.sequence
        starts = np.flatnonzero(self._differs())
        lengths = np.diff(starts, append=size)[::-1]
        ends = np.cumsum(lengths)
        places = np.arange(size) + np.repeat(starts[::-1] - (ends - lengths), lengths)
        return self.sequence[places]

    def _differs(self):
        """Whether each value is another than the one before it."""
        differs = np.ones(len(self), bool)
        if isinstance(self.values, list):
            pairs = map(ne, self.values, islice(self.values, 1, None))
            differs[1:] = np.fromiter(pairs, bool, len(self) - 1)
        else:
            differs[1:] = self.values[1:] != self.values[:-1]
        return differs

    @cached_property
    def known(self):
        """The set of the positions whose value is known."""
        return self._set(self.sequence)

    def between(self, low=None, high=None):
        """The set of the positions whose value lies from ``low`` to ``high``, both included."""
        first = 0 if low is None else self._place(low, bisect_left, "left")
        last = len(self) if high is None else self._place(high, bisect_right, "right")
        if last - first < len(self) // 2:
            return self._set(self.sequence[first:last])
        # Of most, those that are left out are fewer.
        return self.known & ~self._set(np.append(self.sequence[:first], self.sequence[last:]))

    def ranked(self, members):
        """A set again, of places in this order instead of positions: its last member has the greatest value."""
        if not len(self):
            return 0
        chosen = bits.flags(members & self.known, 1 + int(self.sequence.max()))
        return bits.from_flags(chosen[self.sequence])

    @staticmethod
    def _set(positions):
        return bits.from_array(positions, 1 + int(positions.max())) if len(positions) else 0

    def _place(self, value, bisect, side):
        if isinstance(self.values, list):
            return bisect(self.values, value)
        return int(np.searchsorted(self.values, value, side))

    def changed(self, gone, come, slugs):
        """This order without the positions in the array ``gone``, and with ``come``, {position: value}.

        ``slugs`` are as they will be; those of positions that stay have not changed.
        """
        if not len(gone) and not come:
            return self
        values, sequence = self.values, self.sequence
        if len(gone) and len(sequence):
            left = np.flatnonzero(np.isin(sequence, gone))
            sequence = np.delete(sequence, left)
            values = without(values, left)
        kept = Order(values, sequence)
        added = sorted(come, key=lambda position: (come[position], slugs[position]))
        places = [kept._place_of(come[position], slugs[position], slugs) for position in added]
        sequence = np.insert(sequence, np.array(places, np.int64), np.array(added, POSITIONS))
        return Order(inserted(values, places, [come[position] for position in added]), sequence)

    def _place_of(self, value, slug, slugs):
        """Where a record with this value and slug belongs."""
        first = self._place(value, bisect_left, "left")
        last = self._place(value, bisect_right, "right")
        return bisect_left(self.sequence, slug, first, last, key=lambda position: slugs[position])


def without(values, places):
    if not isinstance(values, list):
        return np.delete(values, places)
    kept = values.copy()
    for place in places[::-1].tolist():
        del kept[place]
    return kept


def inserted(values, places, more):
    if not isinstance(values, list):
        return np.insert(values, np.array(places, np.int64), np.array(more, values.dtype))
    kept = values.copy()
    for place, value in zip(reversed(places), reversed(more), strict=True):
        kept.insert(place, value)
    return kept


def ranked(sequence):
    """Each position's place in a sequence of all of them."""
    ranks = np.empty(len(sequence), POSITIONS)
    ranks[sequence] = np.arange(len(sequence), dtype=POSITIONS)
    return ranks


def page(sequences, flags, start, stop):
    """The flagged positions from ``start`` to ``stop``, walking the sequences one after another."""
    found, count = [], 0
    for sequence in sequences:
        begin, stretch = 0, STRETCH
        while begin < len(sequence) and count < stop:
            part = sequence[begin : begin + stretch]
            members = part[flags[part]]
            found.append(members)
            count += len(members)
            begin, stretch = begin + stretch, stretch * 2
    if not found:
        return []
    return np.concatenate(found)[start:stop].tolist()


def sorted_page(known, by_slug, members, start, stop, *, descending=False):
    """The members, a set as flags, from ``start`` to ``stop``: by an Order, those that it lacks last."""
    sequence = known.descending if descending else known.sequence
    if len(sequence) == len(by_slug):
        return page([sequence], members, start, stop)
    found = page([sequence], members, start, stop)
    if stop - start <= len(found):
        return found
    unknown = members.copy()
    unknown[sequence] = False
    before = int(np.count_nonzero(members[sequence]))
    return found + page([by_slug], unknown, max(0, start - before), max(0, stop - before))
