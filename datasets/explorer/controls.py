"""The controls of the filters' form as they were filled in, and what each offers."""

from dataclasses import dataclass, field
from functools import cached_property
from html import escape

from django.utils.safestring import mark_safe

from datasets.columns import COLUMNS
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
    def invalid(self):
        """The attributes of a control that is filled in wrongly."""
        if not self.errors:
            return ""
        return mark_safe(f' aria-invalid="true" aria-describedby="error-{self.name}"')

    @property
    def message(self):
        """What is wrong, to stand below the control."""
        if not self.errors:
            return ""
        said = escape(" ".join(self.errors))
        return mark_safe(f'<p class="field-error" id="error-{self.name}">{said}</p>')

    def box(self, label):
        """A box to write in, with its label and what is wrong with it."""
        return mark_safe(
            f'<div class="field"><label for="{self.name}">{label}</label>'
            f'<input id="{self.name}" name="{self.name}" value="{escape(self.value)}" {self.manner} '
            f'autocomplete="off"{self.invalid}>{self.message}</div>'
        )

    @property
    def manner(self):
        """How the box is written in: digits, or a day by a picker unless that would drop what was typed."""
        if not self.name.endswith("_since"):
            return 'inputmode="numeric"'
        shows = not self.value or (len(self.value) == 10 and not self.errors)
        return 'type="date"' if shows else 'type="text"'


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
    def year_fields(self):
        return self.fields(year_min="From", year_max="Until")

    @property
    def size_fields(self):
        return self.fields(size_min="At least", size_max="At most")

    @property
    def day_fields(self):
        return self.fields(verified_since="Verified since", updated_since="Changed since")

    def fields(self, **labels):
        """Boxes with a label each, as HTML."""
        return mark_safe("".join(self.named[name].box(text) for name, text in labels.items()))

    @cached_property
    def units(self):
        """The options of units, and what was given in vain."""
        given = self.state.one("unit")
        chosen = self.unit or ""
        options = [
            (slug, term.name, slug == chosen)
            for slug, term in self.index.terms["unit"].items()
            if slug in self.index.size_orders or slug == chosen
        ]
        if given and not chosen:
            options.append((given, given[:60], True))
        return written(options)

    @cached_property
    def page_sizes(self):
        """The options of how many rows a page has; the usual size needs no value."""
        given = self.state.one("page_size") or str(PAGE_SIZE)
        offered = list(dict.fromkeys([*map(str, SIZES), given]))
        return written(
            ("" if size == str(PAGE_SIZE) else size, size[:12], size == given) for size in offered
        )

    @cached_property
    def sorts(self):
        """The options of the orders that can be chosen now."""
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
        return written((value, text, value == given) for value, text in options)


def written(options):
    """The (value, text, whether chosen) of a list to choose from, as HTML."""
    return mark_safe(
        "".join(
            f'<option value="{escape(value)}"{" selected" if chosen else ""}>{escape(text)}</option>'
            for value, text, chosen in options
        )
    )


def column_boxes(offered, shown):
    """The columns that can be chosen, a box each, as HTML."""
    return mark_safe(
        "".join(
            f'<li><label><input type="checkbox" name="columns" value="{name}" id="column-{name}"'
            f"{' checked' if name in shown else ''}> {COLUMNS[name].label}</label></li>"
            for name in offered
        )
    )


def hidden(passed, form=""):
    """Inputs that pass on (name, value) pairs unseen; of a form that they do not stand in, if one is named."""
    of = f' form="{form}"' if form else ""
    return mark_safe(
        "".join(
            f'<input type="hidden"{of} name="{name}" value="{escape(value)}">'
            for name, value in passed
        )
    )
