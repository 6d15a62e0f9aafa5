"""What stands round an article for its readers: how long it takes, how to pass it on, what to read next."""

import re
from collections import Counter
from urllib.parse import unquote

import pytest

from articles import publishing
from articles.headings import TAKEN
from articles.models import DatasetTable, Text
from tests.factories import DatasetFactory
from tests.factories_articles import CategoryFactory, PostFactory
from tests.pages import words
from tests.posts import set_clock  # noqa: F401 – the fixture `clock`

pytestmark = pytest.mark.django_db


def part(page, start, end="</section>"):
    """The titles of the links in one part of a page."""
    found = page.partition(start)[2].partition(end)[0]
    return re.findall(r'<h3><a href="[^"]+">([^<]+)</a>', found)


def test_articles_that_share_records_come_first_then_those_of_the_category(client, clock):
    lungs, hearts = DatasetFactory(), DatasetFactory()
    other = CategoryFactory(slug="other")
    made = [
        {"slug": "before", "category": other},
        {"slug": "shares-two", "records": [lungs, hearts], "category": other},
        {"slug": "shares-one", "records": [lungs], "category": other},
        {"slug": "same-category"},
        {"slug": "older"},
        {"slug": "this", "records": [lungs, hearts]},
        {"slug": "newer", "records": [lungs, hearts]},
        {"slug": "unrelated", "category": other},
    ]
    for fields in made:
        PostFactory(title=fields["slug"], publish=True, **fields)
        clock.step()
    PostFactory(slug="draft", title="draft", records=[lungs, hearts])
    page = client.get("/articles/this/").text
    assert part(page, 'id="related"') == ["shares-two", "shares-one", "same-category"]
    assert '<a href="/articles/older/" rel="prev">' in page
    assert '<a href="/articles/newer/" rel="next">' in page


def test_the_first_and_only_article_has_no_neighbours(client):
    PostFactory(slug="lone", publish=True)
    page = client.get("/articles/lone/").text
    assert "Related reading" not in page and 'class="neighbours"' not in page


def test_articles_of_one_moment_are_walked_one_by_one(client, clock):
    for slug in ("a", "b", "c"):
        PostFactory(slug=slug, publish=True)
    page = client.get("/articles/b/").text
    assert '<a href="/articles/a/" rel="prev">' in page
    assert '<a href="/articles/c/" rel="next">' in page


def test_the_page_says_how_long_it_takes_to_read(client):
    PostFactory(slug="short", blocks=[Text(html="<p>Few words.</p>")], publish=True)
    PostFactory(slug="long", blocks=[Text(html=f"<p>{'word ' * 1150}</p>")], publish=True)
    assert "1 min read" in words(client.get("/articles/short/"))
    assert "5 min read" in words(client.get("/articles/long/"))


def test_an_article_is_passed_on_without_scripts(client):
    PostFactory(slug="a", title="Ampersands & “quotes”", publish=True)
    page = client.get("/articles/a/").text
    (link,) = re.findall(r'href="mailto:\?subject=([^"]+)"', page)
    subject, body = link.split("&amp;body=")
    assert unquote(subject) == "Ampersands & “quotes”"
    assert unquote(body) == "http://127.0.0.1:8000/articles/a/"
    assert '<span class="permalink">http://127.0.0.1:8000/articles/a/</span>' in page


def test_no_id_of_an_article_is_there_twice(client):
    """Whatever its headings are called: here as each part of the page."""
    lungs = DatasetFactory(slug="lungs", modalities=["ct"])
    PostFactory.create_batch(2, publish=True)
    post = PostFactory(
        slug="this",
        kind="guide",
        study_type="A review",
        summary_points=["A point."],
        records=[lungs],
        blocks=[
            Text(html="<h2>One</h2><h2>Two</h2>"),
            DatasetTable(query="modality=ct", caption="CT"),
        ],
        publish=True,
    )
    publishing.correct(post, by=None, text="It was two.")
    DatasetFactory(slug="hearts", modalities=["ct"])
    parts = ids(client)
    # Each id that is kept free for the page is on it, and none of the page's is forgotten.
    assert parts.keys() >= TAKEN
    named = [f"<h2>{name.replace('-', ' ')}</h2>" for name in [*parts, "masthead-search-list-2"]]
    Text.objects.filter(parent=post).update(html="".join(named))
    publishing.approve(post, by=None)
    found = ids(client)
    assert len(found) > len(parts) and set(found.values()) == {1}
    assert found.keys() >= {"related-2", "section-masthead-search"}


def ids(client):
    return Counter(re.findall(r'\bid="([^"]+)"', client.get("/articles/this/").text))
