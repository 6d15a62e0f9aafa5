"""The answers of the API as OpenAPI components: what each key holds, and whether it may be null."""

from datasets.documents import HEAVY, KEYS
from datasets.facets import facets_of
from datasets.models import (
    DATASET_KINDS,
    FACTS,
    PERMITS,
    REQUIRES,
    TOOL_KINDS,
    Access,
    AnnotationMethod,
    Confidence,
    Covers,
    Kind,
    LicenseFamily,
    LinkKind,
    Qualifier,
    RelationType,
    Revision,
    Status,
)


def text(description="", **more):
    return {"type": "string"} | ({"description": description} if description else {}) | more


def number(description="", **more):
    return text(description, **more) | {"type": "integer"}


def one_of(choices, **more):
    return {
        "type": "string",
        "enum": [str(value) for value in getattr(choices, "values", choices)],
    } | more


def many(items):
    return {"type": "array", "items": items}


def ref(name):
    return {"$ref": f"#/components/schemas/{name}"}


def maybe(schema):
    """The schema, or null."""
    if "$ref" in schema:
        return {"allOf": [schema], "nullable": True}
    if "enum" in schema:
        schema = schema | {"enum": [*schema["enum"], None]}
    return schema | {"nullable": True}


def thing(properties, *, optional=()):
    """An object with these keys, all of them always there unless named as optional."""
    required = [name for name in properties if name not in optional]
    return {
        "type": "object",
        "properties": properties,
        **({"required": required} if required else {}),
    }


URL = text(format="uri")
DAY = text(format="date")
MOMENT = text(format="date-time")
SLUG = text(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
YES = {"type": "boolean", "nullable": True, "description": "null is unknown, and never means yes."}
REFERENCE = {"slug": SLUG, "name": text()}
LICENSE = REFERENCE | {
    "spdx": maybe(text("SPDX identifier.")),
    "url": maybe(URL),
    "family": one_of(LicenseFamily),
    "permits": thing(dict.fromkeys(PERMITS, YES)),
    "requires": thing(dict.fromkeys(REQUIRES, YES)),
}

# What each key of a document holds; KEYS says which a family has, and in which order.
DOCUMENT = {
    "slug": SLUG,
    "name": text(),
    "full_name": maybe(text()),
    "aliases": many(text()),
    "kind": one_of(Kind),
    "summary": text(),
    "url": text("Relative to the site."),
    "modalities": many(ref("Reference")),
    "anatomies": many(ref("Reference")),
    "tasks": many(ref("Reference")),
    "sizes": many(ref("Size")),
    "architecture": maybe(text()),
    "trained_on": maybe(text()),
    "annotations": maybe(text()),
    "annotation_method": maybe(one_of(AnnotationMethod)),
    "license": ref("License"),
    "license_name": maybe(text("How the owner calls terms of their own.")),
    "license_url": maybe(URL),
    "grants": many(ref("Grant")),
    "access": thing({"slug": one_of(Access), "name": text()}),
    "host": maybe(ref("Host")),
    "links": many(thing({"kind": one_of(LinkKind), "url": URL})),
    "paper": maybe(ref("Paper")),
    "year": maybe(number("Of the first public release.")),
    "countries": many(text("ISO 3166-1 alpha-2.")),
    "splits": maybe(text()),
    "extra": {"type": "object", "additionalProperties": text()},
    "relations": many(ref("Relation")),
    "evidence": many(ref("Evidence")),
    "confidence": thing({name: maybe(one_of(Confidence)) for name in ("url", "license", "sizes")}),
    "status": one_of(Status, description="As its owner states it."),
    "replaced_by": maybe(SLUG),
    "verified_on": maybe(DAY),
    "created_at": MOMENT,
    "updated_at": MOMENT,
    "version": number(),
}


def document(family, *, optional=False):
    keys = KEYS[family]
    kinds = DATASET_KINDS if family == "datasets" else TOOL_KINDS
    properties = {key: DOCUMENT[key] for key in keys} | {"kind": one_of(kinds)}
    return thing(properties, optional=keys if optional else ())


def page(item):
    """A page of a list of these components."""
    return thing(
        {
            "count": number("On all pages together."),
            "next": maybe(URL),
            "previous": maybe(URL),
            "results": many(ref(item)),
        }
    )


CHANGE = {
    "number": number("Rises with every change to the catalogue."),
    "event": one_of(Revision.Event),
    "cause": one_of(
        Revision.Cause, description="cascade: something that the record names was changed."
    ),
    "slug": SLUG,
    "former_slug": maybe(SLUG),
    "name": text(),
    "kind": one_of(Kind),
    "url": text("Relative to the site."),
    "version": number("Of the record."),
    "at": MOMENT,
    "role": maybe(text("Of whoever saved it, such as Curator or Import; never a name.")),
    "note": maybe(text()),
    "merged_into": maybe(SLUG),
    "document": {
        "nullable": True,
        "description": "The record as it was then; null if it was withdrawn or merged, or what it said was taken down since.",
        "anyOf": [ref("Dataset"), ref("Tool")],
    },
}
OWN_KEYS = {
    "modalities": {"dicom": many(text("Value of DICOM attribute Modality."))},
    "anatomies": {"uberon": maybe(text("Identifier in the UBERON ontology."))},
    "licenses": {key: LICENSE[key] for key in LICENSE if key not in REFERENCE},
    "hosts": {"url": maybe(URL)},
}


def term(vocabulary):
    return thing(
        REFERENCE
        | {"description": maybe(text()), "synonyms": many(text())}
        | OWN_KEYS.get(vocabulary, {})
        | {
            "broader": many(ref("Reference")),
            "narrower": many(ref("Reference")),
            "count": number("Published datasets that have this term or a narrower one."),
            "tools_count": number("Published tools that have this term or a narrower one."),
        }
    )


TERMS = {
    "modalities": "ModalityTerm",
    "anatomies": "AnatomyTerm",
    "tasks": "TaskTerm",
    "licenses": "LicenseTerm",
    "hosts": "HostTerm",
    "units": "UnitTerm",
}
FAMILY = {"datasets": "Dataset", "tools": "Tool"}

COMPONENTS = {
    "Problem": thing(
        {
            "type": text(),
            "title": text(),
            "status": number(),
            "detail": text(),
            "instance": text("The address that was asked for."),
            "errors": {
                "type": "object",
                "description": "Per parameter, what is wrong with it and what would be right.",
                "additionalProperties": many(text()),
            },
        }
    ),
    "Reference": thing(REFERENCE),
    "Host": thing(REFERENCE | {"url": maybe(URL)}),
    "License": thing(LICENSE),
    "Size": thing(
        {"count": number(), "unit": SLUG, "qualifier": one_of(Qualifier), "note": maybe(text())}
    ),
    "Grant": thing(
        {
            "license": ref("Reference"),
            "covers": one_of(Covers),
            "subset": maybe(text()),
            "url": maybe(URL),
        }
    ),
    "Paper": thing(
        {
            "title": text(),
            "authors": maybe(text()),
            "venue": maybe(text()),
            "year": maybe(number()),
            "doi": maybe(text()),
            "arxiv": maybe(text()),
        }
    ),
    "Relation": thing(
        {
            "type": one_of(RelationType),
            "label": text("As read from this record."),
            "slug": SLUG,
            "name": text(),
            "kind": one_of(Kind),
            "extent": maybe(text()),
            "remedy": maybe(text("What whoever uses both should do about it.")),
            "evidence": many(text()),
        }
    ),
    "Evidence": thing(
        {
            "fact": maybe(one_of([*dict(FACTS)], description="null: the record as a whole.")),
            "source": text(),
            "checked_on": maybe(DAY),
            "part": maybe(text("Of sizes: a unit. Of links: a kind. null: all of them.")),
            "value": maybe(text("What the source says, as it says it.")),
            "leads_because": maybe(text("Where sources differ: why the record follows this one.")),
            "seen_on": maybe(DAY),
            "checked_by": maybe(text("The role of whoever checked it, never the person.")),
            "confidence": maybe(one_of(Confidence)),
        }
    ),
    "FacetValue": thing(
        {
            "slug": text(),
            "name": text(),
            "count": number("Records with it if all other parameters are applied."),
            "selected": {"type": "boolean"},
        }
    ),
    "Change": thing(CHANGE),
    "Changes": thing(
        {
            "results": many(ref("Change")),
            "next": maybe(URL),
            "cursor": text("Where to go on, now or later."),
        }
    ),
    "ChangePage": page("Change"),
}
for family, name in FAMILY.items():
    COMPONENTS |= {
        name: document(family),
        f"{name}Row": document(family, optional=True)
        | {"description": f"Without {', '.join(HEAVY)}; with `fields`, only the keys asked for."},
        f"{name}Page": page(f"{name}Row"),
        f"{name}Facets": thing({facet: many(ref("FacetValue")) for facet in facets_of(family)}),
    }
for vocabulary, name in TERMS.items():
    COMPONENTS |= {name: term(vocabulary), f"{name}Page": page(name)}
