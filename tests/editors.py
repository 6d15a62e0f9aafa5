"""What tests of the editors' screens share: who sits there, posts, and the form as a browser would post it."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image as Picture

from articles.models import (
    Author,
    Byline,
    Category,
    Citation,
    Post,
    Text,
    Work,
)
from tests.factories_articles import member


@pytest.fixture
def writer():
    return member("Writer", "willa")


@pytest.fixture
def editor():
    return member("Editor", "edda")


@pytest.fixture
def newsdesk(client, editor):
    client.force_login(editor)
    return client


def make_post(title="Scribes at work", owner=None, citations=1, texts=1, **fields):
    slug = title.lower().replace(" ", "-")
    category, _ = Category.objects.get_or_create(slug="research", defaults={"name": "Research"})
    author, _ = Author.objects.get_or_create(slug="staff", defaults={"name": "Newsroom staff"})
    fields = {"edited_at": timezone.now() - timedelta(hours=1)} | fields
    post = Post.objects.create(title=title, slug=slug, category=category, owner=owner, **fields)
    Byline.objects.create(post=post, author=author)
    for number in range(citations):
        work = Work.objects.create(
            title=f"Work {number} of {slug}", url=f"https://w.example/{slug}/{number}"
        )
        Citation.objects.create(post=post, work=work, order=number)
    for number in range(texts):
        Text.objects.create(
            parent=post, region="main", ordering=10 * number, html=f"<p>Part {number}.</p>"
        )
    return post


def page_of(page, post, *rest):
    return reverse(f"admin:articles_post_{page}", args=[post.pk, *rest])


def posted(response, **changes):
    """What a browser would send for the form of this answer, with some of it typed over."""
    data = {}
    form = response.context["adminform"].form
    forms = [form]
    for wrapped in response.context["inline_admin_formsets"]:
        forms += [wrapped.formset.management_form, *wrapped.formset.forms]
    for each in forms:
        for bound in each:
            value = bound.value()
            if value is True:
                value = "on"
            elif value is None or value is False:
                continue
            data[bound.html_name] = value
    return data | {"_continue": "1"} | changes


def new_post(**changes):
    category, _ = Category.objects.get_or_create(slug="research", defaults={"name": "Research"})
    data = {"kind": "news", "title": "New", "slug": "new", "category": category.pk}
    data |= {"peer_reviewed": "unknown", "summary_points": "", "_continue": "1"}
    for prefix in [
        "bylines",
        "citations",
        *(f"articles_{name}_set" for name in BLOCK_NAMES),
    ]:
        data |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    return data | changes


BLOCK_NAMES = ["text", "imageblock", "quote", "callout", "datasettable", "tooltable"]


def errors_of(response):
    context = response.context
    found = [*context["adminform"].form.errors.values()]
    for wrapped in context["inline_admin_formsets"]:
        found += [wrapped.formset.non_form_errors()]
        found += [errors for form in wrapped.formset.forms for errors in form.errors.values()]
    return [message for errors in found for message in errors]


def is_saved(response):
    assert response.status_code == 302, errors_of(response)
    return True


def count_queries(client, url):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def picture(form="PNG", name="a.png", size=(8, 8), **options):
    stream = io.BytesIO()
    Picture.new("RGB", size, "navy").save(stream, form, **options)
    return SimpleUploadedFile(name, stream.getvalue())
