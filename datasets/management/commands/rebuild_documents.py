"""manage.py rebuild_documents: prove, or restore, that documents say what the rows say."""

from django.core.management.base import BaseCommand, CommandError

from datasets.documents import CHUNK, build_all, dumps
from datasets.models import Document, Record, changing
from datasets.revisions import stored


class Command(BaseCommand):
    help = "Builds every record's document anew and writes those that differ from what is stored."

    def add_arguments(self, parser):
        parser.add_argument(
            "--check",
            action="store_true",
            help="Write nothing; name the records that differ and exit with 1.",
        )

    def handle(self, *, check, **options):
        # Nobody who writes is kept waiting while all is well, as it is at nearly every start.
        suspects = [
            record.pk for record, _ in outdated(Record.objects.values_list("pk", flat=True))
        ]
        slugs = settle(suspects, check) if suspects else []
        for slug in slugs:
            self.stdout.write(slug)
        if check and slugs:
            raise CommandError(
                f"{len(slugs)} stored documents differ from their rows; "
                "run rebuild_documents to write them."
            )
        self.stdout.write(f"{len(slugs)} rewritten." if slugs else "Every document is up to date.")


def settle(suspects, check):
    """The slugs of those that differ while nobody writes; unless this is a check they are written."""
    with changing(note="Documents rebuilt") as change:
        differing = [record for record, _ in outdated(suspects)]
        if not check:
            change.cascade(*(record.pk for record in differing))
    if not check:
        mend_texts(suspects)
    return [record.slug for record in differing]


def outdated(record_ids):
    """(record, fresh text) of each of these of which the stored document differs, or is missing."""
    ids = sorted(record_ids)
    for start in range(0, len(ids), CHUNK):
        kept = stored(ids[start : start + CHUNK])
        for record, document in build_all(kept):
            text, before = dumps(document), kept[record.pk]
            if before is None or (before.text, before.published) != (text, record.published):
                yield record, text


def mend_texts(record_ids):
    """Rewrite what differs in its form alone, such as the order of keys: no revision is due."""
    with changing() as change:
        for record, text in outdated(record_ids):
            Document.objects.filter(pk=record.pk).update(text=text, published=record.published)
            change.read_anew()
