"""Every public address of the site: it answers, leaks nothing, and takes any input."""

import re

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.test import RequestFactory
from django.urls import URLPattern, get_resolver
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from rest_framework.settings import api_settings

from articles.models import DatasetTable, Text
from datasets.index import Index
from newsroom import errors
from newsroom.urls import urlpatterns
from tests.factories import (
    DatasetFactory,
    LicenseFactory,
    ModalityFactory,
    RelationFactory,
    ToolFactory,
)
from tests.factories_articles import PostFactory, WorkFactory
from tests.pages import words

pytestmark = pytest.mark.django_db
LOCATION = r"<loc>http://127\.0\.0\.1:8000([^<]+)</loc>"

# A value for each parameter of each address; the records and terms are made by `catalogue`.
EXAMPLES = {
    "datasets/<slug:slug>/": "datasets/shown/",
    "datasets/<slug:slug>/history/": "datasets/shown/history/",
    "tools/<slug:slug>/": "tools/reader/",
    "tools/<slug:slug>/history/": "tools/reader/history/",
    "api/v1/datasets/check/": "api/v1/datasets/check/?slug=shown",
    "api/v1/datasets/<str:slug>/": "api/v1/datasets/shown/",
    "api/v1/datasets/<str:slug>/revisions/": "api/v1/datasets/shown/revisions/",
    "api/v1/datasets/<str:slug>/jsonld/": "api/v1/datasets/shown/jsonld/",
    "api/v1/datasets/<str:slug>/croissant/": "api/v1/datasets/shown/croissant/",
    "api/v1/tools/<str:slug>/": "api/v1/tools/reader/",
    "api/v1/tools/<str:slug>/revisions/": "api/v1/tools/reader/revisions/",
    "api/v1/modalities/<str:slug>/": "api/v1/modalities/ct/",
    "api/v1/anatomies/<str:slug>/": "api/v1/anatomies/lung/",
    "api/v1/tasks/<str:slug>/": "api/v1/tasks/detection/",
    "api/v1/licenses/<str:slug>/": "api/v1/licenses/cc-by-4-0/",
    "api/v1/hosts/<str:slug>/": "api/v1/hosts/zenodo/",
    "api/v1/units/<str:slug>/": "api/v1/units/scans/",
    "api/v1/posts/<str:slug>/": "api/v1/posts/published/",
    "api/v1/categories/<str:slug>/": "api/v1/categories/research/",
    "api/v1/sources/<str:slug>/": "api/v1/sources/journal/",
    "api/v1/authors/<str:slug>/": "api/v1/authors/staff/",
    "articles/<slug:slug>/": "articles/published/",
    "categories/<slug:slug>/": "categories/research/",
    "sources/<slug:slug>/": "sources/journal/",
    "authors/<slug:slug>/": "authors/staff/",
    "covers/<slug:slug>.svg": "covers/published.svg",
    "covers/<slug:slug>.png": "covers/published.png",
    "datasets/<slug:slug>.png": "datasets/shown.png",
    "tools/<slug:slug>.png": "tools/reader.png",
    "feeds/categories/<slug:slug>.atom": "feeds/categories/research.atom",
}
# What is not for the public, the address that stands for all unknown ones below /api/, and
# addresses that cannot be known beforehand.
LEFT_OUT = (
    "admin/",
    "api/",
    "media/<path:name>",
    "preview/<str:token>/",
    "suggest/<str:reference>/",
)
# A part of a page.
PARTS = ("/search/suggestions/",)


def routes(patterns, before=""):
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route
        elif route not in LEFT_OUT[:1]:
            yield from routes(pattern.url_patterns, route)


DOORS = [f"/{EXAMPLES.get(route, route)}" for route in routes(urlpatterns) if route not in LEFT_OUT]
PAGES = [
    door
    for door in DOORS
    if not door.startswith("/api/") and "." not in door and door[-1] == "/" and door not in PARTS
]


@pytest.fixture
def catalogue():
    """A published dataset and tool, and a hidden neighbour whose every text holds a sentinel."""
    shown = DatasetFactory(
        slug="shown",
        modalities=["ct"],
        anatomies=["lung"],
        tasks=["detection"],
        host="zenodo",
        sizes=[(1, "scans")],
    )
    hidden = DatasetFactory(
        slug="zzhidden",
        name="Zzhidden",
        full_name="Zzhidden",
        summary="Zzhidden",
        aliases=["Zzhidden"],
        splits="Zzhidden",
        evidence=["Zzhidden"],
        license_name="Zzhidden",
        modalities=["ct"],
        published=False,
        year=2031,
    )
    RelationFactory(subject=shown, object=hidden, extent="Zzhidden", remedy="Zzhidden")
    shown.replaced_by = hidden
    shown.save()
    RelationFactory(
        subject=ToolFactory(slug="reader", name="Reader"), type="trained-on", object=hidden
    )
    PostFactory(
        slug="published", works=[WorkFactory(source__slug="journal")], records=[shown, hidden],
        blocks=[Text(html="<h2>Main</h2><p>Words.</p>"), DatasetTable(query="modality=ct", caption="CT")],
        publish=True,
    )  # fmt: skip
    return shown


@pytest.mark.parametrize("door", DOORS)
def test_every_public_address_answers_and_leaks_nothing(client, catalogue, door):
    assert "<" not in door, f"EXAMPLES has no value for {door}"
    response = client.get(door)
    assert response.status_code == 200
    body = response.getvalue() if response.streaming else response.content
    said = body.decode(errors="replace")
    assert "zzhidden" not in said.lower() and "2031" not in said


@pytest.mark.parametrize("door", PAGES)
def test_a_page_has_what_every_page_has(client, catalogue, door):
    page = client.get(door).text
    assert len(re.findall(r"<title>[^<]+</title>", page)) == 1
    assert len(re.findall(r'<meta name="description" content="[^"]+">', page)) == 1
    assert len(re.findall(r"<h1\b", page)) == 1
    assert f'<link rel="canonical" href="{settings.SITE_URL}{door}">' in page
    assert 'href="#main"' in page and '<main id="main"' in page
    # Nothing inline that would run: the content policy would refuse it.
    assert not re.search(
        r'<script(?![^>]*\b(?:src=|type="application/ld\+json"))|<style\b|\sstyle=|\son[a-z]+=',
        page,
    )
    assert re.findall(r'(?:src|srcset)="(?:https?:)?//', page) == []


@pytest.mark.parametrize("door", PAGES)
def test_ids_are_unique_and_fragments_lead_somewhere(client, catalogue, door):
    page = client.get(door).text
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert sorted(set(ids)) == sorted(ids)
    named = re.findall(r'(?:href="#|\sfor="|aria-labelledby="|aria-describedby=")([^" ]+)"', page)
    assert set(named) <= set(ids)


BAD = ["%00", "%ff", "%F0%9F%92%A9", "..", "a" * 5000, "%27%22%3Cscript%3E", "%2e%2e%2f", "A-b"]


@pytest.mark.parametrize(
    "place",
    ["/datasets/{}/", "/tools/{}/", "/{}", "/datasets/?{}", "/?page={}", "/sitemap.xml?page={}"],
)
def test_bad_input_is_never_a_fault_of_ours(client, place):
    for bad in BAD:
        response = client.get(place.format(bad), follow=True)
        assert response.status_code in (200, 400, 404), bad
        assert "<script>" not in response.text


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(part=st.text(max_size=80))
def test_no_address_breaks_the_site(client, part):
    quoted = "".join(f"%{byte:02x}" for byte in part.encode(errors="replace"))
    for place in ("/{}/", "/datasets/{}/"):
        assert client.get(place.format(quoted)).status_code in (200, 301, 404)


# Front page, About, robots


def test_the_front_page_counts_and_lists(client):
    ModalityFactory(slug="ct", name="Computed tomography")
    closed = LicenseFactory(slug="nc", family="non-commercial", commercial_use=False)
    DatasetFactory(name="Old set", modalities=["ct"], year=2001, license=closed, access="agreement")
    DatasetFactory(name="New set", modalities=["ct"], year=2020, verified_on="2026-03-02")
    ToolFactory(name="Reader")
    page = words(client.get("/"))
    assert "2 datasets and 1 tool:" in page
    assert "datasets whose licence permits commercial use 1" in page
    assert "datasets to download without an account 1" in page
    assert "By modality Computed tomography 2" in page
    assert "By licence family Open 1 Non-commercial 1" in page
    assert page.index("New set 2020 Open") < page.index("Old set 2001 Non-commercial")
    assert "Recently verified New set verified 2 March 2026" in page
    assert "Reader: added" in page


def test_an_empty_catalogue_has_a_front_page(client):
    assert "0 datasets and 0 tools:" in words(client.get("/"))


def test_the_sitemap_lists_published_pages(client, catalogue):
    response = client.get("/sitemap.xml")
    assert response["Content-Type"] == "application/xml"
    found = re.findall(LOCATION, response.text)
    assert found == [
        "/", "/articles/", "/sources/", "/corrections/", "/datasets/", "/tools/", "/datasets/map/",
        "/datasets/check/", "/datasets/changes/", "/suggest/", "/about/", "/api/v1/docs/",
        "/articles/published/", "/categories/research/", "/sources/journal/", "/authors/staff/",
        "/tools/reader/", "/datasets/shown/",
    ]  # fmt: skip
    assert f"<lastmod>{catalogue.updated_at:%Y-%m-%d}" in response.text
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in client.get("/robots.txt").text


def test_a_large_sitemap_is_split(client, catalogue, monkeypatch):
    monkeypatch.setattr("newsroom.robots.SITEMAP_SIZE", 4)
    files = re.findall(
        r"^Sitemap: http://127\.0\.0\.1:8000(.+)$", client.get("/robots.txt").text, re.M
    )
    found = [re.findall(LOCATION, client.get(file).text) for file in files]
    assert [len(locations) for locations in found] == [4, 4, 4, 4, 2]
    whole = sum(found, [])
    monkeypatch.setattr("newsroom.robots.SITEMAP_SIZE", 100)
    assert whole == re.findall(LOCATION, client.get("/sitemap.xml").text)


def test_a_part_of_the_sitemap_reads_no_more_records_than_it_names(client, catalogue, monkeypatch):
    read = []
    monkeypatch.setattr(
        Index,
        "document",
        lambda index, position, of=Index.document: read.append(position) or of(index, position),
    )
    assert "<url>" not in client.get("/sitemap.xml?page=99999").text
    assert not read
    assert "/datasets/shown/" in client.get("/sitemap.xml").text
    assert len(read) == 2


@pytest.mark.parametrize("address", ["/sitemap.xml", "/robots.txt"])
def test_robots_may_keep_what_is_theirs_for_an_hour(client, catalogue, address):
    first = client.get(address)
    assert first["Cache-Control"] == "public, max-age=3600"
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["Cache-Control"] == first["Cache-Control"]


# Errors


def test_an_unknown_address_offers_similar_records_and_a_search(client):
    DatasetFactory(slug="mimic-cxr", name="MIMIC-CXR")
    response = client.get("/datasets/mimic-cxx/")
    assert response.status_code == 404
    assert '<a href="/datasets/mimic-cxr/">MIMIC-CXR</a>' in response.text
    assert 'value="mimic cxx"' in response.text
    assert "/datasets/mimic-cxr/" in client.get("/datasets/MIMIC_CXR 2/").text
    assert "Did you mean" not in words(client.get("/qqqqqqqqqqqq/"))


@pytest.mark.parametrize("address", ["/mimic-cxr.php", f"/{'mimic-cxr-' * 9}/", "/.mimic-cxr/"])
def test_what_can_be_no_slug_is_not_looked_for(
    client, catalogue, address, django_assert_num_queries
):
    DatasetFactory(slug="mimic-cxr")
    client.get("/none/")
    with django_assert_num_queries(1):
        page = client.get(address)
    assert page.status_code == 404 and "/datasets/mimic-cxr/" not in page.text


@pytest.mark.parametrize(
    ("handler", "error", "status", "heading"),
    [
        (errors.bad_request, SuspiciousOperation(), 400, "We could not understand this request"),
        (errors.forbidden, PermissionDenied(), 403, "This page is not open to you"),
    ],
)
def test_errors_have_pages(handler, error, status, heading):
    # As early as an error may come: no middleware has seen the request.
    response = handler(RequestFactory().get("/x"), error)
    assert response.status_code == status
    assert f"<h1>{heading}</h1>" in response.content.decode()


def test_a_wrong_host_gets_the_page_for_bad_requests(client):
    response = client.get("/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert "We could not understand this request" in response.text
    assert "evil.example" not in response.text


def test_a_fault_of_ours_has_a_page_that_needs_nothing(
    client, monkeypatch, django_assert_num_queries
):
    client.raise_request_exception = False
    monkeypatch.setattr("newsroom.views.current", lambda: 1 / 0)
    with django_assert_num_queries(0):
        response = client.get("/")
    assert response.status_code == 500
    assert "Something went wrong here" in response.text
    assert "ZeroDivision" not in response.text
    masthead = re.search(r"<header.*?</header>", response.text, re.S)[0]
    assert f"<span>{settings.SITE_NAME}</span>" in masthead
    monkeypatch.undo()
    # Written out, as nothing may fail; each leads somewhere all the same.
    addresses = re.findall(r'<a [^>]*href="([^"]*)"', response.text)
    assert len(addresses) >= 5
    assert [client.get(address).status_code for address in addresses] == [200] * len(addresses)
    files = re.findall(r'(?:href|src)="/static/([^"]*)"', response.text)
    assert "fonts/newsreader.woff2" in files and all(map(finders.find, files))


def test_every_handler_is_ours():
    resolver = get_resolver()
    for status in (400, 403, 404, 500):
        assert resolver.resolve_error_handler(status).__module__ == "newsroom.errors"


def test_too_many_searches_are_told_how_long_to_wait(client, monkeypatch):
    monkeypatch.setitem(api_settings.DEFAULT_THROTTLE_RATES, "search", "1/min")
    client.get("/datasets/?search=ct")
    response = client.get("/datasets/?search=ct")
    assert response.status_code == 429
    assert re.search(r"Please wait \d+ seconds? and try again", words(response))


def test_a_query_that_no_reader_would_send_is_refused_in_short(client):
    query = "search=" + "a" * 100_000
    page = client.get(f"/datasets/?{query}")
    assert page.status_code == 400 and len(page.content) < 20_000
    answer = client.get(f"/api/v1/datasets/?{query}")
    assert answer.status_code == 400 and len(answer.content) < 1000
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"] == {"query": ["The query is longer than 64,000 characters."]}


@pytest.mark.parametrize("address", ["/", "/articles/", "/datasets/?modality=ct", "/about/"])
def test_a_page_without_a_picture_has_the_sites_for_links(client, address):
    ModalityFactory(slug="ct")
    text = client.get(address).text
    shown = re.findall(r'property="og:image" content="http://127\.0\.0\.1:8000([^"]*)"', text)
    response = client.get(shown[0])
    assert len(shown) == 1 and response["Content-Type"] == "image/png"
    assert response.content[:4] == b"\x89PNG"


def test_a_page_with_a_picture_of_its_own_has_that_alone(client, catalogue):
    text = client.get("/datasets/shown/").text
    assert text.count('property="og:image"') == 1 and "/datasets/shown.png" in text
