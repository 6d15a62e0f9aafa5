"""The rows that a post stands under or is signed with: categories, sources, authors."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Count, ProtectedError, Q
from django.urls import reverse

from datasets.models.addresses import WebAddressField
from datasets.models.slugs import Addressed

validate_issn = RegexValidator(r"^\d{4}-\d{3}[\dX]$", "An ISSN has the form 2638-6100.")
validate_orcid = RegexValidator(
    r"^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$", "An ORCID iD has the form 0000-0002-1825-0097."
)


class NameQuerySet(models.QuerySet):
    def visible(self):
        """Those that a visible post needs: the others have no page."""
        live = self.model._meta.get_field("revisions").related_model.objects.live()
        return self.filter(revisions__in=live).distinct()

    def counted(self):
        """The visible ones, each with ``count``, the number of visible posts that need it."""
        return self.visible().annotate(count=Count("revisions", distinct=True))


class Named(Addressed):
    """A name with a page of its own, for as long as a visible post needs it."""

    name = models.CharField(max_length=200)

    objects = NameQuerySet.as_manager()

    class Meta(Addressed.Meta):
        abstract = True
        ordering = ["name"]
        constraints = [
            *Addressed.Meta.constraints,
            models.CheckConstraint(condition=~Q(name=""), name="%(class)s_has_a_name"),
        ]

    def __str__(self):
        return self.name

    def delete(self, *args, **kwargs):
        # Foreign keys protect what a working copy names; joins of many to many would go along in silence.
        if named := set(self.revisions.all()):
            raise ProtectedError(
                f"“{self.name}” is named by {len(named)} published texts and stays with them.",
                named,
            )
        return super().delete(*args, **kwargs)


class Category(Named):
    """A section of the publication."""

    namespace = "category"

    description = models.TextField(
        blank=True, help_text="Shown above its archive, in a sentence or two."
    )
    order = models.PositiveSmallIntegerField(
        default=0, help_text="Lower comes first in the navigation."
    )

    class Meta(Named.Meta):
        ordering = ["order", "name"]
        verbose_name_plural = "categories"

    def get_absolute_url(self):
        return reverse("articles:category", args=[self.slug])


class Source(Named):
    """The outlet, journal or server that a cited work appeared in."""

    namespace = "source"

    class Kind(models.TextChoices):
        JOURNAL = "journal", "Journal"
        PREPRINT = "preprint-server", "Preprint server"
        TRADE_PRESS = "trade-press", "Trade press"
        NEWS = "news", "News outlet"
        BLOG = "blog", "Blog"
        INSTITUTION = "institution", "Institution"
        OTHER = "other", "Other"

    kind = models.CharField(max_length=20, choices=Kind, default=Kind.JOURNAL)
    url = WebAddressField("address", blank=True)
    issn = models.CharField("ISSN", max_length=9, blank=True, validators=[validate_issn])
    feed_url = WebAddressField("feed", blank=True)

    class Meta(Named.Meta):
        constraints = [
            *Named.Meta.constraints,
            models.UniqueConstraint(
                fields=["issn"], condition=~Q(issn=""), name="source_issn_once"
            ),
        ]

    def get_absolute_url(self):
        return reverse("articles:source", args=[self.slug])


class Author(Named):
    """A byline. It is no login, and a login is no byline."""

    namespace = "author"

    bio = models.TextField(
        "about", blank=True, help_text="A sentence or two for the author's page."
    )
    url = WebAddressField("address", blank=True)
    orcid = models.CharField("ORCID iD", max_length=19, blank=True, validators=[validate_orcid])

    def get_absolute_url(self):
        return reverse("articles:author", args=[self.slug])
