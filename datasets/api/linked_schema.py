"""The answers in other vocabularies as OpenAPI components. Only what is always known is required."""

from datasets.api.schema import MOMENT, URL, many, number, one_of, text, thing
from datasets.linked import CROISSANT

LINKED = {"jsonld": "JsonLdDataset", "croissant": "CroissantDataset"}


def typed(name, properties, *, optional=()):
    """A thing of this type in JSON-LD."""
    return thing({"@type": one_of([name])} | properties, optional=optional)


NAMED = {"name": text(), "url": URL}
WORK = typed("CreativeWork", NAMED, optional=["url"])
YEAR = text("An ISO date, as precise as it is known: a year.", pattern=r"^\d{4}$")
# The keys that the two vocabularies share.
DESCRIPTION = {
    "@id": URL,
    "name": text(),
    "alternateName": many(text()),
    "description": text(),
    "url": text("The record's page on this site.", format="uri"),
    "sameAs": many(URL),
    "license": {"oneOf": [URL, WORK]},
    "conditionsOfAccess": text("How to get the files."),
    "isAccessibleForFree": {"type": "boolean"},
    "creativeWorkStatus": text(),
    "datePublished": YEAR,
    "keywords": many(text()),
    "measurementTechnique": many(text()),
    "size": many(
        typed(
            "QuantitativeValue",
            {"value": number(), "minValue": number(), "unitText": text(), "description": text()},
            optional=["value", "minValue", "description"],
        )
    ),
    "spatialCoverage": many(typed("Country", {"name": text(), "identifier": text()})),
    "provider": typed("Organization", NAMED, optional=["url"]),
    "citation": typed(
        "ScholarlyArticle",
        {"name": text(), "creditText": text(), "datePublished": YEAR, "url": URL},
        optional=["datePublished", "url"],
    ),
    **{
        name: many(typed("Dataset", {"@id": URL, "name": text()}))
        for name in ("isBasedOn", "isPartOf", "hasPart")
    },
    "includedInDataCatalog": typed("DataCatalog", NAMED),
    "sdDatePublished": MOMENT,
    "sdLicense": URL,
    "sdPublisher": typed("Organization", NAMED),
}
DOWNLOAD = {
    "name": text(),
    "contentUrl": text("The file itself.", format="uri"),
    "encodingFormat": text("Media type."),
    "url": text("A page that may lead to the files.", format="uri"),
}
MAYBE = ["contentUrl", "encodingFormat", "url"]
OPTIONAL = [
    name
    for name in DESCRIPTION
    if name not in ("@id", "name", "description", "url", "includedInDataCatalog")
    and not name.startswith("sd")
]
LINKED_COMPONENTS = {
    "JsonLdDataset": typed(
        "Dataset",
        {"@context": URL}
        | DESCRIPTION
        | {"distribution": many(typed("DataDownload", DOWNLOAD, optional=MAYBE))},
        optional=[*OPTIONAL, "distribution"],
    ),
    "CroissantDataset": typed(
        "sc:Dataset",
        {"@context": {"type": "object"}, "conformsTo": one_of([CROISSANT])}
        | DESCRIPTION
        | {
            "citeAs": text("BibTeX of the paper that describes it."),
            "distribution": many(
                typed("cr:FileObject", {"@id": text()} | DOWNLOAD, optional=MAYBE)
            ),
        },
        optional=[*OPTIONAL, "citeAs", "distribution"],
    ),
}
