"""The page of a comparison, ready for its template."""

from functools import cached_property

from datasets.comparison.asked import FORMATS, MOST
from datasets.comparison.relations import between, in_common
from datasets.comparison.rows import Group, groups
from datasets.reading import Reading, joined

# A longer list of all names would weigh more than the page; names can be typed all the same.
LISTED = 500


class Comparison:
    """``documents`` are the whole ones of the records asked for, in their order."""

    def __init__(self, asked, documents, index):
        self.asked, self.index = asked, index
        self.readings = [Reading(document, index) for document in documents]

    @property
    def enough(self):
        return len(self.readings) > 1

    @property
    def full(self):
        return len(self.readings) >= MOST

    @property
    def most(self):
        return MOST

    @cached_property
    def columns(self):
        """(record's page, kind, address without it) of each record."""
        slugs = [reading.document["slug"] for reading in self.readings]
        return [
            {
                "name": reading.document["name"],
                "url": reading.document["url"],
                "kind": reading.kind.name,
                "status": reading.status,
                "without": self.asked.address(slugs=[one for one in slugs if one != slug]),
            }
            for slug, reading in zip(slugs, self.readings, strict=True)
        ]

    @property
    def names(self):
        return joined([column["name"] for column in self.columns])

    @cached_property
    def all_groups(self):
        return groups(self.readings)

    @property
    def groups(self):
        """The rows to show: all, or only those that differ."""
        if not self.asked.only_differences:
            return self.all_groups
        kept = [
            Group(group.label, [row for row in group.rows if row.differs])
            for group in self.all_groups
        ]
        return [group for group in kept if group.rows]

    @property
    def compared(self):
        return [row for group in self.all_groups for row in group.rows if row.compared]

    @property
    def differing(self):
        return [row for row in self.compared if row.differs]

    @property
    def relations(self):
        return between(self.readings)

    @property
    def in_common(self):
        return in_common(self.readings)

    # Ways on

    @property
    def everything(self):
        return self.asked.address(only="")

    @property
    def differences(self):
        return self.asked.address(only="differences")

    @property
    def files(self):
        """(label, address) of the same records as files."""
        return [(text, self.asked.address(only="", format=name)) for name, text in FORMATS.items()]

    @property
    def hidden(self):
        """(name, value) pairs that the form which adds a record passes on."""
        only = [("only", "differences")] if self.asked.only_differences else []
        return [*(("slug", slug) for slug in self.asked.slugs), *only]

    @cached_property
    def offered(self):
        """The names that the box suggests; none where there are too many of them."""
        if self.index.size > LISTED:
            return []
        return [
            self.index.name_of("slug", slug)
            for slug in map(self.index.slugs.__getitem__, self.index.orders["name"].sequence)
            if slug not in self.asked.slugs
        ]

    @property
    def neighbours(self):
        """Links that add a record which is related to one that is here."""
        slugs = dict.fromkeys(
            edge["slug"]
            for reading in self.readings
            for edge in reading.relations
            if edge["slug"] in self.index.position and edge["slug"] not in self.asked.slugs
        )
        return [self.asked.offer(slug) for slug in slugs]
