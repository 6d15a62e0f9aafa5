"""What documents say, by what is said: positions per value of a facet, values to sort by."""

from array import array
from collections import defaultdict

import numpy as np

from datasets import bits
from datasets.facets import FACETS
from datasets.orders import POSITIONS, Order
from datasets.words import fold

# How the values of each order are compared; texts where nothing is said.
TYPES = {"name": None, "year": np.int64, "updated": "datetime64[us]", "verified": "datetime64[D]"}


def moment(text):
    """A time in UTC, as documents write it, as a number that can be compared."""
    return np.datetime64(text.removesuffix("Z"), "us")


def day(text):
    return np.datetime64(text, "D")


READ = {"updated": moment, "verified": day}


def sortable(document):
    """{order: value} of what a record can be sorted by; what is unknown is left out."""
    found = {"name": fold(document["name"]), "updated": moment(document["updated_at"])}
    if document["year"] is not None:
        found["year"] = document["year"]
    if document["verified_on"]:
        found["verified"] = day(document["verified_on"])
    return found


def measured(document):
    """{unit: count} of the record's first figure in each unit."""
    found = {}
    for size in document["sizes"]:
        found.setdefault(size["unit"], size["count"])
    return found


class Gathered:
    """Filled document by document, in the order of their positions."""

    def __init__(self):
        self.members = {facet: defaultdict(lambda: array("I")) for facet in FACETS}
        self.readers = [(self.members[name], facet.values) for name, facet in FACETS.items()]
        self.columns = {name: {} for name in TYPES}
        self.sizes = {}
        self.slugs = []

    def note(self, position, document):
        self.slugs.append(document["slug"])
        for members, values in self.readers:
            for value in values(document):
                members[value].append(position)
        for name, value in sortable(document).items():
            self.columns[name][position] = value
        for unit, count in measured(document).items():
            self.sizes.setdefault(unit, {})[position] = count

    def direct(self):
        """Per facet, the set of the positions that have each value itself, and not by a narrower one."""
        size = len(self.slugs)
        return {
            facet: {
                value: bits.from_array(np.frombuffer(positions, np.uint32), size)
                for value, positions in members.items()
            }
            for facet, members in self.members.items()
        }

    def by_slug(self):
        sequence = sorted(range(len(self.slugs)), key=self.slugs.__getitem__)
        return Order([self.slugs[position] for position in sequence], np.array(sequence, POSITIONS))

    def orders(self, by_slug):
        return {name: Order.of(known, by_slug, TYPES[name]) for name, known in self.columns.items()}

    def size_orders(self, by_slug):
        return {unit: Order.of(known, by_slug, np.int64) for unit, known in self.sizes.items()}


def spread(direct, terms):
    """Per value the set of the positions that have it or a narrower one; ``terms`` is its vocabulary, if any."""
    sets = dict(direct)
    for value, members in direct.items():
        for broader in terms[value].ancestors if value in terms else ():
            sets[broader] = sets.get(broader, 0) | members
    return sets


class Moves:
    """How positions get other documents: ``gone`` and ``come``, {position: list document} each."""

    def __init__(self):
        self.gone, self.come = {}, {}

    def forget_what_stays(self):
        """Leave out the positions of which only something changed that nothing is found or sorted by."""
        for position in self.gone.keys() & self.come.keys():
            if known(self.gone[position]) == known(self.come[position]):
                del self.gone[position], self.come[position]

    def direct(self, before, size):
        """The sets of ``Gathered.direct()``, brought up to date."""
        return {facet: self._members(FACETS[facet], sets, size) for facet, sets in before.items()}

    def _members(self, facet, before, size):
        left, joined = {}, {}
        for documents, noted in ((self.gone, left), (self.come, joined)):
            for position, document in documents.items():
                for value in facet.values(document):
                    noted.setdefault(value, []).append(position)
        if left == joined:
            return before
        after = dict(before)
        most = max(size, 1 + max(self.gone, default=0))
        for value in left.keys() | joined.keys():
            kept = before.get(value, 0) & ~bits.from_positions(left.get(value, ()), most)
            after[value] = kept | bits.from_positions(joined.get(value, ()), most)
            if not after[value]:
                del after[value]
        return after

    def by_slug(self, order, slugs):
        said = self._read(lambda document: {"slug": document["slug"]})
        return self._orders({"slug": order}, *said, slugs)["slug"]

    def orders(self, before, slugs):
        return self._orders(before, *self._read(sortable), slugs)

    def size_orders(self, before, slugs):
        gone, come = self._read(measured)
        units = set().union(*gone.values(), *come.values())
        nobody = Order(np.empty(0, np.int64), np.empty(0, POSITIONS))
        after = self._orders(dict.fromkeys(units, nobody) | before, gone, come, slugs)
        return {unit: order for unit, order in after.items() if len(order)}

    def _read(self, values):
        """What ``values`` reads from the documents that are gone, and from those that have come."""
        return (
            {position: values(document) for position, document in documents.items()}
            for documents in (self.gone, self.come)
        )

    def _orders(self, before, gone, come, slugs):
        """Orders, brought up to date; ``gone`` and ``come`` have {order: value} by position."""
        same = {
            p for p in gone.keys() & come.keys() if self.gone[p]["slug"] == self.come[p]["slug"]
        }
        after = {}
        for name, order in before.items():
            left = [
                p
                for p, values in gone.items()
                if name in values and not (p in same and come[p].get(name) == values[name])
            ]
            new = {
                p: values[name]
                for p, values in come.items()
                if name in values and not (p in same and gone[p].get(name) == values[name])
            }
            after[name] = order.changed(np.array(left, POSITIONS), new, slugs)
        return after

    def words(self, before, size):
        """The Words, brought up to date; those of a record of which only other facts changed stay."""
        same = {p for p, d in self.gone.items() if p in self.come and says(d) == says(self.come[p])}
        gone = {p: document for p, document in self.gone.items() if p not in same}
        come = {p: document for p, document in self.come.items() if p not in same}
        return before.changed(gone, come, size) if gone or come else before


def known(document):
    """All of a list document by which its record can be found, sorted or counted."""
    return {
        key: value for key, value in document.items() if key not in ("version", "links", "splits")
    }


def says(document):
    """What is searched of a document."""
    paper = document["paper"] or {}
    names = ("name", "aliases", "full_name", "summary", "annotations")
    return [*map(document.get, names), paper.get("title")]
