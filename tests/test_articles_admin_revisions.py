"""The revisions, previews and files of posts as editors reach them, through the client."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from articles import publishing
from articles.models import Post, PreviewLink, Revision, Text
from articles.previews import make_link
from tests.editors import make_post, page_of

pytest_plugins = ["tests.editors"]
pytestmark = pytest.mark.django_db

# Revisions


def test_revisions_are_listed_compared_and_published_again(newsdesk):
    post = make_post(title="First headline")
    first = publishing.approve(post, by=None, note="The first note")
    Post.objects.filter(pk=post.pk).update(title="Second headline", edited_at=timezone.now())
    Text.objects.update(html="<p>Another part.</p>")
    post.refresh_from_db()
    publishing.approve(post, by=None, at=timezone.now() + timedelta(days=1))
    page = newsdesk.get(page_of("revisions", post)).text
    assert "The first note" in page and "scheduled" in page and "live" in page
    assert "<del>First</del><ins>Second</ins> headline" in page
    page = newsdesk.get(page_of("revisions", post), {"old": "2", "new": "working"}).text
    assert "The two say the same." in page
    for bad in ({"old": "99", "new": "1"}, {"old": "x"}, {"old": "9" * 40, "new": "\0"}):
        assert newsdesk.get(page_of("revisions", post), bad).status_code == 200
    asked = newsdesk.post(page_of("roll_back", post, 1), {})
    assert "Say what becomes of the scheduled revision." in asked.text
    said = {"pending": "cancel", "note": "Back."}
    assert newsdesk.post(page_of("roll_back", post, 1), said).status_code == 302
    assert Revision.objects.live().get().rolled_back_to == first
    assert newsdesk.post(page_of("roll_back", post, 77), {}).status_code == 404


def test_a_second_click_publishes_an_older_one_no_second_time(newsdesk, editor):
    post = make_post()
    publishing.approve(post, by=None)
    address = page_of("roll_back", post, 1)
    sent = {"newest": newsdesk.get(address).context["form"]["newest"].value(), "note": "typed note"}
    assert newsdesk.post(address, sent).status_code == 302
    again = newsdesk.post(address, sent)
    assert f"It has been published already, by {editor} at" in again.text
    assert "typed note" in again.text
    assert post.revisions.count() == 2
    # Whoever has read that may mean it.
    knowing = {"newest": again.context["form"]["newest"].value()}
    assert newsdesk.post(address, knowing).status_code == 302
    assert post.revisions.count() == 3


def test_a_scheduled_revision_is_cancelled_and_rebased(newsdesk):
    post = make_post()
    at = timezone.now() + timedelta(days=1)
    publishing.approve(post, by=None, at=at)
    assert newsdesk.post(page_of("rebase", post, 1), {}).status_code == 302
    assert post.revisions.pending().get().number == 2
    assert newsdesk.post(page_of("cancel", post, 2)).status_code == 302
    assert not post.revisions.pending().exists()
    told = newsdesk.post(page_of("cancel", post, 2), follow=True).text
    assert "no longer scheduled" in told


# Previews


def test_a_preview_shows_what_is_saved(newsdesk):
    response = newsdesk.get(page_of("preview", make_post(title="Saved headline")))
    assert "Saved headline" in response.text and "Part 0." in response.text
    assert "no-store" in response["Cache-Control"] and "noindex" in response["X-Robots-Tag"]


def test_a_shared_link_opens_expires_and_is_closed(newsdesk, client, editor, django_user_model):
    post = make_post(title="Shared headline")
    page = newsdesk.post(page_of("links", post), {"days": "7"}).text
    address = re.search(r"http://testserver(/preview/[\w-]+/)", page)[1]
    link = PreviewLink.objects.get()
    assert address.split("/")[2] not in link.token
    assert timedelta(days=6) < link.expires_at - timezone.now() <= timedelta(days=7)
    client.logout()
    response = client.get(address)
    assert response.status_code == 200 and "Shared headline" in response.text
    assert response["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response["Cache-Control"] and "noindex" in response["X-Robots-Tag"]
    PreviewLink.objects.update(expires_at=timezone.now())
    assert client.get(address).status_code == 404
    PreviewLink.objects.update(expires_at=timezone.now() + timedelta(days=1))
    client.force_login(editor)
    assert client.post(page_of("revoke", post, link.pk)).status_code == 302
    assert client.get(address).status_code == 404
    assert client.get("/preview/nonsense/").status_code == 404
    assert client.get(page_of("revoke", post, link.pk)).status_code == 405
    assert client.post(page_of("links", post), {"days": "400"}).status_code == 200


def test_a_link_of_one_post_is_not_closed_through_another(client, writer, editor):
    own, other = make_post("Own", owner=writer), make_post("Other")
    link, _ = make_link(other, by=editor, days=1)
    client.force_login(writer)
    assert client.post(page_of("revoke", own, link.pk)).status_code == 404
    link.refresh_from_db()
    assert link.is_open


# Import and export


FILE = """---
title: Imported headline
slug: imported
kind: explainer
category: research
---

Some *words*.
"""


def test_a_file_is_tried_then_imported_then_exported(newsdesk):
    url = reverse("admin:articles_post_import")
    assert url in newsdesk.get("/admin/articles/post/").text
    file = SimpleUploadedFile("post.md", FILE.encode())
    page = newsdesk.post(url, {"file": file, "try": "1"}).text
    assert "It would be a new post" in page and "Some *words*." in page
    assert not Post.objects.exists()
    assert newsdesk.post(url, {"text": FILE, "import": "1"}).status_code == 302
    post = Post.objects.get()
    assert (post.title, post.owner.username) == ("Imported headline", "edda")
    exported = newsdesk.get(page_of("export", post))
    assert "Some *words*." in exported.text and "imported.md" in exported["Content-Disposition"]
    assert "Nothing would change" in newsdesk.post(url, {"text": exported.text, "try": "1"}).text


@pytest.mark.parametrize(
    "file", [FILE.replace("explainer", "nonsense").encode(), FILE.encode() + b"\xff", b"\0", b"["]
)
def test_a_file_that_is_wrong_says_on_which_line(newsdesk, file):
    url = reverse("admin:articles_post_import")
    page = newsdesk.post(url, {"file": SimpleUploadedFile("p.md", file), "import": "1"})
    assert page.status_code == 200 and re.search(r"Line \d+: ", page.text)
    if b"nonsense" in file:
        assert "Valid: news, guide, explainer." in page.text
    assert not Post.objects.exists()
    assert "Choose a file" in newsdesk.post(url, {"text": " "}).text
