"""Slugs: every address that a thing has or had, so that none ever breaks or is reused."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models import Q

from datasets.models.changes import CatalogueModel, changing

# \Z, since $ lets a line break pass at the end.
SLUG_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*\Z"
RESERVED = ("compare", "check", "map", "changes", "facets")

slug_validator = RegexValidator(
    re.compile(SLUG_PATTERN),
    "Use lower-case letters, digits and single hyphens, such as “lidc-idri”.",
)


class SlugQuerySet(models.QuerySet):
    def owner(self, namespace, slug):
        """The id that this slug, current or former, leads to; None if unknown or deleted."""
        return (
            self.filter(namespace=namespace, slug=slug).values_list("object_id", flat=True).first()
        )

    def check_free(self, thing):
        """The slug's row if it is the thing's own, else None; ValidationError when another has, or once had, the slug."""
        row = self.filter(namespace=thing.namespace, slug=thing.slug).first()
        if row is None or (row.object_id is not None and row.object_id == thing.pk):
            return row
        state = "belongs to" if row.object_id else "belonged to a deleted"
        raise ValidationError(
            {
                "slug": f"“{thing.slug}” {state} {'another ' if row.object_id else ''}{thing.namespace}; choose another."
            }
        )

    def claim(self, thing):
        """Make the slug the current one of ``thing``; its earlier one becomes a former one."""
        row = self.check_free(thing)
        mine = self.filter(namespace=thing.namespace, object_id=thing.pk)
        mine.filter(current=True).exclude(slug=thing.slug).update(current=False)
        if row is None:
            self.claim_all([thing])
        elif not row.current:
            row.current = True
            row.save()

    def claim_all(self, things):
        """Claim the slugs of things that have just been created together."""
        self.bulk_create(
            Slug(namespace=thing.namespace, slug=thing.slug, object_id=thing.pk, current=True)
            for thing in things
        )

    def release(self, thing, survivor=None):
        """Lead the slugs of a deleted thing to its survivor, or nowhere: they stay taken."""
        self.filter(namespace=thing.namespace, object_id=thing.pk).update(
            object_id=survivor and survivor.pk, current=False
        )


class Slug(models.Model):
    """A slug within a namespace (record, modality, …); ``object_id`` is empty once deleted."""

    namespace = models.CharField(max_length=20)
    slug = models.CharField(max_length=80)
    object_id = models.PositiveBigIntegerField(null=True)
    current = models.BooleanField(default=True)

    objects = SlugQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["namespace", "slug"], name="slug_names_one_thing"),
            models.UniqueConstraint(
                fields=["namespace", "object_id"],
                condition=Q(current=True),
                name="slug_one_current_each",
            ),
            models.CheckConstraint(
                condition=Q(current=False) | Q(object_id__isnull=False),
                name="slug_current_has_its_thing",
            ),
        ]
        indexes = [
            models.Index(fields=["namespace", "object_id"], name="slug_by_thing"),
            # Few are, and every reader asks for all of them after every change.
            models.Index(
                fields=["namespace", "object_id", "slug"],
                condition=Q(current=False),
                name="slug_former",
            ),
        ]

    def __str__(self):
        return f"{self.namespace}/{self.slug}"


class Addressed(models.Model):
    """A thing with an address. ``namespace`` says within which its slug is unique."""

    namespace = None

    slug = models.CharField(
        max_length=80,
        unique=True,
        validators=[slug_validator],
        help_text="Part of the address. A former slug keeps leading here after a change.",
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(slug__regex=SLUG_PATTERN),
                name="%(class)s_slug_is_well_formed",
                violation_error_message=slug_validator.message,
            )
        ]

    def save(self, *args, **kwargs):
        with transaction.atomic():
            super().save(*args, **kwargs)
            Slug.objects.claim(self)

    def delete(self, *args, survivor=None, **kwargs):
        with transaction.atomic():
            Slug.objects.release(self, survivor)
            return super().delete(*args, **kwargs)

    def clean(self):
        super().clean()
        Slug.objects.check_free(self)


class Sluggable(Addressed, CatalogueModel):
    """A thing with an address of which the index tells something."""

    class Meta(Addressed.Meta):
        abstract = True

    def save(self, *args, **kwargs):
        # The change is opened first: its lock comes before anything is read.
        with changing():
            super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        with changing():
            return super().delete(*args, **kwargs)

    @classmethod
    def created_together(cls, rows):
        Slug.objects.claim_all(rows)
