"""The guide to the API: all that the description says is on it, and what it offers to try answers."""

import gzip
from html import unescape
from html.parser import HTMLParser

import pytest

from tests.factories_articles import PostFactory
from tests.launch import launch  # noqa: F401

pytestmark = pytest.mark.django_db
GUIDE = "/api/v1/docs/"


class Reading(HTMLParser):
    """The rows and the sections of a page by their ids, as text; and where its links lead."""

    def __init__(self, page):
        super().__init__()
        self.said, self.open, self.links = {}, [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if "id" in attributes:
            # A heading speaks for what follows it, a row for itself.
            self.open = [attributes["id"]]
            self.said[attributes["id"]] = ""
        if tag == "a":
            self.links.append(attributes["href"])

    def handle_data(self, data):
        for name in self.open:
            self.said[name] += data


@pytest.fixture
def page(client):
    return client.get(GUIDE).text


@pytest.fixture
def read(page):
    return Reading(page)


@pytest.fixture
def described(client):
    return client.get("/api/v1/schema/").json()


def operations(described):
    return [
        (path, said) for path, methods in described["paths"].items() for said in methods.values()
    ]


def test_every_address_is_on_it_with_what_it_takes(read, described):
    for path, said in operations(described):
        name = said["operationId"]
        assert f"GET {path}" in read.said[name]
        parameters = said.get("parameters", [])
        # A long table stands once, and is led to.
        holder = name if len(parameters) <= 10 else name.replace("_facets", "_list")
        for one in parameters:
            row = read.said[f"{holder}.{one['name']}"]
            assert one.get("description", "").replace("`", "") in row
            schema = one["schema"]
            repeated = schema["type"] == "array"
            assert ("repeatable" if repeated else "once") in row
            value = schema["items"] if repeated else schema
            assert all(choice in row for choice in value.get("enum", [value["type"]]))
            assert ("required" in row or "in the path" in row) == one.get("required", False)


def test_a_long_table_that_holds_again_is_led_to(page, read):
    assert "#datasets_list" in read.links
    assert page.count('href="#tools_list"><code>/api/v1/tools/') == 1
    assert "datasets_facets.modality" not in read.said


def test_bounds_are_told_as_far_as_a_reader_meets_them(read):
    assert "integer, 1 to 200" in read.said["datasets_list.page_size"]
    assert "integer, 1 or more" in read.said["datasets_list.page"]
    assert "string, 200 characters at most" in read.said["datasets_list.search"]
    assert "repeatable, 30 at most" in read.said["datasets_check.slug"]


def test_every_answer_is_on_it_with_its_media_types(page, described):
    for path, said in operations(described):
        caption = page.index(f"<caption>Answers of {path}</caption>")
        table = unescape(page[caption : page.index("</table>", caption)]).replace("code>", "")
        for status, answer in said["responses"].items():
            assert f">{status}</th>" in table
            assert answer["description"].split("`")[0] in table
            assert all(media_type in table for media_type in answer["content"])


def test_every_schema_is_on_it_with_its_keys(read, described):
    for name, schema in described["components"]["schemas"].items():
        said = read.said[f"schema-{name}"]
        for key, value in schema["properties"].items():
            assert key in said
            assert value.get("description", "").replace("`", "") in said


def test_keys_inside_others_are_told_by_the_way_to_them(page, read):
    assert "terms" in read.said["schema-Check"]
    assert "overlap.summary.known" in read.said["schema-Check"]
    assert "records[].parts[].license.slug" in read.said["schema-CheckedTerms"]
    assert (
        '<a href="#schema-Dataset">Dataset</a> or <a href="#schema-Tool">Tool</a> or null' in page
    )
    assert "optional" in read.said["schema-JsonLdDataset"]


@pytest.mark.usefixtures("launch")
def test_what_it_offers_to_try_answers(client, described):
    PostFactory(publish=True)
    read = Reading(client.get(GUIDE).text)
    tried = [link for link in read.links if link.startswith("/api/v1/") and link != GUIDE]
    wrong = [link for link in tried if client.get(link).status_code != 200]
    assert [link for link in wrong if "colour" not in link] == []
    assert len(wrong) == 1
    # Each address of the description, and the three examples of the filters' language.
    assert len({link.partition("?")[0] for link in tried}) >= len(described["paths"])
    found = next(link for link in tried if "permits=" in link)
    assert client.get(found).json()["count"] > 0
    file = client.get(next(link for link in tried if "format=csv" in link))
    assert b"".join(file).count(b"\n") > 3


def test_it_offers_nothing_to_try_while_there_is_nothing(client):
    posts = "/api/v1/posts/"
    tried = Reading(client.get(GUIDE).text).links
    assert [link for link in tried if link.startswith(posts)] == [f"{posts}?page_size=3"]
    post = PostFactory(publish=True)
    assert f"{posts}{post.slug}/" in Reading(client.get(GUIDE).text).links


def test_it_says_the_limit_that_holds(client, monkeypatch):
    rates = "datasets.limits.api_settings.DEFAULT_THROTTLE_RATES"
    monkeypatch.setattr(rates, {"api": "90/hour"})
    assert "90 requests per hour and address" in client.get(GUIDE).text
    monkeypatch.setattr(rates, {"api": None})
    assert "no limit" in client.get(GUIDE).text


def test_it_is_light_and_has_nothing_but_the_site_s_own_files(page):
    assert len(gzip.compress(page.encode())) < 40_000
    assert page.count("<script") == 1 and page.count('rel="stylesheet"') == 2
    assert "style=" not in page
