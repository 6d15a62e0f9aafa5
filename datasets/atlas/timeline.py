"""The timeline: how many datasets came in each year, by licence family, and how large those are that are counted in a unit."""

import math
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from html import escape

import numpy as np
from django.utils.safestring import mark_safe

from datasets import bits
from datasets.atlas.figures import compact
from datasets.explorer.cells import QUALIFIERS
from datasets.facets import FACETS
from datasets.orders import page

# Of a long history the beginning stands in one bar.
MOST_YEARS = 30
MOST_DOTS = 60
LABELLED = 6
WIDTH, HEIGHT = 720, 300
LEFT, RIGHT, TOP, BOTTOM = 48, 16, 22, 28
FAMILIES = FACETS["license_family"].names
# A shape for each licence family, since colour alone would not tell them apart.
SHAPES = {
    "open": "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z",
    "non-commercial": "M-4.5-4.5h9v9h-9z",
    "research-only": "M0-6 6 0 0 6-6 0z",
    "data-use-agreement": "M0-5.5 5.5 4.5h-11z",
    "mixed": "M-2-5.5h4v3.5h3.5v4h-3.5v3.5h-4v-3.5h-3.5v-4h3.5z",
    "custom": "M0 5.5-5.5-4.5h11z",
    "unspecified": "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0z",
}


@dataclass(frozen=True)
class Year:
    """A year, or all up to one; counts in the order of the licence families."""

    label: str
    first: int
    last: int
    address: str
    counts: list

    @property
    def total(self):
        return sum(self.counts)


@dataclass(frozen=True)
class Dot:
    """A dataset with its figure in the unit."""

    name: str
    url: str
    year: int
    count: int
    about: str
    family: str

    @property
    def family_name(self):
        return FAMILIES[self.family]

    @property
    def about_html(self):
        return mark_safe(self.about)


class Timeline:
    """``state`` is where links start in the explorer; ``unit`` may be None where nothing is counted."""

    def __init__(self, selection, unit, state):
        self.selection, self.index, self.unit, self.state = selection, selection.index, unit, state
        self.order = self.index.orders["year"]
        self.dated = self.order.between() & selection.bits

    @property
    def undated(self):
        return (self.selection.bits & ~self.dated).bit_count()

    @cached_property
    def families(self):
        """(slug, name, set) of the licence families that occur."""
        sets = self.index.sets["license_family"]
        found = [(slug, name, sets.get(slug, 0) & self.dated) for slug, name in FAMILIES.items()]
        return [family for family in found if family[2]]

    @cached_property
    def years(self):
        of_year = {}
        for year in np.unique(self.order.values).tolist():
            members = self.order.between(year, year) & self.dated
            if members:
                of_year[year] = members
        if not of_year:
            return []
        earliest, last = min(of_year), max(of_year)
        first = max(earliest, last - MOST_YEARS + 1)
        begun = self.order.between(earliest, first) & self.dated
        return [self.year(earliest, first, begun)] + [
            self.year(year, year, of_year.get(year, 0)) for year in range(first + 1, last + 1)
        ]

    def year(self, first, last, members):
        label = str(last) if first == last else f"until {last}"
        address = self.state.address(year_min=[str(first)], year_max=[str(last)])
        counts = [(members & family).bit_count() for _, _, family in self.families]
        return Year(label, first, last, address, counts)

    # Drawings

    @property
    def bars(self):
        """The years as an SVG's content: a stack for each."""
        highest = max((year.total for year in self.years), default=0)
        if not highest:
            return ""
        steps = ticks(highest)
        scale = (HEIGHT - TOP - BOTTOM) / steps[-1]
        parts = [gridline(HEIGHT - BOTTOM - step * scale, f"{step:,}") for step in steps]
        width = (WIDTH - LEFT - RIGHT) / len(self.years)
        every = spacing(len(self.years))
        for number, year in enumerate(self.years):
            x = LEFT + number * width
            parts.append(self.stack(year, x + width * 0.14, width * 0.72, scale))
            if (len(self.years) - 1 - number) % every == 0:
                shown = year.label.replace("until ", "≤ ")
                parts.append(text(x + width / 2, HEIGHT - 10, shown, "middle"))
        return mark_safe("".join(parts))

    def stack(self, year, x, width, scale):
        y = HEIGHT - BOTTOM
        parts = []
        for (slug, name, _), count in zip(self.families, year.counts, strict=True):
            if count:
                height = count * scale
                y -= height
                box = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
                told = escape(f"{year.label}, {name}: {count:,}")
                parts.append(f'<rect {box} data-family="{slug}"><title>{told}</title></rect>')
                if slug == "research-only":
                    parts.append(f'<rect {box} fill="url(#hatch)" class="hatch"/>')
        if parts:
            parts.append(text(x + width / 2, y - 5, compact(year.total), "middle", "value"))
        return "".join(parts)

    @cached_property
    def dots(self):
        """The largest datasets in the unit that have a year, the largest first."""
        if self.unit is None:
            return []
        order = self.index.size_order(self.unit)
        members = order.between(low=1) & self.dated
        found = page([order.descending], bits.flags(members, self.index.size), 0, MOST_DOTS)
        return [self.dot(self.index.document(position)) for position in found]

    def dot(self, document):
        size = next(size for size in document["sizes"] if size["unit"] == self.unit)
        return Dot(
            document["name"],
            document["url"],
            document["year"],
            size["count"],
            QUALIFIERS[size["qualifier"]],
            document["license"]["family"],
        )

    @property
    def measured(self):
        """How many of the dated records have a figure in the unit."""
        return (self.index.size_order(self.unit).between(low=1) & self.dated).bit_count()

    @property
    def dot_families(self):
        shown = {dot.family for dot in self.dots}
        return [(slug, name, SHAPES[slug]) for slug, name in FAMILIES.items() if slug in shown]

    @cached_property
    def powers(self):
        """The powers of ten that the lines of the dots' drawing stand for, at equal distances."""
        low = math.floor(math.log10(self.dots[-1].count))
        high = max(low + 1, math.ceil(math.log10(self.dots[0].count)))
        step = -(-(high - low) // 5)
        return range(low, high + step, step)

    @property
    def factor(self):
        """How many times the one below it a line stands for."""
        return 10**self.powers.step

    @property
    def scatter(self):
        """The dots as an SVG's content, by year and, in powers of ten, by size."""
        if not self.dots:
            return ""
        first, last = min(dot.year for dot in self.dots), max(dot.year for dot in self.dots)
        low, high = self.powers[0], self.powers[-1]
        down = (HEIGHT - TOP - BOTTOM) / (high - low)
        across = (WIDTH - LEFT - RIGHT - 24) / max(1, last - first)
        left, bottom = LEFT + 12, HEIGHT - BOTTOM
        lines = [gridline(bottom - (at - low) * down, compact(10**at)) for at in self.powers]
        years = [
            text(left + (year - first) * across, HEIGHT - 10, year, "middle")
            for year in range(last, first - 1, -spacing(last - first + 1))
        ]
        placed = [
            (
                left + (dot.year - first) * across + shift,
                bottom - (math.log10(dot.count) - low) * down,
                dot,
            )
            for dot, shift in zip(self.dots, shifts(self.dots), strict=True)
        ]
        return mark_safe("".join([*lines, *years, *map(mark, placed), *labels(placed)]))


def shifts(dots):
    """Small steps aside for dots of one year, by turns to either side, so that equals do not hide each other."""
    seen = Counter()
    found = []
    for dot in dots:
        turn = seen[dot.year]
        seen[dot.year] += 1
        found.append((turn % 3 - 1) * 5 if turn else 0)
    return found


def mark(place):
    x, y, dot = place
    told = escape(f"{dot.name}, {dot.year}: {dot.count:,}, {dot.family_name}")
    return (
        f'<path d="{SHAPES[dot.family]}" transform="translate({x:.1f} {y:.1f})" '
        f'data-family="{dot.family}"><title>{told}</title></path>'
    )


def labels(placed):
    """Names beside the largest dots, to the side where none stands on another dot or name."""
    taken, written = [(x, x, y) for x, y, _ in placed], 0
    for x, y, dot in placed:
        name = dot.name[:32]
        width = 7.5 * len(name)
        for anchor, start, end in (("start", x + 9, x + 9 + width), ("end", x - 9 - width, x - 9)):
            if written < LABELLED and start > LEFT and end < WIDTH and free(taken, start, end, y):
                taken.append((start, end, y))
                written += 1
                yield text(start if anchor == "start" else end, y + 4, name, anchor, "name")
                break


def free(taken, start, end, y):
    return not any(
        left < end + 6 and right > start - 6 and abs(other - y) < 13 for left, right, other in taken
    )


def text(x, y, words, anchor, kind="axis"):
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{kind}">'
        f"{escape(str(words))}</text>"
    )


def gridline(y, words):
    """A line with its figure at the left; and at the right, where a phone begins."""
    line = f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" class="grid"/>'
    near = text(LEFT - 8, y + 4, words, "end")
    return line + near + text(WIDTH - RIGHT + 6, y + 4, words, "start", "axis far")


def spacing(years):
    """Of so many years, every which one has its number written."""
    return -(-years // 12)


def ticks(highest):
    """Round numbers from 0 to beyond the highest, some four of them."""
    rough = max(1, highest / 4)
    magnitude = 10 ** math.floor(math.log10(rough))
    step = next(
        step for step in (magnitude, 2 * magnitude, 5 * magnitude, 10 * magnitude) if step >= rough
    )
    return list(range(0, highest + step, step))
