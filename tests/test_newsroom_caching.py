"""What public pages tell a browser, a proxy or a CDN about keeping them."""

import re

import pytest
from django.utils import timezone

from datasets import kept
from tests.factories import DatasetFactory

pytestmark = pytest.mark.django_db
PAGES = ["/", "/datasets/", "/datasets/?modality=ct", "/datasets/lungs/", "/articles/", "/about/"]


@pytest.fixture(autouse=True)
def lungs():
    return DatasetFactory(slug="lungs", name="Lungs", modalities=["ct"])


@pytest.mark.parametrize("address", PAGES)
def test_a_page_may_be_kept_by_whoever_asks_again(client, address, lungs):
    page = client.get(address)
    assert page["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert page["Link"] == "</static/site.css>; rel=preload; as=style"
    assert b'href="/static/site.css"' in page.content
    mark = {"If-None-Match": page["ETag"]}
    for again in (client.get(address, headers=mark), client.head(address, headers=mark)):
        assert (again.status_code, again.content) == (304, b"")
        assert again["ETag"] == page["ETag"]
        assert again["Cache-Control"] == page["Cache-Control"]
    lungs.name = "Lungs and more"
    lungs.save()
    changed = client.get(address, headers=mark)
    assert changed.status_code == 200 or b"Lungs" not in page.content


@pytest.mark.parametrize("address", PAGES)
def test_a_page_says_the_same_all_day(client, address):
    """Who reads it once an hour downloads it once, unless something has changed."""
    foot = re.search(r'class="footer-state">(.*?)</p>', client.get(address).text)[1]
    assert foot.endswith(f"{timezone.localdate():%B %Y}") and ":" not in foot


def test_a_part_of_a_page_is_known_from_the_whole(client):
    part = {"HX-Request": "true", "HX-Target": "explorer"}
    whole, table = client.get("/datasets/"), client.get("/datasets/", headers=part)
    assert whole["ETag"] != table["ETag"]
    assert "HX-Request" in whole["Vary"] and "HX-Request" in table["Vary"]


@pytest.mark.parametrize("address", ["/nothing/", "/admin/login/", "/healthz"])
def test_nothing_else_is_kept(client, address):
    response = client.get(address)
    assert "public" not in response.get("Cache-Control", "")


def test_an_editors_pages_are_her_own(desk):
    for address in ("/admin/", "/admin/datasets/dataset/"):
        assert "public" not in desk.get(address).get("Cache-Control", "")


@pytest.fixture
def few(monkeypatch):
    """What this process keeps, which is not much."""
    few = kept.Kept(most=100_000)
    monkeypatch.setattr(kept, "kept", few)
    return few


def test_a_kept_answer_has_every_header_of_the_first(client, few, django_assert_num_queries):
    for address in ("/api/v1/datasets/", "/datasets/"):
        first = client.get(address)
        with django_assert_num_queries(1):
            again = client.get(address)
        assert (again.headers, again.content) == (first.headers, first.content)
        assert {"Content-Security-Policy", "X-Frame-Options", "Permissions-Policy"} < set(
            again.headers
        )
        known = client.get(address, headers={"If-None-Match": first["ETag"]})
        assert (known.status_code, known.content) == (304, b"")
        assert known["Content-Security-Policy"] == first["Content-Security-Policy"]
    assert len(few.answers) == 2


def test_nothing_is_kept_for_who_is_somebody_or_asks_otherwise(client, few):
    client.get("/api/v1/datasets/", headers={"Cookie": "any=one"})
    client.head("/api/v1/datasets/")
    client.get("/api/v1/datasets/?format=csv")
    client.get("/api/v1/datasets/?foo=1")
    assert not few.answers
    client.get("/datasets/")
    part = client.get("/datasets/", headers={"HX-Request": "true", "HX-Target": "explorer"})
    assert "<html" not in part.text and len(few.answers) == 2


def test_what_is_kept_is_bounded_however_long_the_questions_are(client, few):
    for number in range(1, 31):
        query = f"page_size={number}" + "&modality=ct" * 1000
        assert client.get(f"/api/v1/datasets/?{query}").status_code == 200
        assert few.bytes <= few.most
    assert 1 < len(few.answers) < 8
    assert few.bytes == sum(answer.size for answer in few.answers.values())
