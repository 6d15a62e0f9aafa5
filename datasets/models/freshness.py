"""What became of addresses and DOIs when they were last asked, and what a curator should do about it.

Both stand beside the catalogue, not in it: a check is no edit, makes no revision and no
new version. Readers see its outcome on the record's page, read when the page is.
"""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from datasets.models.records import Record

ADDRESS_LENGTH = 500


class Verdict(models.TextChoices):
    OK = "ok", "Answers"
    TOO_LARGE = "too-large", "Answers with more than we read"
    MOVED = "moved", "Moved for good"
    FORBIDDEN = "forbidden", "Refuses programs"
    LIMITED = "limited", "Asks us to come later"
    ODD = "odd", "Answers in a way that tells nothing"
    DEAD = "dead", "Not there any more"
    LOOP = "loop", "Redirects without end"
    SERVER_ERROR = "server-error", "Server error"
    TIMEOUT = "timeout", "Does not answer in time"
    TLS = "tls", "Its certificate or encryption fails"
    DNS = "dns", "Its name is not known"
    RESET = "reset", "Breaks the connection off, or refuses it"
    PRIVATE = "private", "Leads into a private network"
    # Of DOIs.
    UNREGISTERED = "unregistered", "Not registered"
    RETRACTED = "retracted", "Retracted"
    CONCERN = "concern", "Under an expression of concern"


# It is there, whatever else may be said of it.
ANSWERS = (Verdict.OK, Verdict.TOO_LARGE, Verdict.MOVED, Verdict.RETRACTED, Verdict.CONCERN)
# Nothing follows from these: the failures before them still count.
CANNOT_TELL = (Verdict.FORBIDDEN, Verdict.LIMITED, Verdict.ODD)
# A server may be down for a night: on how many different days it must have failed in a row.
DAYS_UNTIL_BELIEVED = {Verdict.DEAD: 2, Verdict.UNREGISTERED: 2}
DAYS_OTHERWISE = 3


class Check(models.Model):
    """The last check of an address, or of a DOI, whichever records name it."""

    class Kind(models.TextChoices):
        ADDRESS = "address", "Address"
        DOI = "doi", "DOI"

    kind = models.CharField(max_length=8, choices=Kind)
    target = models.CharField(max_length=ADDRESS_LENGTH)
    verdict = models.CharField(max_length=14, choices=Verdict)
    checked_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True, help_text="Of the last HTTP answer.")
    leads_to = models.CharField(
        max_length=ADDRESS_LENGTH, blank=True, help_text="The new address; of a DOI, the notice."
    )
    etag = models.CharField(max_length=300, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    not_before = models.DateTimeField(null=True, help_text="It asked not to be asked earlier.")
    # Different days in a row on which it failed, the first and the last of them.
    failures = models.PositiveSmallIntegerField(default=0)
    failing_since = models.DateField(null=True)
    failed_on = models.DateField(null=True)

    class Meta:
        ordering = ["checked_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "target"], name="check_once_each"),
            models.CheckConstraint(
                condition=Q(verdict__in=Verdict.values), name="check_verdict_is_known"
            ),
        ]

    def __str__(self):
        return f"{self.target}: {self.get_verdict_display()}"

    @property
    def failing(self):
        return self.verdict not in ANSWERS and self.verdict not in CANNOT_TELL

    @property
    def believed(self):
        """Whether it failed on so many days that it is not a passing fault."""
        needed = DAYS_UNTIL_BELIEVED.get(self.verdict, DAYS_OTHERWISE)
        return self.failing and self.failures >= needed

    def count_failure(self, today):
        """Note what this verdict means for the row of failures."""
        if self.verdict in ANSWERS:
            self.failures, self.failing_since, self.failed_on = 0, None, None
        elif self.failing and self.failed_on != today:
            self.failures += 1
            self.failing_since = self.failing_since or today
            self.failed_on = today


class ProblemQuerySet(models.QuerySet):
    def waiting(self):
        """What a curator should look at: open ones, and those whose rest is over."""
        rested = Q(state=Problem.State.SNOOZED, snoozed_until__lte=timezone.localdate())
        return self.filter(Q(state=Problem.State.OPEN) | rested)


class Problem(models.Model):
    """Something wrong with a record that a curator should look at; it closes itself when it is gone."""

    class Kind(models.TextChoices):
        DEAD = "dead", "Dead link"
        FAILING = "failing", "Failing link"
        MOVED = "moved", "Moved link"
        RETRACTED = "retracted", "Retracted paper"
        CONCERN = "concern", "Paper under concern"
        UNREGISTERED = "unregistered", "Unknown DOI"
        STALE = "stale", "Stale facts"

    class State(models.TextChoices):
        OPEN = "open", "Open"
        SNOOZED = "snoozed", "Put off"
        DONE = "done", "Done"
        GONE = "gone", "Gone by itself"

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="problems")
    kind = models.CharField(max_length=14, choices=Kind)
    target = models.CharField("what it is about", max_length=ADDRESS_LENGTH, blank=True)
    detail = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    snoozed_until = models.DateField("put off until", null=True, blank=True)
    found_at = models.DateTimeField("found", default=timezone.now)
    decided_at = models.DateTimeField("decided", null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    objects = ProblemQuerySet.as_manager()

    class Meta:
        ordering = ["-found_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["record", "kind", "target"], name="problem_once_each"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "snoozed", "done", "gone"]),
                name="problem_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(state="snoozed") ^ Q(snoozed_until__isnull=True),
                name="problem_put_off_until_a_day",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.record}"

    def decide(self, state, *, by, until=None):
        self.state, self.snoozed_until = state, until
        self.decided_by, self.decided_at = by, timezone.now()
        self.save()

    def finish(self, *, by):
        """It is dealt with. A later check that still finds it opens it again."""
        self.decide(self.State.DONE, by=by)

    def snooze(self, *, by, days):
        """Let it rest for some days."""
        until = timezone.localdate() + timedelta(days=days)
        self.decide(self.State.SNOOZED, by=by, until=until)
