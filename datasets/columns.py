"""The columns of a table: their names in a query, their headings, and each cell as text."""

from collections.abc import Callable
from dataclasses import dataclass

from datasets.models import Kind


@dataclass(frozen=True)
class Column:
    """``text`` gives a document's cell as plain text; ``ordering`` is how the table sorts by it, if it can.

    ``family`` is the only one whose documents have it: ``datasets``, ``tools``, or None for both.
    """

    name: str
    label: str
    text: Callable
    ordering: str | None = None
    family: str | None = None


def names(key):
    return lambda document: "; ".join(term["name"] for term in document[key])


def name(key):
    return lambda document: document[key]["name"] if document[key] else ""


def plain(key):
    return lambda document: str(document.get(key) or "")


def headline_size(document):
    """The first figure, as ``count unit``."""
    sizes = document["sizes"]
    return f"{sizes[0]['count']} {sizes[0]['unit']}" if sizes else ""


COLUMNS = {
    column.name: column
    for column in (
        Column("name", "Name", plain("name"), "name"),
        Column("kind", "Kind", lambda document: Kind(document["kind"]).label),
        Column("modality", "Modality", names("modalities")),
        Column("anatomy", "Anatomy", names("anatomies")),
        Column("task", "Task", names("tasks")),
        Column("size", "Size", headline_size, "size"),
        Column("annotations", "Annotations", plain("annotations"), family="datasets"),
        Column(
            "annotation_method", "Annotation method", plain("annotation_method"), family="datasets"
        ),
        Column("license", "Licence", name("license")),
        Column("access", "Access", name("access")),
        Column("host", "Host", name("host")),
        Column("year", "Year", plain("year"), "year"),
        Column("summary", "Summary", plain("summary")),
        Column("architecture", "Architecture", plain("architecture"), family="tools"),
        Column("trained_on", "Trained on", plain("trained_on"), family="tools"),
        Column("verified", "Verified", plain("verified_on"), "verified"),
    )
}
DEFAULT_COLUMNS = {
    "datasets": [
        "name",
        "modality",
        "anatomy",
        "task",
        "size",
        "license",
        "access",
        "host",
        "year",
    ],
    "tools": ["name", "summary", "task", "license", "host", "year"],
}
