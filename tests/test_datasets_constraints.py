"""The database's own promises: each constraint is attacked past every validation."""

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import IntegrityError, connection, transaction
from django.db.models import CheckConstraint
from django.utils import timezone

from datasets.models import (
    Catalogue,
    Check,
    Dataset,
    LoadedEntry,
    Problem,
    Record,
    Relation,
    Revision,
    Slug,
    Suggestion,
    Tool,
)
from tests.factories import (
    AnatomyFactory,
    DatasetFactory,
    EvidenceFactory,
    GrantFactory,
    HostFactory,
    LicenseFactory,
    LinkFactory,
    ModalityFactory,
    PaperFactory,
    RelationFactory,
    SizeFactory,
    TaskFactory,
    ToolFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db


def put(row, **values):
    """Write columns of a row as they are, with no rule of the models between."""
    type(row)._base_manager.filter(pk=row.pk).update(**values)


def twice(row):
    """Insert the row again, as another one."""
    row.pk = None
    type(row)._base_manager.bulk_create([row])


def two_licenses_of_one_spdx():
    LicenseFactory(spdx="MIT")
    put(LicenseFactory(), spdx="MIT")


def two_papers_of_one(number):
    PaperFactory(**{number: "10.1000/x"})
    put(PaperFactory(), **{number: "10.1000/x"})


def two_slugs_of_one_thing():
    thing = DatasetFactory()
    Slug.objects.create(namespace="record", slug="also", object_id=thing.pk)


def an_edge_in_both_directions():
    edge = RelationFactory(type="shares-images")
    edge.subject, edge.object = edge.object, edge.subject
    twice(edge)


def a_record_in_its_own_place():
    record = DatasetFactory()
    put(record, replaced_by=record)


def an_edge_to_itself():
    edge = RelationFactory()
    put(edge, object=edge.subject)


def a_second_counter():
    Catalogue.objects.create(pk=2)


def two_first_versions():
    revision = Revision.objects.get(record=DatasetFactory())
    revision.number += 1
    Revision.objects.bulk_create([revision])


def verified_by_somebody_some_day():
    put(DatasetFactory(), verified_by=get_user_model().objects.create(username="curator"))


def a_revision(**values):
    DatasetFactory()
    Revision.objects.update(**values)


TERMS = {
    "modality": ModalityFactory,
    "anatomy": AnatomyFactory,
    "task": TaskFactory,
    "unit": UnitFactory,
    "host": HostFactory,
    "license": LicenseFactory,
}


def a_check(**values):
    said = {"kind": "address", "target": "https://data.example/", "verdict": "ok"} | values
    return Check.objects.create(checked_at=timezone.now(), **said)


def a_problem(**values):
    return Problem.objects.create(record=DatasetFactory(), kind="dead", **values)


ATTACKS = {
    "catalogue_is_one_row": [a_second_counter],
    "slug_names_one_thing": [
        lambda: Slug.objects.create(namespace="record", slug=DatasetFactory().slug, object_id=0)
    ],
    "slug_one_current_each": [two_slugs_of_one_thing],
    "slug_current_has_its_thing": [lambda: Slug.objects.create(namespace="record", slug="nobody")],
    "license_spdx_once": [two_licenses_of_one_spdx],
    "license_family_is_known": [lambda: put(LicenseFactory(), family="free")],
    "record_slug_is_well_formed": [
        lambda slug=slug: put(DatasetFactory(), slug=slug)
        for slug in ("", "Upper", "a--b", "-a", "a-", "a b", "a\n", "ä")
    ],
    "record_slug_is_not_reserved": [
        lambda slug=slug: put(DatasetFactory(), slug=slug)
        for slug in ("compare", "check", "map", "changes", "facets")
    ],
    "record_has_a_name": [lambda: put(DatasetFactory(), name="")],
    "record_kind_is_known": [
        lambda: put(DatasetFactory(), kind="benchmark"),
        lambda: put(DatasetFactory(), kind=""),
    ],
    "record_access_is_known": [lambda: put(DatasetFactory(), access="")],
    "record_status_is_known": [lambda: put(DatasetFactory(), status="lost")],
    "record_annotation_method_is_known": [lambda: put(DatasetFactory(), annotation_method="guess")],
    "record_year_is_plausible": [
        lambda: put(DatasetFactory(), year=1899),
        lambda: put(DatasetFactory(), year=2101),
    ],
    "record_only_tools_have_an_architecture": [
        lambda: put(DatasetFactory(), architecture="U-Net"),
        lambda: put(DatasetFactory(), trained_on="Scans"),
    ],
    "record_only_datasets_have_annotations": [
        lambda: put(ToolFactory(), annotations="Nodules"),
        lambda: put(ToolFactory(), annotation_method="expert"),
        lambda: put(ToolFactory(), splits="In halves"),
        lambda: put(ToolFactory(), countries=["GB"]),
    ],
    "record_does_not_replace_itself": [a_record_in_its_own_place],
    "record_verified_by_has_a_day": [verified_by_somebody_some_day],
    "size_is_not_zero": [lambda: SizeFactory(count=0)],
    "size_qualifier_is_known": [lambda: SizeFactory(qualifier="many")],
    "link_once_each": [lambda: twice(LinkFactory())],
    "link_kind_is_known": [lambda: LinkFactory(kind="mirror")],
    "link_is_a_web_address": [
        lambda: LinkFactory(url="javascript:alert(1)"),
        lambda: LinkFactory(url=""),
        lambda: LinkFactory(url="//data.example/"),
    ],
    "paper_doi_once": [lambda: two_papers_of_one("doi")],
    "paper_arxiv_once": [lambda: two_papers_of_one("arxiv")],
    "paper_has_a_title": [lambda: PaperFactory(title="")],
    "paper_year_is_plausible": [lambda: PaperFactory(year=1)],
    "evidence_has_a_source": [lambda: EvidenceFactory(source="")],
    "evidence_unit_is_of_a_size": [lambda: EvidenceFactory(fact="license", unit=UnitFactory())],
    "evidence_kind_is_of_a_link": [lambda: EvidenceFactory(fact="license", link="homepage")],
    "evidence_link_is_known": [lambda: EvidenceFactory(fact="links", link="mirror")],
    "evidence_confidence_is_known": [lambda: EvidenceFactory(confidence="sure")],
    "evidence_check_has_its_day": [lambda: EvidenceFactory(checked_role="Curator")],
    "check_once_each": [lambda: [a_check() for _ in range(2)]],
    "check_verdict_is_known": [lambda: a_check(verdict="splendid")],
    "problem_once_each": [lambda: twice(a_problem())],
    "problem_state_is_known": [lambda: a_problem(state="lost")],
    "problem_put_off_until_a_day": [
        lambda: a_problem(state="snoozed"),
        lambda: a_problem(snoozed_until=timezone.localdate()),
    ],
    "grant_once_each": [lambda: twice(GrantFactory())],
    "grant_covers_is_known": [lambda: GrantFactory(covers="everything")],
    "relation_once_each": [lambda: twice(RelationFactory())],
    "relation_symmetric_once": [an_edge_in_both_directions],
    "relation_joins_two_records": [an_edge_to_itself],
    "relation_type_is_known": [lambda: RelationFactory(type="like")],
    "revision_version_once": [two_first_versions],
    "revision_tombstone_is_empty": [
        lambda: a_revision(event="withdrawn"),
        lambda: a_revision(document=""),
    ],
    "loaded_entry_once_each": [
        lambda: LoadedEntry.objects.bulk_create(
            LoadedEntry(namespace="record", key="a", entry={}) for _ in range(2)
        )
    ],
    "suggestion_state_is_known": [lambda: Suggestion.objects.create(name="X", state="lost")],
    "suggestion_kind_is_known": [lambda: Suggestion.objects.create(name="X", kind="praise")],
} | {
    f"{namespace}_{promise}": attacks
    for namespace, factory in TERMS.items()
    for promise, attacks in {
        "slug_is_well_formed": [
            lambda factory=factory: put(factory(), slug="Upper"),
            lambda factory=factory: put(factory(), slug="a_b"),
        ],
        "has_a_name": [lambda factory=factory: put(factory(), name="")],
    }.items()
}


def constraints():
    return {
        constraint.name: constraint
        for model in apps.get_app_config("datasets").get_models()
        for constraint in model._meta.constraints
    }


def test_every_constraint_is_attacked():
    assert sorted(constraints()) == sorted(ATTACKS)


@pytest.mark.parametrize(
    ("name", "attack"),
    [
        pytest.param(name, attack, id=f"{name}-{number}")
        for name, attacks in ATTACKS.items()
        for number, attack in enumerate(attacks)
    ],
)
def test_the_database_keeps_its_promise(name, attack):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        attack()
    if connection.vendor == "postgresql" or isinstance(constraints()[name], CheckConstraint):
        assert name in str(refused.value)


def test_the_constraints_are_in_the_database():
    """A constraint written wrongly in Meta is in no migration, and so nowhere."""
    for model in apps.get_app_config("datasets").get_models():
        with connection.cursor() as cursor:
            there = connection.introspection.get_constraints(cursor, model._meta.db_table)
        assert {one.name for one in model._meta.constraints} <= there.keys()


@pytest.mark.parametrize("manager", [Dataset.objects, Tool.objects, Record.objects])
def test_a_slug_is_renamed_by_save_alone(manager):
    DatasetFactory()
    with pytest.raises(TypeError, match="renamed by save"):
        manager.update(slug="other")


def test_what_is_in_use_is_not_deleted():
    record = DatasetFactory(
        modalities=["ct"],
        anatomies=["chest"],
        tasks=["detection"],
        host="zenodo",
        paper=PaperFactory(),
    )
    SizeFactory(record=record, unit="scans")
    for used in (record.license, record.host, record.paper, record.sizes.get().unit):
        with pytest.raises(IntegrityError), transaction.atomic():
            used.delete()


def test_a_relation_goes_with_its_record():
    edge = RelationFactory()
    edge.object.delete()
    assert not Relation.objects.exists()
