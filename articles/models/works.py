"""What posts cite: one row per work, however often it is cited."""

import re
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from articles.models.names import Source
from articles.references import doi_of, normal_doi, normal_url
from datasets.dois import doi_url
from datasets.models.addresses import WebAddressField
from datasets.models.validators import validate_doi

PARTIAL_DATE = re.compile(r"^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$")


def validate_partial_date(text):
    """A year, a month or a day: 2026, 2026-07 or 2026-07-01 (ISO 8601, reduced precision)."""
    match = PARTIAL_DATE.match(text)
    try:
        date(*(int(part or 1) for part in match.groups()))
    except (AttributeError, ValueError):
        raise ValidationError(f"“{text}” is no date; write 2026, 2026-07 or 2026-07-01.") from None


class WorkQuerySet(models.QuerySet):
    def same(self, *, title, doi="", url="", source=None):
        """The work that this is, by DOI, else by address, else by title within its source; None if it is new."""
        doi = normal_doi(doi) or doi_of(url)
        url = normal_url(url)
        if not (doi or url):
            # Of two of one title, rather the one of which no more is known either.
            titled = self.filter(title__iexact=title.strip(), source=source)
            return titled.order_by("doi", "url", "pk").first()
        found = self.filter(doi=doi).first() if doi else None
        if found is None and url:
            found = self.filter(url=url, doi__in=["", doi]).first()
        return found


class Work(models.Model):
    """An article, report or page that posts refer to."""

    title = models.CharField(max_length=500)
    authors = models.CharField(
        max_length=500, blank=True, help_text="As it is cited: “Shankar R, Wang L, et al.”"
    )
    source = models.ForeignKey(
        Source,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="works",
        help_text="The journal or outlet it appeared in.",
    )
    published = models.CharField(
        max_length=10,
        blank=True,
        validators=[validate_partial_date],
        help_text="As precisely as it is known: 2026, 2026-07 or 2026-07-01.",
    )
    url = WebAddressField("address", blank=True)
    doi = models.CharField(
        "DOI",
        max_length=200,
        blank=True,
        validators=[validate_doi],
        help_text="With or without https://doi.org/ before it.",
    )

    objects = WorkQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="work_has_a_title"),
            models.UniqueConstraint(
                fields=["doi"],
                condition=~Q(doi=""),
                name="work_doi_once",
                violation_error_message="This DOI is known.",
            ),
            models.UniqueConstraint(
                fields=["url"],
                condition=~Q(url=""),
                name="work_url_once",
                violation_error_message="A work with this address is known.",
            ),
            models.CheckConstraint(
                condition=Q(url="") | Q(url__startswith="http://") | Q(url__startswith="https://"),
                name="work_url_is_a_web_address",
            ),
        ]

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        self.normalise()
        super().save(*args, **kwargs)

    def clean_fields(self, exclude=None):
        # Before the fields are checked: “https://doi.org/10…” is a fine way to give a DOI.
        try:
            self.doi = normal_doi(self.doi)
        except ValidationError as error:
            raise ValidationError({"doi": error.messages}) from None
        super().clean_fields(exclude=exclude)
        self.normalise()

    def normalise(self):
        """Bring DOI and address into their normal forms; an address of the resolver gives the DOI."""
        self.doi = normal_doi(self.doi)
        self.url = normal_url(self.url)
        self.doi = self.doi or doi_of(self.url)

    @property
    def address(self):
        """Where a reader finds it: by DOI, which outlives addresses, else by its address; empty if unknown."""
        return doi_url(self.doi) or self.url
