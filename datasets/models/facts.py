"""The rows beside a record: sizes, links, papers, grants, relations."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least

from datasets.models.addresses import WebAddressField
from datasets.models.changes import CatalogueModel, changing
from datasets.models.choices import Covers, LinkKind, Qualifier, RelationType
from datasets.models.graphs import reached
from datasets.models.records import FIRST_YEAR, LAST_YEAR, Record
from datasets.models.validators import (
    validate_arxiv,
    validate_doi,
    validate_texts,
)
from datasets.models.vocabularies import License, Unit


class OfRecord(CatalogueModel):
    """A row that belongs to one record and is deleted with it."""

    class Meta:
        abstract = True

    def touch(self, change):
        change.edit(self.record_id)


class Size(OfRecord):
    """A count in a unit. The first of a record is its headline figure."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="sizes")
    count = models.PositiveBigIntegerField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    qualifier = models.CharField(max_length=10, choices=Qualifier, default=Qualifier.EXACT)
    note = models.CharField(
        max_length=300,
        blank=True,
        help_text="What is counted, or whose figure it is if not the authors' own.",
    )
    order = models.PositiveSmallIntegerField(default=0, help_text="The headline figure first.")

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(count__gte=1),
                name="size_is_not_zero",
                violation_error_message="A size is at least 1; leave it out if it is unknown.",
            ),
            models.CheckConstraint(
                condition=Q(qualifier__in=Qualifier.values), name="size_qualifier_is_known"
            ),
        ]

    def __str__(self):
        return f"{self.count:,} {self.unit}"


class Link(OfRecord):
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="links")
    kind = models.CharField(max_length=12, choices=LinkKind)
    url = WebAddressField("address")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "kind", "url"],
                name="link_once_each",
                violation_error_message="This link stands here already.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=LinkKind.values), name="link_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(url__startswith="http://") | Q(url__startswith="https://"),
                name="link_is_a_web_address",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.url}"


class Paper(CatalogueModel):
    """A publication that introduces one or several records."""

    title = models.CharField(max_length=500)
    authors = models.CharField(
        max_length=500, blank=True, help_text="As it is cited: “Irvin J, Rajpurkar P, et al.”"
    )
    venue = models.CharField(
        max_length=300, blank=True, help_text="The journal or the proceedings."
    )
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    doi = models.CharField("DOI", max_length=200, blank=True, validators=[validate_doi])
    arxiv = models.CharField("arXiv number", max_length=30, blank=True, validators=[validate_arxiv])

    class Meta:
        ordering = ["title"]
        constraints = [
            models.UniqueConstraint(
                fields=["doi"],
                condition=~Q(doi=""),
                name="paper_doi_once",
                violation_error_message="This DOI is known.",
            ),
            models.UniqueConstraint(
                fields=["arxiv"],
                condition=~Q(arxiv=""),
                name="paper_arxiv_once",
                violation_error_message="This arXiv number is known.",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="paper_has_a_title"),
            models.CheckConstraint(
                condition=Q(year__isnull=True) | Q(year__range=(FIRST_YEAR, LAST_YEAR)),
                name="paper_year_is_plausible",
            ),
        ]

    def __str__(self):
        return self.title

    def touch(self, change):
        change.edit(*self.record_set.values_list("pk", flat=True))


class Grant(OfRecord):
    """A licence for one part of a record, where its parts are licensed differently."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="grants")
    license = models.ForeignKey(License, on_delete=models.PROTECT, verbose_name="licence")
    covers = models.CharField(max_length=10, choices=Covers)
    subset = models.CharField(
        max_length=200, blank=True, help_text="If it holds for a part only: which."
    )
    url = WebAddressField("address", blank=True)

    class Meta:
        ordering = ["covers", "subset", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "license", "covers", "subset"], name="grant_once_each"
            ),
            models.CheckConstraint(
                condition=Q(covers__in=Covers.values), name="grant_covers_is_known"
            ),
        ]

    def __str__(self):
        return f"{self.get_covers_display()}: {self.license}"


class Relation(CatalogueModel):
    """A typed edge between two records: written once, shown from both ends."""

    subject = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="relations")
    type = models.CharField(max_length=20, choices=RelationType)
    object = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="inverse_relations")
    extent = models.TextField(
        blank=True, help_text="How much they have in common: “888 of the 1,018 scans”."
    )
    remedy = models.TextField(
        blank=True, help_text="What a user should do about it: “match by series instance UID”."
    )
    evidence = models.JSONField(
        default=list,
        blank=True,
        validators=[validate_texts],
        help_text="Where this was seen: addresses or documents.",
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "type", "object"],
                name="relation_once_each",
                violation_error_message="This relation stands in the catalogue already.",
            ),
            models.UniqueConstraint(
                Least("subject", "object"),
                Greatest("subject", "object"),
                condition=Q(type=RelationType.SHARES_IMAGES),
                name="relation_symmetric_once",
                violation_error_message="The other record already says that they share images.",
            ),
            models.CheckConstraint(
                condition=~Q(subject=F("object")),
                name="relation_joins_two_records",
                violation_error_message="A record has no relation to itself.",
            ),
            models.CheckConstraint(
                condition=Q(type__in=RelationType.values), name="relation_type_is_known"
            ),
        ]

    def __str__(self):
        return f"{self.subject} {self.get_type_display()} {self.object}"

    def touch(self, change):
        change.edit(self.subject_id, self.object_id)

    def clean(self):
        super().clean()
        self.check_no_cycle()

    def save(self, *args, **kwargs):
        with changing():
            self.check_no_cycle()
            super().save(*args, **kwargs)

    @classmethod
    def created_together(cls, rows):
        sources = cls.derivations()
        for row in rows:
            row.check_no_cycle(sources)

    @classmethod
    def derivations(cls, without=None):
        """Per record id, the ids of the records that it is derived from."""
        sources = {}
        edges = cls.objects.filter(type=RelationType.DERIVED_FROM).exclude(pk=without)
        for subject, source in edges.values_list("subject_id", "object_id"):
            sources.setdefault(subject, []).append(source)
        return sources

    def check_no_cycle(self, sources=None):
        """Raise ValidationError when a record would derive, over others, from itself."""
        if self.type != RelationType.DERIVED_FROM or not (self.subject_id and self.object_id):
            return
        if sources is None:
            sources = self.derivations(without=self.pk)
        if self.subject_id in {self.object_id, *reached(self.object_id, sources)}:
            raise ValidationError(
                "These records would derive from each other; one of the relations is reversed."
            )
