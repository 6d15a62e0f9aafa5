"""What each pair of chosen records shares, as far as the catalogue has recorded it.

``known``: a relation between the two says so. ``possible``: a path leads over other records
from the one to the other (what counts as a path: see ``graph``). It stays possible even where
every step is a derivation, since *derived from* may mean a part, and the part that went on may
be another one: Lizard draws on PanNuke and PanNuke on TCGA, yet the released Lizard holds
nothing of TCGA.

``none-recorded``: no path. That says something of this catalogue and nothing of the data, and
is never put as good news. ``not-checked``: no path either, and of one of the two nobody has
ever recorded a relation, nor evidence that somebody looked for one.

The result is the same whichever of two records comes first; only the path is told from the
other end.
"""

from itertools import combinations

from django.db.models import TextChoices

from datasets.checking.graph import Climbs, steps_of
from datasets.models import TOOL_KINDS, Kind, RelationType
from datasets.reading import SENTENCES, joined

# Of equally short paths, so many other turning points are named.
NAMED = 5


class Overlap(TextChoices):
    KNOWN = "known", "Known"
    POSSIBLE = "possible", "Possible"
    NONE_RECORDED = "none-recorded", "None recorded"
    NOT_CHECKED = "not-checked", "Not checked"


NOT_PROOF = (
    "No relation on record leads from one to the other. That tells what this catalogue holds, "
    "not what the data holds."
)
MATCH = "Match patients or images by their identifiers before you use one to test the other."


class Overlaps:
    """The pairs of some records of an Index. ``positions`` are theirs."""

    def __init__(self, index, positions):
        self.index, self.graph = index, index.graph
        self.positions = positions
        self.climbs = Climbs(self.graph, positions)
        # Many pairs name the same records and steps.
        self.documents, self.references, self.steps = {}, {}, {}

    def document(self, position):
        if position not in self.documents:
            self.documents[position] = self.index.document(position)
        return self.documents[position]

    def name(self, position):
        return self.document(position)["name"]

    def reference(self, position):
        if position not in self.references:
            document = self.document(position)
            self.references[position] = {
                key: document[key] for key in ("slug", "name", "kind", "url")
            }
        return self.references[position]

    def pairs(self):
        """A document for each pair, in the order in which the records were given."""
        return [self.pair(a, b) for a, b in combinations(self.positions, 2)]

    def pair(self, a, b):
        way, sources = self.climbs.path(a, b)
        status = self.status(a, b, way)
        steps = [self.step(*step) for step in steps_of(self.graph, way)]
        both_in = [] if way else self.graph.by_name(self.graph.users(a) & self.graph.users(b))
        unchecked = [one for one in (a, b) if not self.graph.is_looked_at[one]]
        return {
            "a": self.reference(a),
            "b": self.reference(b),
            "status": status.value,
            "status_name": status.label,
            "says": self.says(status, a, b, way, sources, both_in, unchecked),
            "advice": self.advice(status, steps),
            "through": [self.reference(one) for one in way[1:-1]],
            "steps": steps,
            "also_through": [
                self.reference(one) for one in sources[1 : NAMED + 1] if one not in (a, b)
            ],
            "both_in": [self.reference(one) for one in both_in[:NAMED]],
            "never_checked": [self.reference(one) for one in unchecked] if not way else [],
        }

    def status(self, a, b, way):
        if len(way) == 2:
            return Overlap.KNOWN
        if way:
            return Overlap.POSSIBLE
        if self.graph.is_looked_at[[a, b]].all():
            return Overlap.NONE_RECORDED
        return Overlap.NOT_CHECKED

    def step(self, here, there, edges):
        """One step of a path: each relation as a sentence that goes the way the path goes."""
        if (here, there) not in self.steps:
            self.steps[here, there] = {
                "from": self.reference(here),
                "to": self.reference(there),
                "relations": [self.relation(edge, here, there) for edge in edges],
            }
        return self.steps[here, there]

    def relation(self, edge, here, there):
        kind = RelationType(edge.type)
        label = kind.label if edge.subject == here else kind.inverse
        return {
            "subject": self.index.slugs[edge.subject],
            "type": edge.type,
            "object": self.index.slugs[edge.object],
            "says": f"{self.name(here)} {SENTENCES[kind, label]} {self.name(there)}.",
            **edge.says,
        }

    def says(self, status, a, b, way, sources, both_in, unchecked):
        match status:
            case Overlap.KNOWN:
                return self.says_known(a, b)
            case Overlap.POSSIBLE:
                return self.says_possible(a, b, way, sources[0])
            case Overlap.NONE_RECORDED:
                return NOT_PROOF + self.says_both_in(both_in)
        names = joined([self.name(one) for one in unchecked])
        return (
            f"Of {names}, no relation has been recorded, and no source says that anybody looked "
            f"for one. Nothing can be said about this pair.{self.says_both_in(both_in)}"
        )

    def says_known(self, a, b):
        model, data = (b, a) if self.is_tool(b) else (a, b)
        if any(edge.type == RelationType.TRAINED_ON for edge in self.graph.direct(a, b)):
            return (
                f"{self.name(model)} has seen data of {self.name(data)}: its results there are "
                "not results on unseen data."
            )
        whole = next((one for one in (a, b) if self.document(one)["kind"] == Kind.COLLECTION), None)
        if whole is not None:
            part = b if whole == a else a
            return f"{self.name(part)} and {self.name(whole)} hold some of the same data."
        if self.is_tool(a) and self.is_tool(b):
            return "The one builds on the other."
        return "Some of the same data is in both."

    def says_possible(self, a, b, way, source):
        if source in (a, b):
            user = b if source == a else a
            between = joined([self.name(one) for one in way[1:-1]])
            verb = "has seen" if self.is_tool(user) else "holds"
            return (
                f"Data can have come from {self.name(source)} to {self.name(user)} by way of "
                f"{between}. Whether {self.name(user)} {verb} any of it is not recorded."
            )
        if self.graph.collections & {a, b}:
            return f"Both can hold data of {self.name(source)}. Whether the same of it is not recorded."
        tools = [one for one in (a, b) if self.is_tool(one)]
        if len(tools) == 1:
            data = b if tools == [a] else a
            return (
                f"{self.name(tools[0])} can have seen what {self.name(data)} has from "
                f"{self.name(source)}. Whether it did is not recorded."
            )
        return (
            f"Both can have drawn on {self.name(source)}. Whether on the same part of it is "
            "not recorded."
        )

    def says_both_in(self, both_in):
        """What two records went into says nothing of them; said, because somebody may think so."""
        archives = [one for one in both_in if one in self.graph.collections]
        others = [one for one in both_in if one not in self.graph.collections]
        said = ""
        for records, words in (
            (archives, "Both are in {}, whose sets need have nothing to do with each other."),
            (others, "Both went into {}, which may have taken different things from each."),
        ):
            if records:
                names = joined([self.name(one) for one in records[:NAMED]])
                said += " " + words.format(names)
        return said

    def advice(self, status, steps):
        """What to do: the remedies of the relations, or the one that always helps."""
        remedies = [
            relation["remedy"]
            for step in steps
            for relation in step["relations"]
            if relation["remedy"]
        ]
        if status == Overlap.NOT_CHECKED:
            return ["Ask the owners where the data came from. " + MATCH]
        return list(dict.fromkeys(remedies)) or [MATCH]

    def is_tool(self, position):
        return self.document(position)["kind"] in TOOL_KINDS


def summary(pairs):
    """How many pairs there are of each status."""
    return {status.value: sum(pair["status"] == status for pair in pairs) for status in Overlap}
