"""The controls of the filters' form as they were filled in, and what each offers."""

from dataclasses import dataclass, field
from functools import cached_property

from datasets.filters import MOST, PAGE_SIZE

# What has a control of its own, beside which its message stands.
RANGES = (
    "year_min",
    "year_max",
    "unit",
    "size_min",
    "size_max",
    "verified_since",
    "updated_since",
)
CONTROLS = ("search", *RANGES, "ordering", "page_size")
SIZES = (25, 50, 100, MOST)
SORTS = {
    "name": "Name, A to Z",
    "-name": "Name, Z to A",
    "-year": "Newest first",
    "year": "Oldest first",
    "-size": "Largest first",
    "size": "Smallest first",
    "-updated": "Last changed first",
    "updated": "Longest unchanged first",
    "-verified": "Last verified first",
    "verified": "Longest unverified first",
}


@dataclass(frozen=True)
class Control:
    """A control of the form as it was filled in, with what is wrong with it."""

    name: str
    value: str
    errors: list = field(default_factory=list)

    @property
    def is_day(self):
        """Whether a date picker can show the value; it would drop any other text."""
        return not self.value or (len(self.value) == 10 and not self.errors)


class Controls:
    """What the templates ask of the form, made from a query and the state that it was asked in."""

    def __init__(self, query, state):
        self.query, self.state = query, state
        self.index = query.selection.index
        self.unit = (query.right.get("unit") or [None])[0]

    @cached_property
    def named(self):
        errors = self.query.errors
        return {
            name: Control(name, self.state.one(name), errors.get(name, [])) for name in CONTROLS
        }

    @property
    def year_controls(self):
        return self.labelled(year_min="From", year_max="Until")

    @property
    def size_controls(self):
        return self.labelled(size_min="At least", size_max="At most")

    @property
    def day_controls(self):
        return self.labelled(verified_since="Verified since", updated_since="Changed since")

    def labelled(self, **labels):
        return [(self.named[name], text) for name, text in labels.items()]

    @cached_property
    def units(self):
        """(slug, name, whether chosen), and what was given in vain."""
        given = self.state.one("unit")
        chosen = self.unit or ""
        options = [
            (slug, term.name, slug == chosen)
            for slug, term in self.index.terms["unit"].items()
            if slug in self.index.size_orders or slug == chosen
        ]
        return options if chosen or not given else [*options, (given, given[:60], True)]

    @cached_property
    def page_sizes(self):
        """(value, label, whether chosen); the usual size needs no value."""
        given = self.state.one("page_size") or str(PAGE_SIZE)
        offered = list(dict.fromkeys([*map(str, SIZES), given]))
        return [
            ("" if size == str(PAGE_SIZE) else size, size[:12], size == given) for size in offered
        ]

    @cached_property
    def sorts(self):
        """(value, label, whether chosen) of the orders that can be chosen now."""
        given = self.state.one("ordering")
        options = [("", "Best match" if self.query.right.get("search") else "Usual order")]
        if not self.query.right.get("search") and "slug" not in self.query.right:
            options = []
        options += [
            ("" if value == "name" and not options else value, text)
            for value, text in SORTS.items()
            if self.unit or not value.endswith("size")
        ]
        if given == "name":
            given = "" if options[0][1] == SORTS["name"] else given
        if given not in dict(options):
            options.append((given, given[:60]))
        return [(value, text, value == given) for value, text in options]
