"""The feeds of datasets and tools: what a filter holds, the last changed first."""

from xml.etree import ElementTree

import pytest

from datasets.models import Dataset
from tests.factories import DatasetFactory, ModalityFactory, ToolFactory
from tests.pages import count_queries

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
SITE = "http://127.0.0.1:8000"


def read(client, address="/feeds/datasets.atom"):
    response = client.get(address)
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(response.content)


def texts(root, name):
    return [entry.findtext(ATOM + name) for entry in root.iter(ATOM + "entry")]


def edit(known, **changes):
    record = Dataset.objects.get(slug=known)
    for name, value in changes.items():
        setattr(record, name, value)
    record.save()


def test_an_entry_says_what_the_record_is_and_what_changed(client):
    DatasetFactory(
        slug="one",
        name="Fish & <chips>",
        summary="Short & plain.",
        modalities=[ModalityFactory(slug="ct", name="CT")],
        sizes=[(1200, "scans", "at-least")],
        license="cc-by",
    )
    edit("one", year=2020)
    root = read(client, "/feeds/datasets.atom?modality=ct&access=open")
    assert (
        root.findtext(ATOM + "title") == "Newsroom: datasets, Modality: CT, Access: Open download"
    )
    page, own = root.findall(ATOM + "link")
    assert page.get("href") == f"{SITE}/datasets/?modality=ct&access=open"
    assert own.get("href") == f"{SITE}/feeds/datasets.atom?modality=ct&access=open"
    (entry,) = root.iter(ATOM + "entry")
    assert entry.findtext(ATOM + "title") == "Fish & <chips>"
    assert entry.find(ATOM + "link").get("href") == f"{SITE}/datasets/one/"
    content = entry.findtext(ATOM + "content")
    for words in ("<p>Short &amp; plain.</p>", "at least 1,200 scans", "(open)", ": year changed."):
        assert words in content


def test_the_last_changed_comes_first_and_only_what_the_filter_holds(client):
    for slug in ("a", "b", "c"):
        DatasetFactory(slug=slug, name=slug, modalities=["ct"])
    DatasetFactory(slug="d", name="d", modalities=["mri"])
    DatasetFactory(slug="e", name="e", modalities=["ct"], published=False)
    edit("b", year=2020)
    assert texts(read(client, "/feeds/datasets.atom?modality=ct"), "title") == ["b", "c", "a"]
    # How a table is shaped is no part of what a feed follows.
    shaped = "/feeds/datasets.atom?modality=ct&ordering=name&page=1&page_size=1&columns=name"
    assert texts(read(client, shaped), "title") == ["b", "c", "a"]
    assert texts(read(client, "/feeds/datasets.atom?search=d"), "title") == ["d"]
    assert texts(read(client, "/feeds/datasets.atom?slug=a&slug=b"), "title") == ["b", "a"]


def test_ids_last_whatever_a_record_is_called(client):
    DatasetFactory(slug="first", name="First")
    (before,) = texts(read(client), "id")
    edit("first", slug="second", name="Second")
    root = read(client)
    assert texts(root, "title") == ["Second"]
    assert texts(root, "id") == [before]
    assert before.startswith("tag:127.0.0.1,") and before.endswith(":records/first")


def test_tools_have_a_feed_of_their_own(client):
    ToolFactory(slug="reader", name="Reader", tasks=["reading"])
    DatasetFactory()
    root = read(client, "/feeds/tools.atom?task=reading")
    assert texts(root, "title") == ["Reader"]
    assert root.find(ATOM + "link").get("href") == f"{SITE}/tools/?task=reading"


def test_who_has_the_feed_is_told_so(client):
    DatasetFactory(slug="one")
    first = client.get("/feeds/datasets.atom")
    assert first["Cache-Control"] == "public, max-age=300"
    again = client.get("/feeds/datasets.atom", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    edit("one", year=2001)
    changed = client.get("/feeds/datasets.atom", headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert client.head("/feeds/datasets.atom").status_code == 200
    assert client.post("/feeds/datasets.atom").status_code == 405


def test_a_wrong_address_is_told_in_plain_words(client):
    DatasetFactory(modalities=["mri"])
    answer = client.get("/feeds/datasets.atom?modality=mir&year_min=soon&colour=red")
    assert (answer.status_code, answer["Content-Type"]) == (400, "text/plain; charset=utf-8")
    said = answer.content.decode()
    assert "modality: “mir” is not a known modality. Did you mean “mri”?" in said
    assert "year_min: " in said and "colour: “colour” is not a known parameter." in said


def test_an_empty_feed_is_a_feed(client):
    DatasetFactory(year=2000)
    root = read(client, "/feeds/datasets.atom?year_min=2020")
    assert texts(root, "title") == []
    assert root.findtext(ATOM + "updated") == "1970-01-01T00:00:00+00:00"


def test_names_that_xml_cannot_hold_break_nothing(client):
    DatasetFactory(name="A\x0bB", summary="C\x1fD")
    assert texts(read(client), "title") == ["AB"]
    assert client.get("/feeds/datasets.atom?search=%00%0b").status_code in (200, 400)


def test_searches_are_limited_by_address(client, settings):
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {
        "DEFAULT_THROTTLE_RATES": {"api": None, "search": "1/min"}
    }
    answers = [client.get(f"/feeds/datasets.atom?search=a{more}") for more in ("", "&search=")]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert 0 < int(answers[1]["Retry-After"]) <= 60


def test_queries_do_not_grow(client):
    DatasetFactory(modalities=["ct"])
    few = count_queries(client, "/feeds/datasets.atom")
    for _ in range(12):
        DatasetFactory(modalities=["ct"])
    assert count_queries(client, "/feeds/datasets.atom") == few <= 6


def test_the_table_leads_to_its_feed(client):
    DatasetFactory(modalities=["ct"])
    text = client.get("/datasets/?modality=ct&ordering=-year&page=1").text
    assert text.count('href="/feeds/datasets.atom?modality=ct"') == 2
    assert 'type="application/atom+xml" title="Newsroom: datasets, filtered"' in text
