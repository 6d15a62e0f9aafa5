"""At the second of its time, and not one before, a post is everywhere at once: nothing has to run."""

import re
from datetime import timedelta

import pytest

from articles import publishing
from articles.models import DatasetTable, Text
from tests.factories import DatasetFactory
from tests.factories_articles import PostFactory, SourceFactory, WorkFactory, rewrite
from tests.posts import set_clock  # noqa: F401

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
WORD = "quaverly"
OWN = ["/articles/due/", "/api/v1/posts/due/"]
# Exist only because of the post.
NAMES = ["/categories/novel/", "/authors/new-author/", "/sources/new-source/"]
NAMES += ["/feeds/categories/novel.atom"]
NAMES += ["/api/v1/categories/novel/", "/api/v1/authors/new-author/", "/api/v1/sources/new-source/"]
# Exist before, and show it then.
LISTS = ["/", "/articles/", "/feeds/articles.atom", "/api/v1/posts/", "/sitemap.xml"]
LISTS += [f"/articles/?search={WORD}", f"/api/v1/posts/?search={WORD}", "/datasets/lungs/"]
LISTS += [f"/search/?search={WORD}", f"/search/suggestions/?search={WORD[:5]}"]
LISTS += ["/articles/?kind=guide", "/api/v1/posts/?dataset=lungs", "/api/v1/posts/?kind=guide"]
NAMED = ["/sources/", "/api/v1/categories/", "/api/v1/authors/", "/api/v1/sources/"]


@pytest.fixture
def due(clock):
    """When the post is due: half an hour from now, on a second."""
    clock.time = clock.time.replace(microsecond=0)
    lungs = DatasetFactory(slug="lungs", modalities=["ct"])
    PostFactory(slug="other", publish=True)
    at = clock.time + timedelta(minutes=30)
    post = PostFactory(
        slug="due", title=f"The {WORD} one", kind="guide", category__slug="novel",
        authors=["new-author"], works=[WorkFactory(source=SourceFactory(slug="new-source"))],
        records=[lungs], blocks=[Text(html="<p>Words.</p>"), DatasetTable(query="modality=ct", caption="Sets")],
    )  # fmt: skip
    publishing.approve(post, by=None, at=at)
    return at


def statuses(client, addresses):
    return {address: client.get(address).status_code for address in addresses}


def showing(client, addresses):
    found = set()
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 200, address
        text = re.sub("</?mark>", "", response.text)
        if "/articles/due/" in text or f"The {WORD} one" in text:
            found.add(address)
    return found


def naming(client):
    return {address for address in NAMED if "new-source" in (text := client.get(address).text)
            or "novel" in text or "new-author" in text}  # fmt: skip


def test_one_second_before_it_is_nowhere_and_then_everywhere(client, clock, due):
    clock.time = due - SECOND
    assert set(statuses(client, OWN + NAMES).values()) == {404}
    assert showing(client, LISTS) == naming(client) == set()
    clock.time = due
    assert set(statuses(client, OWN + NAMES).values()) == {200}
    assert showing(client, LISTS) == set(LISTS)
    assert naming(client) == set(NAMED)
    clock.time = due + SECOND
    assert set(statuses(client, OWN + NAMES).values()) == {200}


@pytest.mark.parametrize("micro", [-1, 0])
def test_not_even_a_millionth_of_a_second_early(client, clock, due, micro):
    clock.time = due + timedelta(microseconds=micro)
    assert set(statuses(client, OWN).values()) == {200 if micro == 0 else 404}


def test_who_kept_the_lists_from_before_is_given_new_ones(client, clock, due):
    clock.time = due - SECOND
    kept = {address: client.get(address) for address in LISTS}
    clock.time = due
    for address, before in kept.items():
        marks = {
            "If-None-Match": before.get("ETag"),
            "If-Modified-Since": before.get("Last-Modified"),
        }
        for name, mark in marks.items():
            if mark:
                assert client.get(address, headers={name: mark}).status_code == 200, address
        age = [part for part in before.get("Cache-Control", "").split(",") if "max-age" in part]
        assert all(int(part.split("=")[1]) <= 1 for part in age), (address, age)


def test_a_change_of_a_live_post_comes_at_its_time_too(client, clock, due):
    """Its new address is nowhere before, and its former one leads to it from then on."""
    clock.time = due
    first = client.get("/articles/due/").text
    post = DatasetTable.objects.get().parent
    rewrite(post, "The vestrical one")
    post.slug = "vestrical"
    post.save()
    later = due + timedelta(hours=1)
    publishing.approve(post, by=None, at=later)
    clock.time = later - SECOND
    assert statuses(client, ["/articles/vestrical/", "/api/v1/posts/vestrical/"]) == {
        "/articles/vestrical/": 404,
        "/api/v1/posts/vestrical/": 404,
    }
    addresses = ["/articles/due/", *LISTS[:5], "/articles/?search=vestrical", "/search/?search=one"]
    assert "The quaverly one" in first
    texts = {address: client.get(address).text for address in addresses}
    assert not [address for address, text in texts.items() if "The vestrical one" in text]
    clock.time = later
    assert statuses(client, ["/articles/vestrical/"]) == {"/articles/vestrical/": 200}
    assert client.get("/articles/due/")["Location"] == "/articles/vestrical/"
    for address in LISTS[:4]:
        assert "The vestrical one" in client.get(address).text
        assert WORD not in client.get(address).text
