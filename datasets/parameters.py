"""The parameters of the query language: each is a django-filter Filter that narrows a Selection."""

from django.utils.functional import cached_property
from django_filters import Filter

from datasets.facets import COUNTRIES, FACETS
from datasets.fields import (
    SEARCH_LENGTH,
    MomentField,
    NamesField,
    OneOfField,
    OneUnitField,
    SearchField,
    ValuesField,
    WholeField,
)
from datasets.index import FAMILIES


class RecordsFilter(Filter):
    """A parameter. ``describe()`` is its JSON Schema, for the API's description."""

    many = False
    form_field = None

    def __init__(self, label, *, help_text="", **kwargs):
        super().__init__(label=label, help_text=help_text)
        self.options = kwargs
        if self.form_field:
            # It asks the query for nothing, so that one will do for all of them.
            self.field = self.form_field(**kwargs, label=label)

    def __deepcopy__(self, memo):
        # A query copies its filters to tie them to itself; what they are made of never changes.
        copied = object.__new__(type(self))
        copied.__dict__.update(self.__dict__)
        if not self.form_field:
            copied.__dict__.pop("field", None)
        return copied

    @property
    def index(self):
        return self.parent.queryset.index

    @cached_property
    def field(self):
        return self.make_field()

    def filter(self, selection, value):
        return selection

    def describe(self):
        return {"type": "string"}


class FacetFilter(RecordsFilter):
    """Repeated values are alternatives (with ``permits``: all are needed); terms include narrower ones."""

    many = True

    def __init__(self, facet, *, leave_out=False):
        described = "leaves these out" if leave_out else "repeat for alternatives"
        if facet == "permits":
            described = "repeat to ask for all of them; unknown never counts as permitted"
        label = FACETS[facet].label if facet in FACETS else "Slug"
        super().__init__(label, help_text=f"{label}: {described}.")
        self.facet, self.leave_out = facet, leave_out

    def make_field(self):
        return ValuesField(
            parameter=self.facet,
            resolve=self.resolve,
            valid=self.valid,
            like=self.parent.like,
            label=self.label,
        )

    def resolve(self, value):
        found = self.index.resolve(self.facet, value)
        return found if self.facet != "kind" or found in FAMILIES[self.parent.family] else None

    def valid(self):
        values = self.index.values(self.facet)
        return values if self.facet != "kind" else list(filter(self.resolve, values))

    def filter(self, selection, value):
        return selection.having(self.facet, value, leave_out=self.leave_out) if value else selection

    def describe(self):
        facet = FACETS.get(self.facet)
        closed = (
            list(facet.names) if facet and facet.names and facet.names is not COUNTRIES else None
        )
        if self.facet == "kind":
            closed = list(FAMILIES["datasets"] + FAMILIES["tools"])
        return {"type": "array", "items": {"type": "string"} | ({"enum": closed} if closed else {})}


class RangeFilter(RecordsFilter):
    """One end of a range, both ends included."""

    form_field = WholeField

    def __init__(self, label, name, end, **kwargs):
        super().__init__(label, **kwargs)
        self.name, self.end = name, end

    def filter(self, selection, value):
        if value is None:
            return selection
        unit = self.parent.cleaned[0].get("unit")
        if self.name == "size" and not unit:
            return selection
        return selection.between(self.name, **{self.end: value}, unit=unit and unit[0])

    def describe(self):
        return {
            "type": "integer",
            "minimum": self.options["least"],
            "maximum": self.options["most"],
        }


class SinceFilter(RecordsFilter):
    form_field = MomentField

    def __init__(self, label, name, written, **kwargs):
        super().__init__(label, **kwargs)
        self.name, self.written = name, written

    def filter(self, selection, value):
        return selection.between(self.name, low=self.written(value)) if value else selection


class UnitFilter(RecordsFilter):
    """Says in which unit a size is meant; it narrows nothing by itself."""

    def make_field(self):
        return OneUnitField(
            parameter="unit",
            resolve=lambda value: self.index.resolve("unit", value),
            valid=lambda: self.index.values("unit"),
            label=self.label,
        )


class SearchFilter(RecordsFilter):
    form_field = SearchField

    def filter(self, selection, value):
        return selection.search(value) if value else selection

    def describe(self):
        return {"type": "string", "maxLength": SEARCH_LENGTH}


class NamesFilter(RecordsFilter):
    """Names of columns or keys: they shape the answer and narrow nothing."""

    form_field = NamesField

    def describe(self):
        return {"type": "string"}


class OneOfFilter(RecordsFilter):
    form_field = OneOfField

    def describe(self):
        return {"type": "string", "enum": list(self.options["valid"])}


class PageFilter(RecordsFilter):
    form_field = WholeField

    def describe(self):
        return {
            "type": "integer",
            "minimum": self.options["least"],
            "maximum": self.options["most"],
        }
