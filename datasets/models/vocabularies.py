"""The open vocabularies: terms that editors can add without a deploy."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import ProtectedError, Q

from datasets.models.addresses import WebAddressField
from datasets.models.changes import changing
from datasets.models.choices import LicenseFamily
from datasets.models.graphs import reached
from datasets.models.slugs import Sluggable
from datasets.models.validators import (
    validate_spdx,
    validate_texts,
    validate_uberon,
)


class Term(Sluggable):
    """One entry of a vocabulary. It cannot be deleted while a record uses it."""

    name = models.CharField(
        max_length=120, help_text="As readers see it, for example “Computed tomography (CT)”."
    )
    description = models.TextField(
        blank=True, help_text="What belongs under this term, and what does not."
    )
    synonyms = models.JSONField(
        default=list,
        blank=True,
        validators=[validate_texts],
        help_text="Other names that people search for.",
    )
    order = models.PositiveSmallIntegerField(
        default=0, help_text="Lower comes first; equal ones are sorted by name."
    )

    class Meta(Sluggable.Meta):
        abstract = True
        ordering = ["order", "name"]
        constraints = [
            *Sluggable.Meta.constraints,
            models.CheckConstraint(condition=~Q(name=""), name="%(class)s_has_a_name"),
        ]

    def __str__(self):
        return self.name

    def records(self):
        """Ids of the records that name this term, published or not."""
        return self.record_set.values_list("pk", flat=True)

    def touch(self, change):
        change.move()
        change.cascade(*self.records())

    def delete(self, *args, **kwargs):
        with changing():
            # Foreign keys protect a term in use; joins of many to many would go along in silence.
            used = set(self.records())
            if used:
                raise ProtectedError(
                    f"“{self.name}” is named by {len(used)} records; merge it into another term.",
                    used,
                )
            return super().delete(*args, **kwargs)


class BroaderTerm(Term):
    """A term of a poly-hierarchy: PET/CT lies under PET and under CT."""

    broader = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="narrower",
        help_text="A filter on a broader term finds this one too.",
    )

    class Meta(Term.Meta):
        abstract = True

    def ancestor_ids(self):
        """Ids of all broader terms, at any distance."""
        through = type(self).broader.through
        near = {}
        for narrow, broad in through.objects.values_list(
            f"from_{self.namespace}_id", f"to_{self.namespace}_id"
        ):
            near.setdefault(narrow, set()).add(broad)
        return reached(self.pk, near)

    def check_no_cycle(self):
        """Raise ValidationError when the term lies, over others, under itself."""
        if self.pk in self.ancestor_ids():
            raise ValidationError(
                f"“{self.name}” cannot lie under itself; leave out a broader term."
            )


class Modality(BroaderTerm):
    namespace = "modality"

    dicom = models.JSONField(
        "DICOM codes",
        default=list,
        blank=True,
        validators=[validate_texts],
        help_text="Values of DICOM attribute Modality (0008,0060), for example CT.",
    )

    class Meta(BroaderTerm.Meta):
        verbose_name_plural = "modalities"


class Anatomy(BroaderTerm):
    namespace = "anatomy"

    uberon = models.CharField(
        "UBERON id",
        max_length=20,
        blank=True,
        validators=[validate_uberon],
        help_text="Its class in the UBERON ontology, for example UBERON:0002048 for lung.",
    )

    class Meta(BroaderTerm.Meta):
        verbose_name_plural = "anatomies"


class Task(Term):
    namespace = "task"


class Unit(Term):
    """What a size counts: scans, patients, images."""

    namespace = "unit"

    def records(self):
        record = self.size_set.model._meta.get_field("record").related_model
        named = Q(sizes__unit=self) | Q(evidence__unit=self)
        return record.objects.filter(named).order_by().values_list("pk", flat=True).distinct()


class Host(Term):
    """Who serves the files."""

    namespace = "host"

    url = WebAddressField("address", blank=True)


class License(Term):
    """What may be done with a record. An empty permission is unknown, and unknown is never allowed."""

    namespace = "license"

    spdx = models.CharField(
        "SPDX identifier",
        max_length=60,
        blank=True,
        validators=[validate_spdx],
        help_text="From spdx.org/licenses.",
    )
    url = WebAddressField("address of its text", blank=True)
    family = models.CharField(max_length=20, choices=LicenseFamily)
    commercial_use = models.BooleanField(
        "permits commercial use",
        null=True,
        blank=True,
        help_text="Unknown if the text does not settle it.",
    )
    redistribution = models.BooleanField("permits redistribution", null=True, blank=True)
    derivatives = models.BooleanField("permits derivatives", null=True, blank=True)
    share_alike = models.BooleanField(
        "requires share-alike",
        null=True,
        blank=True,
        help_text="Whether adapted material must carry the same licence.",
    )
    attribution = models.BooleanField("requires attribution", null=True, blank=True)

    class Meta(Term.Meta):
        verbose_name = "licence"
        constraints = [
            *Term.Meta.constraints,
            models.UniqueConstraint(
                fields=["spdx"], condition=~Q(spdx=""), name="license_spdx_once"
            ),
            models.CheckConstraint(
                condition=Q(family__in=LicenseFamily.values), name="license_family_is_known"
            ),
        ]

    def records(self):
        granted = self.grant_set.values("record_id")
        return self.record_set.model.objects.filter(
            Q(license=self) | Q(pk__in=granted)
        ).values_list("pk", flat=True)


VOCABULARIES = (Modality, Anatomy, Task, License, Host, Unit)
