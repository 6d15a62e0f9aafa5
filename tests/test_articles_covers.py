"""Covers and pictures for links: drawn from what is live, different for different posts, kept as long as they last."""

import io
import re
from datetime import timedelta

import pytest
from django.utils import timezone
from PIL import Image

from articles import publishing
from datasets.pictures.drawing import MODALITIES, WORDS, Subject
from datasets.pictures.png import png
from datasets.pictures.svg import svg
from tests.factories import DatasetFactory, ModalityFactory, ToolFactory
from tests.factories_articles import CategoryFactory, PostFactory, rewrite

pytestmark = pytest.mark.django_db
PICTURES = ("/covers/{}.svg", "/covers/{}.png")
LINK = r'<meta property="og:image" content="([^"]+)">'


def test_a_cover_is_drawn_and_a_picture_for_links(client):
    PostFactory(slug="a", title="Language models read notes", publish=True)
    cover = client.get("/covers/a.svg")
    assert cover["Content-Type"] == "image/svg+xml"
    assert cover.content.startswith(b"<svg") and b"prefers-color-scheme:dark" in cover.content
    assert "default-src 'none'" in cover["Content-Security-Policy"]
    link = client.get("/covers/a.png")
    assert Image.open(io.BytesIO(link.content)).size == (1200, 630)


def test_a_page_shows_its_cover_and_names_both_pictures_wholly(client):
    PostFactory(slug="a", publish=True)
    page = client.get("/articles/a/").text
    (cover,) = re.findall(r'<img class="cover" src="([^"]+)"', page)
    assert client.get(cover)["Cache-Control"] == "public, max-age=86400"
    (link,) = re.findall(LINK, page)
    assert link.startswith("http://127.0.0.1:8000/covers/a.png?v=")
    assert client.get(link)["Cache-Control"] == "public, max-age=86400"
    assert '<meta name="twitter:card" content="summary_large_image">' in page
    assert cover in client.get("/").text and cover in client.get("/articles/").text


def test_a_cover_is_kept_until_it_changes(client):
    post = PostFactory(slug="a", title="Words", publish=True)
    first = client.get("/covers/a.svg")
    assert first["Cache-Control"] == "public, max-age=300"
    assert first["ETag"].startswith('W/"')
    again = client.get("/covers/a.svg", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    (before,) = re.findall(r'src="(/covers/[^"]+)"', client.get("/articles/a/").text)
    publishing.approve(rewrite(post, "Other words"), by=None)
    changed = client.get("/covers/a.svg", headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200
    (after,) = re.findall(r'src="(/covers/[^"]+)"', client.get("/articles/a/").text)
    assert before != after
    assert client.get(before)["Cache-Control"] == "public, max-age=300"


@pytest.mark.parametrize(
    "changed", [{"kind": "explainer"}, {"category": "methods"}, {"slug": "b"}, {"title": "More"}]
)
def test_the_address_of_a_picture_for_links_names_all_that_it_shows(client, changed):
    post = PostFactory(slug="a", title="Words", publish=True)
    (before,) = re.findall(LINK, client.get("/articles/a/").text)
    for name, value in changed.items():
        setattr(post, name, CategoryFactory(slug=value) if name == "category" else value)
    post.save()
    publishing.approve(post, by=None)
    (after,) = re.findall(LINK, client.get(f"/articles/{post.slug}/").text)
    assert before.partition("?v=")[2] != after.partition("?v=")[2]
    assert client.get(after)["Cache-Control"] == "public, max-age=86400"
    if post.slug == "a":
        assert client.get(before)["Cache-Control"] == "public, max-age=300"


@pytest.mark.parametrize("place", PICTURES)
def test_only_what_is_live_has_pictures(client, place):
    PostFactory(slug="draft")
    publishing.approve(PostFactory(slug="soon"), by=None, at=timezone.now() + timedelta(days=1))
    gone = PostFactory(slug="gone", publish=True)
    publishing.withdraw(gone, by=None, notice="It was wrong.")
    assert [client.get(place.format(slug)).status_code for slug in ("draft", "soon", "gone")] == [
        404,
        404,
        410,
    ]


def test_a_working_copy_changes_no_picture(client):
    post = PostFactory(slug="a", title="Words", publish=True)
    before = [client.get(place.format("a")).content for place in PICTURES]
    rewrite(post, "Survival of patients")
    assert [client.get(place.format("a")).content for place in PICTURES] == before


def test_a_guide_is_framed_in_ink_by_day_and_softly_by_night(client):
    PostFactory(slug="a", kind="guide", title="Guide", publish=True)
    day, _, night = client.get("/covers/a.svg").text.partition("prefers-color-scheme:dark")
    tone = {
        when: dict(re.findall(r"\.([a-z]){fill:(#\w+)}", sheet))
        for when, sheet in (("day", day), ("night", night))
    }
    assert tone["day"]["h"] == tone["day"]["i"]
    assert tone["night"]["h"] == tone["night"]["s"]


def test_the_records_of_a_post_decide_what_is_drawn(client):
    for slug in ("ct", "ultrasound"):
        ModalityFactory(slug=slug)
    shown = [DatasetFactory(modalities=["ct"]), DatasetFactory(modalities=["ct", "ultrasound"])]
    words = {"title": "Survival", "standfirst": "After surgery"}
    PostFactory(slug="a", records=shown, publish=True, **words)
    drawn = svg(Subject("a", modalities=("ct", "ultrasound")))
    assert client.get("/covers/a.svg").text == drawn
    PostFactory(slug="b", publish=True, **words)
    assert client.get("/covers/b.svg").text == svg(Subject("b", "Survival"))
    assert Subject("b", "Survival").motifs() == [WORDS[0][1]]


def test_each_subject_has_a_picture_of_its_own_and_always_the_same():
    subjects = [Subject(f"s{n}", "Survival", many=n % 2) for n in range(12)]
    drawn = {svg(subject) for subject in subjects}
    assert len(drawn) == len(subjects) and drawn == {svg(subject) for subject in subjects}
    assert len({subject.mark for subject in subjects}) == len(subjects)


@pytest.mark.parametrize("slug", MODALITIES)
def test_each_motif_fills_a_sheet_of_bounded_size(slug):
    subject = Subject("any", modalities=(slug,), many=True)
    picture = svg(subject)
    assert "nan" not in picture and len(picture) < 60_000
    assert Image.open(io.BytesIO(png(subject, "w" * 300, "News", "Today"))).size == (1200, 630)


def test_a_record_has_a_picture_for_links(client):
    lungs = DatasetFactory(slug="lungs", name="Lungs", sizes=[(888, "scans")], modalities=["ct"])
    ToolFactory(slug="cutter")
    DatasetFactory(slug="hidden", published=False)
    (link,) = re.findall(LINK, client.get("/datasets/lungs/").text)
    assert link.startswith("http://127.0.0.1:8000/datasets/lungs.png?v=")
    (other,) = re.findall(LINK, client.get("/tools/cutter/").text)
    for named in (link, other):
        assert client.get(named)["Cache-Control"] == "public, max-age=86400"
    lungs.access = "application"
    lungs.save()
    assert [link] != re.findall(LINK, client.get("/datasets/lungs/").text)
    assert client.get(link)["Cache-Control"] == "public, max-age=300"
    answer = client.get("/datasets/lungs.png")
    assert Image.open(io.BytesIO(answer.content)).size == (1200, 630)
    for other in ("/tools/lungs.png", "/datasets/hidden.png", "/datasets/none.png"):
        assert client.get(other).status_code == 404
    lungs.slug = "lungs-2"
    lungs.save()
    answer = client.get("/datasets/lungs.png?v=1")
    assert (answer.status_code, answer["Location"]) == (301, "/datasets/lungs-2.png?v=1")
    assert client.get("/tools/lungs.png").status_code == 404


def test_the_pictures_of_an_article_move_with_it(client):
    post = PostFactory(slug="a", publish=True)
    post.slug = "b"
    post.save()
    for picture in PICTURES:
        # Not before readers have the new address.
        assert client.get(picture.format("a")).status_code == 200
        assert client.get(picture.format("b")).status_code == 404
    publishing.approve(post, by=None)
    for picture in PICTURES:
        answer = client.get(picture.format("a"))
        assert (answer.status_code, answer["Location"]) == (301, picture.format("b"))
