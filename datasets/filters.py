"""The one grammar: every parameter that narrows, sorts, pages or shapes a table of records.

Site, API, exports, feeds and the tables inside guides all read their parameters
here. A filter narrows a Selection of the Index where django-filter would narrow a
queryset.
"""

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.functional import cached_property
from django_filters import FilterSet

from datasets.columns import COLUMNS
from datasets.documents import KEYS, moment
from datasets.fields import unknown_parameters
from datasets.hints import Likenesses
from datasets.parameters import (
    FacetFilter,
    NamesFilter,
    OneOfFilter,
    PageFilter,
    RangeFilter,
    SearchFilter,
    SinceFilter,
    UnitFilter,
)

PAGE_SIZE, MOST = 50, 200
FORMATS = ("json", "csv", "ndjson", "bib")
# What shapes a table without changing which records it holds.
SHAPING = ("page", "page_size", "ordering", "columns", "fields", "format")
ORDERINGS = ("name", "year", "size", "updated", "verified", "relevance")


class QueryError(ValueError):
    """A query that cannot be answered. ``errors`` maps parameters to lists of messages."""

    def __init__(self, errors):
        self.errors = errors
        super().__init__(
            "; ".join(f"{name}: {' '.join(messages)}" for name, messages in errors.items())
        )


def day(when):
    return when.date().isoformat()


HIGHEST = 2**63 - 1


def filled(data):
    """The parameters less their empty values, which forms send for what was left empty."""
    kept = QueryDict(mutable=True)
    for name, values in data.lists():
        if values := [value for value in values if value]:
            kept.setlist(name, values)
    return kept


class Query(FilterSet):
    """A grammar of parameters, and one page of what they select.

    Give it a QueryDict and what is to be narrowed: anything that counts itself.
    ``errors`` tells what was wrong, by parameter; ``selection`` applies all that was
    right; ``span()`` says which part of it one page shows.
    """

    def __init__(self, data, selection):
        self.unknown = [name for name in data if name not in self.base_filters]
        self.like = Likenesses()
        data = filled(data)
        # Only the parameters that were given are made into form fields.
        self.base_filters = {
            name: known for name, known in self.base_filters.items() if name in data
        }
        super().__init__(data, queryset=selection)

    def filter_queryset(self, selection):
        """Narrow by every parameter that is right, then sort by ``_ordered``."""
        for name, value in self.right.items():
            selection = self.filters[name].filter(selection, value)
        return self._ordered(selection)

    def _ordered(self, selection):
        raise NotImplementedError

    @cached_property
    def cleaned(self):
        """({parameter: value}, {parameter: errors}) of what was given, read by the fields of the filters.

        A form would do the same, and take most of the time that a query takes.
        """
        values, errors = {}, {}
        for name, known in self.filters.items():
            field = known.field
            try:
                values[name] = field.clean(field.widget.value_from_datadict(self.data, None, name))
            except ValidationError as error:
                errors[name] = error.error_list
        for name, message in self.contradictions(values, errors):
            errors.setdefault(name, []).append(ValidationError(message))
            values.pop(name, None)
        return values, errors

    def contradictions(self, values, errors):
        """Yield (parameter, message) for what one parameter alone cannot tell is right or wrong."""
        return ()

    @cached_property
    def right(self):
        """The cleaned values, by parameter; of a list that is partly unknown, the known ones."""
        values, errors_by_name = self.cleaned
        right = {name: value for name, value in values.items() if value not in (None, "", [])}
        for name, errors in errors_by_name.items():
            for error in errors:
                if getattr(error, "good", None):
                    right[name] = error.good
        return right

    @cached_property
    def selection(self):
        """What the parameters select, wrong ones left out."""
        return self.filter_queryset(self.queryset)

    @cached_property
    def errors(self):
        """What is wrong with the query: messages by parameter, empty if nothing."""
        errors = {
            name: [str(text) for error in found for text in error.messages]
            for name, found in self.cleaned[1].items()
        }
        for name in self.filters:
            if not self._repeatable(name) and len(self.data.getlist(name)) > 1:
                errors.setdefault(name, []).append("Give this parameter once.")
        errors |= unknown_parameters(self.unknown, list(type(self).base_filters))
        return errors | self._page_error(errors)

    def _repeatable(self, name):
        return self.filters[name].many or isinstance(self.filters[name], NamesFilter)

    def _page_error(self, errors):
        if "page" in errors or self.number <= self.pages:
            return {}
        return {
            "page": [
                f"There {'is' if self.pages == 1 else 'are'} only {self.pages} page{'s'[: self.pages != 1]}."
            ]
        }

    def check(self):
        """This query, if nothing is wrong with it.

        Raises QueryError otherwise.
        """
        if self.errors:
            raise QueryError(self.errors)
        return self

    @property
    def number(self):
        """The number of the page that is asked for."""
        return self.right.get("page", 1)

    @property
    def per_page(self):
        return self.right.get("page_size", PAGE_SIZE)

    @cached_property
    def count(self):
        return self.selection.count()

    @property
    def pages(self):
        """How many pages there are: at least one, which may be empty."""
        return max(1, -(-self.count // self.per_page))

    def span(self):
        """(start, stop) of the page within the Selection; beyond the last page, that one."""
        start = (min(self.number, self.pages) - 1) * self.per_page
        return start, start + self.per_page


class RecordFilter(Query):
    """The parameters that datasets and tools share; what they narrow is a Selection."""

    family = None

    slug = FacetFilter("slug")
    slug__not = FacetFilter("slug", leave_out=True)
    modality = FacetFilter("modality")
    modality__not = FacetFilter("modality", leave_out=True)
    anatomy = FacetFilter("anatomy")
    anatomy__not = FacetFilter("anatomy", leave_out=True)
    task = FacetFilter("task")
    task__not = FacetFilter("task", leave_out=True)
    license = FacetFilter("license")
    license__not = FacetFilter("license", leave_out=True)
    license_family = FacetFilter("license_family")
    license_family__not = FacetFilter("license_family", leave_out=True)
    permits = FacetFilter("permits")
    access = FacetFilter("access")
    access__not = FacetFilter("access", leave_out=True)
    host = FacetFilter("host")
    host__not = FacetFilter("host", leave_out=True)
    kind = FacetFilter("kind")
    kind__not = FacetFilter("kind", leave_out=True)
    status = FacetFilter("status")
    status__not = FacetFilter("status", leave_out=True)
    year_min = RangeFilter(
        "First year", "year", "low", least=0, most=9999, help_text="First release in or after it."
    )
    year_max = RangeFilter(
        "Last year", "year", "high", least=0, most=9999, help_text="First release in or before it."
    )
    unit = UnitFilter(
        "Unit", help_text="In which unit a size is meant; with size_min, size_max or ordering=size."
    )
    size_min = RangeFilter(
        "Smallest size",
        "size",
        "low",
        least=0,
        most=HIGHEST,
        help_text="Of the record's first figure in the unit.",
    )
    size_max = RangeFilter(
        "Largest size",
        "size",
        "high",
        least=0,
        most=HIGHEST,
        help_text="Of the record's first figure in the unit.",
    )
    updated_since = SinceFilter(
        "Changed since", "updated", moment, help_text="An ISO date or time."
    )
    verified_since = SinceFilter(
        "Verified since", "verified", day, help_text="An ISO date or time."
    )
    search = SearchFilter(
        "Search", help_text="Words in names, summary, annotations and paper title; prefixes match."
    )
    ordering = OneOfFilter(
        "Order",
        parameter="ordering",
        valid=[f"{sign}{name}" for name in ORDERINGS for sign in ("", "-")],
        help_text="A leading minus sorts descending; unknown comes last either way.",
    )
    page = PageFilter("Page", least=1, most=HIGHEST, help_text="Counted from 1.")
    page_size = PageFilter(
        "Records a page", least=1, most=MOST, help_text=f"{PAGE_SIZE} unless told."
    )
    columns = NamesFilter(
        "Columns",
        parameter="column",
        valid=tuple(COLUMNS),
        help_text=f"Of CSV and tables: {', '.join(COLUMNS)}.",
    )
    fields = NamesFilter(
        "Fields",
        parameter="field",
        valid=tuple(dict.fromkeys(KEYS["datasets"] + KEYS["tools"])),
        help_text="Top-level keys of the document, separated by commas.",
    )
    format = OneOfFilter(
        "Format",
        parameter="format",
        valid=FORMATS,
        help_text="All but json give every page at once.",
    )

    def contradictions(self, values, errors):
        ordering = (values.get("ordering") or "").removeprefix("-")
        if not values.get("unit") and "unit" not in errors:
            for name in ("size_min", "size_max"):
                if values.get(name) is not None:
                    yield name, "A size needs its unit: add unit=patients, for example."
            if ordering == "size":
                yield "ordering", "Sorting by size needs a unit: add unit=patients, for example."
        if ordering == "relevance" and not values.get("search"):
            yield "ordering", "Only a search has relevance: add search=… or sort by another column."

    def _ordered(self, selection):
        name = self.right.get("ordering", "")
        descending, name = name.startswith("-"), name.removeprefix("-")
        if name == "size" and "unit" not in self.right:
            # Its unit is wrong, which is said there.
            descending, name = False, ""
        if name == "relevance" or (not name and "search" in self.right):
            return selection.by_relevance(descending=descending)
        if name == "size":
            # In a unit that is unknown, all sizes are.
            unit = next(iter(self.right.get("unit", [])), None)
            return selection.ordered("size", descending=descending, unit=unit)
        if name:
            return selection.ordered(name, descending=descending)
        if "slug" in self.right:
            # A list picked by hand keeps the order in which it was picked.
            return selection.listed(selection.index.position[slug] for slug in self.right["slug"])
        return selection.ordered("name")


class DatasetFilter(RecordFilter):
    family = "datasets"

    annotation_method = FacetFilter("annotation_method")
    annotation_method__not = FacetFilter("annotation_method", leave_out=True)
    country = FacetFilter("country")
    country__not = FacetFilter("country", leave_out=True)


class ToolFilter(RecordFilter):
    family = "tools"


QUERIES = {query.family: query for query in (DatasetFilter, ToolFilter)}


def read_query(family, data, index):
    """The query that a QueryDict asks of a family (``datasets`` or ``tools``) in an Index."""
    return QUERIES[family](data, index.select(family))
