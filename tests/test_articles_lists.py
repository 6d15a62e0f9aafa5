"""Lists of the publication: articles, sources, corrections, the front page; and what pages cost."""

import re

import pytest

from articles import publishing
from articles.models import DatasetTable, ImageBlock, Post
from tests.factories import DatasetFactory, ModalityFactory
from tests.factories_articles import (
    CategoryFactory,
    ImageFactory,
    PostFactory,
    SourceFactory,
    WorkFactory,
)
from tests.pages import count_queries, words

pytestmark = pytest.mark.django_db


def move(post, slug):
    """Give the working copy another address, as an editor would."""
    post.slug = slug
    post.save()


class TestLists:
    def test_kind_and_category_narrow_together(self, client):
        PostFactory(slug="news", title="News one", publish=True)
        PostFactory(slug="guide", title="Guide one", kind="guide", publish=True)
        PostFactory(
            slug="other", title="Other one", category=CategoryFactory(slug="policy"), publish=True
        )
        page = words(client.get("/articles/?kind=news&category=research"))
        assert "News one" in page and "Guide one" not in page and "Other one" not in page
        page = words(client.get("/articles/?kind=guide&category=policy"))
        assert "No article fits these choices yet." in page

    def test_a_former_slug_of_a_category_narrows(self, client):
        post = PostFactory(slug="news", category=CategoryFactory(slug="old"), publish=True)
        move(post.category, "new")
        page = client.get("/articles/?category=old").text
        assert '<option value="new" selected>' in page and "Category:" not in page

    def test_bad_parameters_are_told_and_left_out(self, client):
        PostFactory(slug="news", title="News one", publish=True)
        CategoryFactory(slug="secret-plans")
        response = client.get("/articles/?kind=poem&category=secret-plans&page=9&colour=%00red")
        page = words(response)
        assert "Kind: “poem”" in page and "Category: “secret-plans”" in page
        assert "Page: There is only 1 page." in page
        assert "“colour” is not a known parameter" in page
        assert "News one" in page
        for bad in ("page=0", "page=x", "page=-1", "page=" + "9" * 400, "category=%00", "kind=%F0"):
            assert client.get(f"/articles/?{bad}").status_code == 200

    def test_the_list_takes_what_the_api_takes(self, client):
        PostFactory(title="Aspirin", authors=["ann"], publish=True)
        PostFactory(title="Zinc", authors=["bob"], publish=True)
        for asked, expected in (
            ("author=ann", ["Aspirin"]),
            ("search=zinc", ["Zinc"]),
            ("ordering=title", ["Aspirin", "Zinc"]),
            ("ordering=-title&page_size=1", ["Zinc"]),
        ):
            page = client.get(f"/articles/?{asked}").text
            found = re.findall(r'<h2><a href="[^"]+">(\w+)</a>', page)
            api = client.get(f"/api/v1/posts/?{asked}").json()["results"]
            assert found == expected == [post["title"] for post in api]
        page = client.get("/articles/?author=ann&ordering=title").text
        assert '<input type="hidden" name="author" value="ann">' in page
        assert '<input type="hidden" name="ordering" value="title">' in page

    def test_long_lists_have_pages_that_keep_the_choice(self, client):
        for number in range(23):
            PostFactory(title=f"Story {number:02}", publish=True)
        first = client.get("/articles/?kind=news&page_size=20")
        assert "Story 22" in first.text and "Story 02" not in first.text
        assert 'href="?kind=news&amp;page_size=20&amp;page=2" rel="next"' in first.text
        second = client.get("/articles/?kind=news&page_size=20&page=2").text
        assert "Story 02" in second and "Story 22" not in second
        assert "Page 2 of 2" in client.get("/categories/research/?page=2").text

    def test_an_empty_publication_has_pages(self, client):
        assert "Nothing has been published yet." in words(client.get("/articles/"))
        assert "Nothing has been cited yet." in words(client.get("/sources/"))
        assert "No published article has been corrected" in words(client.get("/corrections/"))

    def test_a_category_has_its_description(self, client):
        category = CategoryFactory(slug="policy", name="Policy", description="Law and custom.")
        PostFactory(title="A law", category=category, publish=True)
        page = words(client.get("/categories/policy/"))
        assert "Policy Law and custom. 1 article, newest first · Feed News" in page

    def test_a_source_tells_what_we_cited_from_it(self, client):
        source = SourceFactory(slug="journal", name="The Journal")
        paper = WorkFactory(title="A paper", source=source)
        PostFactory(title="One", works=[paper, WorkFactory(title="Elsewhere")], publish=True)
        PostFactory(title="Two", works=[paper], publish=True)
        PostFactory(title="Draft", works=[WorkFactory(title="Unseen", source=source)])
        page = words(client.get("/sources/journal/"))
        assert "A paper" in page and "Cited in Two; One" in page
        assert "Elsewhere" not in page and "Unseen" not in page and "Draft" not in page
        assert "The Journal Journal, cited in 2 articles" in words(client.get("/sources/"))

    def test_corrections_of_visible_posts_are_listed(self, client):
        post = PostFactory(title="Wrong one", slug="wrong", publish=True)
        publishing.correct(post, by=None, text="It was 12.", kind="clarification")
        gone = PostFactory(title="Withdrawn one", publish=True)
        publishing.correct(gone, by=None, text="Never shown.")
        publishing.withdraw(gone, by=None, notice="Gone.")
        response = client.get("/corrections/")
        page = words(response)
        assert "Clarification" in page and "Wrong one It was 12." in page
        assert 'href="/articles/wrong/#corrections"' in response.text
        assert "Never shown" not in page and "Withdrawn one" not in page

    def test_the_front_page_leads_with_the_newest_story(self, client):
        PostFactory(title="A guide", kind="guide", publish=True)
        for number in range(4):
            PostFactory(title=f"Story {number}", publish=True)
        page = words(client.get("/"))
        places = [page.index(f"Story {number}") for number in (3, 2, 1, 0)]
        assert places == sorted(places)
        assert page.index("Living guides") < page.index("A guide")
        assert all(page.count(title) == 1 for title in ("A guide", "Story 3", "Story 0"))


# What pages cost


def many(count, kind="news"):
    for _ in range(count):
        PostFactory(
            kind=kind,
            authors=["ann", "bob"],
            works=[WorkFactory(source=SourceFactory(slug="journal")) for _ in range(2)],
            hero=ImageFactory(),
            hero_decorative=True,
            publish=True,
        )


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/articles/",
        "/categories/research/",
        "/sources/",
        "/sources/journal/",
        "/authors/ann/",
        "/corrections/",
        "/feeds/articles.atom",
        "/feeds/corrections.atom",
        "/sitemap.xml",
    ],
)
def test_lists_ask_no_more_for_more_rows(client, path):
    many(4)
    many(1, "guide")
    for post in Post.objects.all():
        publishing.correct(post, by=None, text="Wrong.")
    few = count_queries(client, path)
    many(6)
    many(2, "guide")
    for post in Post.objects.all():
        publishing.correct(post, by=None, text="Wrong again.")
    assert count_queries(client, path) == few


def test_an_article_asks_no_more_for_more_of_everything(client):
    ModalityFactory(slug="ct")
    records = [DatasetFactory(modalities=["ct"]) for _ in range(12)]

    def made(slug, count):
        PostFactory(
            slug=slug,
            records=records[:count],
            works=[WorkFactory() for _ in range(count)],
            blocks=[
                block
                for number in range(count)
                for block in (
                    DatasetTable(query="modality=ct", caption=f"Table {number}"),
                    ImageBlock(image=ImageFactory(), decorative=True),
                )
            ],
            publish=True,
        )

    made("small", 2)
    made("large", 9)
    for record in records[:3]:
        record.summary = "Another."
        record.save()
    assert count_queries(client, "/articles/small/") == count_queries(client, "/articles/large/")
