"""The page of the map, ready for its template."""

from functools import cached_property

from django.http import QueryDict
from django.urls import reverse

from datasets.atlas.heat import COLUMNS, ROWS, Heat, Largest, Records
from datasets.atlas.timeline import Timeline
from datasets.explorer.chips import chips
from datasets.explorer.page import label
from datasets.explorer.state import State
from datasets.facets import FACETS
from datasets.fields import left_out, short
from datasets.filters import SHAPING, DatasetFilter, read_query
from datasets.hints import shorten

OWN = {
    "by": {"records": "Number of datasets", "size": "Largest size in a unit"},
    "terms": {"top": "Main terms", "all": "All terms"},
}
# Filters that the page has controls for; any other of the query language comes by address.
OFFERED = ("access", "license_family", "permits", "task")


class Atlas:
    """What the template asks; ``data`` are the parameters of the address."""

    def __init__(self, data, index):
        self.index = index
        # What shapes a table has no meaning here, and comes along with an address of the explorer.
        kept = QueryDict(mutable=True)
        for name in data:
            if name not in OWN and name not in SHAPING:
                kept.setlist(name, data.getlist(name))
        self.query = read_query("datasets", kept, index)
        self.selection = self.query.selection
        known = [name for name in (*DatasetFilter.base_filters, *OWN) if name not in SHAPING]
        self.state = State(reverse("datasets:map"), data, known)
        listed = State(reverse("datasets:list"), kept, DatasetFilter.base_filters)
        self.listed = listed.applied(self.query)
        self.by, self.terms = self.own("by"), self.own("terms")
        self.plain = not data

    def own(self, name):
        given = self.state.one(name)
        return given if given in OWN[name] else next(iter(OWN[name]))

    @cached_property
    def messages(self):
        """What is wrong with the address; all that is right in it is applied."""
        found = []
        for name, errors in self.query.errors.items():
            if name in self.query.unknown:
                found.append(left_out(name, *errors))
            else:
                found.extend(f"{label(name)}: {short(message)}" for message in errors)
        for name, choices in OWN.items():
            given = self.state.one(name)
            if given and given not in choices:
                valid = " or ".join(choices)
                found.append(f"“{shorten(given)}” is not a value of “{name}”, which takes {valid}.")
        return found

    @property
    def count(self):
        return self.selection.count()

    @property
    def total(self):
        return self.index.families["datasets"].bit_count()

    @cached_property
    def unit(self):
        """The unit of sizes: the one asked for, or that in which most of the datasets are counted; None without any."""
        asked = self.query.right.get("unit")
        if asked:
            return asked[0]
        return max(self.units, key=self.units.get, default=None)

    @cached_property
    def units(self):
        """{unit: how many of the datasets are counted in it}, in the vocabulary's order."""
        orders, members = self.index.size_orders, self.selection.bits
        counts = {
            unit: (orders[unit].between() & members).bit_count()
            for unit in self.index.values("unit")
            if unit in orders
        }
        return {unit: count for unit, count in counts.items() if count}

    @property
    def unit_name(self):
        return self.unit and self.index.name_of("unit", self.unit)

    @property
    def sized(self):
        return self.by == "size" and self.unit is not None

    @cached_property
    def heat(self):
        measure = Largest(self.selection, self.unit) if self.sized else Records(self.selection)
        chosen = {name: self.query.right.get(name, ()) for name in (ROWS, COLUMNS)}
        return Heat(self.index, measure, chosen, self.terms == "all", self.listed)

    @cached_property
    def timeline(self):
        return Timeline(self.selection, self.unit, self.listed)

    @cached_property
    def chips(self):
        return chips(self.query, self.state)

    @property
    def cleared(self):
        gone = [name for name in self.state.given if name not in OWN]
        return self.state.address(**dict.fromkeys(gone))

    @property
    def explorer(self):
        return self.listed.address()

    # The form

    @property
    def ways(self):
        return self.options("by")

    @property
    def depths(self):
        return self.options("terms")

    def options(self, name):
        chosen = getattr(self, name)
        return [(value, text, value == chosen) for value, text in OWN[name].items()]

    @property
    def unit_options(self):
        """(value, text, whether chosen): the units that occur, and what was asked for."""
        given = self.query.right.get("unit", [None])[0]
        offered = dict.fromkeys([*self.units, *filter(None, [given])])
        return [
            (
                unit,
                f"{self.index.name_of('unit', unit)} ({self.units.get(unit, 0):,})",
                unit == given,
            )
            for unit in offered
        ]

    @cached_property
    def selects(self):
        """(name, label, options) of the filters that hold one value or none; more of them are chips only."""
        return [
            (name, FACETS[name].label, self.values(name))
            for name in OFFERED
            if len(self.query.right.get(name, ())) < 2
        ]

    @property
    def filtered(self):
        """Whether one of these filters is on."""
        return any(self.query.right.get(name) for name, _, _ in self.selects)

    def values(self, name):
        return [
            (value.slug, f"{value.name} ({value.count:,})", value.selected)
            for value in self.selection.facet(name)
            if value.count or value.selected
        ]

    @property
    def carried(self):
        """(name, value) pairs that the form passes on unseen."""
        shown = {*OWN, "unit", *(name for name, _, _ in self.selects)}
        return [
            (name, value)
            for name, values in self.state.given.items()
            if name not in shown
            for value in values
        ]
