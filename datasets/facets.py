"""What a catalogue can be filtered by: for each facet, the values that a document has."""

from collections.abc import Callable
from dataclasses import dataclass

import pycountry

from datasets.models import (
    PERMITS,
    Access,
    Anatomy,
    AnnotationMethod,
    Host,
    Kind,
    License,
    LicenseFamily,
    Modality,
    Status,
    Task,
    Unit,
)

COUNTRIES = {
    country.alpha_2: getattr(country, "common_name", country.name)
    for country in pycountry.countries
}


@dataclass(frozen=True)
class Facet:
    """A query parameter whose values are counted.

    ``values`` reads them from a document. ``vocabulary`` is the model of its
    terms, or ``names`` maps each value of a closed set to its name.
    """

    name: str
    label: str
    values: Callable
    vocabulary: type | None = None
    names: dict | None = None
    all_of: bool = False
    tools: bool = True


def slugs(key):
    return lambda document: [term["slug"] for term in document[key]]


def slug(key):
    return lambda document: [document[key]["slug"]] if document[key] else []


def text(key):
    return lambda document: [document[key]] if document.get(key) else []


def named(choices):
    return dict(choices.choices)


FACETS = {
    facet.name: facet
    for facet in (
        Facet("modality", "Modality", slugs("modalities"), Modality),
        Facet("anatomy", "Anatomy", slugs("anatomies"), Anatomy),
        Facet("task", "Task", slugs("tasks"), Task),
        Facet(
            "license_family",
            "Licence family",
            lambda d: [d["license"]["family"]],
            names=named(LicenseFamily),
        ),
        Facet("license", "Licence", slug("license"), License),
        Facet(
            "permits",
            "Licence permits",
            lambda d: [use for use, allowed in d["license"]["permits"].items() if allowed],
            names=PERMITS,
            all_of=True,
        ),
        Facet("access", "Access", slug("access"), names=named(Access)),
        Facet("host", "Host", slug("host"), Host),
        Facet("kind", "Kind", text("kind"), names=named(Kind)),
        Facet(
            "annotation_method",
            "Annotation method",
            text("annotation_method"),
            names=named(AnnotationMethod),
            tools=False,
        ),
        Facet("country", "Country", lambda d: d.get("countries", []), names=COUNTRIES, tools=False),
        Facet("status", "Status", text("status"), names=named(Status)),
    )
}
# Vocabularies without a facet of their own: a unit says how to read a size.
TERMS = {facet.name: facet.vocabulary for facet in FACETS.values() if facet.vocabulary} | {
    "unit": Unit
}


def facets_of(family):
    """The facets that ``datasets`` or ``tools`` have, by name."""
    return {name: facet for name, facet in FACETS.items() if facet.tools or family == "datasets"}
