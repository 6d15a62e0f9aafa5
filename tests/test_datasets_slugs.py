"""Slugs: former ones lead on, merged ones to the survivor, deleted ones stay taken."""

import pytest
from django.core.exceptions import ValidationError

from datasets.models import RESERVED, Modality, Record, Revision, Slug, changing
from tests.factories import (
    DatasetFactory,
    HostFactory,
    LicenseFactory,
    ModalityFactory,
    RecordFactory,
    ToolFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db


def slugs(namespace="record"):
    """{slug: (id it leads to, whether it is the current one)}"""
    rows = Slug.objects.filter(namespace=namespace)
    return {row.slug: (row.object_id, row.current) for row in rows}


def rename(thing, slug):
    thing.slug = slug
    thing.save()


def test_a_former_slug_leads_to_the_renamed():
    record = DatasetFactory(slug="lidc")
    rename(record, "lidc-idri")
    assert slugs() == {"lidc": (record.pk, False), "lidc-idri": (record.pk, True)}
    assert Slug.objects.owner("record", "lidc") == record.pk
    revision = Revision.objects.first()
    assert (revision.slug, revision.former_slug, revision.event) == ("lidc-idri", "lidc", "changed")


def test_a_slug_can_be_taken_back():
    record = DatasetFactory(slug="lidc")
    rename(record, "lidc-idri")
    rename(record, "lidc")
    assert slugs() == {"lidc": (record.pk, True), "lidc-idri": (record.pk, False)}


@pytest.mark.parametrize("factory", [DatasetFactory, ToolFactory, RecordFactory])
def test_no_other_record_of_any_kind_takes_a_slug(factory):
    record = DatasetFactory(slug="lidc")
    rename(record, "lidc-idri")
    for slug in ("lidc", "lidc-idri"):
        with pytest.raises(ValidationError, match="belongs to another record; choose another"):
            factory.build(slug=slug, license=LicenseFactory()).clean()
    with pytest.raises(ValidationError, match="belongs to another record"):
        factory(slug="lidc")
    assert Record.objects.count() == 1


def test_the_slug_of_a_deleted_record_stays_taken():
    DatasetFactory(slug="lidc").delete()
    assert slugs() == {"lidc": (None, False)}
    assert Slug.objects.owner("record", "lidc") is None
    with pytest.raises(ValidationError, match="belonged to a deleted record"):
        DatasetFactory(slug="lidc")
    with pytest.raises(ValidationError, match="belonged to a deleted record"):
        rename(DatasetFactory(), "lidc")


def test_deleting_many_keeps_their_slugs_taken():
    DatasetFactory(slug="a"), ToolFactory(slug="b")
    Record.objects.all().delete()
    assert slugs() == {"a": (None, False), "b": (None, False)}


def test_all_slugs_of_a_merged_record_lead_to_the_survivor():
    survivor, merged = DatasetFactory(slug="kept"), DatasetFactory(slug="first")
    rename(merged, "second")
    merged.delete(survivor=survivor)
    assert slugs() == {
        "kept": (survivor.pk, True),
        "first": (survivor.pk, False),
        "second": (survivor.pk, False),
    }
    # Merged again, all of them lead on.
    last = DatasetFactory(slug="last")
    survivor.delete(survivor=last)
    assert {owner for owner, _ in slugs().values()} == {last.pk}
    last.delete()
    assert {owner for owner, _ in slugs().values()} == {None}


def test_a_survivor_may_take_the_slug_of_the_merged():
    survivor, merged = DatasetFactory(slug="kept"), DatasetFactory(slug="better")
    merged.delete(survivor=survivor)
    rename(survivor, "better")
    assert slugs() == {"kept": (survivor.pk, False), "better": (survivor.pk, True)}


def test_each_vocabulary_has_slugs_of_its_own():
    things = [
        (factory(slug="mixed"), namespace)
        for factory, namespace in (
            (ModalityFactory, "modality"),
            (UnitFactory, "unit"),
            (HostFactory, "host"),
            (LicenseFactory, "license"),
            (DatasetFactory, "record"),
        )
    ]
    for thing, namespace in things:
        assert slugs(namespace)["mixed"] == (thing.pk, True)


def test_a_term_keeps_its_former_slug_too():
    ct = ModalityFactory(slug="ct")
    rename(ct, "computed-tomography")
    with pytest.raises(ValidationError, match="another modality"):
        Modality.objects.create(slug="ct", name="CT")


def test_rows_made_together_have_their_slugs():
    Modality.objects.bulk_create(Modality(slug=slug, name=slug) for slug in ("ct", "mri"))
    assert set(slugs("modality")) == {"ct", "mri"}


@pytest.mark.parametrize("slug", [*RESERVED, "Upper", "a--b", "-a", "a-", "a b", "ä", "a\n", ""])
def test_a_slug_that_is_no_address_is_refused(slug):
    record = Record(
        slug=slug, name="A", kind="dataset", summary="x", access="open", license=LicenseFactory()
    )
    with pytest.raises(ValidationError) as refused:
        record.full_clean()
    assert not {"slug", "__all__"}.isdisjoint(refused.value.message_dict)


def test_what_is_rolled_back_leaves_its_slug_free():
    with pytest.raises(ValidationError), changing():
        DatasetFactory(slug="lidc")
        raise ValidationError("No.")
    assert slugs() == {}
    DatasetFactory(slug="lidc")


def test_two_records_can_swap_slugs_never():
    """Each would take what leads to the other; the second step is refused."""
    one, two = DatasetFactory(slug="one"), DatasetFactory(slug="two")
    rename(one, "third")
    with pytest.raises(ValidationError, match="belongs to another record"):
        rename(two, "one")
    assert slugs() == {"one": (one.pk, False), "third": (one.pk, True), "two": (two.pk, True)}
