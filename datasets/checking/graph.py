"""The relations of an Index as a graph, and the paths along which images or patients can be shared.

What is followed is data: an image, a report, a patient that two records may both have. A
relation says in which direction data can have come.

- *derived from*: some of the subject's data comes from the object. How much, the extent says
  in words; "some" is all that can be relied on.
- *trained on*: the model has seen data of the object. Read as data that came from the object
  to the model.
- *shares images with*: some data is in both. Where it came from first is not said, so it can
  have gone either way.
- *part of*: the subject's data lies in the object, and what went into the whole may be in this
  part. Either way, too.

Two records can have data in common when there is a source that both can have drawn from: up
from the one to a source, down from there to the other. One end may itself be the source. That
is the only shape of path that counts, and two shapes that look alike do not.

- *No turn at what both went into.* Two datasets from which a third was compiled, or on which
  one model was trained, are not linked by that: a compilation says nothing of what its sources
  have in common. Hence a path that has gone down never goes up again.
- *No turn at a collection.* An archive holds sets that have nothing to do with each other, so
  what lies in it, or was taken from it, is not linked by it. A collection can only be the end
  of a path: whatever is part of it, or derived from such a part, overlaps with it. This goes by
  the record's kind. One study's body of data, such as TCGA with its slides, is a dataset, and
  two sets of cuttings from it may well show the same patient.

A path may be of any length: what is called unlinked here is linked by no path at all.
"""

from array import array
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import orjson

from datasets import bits
from datasets.models import Kind, RelationType

# A path of so many steps leads over a third record; there may be several such.
NEAR = 2
# Further than any path is long; two of it still make a number that an array holds.
FAR = 2**29
# A bit for each of the records that are checked together.
MARKS = np.dtype("<u8")
# In these, data came to the subject from the object; in all others it may be either way.
FLOWS = (RelationType.DERIVED_FROM, RelationType.TRAINED_ON)


LABELS = dict(RelationType.choices)
NOTHING = b""


class Edge(NamedTuple):
    """A relation between two positions of an Index; ``says`` is its extent, remedy and evidence."""

    subject: int
    type: str
    object: int
    says: dict


def stated(document):
    """What a document says of relations, as JSON: [type, slug, all else] each, in the end that states it.

    NOTHING where nobody recorded any, or looked for some.
    """
    looked = any(row["fact"] == "relations" for row in document["evidence"])
    if not document["relations"] and not looked:
        return NOTHING
    slug = document["slug"]
    return orjson.dumps(
        [
            (
                relation["type"],
                relation["slug"],
                {key: relation[key] for key in ("extent", "remedy", "evidence")},
            )
            for relation in document["relations"]
            if stated_by(slug, relation)
        ]
    )


def stated_by(slug, relation):
    """Whether a relation in the document of ``slug`` is to be read from this end."""
    kind = relation["type"]
    if kind == RelationType.SHARES_IMAGES:
        # It reads the same from both ends.
        return slug < relation["slug"]
    return relation["label"] == LABELS[kind]


class Graph:
    """All relations between published records of one version. Records are positions of the Index."""

    def __init__(self, index):
        # Equally short paths are told apart by names, never by the order of the database.
        self.ranks, self.size = index.ranks, len(index.ranks)
        self.is_collection = bits.flags(index.direct["kind"].get(Kind.COLLECTION, 0), self.size)
        self.collections = set(np.flatnonzero(self.is_collection).tolist())
        self.relations, self.position = index.relations, index.position
        # Those of which somebody has recorded a relation, or where relations were looked for.
        looked = (text != NOTHING for text in self.relations)
        self.is_looked_at = np.fromiter(looked, bool, self.size)
        subjects, objects, either = array("i"), array("i"), array("b")
        for subject in np.flatnonzero(self.is_looked_at).tolist():
            for edge in self.stated(subject):
                subjects.append(subject)
                objects.append(edge.object)
                either.append(edge.type not in FLOWS)
        subjects, objects = np.array(subjects), np.array(objects)
        either = np.array(either, bool)
        users = np.concatenate([subjects, objects[either]])
        sources = np.concatenate([objects, subjects[either]])
        # One step up leads to where a record's data can have come from, one down to where it can have gone.
        self.up = Lists(users, sources, self.ranks)
        self.down = Lists(sources, users, self.ranks)

    def by_name(self, positions):
        """Records in the order of their names."""
        return sorted(positions, key=self.ranks.__getitem__)

    def stated(self, position):
        """The relations that a record's own document states."""
        return [
            Edge(position, kind, other, says)
            for kind, slug, says in orjson.loads(self.relations[position] or b"[]")
            # Documents of one version name published records only.
            if (other := self.position.get(slug)) is not None
        ]

    def edges(self):
        """Yield all relations, those of the first by name first."""
        for position in np.argsort(self.ranks).tolist():
            yield from self.stated(position)

    def direct(self, a, b):
        """The relations that two records have with each other."""
        ends = {a, b}
        return [
            edge
            for end in self.by_name(ends)
            for edge in self.stated(end)
            if {edge.subject, edge.object} == ends
        ]

    def neighbours(self, position):
        """The records to which a record has a relation."""
        return {*self.up[position], *self.down[position]}

    def users(self, position):
        """The records that a record went into, by one relation."""
        return set(self.down[position])


class Lists:
    """A list of records for each record, the first by name first."""

    def __init__(self, owners, members, ranks):
        order = np.lexsort((ranks[members], owners))
        self.members = members[order]
        self.first = np.searchsorted(owners[order], np.arange(len(ranks) + 1))
        self.filled = np.flatnonzero(np.diff(self.first))

    def __getitem__(self, position):
        return self.members[self.first[position] : self.first[position + 1]].tolist()

    def any_of(self, marks):
        """Per record, the marks (bits of a number) that some record of its list has."""
        found = np.zeros_like(marks)
        if self.members.size:
            starts = self.first[self.filled]
            found[self.filled] = np.bitwise_or.reduceat(marks[self.members], starts)
        return found


class Climbs:
    """The sources of some records, and how many steps each of them is away.

    All climb at once: each has a bit of its own, and a step takes the bits of all records on.
    """

    def __init__(self, graph, starts):
        self.graph = graph
        self.rows = {start: row for row, start in enumerate(starts)}
        if len(self.rows) > 8 * MARKS.itemsize:
            raise ValueError(f"{len(self.rows)} records are more than there are bits.")
        marks = np.zeros(graph.size, MARKS)
        marks[list(self.rows)] = 1 << np.arange(len(self.rows), dtype=MARKS)
        self.seen = marks
        steps = np.zeros((graph.size, len(self.rows)), np.int32)
        while marks.any():
            # One step more for each that has not come here yet.
            steps += self.unpacked(~self.seen)
            if marks is not self.seen:
                # A path ends at a collection.
                marks[graph.is_collection] = 0
            marks = graph.down.any_of(marks) & ~self.seen
            self.seen = self.seen | marks
        steps[self.unpacked(~self.seen).view(bool)] = FAR
        self.steps = np.ascontiguousarray(steps.T)
        # Nor does it turn there.
        self.to_turn = np.where(graph.is_collection, np.int32(FAR), self.steps)

    def unpacked(self, marks):
        """A row of bits per record, one for each that climbs."""
        octets = marks.view(np.uint8).reshape(-1, marks.itemsize)
        return np.unpackbits(octets, axis=1, count=len(self.rows), bitorder="little")

    def path(self, a, b):
        """The shortest path between two of the records, and the sources that it can turn at.

        Two lists, empty if there is no path. It turns at the first of the sources; others are
        named where it leads over a third record only.
        """
        above_a, above_b = self.steps[self.rows[a]], self.steps[self.rows[b]]
        steps = self.to_turn[self.rows[a]] + above_b
        # An end may be a collection.
        steps[a], steps[b] = above_b[a], above_a[b]
        shortest = steps.min()
        if shortest >= FAR:
            return [], []
        sources = np.flatnonzero(steps == shortest)
        sources = sources[np.argsort(self.graph.ranks[sources])].tolist()
        # From the one up to a common source, and down to the other.
        way = [*self.way(a, sources[0]), *self.way(b, sources[0])[-2::-1]]
        return way, sources if shortest <= NEAR else sources[:1]

    def way(self, start, source):
        """The records from one of those at the start to a source of it; of several ways, the first by name."""
        above, graph, way = self.steps[self.rows[start]], self.graph, [source]
        for steps in range(int(above[source]) - 1, -1, -1):
            way.append(
                next(
                    user
                    for user in graph.down[way[-1]]
                    if above[user] == steps and (user == start or user not in graph.collections)
                )
            )
        return way[::-1]

    def linked(self):
        """The set (see ``bits``) of all records to which a path leads from any of these, themselves included."""
        found = self.seen.astype(bool)
        # As above: a path ends at a collection, unless it starts there.
        stays = self.graph.is_collection.copy()
        stays[list(self.rows)] = False
        new = found
        while new.any():
            new = self.graph.up.any_of(new & ~stays) & ~found
            found = found | new
        return bits.from_flags(found)


def steps_of(graph, records):
    """(from, to, relations) of each step of a path."""
    return [(here, there, graph.direct(here, there)) for here, there in pairwise(records)]
