"""The API's posts, categories, sources and authors: whole answers."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles import publishing
from articles.models import (
    Callout,
    Citation,
    DatasetTable,
    ImageBlock,
    Post,
    Quote,
    Revision,
    Text,
    ToolTable,
)
from datasets.documents import moment
from tests.factories import DatasetFactory, ToolFactory
from tests.factories_articles import (
    AuthorFactory,
    CategoryFactory,
    ImageFactory,
    PostFactory,
    SourceFactory,
    WorkFactory,
    add_blocks,
)
from tests.posts import HOST, HOUR, correct, get, set_clock, slugs  # noqa: F401
from tests.test_datasets_api_schema import check, described  # noqa: F401

pytestmark = pytest.mark.django_db
HEAD = [
    *("slug", "kind", "title", "standfirst", "summary_points", "url", "category", "authors"),
    *("published_at", "updated_at", "hero", "evidence", "datasets", "corrections"),
]


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def make_news():
    source = SourceFactory(slug="jama", name="JAMA")
    work = WorkFactory(
        title="On scribes", source=source, doi="10.1000/x", url="", published="2026-07"
    )
    post = PostFactory(
        slug="scribes",
        title="Scribes save time",
        standfirst="By a minute.",
        summary_points=["One point."],
        study_type="cohort study",
        peer_reviewed=True,
        works=[work],
        blocks=[
            Text(html="<h2>Why</h2><p>Words &amp; <em>more</em>.</p>"),
            Quote(text="I <3 it", attribution="A nurse", url="https://nurse.example/"),
            Callout(heading="Mind", html="<p>It is small.</p>"),
        ],
    )
    post.citations.update(role=Citation.Role.PRIMARY, locator="p. 3")
    publishing.approve(post, by=None, note="Not for readers")
    return post


def test_a_whole_piece_of_news(client, clock):
    post = make_news()
    first = clock.time
    clock.step()
    correct(post, clock, "It was two minutes.")
    answer = get(client, "posts/scribes/")
    assert list(answer) == [*HEAD, "citations", "blocks", "html", "text"]
    quote_html = (
        "<figure><blockquote><p>I &lt;3 it</p></blockquote><figcaption>"
        '<a href="https://nurse.example/">A nurse</a></figcaption></figure>'
    )
    callout_html = "<aside><p><strong>Mind</strong></p><p>It is small.</p></aside>"
    text_html = "<h2>Why</h2><p>Words &amp; <em>more</em>.</p>"
    assert answer == {
        "slug": "scribes",
        "kind": "news",
        "title": "Scribes save time",
        "standfirst": "By a minute.",
        "summary_points": ["One point."],
        "url": "/articles/scribes/",
        "category": {"slug": "research", "name": "Research"},
        "authors": [{"slug": "staff", "name": "Staff"}],
        "published_at": moment(first),
        "updated_at": moment(clock.time),
        "hero": None,
        "evidence": {"study_type": "cohort study", "peer_reviewed": True, "subjects": None},
        "datasets": [],
        "corrections": [
            {"kind": "correction", "text": "It was two minutes.", "at": moment(clock.time)}
        ],
        "citations": [
            {
                "title": "On scribes",
                "authors": None,
                "source": {"slug": "jama", "name": "JAMA", "kind": "journal"},
                "published": "2026-07",
                "url": None,
                "doi": "10.1000/x",
                "role": "primary",
                "locator": "p. 3",
                "waiver": None,
                "doi_url": "https://doi.org/10.1000/x",
            }
        ],
        "blocks": [
            {"type": "text", "html": text_html, "text": "Why\nWords & more."},
            {
                "type": "quote",
                "text": "I <3 it",
                "attribution": "A nurse",
                "url": "https://nurse.example/",
                "html": quote_html,
            },
            {
                "type": "callout",
                "tone": "note",
                "heading": "Mind",
                "html": callout_html,
                "text": "Mind\nIt is small.",
            },
        ],
        "html": "\n".join([text_html, quote_html, callout_html]),
        "text": "Why\nWords & more.\n\nI <3 it\n\nMind\nIt is small.",
    }
    row = {key: answer[key] for key in HEAD}
    assert get(client, "posts/") == {"count": 1, "next": None, "previous": None, "results": [row]}


def test_a_whole_guide_with_live_tables(client):
    lungs = DatasetFactory(slug="lungs", name="Lungs", modalities=["ct"])
    DatasetFactory(slug="hearts", modalities=["ct"])
    ToolFactory(slug="cutter")
    hidden = DatasetFactory(slug="hidden", published=False)
    PostFactory(
        slug="guide",
        kind="guide",
        works=[],
        records=[lungs, hidden],
        blocks=[
            DatasetTable(query="modality=ct&ordering=-name", caption="CT", columns=["name"]),
            DatasetTable(slugs=["lungs", "hearts"], caption="Picked"),
            ToolTable(slugs=["cutter"], caption="Tools"),
        ],
        publish=True,
    )
    lungs.slug = "lungs-2"
    lungs.save()
    answer = get(client, "posts/guide/")
    assert answer["datasets"] == [
        {"slug": "lungs-2", "name": "Lungs", "kind": "dataset", "url": "/datasets/lungs-2/"}
    ]
    address = "/datasets/?modality=ct&ordering=-name"
    assert answer["blocks"] == [
        {
            "type": "dataset-table",
            "query": "modality=ct&ordering=-name",
            "slugs": [],
            "columns": ["name"],
            "caption": "CT",
            "url": address,
            "api_url": f"{HOST}/api/v1{address}",
            "count": 2,
            "html": '<p><a href="/datasets/?modality=ct&amp;ordering=-name">CT</a></p>',
            "text": "CT",
        },
        {
            "type": "dataset-table",
            "query": None,
            "slugs": ["lungs-2", "hearts"],
            "columns": [],
            "caption": "Picked",
            "url": "/datasets/?slug=lungs-2&slug=hearts",
            "api_url": f"{HOST}/api/v1/datasets/?slug=lungs-2&slug=hearts",
            "count": 2,
            "html": '<p><a href="/datasets/?slug=lungs-2&amp;slug=hearts">Picked</a></p>',
            "text": "Picked",
        },
        {
            "type": "tool-table",
            "query": None,
            "slugs": ["cutter"],
            "columns": [],
            "caption": "Tools",
            "url": "/tools/?slug=cutter",
            "api_url": f"{HOST}/api/v1/tools/?slug=cutter",
            "count": 1,
            "html": '<p><a href="/tools/?slug=cutter">Tools</a></p>',
            "text": "Tools",
        },
    ]
    for block in answer["blocks"]:
        assert client.get(block["api_url"]).json()["count"] == block["count"]
        assert client.get(block["url"]).status_code == 200


def test_a_whole_explainer_with_images(client):
    image = ImageFactory(credit="Ann", license="CC BY 4.0")
    PostFactory(
        slug="why",
        kind="explainer",
        works=[],
        hero=image,
        hero_alt="A <lung>.",
        blocks=[ImageBlock(image=image, decorative=True, alt="unused", caption="Below")],
        publish=True,
    )
    answer = get(client, "posts/why/")
    url = f"/media/{image.file.name}?size=article"
    shown = {
        "url": url,
        "width": 3,
        "height": 2,
        "alt": "A <lung>.",
        "decorative": False,
        "credit": "Ann",
        "license": "CC BY 4.0",
    }
    assert answer["hero"] == shown
    html = (
        f'<figure><img src="{url}" alt="" width="3" height="2" loading="lazy">'
        "<figcaption>Below Ann CC BY 4.0</figcaption></figure>"
    )
    assert answer["blocks"] == [
        {"type": "image"}
        | shown
        | {"alt": "", "decorative": True, "caption": "Below", "html": html, "text": "Below"}
    ]
    assert client.get(url).status_code == 200


def test_a_table_that_has_become_wrong_or_empty_says_so(client):
    lungs = DatasetFactory(slug="lungs", modalities=["ct"])
    blocks = [
        DatasetTable(query="slug=lungs", caption="By query"),
        DatasetTable(slugs=["lungs"], caption="By hand"),
        DatasetTable(query="modality=ct", caption="Empty"),
    ]
    PostFactory(slug="guide", kind="guide", works=[], blocks=blocks, publish=True)
    lungs.published = False
    lungs.save()
    said = get(client, "posts/guide/")["blocks"]
    assert [(row["count"], row["url"]) for row in said] == [
        (0, None),
        (0, None),
        (0, "/datasets/?modality=ct"),
    ]
    document = Revision.objects.get().document
    Revision.objects.update(document=document.replace("modality=ct", "modality=xyz"))
    wrong = get(client, "posts/guide/")["blocks"][2]
    assert (wrong["count"], wrong["url"]) == (None, "/datasets/?modality=xyz")


def test_names_have_documents_with_counts(client):
    source = SourceFactory(slug="jama", name="JAMA", url="https://jama.example/", issn="2638-6100")
    ann = AuthorFactory(slug="ann", name="Ann", bio="She writes.", orcid="0000-0002-1825-0097")
    category = CategoryFactory(slug="policy", description="What is allowed.", order=2)
    works = [WorkFactory(source=source), WorkFactory(source=source)]
    PostFactory(category=category, authors=[ann], works=works, publish=True)
    PostFactory(authors=[ann, "staff"], works=[WorkFactory(source=source)], publish=True)
    PostFactory(category=CategoryFactory(slug="unseen"), authors=["nobody"])
    assert get(client, "categories/policy/") == {
        "slug": "policy",
        "name": "Policy",
        "description": "What is allowed.",
        "url": "/categories/policy/",
        "count": 1,
    }
    assert get(client, "sources/jama/") == {
        "slug": "jama",
        "name": "JAMA",
        "kind": "journal",
        "homepage": "https://jama.example/",
        "issn": "2638-6100",
        "feed_url": None,
        "url": "/sources/jama/",
        "count": 2,
    }
    assert get(client, "authors/ann/") == {
        "slug": "ann",
        "name": "Ann",
        "about": "She writes.",
        "homepage": None,
        "orcid": "0000-0002-1825-0097",
        "url": "/authors/ann/",
        "count": 2,
    }
    assert slugs(client, "categories/") == ["research", "policy"]
    assert slugs(client, "authors/") == ["ann", "staff"]
    assert slugs(client, "authors/", page_size=1, page=2) == ["staff"]
    assert get(client, "sources/")["results"] == [get(client, "sources/jama/")]


def test_the_front_page_counts_and_links(client):
    PostFactory(publish=True)
    PostFactory(category=CategoryFactory(slug="unseen"))
    root = get(client, "")
    said = {name: root["counts"][name] for name in ("posts", "categories", "sources", "authors")}
    assert said == dict.fromkeys(said, 1)
    for name in said:
        assert root["links"][name] == f"{HOST}/api/v1/{name}/"


def publish_one(number):
    lungs = DatasetFactory(modalities=["ct"])
    image = ImageFactory()
    blocks = [ImageBlock(image=image, alt="x"), DatasetTable(query="modality=ct", caption="CT")]
    post = PostFactory(
        slug=f"grown-{number}",
        category=CategoryFactory(),
        authors=[f"author-{number}", "staff"],
        works=[WorkFactory(), WorkFactory()],
        records=[lungs],
        blocks=blocks,
        publish=True,
    )
    publishing.correct(post, by=None, text="Wrong.")
    publishing.correct(post, by=None, text="Wrong again.")


def test_queries_do_not_grow(client):
    addresses = [
        *("", "posts/", "posts/?search=post&kind=news", "posts/?author=staff&ordering=title"),
        *("posts/grown-1/", "categories/", "sources/", "authors/", "authors/staff/"),
    ]

    def count():
        found = []
        for address in addresses:
            client.get(f"/api/v1/{address}")
            with CaptureQueriesContext(connection) as captured:
                assert client.get(f"/api/v1/{address}").status_code == 200
            found.append(len(captured))
        return found

    publish_one(1)
    few = count()
    for number in range(2, 7):
        publish_one(number)
    post = Post.objects.get(slug="grown-1")
    add_blocks(post, *[DatasetTable(query="modality=ct", caption="CT") for _ in range(5)])
    publishing.approve(post, by=None)
    assert count() == few
    assert max(few) <= 8


def test_the_answers_are_as_described(client, described):  # noqa: F811
    lungs = DatasetFactory(modalities=["ct"], slug="lungs")
    image = ImageFactory()
    blocks = [
        Text(html="<p>Words.</p>"),
        ImageBlock(image=image, alt="x"),
        Quote(text="So."),
        Callout(html="<p>Mind.</p>"),
        DatasetTable(query="modality=ct", caption="CT"),
        DatasetTable(query="slug=lungs", caption="Wrong soon"),
        DatasetTable(slugs=["lungs"], caption="Empty soon"),
    ]
    post = PostFactory(
        slug="post", blocks=blocks, hero=image, hero_alt="x", records=[lungs], publish=True
    )
    publishing.correct(post, by=None, text="Wrong.")
    for _ in range(2):
        check(described, "/api/v1/posts/", get(client, "posts/"))
        check(described, "/api/v1/posts/{slug}/", get(client, "posts/post/"))
        lungs.published = False
        lungs.save()
    for name in ("categories", "sources", "authors"):
        answer = get(client, f"{name}/")
        check(described, f"/api/v1/{name}/", answer)
        slug = answer["results"][0]["slug"]
        check(described, f"/api/v1/{name}/{{slug}}/", get(client, f"{name}/{slug}/"))
