"""The end of a change: each touched record's document is built once, and each changed one becomes a revision."""

from django.dispatch import receiver
from django.utils import timezone

from datasets.documents import CHUNK, build_all, dumps, loads, moment
from datasets.models import STAMPS, Document, Record, Revision, neighbour_ids
from datasets.models.changes import finished
from datasets.roles import role_of


@receiver(finished)
def write_revisions(change, counter, **kwargs):
    """Store the documents of all touched records and number their revisions, in this transaction."""
    before = stored(change.edited | change.cascaded)
    missed = neighbour_ids(renamed(before)) - before.keys()
    change.cascade(*missed)
    before |= stored(missed)
    writer = Writer(change, counter.version)
    # First what is gone: a survivor may have taken over a slug of it in the same change.
    for record_id, gone in change.gone.items():
        writer.bury(record_id, gone)
    for record, document in build_all(before):
        writer.compare(record, document, before[record.pk])
        if len(writer.records) >= CHUNK:
            writer.save()
    writer.save()
    # A tree or a term may have moved without any document: readers must look again all the same.
    version = max(writer.number, counter.version + 1)
    counter.advance(version, anew=change.anew, terms=change.moved)


def stored(record_ids):
    """Per record id, its stored Document, or None where there is none yet."""
    return dict.fromkeys(record_ids) | Document.objects.in_bulk(list(record_ids))


def renamed(before):
    """Ids of the records of which neighbours show something else than they did: slug, name, kind, visibility."""
    now = Record.objects.filter(pk__in=before).values_list(
        "pk", "slug", "name", "kind", "published"
    )
    return [pk for pk, *shown in now if shown != shown_until_now(before[pk])]


def shown_until_now(document):
    if document is None:
        return None
    said = loads(document.text)
    return [said["slug"], said["name"], said["kind"], document.published]


class Writer:
    """Gathers what a change writes, and writes it in a few queries."""

    def __init__(self, change, version):
        self.change = change
        self.number = version
        self.role = change.role or role_of(change.by)
        self.now = timezone.now()
        self.records, self.documents, self.revisions = [], [], []

    def compare(self, record, document, before):
        """Note a revision of the record if its document or its visibility is another than before."""
        said = before and loads(before.text)
        same = said is not None and content(said) == content(document)
        if same and before.published == record.published:
            return
        edited = record.pk in self.change.edited
        if edited:
            record.updated_at = self.now
        was_public = before is not None and before.published
        if was_public and not record.published:
            # The notice names the record as it was known, not as it may be called by now.
            self.revise(record, Revision.Event.WITHDRAWN, public=True, known=said)
        if record.published or not same:
            appears = before is None or (record.published and not was_public)
            event = Revision.Event.CREATED if appears else Revision.Event.CHANGED
            revision = self.revise(record, event, public=record.published)
            revision.document = dumps(stamped(document, record))
            if event == Revision.Event.CHANGED and said["slug"] != record.slug:
                revision.former_slug = said["slug"]
        self.records.append(record)
        text = dumps(stamped(document, record))
        self.documents.append(Document(record_id=record.pk, text=text, published=record.published))

    def bury(self, record_id, gone):
        """Note that a record which readers could see was deleted or merged into another."""
        survivor = Record.objects.published().filter(pk=gone.merged_into).first()
        gone_record = Record(slug=gone.slug, name=gone.name, kind=gone.kind, version=gone.version)
        event = Revision.Event.MERGED if survivor else Revision.Event.WITHDRAWN
        revision = self.revise(gone_record, event, public=True)
        revision.cause = Revision.Cause.EDIT
        revision.merged_into = survivor.slug if survivor else ""

    def revise(self, record, event, *, public, known=None):
        self.number += 1
        record.version += 1
        edited = record.pk in self.change.edited
        revision = Revision(
            number=self.number,
            record_id=record.pk,
            version=record.version,
            event=event,
            cause=Revision.Cause.EDIT if edited else Revision.Cause.CASCADE,
            kind=record.kind,
            slug=known["slug"] if known else record.slug,
            name=known["name"] if known else record.name,
            public=public,
            at=self.now,
            by=self.change.by,
            role=self.role,
            note=self.change.note,
        )
        self.revisions.append(revision)
        return revision

    def save(self):
        """Write what was gathered so far, which need not be kept in memory then."""
        # The plain manager: what is written here is the outcome of the change, not a part of it.
        plain = Record._base_manager
        plain.bulk_update(self.records, STAMPS, batch_size=500)
        Document.objects.bulk_create(
            self.documents,
            batch_size=500,
            update_conflicts=True,
            unique_fields=["record"],
            update_fields=["text", "published"],
        )
        Revision.objects.bulk_create(self.revisions, batch_size=500)
        self.records, self.documents, self.revisions = [], [], []


def content(document):
    return {key: value for key, value in document.items() if key not in STAMPS}


def stamped(document, record):
    return document | {"updated_at": moment(record.updated_at), "version": record.version}
