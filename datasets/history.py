"""Public revisions put in plain words: what changed, when, why, and in which role; never who."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Q, Subquery

from datasets.differences import differences
from datasets.documents import loads
from datasets.models import Revision, Slug, record_address
from datasets.reading import Entry, fact_label, joined

GONE = (Revision.Event.WITHDRAWN, Revision.Event.MERGED)
CAUSES = {
    Revision.Cause.EDIT: "",
    Revision.Cause.CASCADE: "a name or a neighbour that it mentions changed",
}


@dataclass(frozen=True)
class FactChange:
    """What one fact said and says, in lines; ``moved`` if only their order or detail is another."""

    key: str
    went: tuple
    came: tuple
    moved: bool

    @property
    def label(self):
        return fact_label(self.key)

    @property
    def turned(self):
        """Whether one line took the place of another."""
        return len(self.went) == len(self.came) == 1


@dataclass(frozen=True)
class Line:
    """One revision as readers see it. ``url`` is None where there is no page any more."""

    number: int
    version: int
    at: datetime
    event: str
    name: str
    url: str | None
    says: str
    cause: str
    note: str
    role: str = ""
    facts: tuple = ()
    into: Entry | None = None

    @property
    def history_url(self):
        """Where this version stands in the record's whole history."""
        return self.url and f"{self.url}history/?version={self.version}#v{self.version}"


def with_previous(revisions):
    """The revisions, each with the document that readers saw before it, in the same query."""
    earlier = (
        Revision.objects.public()
        .filter(record=OuterRef("record"), number__lt=OuterRef("number"))
        .exclude(document="")
        .order_by("-number")
        .values("document")[:1]
    )
    return revisions.annotate(previous=Subquery(earlier))


def lines(revisions, index):
    """A Line for each of these revisions ``with_previous()``, without any query unless records are gone."""
    revisions = list(revisions)
    recall([one for one in revisions if one.record_id is None and one.document])
    return [line(revision, index) for revision in revisions]


def recall(revisions):
    """Find what readers saw before each of these, whose records were deleted: by their slugs, which stay taken."""
    if not revisions:
        return
    public = Revision.objects.public().filter(record=None).exclude(document="")
    named = {one.number: one.former_slug or one.slug for one in revisions}
    told = list(
        public.filter(slug__in=set(named.values())).values_list("slug", "version", "number")
    )
    before = {
        one.number: max(
            (
                number
                for slug, version, number in told
                if slug == named[one.number] and version < one.version and number < one.number
            ),
            default=None,
        )
        for one in revisions
    }
    documents = dict(
        public.filter(number__in=filter(None, before.values())).values_list("number", "document")
    )
    for one in revisions:
        one.previous = documents.get(before[one.number])


def line(revision, index):
    facts = fact_changes(revision, index)
    current = index.resolve("slug", revision.slug)
    survivor = index.resolve("slug", revision.merged_into) if revision.merged_into else None
    return Line(
        number=revision.number,
        version=revision.version,
        at=revision.at,
        event=revision.event,
        name=revision.name,
        url=current and record_address(revision.kind, current),
        says=says(revision, facts),
        role=revision.role,
        facts=facts,
        cause=CAUSES[revision.cause],
        note=revision.note.strip(),
        into=survivor
        and Entry(index.name_of("slug", survivor), record_address(revision.kind, survivor)),
    )


def says(revision, facts):
    """The event in words, without the record's name: “sizes and licence changed”."""
    match revision.event:
        case Revision.Event.CREATED:
            return "published again" if revision.previous else "added"
        case Revision.Event.WITHDRAWN:
            return "withdrawn"
        case Revision.Event.MERGED:
            return "merged into"
    if not revision.document:
        return "changed; what it said was taken down"
    words = joined([label(fact.key) for fact in facts]) if facts else "details"
    return f"{words} changed"


def fact_changes(revision, index):
    """A FactChange for each key that differs from what readers saw before; an address is told by its slug."""
    if not (revision.previous and revision.document):
        return ()
    rows = differences(loads(revision.previous), loads(revision.document), index)
    keys = [row["key"] for row in rows]
    return tuple(
        FactChange(row["key"], tuple(row["went"]), tuple(row["came"]), row["moved"])
        for row in rows
        if row["key"] != "url" or "slug" not in keys
    )


def label(key):
    """A key of a document as a sentence names it."""
    return fact_label(key).lower()


def tombstone(slug):
    """The notice that the record known by this slug was taken back; None if it never was, or never was public."""
    # A slug that nothing ever had costs one look into an index of the database; at a NUL PostgreSQL does not look.
    if "\0" in slug or not Slug.objects.filter(namespace="record", slug=slug).exists():
        return None
    last = None
    while last is None or last.slug != slug:
        slug = last.slug if last else slug
        last = (
            Revision.objects.public()
            .filter(Q(slug=slug) | Q(former_slug=slug))
            .order_by("-number")
            .first()
        )
        if last is None:
            return None
    return last if last.event in GONE else None
