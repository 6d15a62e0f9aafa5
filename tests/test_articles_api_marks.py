"""The API's posts: which addresses lead where, and how long an answer may be kept."""

from datetime import timedelta

import pytest

from articles import publishing
from articles.models import (
    DatasetTable,
)
from tests.factories import DatasetFactory
from tests.factories_articles import (
    PostFactory,
    SourceFactory,
    WorkFactory,
    add_blocks,
    rewrite,
)
from tests.posts import HOST, HOUR, correct, get, set_clock, slugs  # noqa: F401
from tests.test_datasets_api_problems import problem

pytestmark = pytest.mark.django_db


class TestAddresses:
    def test_only_slugs_that_readers_have_seen_lead_on(self, client):
        post = PostFactory(slug="first", publish=True)
        for slug, publish in (
            ("second", True),
            ("unseen", False),
            ("third", True),
            ("next", False),
        ):
            post.slug = slug
            post.save()
            if publish:
                publishing.approve(post, by=None)
        assert get(client, "posts/third/")["url"] == "/articles/third/"
        for former in ("first", "second"):
            moved = client.get(f"/api/v1/posts/{former}/")
            assert (moved.status_code, moved["Location"]) == (301, "/api/v1/posts/third/")
        for unseen in ("unseen", "next"):
            problem(client.get(f"/api/v1/posts/{unseen}/"), 404)
        assert slugs(client) == ["third"]

    def test_a_withdrawn_post_says_why(self, client):
        post = PostFactory(slug="gone", publish=True)
        publishing.withdraw(post, by=None, notice="The study was retracted.")
        said = problem(client.get("/api/v1/posts/gone/"), 410)
        assert said["detail"] == "This post was withdrawn: The study was retracted."
        assert slugs(client) == slugs(client, "categories/") == []
        publishing.reinstate(post, by=None)
        assert slugs(client) == ["gone"] and client.get("/api/v1/posts/gone/").status_code == 200

    def test_one_that_was_never_published_was_never_there(self, client):
        post = PostFactory(slug="draft")
        publishing.withdraw(post, by=None, notice="We will not run it.")
        problem(client.get("/api/v1/posts/draft/"), 404)

    @pytest.mark.parametrize(
        ("address", "near"),
        [
            ("posts/scribe", "scribes"),
            ("sources/jamma", "jama"),
            ("categories/resarch", "research"),
        ],
    )
    def test_an_unknown_slug_is_answered_with_near_ones(self, client, address, near):
        works = [WorkFactory(source=SourceFactory(slug="jama"))]
        PostFactory(slug="scribes", works=works, publish=True)
        PostFactory(slug="scriber")
        said = problem(client.get(f"/api/v1/{address}/"), 404)
        assert said["errors"] == {"slug": [f"Did you mean “{near}”?"]}

    @pytest.mark.parametrize("slug", ["%00", "%ff%fe", "'%22*()", "x" * 5000, "A"])
    def test_odd_slugs_are_unknown(self, client, slug):
        for name in ("posts", "categories", "sources", "authors"):
            problem(client.get(f"/api/v1/{name}/{slug}/"), 404)


ADDRESSES = ["", "posts/", "posts/post/", "categories/", "categories/research/", "authors/staff/"]


class TestMarks:
    @pytest.fixture(autouse=True)
    def post(self, clock):
        self.clock = clock
        works = [WorkFactory(source=SourceFactory(slug="jama"))]
        self.post = PostFactory(slug="post", works=works, publish=True)
        clock.step()

    def fresh(self, client, address, act, *, changed=True):
        """The address is answered anew after ``act``, or not; and a 304 before."""
        url = f"/api/v1/{address}"
        tag = {"If-None-Match": client.get(url)["ETag"]}
        kept = client.get(url, headers=tag)
        assert (kept.status_code, kept.content, kept["ETag"]) == (304, b"", tag["If-None-Match"])
        act()
        response = client.get(url, headers=tag)
        assert response.status_code == (200 if changed else 304), address
        assert response["Cache-Control"] == "public, max-age=0, must-revalidate"
        assert response["Access-Control-Allow-Origin"] == "*"

    def test_a_correction(self, client):
        self.fresh(client, "posts/", lambda: publishing.correct(self.post, by=None, text="Not so."))

    def test_a_revision_but_not_the_working_copy(self, client):
        self.fresh(client, "posts/post/", lambda: rewrite(self.post, "Anew"), changed=False)
        self.fresh(client, "posts/post/", lambda: publishing.approve(self.post, by=None))

    @pytest.mark.parametrize("address", ["", "posts/", "categories/research/"])
    def test_the_moment_of_a_schedule(self, client, address):
        post = PostFactory(slug="later")
        at = self.clock.time + HOUR
        self.fresh(client, address, lambda: publishing.approve(post, by=None, at=at), changed=False)
        before = HOUR - timedelta(seconds=1)
        self.fresh(client, address, lambda: self.clock.step(before), changed=False)
        assert client.get("/api/v1/posts/later/").status_code == 404
        assert slugs(client, search="post") == ["post"]
        self.fresh(client, address, lambda: self.clock.step(timedelta(seconds=1)))
        assert client.get("/api/v1/posts/later/").status_code == 200
        assert slugs(client) == ["later", "post"]
        title = post.title.lower()
        assert slugs(client, search=title) == ["later"]

    @pytest.mark.parametrize("address", ["", "posts/", "categories/", "sources/", "authors/"])
    def test_a_withdrawal(self, client, address):
        self.fresh(client, address, lambda: publishing.withdraw(self.post, by=None, notice="No."))

    def test_a_record_that_enters_a_table(self, client):
        DatasetFactory(modalities=["ct"])
        add_blocks(self.post, DatasetTable(query="modality=ct", caption="CT"))
        publishing.approve(self.post, by=None)
        self.fresh(client, "posts/post/", lambda: DatasetFactory(modalities=["ct"]))
        self.fresh(client, "posts/post/", lambda: DatasetFactory(modalities=["mri"]), changed=False)

    def test_every_address_has_its_own(self, client):
        addresses = [*ADDRESSES, "posts/?page=1", "posts/?kind=news"]
        assert len({client.get(f"/api/v1/{one}")["ETag"] for one in addresses}) == len(addresses)

    @pytest.mark.parametrize("address", ADDRESSES)
    def test_head_and_options(self, client, address):
        head, get = client.head(f"/api/v1/{address}"), client.get(f"/api/v1/{address}")
        assert (head.status_code, head.content) == (200, b"")
        assert (head["ETag"], head["Content-Type"]) == (get["ETag"], get["Content-Type"])
        asked = client.options(f"/api/v1/{address}")
        assert (asked.status_code, asked["Access-Control-Allow-Methods"]) == (
            204,
            "GET, HEAD, OPTIONS",
        )

    def test_any_mark_will_do_only_for_what_exists(self, client):
        star = {"If-None-Match": "*"}
        assert client.get("/api/v1/posts/post/", headers=star).status_code == 304
        assert client.get("/api/v1/posts/none/", headers=star).status_code == 404
