"""The Atom feeds: whole, lasting, and right at the moment when an article becomes visible."""

from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone
from django.utils.http import http_date

from articles import publishing
from articles.models import Correction, DatasetTable, ImageBlock, Text
from tests.factories import DatasetFactory
from tests.factories_articles import CategoryFactory, ImageFactory, PostFactory, rewrite

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
FEEDS = ["/feeds/articles.atom", "/feeds/categories/research.atom", "/feeds/corrections.atom"]
SITE = "http://127.0.0.1:8000"


@pytest.fixture
def clock(monkeypatch):
    """Sets the time that everything goes by."""

    def at(moment):
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    return at


def correct(post, at, text="Wrong."):
    """A correction of this moment; the model's own default knows the real clock only."""
    row = publishing.correct(post, by=None, text=text)
    Correction.objects.filter(pk=row.pk).update(at=at)


def read(client, path="/feeds/articles.atom"):
    response = client.get(path)
    assert response.status_code == 200
    return ElementTree.fromstring(response.content)


def texts(root, name):
    return [entry.findtext(ATOM + name) for entry in root.iter(ATOM + "entry")]


def test_a_feed_says_who_it_is_and_holds_whole_articles(client):
    DatasetFactory(slug="set", name="The set", modalities=["ct"])
    PostFactory(
        slug="full",
        title="Fish & <chips>",
        standfirst="Short & plain.",
        authors=["ann", "bob"],
        summary_points=["A point"],
        blocks=[
            Text(html='<h2>Part</h2><p>Words <a href="/datasets/set/">here</a>.</p>'),
            ImageBlock(image=ImageFactory(), decorative=True),
            DatasetTable(query="modality=ct", caption="CT sets"),
        ],
        publish=True,
    )
    response = client.get("/feeds/articles.atom")
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    root = ElementTree.fromstring(response.content)
    assert root.findtext(ATOM + "title") == "Newsroom"
    assert root.findtext(ATOM + "id") == f"{SITE}/feeds/articles.atom"
    links = {link.get("rel"): link.get("href") for link in root.findall(ATOM + "link")}
    assert links == {"alternate": f"{SITE}/articles/", "self": f"{SITE}/feeds/articles.atom"}
    (entry,) = root.iter(ATOM + "entry")
    assert entry.findtext(ATOM + "title") == "Fish & <chips>"
    assert entry.findtext(ATOM + "summary") == "Short &amp; plain."
    assert entry.find(ATOM + "link").get("href") == f"{SITE}/articles/full/"
    assert entry.find(ATOM + "category").get("term") == "Research"
    assert [name.text for name in entry.iter(ATOM + "name")] == ["Ann", "Bob"]
    content = entry.find(ATOM + "content")
    assert content.get("type") == "html"
    for part in (
        "<li>A point</li>",
        f'<a href="{SITE}/datasets/set/">here</a>',
        f'<img src="{SITE}/media/images/',
        f'<a href="{SITE}/datasets/set/">The set</a>',
        f'<a href="{SITE}/articles/full/#table.1">',
        "A study of images",
    ):
        assert part in content.text
    assert 'href="/' not in content.text and 'src="/' not in content.text


def test_what_xml_cannot_say_is_left_out(client):
    PostFactory(title="A\x0bB\x1fC", blocks=[Text(html="<p>x\x08y</p>")], publish=True)
    assert texts(read(client), "title") == ["ABC"]


def test_an_id_outlives_title_and_address(client):
    post = PostFactory(slug="old", publish=True)
    (first,) = texts(read(client), "id")
    assert first == f"tag:127.0.0.1,{timezone.localdate().isoformat()}:articles/old"
    post.slug = "new"
    post.save()
    publishing.approve(rewrite(post, "Another title"), by=None)
    root = read(client)
    assert texts(root, "id") == [first] and texts(root, "title") == ["Another title"]


def test_times_follow_the_live_revision_and_corrections(client, clock):
    start = timezone.now().replace(microsecond=0) - timedelta(days=3)
    clock(start)
    post = PostFactory(publish=True)
    clock(start + timedelta(days=1))
    publishing.approve(rewrite(post, "Again"), by=None)

    def moments():
        root = read(client)
        found = [texts(root, name)[0] for name in ("published", "updated")]
        return [datetime.fromisoformat(text) - start for text in found]

    assert moments() == [timedelta(0), timedelta(days=1)]
    clock(start + timedelta(days=2))
    correct(post, start + timedelta(days=2), "Twelve.")
    assert moments() == [timedelta(0), timedelta(days=2)]
    assert "Twelve." in client.get("/feeds/articles.atom").text


def test_a_feed_holds_only_what_is_live(client):
    PostFactory(title="Draft")
    live = PostFactory(title="As approved", publish=True)
    rewrite(live, "Being rewritten")
    gone = PostFactory(title="Gone", publish=True)
    publishing.correct(gone, by=None, text="Gone too")
    publishing.withdraw(gone, by=None, notice="Withdrawn.")
    for path in FEEDS:
        said = client.get(path).text
        assert not any(word in said for word in ("Draft", "Being rewritten", "Gone", "Withdrawn"))
    assert texts(read(client), "title") == ["As approved"]


def test_a_category_has_its_own_feed(client):
    PostFactory(title="Elsewhere", publish=True)
    law = CategoryFactory(slug="law", name="Law", description="What the law says.")
    PostFactory(title="A law", category=law, publish=True)
    CategoryFactory(slug="unused")
    root = read(client, "/feeds/categories/law.atom")
    assert texts(root, "title") == ["A law"]
    assert root.findtext(ATOM + "title") == "Newsroom: Law"
    assert root.findtext(ATOM + "subtitle") == "What the law says."
    assert client.get("/feeds/categories/unused.atom").status_code == 404
    law.slug = "justice"
    law.save()
    moved = client.get("/feeds/categories/law.atom")
    assert (moved.status_code, moved["Location"]) == (301, "/feeds/categories/justice.atom")


def test_corrections_have_a_feed(client):
    post = PostFactory(slug="wrong", title="Wrong one", publish=True)
    publishing.correct(post, by=None, text="It was <12>.")
    publishing.correct(post, by=None, text="All of it.", kind="retraction")
    root = read(client, "/feeds/corrections.atom")
    assert texts(root, "title") == ["Retraction: Wrong one", "Correction: Wrong one"]
    assert texts(root, "summary")[1] == "It was &lt;12&gt;."
    links = [entry.find(ATOM + "link").get("href") for entry in root.iter(ATOM + "entry")]
    assert links == [f"{SITE}/articles/wrong/#corrections"] * 2
    assert len(set(texts(root, "id"))) == 2


@pytest.mark.parametrize("path", FEEDS)
def test_an_unchanged_feed_is_not_sent_again(client, clock, path):
    start = timezone.now().replace(microsecond=0)
    clock(start)
    post = PostFactory(publish=True)
    correct(post, start)
    clock(start + timedelta(minutes=5))
    first = client.get(path)
    by_tag = {"if-none-match": first["ETag"]}
    response = client.get(path, headers=by_tag)
    assert (response.status_code, response.content) == (304, b"")
    assert response["ETag"] == first["ETag"] and first["ETag"].startswith('W/"')
    correct(post, start + timedelta(minutes=6))
    clock(start + timedelta(minutes=10))
    assert client.get(path, headers=by_tag).status_code == 200


def test_a_scheduled_article_is_in_time_for_everyone_who_asks(client, clock):
    start = timezone.now().replace(microsecond=0)
    clock(start)
    PostFactory(title="Out", publish=True)
    due = start + timedelta(minutes=10)
    publishing.approve(PostFactory(title="Due"), by=None, at=due)
    clock(start + timedelta(minutes=1))
    assert client.get(FEEDS[0])["Cache-Control"] == "public, max-age=300"
    clock(due - timedelta(seconds=20))
    before = client.get(FEEDS[0])
    assert before["Cache-Control"] == "public, max-age=20"
    clock(due - timedelta(seconds=1))
    assert texts(read(client), "title") == ["Out"]
    clock(due)
    assert texts(read(client), "title") == ["Due", "Out"]
    assert client.get(FEEDS[0], headers={"if-none-match": before["ETag"]}).status_code == 200


def test_a_withdrawal_and_its_end_change_the_feed(client, clock):
    start = timezone.now().replace(microsecond=0)
    clock(start)
    post = PostFactory(publish=True)
    seen = []
    for minute, happens in enumerate(
        [
            lambda: None,
            lambda: publishing.withdraw(post, by=None, notice="Gone."),
            lambda: publishing.reinstate(post, by=None),
        ]
    ):
        happens()
        clock(start + timedelta(minutes=1 + minute))
        asked = {"if-modified-since": http_date(timezone.now().timestamp())}
        if seen:
            asked["if-none-match"] = seen[-1]["ETag"]
        seen.append(client.get(FEEDS[0], headers=asked))
    # Whoever goes by the clock alone must be sent it, too: the article came back with its old dates.
    asked = {"if-modified-since": http_date((start + timedelta(minutes=2, seconds=30)).timestamp())}
    seen.append(client.get(FEEDS[0], headers=asked))
    assert [answer.status_code for answer in seen] == [200] * 4


@pytest.mark.parametrize("path", ["/feeds/articles.atom", "/feeds/corrections.atom"])
def test_an_empty_feed_is_a_feed_and_stays_as_it_is(client, clock, path):
    first = client.get(path)
    clock(timezone.now() + timedelta(hours=1))
    assert texts(ElementTree.fromstring(first.content), "title") == []
    assert client.get(path)["ETag"] == first["ETag"]
