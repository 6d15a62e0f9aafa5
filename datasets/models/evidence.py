"""The fact ledger: where each fact of a record was seen, who checked it and how sure we are."""

from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from datasets.models.choices import Confidence, LinkKind
from datasets.models.facts import OfRecord
from datasets.models.records import Record
from datasets.models.vocabularies import Unit

# The facts that evidence may be about: keys of the document.
FACTS = [
    (fact, fact.replace("_", " ").capitalize())
    for fact in (
        "name",
        "summary",
        "modalities",
        "anatomies",
        "tasks",
        "sizes",
        "annotations",
        "annotation_method",
        "architecture",
        "trained_on",
        "license",
        "grants",
        "access",
        "host",
        "links",
        "paper",
        "year",
        "countries",
        "splits",
        "relations",
        "status",
        "extra",
    )
]
ROLE_LENGTH = 30
# No source of the catalogue is older than the web.
EARLIEST = date(1990, 1, 1)


class Evidence(OfRecord):
    """Where a fact, or the record as a whole, was seen."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="evidence")
    fact = models.CharField(
        max_length=20,
        blank=True,
        choices=FACTS,
        help_text="Leave empty if it is about the record as a whole.",
    )
    unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        help_text="Of sizes: the figure in this unit. Empty for all of them.",
    )
    link = models.CharField(
        max_length=12,
        blank=True,
        choices=LinkKind,
        help_text="Of links: those of this kind. Empty for all of them.",
    )
    source = models.CharField(
        max_length=500, help_text="An address, a DOI, or the document in words."
    )
    value = models.CharField(
        max_length=300,
        blank=True,
        help_text="What the source says, in its own words or figures: “1,018”. Where it differs "
        "from others, readers see them side by side.",
    )
    leads_because = models.TextField(
        "leads because",
        blank=True,
        help_text="Where sources differ: why the record follows this one.",
    )
    seen_on = models.DateField(null=True, blank=True, help_text="The day it was first seen there.")
    checked_on = models.DateField(
        null=True, blank=True, help_text="The day somebody last compared it with the record."
    )
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    # What readers see of whoever checked; it stays true when the person's roles change.
    checked_role = models.CharField(max_length=ROLE_LENGTH, blank=True, editable=False)
    confidence = models.CharField(
        max_length=6,
        blank=True,
        choices=Confidence,
        help_text="How far the source settles it. Leave empty if nobody judged.",
    )
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]
        verbose_name_plural = "evidence"
        constraints = [
            models.CheckConstraint(condition=~Q(source=""), name="evidence_has_a_source"),
            models.CheckConstraint(
                condition=Q(unit__isnull=True) | Q(fact="sizes"),
                name="evidence_unit_is_of_a_size",
                violation_error_message="A unit says which size is meant; the fact is then “Sizes”.",
            ),
            models.CheckConstraint(
                condition=Q(link="") | Q(fact="links"),
                name="evidence_kind_is_of_a_link",
                violation_error_message="A kind of link says which link is meant; the fact is then “Links”.",
            ),
            models.CheckConstraint(
                condition=Q(link__in=["", *LinkKind.values]), name="evidence_link_is_known"
            ),
            models.CheckConstraint(
                condition=Q(confidence__in=["", *Confidence.values]),
                name="evidence_confidence_is_known",
            ),
            models.CheckConstraint(
                condition=Q(checked_role="") | Q(checked_on__isnull=False),
                name="evidence_check_has_its_day",
                violation_error_message="Say on which day it was checked.",
            ),
        ]

    def __str__(self):
        return self.source

    def clean_fields(self, exclude=None):
        super().clean_fields(exclude=exclude)
        errors = {
            name: f"{day.isoformat()} is too early; nothing here was seen before {EARLIEST.year}."
            for name in ("seen_on", "checked_on")
            if name not in (exclude or ()) and (day := getattr(self, name)) and day < EARLIEST
        }
        if not errors and self.seen_on and self.checked_on and self.checked_on < self.seen_on:
            errors["checked_on"] = (
                f"{self.checked_on.isoformat()} is before the day on which it was first seen, "
                f"{self.seen_on.isoformat()}."
            )
        if errors:
            raise ValidationError(errors)

    @property
    def part(self):
        """Which size (its unit's slug) or link (its kind) is meant; None for the whole fact."""
        return self.unit.slug if self.unit_id else self.link or None
