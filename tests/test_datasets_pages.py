"""The pages of records and of changes, as readers get them."""

from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datasets.curation import merge_records, withdraw
from datasets.models import Dataset, Record, changing
from tests.factories import (
    DatasetFactory,
    GrantFactory,
    LicenseFactory,
    PaperFactory,
    RelationFactory,
    SizeFactory,
    ToolFactory,
)
from tests.pages import count_queries, words

pytestmark = pytest.mark.django_db


def read(client, url):
    response = client.get(url)
    assert response.status_code == 200
    return words(response)


# What is unknown, or told by the owner


def test_unknown_is_never_shown_as_allowed(client):
    unknown = LicenseFactory(
        slug="none",
        family="unspecified",
        commercial_use=None,
        redistribution=None,
        derivatives=None,
    )
    DatasetFactory(slug="a", license=unknown, access="unknown")
    page = read(client, "/datasets/a/")
    assert "Commercial use Not known Redistribution Not known Derivatives Not known" in page
    assert "We found no licence." in page and "How to get the files is not stated." in page
    assert "Permitted" not in page and "It permits" not in page


def test_licences_of_parts_are_listed(client):
    GrantFactory(
        record=DatasetFactory(slug="a"),
        license=LicenseFactory(slug="x", name="X licence"),
        covers="labels",
        subset="test set",
    )
    assert "Licences of parts Labels (test set): X licence" in read(client, "/datasets/a/")


def test_a_withdrawn_dataset_keeps_its_page_and_points_to_its_successor(client):
    after = DatasetFactory(slug="b", name="Later set")
    DatasetFactory(slug="a", status="withdrawn", replaced_by=after)
    page = client.get("/datasets/a/")
    assert "Its owner has withdrawn it." in words(page)
    assert '<a href="/datasets/b/">Later set</a> instead' in page.text


def test_a_hidden_successor_is_not_named(client):
    hidden = DatasetFactory(slug="b", name="Zzhidden", published=False)
    DatasetFactory(slug="a", status="moved", replaced_by=hidden)
    page = client.get("/datasets/a/").text
    assert "Its owner has moved it." in page and "Zzhidden" not in page


def test_the_day_of_verification_is_told_and_the_person_is_not(client, admin_user):
    DatasetFactory(slug="a", verified_on="2026-03-02", verified_by=admin_user)
    response = client.get("/datasets/a/")
    assert "Last verified 2 March 2026" in words(response)
    assert admin_user.username not in words(response)


def test_what_people_typed_is_escaped(client):
    DatasetFactory(
        slug="a",
        name="<b>Bold</b>",
        summary="<script>alert(1)</script>",
        extra={"<i>x</i>": "see https://a.example/?<q>&b"},
        evidence=['https://b.example/"onclick="x', "10.1000/<x>"],
        paper=PaperFactory(title="<u>Paper</u>"),
    )
    page = client.get("/datasets/a/").text
    for raw in ("<b>Bold", "<script>alert", "<i>x", "<u>Paper", '"onclick', "<q>", "<x>"):
        assert raw not in page


# Addresses


def test_a_former_slug_leads_to_the_current_one(client):
    record = DatasetFactory(slug="old")
    record.slug = "new"
    record.save()
    response = client.get("/datasets/old/")
    assert (response.status_code, response["Location"]) == (301, "/datasets/new/")


def test_the_other_kind_of_address_leads_to_the_right_one(client):
    DatasetFactory(slug="a")
    ToolFactory(slug="t")
    assert client.get("/tools/a/")["Location"] == "/datasets/a/"
    assert client.get("/datasets/t/")["Location"] == "/tools/t/"
    assert client.get("/datasets/t/").status_code == 301


def test_a_merged_record_leads_to_the_survivor(client, admin_user):
    record, into = DatasetFactory(slug="a"), DatasetFactory(slug="b")
    merge_records(record, into=into, by=admin_user)
    response = client.get("/datasets/a/")
    assert (response.status_code, response["Location"]) == (301, "/datasets/b/")


def test_a_withdrawn_record_is_gone_and_says_so(client, admin_user):
    record = DatasetFactory(slug="a", name="Set A", summary="Zzsecret summary.")
    withdraw([record], by=admin_user, note="The owner asked for it.")
    response = client.get("/datasets/a/")
    page = words(response)
    assert response.status_code == 410
    assert "Set A We took this record back on" in page
    assert "The owner asked for it." in page
    assert "Zzsecret" not in page and admin_user.username not in page


def test_a_deleted_record_and_its_former_slugs_are_gone(client):
    record = DatasetFactory(slug="a")
    record.slug = "b"
    record.save()
    record.delete()
    assert client.get("/datasets/b/").status_code == 410
    assert client.get("/datasets/a/").status_code == 410


def test_a_former_slug_of_a_withdrawn_record_is_gone(client, admin_user):
    record = DatasetFactory(slug="a")
    record.slug = "b"
    record.save()
    withdraw([record], by=admin_user, note="Wrong.")
    assert client.get("/datasets/a/").status_code == 410


def test_a_slug_given_after_the_withdrawal_is_not_known(client, admin_user):
    record = DatasetFactory(slug="a")
    withdraw([record], by=admin_user, note="Wrong.")
    record = Dataset.objects.get(pk=record.pk)
    record.slug = "b"
    record.save()
    assert client.get("/datasets/b/").status_code == 404
    assert client.get("/datasets/a/").status_code == 410


def test_a_record_published_again_has_its_page_again(client, admin_user):
    record = DatasetFactory(slug="a")
    withdraw([record], by=admin_user, note="Wrong.")
    Record.objects.filter(pk=record.pk).update(published=True)
    page = read(client, "/datasets/a/")
    assert "published again" in page and "withdrawn" in page


def test_unknown_and_unpublished_are_not_found(client):
    DatasetFactory(slug="hidden", name="Zzhidden", published=False)
    for url in ("/datasets/hidden/", "/tools/hidden/", "/datasets/nothing/"):
        response = client.get(url)
        assert response.status_code == 404
        assert "Zzhidden" not in response.text


def test_a_deleted_draft_was_never_there(client):
    DatasetFactory(slug="hidden", published=False).delete()
    assert client.get("/datasets/hidden/").status_code == 404


# History and changes


def test_the_history_says_what_changed_and_why_and_not_who(client, admin_user):
    record = DatasetFactory(slug="a", sizes=[(5, "scans")])
    with changing(by=admin_user, note="Read again."):
        record.access = "agreement"
        record.year = 2020
        record.save()
        SizeFactory(record=record, count=7, unit="images", order=1)
    page = read(client, "/datasets/a/")
    assert "sizes, access and year changed" in page
    assert "Read again." in page and admin_user.username not in page


def test_a_cascade_is_told_from_an_edit(client):
    record = DatasetFactory(slug="a", modalities=["ct"])
    term = record.modalities.get()
    term.name = "Computed tomography"
    term.save()
    assert "modalities changed" in read(client, "/datasets/a/")
    assert "a name or a neighbour that it mentions changed" in read(client, "/datasets/a/")


def test_changes_tell_each_event_in_words(client, admin_user):
    record, into = DatasetFactory(slug="a", name="Set A"), DatasetFactory(slug="b", name="Set B")
    record.year = 2019
    record.save()
    merge_records(record, into=into, by=admin_user)
    withdraw([DatasetFactory(slug="c", name="Set C")], by=admin_user, note="By mistake.")
    page = read(client, "/datasets/changes/")
    for line in (
        "Set A: added",
        # What a deleted record said while readers saw it stays told.
        "Set A: year changed",
        "Set A: merged into Set B",
        "Set B: aliases changed",
        "Set C: withdrawn Administrator · By mistake.",
    ):
        assert line in page
    assert page.index("Set C: withdrawn") < page.index("Set A: merged")
    assert admin_user.username not in page


def test_changes_are_filtered_by_event_and_kind(client, admin_user):
    withdraw([DatasetFactory(slug="a", name="Set A")], by=admin_user, note="Wrong.")
    ToolFactory(slug="t", name="Tool T")
    withdrawn = read(client, "/datasets/changes/?event=withdrawn")
    assert "Set A: withdrawn" in withdrawn and "Tool T" not in withdrawn
    tools = read(client, "/datasets/changes/?kind=tool&event=")
    assert "Tool T: added" in tools and "Set A" not in tools


def test_changes_are_paged_and_keep_their_filter(client):
    with changing():
        for number in range(51):
            DatasetFactory(name=f"Set {number:02}.")
    first = client.get("/datasets/changes/?event=created")
    assert "51 changes, page 1 of 2" in words(first)
    assert 'href="?event=created&amp;page=2" rel="next"' in first.text
    second = words(client.get("/datasets/changes/?event=created&page=2"))
    assert "51 changes, page 2 of 2" in second
    shown = [f"Set {number:02}.: added" in words(first) for number in range(51)]
    assert sum(shown) == 50
    assert f"Set {shown.index(False):02}.: added" in second


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("page=0", "A page is a number from 1; this is the first."),
        ("page=x", "A page is a number from 1; this is the first."),
        ("page=%00", "A page is a number from 1; this is the first."),
        ("page=9", "There is only one page; this is the last."),
        (f"page={10**40}", "There is only one page; this is the last."),
        ("event=moved", "Choose one of the events listed; all are shown for now."),
        ("kind=%00", "Choose one of the kinds listed; all are shown for now."),
        ("colour=red", "Not understood and left out: “colour”."),
    ],
)
def test_a_wrong_query_of_changes_is_told_and_the_page_stands(client, query, message):
    DatasetFactory(name="Set A")
    page = read(client, f"/datasets/changes/?{query}")
    assert message in page and "Set A: added" in page


def test_changes_of_what_was_never_public_are_not_told(client):
    DatasetFactory(slug="hidden", name="Zzhidden", published=False)
    assert "Zzhidden" not in client.get("/datasets/changes/").text


NAMES = st.one_of(st.sampled_from(["event", "kind", "page"]), st.text(max_size=20))
VALUES = st.one_of(
    st.integers().map(str), st.sampled_from(["created", "tool"]), st.text(max_size=60)
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(query=st.lists(st.tuples(NAMES, VALUES), max_size=4))
def test_no_query_breaks_the_page_of_changes(client, query):
    address = urlencode([(name, value.encode(errors="replace")) for name, value in query])
    assert client.get(f"/datasets/changes/?{address}").status_code == 200


# Queries


def test_queries_do_not_grow(client):
    centre = DatasetFactory(slug="centre")
    for _ in range(2):
        RelationFactory(subject=DatasetFactory(), object=centre)
    urls = ["/datasets/centre/", "/datasets/changes/", "/"]
    few = [count_queries(client, url) for url in urls]
    for number in range(12):
        RelationFactory(subject=DatasetFactory(modalities=[f"m{number}"]), object=centre)
        centre.splits = f"Split {number}"
        centre.save()
    cache.clear()
    assert [count_queries(client, url) for url in urls] == few
    assert few == [4, 3, 6]
