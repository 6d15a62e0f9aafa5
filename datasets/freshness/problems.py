"""From checks and from the calendar to what a curator should look at: one Problem each, closed when it is gone."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from datasets.documents import loads
from datasets.freshness.targets import named
from datasets.ledger import STALE, Ledger, stale_before
from datasets.models import Check, Document, Evidence, Problem, Record, Verdict
from datasets.models.freshness import CANNOT_TELL
from datasets.reading import fact_label, joined

CHUNK = 500
OF_DOIS = {
    Verdict.RETRACTED: Problem.Kind.RETRACTED,
    Verdict.CONCERN: Problem.Kind.CONCERN,
    Verdict.UNREGISTERED: Problem.Kind.UNREGISTERED,
}


@dataclass(frozen=True)
class Found:
    """A problem as it is now. ``as_of`` is when it was last seen."""

    detail: str
    as_of: datetime


def problem_of(check):
    """The kind of problem that a check shows; None if it shows none, or none to be believed yet."""
    if check.kind == Check.Kind.DOI:
        kind = OF_DOIS.get(check.verdict)
        return kind if kind != Problem.Kind.UNREGISTERED or check.believed else None
    if check.verdict == Verdict.MOVED:
        return Problem.Kind.MOVED
    if not check.believed:
        return None
    return Problem.Kind.DEAD if check.verdict == Verdict.DEAD else Problem.Kind.FAILING


def in_words(check):
    said = check.get_verdict_display()
    if check.status and check.failing:
        said = f"{said} ({check.status})"
    if check.leads_to:
        said = f"{said}: {check.leads_to}"
    if check.failing_since:
        said = f"{said}, since {check.failing_since:%d %B %Y}"
    return said


def sync(records=None):
    """Bring the problems of these records (of all) to what is the case; gives how many wait now."""
    with transaction.atomic():
        naming = naming_records(records)
        wanted = dict(of_checks(naming)) | dict(of_stale_facts(records))
        kept = untold(naming)
        rows = Problem.objects.all()
        if records is not None:
            rows = rows.filter(record__in=records)
        # Locked: what a curator decides meanwhile must not be written over.
        present = {(row.record_id, row.kind, row.target): row for row in rows.select_for_update()}
        missing = [
            Problem(record_id=record_id, kind=kind, target=target, detail=found.detail)
            for (record_id, kind, target), found in wanted.items()
            if (record_id, kind, target) not in present
        ]
        # Another run may have made the same by now.
        Problem.objects.bulk_create(missing, batch_size=CHUNK, ignore_conflicts=True)
        for key, row in present.items():
            if (row.record_id, row.target) in kept:
                continue
            if brought_up_to_date(row, wanted.get(key)):
                row.save()
    return Problem.objects.waiting().count()


def brought_up_to_date(row, found):
    """Change the problem to what was found; whether that changed anything."""
    before = (row.state, row.detail)
    state = Problem.State
    if found is None:
        if row.state != state.GONE:
            row.state, row.snoozed_until = state.GONE, None
        return (row.state, row.detail) != before
    row.detail = found.detail
    again = row.state == state.DONE and found.as_of > row.decided_at
    if row.state == state.GONE or again:
        row.state, row.found_at = state.OPEN, timezone.now()
    if row.state == state.SNOOZED and row.snoozed_until <= timezone.localdate():
        row.state, row.snoozed_until = state.OPEN, None
    return (row.state, row.detail) != before


def naming_records(records):
    """The ids of the records that name each (kind of check, target)."""
    naming = defaultdict(set)
    for kind, target, record_id, _ in named(records):
        naming[kind, target].add(record_id)
    return naming


def untold(naming):
    """The (record id, target) of which the last check tells nothing: what was found before it still holds."""
    return {
        (record_id, check.target)
        for check in Check.objects.filter(verdict__in=CANNOT_TELL)
        for record_id in naming.get((check.kind, check.target), ())
    }


def of_checks(naming):
    """Yield ((record id, kind, target), Found) for what the last checks show."""
    for check in Check.objects.exclude(verdict=Verdict.OK):
        kind = problem_of(check)
        for record_id in naming.get((check.kind, check.target), ()) if kind else ():
            yield (record_id, kind, check.target), Found(in_words(check), check.checked_at)


def of_stale_facts(records):
    """Yield the same for records of which facts were checked more than a year ago: one for each record."""
    before = stale_before()
    # The calendar shows it anew each day, and not each time that it is asked.
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    old = Record.objects.published().filter(
        Q(verified_on__lt=before)
        | Q(pk__in=Evidence.objects.filter(checked_on__lt=before).values("record"))
    )
    ids = [pk for pk in old.values_list("pk", flat=True) if records is None or pk in records]
    for start in range(0, len(ids), CHUNK):
        stored = Document.objects.published().filter(record__in=ids[start : start + CHUNK])
        for record_id, text in stored.values_list("record_id", "text"):
            facts = stale_facts(loads(text))
            if facts:
                detail = f"Checked more than a year ago: {joined(facts)}."
                yield (record_id, Problem.Kind.STALE, ""), Found(detail, today)


def stale_facts(document):
    marks = Ledger(document).marks()
    return list(
        dict.fromkeys(fact_label(mark.fact).lower() for mark in marks if mark.state == STALE)
    )
