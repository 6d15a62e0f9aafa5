"""One page of a table with all that stands around it."""

from functools import cached_property

from django.core.paginator import Paginator
from django.urls import reverse

from datasets.columns import COLUMNS, DEFAULT_COLUMNS
from datasets.explorer.chips import chips
from datasets.explorer.controls import CONTROLS, RANGES, Controls, column_boxes, hidden
from datasets.explorer.facets import layout, panels
from datasets.explorer.headings import Headings
from datasets.explorer.nothing import drops, suggestion
from datasets.explorer.picks import Picks
from datasets.explorer.rows import Rows
from datasets.explorer.state import State, join
from datasets.explorer.viewing import DENSITIES, DENSITY, OPEN, PICK
from datasets.exports import FILES
from datasets.fields import left_out, short
from datasets.filters import SHAPING
from datasets.reading import NOUNS

# What the filters' form cannot show but must not lose.
CARRIED = ("slug", "slug__not", "columns", "fields", PICK, OPEN, DENSITY)


class Explorer:
    """What the templates ask of a query: everything is read from the Index, nothing from the database."""

    def __init__(self, query, viewing, path, file_path):
        self.query, self.family = query, query.family
        self.viewing = viewing
        self.index = query.selection.index
        self.file_path = file_path
        # A row that another page has is not open here.
        view = viewing.given
        view[OPEN] = [slug for slug in view[OPEN] if slug in self.slugs]
        self.state = State(path, query.data, type(query).base_filters, view)
        if query.right.get("columns") == DEFAULT_COLUMNS[self.family]:
            # The address says what differs from the usual.
            self.state.given.pop("columns")
        self.path = path
        self.applied = self.state.applied(query)
        self.count = query.selection.count()
        self.total = self.index.families[self.family].bit_count()
        self.number = min(query.number, query.pages)

    @property
    def noun(self):
        return NOUNS[self.family][self.count != 1]

    @property
    def noun_of_all(self):
        return NOUNS[self.family][self.total != 1]

    @property
    def plural(self):
        return NOUNS[self.family][1]

    @property
    def singular(self):
        return NOUNS[self.family][0]

    @property
    def count_said(self):
        return f"{self.count:,}"

    @property
    def total_said(self):
        return f"{self.total:,}"

    @property
    def wrong_filter(self):
        """Whether a message stands among the filters, so that they must not be folded."""
        shown = (*RANGES, *layout(self.index, self.family))
        return any(name.removesuffix("__not") in shown for name in self.query.errors)

    @property
    def plain(self):
        """Whether nothing is asked: the address of the whole table."""
        return not self.query.data and not any(self.viewing.given.values())

    @cached_property
    def columns(self):
        return self.query.right.get("columns") or DEFAULT_COLUMNS[self.family]

    @cached_property
    def column_choices(self):
        offered = [
            column.name
            for column in COLUMNS.values()
            if column.family in (None, self.family) or column.name in self.columns
        ]
        return column_boxes(offered, self.columns)

    @property
    def usual_names(self):
        return " ".join(DEFAULT_COLUMNS[self.family])

    @property
    def usual_columns(self):
        return self.state.address(columns=None)

    @cached_property
    def unit(self):
        return (self.query.right.get("unit") or [None])[0]

    @cached_property
    def headings(self):
        return Headings(self.query, self.state, self.unit).row(self.columns)

    @cached_property
    def documents(self):
        """The records of this page."""
        return self.query.selection[slice(*self.query.span())]

    @cached_property
    def slugs(self):
        return [document["slug"] for document in self.documents]

    @cached_property
    def body(self):
        rows = Rows(self.index, self.columns, self.state, self.applied, self.viewing, self.unit)
        return rows.body(self.documents)

    @cached_property
    def picks(self):
        columns = self.applied.all("columns")
        return Picks(self.viewing, self.state, self.slugs, self.file_path, columns)

    @property
    def density(self):
        return self.viewing.density

    @property
    def other_density(self):
        """The other way in which rows can stand: its value, label and address."""
        usual, tight = DENSITIES
        other = tight if self.density == usual else usual
        address = self.state.here(**{DENSITY: None if other == usual else other})
        return {"value": other, "label": DENSITIES[other], "address": address}

    @property
    def first(self):
        return self.query.span()[0] + 1

    @property
    def last(self):
        return min(self.query.span()[1], self.count)

    @cached_property
    def pages(self):
        """(number or None for a gap, address) of the pages worth a link."""
        numbers = Paginator(self.query.selection, self.query.per_page)
        shown = numbers.get_elided_page_range(self.number, on_each_side=1, on_ends=1)
        return [
            (number, self.page_address(number)) if isinstance(number, int) else (None, "")
            for number in shown
        ]

    def page_address(self, number):
        return self.state.address(page=number if number > 1 else None)

    @property
    def previous(self):
        return self.page_address(self.number - 1) if self.number > 1 else ""

    @property
    def next(self):
        return self.page_address(self.number + 1) if self.number < self.query.pages else ""

    @property
    def first_address(self):
        return self.page_address(1)

    @property
    def last_address(self):
        return self.page_address(self.query.pages)

    @cached_property
    def panels(self):
        return panels(self.query, self.state)

    @cached_property
    def chips(self):
        return chips(self.query, self.state)

    @cached_property
    def cleared(self):
        """The address without any filter, in the same columns and page size."""
        kept = ("columns", "page_size", "ordering")
        gone = [name for name in self.state.given if name not in kept]
        ordering = self.state.one("ordering").removeprefix("-")
        if ordering in ("relevance", "size"):
            gone.append("ordering")
        return self.state.address(**dict.fromkeys(gone))

    @cached_property
    def drops(self):
        return drops(self.query, self.state, self.chips)

    @cached_property
    def suggestion(self):
        return suggestion(self.query, self.state)

    @cached_property
    def controls(self):
        return Controls(self.query, self.state)

    @cached_property
    def column_errors(self):
        return [short(message) for message in self.query.errors.get("columns", [])]

    @cached_property
    def messages(self):
        """What is wrong with parameters that have no control on the page."""
        shown = {*CONTROLS, "columns", *layout(self.index, self.family)}
        messages = [*self.viewing.messages]
        for name, errors in self.query.errors.items():
            if name in self.query.unknown:
                messages.append(left_out(name, *errors))
            elif name.removesuffix("__not") not in shown:
                messages.extend(f"{label(name)}: {short(message)}" for message in errors)
        if "format" in self.query.right:
            messages.append("No file was made, since not all of the address was understood.")
        return messages

    @cached_property
    def carried(self):
        """What the filters' form passes on unseen."""
        return hidden(self.passed(lambda name: name in CARRIED))

    @cached_property
    def beside_columns(self):
        """What the form of the columns passes on unseen."""
        return hidden(self.passed(lambda name: name not in ("columns", "format")))

    @cached_property
    def beside_picks(self):
        """What the form of the picked rows passes on: all but the boxes on this page."""
        passed = self.passed(lambda name: name not in (PICK, "format"))
        return hidden(passed + [(PICK, slug) for slug in self.picks.elsewhere], "selection")

    def passed(self, wanted):
        return [
            (name, value)
            for name, values in (self.state.given | self.state.view).items()
            if wanted(name)
            for value in values
        ]

    @cached_property
    def files(self):
        """(label, address) of the whole table as files."""
        return [(text, self.file_address(format=name)) for name, text in FILES.items()]

    @property
    def json_address(self):
        """This page of the table at the API."""
        page = self.number if self.number > 1 else None
        return self.file_address(page=page, format=None)

    @property
    def feed(self):
        """The address of the feed of what these filters hold."""
        return join(reverse(f"{self.family}-feed"), self.filters)

    @property
    def map(self):
        """The address of the map of what these filters hold; of tools there is none."""
        return join(reverse("datasets:map"), self.filters) if self.family == "datasets" else ""

    @property
    def filters(self):
        return {name: values for name, values in self.applied.given.items() if name not in SHAPING}

    def file_address(self, **changes):
        return join(self.file_path, self.applied.given | {"page": None} | changes)


def label(name):
    return name.replace("__not", " (left out)").replace("_", " ").capitalize()
