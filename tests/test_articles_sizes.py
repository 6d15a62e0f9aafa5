"""Long posts are saved whole, and image files that are not what they say are refused with a reason."""

import io
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as Picture

from articles import publishing
from articles.documents import build
from articles.models import Image, Post
from tests.editors import errors_of, is_saved, new_post, page_of, picture, posted
from tests.factories import DatasetFactory
from tests.factories_articles import AuthorFactory, ImageFactory, WorkFactory

pytest_plugins = ["tests.editors"]
pytestmark = pytest.mark.django_db
ADD = "/admin/articles/image/add/"


# A hundred blocks and a hundred citations


def block_values(kind, number, image):
    return {
        "text": {"html": f"<p>Part {number}.</p>"},
        "imageblock": {"image": image.pk, "alt": f"Picture {number}"},
        "quote": {"text": f"Said {number}", "attribution": "Somebody"},
        "callout": {"tone": "note", "html": f"<p>Mind {number}.</p>"},
        "datasettable": {"query": "modality=ct", "caption": f"Table {number}"},
    }[kind]


def typed(image, works):
    """What a browser sends for a hundred blocks of five kinds by turns, and a hundred citations."""
    data = new_post(title="A long one", slug="long", kind="news")
    kinds = ["text", "imageblock", "quote", "callout", "datasettable"]
    for number in range(100):
        kind, row = kinds[number % 5], number // 5
        values = block_values(kind, number, image) | {"region": "main", "ordering": 10 * number}
        for name, value in values.items():
            data[f"articles_{kind}_set-{row}-{name}"] = value
    for kind in kinds:
        data[f"articles_{kind}_set-TOTAL_FORMS"] = 20
    data["citations-TOTAL_FORMS"] = len(works)
    for number, work in enumerate(works):
        values = {"work": work.pk, "role": "primary", "locator": f"p. {number}", "order": number}
        data |= {f"citations-{number}-{name}": value for name, value in values.items()}
    return data | {"bylines-TOTAL_FORMS": 1, "bylines-0-author": AuthorFactory(slug="staff").pk}


def test_a_post_of_a_hundred_blocks_and_citations_is_written_saved_again_and_read(newsdesk, client):
    DatasetFactory(slug="lungs", modalities=["ct"])
    works = [WorkFactory() for _ in range(100)]
    response = newsdesk.post("/admin/articles/post/add/", typed(ImageFactory(), works))
    assert is_saved(response)
    post = Post.objects.get()
    document = build(post)
    assert len(document["blocks"]) == len(document["citations"]) == 100
    assert [block["type"] for block in document["blocks"][:5]] == [
        *("text", "image", "quote", "callout", "dataset-table"),
    ]
    assert document["blocks"][95]["html"] == "<p>Part 95.</p>"
    assert [work["locator"] for work in document["citations"]] == [f"p. {n}" for n in range(100)]
    address = page_of("change", post)
    form = posted(newsdesk.get(address))
    last, first = "articles_callout_set-19-ordering", "articles_callout_set-0-ordering"
    changed = {last: form[first], first: form[last], "citations-99-locator": "p. 1000"}
    assert is_saved(newsdesk.post(address, form | changed))
    again = build(Post.objects.get())
    assert again["blocks"][3] == document["blocks"][98]
    assert again["blocks"][98] == document["blocks"][3]
    assert again["citations"][99]["locator"] == "p. 1000"
    assert [*again["blocks"][4:98]] == [*document["blocks"][4:98]]
    publishing.approve(post, by=None)
    page = client.get("/articles/long/").text
    assert page.count('<figure class="article-image">') == 20 and "p. 1000" in page


def test_one_mistake_in_a_long_post_is_told_and_all_that_was_typed_stays(newsdesk):
    DatasetFactory(slug="lungs", modalities=["ct"])
    data = typed(ImageFactory(), [WorkFactory() for _ in range(100)])
    data["articles_datasettable_set-19-query"] = "modality=nonsense"
    response = newsdesk.post("/admin/articles/post/add/", data)
    assert response.status_code == 200 and not Post.objects.exists()
    assert any("nonsense" in message for message in errors_of(response))
    kept = posted(response)
    assert {name: str(kept[name]) for name in data if name in kept and "FORMS" not in name} == {
        name: str(value) for name, value in data.items() if name in kept and "FORMS" not in name
    }
    assert len([name for name in kept if name.endswith(("-html", "-text", "-query"))]) >= 80


# Files that are not what they say


def content(form="PNG", size=(64, 64), **options):
    return picture(form, "any", size, **options).read()


def moving(form):
    frames = [Picture.new("RGB", (64, 64), colour) for colour in ("red", "blue", "green")]
    stream = io.BytesIO()
    frames[0].save(stream, form, save_all=True, append_images=frames[1:])
    return stream.getvalue()


def noise(form):
    stream = io.BytesIO()
    Picture.effect_noise((200, 200), 90).convert("RGB").save(stream, form)
    return stream.getvalue()


def cut(form):
    whole = noise(form)
    return whole[: len(whole) * 2 // 3]


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def huge_header(width=50_000, height=50_000):
    """A PNG of a few bytes that says it is enormous."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + data


def wrong_sum():
    whole = bytearray(noise("PNG"))
    whole[len(whole) // 2] ^= 0xFF
    return bytes(whole)


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
REFUSED = {
    "an SVG": ("a.svg", lambda: SVG, "SVG"),
    "an SVG in capitals": ("A.SVG", lambda: SVG, "SVG"),
    "a packed SVG": ("a.svgz", lambda: zlib.compress(SVG), "SVG"),
    "an SVG that says it is a PNG": ("a.png", lambda: SVG, "no image that we know"),
    "a page that says it is a JPEG": ("a.jpg", lambda: b"<html><script>", "no image that we know"),
    "a program": ("a.png", lambda: b"MZ\x90\0" * 99, "no image that we know"),
    "a PDF": ("a.pdf", lambda: b"%PDF-1.7\n" * 9, "no image that we know"),
    "a TIFF": ("a.tiff", lambda: content("TIFF"), "no image that we know"),
    "a BMP that says it is a PNG": ("a.png", lambda: content("BMP"), "no image that we know"),
    "a JPEG that says it is a PNG": ("a.png", lambda: content("JPEG"), "holds JPEG"),
    "a WebP that says it is a JPEG": ("a.jpg", lambda: content("WEBP"), "holds WEBP"),
    "a PNG with two endings": ("a.png.html", lambda: content("PNG"), "holds PNG"),
    "a PNG without an ending": ("a", lambda: content("PNG"), "without ending"),
    "a still GIF": ("a.gif", lambda: content("GIF"), "GIF is not taken"),
    "a moving GIF": ("a.gif", lambda: moving("GIF"), "moves"),
    "a moving GIF that says it is a PNG": ("a.png", lambda: moving("GIF"), "moves"),
    "a moving PNG": ("a.png", lambda: moving("PNG"), "moves"),
    "a moving WebP": ("a.webp", lambda: moving("WEBP"), "moves"),
    "a moving AVIF": ("a.avif", lambda: moving("AVIF"), "moves"),
    "half a PNG": ("a.png", lambda: cut("PNG"), "damaged or cut off"),
    "half a JPEG": ("a.jpg", lambda: cut("JPEG"), "damaged or cut off"),
    "half a WebP": ("a.webp", lambda: cut("WEBP"), ("damaged or cut off", "no image")),
    "half an AVIF": ("a.avif", lambda: cut("AVIF"), ("damaged or cut off", "no image")),
    "a PNG of which a byte is wrong": ("a.png", wrong_sum, "damaged or cut off"),
    "the start of a PNG": ("a.png", lambda: content()[:20], ("damaged", "no image")),
    "a header that promises too much": ("a.png", huge_header, "million pixels"),
    "one of which Pillow warns": ("a.png", lambda: huge_header(10_000, 10_000), "million pixels"),
    "one just too large": ("a.png", lambda: huge_header(7_746, 7_746), "million pixels"),
    "too many bytes": ("a.jpg", lambda: content("JPEG") + b"\0" * 20 * 1024 * 1024, "20 MB"),
    "nothing": ("a.png", lambda: b"", "empty"),
}


# Pytest sets aside which warnings the site ignores.
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("what", REFUSED)
def test_a_file_is_refused_with_what_would_be_right(admin_client, what):
    name, made, said = REFUSED[what]
    data = {"title": "Typed title", "file": SimpleUploadedFile(name, made())}
    response = admin_client.post(ADD, data)
    assert response.status_code == 200 and not Image.objects.exists()
    messages = errors_of(response)
    assert len(messages) == 1
    assert any(part in messages[0] for part in ((said,) if isinstance(said, str) else said))
    assert "Typed title" in response.text


@pytest.mark.parametrize(
    ("form", "name"), [("PNG", "a.png"), ("JPEG", "a.JPG"), ("WEBP", "a.webp"), ("AVIF", "a.avif")]
)
def test_a_good_file_is_taken(admin_client, form, name):
    data = {"title": "Noise", "file": SimpleUploadedFile(name, noise(form))}
    assert admin_client.post(ADD, data).status_code == 302
    assert Image.objects.get().file_width == 200
