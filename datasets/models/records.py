"""The record: a dataset, a collection, a model or a tool."""

import json
from functools import cache

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils import timezone

from datasets.models.addresses import WebAddressField
from datasets.models.changes import CatalogueQuerySet, Gone, changing
from datasets.models.choices import (
    DATASET_KINDS,
    TOOL_KINDS,
    Access,
    AnnotationMethod,
    Confidence,
    Kind,
    Status,
)
from datasets.models.slugs import RESERVED, Sluggable
from datasets.models.validators import (
    validate_countries,
    validate_text_map,
    validate_texts,
)
from datasets.models.vocabularies import Anatomy, Host, License, Modality, Task

FIRST_YEAR, LAST_YEAR = 1900, 2100
# Set with each revision, by its writer alone.
STAMPS = ("updated_at", "version")
# These tell when a record changed, not what it says.
BOOKKEEPING = ("created_at", *STAMPS)


def confidence_field(label):
    return models.CharField(
        label,
        max_length=6,
        blank=True,
        choices=Confidence,
        help_text="How sure we are. Leave empty if nobody judged.",
    )


def record_address(kind, slug):
    """The path of a record's page, told by what is known of it even when it is gone."""
    return record_addresses()(kind, slug)


def record_addresses():
    """``record_address``, for many records of one request."""
    at = (get_urlconf(), get_script_prefix())
    tools, datasets = (address_parts(f"{name}:detail", *at) for name in ("tools", "datasets"))

    def address(kind, slug):
        before, after = tools if kind in TOOL_KINDS else datasets
        return f"{before}{slug}{after}"

    return address


@cache
def address_parts(name, urlconf, prefix):
    """What stands before and after a slug in a path. A list asks for hundreds of paths, each some 20 µs to reverse."""
    before, _, after = reverse(name, args=["any-slug"]).partition("any-slug")
    return before, after


class RecordQuerySet(CatalogueQuerySet):
    def published(self):
        """The one rule of visibility for records."""
        return self.filter(published=True)

    def with_facts(self):
        """Everything that a document tells, in a fixed number of queries."""
        return self.select_related("license", "host", "paper", "replaced_by").prefetch_related(
            "modalities",
            "anatomies",
            "tasks",
            "sizes__unit",
            "links",
            "evidence__unit",
            "grants__license",
        )


class Record(Sluggable):
    """One entry of the catalogue, with the facts that all kinds share."""

    namespace = "record"
    kinds = tuple(Kind)

    name = models.CharField(
        max_length=200, help_text="What its authors call it, for example LIDC-IDRI."
    )
    full_name = models.CharField(
        max_length=300, blank=True, help_text="Written out, if the name is an acronym."
    )
    aliases = models.JSONField(
        default=list,
        blank=True,
        validators=[validate_texts],
        help_text="Other names that people search for.",
    )
    kind = models.CharField(
        max_length=10,
        choices=Kind,
        help_text="A collection is an archive or platform that holds many datasets; a model is pretrained weights.",
    )
    summary = models.TextField(help_text="One or two plain sentences: what it holds, from where.")
    modalities = models.ManyToManyField(
        Modality,
        blank=True,
        help_text="The most specific ones that are true; filters include the broader ones.",
    )
    anatomies = models.ManyToManyField(
        Anatomy, blank=True, help_text="The most specific ones that are true."
    )
    tasks = models.ManyToManyField(
        Task, blank=True, help_text="What its labels, or its authors, support."
    )
    annotations = models.TextField(
        blank=True, help_text="What is labelled, in one or two sentences."
    )
    annotation_method = models.CharField(
        max_length=20,
        blank=True,
        choices=AnnotationMethod,
        help_text="How the labels came about. Empty if unknown.",
    )
    architecture = models.TextField(
        blank=True, help_text="Of a model or tool: its network, in a phrase."
    )
    trained_on = models.TextField(
        blank=True,
        help_text="Of a model or tool: free text; add a relation for each record in the catalogue.",
    )
    access = models.CharField(
        max_length=20,
        choices=Access,
        help_text="What stands between a reader and the files. “Not stated” if unclear.",
    )
    license = models.ForeignKey(
        License,
        on_delete=models.PROTECT,
        verbose_name="licence",
        help_text="“Its own terms” if it has a text of its own, “not stated” if none was found.",
    )
    license_name = models.CharField(
        "licence name",
        max_length=300,
        blank=True,
        help_text="Of its own terms, for example “ADNI Data Use Agreement”.",
    )
    license_url = WebAddressField("licence address", blank=True)
    host = models.ForeignKey(
        Host,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        help_text="Who serves the files. Empty if unknown.",
    )
    paper = models.ForeignKey(
        "Paper",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        help_text="The one its authors ask to be cited.",
    )
    year = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Of the first public release."
    )
    countries = models.JSONField(
        default=list,
        blank=True,
        validators=[validate_countries],
        help_text="Where the data was acquired, as ISO codes: GB, US.",
    )
    splits = models.TextField(
        blank=True, help_text="The official training, validation and test split."
    )
    status = models.CharField(
        max_length=10,
        choices=Status,
        default=Status.ACTIVE,
        help_text="As its owner states it; the page stays.",
    )
    replaced_by = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="replaces",
        help_text="The record that its owner points to instead.",
    )
    extra = models.JSONField(
        default=dict,
        blank=True,
        validators=[validate_text_map],
        help_text="Further facts: a name and a text each.",
    )
    confidence_url = confidence_field("confidence in the addresses")
    confidence_license = confidence_field("confidence in the licence")
    confidence_sizes = confidence_field("confidence in the sizes")
    published = models.BooleanField(
        default=False,
        db_index=True,
        help_text="Whether readers see it. Taking it back leaves a notice for programs.",
    )
    verified_on = models.DateField(
        null=True,
        blank=True,
        help_text="The day a person last compared these facts with their sources.",
    )
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = RecordQuerySet.as_manager()

    class Meta(Sluggable.Meta):
        ordering = ["name", "slug"]
        constraints = [
            *Sluggable.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(slug__in=RESERVED),
                name="record_slug_is_not_reserved",
                violation_error_message=f"The slugs {', '.join(RESERVED)} are addresses of the site itself.",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="record_has_a_name"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="record_kind_is_known"),
            models.CheckConstraint(
                condition=Q(access__in=Access.values), name="record_access_is_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=Status.values), name="record_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(annotation_method__in=["", *AnnotationMethod.values]),
                name="record_annotation_method_is_known",
            ),
            models.CheckConstraint(
                condition=Q(year__isnull=True) | Q(year__range=(FIRST_YEAR, LAST_YEAR)),
                name="record_year_is_plausible",
                violation_error_message=f"The year lies between {FIRST_YEAR} and {LAST_YEAR}.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=TOOL_KINDS) | Q(architecture="", trained_on=""),
                name="record_only_tools_have_an_architecture",
                violation_error_message="Only a model or tool has an architecture and training data.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=DATASET_KINDS)
                | Q(annotations="", annotation_method="", splits="", countries=[]),
                name="record_only_datasets_have_annotations",
                violation_error_message="Only a dataset has annotations, splits and countries.",
            ),
            models.CheckConstraint(
                condition=Q(replaced_by__isnull=True) | ~Q(replaced_by=models.F("id")),
                name="record_does_not_replace_itself",
                violation_error_message="A record cannot be replaced by itself.",
            ),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True) | Q(verified_on__isnull=False),
                name="record_verified_by_has_a_day",
                violation_error_message="Say when it was verified.",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def is_tool(self):
        return self.kind in TOOL_KINDS

    def get_absolute_url(self):
        return record_address(self.kind, self.slug)

    def clean(self):
        super().clean()
        if self.kind and self.kind not in self.kinds:
            raise ValidationError({"kind": f"Choose one of: {', '.join(self.kinds)}."})

    def touch(self, change):
        change.edit(self.pk)

    def save(self, *args, **kwargs):
        if not self._state.adding and kwargs.get("update_fields") is None:
            # A copy that was read earlier must not set the bookkeeping back.
            kwargs["update_fields"] = [
                field.name
                for field in self._meta.concrete_fields
                if not field.primary_key and field.name not in BOOKKEEPING
            ]
        super().save(*args, **kwargs)

    def delete(self, *args, survivor=None, **kwargs):
        with changing() as change:
            change.cascade(*neighbour_ids([self.pk]))
            gone = self.as_readers_knew_it()
            if gone is not None:
                gone.merged_into = survivor and survivor.pk
                change.gone[self.pk] = gone
            return super().delete(*args, survivor=survivor, **kwargs)

    def as_readers_knew_it(self):
        """What the last public document said, whatever this change did to the row since; None if none did."""
        document = self._meta.get_field("document").related_model.objects.published()
        text = document.filter(record=self.pk).values_list("text", flat=True).first()
        if text is None:
            return None
        said = json.loads(text)
        return Gone(said["slug"], said["name"], said["kind"], said["version"])


def neighbour_ids(record_ids):
    """Ids of all records that have a relation to these or are replaced by one of them."""
    relation = Record._meta.get_field("relations").related_model
    found = set(Record.objects.filter(replaced_by__in=record_ids).values_list("pk", flat=True))
    found.update(
        relation.objects.filter(subject__in=record_ids).values_list("object_id", flat=True)
    )
    found.update(
        relation.objects.filter(object__in=record_ids).values_list("subject_id", flat=True)
    )
    return found - set(record_ids)


class KindManager(models.Manager.from_queryset(RecordQuerySet)):
    """The records of a proxy's kinds."""

    def get_queryset(self):
        return super().get_queryset().filter(kind__in=self.model.kinds)


class Dataset(Record):
    """A dataset, or a collection of many."""

    kinds = DATASET_KINDS
    objects = KindManager()

    class Meta:
        proxy = True


class Tool(Record):
    """Software, or a pretrained model."""

    kinds = TOOL_KINDS
    objects = KindManager()

    class Meta:
        proxy = True
