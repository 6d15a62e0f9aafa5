"""The filters that are on, as chips that take them off."""

from dataclasses import dataclass

from django.utils.formats import date_format

from datasets.facets import FACETS

# A list of records picked by hand is shown one by one up to so many.
PICKED = 6
SINGLE = {
    "search": "Search",
    "year_min": "From year",
    "year_max": "Until year",
    "unit": "Unit",
    "size_min": "At least",
    "size_max": "At most",
    "updated_since": "Changed since",
    "verified_since": "Verified since",
}


@dataclass(frozen=True)
class Chip:
    """A filter in words, and the address without it."""

    parameter: str
    label: str
    value: str
    address: str
    leaves_out: bool = False


def chips(query, state):
    """A chip for each filter that is right, in the order of the query language."""
    found = []
    for parameter in type(query).base_filters:
        if parameter not in query.right:
            continue
        if parameter in SINGLE:
            found.append(single(query, state, parameter))
        elif getattr(query.filters[parameter], "many", False):
            found.extend(repeated(query, state, parameter))
    return found


def single(query, state, parameter):
    return Chip(parameter, SINGLE[parameter], written(query, parameter), without(state, parameter))


def without(state, *parameters):
    """The address without these parameters, and without what means nothing when they are gone."""
    gone = [*parameters]
    if "unit" in parameters:
        gone += ["size_min", "size_max"]
    needs = {"unit": "size", "search": "relevance"}
    if state.one("ordering").removeprefix("-") in {needs.get(name) for name in parameters}:
        gone.append("ordering")
    return state.address(**dict.fromkeys(gone))


def written(query, parameter):
    """The value of a filter in words."""
    value, index = query.right[parameter], query.selection.index
    if parameter == "unit":
        return index.name_of("unit", value[0])
    if parameter.endswith("_since"):
        return date_format(value, "j F Y")
    if parameter in ("size_min", "size_max"):
        unit = query.right.get("unit")
        return f"{value:,} {index.name_of('unit', unit[0])}" if unit else f"{value:,}"
    return str(value)


def repeated(query, state, parameter):
    facet, leaves_out = parameter.removesuffix("__not"), parameter.endswith("__not")
    index, values = query.selection.index, query.right[parameter]
    label = FACETS[facet].label if facet in FACETS else "Record"
    if facet == "slug" and len(values) > PICKED:
        count = f"{len(values)} picked by hand"
        return [Chip(parameter, "Records", count, state.address(**{parameter: None}), leaves_out)]
    given = {value: query.filters[parameter].resolve(value) for value in state.all(parameter)}
    return [
        Chip(
            parameter,
            label,
            index.name_of(facet, value),
            # A former slug stands for the value too.
            state.without(parameter, [text for text, current in given.items() if current == value]),
            leaves_out,
        )
        for value in values
    ]


def said(chips):
    """The chips of one parameter in words."""
    names = ", ".join(chip.value for chip in chips)
    return f"{chips[0].label}: {'not ' if chips[0].leaves_out else ''}{names}"
