"""The editors' screens for what posts are made of: works, sources, images."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image as Picture

from articles import publishing
from articles.models import (
    Author,
    Category,
    Citation,
    Image,
    Source,
    Work,
)
from tests.editors import (
    count_queries,
    make_post,
    picture,
)

pytest_plugins = ["tests.editors"]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", ["work", "source", "category", "author", "correction", "image"])
def test_queries_of_the_other_lists_do_not_grow(admin_client, model):
    url = f"/admin/articles/{model}/"

    def fill(start, stop):
        for n in range(start, stop):
            Category.objects.create(name=f"C{n}", slug=f"c{n}")
            Author.objects.create(name=f"A{n}", slug=f"a{n}")
            source = Source.objects.create(name=f"S{n}", slug=f"s{n}")
            Work.objects.create(title=f"W{n}", source=source)
            Image.objects.create(title=f"I{n}", file=picture(name=f"{n}.png"))
            post = make_post(f"P {n}")
            publishing.approve(post, by=None)
            publishing.correct(post, by=None, text="Wrong.")

    fill(0, 2)
    few = count_queries(admin_client, url)
    fill(2, 6)
    assert count_queries(admin_client, url) == few


# Works, sources, images


def test_a_known_work_is_chosen_instead_of_entered_twice(newsdesk):
    known = Work.objects.create(title="A trial", doi="10.1000/abc")
    typed = {"title": "The trial", "doi": "https://doi.org/10.1000/ABC"}
    popup = newsdesk.post("/admin/articles/work/add/?_popup=1", typed | {"_popup": "1"})
    assert f"&quot;{known.pk}&quot;" in popup.text
    refused = newsdesk.post("/admin/articles/work/add/", typed).text
    assert "which is known" in refused and f"/work/{known.pk}/change/" in refused
    assert Work.objects.count() == 1
    for bad in (
        {"doi": "nonsense"},
        {"url": "https://[x"},
        {"published": "2026-13"},
        {"doi": "\0"},
    ):
        assert (
            newsdesk.post("/admin/articles/work/add/", {"title": "Other"} | bad).status_code == 200
        )
    assert newsdesk.get("/admin/articles/work/", {"q": "doi:10.1000/ABC"}).status_code == 200
    assert "A trial" in newsdesk.get("/admin/articles/work/", {"q": "doi:10.1000/ABC"}).text


def test_works_entered_twice_are_shown_and_merged(newsdesk):
    post = make_post(citations=0)
    stays = Work.objects.create(title="A Trial", doi="10.1000/abc")
    goes = Work.objects.create(title="a trial", url="https://w.example/trial")
    Citation.objects.create(post=post, work=goes)
    assert newsdesk.get("/admin/articles/work/?twice=yes").text.count("field-source") == 2
    data = {"action": "merge_chosen", "_selected_action": [stays.pk, goes.pk]}
    assert "The one that stays" in newsdesk.post("/admin/articles/work/", data).text
    assert (
        "Say which one stays"
        in newsdesk.post("/admin/articles/work/", data | {"confirmed": 1}).text
    )
    done = newsdesk.post("/admin/articles/work/", data | {"confirmed": 1, "into": stays.pk})
    assert done.status_code == 302
    work = Work.objects.get()
    assert (work.pk, work.url) == (stays.pk, "https://w.example/trial")
    assert post.citations.get().work == stays


@pytest.mark.parametrize("term", ["10.1000/abc\0", "\0https://w.example/\0", "\0jama\0", "\0"])
@pytest.mark.parametrize("field", ["citation.work", "work.source", "post.category"])
def test_autocomplete_bears_anything(newsdesk, field, term):
    Work.objects.create(title="A trial", doi="10.1000/abc", url="https://w.example/")
    source = Source.objects.create(name="Journal", slug="jama")
    source.slug = "journal"
    source.save()
    model, field_name = field.split(".")
    query = {"app_label": "articles", "model_name": model, "field_name": field_name, "term": term}
    answer = newsdesk.get("/admin/autocomplete/", query)
    assert answer.status_code == 200
    named = {"10": "citation.work", "ht": "citation.work", "ja": "work.source"}
    if named.get(term.strip("\0")[:2]) == field:
        assert len(answer.json()["results"]) == 1
    popup = newsdesk.post("/admin/articles/work/add/?_popup=1", {"url": term, "_popup": "1"})
    assert popup.status_code == 200


def merging(into, *others):
    chosen = [into.pk, *(row.pk for row in others)]
    return {"action": "merge_chosen", "_selected_action": chosen, "confirmed": 1, "into": into.pk}


@pytest.mark.parametrize(
    ("model", "name", "values"),
    [(Work, "doi", ["10.1000/a", "10.1000/b"]), (Source, "issn", ["2638-6100", "1234-5678"])],
)
def test_no_identity_is_lost_in_a_merge(newsdesk, model, name, values):
    rows = [model.objects.create(**named(model, n)) for n in range(3)]
    for row, value in zip(rows[1:], values, strict=True):
        setattr(row, name, value)
        row.save()
    address = f"/admin/articles/{model._meta.model_name}/"
    refused = newsdesk.post(address, merging(*rows)).text
    assert all(value in refused for value in values) and "they are not one" in refused
    assert model.objects.count() == 3
    assert newsdesk.post(address, merging(*rows[:2])).status_code == 302
    assert set(model.objects.values_list(name, flat=True)) == set(values)


def named(model, n):
    return {"title": "Twice"} if model is Work else {"name": "Twice", "slug": f"twice-{n}"}


def test_citations_of_merged_works_keep_what_either_says(newsdesk):
    post = make_post(citations=0)
    stays, other, third = (Work.objects.create(title="A trial") for _ in range(3))
    Citation.objects.create(post=post, work=stays, locator="Table 2")
    Citation.objects.create(post=post, work=other, locator="p. 14", waiver="Told on the telephone.")
    Citation.objects.create(post=post, work=third, waiver="Lost.")
    data = merging(stays, other, third)
    assert newsdesk.post("/admin/articles/work/", data).status_code == 302
    kept = post.citations.get()
    assert (kept.work, kept.locator, kept.waiver) == (stays, "Table 2", "Told on the telephone.")


def test_merged_sources_keep_what_was_published(admin_client):
    post = make_post()
    stays = Source.objects.create(name="JAMA", slug="jama")
    goes = Source.objects.create(name="J.A.M.A.", slug="j-a-m-a")
    Work.objects.update(source=goes)
    revision = publishing.approve(post, by=None)
    data = {"action": "merge_chosen", "_selected_action": [stays.pk, goes.pk]}
    data |= {"confirmed": 1, "into": stays.pk}
    assert admin_client.post("/admin/articles/source/", data).status_code == 302
    assert list(revision.sources.all()) == [stays]
    assert Work.objects.get().source == stays
    assert publishing.roll_back(revision, by=None).sources.get() == stays


def moving():
    frames = [Picture.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    stream = io.BytesIO()
    frames[0].save(stream, "WEBP", save_all=True, append_images=frames[1:])
    return SimpleUploadedFile("a.webp", stream.getvalue())


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("upload", "said"),
    [
        (lambda: SimpleUploadedFile("a.svg", SVG), "SVG"),
        (lambda: SimpleUploadedFile("a.png", SVG), "no image that we know"),
        (lambda: picture("PNG", "a.jpg"), "holds PNG"),
        (lambda: picture("GIF", "a.gif"), "GIF is not taken"),
        (moving, "moves"),
        (
            lambda: SimpleUploadedFile("a.png", picture(size=(300, 300)).read()[:200]),
            "damaged or cut off",
        ),
        (lambda: picture(size=(9000, 9000), name="big.png"), "million pixels"),
        (lambda: picture(size=(801, 1), name="thin.png"), "801 by 1 pixels"),
        (lambda: SimpleUploadedFile("a.png", b"x" * (20 * 1024 * 1024 + 1)), "20 MB"),
        (lambda: SimpleUploadedFile("a.png", b""), "empty"),
    ],
)
def test_files_that_are_no_good_images_are_refused_with_a_reason(admin_client, upload, said):
    data = {"title": "Typed title", "file": upload()}
    response = admin_client.post("/admin/articles/image/add/", data)
    assert response.status_code == 200 and not Image.objects.exists()
    assert said in response.text and "Typed title" in response.text


def test_an_image_is_taken_and_shown_to_the_desk_only(admin_client, client):
    data = {"title": "Lungs", "file": picture("JPEG", "lungs.jpeg", (2000, 1000))}
    assert admin_client.post("/admin/articles/image/add/", data).status_code == 302
    image = Image.objects.get()
    assert (image.file_width, image.file_height) == (2000, 1000)
    address = reverse("admin:articles_image_file", args=[image.pk, "card"])
    assert address in admin_client.get("/admin/articles/image/").text
    response = admin_client.get(address)
    assert response["Content-Type"] == "image/jpeg"
    assert "private" in response["Cache-Control"]
    assert response.getvalue()[:2] == b"\xff\xd8"
    admin_client.logout()
    assert admin_client.get(address).status_code == 302


def test_a_source_of_a_known_name_is_refused_by_the_name_of_that_one(newsdesk):
    known = Source.objects.create(name="The ÅRC", slug="arc")
    typed = {"name": "the årc", "slug": "arc-2", "kind": "journal"}
    page = newsdesk.post("/admin/articles/source/add/", typed)
    error = str(page.context["adminform"].form.errors["name"])
    assert "The ÅRC" in error and f"/source/{known.pk}/change/" in error
    assert Source.objects.count() == 1
    other = Source.objects.create(name="The Årc", slug="arc-3")
    # Of two that are there already each can be mended, also in its name.
    change = f"/admin/articles/source/{other.pk}/change/"
    mended = {"name": "The Årc", "slug": "arc-3", "kind": "blog"}
    assert newsdesk.post(change, mended).status_code == 302
    assert newsdesk.post(change, mended | {"name": "THE ÅRC"}).status_code == 200
    assert newsdesk.post(change, mended | {"name": "The Arc"}).status_code == 302
    assert newsdesk.post(change, mended | {"name": "THE ARC"}).status_code == 302
