"""The query language once more, slowly: from stored documents and term rows, without the Index.

Kept apart from the code it judges: nothing here comes from datasets.index, facets or words.
"""

import re
import unicodedata
from datetime import UTC, date, datetime
from functools import cached_property

import pycountry
import snowballstemmer

from datasets.documents import loads
from datasets.models import (
    VOCABULARIES,
    Access,
    AnnotationMethod,
    Document,
    Kind,
    LicenseFamily,
    Slug,
    Status,
)
from datasets.spelling import respellings

KINDS = {"datasets": {"dataset", "collection"}, "tools": {"tool", "model"}}
CLOSED = {
    "access": Access,
    "annotation_method": AnnotationMethod,
    "kind": Kind,
    "license_family": LicenseFamily,
    "status": Status,
}
USES = ["commercial_use", "redistribution", "derivatives"]
# The facets in the order in which readers see them.
FACETS = [
    "modality",
    "anatomy",
    "task",
    "license_family",
    "license",
    "permits",
    "access",
    "host",
    "kind",
    "annotation_method",
    "country",
    "status",
]  # noqa: SIM905
ONLY_DATASETS = {"annotation_method", "country"}

porter = snowballstemmer.stemmer("porter").stemWord


class Catalogue:
    """All documents and terms of a database, read once."""

    def __init__(self):
        rows = Document.objects.order_by("record__slug").values_list("text", "published")
        self.documents = [loads(text) for text, published in rows if published]
        self.hidden = [loads(text) for text, published in rows if not published]
        self.terms, self.broader = {}, {}
        # Slow is good enough, but a thousand queries are asked of it.
        self.kept = {}
        for model in VOCABULARIES:
            rows = {row.pk: row for row in model.objects.all()}
            ordered = sorted(rows.values(), key=lambda row: (row.order, row.name, row.slug))
            self.terms[model.namespace] = {row.slug: row.name for row in ordered}
            if hasattr(model, "broader"):
                self.broader[model.namespace] = {
                    row.slug: [term.slug for term in row.broader.all()] for row in ordered
                }
        self.former = list(
            Slug.objects.filter(current=False, object_id__isnull=False).values_list(
                "namespace", "slug", "object_id"
            )
        )
        self.current = {
            (namespace, pk): slug
            for namespace, pk, slug in Slug.objects.filter(current=True).values_list(
                "namespace", "object_id", "slug"
            )
        }

    def family(self, family):
        return [d for d in self.documents if d["kind"] in KINDS[family]]

    @cached_property
    def renamed(self):
        """{(namespace, former slug): current slug}"""
        return {
            (namespace, slug): self.current[namespace, pk] for namespace, slug, pk in self.former
        }

    def today(self, facet, value):
        """The slug that a value stands for now."""
        return self.renamed.get(("record" if facet == "slug" else facet, value), value)

    def named(self, facet):
        """{value: name} of a facet, in order."""
        if facet in self.terms:
            return self.terms[facet]
        if facet == "country":
            return {
                c.alpha_2: getattr(c, "common_name", None) or c.name for c in pycountry.countries
            }
        if facet == "permits":
            return {use: use.replace("_", " ").capitalize() for use in USES}
        return dict(CLOSED[facet].choices)

    def above(self, facet, slug):
        """The term and all broader ones."""
        found = {slug}
        for broad in self.broader.get(facet, {}).get(slug, ()):
            found |= self.above(facet, broad)
        return found

    def has(self, document, facet):
        """The values of the facet under which a reader expects the record."""
        key = document["slug"], facet
        if key not in self.kept:
            self.kept[key] = self.values(document, facet)
        return self.kept[key]

    def values(self, document, facet):
        match facet:
            case "slug" | "kind" | "status":
                return {document[facet]}
            case "modality" | "anatomy" | "task":
                key = {"modality": "modalities", "anatomy": "anatomies", "task": "tasks"}[facet]
                terms = [term["slug"] for term in document[key]]
                return set().union(*(self.above(facet, slug) for slug in terms))
            case "license" | "access":
                return {document[facet]["slug"]}
            case "host":
                return {document["host"]["slug"]} if document["host"] else set()
            case "license_family":
                return {document["license"]["family"]}
            case "permits":
                return {use for use in USES if document["license"]["permits"][use] is True}
            case "annotation_method":
                return {document.get("annotation_method")} - {None}
            case "country":
                return set(document.get("countries", []))

    # Matching

    def matches(self, document, query, without=None):
        """Whether the record is in the answer; ``without`` leaves one parameter out."""
        return all(
            self.obeys(document, name, values, query)
            for name, values in query.items()
            if name != without
        )

    def obeys(self, document, name, values, query):
        match name:
            case "year_min":
                return document["year"] is not None and document["year"] >= int(values[0])
            case "year_max":
                return document["year"] is not None and document["year"] <= int(values[0])
            case "size_min":
                size = first_size(document, self.unit(query))
                return size is not None and size >= int(values[0])
            case "size_max":
                size = first_size(document, self.unit(query))
                return size is not None and size <= int(values[0])
            case "updated_since":
                return datetime.fromisoformat(document["updated_at"]) >= moment(values[0])
            case "verified_since":
                seen = document["verified_on"]
                return seen is not None and date.fromisoformat(seen) >= moment(values[0]).date()
            case "search":
                return self.finds(document, values[0])
            case "unit" | "ordering" | "page" | "page_size" | "columns" | "fields" | "format":
                return True
        facet = name.removesuffix("__not")
        has = self.has(document, facet)
        wanted = {self.today(facet, value) for value in values}
        if facet == "permits":
            return wanted <= has
        return not wanted & has if name.endswith("__not") else bool(wanted & has)

    def words(self, document):
        """{word: stem} of all words by which the record can be found."""
        key = document["slug"], "words"
        if key not in self.kept:
            self.kept[key] = {word: porter(word) for word in findable(document)}
        return self.kept[key]

    def finds(self, document, search):
        """Whether each word, or another spelling of it, begins a word of the record, or has the same stem as one."""
        known, wanted = self.words(document), words(search)
        return bool(wanted) and all(
            porter(asked) in known.values()
            or any(word.startswith((asked, *respellings(asked))) for word in known)
            for asked in wanted
        )

    def unit(self, query):
        return self.today("unit", query["unit"][0])

    def select(self, family, query):
        """The documents of the answer, in order (of a ranked one: by name)."""
        found = [d for d in self.family(family) if self.matches(d, query)]
        ordering = query.get("ordering", [""])[0]
        name, descending = ordering.removeprefix("-"), ordering.startswith("-")
        if not name and "slug" in query and "search" not in query:
            picked = list(dict.fromkeys(self.today("slug", slug) for slug in query["slug"]))
            return sorted(found, key=lambda d: picked.index(d["slug"]))
        value = {
            "year": lambda d: d["year"],
            "size": lambda d: first_size(d, self.unit(query)),
            "updated": lambda d: d["updated_at"],
            "verified": lambda d: d["verified_on"],
        }.get(name, lambda d: "".join(plain(d["name"])))
        found.sort(key=lambda d: d["slug"])
        known = [d for d in found if value(d) is not None]
        return sorted(known, key=value, reverse=descending) + [d for d in found if value(d) is None]

    def facets(self, family, query):
        """{facet: [(value, name, count, selected)]}"""
        counted = {}
        for facet in FACETS:
            if facet in ONLY_DATASETS and family == "tools":
                continue
            others = [
                self.has(d, facet)
                for d in self.family(family)
                if self.matches(d, query, without=facet)
            ]
            anywhere = set().union(*(self.has(d, facet) for d in self.family(family)))
            chosen = {self.today(facet, value) for value in query.get(facet, ())}
            counted[facet] = [
                (value, name, sum(value in has for has in others), value in chosen)
                for value, name in self.named(facet).items()
                if value in anywhere | chosen
            ]
        return counted


def first_size(document, unit):
    return next((size["count"] for size in document["sizes"] if size["unit"] == unit), None)


def moment(text):
    when = datetime.fromisoformat(text)
    return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)


def plain(text):
    """The letters without accents, in lower case."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return [letter for letter in apart if not unicodedata.category(letter).startswith("M")]


def words(text):
    return "".join(c if c.isalnum() else " " for c in plain(text or "")).split()


def findable(document):
    """All words by which a record can be found."""
    names = [document["name"], *document["aliases"]]
    texts = [
        *names,
        document["full_name"],
        document["summary"],
        document.get("annotations"),
        (document["paper"] or {}).get("title"),
    ]
    found = {word for text in texts for word in words(text)}
    for name in names:
        # LUNA16 is found as “LUNA 16”, and “LUNA 16” as LUNA16.
        found.add("".join(words(name)))
        found.update(part for word in words(name) for part in re.findall(r"\d+|\D+", word))
    return found
