"""What the page of a check shows, from what was asked."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import mark_safe

from datasets.checking import asking
from datasets.checking.overlap import Overlap
from datasets.checking.report import NOT_ADVICE, Report
from datasets.checking.terms import CLASH, USES
from datasets.models import PERMITS, RelationType
from datasets.reading import PERMITTED, REQUIRED, STATES
from datasets.templatetags.catalogue import linked

# Longer lists of names to choose from weigh more than they help.
LISTED = 1000
# A table of more records has signs in its cells, with their words for those who listen.
WORDY = 6
ITSELF = (None, None, None)
NO_SOURCE = "No source is on record for this relation."
NEEDS = ("attribution", "share_alike")
REASONS = {
    "forbidden": "{} is forbidden by the licence of",
    "unknown": "Whether {} is permitted is not known, which is no permission, of",
    CLASH: "No one licence fits an adaptation of all of these",
}


class Page:
    """A form and, once records are chosen, their report."""

    def __init__(self, index, asked, typed="", found=None):
        self.index, self.asked = index, asked
        self.typed, self.found = typed, found
        self.errors = asked.errors
        self.most, self.not_advice = asking.MOST, NOT_ADVICE
        self.report = self.picture = None
        if asked.slugs:
            report = Report(index, asked.slugs, asked.uses)
            self.report, self.picture = report.document(), report.picture()

    # The form

    @property
    def chosen(self):
        for slug in self.asked.slugs:
            yield self.index.document(self.index.position[slug])

    @property
    def is_full(self):
        return len(self.asked.slugs) >= asking.MOST

    @property
    def not_found(self):
        """Whether something was typed that no record has."""
        return bool(self.typed) and not self.found.documents

    @property
    def uses(self):
        """(use, name, whether it is asked for)"""
        return [(use, name, use in self.asked.uses) for use, name in USES.items()]

    @property
    def names(self):
        """(name, what it stands for) of every record, to choose from while typing."""
        if self.index.size > LISTED:
            return []
        documents = map(self.index.document, range(self.index.size))
        return [(one["name"], one["full_name"] or one["summary"]) for one in documents]

    @property
    def unreadable(self):
        """What is wrong with the address beyond what the form's fields say."""
        known = (*asking.PARAMETERS, "add")
        return [" ".join(texts) for name, texts in self.errors.items() if name not in known]

    @property
    def example(self):
        """A check that has something to show; None in a catalogue without relations."""
        edge = next(self.index.graph.edges(), None)
        ends = [edge.subject, edge.object] if edge else []
        return edge and {
            "names": [self.index.document(end)["name"] for end in ends],
            "address": address([self.index.slugs[end] for end in ends], []),
        }

    @property
    def address(self):
        return address(self.asked.slugs, self.asked.uses)

    @property
    def api_address(self):
        return address(self.asked.slugs, self.asked.uses, "api:datasets:check")

    # The report

    @property
    def counts(self):
        """(status, its name, number of pairs)"""
        summary = self.report["overlap"]["summary"]
        return [(status.value, status.label, summary[status]) for status in Overlap]

    def with_status(self, *statuses):
        return [pair for pair in self.report["overlap"]["pairs"] if pair["status"] in statuses]

    @property
    def linked(self):
        """(pair, its steps as markup) of those that need attention, the certain ones first."""
        # Of many records, the same steps stand in most of the pairs.
        pairs = self.with_status(Overlap.KNOWN) + self.with_status(Overlap.POSSIBLE)
        steps = {id(step): step for pair in pairs for step in pair["steps"]}
        written = {key: written_out(step) for key, step in steps.items()}
        return [(pair, [written[id(step)] for step in pair["steps"]]) for pair in pairs]

    @property
    def unlinked(self):
        """The other pairs, those of which the same is said together: (pair to tell it by, pairs)."""
        groups = {}
        for pair in self.with_status(Overlap.NONE_RECORDED) + self.with_status(Overlap.NOT_CHECKED):
            groups.setdefault(pair["says"], []).append(pair)
        return [(pairs[0], pairs) for pairs in groups.values()]

    @property
    def matrix(self):
        """Each record with its pairs, (status, its name, anchor) one per record; Nones with itself."""
        pairs = {}
        for pair in self.report["overlap"]["pairs"]:
            a, b = pair["a"]["slug"], pair["b"]["slug"]
            pairs[a, b] = pairs[b, a] = pair["status"], pair["status_name"], f"{a}--{b}"
        records = self.report["records"]
        return [
            (one, [pairs.get((one["slug"], other["slug"]), ITSELF) for other in records])
            for one in records
        ]

    @property
    def is_wordy(self):
        return len(self.asked.slugs) <= WORDY

    @property
    def verdicts(self):
        """Per use, and for all together where several were asked for, the verdict in words."""
        terms = self.report["terms"]
        rows = [verdict | {"words": verdict["name"]} for verdict in terms["uses"]]
        if len(self.asked.uses) > 1:
            rows.append(terms["together"] | {"words": "All of these at once"})
        return [
            row | {"reasons": reasons(row["blocks"]), "nothing_left": self.leaves_nothing(row)}
            for row in rows
        ]

    def leaves_nothing(self, verdict):
        whole = [record for record in verdict["removal"] if record["parts"] is None]
        return len(whole) == len(self.report["records"])

    @property
    def permissions(self):
        """Per record and part, what its licence permits and requires: (words, state) in each cell."""
        return [
            record
            | {
                "parts": [
                    part
                    | {
                        "cells": [(PERMITTED[yes], STATES[yes]) for yes in part["permits"].values()]
                        + [(REQUIRED[part["requires"][need]], "neutral") for need in NEEDS]
                    }
                    for part in record["parts"]
                ]
            }
            for record in self.report["terms"]["records"]
        ]

    @property
    def permission_names(self):
        return [*PERMITS.values(), "Attribution", "Share-alike"]

    @property
    def credits(self):
        """All that has to be named, as one text to copy."""
        rows = self.report["terms"]["attribution"]
        return "\n\n".join(row["text"] for row in rows)

    @property
    def courtesies(self):
        """The names of the records that ask for no attribution, and of those where that is unknown."""
        rows = self.report["terms"]["attribution"]
        return [
            (state, [row["name"] for row in rows if row["required"] is state])
            for state in (False, None)
        ]

    @property
    def relation_types(self):
        """The types of relation in the picture, for its key."""
        drawn = {edge["type"] for edge in self.report["graph"]["edges"]}
        return [(kind.value, kind.label) for kind in RelationType if kind in drawn]

    @property
    def drawn(self):
        """How many of the records of the report the picture shows."""
        return len(self.picture.records)

    @property
    def like_these(self):
        """The explorer's address of everything that is like the chosen records."""
        looked_for = self.report["test_sets"]["looked_for"]
        query = [(facet, term["slug"]) for facet, terms in looked_for.items() for term in terms]
        return f"{reverse('datasets:list')}?{urlencode(query)}"


def written_out(step):
    """The relations of a step as items of a list. Not a template: of these there are hundreds on a page."""
    return mark_safe("".join(map(item_of, step["relations"])))


def item_of(relation):
    sources = "; ".join(map(linked, relation["evidence"]))
    seen = f"Seen in {sources}" if sources else NO_SOURCE
    extent = f"<p>{escape(relation['extent'])}</p>" if relation["extent"] else ""
    return (
        f'<li><p class="step-says">{escape(relation["says"])}</p>{extent}'
        f'<p class="hint">{seen}</p></li>'
    )


def reasons(blocks):
    """(why in words, what blocks for that reason)"""
    groups = {}
    for block in blocks:
        use = PERMITS[block["needs"]]
        # At the beginning of a sentence as it is, within one in small letters.
        name = use if block["why"] == "forbidden" else use.lower()
        verb = "are" if use.endswith("s") else "is"
        says = REASONS[block["why"]].format(name).replace(" is ", f" {verb} ", 1)
        groups.setdefault(says, []).append(block)
    return list(groups.items())


def address(slugs, uses, name="datasets:check"):
    """Where the check of these records for these uses stands."""
    query = urlencode({"slug": slugs, "use": uses}, doseq=True)
    return f"{reverse(name)}?{query}" if query else reverse(name)
