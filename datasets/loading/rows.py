"""An entry as rows, and rows as an entry: two directions of one translation.

Empty texts of a row are null in an entry. Lists of terms are sorted, since their order
says nothing; that of sizes, links and evidence does.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from datasets.documents import evidence
from datasets.loading.files import CONFIDENCE
from datasets.models import (
    DATASET_KINDS,
    PERMITS,
    REQUIRES,
    Anatomy,
    Evidence,
    Grant,
    Host,
    License,
    Link,
    Modality,
    Paper,
    Record,
    Relation,
    Size,
)

# Keys that are fields of the same name.
TERM_FIELDS = ("slug", "name", "description", "synonyms", "order")
MORE_TERM_FIELDS = {
    Modality: ("dicom",),
    Anatomy: ("uberon",),
    License: ("spdx", "family", "url"),
    Host: ("url",),
}
RECORD_FIELDS = [
    "slug",
    "name",
    "full_name",
    "aliases",
    "kind",
    "summary",
    "license_name",
    "license_url",
    "access",
    "year",
    "extra",
    "status",
]
DATASET_FIELDS = ("annotations", "annotation_method", "countries", "splits")
TOOL_FIELDS = ("architecture", "trained_on")
PAPER_FIELDS = ("title", "authors", "venue", "year", "doi", "arxiv")
RELATION_FIELDS = ("type", "extent", "remedy", "evidence")
TERM_LISTS = ("modalities", "anatomies", "tasks")
# Lists of rows beside a record: the model and its plain fields.
BESIDE = {
    "sizes": (Size, ("count", "qualifier", "note")),
    "links": (Link, ("kind", "url")),
    "evidence": (
        Evidence,
        ("fact", "source", "checked_on", "value", "leads_because", "seen_on", "confidence"),
    ),
    "grants": (Grant, ("covers", "subset", "url")),
}
# Those that name a term: its key and field.
NAMED = {"sizes": "unit", "grants": "license"}


def term_fields(model):
    return TERM_FIELDS + MORE_TERM_FIELDS.get(model, ())


def record_fields(kind):
    return [*RECORD_FIELDS, *(DATASET_FIELDS if kind in DATASET_KINDS else TOOL_FIELDS)]


# From rows to entries


def said(row, fields):
    return {key: None if getattr(row, key) == "" else getattr(row, key) for key in fields}


def term_entry(term):
    entry = said(term, term_fields(type(term)))
    if isinstance(term, License):
        entry["permits"] = said(term, PERMITS)
        entry["requires"] = said(term, REQUIRES)
    if hasattr(term, "broader"):
        entry["broader"] = slugs(term.broader)
    return entry


def slugs(related):
    return sorted(term.slug for term in related.all())


def record_entry(record):
    """A record fetched ``with_facts()``, as an entry."""
    entry = said(record, record_fields(record.kind))
    entry |= {key: slugs(getattr(record, key)) for key in TERM_LISTS}
    entry |= {key: [beside_entry(key, row) for row in getattr(record, key).all()] for key in BESIDE}
    return entry | {
        "license": record.license.slug,
        "host": record.host and record.host.slug,
        "paper": record.paper and paper_entry(record.paper),
        "confidence": {key: getattr(record, f"confidence_{key}") or None for key in CONFIDENCE},
        "replaced_by": record.replaced_by and record.replaced_by.slug,
    }


def beside_entry(key, row):
    if key == "evidence":
        return evidence_entry(evidence(row))
    entry = said(row, BESIDE[key][1])
    return entry | {NAMED[key]: getattr(row, NAMED[key]).slug} if key in NAMED else entry


def evidence_entry(said):
    """Evidence as briefly as it can be said: a source alone, or an object with what else is known."""
    known = {key: value for key, value in said.items() if value}
    if set(known) == {"source"}:
        return known["source"]
    return dict.fromkeys(("fact", "source", "checked_on")) | known


def paper_entry(paper):
    return said(paper, PAPER_FIELDS)


def relation_entry(relation):
    """A relation fetched with both its records, as an entry."""
    return said(relation, RELATION_FIELDS) | {
        "subject": relation.subject.slug,
        "object": relation.object.slug,
    }


# From entries to rows


def values(model, entry, fields):
    """Field values; what is null in an entry and never null in the column is empty there."""
    return {
        key: "" if entry[key] is None and not model._meta.get_field(key).null else entry[key]
        for key in fields
    }


def term_values(model, entry):
    fields = values(model, entry, term_fields(model))
    if model is License:
        fields |= entry["permits"] | entry["requires"]
    return fields


def record_values(entry):
    return values(Record, entry, record_fields(entry["kind"])) | {
        f"confidence_{key}": entry["confidence"][key] or "" for key in CONFIDENCE
    }


def paper_values(entry):
    return values(Paper, entry, PAPER_FIELDS)


def relation_values(entry):
    return values(Relation, entry, RELATION_FIELDS)


def beside_rows(key, items, term_id=None, **record):
    """Unsaved rows of one list; ``term_id`` gives the id for the slug that an item names."""
    model, fields = BESIDE[key]
    rows = []
    for order, item in enumerate(items):
        if isinstance(item, str):
            item = {"source": item}
        item = dict.fromkeys((*fields, "part", "checked_by")) | item
        row = model(**values(model, item, fields), **record)
        if model is not Grant:
            row.order = order
        if model is Evidence:
            place_evidence(row, item["part"], item["checked_by"], term_id)
        if term_id and key in NAMED:
            setattr(row, f"{NAMED[key]}_id", term_id(NAMED[key], item[NAMED[key]]))
        rows.append(row)
    return rows


def place_evidence(row, part, role, term_id):
    """Say which size or link the evidence is about, and in which role somebody checked it."""
    row.checked_role = role or ""
    if row.fact == "sizes":
        row.unit_id = term_id("unit", part) if part and term_id else None
    else:
        row.link = part or ""


@dataclass
class Names:
    """Which thing a slug of a namespace leads to: from the table of slugs, and from the files."""

    owners: dict = field(default_factory=lambda: defaultdict(dict))
    current: dict = field(default_factory=lambda: defaultdict(dict))
    # Slugs that an entry of the files may name although nothing has them yet.
    coming: dict = field(default_factory=lambda: defaultdict(set))

    def note(self, namespace, slug, object_id, current):
        self.owners[namespace][slug] = object_id
        if current:
            self.current[namespace][object_id] = slug

    def knows(self, namespace, slug):
        return slug in self.owners[namespace] or slug in self.coming[namespace]

    def known(self, namespace):
        return sorted({*self.owners[namespace], *self.coming[namespace]})

    def id(self, namespace, slug):
        """The id of the thing, or None if it was deleted or is not yet there."""
        return self.owners[namespace].get(slug)

    def was_deleted(self, namespace, slug):
        return slug in self.owners[namespace] and self.owners[namespace][slug] is None

    def now(self, namespace, slug):
        """The current slug of the thing; None if it was deleted."""
        if slug is None or self.was_deleted(namespace, slug):
            return None
        return self.current[namespace].get(self.owners[namespace].get(slug), slug)


TERM_KEYS = {"modalities": "modality", "anatomies": "anatomy", "tasks": "task"}


def settled(namespace, entry, names):
    """The entry with current slugs and without what was deleted here, to be compared with rows."""

    def now_all(of, found):
        return sorted({names.now(of, slug) for slug in found} - {None})

    entry = dict(entry)
    if namespace == "relation":
        for end in ("subject", "object"):
            entry[end] = names.now("record", entry[end])
        return entry
    entry["slug"] = names.now(namespace, entry["slug"])
    if namespace != "record":
        if "broader" in entry:
            # Terms that were merged since are no longer above one another.
            broader = now_all(namespace, entry["broader"])
            entry["broader"] = [slug for slug in broader if slug != entry["slug"]]
        return entry
    for key, of in TERM_KEYS.items():
        entry[key] = now_all(of, entry[key])
    for key, of in (("license", "license"), ("host", "host"), ("replaced_by", "record")):
        entry[key] = names.now(of, entry[key])
    if entry["replaced_by"] == entry["slug"]:
        entry["replaced_by"] = None
    for key, of in NAMED.items():
        items = [item | {of: names.now(of, item[of])} for item in entry[key]]
        entry[key] = [item for item in items if item[of]]
    entry["grants"].sort(key=lambda grant: (grant["covers"], grant["subset"] or ""))
    entry["evidence"] = [
        item if isinstance(item, str) else settled_evidence(item, names)
        for item in entry["evidence"]
    ]
    return entry


def settled_evidence(item, names):
    if of_unit(item):
        item = item | {"part": names.now("unit", item["part"])}
    return evidence_entry(item)


def of_unit(item):
    """Whether evidence of a file is about the size in one unit."""
    return isinstance(item, dict) and item.get("fact") == "sizes" and bool(item.get("part"))


def references(entry):
    """(path, namespace, slug) for everything that an entry names."""
    data = entry.data
    if entry.namespace == "relation":
        return [(end, "record", data[end]) for end in ("subject", "object")]
    found = [("broader", entry.namespace, slug) for slug in data.get("broader", ())]
    if entry.namespace == "record":
        found += [(key, of, slug) for key, of in TERM_KEYS.items() for slug in data[key]]
        found.append(("license", "license", data["license"]))
        found += [("host", "host", data["host"])] * bool(data["host"])
        found += [("replaced_by", "record", data["replaced_by"])] * bool(data["replaced_by"])
        found += [
            (f"evidence[{number}].part", "unit", item["part"])
            for number, item in enumerate(data["evidence"], 1)
            if of_unit(item)
        ]
        for key, of in NAMED.items():
            found += [
                (f"{key}[{number}].{of}", of, item[of]) for number, item in enumerate(data[key], 1)
            ]
    return found
