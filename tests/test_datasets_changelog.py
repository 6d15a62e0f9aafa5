"""The log of changes in words: its page, its feed, and the whole history of one record."""

from xml.etree import ElementTree

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from datasets.curation import merge_records, withdraw
from datasets.models import Revision, changing
from tests.catalogues import load, small, write
from tests.factories import DatasetFactory, ModalityFactory, ToolFactory
from tests.pages import words

pytestmark = pytest.mark.django_db


ATOM = "{http://www.w3.org/2005/Atom}"


def entries(response):
    """(title, id, link) of each entry of a feed."""
    assert response.status_code == 200, response.content
    found = ElementTree.fromstring(response.content).findall(f"{ATOM}entry")
    return [
        (
            entry.findtext(f"{ATOM}title"),
            entry.findtext(f"{ATOM}id"),
            entry.find(f"{ATOM}link").get("href"),
        )
        for entry in found
    ]


def read(client, url):
    return words(client.get(url))


@pytest.fixture
def curator():
    user = get_user_model().objects.create_user("mrs-secret-login")
    user.groups.add(Group.objects.get(name="Curator"))
    return user


@pytest.fixture
def lungs(curator):
    record = DatasetFactory(
        slug="lungs", name="Lungs", sizes=[(888, "scans")], modalities=["ct"], summary="Before."
    )
    ModalityFactory(slug="mri", name="MRI")
    with changing(by=curator, note="The owner counted again."):
        size = record.sizes.get()
        size.count = 890
        size.save()
        record.modalities.add(ModalityFactory(slug="mri"))
        record.summary = "After. " + "x" * 400
        record.save()
    return record


def test_each_field_is_told_in_plain_words_with_why_and_by_which_role(client, lungs):
    page = read(client, "/datasets/changes/")
    for sentence in (
        "Lungs: summary, modalities and sizes changed",
        "Sizes: 888 scans → became 890 scans",
        "Modalities: added MRI",
        "Curator · The owner counted again. · Version 2",
    ):
        assert sentence in page
    assert "x" * 300 not in page and "secret" not in page
    history = read(client, "/datasets/lungs/history/")
    assert "x" * 400 in history and "Version 1: added" in history and "secret" not in history
    assert "Curator" in read(client, "/datasets/lungs/")


def test_values_of_closed_sets_and_records_are_told_by_name(client, curator, desk):
    heart = DatasetFactory(slug="heart", name="Heart", annotation_method="expert", countries=["DE"])
    heirs = DatasetFactory(slug="heart-2", name="Heart, second edition")
    with changing(by=curator):
        heart.annotation_method, heart.countries, heart.status = "report-mined", ["NL"], "moved"
        heart.confidence_license, heart.replaced_by = "high", heirs
        heart.save()
    revision = Revision.objects.order_by("-number").first()
    desk_page = words(desk.get(f"/admin/datasets/revision/{revision.pk}/change/"))
    for page in (read(client, "/datasets/changes/"), read(client, "/datasets/heart/history/")):
        for sentence in (
            "Annotation method: Expert → became Mined from reports",
            "Countries: Germany → became Netherlands",
            "Status: Active → became Moved",
            "Confidence: added Licence: High",
            "Replacement: added Heart, second edition",
        ):
            assert sentence in page
    assert "Expert Mined from reports" in desk_page and "report-mined" not in desk_page


def test_the_role_stays_what_it_was(client, lungs, curator, tmp_path):
    curator.groups.clear()
    curator.delete()
    assert [row["role"] for row in client.get("/api/v1/changes/").json()["results"]] == [
        "System",
        "Curator",
    ]
    load(write(tmp_path, small()))
    assert Revision.objects.order_by("-number").first().role == "Import"


def told(client, query):
    """The names that the page tells of, the newest first; the feed and the API must tell the same."""
    response = client.get(f"/datasets/changes/?{query}")
    names = [line.name for line in response.context["lines"]]
    feed = entries(client.get(f"/feeds/changes.atom?{query}"))
    assert [title.partition(":")[0] for title, _, _ in feed] == names
    assert told_by_the_api(client, query) == names
    return names


def told_by_the_api(client, query):
    """The names that the API tells of, the newest first."""
    rows = client.get(f"/api/v1/changes/?{query}").json()["results"]
    return [row["name"] for row in reversed(rows)]


def test_page_feed_and_api_take_the_same_filters(client, lungs, curator):
    ToolFactory(slug="cutter", name="Cutter", modalities=["ct"])
    term = ModalityFactory(slug="ct")
    term.name = "Computed tomography"
    term.save()
    withdraw([DatasetFactory(slug="gone", name="Gone")], by=curator, note="A double.")
    lungs.slug = "lung"
    lungs.save()
    assert told(client, "kind=tool") == ["Cutter", "Cutter"]
    assert told(client, "event=withdrawn") == ["Gone"]
    assert sorted(told(client, "cause=cascade")) == ["Cutter", "Lungs"]
    assert told(client, "role=Curator") == ["Gone", "Lungs"]
    assert told(client, "record=lungs") == told(client, "record=lung") == ["Lungs"] * 4
    assert told(client, "record=gone") == ["Gone", "Gone"]
    assert told(client, "modality=mri") == ["Lungs"] * 4
    assert told(client, "modality=mri&role=Curator") == ["Lungs"]
    today = Revision.objects.first().at.date().isoformat()
    assert len(told(client, f"since={today}&until={today}")) == Revision.objects.public().count()
    assert told(client, "until=2020-01-01") == told(client, "since=2999-01-01") == []
    # Narrower ones count, and a former slug stands for the current one.
    narrower = ModalityFactory(slug="cta", name="CT angiography", broader=["ct"])
    DatasetFactory(slug="vessels", name="Vessels", modalities=["cta"])
    assert set(told(client, "modality=ct")) == {"Vessels", "Cutter", "Lungs"}
    narrower.slug = "ct-angiography"
    narrower.save()
    assert set(told(client, "modality=cta")) == {"Vessels"}
    assert 'value="ct-angiography" selected' in client.get("/datasets/changes/?modality=cta").text
    rows = client.get("/api/v1/changes/?record=lungs&cause=edit").json()["results"]
    assert [row["slug"] for row in rows] == ["lungs", "lungs", "lung"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("since=x", "“x” is no date or time"),
        ("until=2026-13-01", "“2026-13-01” is no date or time"),
        ("since=2026-02-01&until=2026-01-01", "This lies before “since”"),
        ("record=lung", "Did you mean lungs"),
        ("record=embargoed", "No record is or was known as “embargoed”."),
        ("modality=xray", "Choose one of the modalities listed"),
        ("cause=fun", "Choose one of the causes listed"),
        ("role=jane", "Choose one of the roles listed"),
        ("colour=red", "“colour”"),
    ],
)
def test_a_bad_value_is_told_and_the_rest_stands(client, lungs, query, said):
    DatasetFactory(slug="embargoed", published=False)
    page = read(client, f"/datasets/changes/?{query}")
    assert said in page and "Lungs" in page
    feed = client.get(f"/feeds/changes.atom?{query}")
    assert feed.status_code == 400 and feed["Content-Type"].startswith("text/plain")
    assert "embargoed" not in client.get("/datasets/changes/").text
    refused = client.get(f"/api/v1/changes/?{query}")
    if query.startswith("since=2026"):
        assert refused.json()["results"] == []
    else:
        assert [*refused.json()["errors"]] == [query.partition("=")[0]]


def test_the_feed_has_lasting_ids_and_is_sent_once(client, lungs):
    first = client.get("/feeds/changes.atom")
    ids = [found for _, found, _ in entries(first)]
    assert len(set(ids)) == 2 and b"888 scans" in first.content and b"secret" not in first.content
    again = client.get("/feeds/changes.atom", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    lungs.name = "Lungs again"
    lungs.save()
    later = entries(client.get("/feeds/changes.atom"))
    assert [found for _, found, _ in later][1:] == ids
    assert later[0][2].endswith("/datasets/lungs/history/?version=3#v3")


def test_a_history_is_paged_and_found_by_version(client, lungs):
    for year in range(2000, 2025):
        lungs.year = year
        lungs.save()
    first = client.get("/datasets/lungs/history/")
    assert 'id="v27"' in first.text and 'id="v2"' not in first.text
    assert 'id="v2"' in client.get("/datasets/lungs/history/?page=2").text
    assert 'id="v2"' in client.get("/datasets/lungs/history/?version=2").text
    for odd in ("page=x", "page=99", "version=x", "version=" + "9" * 50, "version=٣"):
        assert client.get(f"/datasets/lungs/history/?{odd}").status_code == 200


def test_a_history_follows_its_record(client, lungs, curator):
    cutter = ToolFactory(slug="cutter")
    moved = client.get("/datasets/cutter/history/")
    assert (moved.status_code, moved["Location"]) == (301, "/tools/cutter/history/")
    lungs.slug = "lung"
    lungs.save()
    assert client.get("/datasets/lungs/history/")["Location"] == "/datasets/lung/history/"
    merge_records(lungs, into=DatasetFactory(slug="kept"), by=curator)
    assert client.get("/datasets/lung/history/")["Location"] == "/datasets/kept/history/"
    withdraw([cutter], by=curator, note="No.")
    assert client.get("/tools/cutter/history/").status_code == 410
    assert client.get("/datasets/never/history/").status_code == 404
