"""How compared records are related, in sentences: to each other, and to a record that several of them build on."""

from dataclasses import dataclass

from datasets.models import RelationType
from datasets.reading import Entry

# Relations by which the data of two records can be the same data, as each of the two calls them.
BUILDS_ON = (
    RelationType.DERIVED_FROM.label,
    RelationType.SHARES_IMAGES.label,
    RelationType.TRAINED_ON.label,
)


@dataclass(frozen=True)
class Clause:
    """“LUNA16 is derived from LIDC-IDRI”, and how far."""

    subject: Entry
    says: str
    object: Entry
    extent: str | None
    remedy: str | None
    evidence: list


def clause(reading, edge):
    document = reading.document
    return Clause(
        Entry(document["name"], document["url"]),
        edge["says"],
        Entry(edge["name"], edge["url"]),
        edge["extent"],
        edge["remedy"],
        edge["evidence"],
    )


def between(readings):
    """The relations among these records, each told once, from the record that states it."""
    here = {reading.document["slug"] for reading in readings}
    told, found = set(), []
    for reading in readings:
        for edge in reading.relations:
            # What both ends call alike is written in both documents.
            ends = frozenset((reading.document["slug"], edge["slug"]))
            mark = edge["type"], ends, edge["extent"], edge["remedy"]
            stated = edge["label"] == RelationType(edge["type"]).label
            if edge["slug"] in here and stated and mark not in told:
                told.add(mark)
                found.append(clause(reading, edge))
    return found


def in_common(readings):
    """(record, clauses) for each record outside that two or more of these build on or share images with."""
    here = {reading.document["slug"] for reading in readings}
    found = {}
    for reading in readings:
        for edge in reading.relations:
            if edge["label"] in BUILDS_ON and edge["slug"] not in here:
                entry = Entry(edge["name"], edge["url"])
                found.setdefault(entry, []).append(clause(reading, edge))
    return [
        (entry, clauses)
        for entry, clauses in found.items()
        if len({clause.subject for clause in clauses}) > 1
    ]
