"""What changed in the tables of a post since its live revision was approved."""

from dataclasses import dataclass, field

from articles.documents import loads
from datasets.differences import changed_keys
from datasets.history import label
from datasets.models import Document, Revision
from datasets.reading import joined

MOST_TOLD = 50


@dataclass
class Change:
    """A record that entered tables, left them, or says something else than it did."""

    event: str
    slug: str
    name: str
    url: str | None
    captions: list = field(default_factory=list)
    says: str = ""


def changes(live_tables, held, index):
    """Changes between what the tables held (``Revision.held``) and what they hold now, in three queries at most."""
    found = {}
    versions = {}
    for table, then in zip(live_tables, held, strict=False):
        if table.faults:
            # It holds nothing that could be compared.
            continue
        before = {index.resolve("slug", slug) or slug: version for slug, version in then}
        now = table.holds()
        for slug in [slug for slug in now if slug not in before]:
            note(found, "entered", slug, table, index)
        for slug in [slug for slug in before if slug not in now]:
            note(found, "left", slug, table, index)
        for slug, version in now.items():
            if before.get(slug, version) != version:
                note(found, "changed", slug, table, index)
                versions[slug] = min(before[slug], versions.get(slug, before[slug]))
    name_the_gone([change for change in found.values() if change.url is None])
    explain([change for change in found.values() if change.event == "changed"], versions, index)
    order = ("entered", "left", "changed")
    return sorted(found.values(), key=lambda change: (order.index(change.event), change.name))


def note(found, event, slug, table, index):
    position = index.position.get(slug)
    document = index.document(position) if position is not None else None
    name, url = (document["name"], document["url"]) if document else (slug, None)
    change = found.setdefault((event, slug), Change(event, slug, name, url))
    if table.caption not in change.captions:
        change.captions.append(table.caption)


def name_the_gone(gone):
    """Give records that the catalogue took back the name under which readers knew them."""
    if not gone:
        return
    rows = Revision.objects.public().filter(slug__in=[change.slug for change in gone])
    names = dict(rows.order_by("number").values_list("slug", "name"))
    for change in gone:
        change.name = names.get(change.slug, change.slug)


def explain(changed, versions, index):
    """Say which facts of the changed records differ from what the tables held."""
    ids = {change.slug: index.ids[index.position[change.slug]] for change in changed[:MOST_TOLD]}
    if not ids:
        return
    now = dict(
        Document.objects.filter(record_id__in=ids.values(), published=True).values_list(
            "record_id", "text"
        )
    )
    earlier = Revision.objects.public().filter(
        record_id__in=ids.values(), version__in=set(versions.values())
    )
    then = {
        (record, version): text
        for record, version, text in earlier.values_list("record_id", "version", "document")
    }
    for change in changed[:MOST_TOLD]:
        pk = ids[change.slug]
        before = then.get((pk, versions[change.slug]))
        if before and pk in now:
            keys = changed_keys(loads(before), loads(now[pk]))
            change.says = joined([label(key) for key in keys]) if keys else ""
