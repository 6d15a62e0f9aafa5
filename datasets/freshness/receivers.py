"""An edit that mends a problem closes it at once, without waiting for the next run."""

from django.dispatch import receiver

from datasets.freshness.problems import sync
from datasets.models import Problem
from datasets.models.changes import finished


@receiver(finished)
def close_what_is_mended(change, **kwargs):
    kept = Problem.objects.exclude(state=Problem.State.GONE)
    troubled = set(kept.values_list("record_id", flat=True).distinct())
    mended = troubled & (change.edited | change.cascaded)
    if mended:
        sync(mended)
