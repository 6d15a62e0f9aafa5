"""The working copy of a post. Readers never see it: they see revisions."""

from content_editor.models import Region
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from articles.models.images import Image
from articles.models.names import Author, Category
from articles.models.works import Work
from datasets.models import Record
from datasets.models.slugs import Addressed
from datasets.models.validators import validate_texts


class Post(Addressed):
    """News, a living guide or an explainer, as its editors are writing it now."""

    namespace = "post"
    regions = [Region(key="main", title="Text")]

    class Kind(models.TextChoices):
        NEWS = "news", "News"
        GUIDE = "guide", "Guide"
        EXPLAINER = "explainer", "Explainer"

    kind = models.CharField(max_length=10, choices=Kind, default=Kind.NEWS)
    title = models.CharField(max_length=200)
    standfirst = models.TextField(blank=True, help_text="One or two sentences below the headline.")
    summary_points = models.JSONField(
        default=list,
        blank=True,
        validators=[validate_texts],
        help_text="What to take away, one point a line.",
    )
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="posts")
    authors = models.ManyToManyField(Author, through="Byline", related_name="posts")
    hero = models.ForeignKey(
        Image,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="lead image",
    )
    hero_alt = models.CharField(
        "alternative text",
        max_length=300,
        blank=True,
        help_text="What the image tells somebody who cannot see it.",
    )
    hero_decorative = models.BooleanField(
        "decorative", default=False, help_text="It tells nothing of its own."
    )
    study_type = models.CharField(
        max_length=200, blank=True, help_text="For example “systematic review”."
    )
    peer_reviewed = models.BooleanField(
        null=True, blank=True, help_text="Unknown if our source does not say."
    )
    subjects = models.CharField(
        max_length=300, blank=True, help_text="Whom or what was studied, and how many."
    )
    records = models.ManyToManyField(
        Record,
        blank=True,
        related_name="+",
        help_text="Records of the catalogue that the post is about.",
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="posts",
    )
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )
    # Who saved the working copy since it was last approved: none of them is its second person.
    writers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, editable=False, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True, editable=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    notice = models.TextField(blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    edited_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    imported_version = models.PositiveIntegerField(
        null=True, editable=False, help_text="The version that a file was last loaded as."
    )

    class Meta(Addressed.Meta):
        ordering = ["-edited_at", "-pk"]
        permissions = [
            ("edit_any_post", "Can write in posts of others"),
            ("approve_post", "Can approve, schedule and roll back posts"),
            ("correct_post", "Can correct published posts"),
            ("withdraw_post", "Can withdraw posts"),
        ]
        constraints = [
            *Addressed.Meta.constraints,
            models.CheckConstraint(condition=~Q(title=""), name="post_has_a_title"),
            models.CheckConstraint(
                condition=Q(kind__in=["news", "guide", "explainer"]), name="post_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | ~Q(notice=""),
                name="post_withdrawn_says_why",
            ),
        ]

    def __str__(self):
        return self.title

    def bylines_in_order(self):
        return [line.author for line in self.bylines.select_related("author")]


class Byline(models.Model):
    """An author of a post, in order."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="bylines")
    author = models.ForeignKey(Author, on_delete=models.PROTECT, related_name="bylines")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["post", "author"], name="byline_once_each")]

    def __str__(self):
        return str(self.author)


class Citation(models.Model):
    """A work that a post rests on."""

    class Role(models.TextChoices):
        PRIMARY = "primary", "Primary"
        SECONDARY = "secondary", "Secondary"
        BACKGROUND = "background", "Background"

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="citations")
    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="citations")
    role = models.CharField(max_length=10, choices=Role, default=Role.PRIMARY)
    locator = models.CharField(
        max_length=100, blank=True, help_text="Where in the work: “Table 2”, “p. 14”."
    )
    waiver = models.CharField(
        max_length=200,
        blank=True,
        help_text="Why it may be cited without an address or DOI, for readers.",
    )
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["post", "work"],
                name="citation_once_each",
                violation_error_message="This work is cited already.",
            ),
            models.CheckConstraint(
                condition=Q(role__in=["primary", "secondary", "background"]),
                name="citation_role_is_known",
            ),
        ]

    def __str__(self):
        return str(self.work)


class CorrectionQuerySet(models.QuerySet):
    def visible(self):
        """Those of posts that readers see."""
        live = Post._meta.get_field("revisions").related_model.objects.live()
        return self.filter(post__in=live.values("post"))


class Correction(models.Model):
    """What readers are told was wrong. It belongs to the post and survives every revision."""

    class Kind(models.TextChoices):
        CLARIFICATION = "clarification", "Clarification"
        CORRECTION = "correction", "Correction"
        RETRACTION = "retraction", "Retraction"

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="corrections")
    kind = models.CharField(max_length=15, choices=Kind, default=Kind.CORRECTION)
    text = models.TextField(help_text="What was wrong, and what is right.")
    at = models.DateTimeField(default=timezone.now, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="correction_has_a_text"),
            models.CheckConstraint(
                condition=Q(kind__in=["clarification", "correction", "retraction"]),
                name="correction_kind_is_known",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} of {self.post}"
