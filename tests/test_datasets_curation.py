"""The verbs of the catalogue: what they move, what they tell, what they refuse."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.utils import timezone

from datasets import curation
from datasets.documents import build_all, dumps, loads
from datasets.models import (
    Document,
    Evidence,
    Link,
    Modality,
    Record,
    Relation,
    Revision,
    Slug,
    Suggestion,
    changing,
)
from tests.factories import (
    AnatomyFactory,
    DatasetFactory,
    GrantFactory,
    HostFactory,
    LicenseFactory,
    ModalityFactory,
    PaperFactory,
    RelationFactory,
    TaskFactory,
    ToolFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def documents_stay_true():
    """After each test every stored document equals a fresh one."""
    yield
    every_id = Record.objects.values_list("pk", flat=True)
    fresh = {record.pk: dumps(document) for record, document in build_all(every_id)}
    assert dict(Document.objects.values_list("pk", "text")) == fresh
    published = set(Record.objects.published().values_list("pk", flat=True))
    assert set(Document.objects.filter(published=True).values_list("pk", flat=True)) == published


def said(record):
    return loads(Document.objects.get(pk=record.pk).text)


def slugs(namespace):
    rows = Slug.objects.filter(namespace=namespace)
    return {row.slug: (row.object_id, row.current) for row in rows}


def news(since):
    """What the history gained: (slug, event, cause, public, by, note)."""
    rows = Revision.objects.filter(number__gt=since).order_by("number")
    return [
        (row.slug, row.event, row.cause, row.public, row.by and row.by.username, row.note)
        for row in rows
    ]


def newest():
    return Revision.objects.order_by("number").values_list("number", flat=True).last() or 0


def refused(words, call, *args, **kwargs):
    """The call is refused in these words, and nothing changed."""
    before, number = snapshot(), newest()
    with pytest.raises(ValidationError) as error:
        call(*args, **kwargs)
    assert words in " ".join(error.value.messages)
    assert snapshot() == before
    assert newest() == number


def snapshot():
    return [
        sorted(map(str, model.objects.values_list()))
        for model in (Record, Document, Modality, Relation, Evidence, Slug, Suggestion)
    ]


# Publish, withdraw, verify


def test_publish_shows_the_record_and_tells_its_neighbours(jane):
    hidden, seen = DatasetFactory(slug="hidden", published=False), DatasetFactory(slug="seen")
    RelationFactory(subject=seen, object=hidden)
    number = newest()
    assert curation.publish([hidden, seen], by=jane, note="Checked.") == 1
    assert news(number) == [
        ("hidden", "created", "edit", True, "jane", "Checked."),
        ("seen", "changed", "cascade", True, "jane", "Checked."),
    ]
    assert [edge["slug"] for edge in said(seen)["relations"]] == ["hidden"]
    number = newest()
    assert curation.publish([hidden, seen], by=jane) == 0
    assert news(number) == []


def test_publish_asks_for_a_summary(jane):
    record = DatasetFactory(name="Mute", summary=" ", published=False)
    refused("Write a summary first: Mute.", curation.publish, [record], by=jane)


def test_withdraw_leaves_a_notice_and_tells_the_neighbours(jane):
    gone, stays = DatasetFactory(slug="gone"), DatasetFactory(slug="stays")
    RelationFactory(subject=stays, object=gone)
    number = newest()
    assert curation.withdraw([gone], by=jane, note=" Its licence forbids it. ") == 1
    events = [(slug, event, public) for slug, event, _, public, _, _ in news(number)]
    assert events == [("gone", "withdrawn", True), ("stays", "changed", True)]
    assert news(number)[0][-1] == "Its licence forbids it."
    assert said(stays)["relations"] == []


@pytest.mark.parametrize("note", ["", "  "])
def test_withdraw_asks_for_the_reason(jane, note):
    refused("Say why", curation.withdraw, [DatasetFactory()], by=jane, note=note)


def test_verify_notes_who_and_when(jane):
    shown, hidden = DatasetFactory(), DatasetFactory(published=False)
    assert curation.verify([shown, hidden], by=jane) == 2
    shown.refresh_from_db()
    assert (shown.verified_on, shown.verified_by) == (timezone.localdate(), jane)
    assert said(hidden)["verified_on"] == timezone.localdate().isoformat()
    curation.verify([shown], by=jane, on=date(2025, 3, 1))
    assert said(shown)["verified_on"] == "2025-03-01"


def test_verify_refuses_the_future(jane):
    tomorrow = timezone.localdate() + timedelta(days=1)
    refused("has not come yet", curation.verify, [DatasetFactory()], by=jane, on=tomorrow)


# Merging terms


def test_merged_modality_is_replaced_everywhere(jane):
    ct = ModalityFactory(slug="ct", name="CT", dicom=["CT"], synonyms=["CAT"])
    scan = ModalityFactory(
        slug="ct-scan",
        name="CT scan",
        dicom=["CT", "OT"],
        synonyms=["cat", "X-ray CT"],
        broader=["imaging"],
    )
    low = ModalityFactory(slug="low-dose-ct", broader=[scan])
    shown = DatasetFactory(slug="shown", modalities=["ct-scan"])
    hidden = DatasetFactory(slug="hidden", modalities=["ct-scan", "mri"], published=False)
    both = DatasetFactory(slug="both", modalities=["ct-scan", "ct"])
    updated, number = shown.updated_at, newest()

    curation.merge_terms(scan, into=ct, by=jane)

    ct.refresh_from_db()
    assert (ct.synonyms, ct.dicom) == (["CAT", "CT scan", "X-ray CT"], ["CT", "OT"])
    assert [term.slug for term in ct.broader.all()] == ["imaging"]
    assert list(low.broader.all()) == [ct]
    assert not Modality.objects.filter(slug="ct-scan").exists()
    assert slugs("modality")["ct-scan"] == (ct.pk, False)
    assert slugs("modality")["ct"] == (ct.pk, True)
    assert [term["slug"] for term in said(shown)["modalities"]] == ["ct"]
    assert [term["slug"] for term in said(hidden)["modalities"]] == ["ct", "mri"]
    assert [term["slug"] for term in said(both)["modalities"]] == ["ct"]
    note = "Merged “CT scan” into “CT”."
    assert news(number) == [
        ("shown", "changed", "cascade", True, "jane", note),
        ("hidden", "changed", "cascade", False, "jane", note),
        ("both", "changed", "cascade", True, "jane", note),
    ]
    shown.refresh_from_db()
    assert shown.updated_at == updated


@pytest.mark.parametrize(
    ("factory", "key"), [(AnatomyFactory, "anatomies"), (TaskFactory, "tasks")]
)
def test_merged_terms_of_lists_move(jane, factory, key):
    old, new = factory(slug="old"), factory(slug="new")
    record = DatasetFactory(**{key: [old]})
    curation.merge_terms(old, into=new, by=jane)
    assert [term["slug"] for term in said(record)[key]] == ["new"]


def test_merged_license_moves_records_and_grants(jane):
    old, new = LicenseFactory(slug="old"), LicenseFactory(slug="new")
    record = DatasetFactory(license=old)
    GrantFactory(record=record, license=old, covers="labels")
    GrantFactory(record=record, license=new, covers="labels")
    GrantFactory(record=record, license=old, covers="images")
    curation.merge_terms(old, into=new, by=jane)
    document = said(record)
    assert document["license"]["slug"] == "new"
    assert [(row["covers"], row["license"]["slug"]) for row in document["grants"]] == [
        ("images", "new"),
        ("labels", "new"),
    ]


def test_merged_host_and_unit_move(jane):
    record = DatasetFactory(host="old-host", sizes=[(5, "old-unit")], published=False)
    curation.merge_terms(record.host, into=HostFactory(slug="zenodo"), by=jane)
    curation.merge_terms(record.sizes.get().unit, into=UnitFactory(slug="scans"), by=jane)
    assert said(record)["host"]["slug"] == "zenodo"
    assert said(record)["sizes"][0]["unit"] == "scans"


def test_a_term_in_use_is_not_deleted_from_under_its_records():
    record = DatasetFactory(modalities=["ct"], anatomies=["lung"], tasks=["detection"])
    for term in (record.modalities.get(), record.anatomies.get(), record.tasks.get()):
        with pytest.raises(ProtectedError, match="named by 1 records; merge it"):
            term.delete()
        with pytest.raises(ProtectedError):
            type(term).objects.all().delete()
    assert [term["slug"] for term in said(record)["modalities"]] == ["ct"]


def test_direct_parent_and_child_merge_either_way(jane):
    child = ModalityFactory(slug="child", broader=["parent"])
    parent = Modality.objects.get(slug="parent")
    curation.merge_terms(parent, into=child, by=jane)
    assert list(child.broader.all()) == []


def test_term_merge_refusals(jane):
    ct = ModalityFactory(slug="ct", name="CT")
    refused("into itself", curation.merge_terms, ct, into=ct, by=jane)
    lung = AnatomyFactory()
    refused("two vocabularies", curation.merge_terms, ct, into=lung, by=jane)
    top = ModalityFactory(slug="top", name="Top")
    middle = ModalityFactory(slug="middle", broader=[top])
    low = ModalityFactory(slug="low", name="Low", broader=[middle])
    DatasetFactory(modalities=[low])
    refused("lie under itself", curation.merge_terms, low, into=top, by=jane)
    refused("lie under itself", curation.merge_terms, top, into=low, by=jane)
    Modality.objects.filter(pk=ct.pk).delete()
    refused("“CT” has been deleted", curation.merge_terms, ct, into=top, by=jane)


# Merging records


def test_merged_record_leaves_everything_to_the_survivor(jane):
    old = DatasetFactory(slug="old", name="Old", aliases=["Older"], evidence=["a", "b"])
    new = DatasetFactory(slug="new", name="New", aliases=["Newer"], evidence=["b"], replaced_by=old)
    source, child = DatasetFactory(slug="source"), DatasetFactory(slug="child")
    follower = DatasetFactory(slug="follower", replaced_by=old)
    RelationFactory(subject=old, object=source, remedy="Match by UID.", evidence=["x"])
    RelationFactory(subject=new, object=source, extent="All.", evidence=["y"])
    RelationFactory(subject=child, object=old)
    RelationFactory(subject=old, object=new, type="part-of")
    RelationFactory(subject=old, object=child, type="shares-images")
    RelationFactory(subject=child, object=new, type="shares-images")
    suggestion = Suggestion.objects.create(name="Old", record=old, result=old)
    number = newest()

    curation.merge_records(old, into=new, by=jane)

    document = said(new)
    assert document["aliases"] == ["Newer", "Old", "Older"]
    assert document["replaced_by"] is None
    assert [row["source"] for row in document["evidence"]] == ["b", "a"]
    assert [(edge["label"], edge["slug"]) for edge in document["relations"]] == [
        ("derived from", "source"),
        ("source of", "child"),
        ("shares images with", "child"),
    ]
    kept = Relation.objects.get(subject=new, object=source)
    assert (kept.extent, kept.remedy, kept.evidence) == ("All.", "Match by UID.", ["y", "x"])
    assert said(follower)["replaced_by"] == "new"
    suggestion.refresh_from_db()
    assert (suggestion.record_id, suggestion.result_id) == (new.pk, new.pk)
    assert slugs("record")["old"] == (new.pk, False)
    events = {slug: (event, cause) for slug, event, cause, *_ in news(number)}
    assert events["old"] == ("merged", "edit")
    assert Revision.objects.get(event="merged").merged_into == "new"
    assert events["new"] == ("changed", "edit")
    assert events["source"][0] == events["child"][0] == events["follower"][0] == "changed"


def test_merging_an_unpublished_record_tells_readers_nothing_of_it(jane):
    draft = DatasetFactory(slug="draft", published=False)
    new, number = DatasetFactory(slug="new", name="New"), newest()
    curation.merge_records(draft, into=new, by=jane)
    assert [(slug, event) for slug, event, *_ in news(number)] == [("new", "changed")]
    assert slugs("record")["draft"] == (new.pk, False)


def test_merging_two_unpublished_records(jane):
    draft = DatasetFactory(slug="draft", published=False)
    other = DatasetFactory(slug="other", published=False)
    number = newest()
    curation.merge_records(draft, into=other, by=jane)
    assert [(slug, public) for slug, _, _, public, *_ in news(number)] == [("other", False)]


def test_record_merge_refusals(jane):
    a, b = DatasetFactory(name="A"), DatasetFactory(name="B")
    refused("into itself", curation.merge_records, a, into=a, by=jane)
    refused("dataset and a tool", curation.merge_records, a, into=ToolFactory(), by=jane)
    hidden = DatasetFactory(name="Hidden", published=False)
    refused("Publish “Hidden” first", curation.merge_records, a, into=hidden, by=jane)
    between = DatasetFactory()
    RelationFactory(subject=a, object=between)
    RelationFactory(subject=between, object=b)
    refused("derive from itself", curation.merge_records, a, into=b, by=jane)


def test_a_refused_verb_leaves_nothing_in_the_change_around_it(jane):
    record, taken = DatasetFactory(name="A"), DatasetFactory(name="B")
    between = DatasetFactory(name="Zz")
    # The first relation moves, the second is refused.
    RelationFactory(subject=record, object=DatasetFactory(name="Aa"))
    RelationFactory(subject=record, object=between)
    RelationFactory(subject=between, object=taken)
    before = sorted(Relation.objects.values_list("pk", "subject", "object"))
    with changing(by=jane):
        with pytest.raises(ValidationError, match="derive from itself"):
            curation.merge_records(record, into=taken, by=jane)
        curation.verify([taken], by=jane)
    assert sorted(Relation.objects.values_list("pk", "subject", "object")) == before
    assert said(taken)["verified_on"]


# Suggestions


def test_accepted_suggestion_becomes_an_unpublished_record(jane):
    LicenseFactory(slug="unspecified", family="unspecified")
    DatasetFactory(slug="lung-ct", name="Lung CT")
    suggestion = Suggestion.objects.create(
        name="Lung_CT", url="https://lung.example/", doi="10.1234/lung", message="888 scans."
    )
    number = newest()
    record = curation.accept(suggestion, by=jane)
    assert (record.slug, record.published, record.summary) == ("lung-ct-2", False, "888 scans.")
    document = said(record)
    assert document["links"] == [
        {"kind": "homepage", "url": "https://lung.example/"},
        {"kind": "paper", "url": "https://doi.org/10.1234/lung"},
    ]
    assert suggestion.reference not in str(document)
    assert [(event, public, by) for _, event, _, public, by, _ in news(number)] == [
        ("created", False, "jane")
    ]
    suggestion.refresh_from_db()
    assert (suggestion.state, suggestion.result, suggestion.decided_by) == (
        "accepted",
        record,
        jane,
    )
    assert suggestion.decided_at
    refused("has been accepted already", curation.accept, suggestion, by=jane)
    refused("has been accepted already", curation.decline, suggestion, by=jane)


def test_accepted_suggestion_finds_its_paper(jane):
    LicenseFactory(family="unspecified")
    paper = PaperFactory(doi="10.1234/lung")
    suggestion = Suggestion.objects.create(name="肺", doi="10.1234/lung")
    record = curation.accept(suggestion, by=jane)
    assert (record.slug, record.paper) == ("record", paper)
    assert not Link.objects.exists()


def test_accepted_correction_leaves_the_record_as_it_is(jane):
    record = DatasetFactory()
    suggestion = Suggestion.objects.create(name="Wrong year", record=record, fact="year")
    number = newest()
    assert curation.accept(suggestion, by=jane) == record
    assert news(number) == []
    suggestion.refresh_from_db()
    assert (suggestion.state, suggestion.result) == ("accepted", record)


def test_declined_suggestion_makes_nothing(jane):
    suggestion = Suggestion.objects.create(name="Spam")
    curation.decline(suggestion, by=jane)
    suggestion.refresh_from_db()
    assert (suggestion.state, suggestion.decided_by) == ("declined", jane)
    assert not Record.objects.exists()


def test_accept_refusals(jane):
    suggestion = Suggestion.objects.create(name="Lung CT")
    refused("add it first", curation.accept, suggestion, by=jane)
    LicenseFactory(family="unspecified")
    bad = Suggestion.objects.create(name="Lung CT", doi="doi:10/x")
    refused("A DOI starts with", curation.accept, bad, by=jane)
