"""The publication's public pages: they show what is live, and only that."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.utils import timezone

from articles import publishing
from articles.models import (
    Callout,
    Image,
    ImageBlock,
    Quote,
    Text,
)
from articles.previews import make_link, revoke_link
from tests.factories import DatasetFactory
from tests.factories_articles import (
    AuthorFactory,
    CategoryFactory,
    ImageFactory,
    PostFactory,
    SourceFactory,
    WorkFactory,
    member,
    rewrite,
)
from tests.pages import words

pytestmark = pytest.mark.django_db

LISTS = ["/", "/articles/", "/categories/research/", "/authors/staff/", "/sitemap.xml"]


@pytest.fixture
def clock(monkeypatch):
    """Sets the time that everything goes by."""

    def at(moment):
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    return at


def move(post, slug):
    """Give the working copy another address, as an editor would."""
    post.slug = slug
    post.save()


def statuses(client, *addresses):
    return [client.get(address).status_code for address in addresses]


def listed(client, slug):
    """Which lists name the article."""
    return [
        path
        for path in LISTS
        if (answer := client.get(path)).status_code == 200 and f"/articles/{slug}/" in answer.text
    ]


# What is visible, and when


class TestVisibility:
    def test_a_draft_and_a_review_are_nowhere(self, client):
        draft = PostFactory(slug="draft")
        publishing.submit(PostFactory(slug="review"), by=None)
        assert statuses(client, "/articles/draft/", "/articles/review/") == [404, 404]
        assert listed(client, "draft") == listed(client, "review") == []
        # Nor do the names that only they need.
        names = ["/categories/research/", "/authors/staff/"]
        source = draft.citations.get().work.source
        assert statuses(client, *names, source.get_absolute_url()) == [404, 404, 404]
        assert 'value="research"' not in client.get("/articles/").text

    def test_a_live_post_is_everywhere(self, client):
        PostFactory(slug="live", publish=True)
        assert statuses(client, "/articles/live/") == [200]
        assert listed(client, "live") == LISTS

    def test_a_schedule_comes_true_by_itself(self, client, clock):
        due = timezone.now() + timedelta(hours=1)
        publishing.approve(PostFactory(slug="soon"), by=None, at=due)
        clock(due - timedelta(seconds=1))
        assert statuses(client, "/articles/soon/") == [404] and listed(client, "soon") == []
        clock(due)
        assert statuses(client, "/articles/soon/") == [200] and listed(client, "soon") == LISTS

    def test_readers_see_the_live_revision_while_it_is_rewritten(self, client):
        post = PostFactory(slug="live", title="As approved", publish=True)
        rewrite(post, "Being rewritten")
        for path in ("/articles/live/", *LISTS[:4]):
            page = client.get(path).text
            assert "As approved" in page and "Being rewritten" not in page

    def test_a_withdrawn_post_leaves_its_notice(self, client):
        post = PostFactory(slug="gone", title="Secret matter", publish=True)
        publishing.withdraw(post, by=None, notice="The study was withdrawn.\nSo is this.")
        response = client.get("/articles/gone/")
        assert response.status_code == 410
        assert "The study was withdrawn." in words(response)
        assert "Secret matter" not in response.text
        assert listed(client, "gone") == []
        assert statuses(client, "/categories/research/") == [404]
        publishing.reinstate(post, by=None)
        assert statuses(client, "/articles/gone/") == [200]

    def test_what_was_withdrawn_before_it_was_published_was_never_there(self, client):
        post = PostFactory(slug="never")
        publishing.approve(post, by=None, at=timezone.now() + timedelta(days=1))
        publishing.withdraw(post, by=None, notice="Never mind.")
        response = client.get("/articles/never/")
        assert response.status_code == 404 and "Never mind" not in response.text

    def test_a_rollback_shows_the_older_text_and_keeps_corrections(self, client):
        post = PostFactory(slug="post", title="First", publish=True)
        first = post.revisions.get()
        publishing.approve(rewrite(post, "Second"), by=None)
        publishing.correct(post, by=None, text="The number was wrong.")
        publishing.roll_back(first, by=None)
        page = words(client.get("/articles/post/"))
        assert "First" in page and "Second" not in page and "The number was wrong." in page

    def test_no_rollback_to_what_shows_a_deleted_picture(self, client, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        picture = ImageBlock(image=ImageFactory(), alt="A scan.")
        post = PostFactory(slug="post", blocks=[Text(html="<p>Words.</p>"), picture])
        first = publishing.approve(post, by=None)
        ImageBlock.objects.all().delete()
        publishing.approve(post, by=None)
        Image.objects.get().delete()
        with pytest.raises(ValidationError, match="a picture that has been deleted"):
            publishing.roll_back(first, by=None)


class TestAddresses:
    def test_a_former_slug_leads_to_the_live_one(self, client):
        post = PostFactory(slug="old", publish=True)
        move(post, "new")
        # Not yet published: readers know the old address only.
        assert statuses(client, "/articles/old/", "/articles/new/") == [200, 404]
        publishing.approve(post, by=None)
        response = client.get("/articles/old/")
        assert (response.status_code, response["Location"]) == (301, "/articles/new/")
        # Who keeps it for good would go round in a circle after the next line.
        assert response["Cache-Control"] == "public, max-age=0, must-revalidate"
        publishing.roll_back(post.revisions.get(number=1), by=None)
        assert statuses(client, "/articles/old/", "/articles/new/") == [200, 301]

    def test_a_slug_that_was_never_public_is_nothing(self, client):
        post = PostFactory(slug="working-title")
        move(post, "final")
        publishing.approve(post, by=None)
        assert statuses(client, "/articles/working-title/", "/articles/final/") == [404, 200]

    def test_both_slugs_of_a_withdrawn_post_say_so(self, client):
        post = PostFactory(slug="old", publish=True)
        move(post, "new")
        publishing.approve(post, by=None)
        publishing.withdraw(post, by=None, notice="Taken back.")
        assert statuses(client, "/articles/old/", "/articles/new/") == [410, 410]

    @pytest.mark.parametrize(
        ("folder", "factory"),
        [("categories", CategoryFactory), ("sources", SourceFactory), ("authors", AuthorFactory)],
    )
    def test_names_keep_their_former_addresses(self, client, folder, factory):
        row = factory(slug="before")
        PostFactory(
            category=row if folder == "categories" else CategoryFactory(slug="research"),
            authors=[row] if folder == "authors" else ["staff"],
            works=[WorkFactory(source=row if folder == "sources" else SourceFactory())],
            publish=True,
        )
        move(row, "after")
        response = client.get(f"/{folder}/before/")
        assert (response.status_code, response["Location"]) == (301, f"/{folder}/after/")
        assert statuses(client, f"/{folder}/after/", f"/{folder}/unknown/") == [200, 404]


# The page of an article


@pytest.fixture
def article(client):
    """The page of a post with one of everything, as words."""
    known = DatasetFactory(slug="known", name="Known set", modalities=["ct"])
    hidden = DatasetFactory(slug="hidden", name="Hidden set", modalities=["ct"], published=False)
    post = PostFactory(
        slug="full",
        kind="guide",
        title="A guide & more",
        standfirst="What it is about.",
        summary_points=["First point", "Second point"],
        study_type="cohort study",
        peer_reviewed=None,
        authors=["ann-adams", "bob-brown"],
        hero=ImageFactory(credit="C. Cole", license="CC BY 4.0"),
        hero_alt="A scanner",
        records=[known, hidden],
        works=[
            WorkFactory(title="The paper", doi="10.1234/abc", published="2026-07", authors="Li X"),
            WorkFactory(title="Lost page", url=""),
        ],
        blocks=[
            Text(html="<h2>Start</h2><p>Hello.</p><h3>Start</h3>"),
            ImageBlock(image=ImageFactory(), decorative=True, caption="A caption"),
            Quote(text="Well said.", attribution="D. Dean", url="https://dean.example/"),
            Callout(tone="warning", heading="Mind", html="<p>the gap</p>"),
        ],
    )
    post.citations.filter(work__title="Lost page").update(
        waiver="The address is not known to us.", role="background", locator="p. 3"
    )
    publishing.approve(post, by=None)
    return client.get("/articles/full/")


def test_an_article_shows_all_its_parts(article):
    page = words(article)
    for part in (
        "Articles Research Guide A guide & more What it is about.",
        "By Ann adams and Bob brown First published",
        "In short First point Second point",
        "Contents Start Start The evidence",
        "Study type cohort study Peer reviewed Not known to us Who or what was studied Not known",
        "Image: C. Cole, CC BY 4.0",
        "A caption",
        "Well said. D. Dean Mind the gap",
        "Sources cited Li X The paper .",
        "July 2026. DOI: 10.1234/abc Primary source",
        "p. 3. Background source The address is not known to us.",
        "Records mentioned 1 Known set",
    ):
        assert part in page
    assert "Hidden set" not in page


def test_an_article_is_well_made(article):
    page = article.text
    assert re.findall(r"<h1>([^<]+)</h1>", page) == ["A guide &amp; more"]
    assert 'id="start"' in page and 'id="start-2"' in page and 'href="#start-2"' in page
    assert 'href="https://doi.org/10.1234/abc"' in page
    pictures = re.findall(r"<img [^>]+>", page)
    assert len(pictures) == 2
    assert all('width="3" height="2"' in picture for picture in pictures)
    assert 'alt="A scanner"' in pictures[0] and "lazy" not in pictures[0]
    assert 'alt=""' in pictures[1] and 'loading="lazy"' in pictures[1]
    assert 'href="/api/v1/posts/full/"' in page
    assert 'content="What it is about."' in page
    assert 'type="application/atom+xml"' in page and 'href="/feeds/articles.atom"' in page


def test_dates_name_their_zone(client, clock):
    summer = datetime(2026, 7, 1, 8, 30, tzinfo=UTC)
    clock(summer)
    post = PostFactory(slug="dated", publish=True)
    assert "First published 1 July 2026, 09:30 BST" in words(client.get("/articles/dated/"))
    assert "Updated" not in words(client.get("/articles/dated/"))
    clock(summer + timedelta(days=1))
    publishing.approve(rewrite(post, "New words"), by=None)
    page = words(client.get("/articles/dated/"))
    assert "First published 1 July 2026, 09:30 BST Updated 2 July 2026, 09:30 BST" in page


def test_corrections_stand_at_the_top(client):
    post = PostFactory(slug="wrong", publish=True)
    publishing.correct(post, by=None, text="It was 12, not 21.")
    publishing.correct(post, by=None, text="The <b>data</b> were made up.", kind="retraction")
    page = words(client.get("/articles/wrong/"))
    today = f"{timezone.localdate():%-d %B %Y}"
    assert f"Retraction, {today}. This article should not be relied on." in page
    assert "The <b>data</b> were made up." in page
    assert page.index("made up") < page.index("It was 12, not 21.") < page.index("Words.")


def test_news_has_no_table_of_contents_and_a_guide_no_study(client):
    PostFactory(slug="news", blocks=[Text(html="<h2>A</h2><h2>B</h2>")], publish=True)
    PostFactory(slug="guide", kind="guide", publish=True)
    assert "Contents" not in words(client.get("/articles/news/"))
    assert "Peer reviewed Not known to us" in words(client.get("/articles/news/"))
    assert "Peer reviewed" not in words(client.get("/articles/guide/"))


def test_a_record_mentioned_is_found_by_its_former_slug(client):
    record = DatasetFactory(slug="first-name", name="The set")
    PostFactory(slug="post", records=[record], publish=True)
    record.slug = "second-name"
    record.save()
    page = client.get("/articles/post/").text
    assert '<a href="/datasets/second-name/">The set</a>' in page
    page = client.get("/datasets/second-name/").text
    assert "Articles about it" in page and "/articles/post/" in page


def test_a_records_page_lists_only_live_articles(client):
    record = DatasetFactory(slug="set")
    PostFactory(slug="draft", records=[record])
    assert "Articles about it" not in client.get("/datasets/set/").text
    post = PostFactory(slug="live", title="Live one", records=[record], publish=True)
    rewrite(post, "Rewritten")
    page = client.get("/datasets/set/").text
    assert "Live one" in page and "Rewritten" not in page and "/articles/draft/" not in page


# Images


class TestImages:
    def test_an_image_is_public_while_a_visible_post_shows_it(self, client):
        image = ImageFactory()
        address = f"/media/{image.file.name}"
        post = PostFactory(slug="post", blocks=[ImageBlock(image=image, decorative=True)])
        assert statuses(client, address) == [404]
        publishing.approve(post, by=None)
        found = re.search(r'<img src="([^"]+)"', client.get("/articles/post/").text)[1]
        for url in (found, address, f"{address}?size=card"):
            response = client.get(url)
            assert (response.status_code, response["Content-Type"]) == (200, "image/png")
            assert response["Cache-Control"] == "public, max-age=300"
        assert statuses(client, f"{address}?size=huge", "/media/images/x.png") == [404, 404]
        publishing.withdraw(post, by=None, notice="Gone.")
        assert statuses(client, address) == [404]

    def test_staff_see_images_of_drafts(self, client):
        address = f"/media/{ImageFactory().file.name}"
        client.force_login(member())
        assert statuses(client, address) == [404]
        client.force_login(member("Writer"))
        assert client.get(address)["Cache-Control"] == "private, no-store"

    def test_a_shared_preview_shows_its_images_while_it_is_open(self, client, clock):
        editor = member("Editor")
        post = PostFactory(blocks=[ImageBlock(image=ImageFactory(), decorative=True)])
        link, token = make_link(post, by=editor, days=7)
        page = client.get(f"/preview/{token}/").text
        url = re.search(r'<img src="([^"]+)"', page)[1].replace("&amp;", "&")
        assert statuses(client, url) == [200]
        other = ImageFactory().file.name
        assert statuses(client, f"/media/{other}?{url.partition('?')[2]}") == [404]
        # With the preview its pictures end.
        now = timezone.now()
        clock(now + timedelta(days=8))
        assert statuses(client, url, f"/preview/{token}/") == [404, 404]
        clock(now)
        assert statuses(client, url, f"/preview/{token}/") == [200, 200]
        revoke_link(link, by=editor)
        assert statuses(client, url, f"/preview/{token}/") == [404, 404]

    def test_a_lost_file_is_no_fault_of_the_page(self, client):
        image = ImageFactory()
        PostFactory(slug="p", blocks=[ImageBlock(image=image, decorative=True)], publish=True)
        default_storage.delete(image.file.name)
        default_storage.delete(image.file.process("card"))
        assert statuses(client, "/articles/p/", f"/media/{image.file.name}?size=card") == [200, 404]
