"""Renaming, merging, unpublishing and deleting, with a second process reading: nothing that was said breaks."""

import pytest
from django.core.management import call_command
from django.http import QueryDict

from datasets import curation
from datasets.documents import loads
from datasets.filters import QueryError, read_query
from datasets.index import current
from datasets.models import Modality, Record, Revision
from tests.factories import (
    DatasetFactory,
    HostFactory,
    LicenseFactory,
    ModalityFactory,
    RelationFactory,
)
from tests.launch import put_catalogue
from tests.other_process import OtherProcess

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def process(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), OtherProcess() as process:
        yield process


class Everywhere:
    """Asks this process and another, which must agree."""

    def __init__(self, other):
        self.other = other

    def select(self, query):
        found = read_query("datasets", QueryDict(query), current()).check().selection
        here = [document["slug"] for document in found.documents()]
        assert self.other.select(query) == here
        return here

    def resolve(self, facet, value):
        here = current().resolve(facet, value)
        assert self.other.ask(f"current().resolve({facet!r}, {value!r})") == here
        return here

    def refuses(self, query):
        with pytest.raises(QueryError) as here:
            read_query("datasets", QueryDict(query), current()).check()
        with pytest.raises(RuntimeError, match="QueryError"):
            self.other.select(query)
        return here.value.errors

    def document(self, slug):
        ask = f"json.loads(Record.objects.get(slug={slug!r}).document.text)"
        here = loads(Record.objects.get(slug=slug).document.text)
        assert self.other.ask(ask) == here
        return here


@pytest.fixture
def everywhere(process):
    everywhere = Everywhere(process)
    # The other process has read the catalogue before anything changes.
    assert everywhere.select("") == []
    return everywhere


def news():
    """What a follower of the changes has been told, oldest first."""
    return [
        (r.event, r.cause, r.slug, r.former_slug, r.merged_into)
        for r in Revision.objects.public().order_by("number")
    ]


def rename(thing, slug):
    thing.refresh_from_db()
    thing.slug = slug
    thing.save()


def test_a_renamed_record_is_found_by_its_former_slugs(everywhere):
    source = DatasetFactory(slug="source")
    copy = DatasetFactory(slug="copy", replaced_by=source)
    RelationFactory(subject=copy, object=source)
    rename(source, "origin")
    rename(source, "beginning")
    for former in ("source", "origin", "beginning"):
        assert everywhere.resolve("slug", former) == "beginning"
        assert everywhere.select(f"slug={former}") == ["beginning"]
        assert everywhere.select(f"slug__not={former}") == ["copy"]
    assert everywhere.select("slug=copy&slug=source") == ["copy", "beginning"]
    neighbour = everywhere.document("copy")
    assert [edge["slug"] for edge in neighbour["relations"]] == ["beginning"]
    assert neighbour["replaced_by"] == "beginning"
    assert news()[-4:] == [
        ("changed", "edit", "origin", "source", ""),
        ("changed", "cascade", "copy", "", ""),
        ("changed", "edit", "beginning", "origin", ""),
        ("changed", "cascade", "copy", "", ""),
    ]


def test_a_renamed_term_is_found_by_its_former_slug(everywhere):
    ModalityFactory(slug="ct")
    ModalityFactory(slug="cone-beam", broader=["ct"])
    wide, narrow = DatasetFactory(modalities=["ct"]), DatasetFactory(modalities=["cone-beam"])
    DatasetFactory(slug="other")
    updated = everywhere.document(wide.slug)["updated_at"]
    rename(Modality.objects.get(slug="ct"), "computed-tomography")
    both = {wide.slug, narrow.slug}
    for slug in ("ct", "computed-tomography"):
        assert everywhere.resolve("modality", slug) == "computed-tomography"
        assert set(everywhere.select(f"modality={slug}")) == both
        assert everywhere.select(f"modality__not={slug}") == ["other"]
    document = everywhere.document(wide.slug)
    assert document["modalities"] == [{"slug": "computed-tomography", "name": "Ct"}]
    assert document["updated_at"] == updated
    assert news()[-1] == ("changed", "cascade", wide.slug, "", "")
    query = read_query("datasets", QueryDict("modality=ct"), current())
    assert [v.slug for v in query.selection.facet("modality") if v.selected] == [
        "computed-tomography"
    ]


def test_terms_that_are_merged_are_found_by_either_slug(everywhere):
    ModalityFactory(slug="imaging")
    x_ray, radiograph = (
        ModalityFactory(slug="x-ray", broader=["imaging"]),
        ModalityFactory(slug="rx"),
    )
    first = DatasetFactory(modalities=["x-ray"])
    both = DatasetFactory(modalities=["x-ray", "rx"])
    last = DatasetFactory(modalities=["rx"])
    every = {first.slug, both.slug, last.slug}
    curation.merge_terms(x_ray, into=radiograph, by=None)
    for slug in ("x-ray", "rx"):
        assert everywhere.resolve("modality", slug) == "rx"
        assert set(everywhere.select(f"modality={slug}")) == every
        assert everywhere.select(f"modality__not={slug}") == []
    assert set(everywhere.select("modality=imaging")) == every
    assert [t["slug"] for t in everywhere.document(both.slug)["modalities"]] == ["rx"]
    assert {cause for event, cause, *_ in news() if event == "changed"} == {"cascade"}


@pytest.mark.parametrize(("factory", "facet"), [(HostFactory, "host"), (LicenseFactory, "license")])
def test_merged_terms_of_which_a_record_has_one(everywhere, factory, facet):
    old, new = factory(slug="old"), factory(slug="new")
    record = DatasetFactory(**{facet: old})
    curation.merge_terms(old, into=new, by=None)
    assert everywhere.select(f"{facet}=old") == everywhere.select(f"{facet}=new") == [record.slug]
    assert everywhere.document(record.slug)[facet]["slug"] == "new"


def test_merged_records_leave_their_address_to_the_survivor(everywhere):
    first, second = DatasetFactory(slug="first"), DatasetFactory(slug="second")
    neighbour = DatasetFactory(slug="neighbour")
    RelationFactory(subject=neighbour, object=first)
    curation.merge_records(first, into=second, by=None)
    assert everywhere.resolve("slug", "first") == "second"
    assert everywhere.select("slug=first") == ["second"]
    assert [edge["slug"] for edge in everywhere.document("neighbour")["relations"]] == ["second"]
    assert ("merged", "edit", "first", "", "second") in news()


def test_an_unpublished_record_is_gone_everywhere_and_comes_back(everywhere):
    record, neighbour = DatasetFactory(slug="shy"), DatasetFactory(slug="neighbour")
    RelationFactory(subject=neighbour, object=record)
    rename(record, "shyer")
    record.published = False
    record.save()
    for slug in ("shy", "shyer"):
        assert everywhere.resolve("slug", slug) is None
        assert "slug" in everywhere.refuses(f"slug={slug}")
        assert "slug__not" in everywhere.refuses(f"slug__not={slug}")
    assert everywhere.select("") == ["neighbour"]
    assert everywhere.document("neighbour")["relations"] == []
    assert ("withdrawn", "edit", "shyer", "", "") in news()
    assert Revision.objects.filter(event="withdrawn").get().document == ""
    told = len(news())
    record.name = "Said in private"
    record.save()
    rename(record, "hidden")
    assert len(news()) == told
    record.published = True
    record.save()
    assert everywhere.resolve("slug", "shy") == "hidden"
    assert everywhere.select("slug=shyer") == ["hidden"]
    assert [edge["slug"] for edge in everywhere.document("neighbour")["relations"]] == ["hidden"]
    assert ("created", "edit", "hidden", "", "") in news()


def test_a_deleted_record_is_gone_and_its_slug_taken(everywhere):
    record, neighbour = DatasetFactory(slug="doomed"), DatasetFactory(slug="neighbour")
    RelationFactory(subject=record, object=neighbour)
    record.delete()
    assert everywhere.resolve("slug", "doomed") is None
    assert "slug" in everywhere.refuses("slug=doomed")
    assert everywhere.select("") == ["neighbour"]
    assert everywhere.document("neighbour")["relations"] == []
    assert ("withdrawn", "edit", "doomed", "", "") in news()
    with pytest.raises(Exception, match="deleted"):
        DatasetFactory(slug="doomed")


def test_a_reload_respects_what_people_renamed_withdrew_merged_and_deleted(everywhere):
    put_catalogue()
    assert len(everywhere.select("page_size=200")) == 82
    rename(Record.objects.get(slug="luna16"), "luna-16")
    rename(Modality.objects.get(slug="ct"), "computed-tomography")
    curation.withdraw([Record.objects.get(slug="chexpert")], by=None, note="Asked for.")
    Record.objects.get(slug="nlst").delete()
    curation.merge_records(
        Record.objects.get(slug="covid-ct"), into=Record.objects.get(slug="lidc-idri"), by=None
    )
    with_ct = everywhere.select("modality=ct&page_size=200")
    told, version = news(), current().version
    call_command("load_catalogue", verbosity=0)
    assert everywhere.select("modality=ct&page_size=200") == with_ct
    assert everywhere.select("modality=computed-tomography&page_size=200") == with_ct
    assert len(everywhere.select("page_size=200")) == 79
    assert everywhere.select("slug=luna16") == ["luna-16"]
    assert everywhere.select("slug=covid-ct") == ["lidc-idri"]
    for gone in ("chexpert", "nlst"):
        assert "slug" in everywhere.refuses(f"slug={gone}")
    assert (news(), current().version) == (told, version)
