"""A record's document put in plain words, for its page."""

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.urls import reverse

from datasets.dois import doi_url
from datasets.facets import COUNTRIES, FACETS
from datasets.index import FAMILIES
from datasets.models import (
    PERMITS,
    Confidence,
    Covers,
    LinkKind,
    Qualifier,
    RelationType,
    record_address,
)

DUTIES = {
    "attribution": "attribution",
    "share_alike": "that adapted material carries the same licence",
}
PERMITTED = {True: "Permitted", False: "Not permitted", None: "Not known"}
# What the style sheet colours by.
STATES = {True: "yes", False: "no", None: "unknown"}
REQUIRED = {True: "Required", False: "Not required", None: "Not known"}
# One record of a family, and several.
NOUNS = {"datasets": ("dataset", "datasets"), "tools": ("tool", "tools")}
LICENCE_FAMILIES = {
    "open": "An open licence.",
    "non-commercial": "A licence for uses that are not commercial.",
    "research-only": "Its rules are written for research.",
    "data-use-agreement": "Each user accepts an agreement first.",
    "mixed": "Its parts have different licences.",
    "custom": "It has terms of its own, which only their text settles.",
    "unspecified": "We found no licence. Without one, no use can be taken as allowed: ask the owner.",
}
ACCESS = {
    "open": "Anyone can download the files, without an account.",
    "registration": "The files need a free account with the host.",
    "agreement": "A data use agreement has to be accepted before the files are given out.",
    "credentialed": "Only credentialed users get the files: after a training course and an agreement.",
    "application": "The owner reviews each application and decides who gets the files.",
    "unknown": "How to get the files is not stated. Ask the owner before you plan with them.",
}
SENTENCES = {
    (RelationType.DERIVED_FROM, "derived from"): "is derived from",
    (RelationType.DERIVED_FROM, "source of"): "is a source of",
    (RelationType.SHARES_IMAGES, "shares images with"): "shares images with",
    (RelationType.PART_OF, "part of"): "is part of",
    (RelationType.PART_OF, "contains"): "contains",
    (RelationType.TRAINED_ON, "trained on"): "was trained on",
    (RelationType.TRAINED_ON, "used to train"): "was used to train",
}
CONFIDENCE = {"url": "Addresses", "license": "Licence", "sizes": "Sizes"}
# Keys of a document as a reader knows them, where they are not simply the key.
FACT_LABELS = {
    "license": "Licence",
    "license_name": "Licence name",
    "license_url": "Licence address",
    "grants": "Licences of parts",
    "url": "Page address",
    "extra": "Further facts",
    "verified_on": "Date of verification",
    "replaced_by": "Replacement",
}
QUALIFIERS = {"exact": "", "at-least": "at least", "about": "about"}
STATUSES = {
    "moved": "Its owner has moved it.",
    "withdrawn": "Its owner has withdrawn it. The page stays, so that work which used it can be understood.",
}


@dataclass(frozen=True)
class Entry:
    """A value that a reader may follow: its words and where they lead."""

    name: str
    url: str | None = None


def family_of(document):
    """``datasets`` or ``tools``."""
    return next(family for family, kinds in FAMILIES.items() if document["kind"] in kinds)


def listed(family, **query):
    """The explorer's address for a query."""
    return f"{reverse(f'{family}:list')}?{urlencode(query, doseq=True)}"


def joined(words):
    """The words as a list in a sentence: one, two and three."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


class Reading:
    """What the page of a record says, made from its whole document and the Index that it stands in."""

    def __init__(self, document, index):
        self.document = document
        self.index = index
        self.family = family_of(document)

    def term(self, facet, term):
        return Entry(term["name"], listed(self.family, **{facet: term["slug"]}))

    def choice(self, facet, value):
        return Entry(FACETS[facet].names[value], listed(self.family, **{facet: value}))

    @property
    def kind(self):
        return self.choice("kind", self.document["kind"])

    @property
    def facts(self):
        """(label, entries, key of the document) of what the record is about; only what is known."""
        document = self.document
        year = document["year"]
        method = document.get("annotation_method")
        rows = [
            (
                "Modality",
                [self.term("modality", term) for term in document["modalities"]],
                "modalities",
            ),
            (
                "Anatomy",
                [self.term("anatomy", term) for term in document["anatomies"]],
                "anatomies",
            ),
            ("Task", [self.term("task", term) for term in document["tasks"]], "tasks"),
            ("Host", [self.term("host", document["host"])] if document["host"] else [], "host"),
            (
                "First release",
                [Entry(str(year), listed(self.family, year_min=year, year_max=year))]
                if year
                else [],
                "year",
            ),
            (
                "Country" if len(document.get("countries", [])) == 1 else "Countries",
                [
                    Entry(COUNTRIES.get(code, code), listed(self.family, country=code))
                    for code in document.get("countries", [])
                ],
                "countries",
            ),
            (
                "Annotation method",
                [self.choice("annotation_method", method)] if method else [],
                "annotation_method",
            ),
            ("Kind", [self.kind], None),
            ("Status", [self.choice("status", document["status"])], "status"),
        ]
        return [row for row in rows if row[1]]

    @property
    def sizes(self):
        """The figures, the headline first, each with its qualifier in words and its unit by name."""
        return [
            size
            | {
                "about": QUALIFIERS[Qualifier(size["qualifier"])],
                "unit_name": unit_name(size["unit"], self.index),
                "url": listed(self.family, unit=size["unit"], ordering="-size"),
            }
            for size in self.document["sizes"]
        ]

    @property
    def has_size_notes(self):
        return any(size["note"] for size in self.document["sizes"])

    @property
    def license(self):
        """What the licence permits and requires, as rows and as sentences; unknown is never allowed."""
        document = self.document
        license, own = document["license"], document["license_url"]
        texts = [
            Entry("Read its terms" if document["license_name"] else "Read the licence", own),
            Entry("Text of the licence", license["url"]),
        ]
        addresses = list({text.url: text for text in reversed(texts) if text.url}.values())
        return {
            "entry": self.term("license", license),
            "family": self.choice("license_family", license["family"]),
            "family_slug": license["family"],
            "own_name": document["license_name"],
            "rows": [
                (PERMITS[use], PERMITTED[allowed], STATES[allowed])
                for use, allowed in license["permits"].items()
            ]
            + [
                (label, REQUIRED[license["requires"][need]], "neutral")
                for need, label in (("attribution", "Attribution"), ("share_alike", "Share-alike"))
            ],
            "sentence": licence_sentence(license),
            "texts": addresses[::-1],
            "grants": [
                grant | {"covers": Covers(grant["covers"]).label} for grant in document["grants"]
            ],
        }

    @property
    def access(self):
        access = self.document["access"]
        return {
            "slug": access["slug"],
            "entry": self.term("access", access),
            "sentence": ACCESS[access["slug"]],
        }

    @property
    def links(self):
        """(label, addresses, kind) in the order of the kinds."""
        return [
            (label, [link["url"] for link in self.document["links"] if link["kind"] == kind], kind)
            for kind, label in LinkKind.choices
            if any(link["kind"] == kind for link in self.document["links"])
        ]

    @property
    def relations(self):
        """Each relation as a sentence about this record, with its neighbour's page."""
        return [
            edge
            | {
                "says": SENTENCES[edge["type"], edge["label"]],
                "url": record_address(edge["kind"], edge["slug"]),
            }
            for edge in self.document["relations"]
        ]

    @property
    def evidence(self):
        """Sources, each with the fact it is about and the day somebody looked there."""
        return [
            row
            | {
                "fact": row["fact"] and fact_label(row["fact"]),
                "part": part_name(row["fact"], row.get("part"), self.index),
                "checked_on": day(row),
            }
            for row in self.document["evidence"]
        ]

    @property
    def confidence(self):
        """(what, how sure) of the facts that somebody judged."""
        return [
            (label, Confidence(self.document["confidence"][key]).label)
            for key, label in CONFIDENCE.items()
            if self.document["confidence"][key]
        ]

    @property
    def status(self):
        """The banner of a record that is no longer what it was; None while it is active."""
        slug = self.document["replaced_by"]
        position = self.index.position.get(slug)
        if self.document["status"] == "active" and position is None:
            return None
        after = position is not None and self.index.document(position)
        return {
            "sentence": STATUSES.get(self.document["status"], ""),
            "replaced_by": after and Entry(after["name"], after["url"]),
        }

    @property
    def verified_on(self):
        told = self.document["verified_on"]
        return told and date.fromisoformat(told)

    @property
    def updated_at(self):
        return datetime.fromisoformat(self.document["updated_at"])

    @property
    def reference(self):
        """How to cite the record in a sentence, from its paper and from the record itself."""
        document, paper = self.document, self.document["paper"]
        host = document["host"]["name"] if document["host"] else None
        return {
            "paper": paper and paper_reference(paper),
            "paper_url": paper and paper_url(paper),
            "record": sentence(
                document["full_name"]
                and f"{document['name']}: {document['full_name']}"
                or document["name"],
                FACETS["kind"].names[document["kind"]],
                ", ".join(str(part) for part in (host, document["year"]) if part),
            ),
            "record_url": main_address(document),
        }


def licence_sentence(license):
    requires = license["requires"]
    uses = {PERMITS[use].lower(): allowed for use, allowed in license["permits"].items()}
    groups = [
        ("It permits {}.", [use for use, allowed in uses.items() if allowed]),
        ("It does not permit {}.", [use for use, allowed in uses.items() if allowed is False]),
        ("It requires {}.", [words for need, words in DUTIES.items() if requires[need]]),
    ]
    said = [LICENCE_FAMILIES[license["family"]]]
    said += [pattern.format(joined(words)) for pattern, words in groups if words]
    unknown = [use for use, allowed in uses.items() if allowed is None]
    if unknown and license["family"] != "unspecified":
        said.append(
            f"Whether it permits {joined(unknown)} is not known to us; that is no permission."
        )
    return " ".join(said)


def sentence(*parts):
    """The parts as one line of a list of references, each ended by one full stop."""
    return " ".join(f"{part.strip().rstrip('.')}." for part in parts if part)


def paper_reference(paper):
    where = ", ".join(str(part) for part in (paper["venue"], paper["year"]) if part)
    return sentence(paper["authors"], paper["title"], where)


def paper_url(paper):
    arxiv = f"https://arxiv.org/abs/{paper['arxiv']}" if paper["arxiv"] else None
    return doi_url(paper["doi"]) or arxiv


def main_address(document):
    """The record's homepage, or the first address that it has."""
    links = sorted(document["links"], key=lambda link: link["kind"] != "homepage")
    return links[0]["url"] if links else None


def fact_label(fact):
    return FACT_LABELS.get(fact, fact.replace("_", " ").capitalize())


def unit_name(slug, index):
    """The name of a unit; the slug of one that is gone."""
    entry = index.terms["unit"].get(slug)
    return entry.name if entry else slug


def part_name(fact, part, index):
    """The name of one part of a fact: of a size its unit, of links their kind; None of none."""
    if part is None or fact == "sizes":
        return part and unit_name(part, index)
    return LinkKind(part).label if part in LinkKind else part


def day(row):
    return row["checked_on"] and date.fromisoformat(row["checked_on"])
