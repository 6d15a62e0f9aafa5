"""Some records of an Index: what a query selects, its order, and its facets."""

from dataclasses import dataclass

import numpy as np

from datasets import bits, documents
from datasets.facets import FACETS, facets_of
from datasets.gathering import READ
from datasets.models import Record
from datasets.orders import sorted_page


# Not frozen: an answer makes hundreds, and those that are take four times as long to make.
@dataclass(slots=True)
class FacetValue:
    """How many records a value gives with all other facets applied."""

    slug: str
    name: str
    count: int
    selected: bool


class Ranked:
    """What a search found: positions with their scores, put in order only as far as a page needs it."""

    def __init__(self, positions, scores, index):
        self.positions, self.scores, self.index = positions, scores, index

    def page(self, members, start, stop, *, descending=False):
        """The members from ``start`` to ``stop``, the best match first, equals by name; or all the other way round."""
        found = members[self.positions]
        positions, scores = self.positions[found], self.scores[found]
        if not descending and stop < len(scores) // 2:
            # Those as good as the last one that is wanted, without sorting the rest.
            enough = scores >= np.partition(scores, len(scores) - stop)[len(scores) - stop]
            positions, scores = positions[enough], scores[enough]
        best = positions[np.lexsort((self.index.ranks[positions], -scores))]
        return (best[::-1] if descending else best)[start:stop].tolist()


class Picked:
    """Positions in an order of their own, such as one made by hand."""

    def __init__(self, positions):
        self.positions = np.array(list(positions), np.int64)

    def page(self, members, start, stop, *, descending=False):
        listed = self.positions[::-1] if descending else self.positions
        return listed[members[listed]][start:stop].tolist()


class Selection:
    """Some records of an Index in some order. Narrowing gives another; nothing is changed in place."""

    # django-filter asks whatever it filters for its model.
    model = Record

    def __init__(self, index, family, parts=None, chosen=None, order=("name", False)):
        self.index = index
        self.family = family
        self.parts = parts or {}
        self.chosen = chosen or {}
        self.order = order
        self.bits = self._bits(self.parts.values())

    def _bits(self, parts):
        found = self.index.families[self.family]
        for part in parts:
            found &= part
        return found

    def _with(self, **changes):
        kept = {"parts": self.parts, "chosen": self.chosen, "order": self.order}
        return Selection(self.index, self.family, **(kept | changes))

    def narrow(self, name, part):
        """Keep the records in a set; ``name`` says by which parameter, a facet's own being left out of its counts."""
        return self._with(parts=self.parts | {name: self.parts.get(name, -1) & part})

    def having(self, facet, values, *, leave_out=False):
        """Keep the records that have one of the values (all of them where the facet says so), or none of them."""
        found = self._any(facet, values)
        if leave_out:
            return self.narrow(f"{facet}__not", ~found)
        narrowed = self.narrow(facet, found)
        narrowed.chosen = self.chosen | {facet: tuple(values)}
        return narrowed

    def _any(self, facet, values):
        if facet == "slug":
            return bits.from_positions(
                (self.index.position[value] for value in values), self.index.size
            )
        sets = [self.index.sets[facet].get(value, 0) for value in values]
        if FACETS[facet].all_of:
            found = -1
            for part in sets:
                found &= part
            return found
        found = 0
        for part in sets:
            found |= part
        return found

    def between(self, name, low=None, high=None, *, unit=None):
        """Keep the records whose year, updated, verified or size (in a unit) lies in a range; unknown is not in it."""
        order = self.index.size_order(unit) if name == "size" else self.index.orders[name]
        read = READ.get(name, int)
        ends = [end if end is None else read(end) for end in (low, high)]
        return self.narrow(f"{name} {low} {high}", order.between(*ends))

    def search(self, text):
        """Keep the records that have every word of the text, the best match first."""
        positions, scores = self.index.words.matches(text)
        found = self.narrow("search", bits.from_array(positions, self.index.size))
        ranked = Ranked(positions, scores, self.index)
        return found._with(order=("relevance", False, ranked))

    def suggest(self, text):
        """Another spelling that finds something, or None."""
        return self.index.words.suggest(text)

    def ordered(self, name, *, descending=False, unit=None):
        """Sort by ``name``, ``year``, ``updated``, ``verified``, or ``size`` in a unit."""
        return self._with(order=(name, descending, unit))

    def by_relevance(self, *, descending=False):
        """Sort what a search found by how well it matches, the best first unless ``descending``."""
        return self._with(order=("relevance", descending, self.order[2]))

    def listed(self, positions):
        """Put the records in the order of these positions, which hold all of them."""
        return self._with(order=("slug", False, Picked(positions)))

    def count(self):
        return self.bits.bit_count()

    __len__ = count

    def positions(self, start=0, stop=None):
        """The positions of the records from ``start`` to ``stop`` in this order."""
        stop = self.count() if stop is None else stop
        members = bits.flags(self.bits, self.index.size)
        name, descending, *rest = self.order
        if name in ("slug", "relevance"):
            return rest[0].page(members, start, stop, descending=descending)
        order = self.index.size_order(rest[0]) if name == "size" else self.index.orders[name]
        by_slug = self.index.by_slug.sequence
        return sorted_page(order, by_slug, members, start, stop, descending=descending)

    def raw(self, start=0, stop=None):
        """The list documents from ``start`` to ``stop``, as JSON bytes."""
        return [self.index.lists[position] for position in self.positions(start, stop)]

    def documents(self, start=0, stop=None):
        """The list documents from ``start`` to ``stop``, as dictionaries."""
        return [documents.loads(raw) for raw in self.raw(start, stop)]

    def __getitem__(self, key):
        """A slice of list documents, so that paginators can page through a Selection."""
        return self.documents(*key.indices(self.count())[:2])

    def tallies(self, name):
        """{value: count if all other facets are applied} of the values that any record of the family has."""
        others = self.bits
        if name in self.parts:
            others = self._bits(part for part_name, part in self.parts.items() if part_name != name)
        chosen = self.chosen.get(name, ())
        counts = self.index.stack(name).counts(others)
        had = self.index.had(name, self.family)
        return {
            value: counts.get(value, 0)
            for value in self.index.values(name)
            if had.get(value) or value in chosen
        }

    def facet(self, name):
        """The values that ``tallies`` counts, each with its name and whether it is chosen."""
        chosen = self.chosen.get(name, ())
        return [
            FacetValue(value, self.index.name_of(name, value), count, value in chosen)
            for value, count in self.tallies(name).items()
        ]

    def facets(self):
        """Per facet that applies to the family, its values with counts."""
        return {name: self.facet(name) for name in facets_of(self.family)}
