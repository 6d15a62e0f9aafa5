"""A dataset's document in the vocabularies that search engines and machine-learning tools read.

schema.org's Dataset (https://schema.org/Dataset, in JSON-LD 1.1, https://www.w3.org/TR/json-ld11/), and
Croissant 1.0 of MLCommons (https://docs.mlcommons.org/croissant/docs/croissant-spec.html), which adds to it.
Both say only what the document says: what is unknown is left out, even where a vocabulary would like to
have it. So there is no creator, since who wrote the paper need not be who made the data.
"""

from pathlib import PurePosixPath
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import mark_safe

from datasets.bibtex import entry, paper_fields, paper_key, paper_type
from datasets.documents import dumps
from datasets.facets import COUNTRIES
from datasets.models import Kind, record_address
from datasets.reading import ACCESS, STATUSES, paper_reference, paper_url

MEDIA_TYPE = "application/ld+json"
CROISSANT = "http://mlcommons.org/croissant/1.0"
# Of the catalogue's own text, which these descriptions are part of.
OWN_LICENSE = "https://creativecommons.org/publicdomain/zero/1.0/"
# Relations that schema.org has a property for, as seen from the record that the document is of.
RELATED = {"derived from": "isBasedOn", "part of": "isPartOf", "contains": "hasPart"}
# Without an account or with a free one; what an agreement costs is not known.
FREE = ("open", "registration")
# Endings of addresses that are files, with their media types; any other address may be a page.
FILES = {
    ".zip": "application/zip",
    ".gz": "application/gzip",
    ".tgz": "application/gzip",
    ".tar": "application/x-tar",
    ".bz2": "application/x-bzip2",
    ".xz": "application/x-xz",
    ".7z": "application/x-7z-compressed",
    ".csv": "text/csv",
    ".json": "application/json",
    ".h5": "application/x-hdf5",
    ".parquet": "application/vnd.apache.parquet",
}
_UNSAFE = {ord(character): f"\\u{ord(character):04x}" for character in "<>&"}
_CROISSANT_TERMS = (
    *("citeAs", "column", "extract", "field", "fileProperty", "fileObject", "fileSet", "format"),
    *("equivalentProperty", "includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField"),
    *("path", "recordSet", "references", "regex", "repeated", "replace", "separator", "source"),
    *("subField", "transform"),
)
# The context that the specification's first appendix recommends; readers of Croissant compare it.
CROISSANT_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "sc": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
} | {term: f"cr:{term}" for term in _CROISSANT_TERMS}


def json_ld(document):
    """The document of a dataset as a schema.org Dataset."""
    return known(
        {"@context": "https://schema.org/", "@type": "Dataset"}
        | description(document)
        | {
            "distribution": [
                {"@type": "DataDownload"} | download(url) for url in downloads(document)
            ]
        }
    )


def croissant(document):
    """The document of a dataset as Croissant 1.0. Its files are named; how they are laid out inside is not known."""
    files = [
        {"@type": "cr:FileObject", "@id": f"download-{number}"} | download(url)
        for number, url in enumerate(downloads(document), 1)
    ]
    return known(
        {"@context": CROISSANT_CONTEXT, "@type": "sc:Dataset", "conformsTo": CROISSANT}
        | description(document)
        | {"citeAs": paper_bibtex(document["paper"]), "distribution": files}
    )


def data_block(document):
    """The dataset in JSON-LD as a page holds it within a script element, which no text in it can end."""
    return mark_safe(dumps(json_ld(document)).translate(_UNSAFE))


def known(properties):
    """The properties that say something."""
    return {name: value for name, value in properties.items() if value not in (None, "", [])}


def description(document):
    """What both vocabularies say alike, in schema.org's properties."""
    address = absolute(document["url"])
    access, year = document["access"]["slug"], document["year"]
    return {
        "@id": address,
        "name": document["name"],
        "alternateName": other_names(document),
        "description": document["summary"],
        "url": address,
        "sameAs": [link["url"] for link in document["links"] if link["kind"] == "homepage"],
        "license": license_of(document),
        "conditionsOfAccess": None if access == "unknown" else ACCESS[access],
        "isAccessibleForFree": True if access in FREE else None,
        "creativeWorkStatus": STATUSES.get(document["status"]),
        "datePublished": year and str(year),
        "keywords": [term["name"] for key in ("anatomies", "tasks") for term in document[key]],
        "measurementTechnique": [term["name"] for term in document["modalities"]],
        "size": [quantity(size) for size in document["sizes"]],
        "spatialCoverage": [country(code) for code in document["countries"]],
        "provider": organization(document["host"]),
        "citation": article(document["paper"]),
        **related(document),
        "includedInDataCatalog": {
            "@type": "DataCatalog",
            "name": settings.SITE_NAME,
            "url": absolute(reverse("datasets:list")),
        },
        "sdDatePublished": document["updated_at"],
        "sdLicense": OWN_LICENSE,
        "sdPublisher": {
            "@type": "Organization",
            "name": settings.SITE_NAME,
            "url": settings.SITE_URL,
        },
    }


def absolute(path):
    return settings.SITE_URL + path


def other_names(document):
    names = [document["full_name"], *document["aliases"]]
    return [name for name in dict.fromkeys(names) if name and name != document["name"]]


def license_of(document):
    """The licence's address; as a work with a name where its terms are the owner's own or have no address."""
    license, own = document["license"], document["license_name"]
    if license["family"] == "unspecified":
        return None
    if license["url"] and not own:
        return license["url"]
    address = document["license_url"] or license["url"]
    return known({"@type": "CreativeWork", "name": own or license["name"], "url": address})


def quantity(size):
    """A figure in its unit; “at least” is the end of a range, as schema.org has it."""
    bound = "minValue" if size["qualifier"] == "at-least" else "value"
    said = [size["qualifier"] == "about" and "about", size["note"]]
    return known(
        {
            "@type": "QuantitativeValue",
            bound: size["count"],
            "unitText": size["unit"],
            "description": ", ".join(filter(None, said)),
        }
    )


def country(code):
    return {"@type": "Country", "name": COUNTRIES.get(code, code), "identifier": code}


def organization(host):
    return host and known({"@type": "Organization", "name": host["name"], "url": host["url"]})


def article(paper):
    """The paper, its authors in one line as the document has them."""
    return paper and known(
        {
            "@type": "ScholarlyArticle",
            "name": paper["title"],
            "creditText": paper_reference(paper),
            "datePublished": paper["year"] and str(paper["year"]),
            "url": paper_url(paper),
        }
    )


def paper_bibtex(paper):
    return paper and entry(paper_type(paper), paper_key(paper), paper_fields(paper)).strip()


def related(document):
    """The datasets that this one comes from, lies in or contains."""
    found = {}
    for edge in document["relations"]:
        name = RELATED.get(edge["label"])
        if name and edge["kind"] in (Kind.DATASET, Kind.COLLECTION):
            found.setdefault(name, []).append(
                {
                    "@type": "Dataset",
                    "@id": absolute(record_address(edge["kind"], edge["slug"])),
                    "name": edge["name"],
                }
            )
    return found


def downloads(document):
    return [link["url"] for link in document["links"] if link["kind"] == "download"]


def download(url):
    """Where files are given out: the file itself where the address ends like one, or else a page that leads to it."""
    parts = urlsplit(url)
    name = PurePosixPath(parts.path).name
    kind = next((kind for ending, kind in FILES.items() if name.lower().endswith(ending)), None)
    if kind is None:
        return {"name": parts.netloc, "url": url}
    return {"name": name, "contentUrl": url, "encodingFormat": kind}
