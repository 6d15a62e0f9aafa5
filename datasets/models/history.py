"""What the catalogue said and says: stored documents, revisions, loaded entries, suggestions."""

import secrets

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from datasets.models.addresses import WebAddressField
from datasets.models.choices import Kind
from datasets.models.evidence import ROLE_LENGTH
from datasets.models.records import Record


class DocumentQuerySet(models.QuerySet):
    def published(self):
        """The documents that readers may see: those of published records."""
        return self.filter(published=True)


class Document(models.Model):
    """The public document of a record, stored beside it as text, so that keys keep their order."""

    record = models.OneToOneField(
        Record, on_delete=models.CASCADE, primary_key=True, related_name="document"
    )
    text = models.TextField()
    published = models.BooleanField(db_index=True)

    objects = DocumentQuerySet.as_manager()

    def __str__(self):
        return f"document of record {self.record_id}"


class RevisionQuerySet(models.QuerySet):
    def public(self):
        """Saved while the record was published, or the notice that it was taken back."""
        return self.filter(public=True)


class Revision(models.Model):
    """One state of a record's document, never changed but by ``erasing``. ``number`` follows the order of commits."""

    class Event(models.TextChoices):
        CREATED = "created", "Created"
        CHANGED = "changed", "Changed"
        WITHDRAWN = "withdrawn", "Withdrawn"
        MERGED = "merged", "Merged"

    class Cause(models.TextChoices):
        EDIT = "edit", "Edit"
        CASCADE = "cascade", "Cascade"

    number = models.PositiveBigIntegerField(primary_key=True)
    record = models.ForeignKey(
        Record, on_delete=models.SET_NULL, null=True, related_name="revisions"
    )
    version = models.PositiveIntegerField()
    event = models.CharField(max_length=10, choices=Event)
    cause = models.CharField(max_length=8, choices=Cause)
    kind = models.CharField(max_length=10, choices=Kind)
    slug = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    former_slug = models.CharField(max_length=80, blank=True)
    merged_into = models.CharField(max_length=80, blank=True)
    document = models.TextField(blank=True)
    public = models.BooleanField()
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    # In which role: what readers see. It stays true when the person's roles change.
    role = models.CharField(max_length=ROLE_LENGTH, blank=True)
    note = models.TextField(blank=True)
    # When what it said was taken down; see ``erasing``.
    erased_at = models.DateTimeField(null=True, editable=False)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "version"],
                condition=Q(record__isnull=False),
                name="revision_version_once",
            ),
            # A tombstone tells that a record was taken back and nothing of what it said.
            models.CheckConstraint(
                condition=Q(event__in=["created", "changed"], erased_at=None) ^ Q(document=""),
                name="revision_tombstone_is_empty",
            ),
        ]
        indexes = [
            models.Index(fields=["public", "number"], name="revision_public_in_order"),
            models.Index(fields=["public", "at"], name="revision_public_at"),
            models.Index(fields=["slug"], name="revision_slug"),
            models.Index(fields=["former_slug"], name="revision_former_slug"),
        ]

    def __str__(self):
        return f"{self.slug} version {self.version}"


class LoadedEntry(models.Model):
    """What ``load_catalogue`` last wrote, in the file's words: how it knows what a person changed since."""

    namespace = models.CharField(max_length=20)
    key = models.CharField(max_length=300)
    entry = models.JSONField()

    class Meta:
        verbose_name_plural = "loaded entries"
        constraints = [
            models.UniqueConstraint(fields=["namespace", "key"], name="loaded_entry_once_each")
        ]

    def __str__(self):
        return f"{self.namespace} {self.key}"


def new_reference():
    return secrets.token_urlsafe(12)


class Suggestion(models.Model):
    """What a reader sends in: a record that the catalogue lacks, or a correction of one.

    Nothing of it says who the reader is; the reference is how they learn what came of it.
    """

    class Kind(models.TextChoices):
        DATASET = "dataset", "A dataset"
        TOOL = "tool", "A model or tool"
        CORRECTION = "correction", "A correction"

    class State(models.TextChoices):
        NEW = "new", "New"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"

    reference = models.CharField(max_length=32, unique=True, default=new_reference, editable=False)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.DATASET)
    record = models.ForeignKey(
        Record,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="suggestions",
        help_text="The record to be corrected. Empty if the suggestion is a new one.",
    )
    fact = models.CharField(
        max_length=20, blank=True, help_text="The fact to be corrected, as in the document."
    )
    name = models.CharField(max_length=200)
    url = WebAddressField("address", blank=True)
    doi = models.CharField("DOI", max_length=200, blank=True)
    message = models.TextField(blank=True, validators=[MaxLengthValidator(5000)])
    state = models.CharField(max_length=10, choices=State, default=State.NEW)
    reply = models.TextField(
        blank=True, help_text="Shown to the reader on the suggestion's own page."
    )
    result = models.ForeignKey(
        Record,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="What came of it.",
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["new", "accepted", "declined"]),
                name="suggestion_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["dataset", "tool", "correction"]),
                name="suggestion_kind_is_known",
            ),
        ]

    def __str__(self):
        return self.name
