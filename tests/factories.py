"""Rows for tests. Each factory fills in what the test is not about.

Terms may be named by slug wherever a record or a row wants one; they are made when
they are missing: ``DatasetFactory(modalities=["ct"], sizes=[(888, "scans")])``.
"""

import factory
from factory.django import DjangoModelFactory

from datasets.models import (
    Anatomy,
    Dataset,
    Evidence,
    Grant,
    Host,
    License,
    Link,
    Modality,
    Paper,
    Record,
    Relation,
    Size,
    Task,
    Tool,
    Unit,
    changing,
)


def named_after_slug(thing):
    return thing.slug.replace("-", " ").capitalize()


class TermFactory(DjangoModelFactory):
    class Meta:
        abstract = True
        django_get_or_create = ("slug",)

    name = factory.LazyAttribute(named_after_slug)

    @classmethod
    def named(cls, term):
        """The term itself, or the one with this slug; None stays None."""
        return cls(slug=term) if isinstance(term, str) else term


class BroaderTermFactory(TermFactory):
    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class, *args, broader=(), **kwargs):
        with changing():
            term = super()._create(model_class, *args, **kwargs)
            term.broader.add(*map(cls.named, broader))
        return term


class ModalityFactory(BroaderTermFactory):
    class Meta:
        model = Modality

    slug = factory.Sequence(lambda n: f"modality-{n}")


class AnatomyFactory(BroaderTermFactory):
    class Meta:
        model = Anatomy

    slug = factory.Sequence(lambda n: f"anatomy-{n}")


class TaskFactory(TermFactory):
    class Meta:
        model = Task

    slug = factory.Sequence(lambda n: f"task-{n}")


class UnitFactory(TermFactory):
    class Meta:
        model = Unit

    slug = factory.Sequence(lambda n: f"unit-{n}")
    name = factory.LazyAttribute(lambda unit: unit.slug.replace("-", " "))


class HostFactory(TermFactory):
    class Meta:
        model = Host

    slug = factory.Sequence(lambda n: f"host-{n}")


class LicenseFactory(TermFactory):
    """An open licence that permits everything, unless told otherwise."""

    class Meta:
        model = License

    slug = factory.Sequence(lambda n: f"license-{n}")
    family = "open"
    commercial_use = redistribution = derivatives = True
    share_alike = False
    attribution = True


class PaperFactory(DjangoModelFactory):
    class Meta:
        model = Paper

    title = factory.Sequence(lambda n: f"A collection of images, part {n}")


class RecordFactory(DjangoModelFactory):
    """A published record, made in one change, so with one revision.

    Besides the fields it takes ``modalities``, ``anatomies`` and ``tasks`` (terms or
    slugs), ``sizes`` (count, unit[, qualifier[, note]]), ``links`` (kind, address) and
    ``evidence`` (sources); ``license`` and ``host`` may be slugs.
    """

    class Meta:
        model = Record

    slug = factory.Sequence(lambda n: f"record-{n}")
    name = factory.LazyAttribute(named_after_slug)
    kind = "dataset"
    summary = factory.LazyAttribute(lambda record: f"What {record.name} holds.")
    access = "open"
    license = "cc-by-4-0"
    published = True

    @classmethod
    def _create(
        cls,
        model_class,
        *args,
        modalities=(),
        anatomies=(),
        tasks=(),
        sizes=(),
        links=(),
        evidence=(),
        **kwargs,
    ):
        with changing():
            kwargs["license"] = LicenseFactory.named(kwargs["license"])
            kwargs["host"] = HostFactory.named(kwargs.get("host"))
            record = super()._create(model_class, *args, **kwargs)
            record.modalities.add(*map(ModalityFactory.named, modalities))
            record.anatomies.add(*map(AnatomyFactory.named, anatomies))
            record.tasks.add(*map(TaskFactory.named, tasks))
            for order, size in enumerate(sizes):
                fields = dict(zip(("count", "unit", "qualifier", "note"), size, strict=False))
                SizeFactory(record=record, order=order, **fields)
            for order, (kind, url) in enumerate(links):
                LinkFactory(record=record, order=order, kind=kind, url=url)
            for order, source in enumerate(evidence):
                EvidenceFactory(record=record, order=order, source=source)
        # Version and times are written when the change ends.
        record.refresh_from_db()
        return record


class DatasetFactory(RecordFactory):
    class Meta:
        model = Dataset

    slug = factory.Sequence(lambda n: f"dataset-{n}")


class ToolFactory(RecordFactory):
    class Meta:
        model = Tool

    slug = factory.Sequence(lambda n: f"tool-{n}")
    kind = "tool"


class SizeFactory(DjangoModelFactory):
    class Meta:
        model = Size

    record = factory.SubFactory(DatasetFactory)
    count = 100
    unit = "images"

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        kwargs["unit"] = UnitFactory.named(kwargs["unit"])
        return super()._create(model_class, *args, **kwargs)


class LinkFactory(DjangoModelFactory):
    class Meta:
        model = Link

    record = factory.SubFactory(DatasetFactory)
    kind = "homepage"
    url = factory.Sequence(lambda n: f"https://data.example/{n}")


class EvidenceFactory(DjangoModelFactory):
    class Meta:
        model = Evidence

    record = factory.SubFactory(DatasetFactory)
    source = factory.Sequence(lambda n: f"https://source.example/{n}")


# What a document tells of evidence of which only the source is known.
NO_MORE_EVIDENCE = dict.fromkeys(
    ["part", "value", "leads_because", "seen_on", "checked_by", "confidence"]
)


class GrantFactory(DjangoModelFactory):
    class Meta:
        model = Grant

    record = factory.SubFactory(DatasetFactory)
    license = factory.SubFactory(LicenseFactory)
    covers = "labels"


class RelationFactory(DjangoModelFactory):
    class Meta:
        model = Relation

    subject = factory.SubFactory(DatasetFactory)
    type = "derived-from"
    object = factory.SubFactory(DatasetFactory)
