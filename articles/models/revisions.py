"""What readers see: immutable revisions, and the one rule of which of them is live."""

from django.conf import settings
from django.db import models
from django.db.models import F, Max, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from articles.models.images import Image
from articles.models.names import Author, Category, Source
from articles.models.posts import Correction, Post
from datasets.models import Record


class RevisionQuerySet(models.QuerySet):
    def due(self, at=None):
        """Approved, not cancelled, and their time has come."""
        return self.filter(cancelled_at__isnull=True, effective_at__lte=at or timezone.now())

    def pending(self, at=None):
        """Approved, not cancelled, and their time is still to come."""
        return self.filter(cancelled_at__isnull=True, effective_at__gt=at or timezone.now())

    def live(self, at=None):
        """The revisions that readers see: of each post that is not withdrawn, the due one that took effect last."""
        at = at or timezone.now()
        of_post = Revision.objects.due(at).filter(post=OuterRef("post"))
        latest = of_post.order_by("-effective_at", "-number").values("pk")[:1]
        return self.filter(pk=Subquery(latest), post__withdrawn_at__isnull=True)

    def with_dates(self, at=None):
        """Adds ``first_published_at``, of the post's first revision that took effect."""
        of_post = Revision.objects.due(at).filter(post=OuterRef("post")).order_by()
        first = of_post.values("post").annotate(first=Min("effective_at")).values("first")
        return self.annotate(first_published_at=Subquery(first))

    def for_list(self):
        """Everything that a card or a list of the API shows of the text, newest first."""
        return (
            self.with_dates()
            .select_related("category", "post")
            .prefetch_related("authors", "sources")
            .defer("text", "held")
            .order_by("-first_published_at", "-post_id")
        )

    def with_corrections(self):
        """Adds the post's corrections, and ``updated_at``: when the text or these last changed."""
        of_post = Correction.objects.filter(post=OuterRef("post")).order_by().values("post")
        last = Subquery(of_post.annotate(last=Max("at")).values("last"))
        return self.prefetch_related("post__corrections").annotate(
            updated_at=Greatest("effective_at", Coalesce(last, F("effective_at")))
        )


class Revision(models.Model):
    """A post as it was approved. The document is what is shown; the other rows are for finding it."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    document = models.TextField()
    held = models.JSONField(
        default=list, help_text="For each table, slug and version of what it held then."
    )
    hash = models.CharField(max_length=64)
    kind = models.CharField(max_length=10, choices=Post.Kind)
    slug = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    text = models.TextField(help_text="Its words without mark-up, for the search.")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="revisions")
    authors = models.ManyToManyField(Author, related_name="revisions")
    sources = models.ManyToManyField(Source, related_name="revisions")
    records = models.ManyToManyField(Record, related_name="post_revisions")
    images = models.ManyToManyField(Image, related_name="revisions")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        help_text="Who submitted it.",
    )
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    note = models.TextField(blank=True)
    rolled_back_to = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+"
    )
    approved_at = models.DateTimeField(default=timezone.now)
    publish_at = models.DateTimeField()
    effective_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["post", "number"], name="post_revision_number_once"),
            models.CheckConstraint(
                condition=Q(effective_at__gte=F("publish_at"))
                & Q(effective_at__gte=F("approved_at")),
                name="post_revision_effective_after_both",
            ),
            # What readers have seen cannot be unsaid by cancelling it.
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True) | Q(cancelled_at__lt=F("effective_at")),
                name="post_revision_cancelled_before_it_took_effect",
            ),
        ]
        indexes = [
            models.Index(fields=["post", "-effective_at", "-number"], name="post_revision_live"),
            models.Index(fields=["slug"], name="post_revision_slug"),
            models.Index(fields=["effective_at"], name="post_revision_effective"),
        ]

    def __str__(self):
        return f"{self.title} ({self.number})"


class PreviewLink(models.Model):
    """An address under which a working copy can be read, until it expires or is revoked."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="preview_links")
    token = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self):
        return f"preview of {self.post}"

    @property
    def is_open(self):
        return self.revoked_at is None and timezone.now() < self.expires_at
