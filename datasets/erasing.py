"""Taking down what a deleted record said: the one exception to a history that only grows.

Deleting a record leaves what was public in the log, so that work which used it can be understood
and a copy can follow. Where that may not stay (somebody's data, somebody's text), its revisions
are emptied: they keep their numbers, events and days, so that no cursor stumbles, and say nothing.
"""

from django.core.exceptions import ValidationError
from django.utils import timezone

from datasets.changefeed import names_of_gone
from datasets.curation import one_change
from datasets.models import Record, Revision


def erase(slug, *, by):
    """Empty all revisions, drafts too, of the deleted record once known by this slug; returns how many."""
    if Record.objects.filter(slug=slug).exists():
        raise ValidationError(f"“{slug}” is a record still; delete it first.")
    with one_change(by) as change:
        gone = Revision.objects.filter(record=None)
        rows = gone.filter(slug__in=names_of_gone(slug, gone))
        if not rows.exists():
            raise ValidationError(f"No deleted record was known as “{slug}”.")
        # The reason for which a record was taken back may name somebody, too.
        erased = rows.exclude(document="", note="").update(
            document="", note="", erased_at=timezone.now()
        )
        # No new revision tells of this; readers and their caches must look again all the same.
        change.read_anew()
    return erased
