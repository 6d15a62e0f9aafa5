"""A check of some records: everything that is known of using them together, as one document."""

from datasets.checking import duties, testsets
from datasets.checking.overlap import Overlaps, summary
from datasets.checking.picture import Picture
from datasets.checking.terms import Terms
from datasets.documents import loads
from datasets.exports import stored

# A drawing of more records is no help.
DRAWN = 40
NOT_ADVICE = (
    "Made from what this catalogue has recorded, which may be incomplete or wrong. It is not "
    "legal advice; the licence texts decide."
)


class Report:
    """A check of the records with these slugs, in this order, for these uses (all, if none is named)."""

    def __init__(self, index, slugs, uses):
        self.index, self.uses = index, uses
        wanted = [index.position[slug] for slug in slugs]
        documents = {one["slug"]: one for one in map(loads, stored(index, wanted))}
        # One taken back since the Index was read is left out, as if it had never been there.
        self.positions = [one for one in wanted if index.slugs[one] in documents]
        self.documents = [documents[index.slugs[one]] for one in self.positions]
        self.overlaps = Overlaps(index, self.positions)
        self.pairs = self.overlaps.pairs()

    def document(self):
        shown = self.shown()
        terms = Terms(self.documents, self.index.terms["license"])
        return {
            "records": [self.overlaps.reference(one) for one in self.positions],
            "catalogue_version": self.index.version,
            "overlap": {"summary": summary(self.pairs), "pairs": self.pairs},
            "terms": terms.document(self.uses)
            | {
                "attribution": [
                    duties.attribution(document, terms.of(document["slug"]), self.index)
                    for document in self.documents
                ],
                "agreements": duties.agreements(self.documents),
            },
            "test_sets": testsets.candidates(
                self.index, self.overlaps.climbs.linked(), self.documents
            ),
            "graph": {
                "nodes": [
                    self.overlaps.reference(one) | {"chosen": one in self.positions}
                    for one in shown
                ],
                "edges": [self.edge(edge) for edge in self.edges(shown)],
            },
            "note": NOT_ADVICE,
        }

    def shown(self, most=None):
        """The chosen records, and those that the paths between them lead over, of the shortest paths first.

        Paths that would make more than ``most`` records of it are left out.
        """
        found = dict.fromkeys(self.positions)
        for pair in sorted(self.pairs, key=lambda pair: len(pair["through"])):
            new = {self.index.position[record["slug"]]: None for record in pair["through"]}
            if most is None or len(found | new) <= most:
                found |= new
        return list(found)

    def edges(self, shown):
        """The relations between these records."""
        graph, wanted = self.index.graph, set(shown)
        return [
            edge
            for one in shown
            for other in graph.by_name(graph.neighbours(one) & wanted)
            if graph.ranks[one] < graph.ranks[other]
            for edge in graph.direct(one, other)
        ]

    def edge(self, edge):
        return self.overlaps.relation(edge, edge.subject, edge.object)

    def picture(self):
        shown = self.shown(most=max(DRAWN, len(self.positions)))
        records = {one: self.overlaps.document(one) for one in shown}
        return Picture(records, self.positions, self.edges(shown))
