"""The API's list of posts: every parameter, every refusal."""

from datetime import timedelta
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles import publishing
from articles.filters import PostFilter
from articles.merging import merge
from articles.models import (
    Category,
    Post,
)
from tests.examples import examples
from tests.factories import DatasetFactory
from tests.factories_articles import (
    AuthorFactory,
    CategoryFactory,
    PostFactory,
    SourceFactory,
    WorkFactory,
    rewrite,
)
from tests.posts import HOST, HOUR, correct, get, set_clock, slugs  # noqa: F401
from tests.test_datasets_api_problems import problem

pytestmark = pytest.mark.django_db


class TestParameters:
    @pytest.fixture(autouse=True)
    def posts(self, clock):
        self.lungs = DatasetFactory(slug="lungs")
        jama, bmj = SourceFactory(slug="jama"), SourceFactory(slug="bmj")
        self.make("old", clock, works=[WorkFactory(source=jama), WorkFactory(source=jama)])
        self.make("mid", clock, kind="guide", works=[], records=[self.lungs], authors=["ann"])
        works = [WorkFactory(source=bmj, title="Zebrafish études")]
        policy = CategoryFactory(slug="policy")
        self.make("new", clock, category=policy, works=works, authors=["ann", "bob"])

    def make(self, slug, clock, **fields):
        clock.step()
        title = {"old": "beta", "mid": "Alpha", "new": "Gamma segmentation"}[slug]
        return PostFactory(slug=slug, title=title, publish=True, **fields)

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({}, "new mid old"),
            ({"category": "policy"}, "new"),
            ({"category": ["policy", "research"]}, "new mid old"),
            ({"kind": "guide"}, "mid"),
            ({"kind": ["guide", "news"], "author": "ann"}, "new mid"),
            ({"author": ["ann", "bob"]}, "new mid"),
            ({"source": "jama"}, "old"),
            ({"source": ["jama", "bmj"]}, "new old"),
            ({"dataset": "lungs"}, "mid"),
            ({"search": "segmentat"}, "new"),
            ({"search": "GAMMA zebrafish etudes"}, "new"),
            ({"search": "words"}, "new mid old"),
            ({"search": "nothing"}, ""),
            ({"search": "alpha beta"}, ""),
            ({"ordering": "published"}, "old mid new"),
            ({"ordering": "-published"}, "new mid old"),
            ({"ordering": "title"}, "mid old new"),
            ({"ordering": "-title"}, "new old mid"),
            ({"page_size": "2", "page": "2"}, "old"),
            ({"published_since": "9999-01-01"}, ""),
            ({"published_since": "0001-01-01T00:00:00Z"}, "new mid old"),
            ({"category": ""}, "new mid old"),
        ],
    )
    def test_each_narrows_or_sorts(self, client, query, found):
        assert slugs(client, **query) == found.split()

    def test_a_moment_is_the_first_that_is_kept(self, client, clock):
        assert slugs(client, published_since=clock.time.isoformat()) == ["new"]
        later = clock.time + timedelta(microseconds=1)
        assert slugs(client, published_since=later.isoformat()) == []

    def test_corrections_and_revisions_count_as_updates(self, client, clock):
        assert slugs(client, ordering="-updated") == ["new", "mid", "old"]
        clock.step()
        correct(Post.objects.get(slug="old"), clock, "Wrong.")
        assert slugs(client, ordering="-updated") == ["old", "new", "mid"]
        clock.step()
        publishing.approve(rewrite(Post.objects.get(slug="mid"), "Again"), by=None)
        assert slugs(client, ordering="-updated") == ["mid", "old", "new"]
        assert slugs(client) == ["new", "mid", "old"]
        assert slugs(client, search="again") == ["mid"] and slugs(client, search="alpha") == []

    def test_pages_name_their_neighbours(self, client):
        answer = get(client, "posts/", page_size=1, page=2, author="ann")
        assert (answer["count"], answer["next"]) == (2, None)
        assert answer["previous"] == f"{HOST}/api/v1/posts/?page_size=1&page=1&author=ann"

    def test_former_slugs_are_followed(self, client):
        for model, parameter, address in (
            (Category, "category", "categories"),
            (type(AuthorFactory(slug="bob")), "author", "authors"),
        ):
            row = model.objects.get(slug={"category": "policy", "author": "bob"}[parameter])
            former, row.slug = row.slug, f"{row.slug}-2"
            row.save()
            assert slugs(client, **{parameter: former}) == ["new"]
            assert slugs(client, **{parameter: row.slug}) == ["new"]
            moved = client.get(f"/api/v1/{address}/{former}/?x=1")
            assert moved.status_code == 301
            assert moved["Location"] == f"/api/v1/{address}/{row.slug}/?x=1"
        self.lungs.slug = "both-lungs"
        self.lungs.save()
        assert slugs(client, dataset="lungs") == slugs(client, dataset="both-lungs") == ["mid"]

    def test_a_merged_source_leads_to_its_survivor(self, client):
        jama, bmj = SourceFactory(slug="jama"), SourceFactory(slug="bmj")
        merge([bmj], jama, by=None)
        assert slugs(client, source="bmj") == ["new", "old"]
        assert client.get("/api/v1/sources/bmj/")["Location"] == "/api/v1/sources/jama/"

    @pytest.mark.parametrize(
        ("query", "blamed", "says"),
        [
            ("foo=1", "foo", "category, kind, source, author"),
            ("category=polcy", "category", "Did you mean “policy”? Valid values: policy, research"),
            ("kind=tool", "kind", "Valid values: news, guide, explainer"),
            ("source=x", "source", "Valid values: bmj, jama"),
            ("author=x", "author", "Valid values: ann, bob, staff"),
            ("dataset=lung", "dataset", "Did you mean “lungs”?"),
            ("published_since=yesterday", "published_since", "2026-03-01"),
            ("ordering=taste", "ordering", "Valid values: published"),
            ("page=2", "page", "only 1 page"),
            ("page=0", "page", "at least 1"),
            ("page_size=201", "page_size", "200"),
            ("page=1&page=1", "page", "once"),
            ("search=%00", "search", "Null"),
            ("category=%00", "category", "is not a known"),
            ("author=" + "x" * 500, "author", "is not a known"),
            ("dataset=%00", "dataset", "is not a known"),
            ("search=%ff", "query", "UTF-8"),
        ],
    )
    def test_what_is_wrong_is_refused_with_what_would_be_right(self, client, query, blamed, says):
        said = problem(client.get(f"/api/v1/posts/?{query}"), 400)
        assert list(said["errors"]) == [blamed] and says in said["errors"][blamed][0]


@pytest.mark.parametrize("address", ["categories/", "posts/post/", "authors/staff/"])
def test_addresses_without_parameters_refuse_them(client, address):
    PostFactory(slug="post", publish=True)
    said = problem(client.get(f"/api/v1/{address}?kind=news"), 400)
    assert list(said["errors"]) == ["kind"]


NAMES = [*PostFilter.base_filters, "foo", ""]
VALUES = st.one_of(
    st.sampled_from(
        ["", "news", "research", "staff", "title", "-updated", "2026-02-30", "1", "200"]
    ),
    st.integers(-(2**70), 2**70).map(str),
    st.text(max_size=12),
)
QUERIES = st.one_of(
    st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=6).map(urlencode),
    st.binary(max_size=40).map(quote),
)


@pytest.fixture
def two_posts():
    PostFactory(publish=True)
    PostFactory(kind="guide", category=CategoryFactory(slug="policy"), publish=True)


@pytest.mark.usefixtures("two_posts")
@given(query=QUERIES)
@settings(
    max_examples=examples(200),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_no_query_whatever_makes_it_fail(client, query):
    response = client.get(f"/api/v1/posts/?{query}")
    if response.status_code == 200:
        answer = response.json()
        assert len(answer["results"]) <= answer["count"] <= 2
    else:
        said = problem(response, 400)
        assert said["errors"] and all(said["errors"].values())
    assert client.get(f"/articles/?{query}").status_code in (200, 400)
    assert client.get(f"/api/v1/authors/?{query}").status_code in (200, 400)
