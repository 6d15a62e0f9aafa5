"""The cells of the table, as HTML."""

from datetime import date
from html import escape

from django.utils.formats import date_format
from django.utils.safestring import mark_safe

from datasets.columns import COLUMNS
from datasets.facets import FACETS
from datasets.models import AnnotationMethod, LicenseFamily, Status

QUALIFIERS = {
    "exact": "",
    # The sign is for the eye; a screen reader would skip it or read something else.
    "at-least": '<span aria-hidden="true">≥ </span><span class="visually-hidden">at least </span>',
    "about": "about ",
}
STATUSES = dict(Status.choices)
FAMILIES = dict(LicenseFamily.choices)
METHODS = dict(AnnotationMethod.choices)
NOTHING = '<span class="nothing">—<span class="visually-hidden">not stated</span></span>'
# In these columns text runs on; the style sheet gives them room.
PROSE = {"annotations", "summary", "architecture", "trained_on"}


class Cells:
    """Writes the rows of one answer: ``state`` is where its term links start, ``unit`` the unit asked for."""

    def __init__(self, index, columns, state, unit):
        self.units = index.terms["unit"]
        self.unit = unit
        self.beginnings = {
            name: escape(state.beginning(name)) for name in columns if name in FACETS
        }
        # Few terms stand in many rows.
        self.links = {}
        self.columns = [self.column(COLUMNS[name]) for name in columns]

    def row(self, document):
        """The cells of a record."""
        return mark_safe(
            "".join(
                f"{before}{content(document) or NOTHING}{after}"
                for before, content, after in self.columns
            )
        )

    def column(self, column):
        """What stands before a cell's content, what writes that of a document, and what stands after it."""
        content = getattr(self, column.name, None) or (
            lambda document: escape(column.text(document))
        )
        if column.name == "name":
            return '<th scope="row" role="rowheader" class="cell-name">', content, "</th>"
        kind = " prose" if column.name in PROSE else ""
        opening = f'<td role="cell" class="cell-{column.name}{kind}" data-label="{column.label}">'
        return opening, content, "</td>"

    def name(self, document):
        link = f'<a href="{escape(document["url"])}">{escape(document["name"])}</a>'
        if document["status"] == "active":
            return link
        return f'{link} <span class="badge status">{STATUSES[document["status"]]}</span>'

    def terms(self, facet, terms):
        return ", ".join([self.term(facet, term) for term in terms])

    def term(self, facet, term):
        link = self.links.get((facet, term["slug"]))
        if link is None:
            address = f"{self.beginnings[facet]}{term['slug']}"
            link = f'<a href="{address}">{escape(term["name"])}</a>'
            self.links[facet, term["slug"]] = link
        return link

    def modality(self, document):
        return self.terms("modality", document["modalities"])

    def anatomy(self, document):
        return self.terms("anatomy", document["anatomies"])

    def task(self, document):
        return self.terms("task", document["tasks"])

    def host(self, document):
        return document["host"] and self.terms("host", [document["host"]])

    def size(self, document):
        sizes = document["sizes"]
        if self.unit:
            sizes = [size for size in sizes if size["unit"] == self.unit]
        if not sizes:
            return ""
        size = sizes[0]
        unit = self.units[size["unit"]].name if size["unit"] in self.units else size["unit"]
        # Small, so that it stays whole in its column.
        long = " count-long" if size["count"] >= 10_000_000 else ""
        return (
            f'{QUALIFIERS[size["qualifier"]]}<span class="count{long}">{size["count"]:,}</span> '
            f'<span class="unit">{escape(unit)}</span>'
        )

    def license(self, document):
        license = document["license"]
        label = document["license_name"] or license["spdx"] or license["name"]
        family = FAMILIES[license["family"]]
        # Which family it is stands in words too: neither its colour nor every licence's name says it.
        said = f' <small class="muted family">{family}</small>' if family != label else ""
        return (
            f'<a class="badge" data-family="{license["family"]}" '
            f'href="{self.beginnings["license"]}{license["slug"]}">{escape(label)}</a>{said}'
        )

    def access(self, document):
        access = document["access"]
        return (
            f'<a class="badge" data-access="{access["slug"]}" '
            f'href="{self.beginnings["access"]}{access["slug"]}">{escape(access["name"])}</a>'
        )

    def annotation_method(self, document):
        method = document.get("annotation_method")
        if not method:
            return ""
        beginning = self.beginnings["annotation_method"]
        return f'<a href="{beginning}{method}">{escape(METHODS[method])}</a>'

    def verified(self, document):
        day = document["verified_on"]
        if not day:
            return '<span class="nothing">Not yet verified</span>'
        return f'<time datetime="{day}">{date_format(date.fromisoformat(day), "j M Y")}</time>'
