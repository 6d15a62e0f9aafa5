"""A record as its public JSON document: written here and nowhere else.

The API serves it, exports write it, revisions freeze it, diffs compare it.
"""

from collections import defaultdict
from datetime import UTC

import orjson
from django.db.models import F

from datasets.models import PERMITS, REQUIRES, Record, Relation, RelationType
from datasets.models.choices import Access

CHUNK = 500
# What a list leaves out unless it is asked for.
HEAVY = ("relations", "evidence", "grants", "extra")
# The keys of a document, in the order that readers are promised.
_BEGIN = [
    "slug",
    "name",
    "full_name",
    "aliases",
    "kind",
    "summary",
    "url",
    "modalities",
    "anatomies",
    "tasks",
    "sizes",
]
_MIDDLE = [
    "license",
    "license_name",
    "license_url",
    "grants",
    "access",
    "host",
    "links",
    "paper",
    "year",
]
_END = [
    "extra",
    "relations",
    "evidence",
    "confidence",
    "status",
    "replaced_by",
    "verified_on",
    "created_at",
    "updated_at",
    "version",
]
KEYS = {
    "datasets": [
        *_BEGIN,
        "annotations",
        "annotation_method",
        *_MIDDLE,
        "countries",
        "splits",
        *_END,
    ],
    "tools": [*_BEGIN, "architecture", "trained_on", *_MIDDLE, *_END],
}


def build_all(record_ids):
    """Yield (record, document) for each of these ids, in chunks: queries do not grow with rows."""
    ids = sorted(record_ids)
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        edges = public_edges(chunk)
        for record in Record.objects.filter(pk__in=chunk).with_facts().order_by("pk"):
            yield record, build(record, edges[record.pk])


def build(record, edges):
    """The document of a record fetched ``with_facts()``; keys stand in the order of KEYS."""
    document = {
        "slug": record.slug,
        "name": record.name,
        "full_name": record.full_name or None,
        "aliases": record.aliases,
        "kind": record.kind,
        "summary": record.summary,
        "url": record.get_absolute_url(),
        "modalities": terms(record.modalities),
        "anatomies": terms(record.anatomies),
        "tasks": terms(record.tasks),
        "sizes": [size(row) for row in record.sizes.all()],
    }
    if record.is_tool:
        document |= {
            "architecture": record.architecture or None,
            "trained_on": record.trained_on or None,
        }
    else:
        document |= {
            "annotations": record.annotations or None,
            "annotation_method": record.annotation_method or None,
        }
    document |= {
        "license": license_document(record.license),
        "license_name": record.license_name or None,
        "license_url": record.license_url or None,
        "grants": [grant(row) for row in record.grants.all()],
        "access": {"slug": record.access, "name": Access(record.access).label},
        "host": record.host and reference(record.host, url=record.host.url or None),
        "links": [{"kind": link.kind, "url": link.url} for link in record.links.all()],
        "paper": record.paper and paper(record.paper),
        "year": record.year,
    }
    if not record.is_tool:
        document |= {"countries": record.countries, "splits": record.splits or None}
    replaced_by = record.replaced_by
    return document | {
        "extra": record.extra,
        "relations": edges,
        "evidence": [evidence(row) for row in record.evidence.all()],
        "confidence": {
            "url": record.confidence_url or None,
            "license": record.confidence_license or None,
            "sizes": record.confidence_sizes or None,
        },
        "status": record.status,
        "replaced_by": replaced_by.slug if replaced_by and replaced_by.published else None,
        "verified_on": record.verified_on and record.verified_on.isoformat(),
        "created_at": moment(record.created_at),
        "updated_at": moment(record.updated_at),
        "version": record.version,
    }


def reference(term, **more):
    return {"slug": term.slug, "name": term.name, **more}


def terms(related):
    return [
        reference(term)
        for term in sorted(related.all(), key=lambda term: (term.order, term.name, term.slug))
    ]


def size(row):
    return {
        "count": row.count,
        "unit": row.unit.slug,
        "qualifier": row.qualifier,
        "note": row.note or None,
    }


def license_document(row):
    return reference(
        row,
        spdx=row.spdx or None,
        url=row.url or None,
        family=row.family,
        permits={use: getattr(row, use) for use in PERMITS},
        requires={duty: getattr(row, duty) for duty in REQUIRES},
    )


def grant(row):
    return {
        "license": reference(row.license),
        "covers": row.covers,
        "subset": row.subset or None,
        "url": row.url or None,
    }


def paper(row):
    return {
        "title": row.title,
        "authors": row.authors or None,
        "venue": row.venue or None,
        "year": row.year,
        "doi": row.doi or None,
        "arxiv": row.arxiv or None,
    }


def evidence(row):
    return {
        "fact": row.fact or None,
        "source": row.source,
        "checked_on": row.checked_on and row.checked_on.isoformat(),
        "part": row.part,
        "value": row.value or None,
        "leads_because": row.leads_because or None,
        "seen_on": row.seen_on and row.seen_on.isoformat(),
        "checked_by": row.checked_role or None,
        "confidence": row.confidence or None,
    }


def moment(when):
    """A time in UTC, always as long, so that texts sort as the times do."""
    return when.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def public_edges(record_ids):
    """Per record id, its relations to published records: those it states first, then those that name it."""
    edges = defaultdict(list)
    types = list(RelationType)
    for here, there, label in (
        ("subject", "object", lambda kind: kind.label),
        ("object", "subject", lambda kind: kind.inverse),
    ):
        rows = Relation.objects.filter(
            **{f"{here}__in": record_ids, f"{there}__published": True}
        ).values("type", "extent", "remedy", "evidence", here=F(here), **other_end(there))
        for row in sorted(rows, key=lambda row: (types.index(row["type"]), row["slug"])):
            edges[row["here"]].append(
                {
                    "type": row["type"],
                    "label": label(RelationType(row["type"])),
                    "slug": row["slug"],
                    "name": row["name"],
                    "kind": row["kind"],
                    "extent": row["extent"] or None,
                    "remedy": row["remedy"] or None,
                    "evidence": row["evidence"],
                }
            )
    return edges


def other_end(end):
    return {key: F(f"{end}__{key}") for key in ("slug", "name", "kind")}


def light(document):
    """What a list shows of a document."""
    shown = document.copy()
    for key in HEAVY:
        shown.pop(key, None)
    return shown


def dumps(document):
    """The document as text, in UTF-8 and without white space; keys keep their order."""
    return orjson.dumps(document).decode()


def loads(text):
    return orjson.loads(text)


def term(row):
    """The public document of a vocabulary's term, without its place in the tree."""
    document = {
        "slug": row.slug,
        "name": row.name,
        "description": row.description or None,
        "synonyms": row.synonyms,
    }
    match row.namespace:
        case "modality":
            document["dicom"] = row.dicom
        case "anatomy":
            document["uberon"] = row.uberon or None
        case "host":
            document["url"] = row.url or None
        case "license":
            document |= license_document(row)
    return document
