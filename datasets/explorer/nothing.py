"""What an empty table says: which filters to take off, what that would give, and how a word may be spelt."""

from dataclasses import dataclass
from itertools import combinations

from datasets.explorer.chips import said, without
from datasets.explorer.state import to_query
from datasets.filters import read_query

# Where no single filter is the cause, pairs are tried; of many filters there would be too many.
MOST_PAIRED = 8
SHOWN = 5


@dataclass(frozen=True)
class Drop:
    """Filters to take off together, and how many records there are then."""

    label: str
    count: int
    address: str
    filters: int = 1

    @property
    def count_said(self):
        return f"{self.count:,}"


def drops(query, state, chips):
    """For each filter of an empty table what leaving it out would give, or for each pair; the most first."""
    together = {}
    for chip in chips:
        together.setdefault(chip.parameter, []).append(chip)
    found = []
    for size in (1, 2):
        if not found and (size == 1 or len(together) <= MOST_PAIRED):
            found = [
                drop
                for parameters in combinations(together, size)
                if (drop := dropping(query, state, {name: together[name] for name in parameters}))
            ]
    return sorted(found, key=lambda drop: -drop.count)[:SHOWN]


def dropping(query, state, chips):
    """The Drop of these filters, given as {parameter: its chips}; None if nothing is found without them either."""
    less = read_query(query.family, state.dropped("page", *chips), query.selection.index)
    count = less.selection.count()
    if not count:
        return None
    address = without(state, *chips)
    return Drop(" and ".join(map(said, chips.values())), count, address, len(chips))


def suggestion(query, state):
    """A Drop whose label is another spelling of the search, if this one finds nothing.

    Asked with the other filters, or without them if they leave nothing of it.
    """
    text = query.right.get("search")
    found = text and not query.count and query.selection.suggest(text)
    if not found:
        return None
    index = query.selection.index
    respelt = to_query(state.given | {"page": [], "search": [found]})
    if count := read_query(query.family, respelt, index).selection.count():
        return Drop(found, count, state.address(search=found))
    alone = read_query(query.family, to_query({"search": [found]}), index).selection.count()
    gone = dict.fromkeys(name for name in state.given if name != "columns")
    return Drop(found, alone, state.address(**gone | {"search": found})) if alone else None
