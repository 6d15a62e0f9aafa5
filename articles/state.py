"""Where a post stands: draft, in review, scheduled, live, changed since, withdrawn. Said here and nowhere else."""

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from articles.models import Citation, Revision
from datasets.models import Check, Verdict


class State(models.TextChoices):
    WITHDRAWN = "withdrawn", "Withdrawn"
    REVIEW = "review", "In review"
    SCHEDULED = "scheduled", "Scheduled"
    CHANGED = "changed", "Live with unpublished changes"
    LIVE = "live", "Live"
    DRAFT = "draft", "Draft"


@dataclass(frozen=True)
class Standing:
    """A post's state with its times; ``str()`` tells it in words."""

    state: State
    live_since: datetime | None
    scheduled_for: datetime | None

    def __str__(self):
        words = self.state.label
        if self.state == State.SCHEDULED:
            words += f" for {moment(self.scheduled_for)}"
        if self.live_since and self.state in (State.REVIEW, State.SCHEDULED):
            words += ", an earlier revision is live"
        return words


def moment(at):
    """A time in the publication's zone, which is named."""
    local = timezone.localtime(at)
    return f"{local.day} {local:%B %Y, %H:%M %Z}"


def short_moment(at):
    """The same for a column of a list, where the zone goes without saying."""
    local = timezone.localtime(at)
    # In a narrow column the time goes below the day, and the day stays together.
    return f"{local.day}\N{NO-BREAK SPACE}{local:%b\N{NO-BREAK SPACE}%Y, %H:%M}"


def with_standing(posts):
    """Adds what ``standing()`` tells of each post: one query, however many posts there are."""
    at = timezone.now()
    of_post = Revision.objects.filter(post=OuterRef("pk"))
    live = Revision.objects.live(at).filter(post=OuterRef("pk"))
    due = Revision.objects.due(at).filter(post=OuterRef("pk")).order_by().values("post")
    pending = Revision.objects.pending(at).filter(post=OuterRef("pk")).order_by("effective_at")
    # The last time that the working copy was what readers see now; a rollback leaves it as it was.
    same = of_post.filter(hash=OuterRef("live_hash"), rolled_back_to=None).order_by().values("post")
    return posts.annotate(
        live_since=Subquery(due.annotate(first=Min("effective_at")).values("first")),
        live_hash=Subquery(live.values("hash")),
        scheduled_for=Subquery(pending.values("effective_at")[:1]),
    ).annotate(
        settled_at=Subquery(same.annotate(last=Max("approved_at")).values("last")),
        state=Case(
            When(withdrawn_at__isnull=False, then=Value(State.WITHDRAWN)),
            When(submitted_at__isnull=False, then=Value(State.REVIEW)),
            When(scheduled_for__isnull=False, then=Value(State.SCHEDULED)),
            When(
                Q(live_hash__isnull=False)
                & (Q(settled_at__isnull=True) | Q(settled_at__lt=F("edited_at"))),
                then=Value(State.CHANGED),
            ),
            When(live_hash__isnull=False, then=Value(State.LIVE)),
            default=Value(State.DRAFT),
            output_field=CharField(),
        ),
    )


def standing(post):
    """The Standing of a post that ``with_standing`` gave."""
    shown = post.live_since if post.live_hash else None
    return Standing(State(post.state), shown, post.scheduled_for)


def with_citation_health(posts):
    """Adds ``cited``, ``unfounded`` (neither address nor DOI nor waiver), ``waived`` and ``retracted``."""
    rows = Citation.objects.filter(post=OuterRef("pk")).order_by().values("post")
    nowhere = rows.filter(work__url="", work__doi="")
    retracted = Check.objects.filter(kind=Check.Kind.DOI, verdict=Verdict.RETRACTED).order_by()
    retracted = retracted.values("target")

    def count(citations):
        counted = citations.annotate(count=Count("pk")).values("count")
        return Coalesce(Subquery(counted, output_field=IntegerField()), 0)

    return posts.annotate(
        cited=count(rows),
        unfounded=count(nowhere.filter(waiver="")),
        waived=count(nowhere.exclude(waiver="")),
        retracted=count(rows.filter(work__doi__in=retracted)),
    )


def citation_health(post):
    """What the list says about the citations of a post that ``with_citation_health`` gave."""
    if not post.cited:
        return "needs one" if post.kind == post.Kind.NEWS else "none"
    parts = [f"{post.cited} cited"]
    if post.unfounded:
        parts.append(f"{post.unfounded} without an address")
    if post.retracted:
        parts.append(f"{post.retracted} retracted")
    if post.waived:
        parts.append(f"{post.waived} waived")
    return ", ".join(parts)


def told_revisions(post):
    """The revisions of a post, newest first, each with ``told``: live, scheduled, past or cancelled."""
    at = timezone.now()
    live = Revision.objects.live(at).filter(pk=OuterRef("pk"))
    revisions = post.revisions.select_related("approver", "author", "rolled_back_to").defer(
        "document", "text", "held"
    )
    return revisions.annotate(
        told=Case(
            When(cancelled_at__isnull=False, then=Value("cancelled")),
            When(effective_at__gt=at, then=Value("scheduled")),
            When(Exists(live), then=Value("live")),
            default=Value("past"),
            output_field=CharField(),
        )
    )
