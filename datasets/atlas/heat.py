"""The heat map: a table of modality by anatomy, each cell a link to the datasets that it counts."""

import re
from dataclasses import dataclass
from functools import cached_property
from html import escape
from weakref import WeakKeyDictionary

from django.utils.safestring import mark_safe

from datasets.atlas.figures import Scale, compact
from datasets.explorer.facets import layout

ROWS, COLUMNS = "modality", "anatomy"
# What long words of medicine begin with: after it they may break, in browsers that know no hyphenation too.
BEGINNINGS = re.compile(
    "(angio|cardio|cerebro|cholangio|echo|electro|encephalo|gastro|magneto|multi|musculo|neuro|pancreato)(?=[a-z]{6})",
    re.IGNORECASE,
)
# Per Index and unit, the sets of terms in the order of size: made once, since an Index never changes.
_ranked = WeakKeyDictionary()


@dataclass(frozen=True)
class Place:
    """A term as a row or column, ``depth`` terms below the one that stands for all of them."""

    slug: str
    name: str
    depth: int

    @property
    def heading(self):
        """The name as a heading: a long word in it has soft hyphens."""
        return escape(BEGINNINGS.sub("\\1\u00ad", self.name))


def places(index, facet, chosen, deep):
    """The terms of a facet, the most used first: the topmost, or all in their tree; within the chosen ones, if any."""
    found = {}

    def walk(branches, within, depth):
        for branch in branches:
            inside = within or branch.slug in chosen
            if inside and branch.slug not in found:
                found[branch.slug] = Place(branch.slug, branch.name, depth)
            if deep or not inside:
                walk(branch.children, inside, depth + inside)

    walk(layout(index, "datasets")[facet], not chosen, 0)
    return list(found.values())


class Records:
    """How many datasets there are."""

    ordering = {}
    nothing = "0"

    def __init__(self, selection):
        self.whole = selection.bits
        self.sets = selection.index.sets

    def members(self, facet, slug):
        return self.sets[facet].get(slug, 0)

    def number(self, members):
        return members.bit_count()

    def says(self, members):
        number = members.bit_count()
        return f"{number:,} dataset{'s'[: number != 1]}"


class Largest:
    """The largest figure in a unit: sets are rewritten once, in order of size, so that the last member is it."""

    nothing = '<span aria-hidden="true">·</span><span class="visually-hidden">no figure</span>'

    def __init__(self, selection, unit):
        self.index, self.order = selection.index, selection.index.size_order(unit)
        self.kept = _ranked.setdefault(self.index, {}).setdefault(unit, {})
        self.unit = self.index.name_of("unit", unit)
        self.ordering = {"unit": [unit], "ordering": ["-size"]}
        self.whole = self.order.ranked(selection.bits)
        self.names = {}

    def members(self, facet, slug):
        if (facet, slug) not in self.kept:
            self.kept[facet, slug] = self.order.ranked(self.index.sets[facet].get(slug, 0))
        return self.kept[facet, slug]

    def number(self, members):
        return int(self.order.values[members.bit_length() - 1]) if members else 0

    def says(self, members):
        position = int(self.order.sequence[members.bit_length() - 1])
        if position not in self.names:
            self.names[position] = self.index.document(position)["name"]
        return f"the largest has {self.number(members):,} {self.unit} ({self.names[position]})"


def span(least, following):
    """The numbers from one on, to the one before another, if there is any: “1”, “4–6”, “10k to under 130k”."""
    first = compact(least)
    if following is None:
        return f"{first} and more"
    last = compact(following - 1)
    if last == first:
        return first
    if last == compact(following):
        return f"{first} to under {last}"
    return f"{first}–{last}"


class Heat:
    """The table. ``state`` is where the links of its cells start, in the explorer."""

    def __init__(self, index, measure, chosen, deep, state):
        self.index, self.measure = index, measure
        self.state = state.changed(**measure.ordering)
        self.rows, self.no_rows = self.used(places(index, ROWS, chosen.get(ROWS, ()), deep), ROWS)
        self.columns, self.no_columns = self.used(
            places(index, COLUMNS, chosen.get(COLUMNS, ()), deep), COLUMNS
        )

    def used(self, found, facet):
        """(place, its members) of those that have any, and the names of the others that some record has."""
        used, unused = [], []
        everywhere = self.index.families["datasets"]
        for place in found:
            members = self.measure.members(facet, place.slug) & self.measure.whole
            if members:
                used.append((place, members))
            elif self.index.sets[facet].get(place.slug, 0) & everywhere:
                unused.append(place.name)
        return used, unused

    @cached_property
    def cells(self):
        """The members of each cell, row by row."""
        columns = [members for _, members in self.columns]
        return [[row & column for column in columns] for _, row in self.rows]

    @cached_property
    def scale(self):
        return Scale(self.measure.number(cell) for row in self.cells for cell in row)

    @property
    def legend(self):
        """(level, its numbers in words) of the colours."""
        least = self.scale.least
        return list(enumerate(map(span, least, [*least[1:], None]), 1))

    @property
    def unplaced(self):
        """How many of the records stand in no cell, having no modality or no anatomy here."""
        placed = 0
        for row in self.cells:
            for cell in row:
                placed |= cell
        return (self.measure.whole & ~placed).bit_count()

    @property
    def head(self):
        return mark_safe(
            "".join(
                f'<th scope="col" class="depth-{min(place.depth, 3)}"><span>{place.heading}</span></th>'
                for place, _ in self.columns
            )
        )

    @property
    def body(self):
        return mark_safe("".join(map(self.row, self.rows, self.cells)))

    def row(self, row, cells):
        place, members = row
        start = escape(self.state.changed(**{ROWS: [place.slug]}).beginning(COLUMNS))
        written = "".join(
            self.cell(cell, f"{start}{column.slug}", f"{place.name}, {column.name}")
            for cell, (column, _) in zip(cells, self.columns, strict=True)
        )
        total = self.total(members, place.name, **{ROWS: [place.slug]})
        return (
            f'<tr><th scope="row" class="depth-{min(place.depth, 3)}">{place.heading}</th>'
            f"{written}{total}</tr>"
        )

    def cell(self, members, address, where):
        if not members:
            return f'<td class="heat-0">{self.measure.nothing}</td>'
        number = self.measure.number(members)
        return (
            f'<td class="heat-{self.scale.level(number)}"><a href="{address}" '
            f'aria-label="{self.label(members, where)}">{compact(number)}</a></td>'
        )

    def label(self, members, where):
        shown, says = compact(self.measure.number(members)), self.measure.says(members)
        # What is written is part of what is said, so that a voice can name the link.
        return escape(f"{where}: {says}" if shown in says else f"{where}: {shown}, {says}")

    def total(self, members, where, **values):
        if not members:
            return f'<td class="total">{self.measure.nothing}</td>'
        address = escape(self.state.address(**values))
        return (
            f'<td class="total"><a href="{address}" aria-label="{self.label(members, where)}">'
            f"{compact(self.measure.number(members))}</a></td>"
        )

    @property
    def foot(self):
        totals = [
            self.total(members, place.name, **{COLUMNS: [place.slug]})
            for place, members in self.columns
        ]
        return mark_safe("".join([*totals, self.total(self.measure.whole, "All together")]))
