"""Who may do what with a post, and the verbs as editors reach them, through the client."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from articles import publishing
from articles.models import Byline, Citation, DatasetTable, ImageBlock, Post, Revision, Text, Work
from tests.editors import is_saved, make_post, new_post, page_of, posted
from tests.factories_articles import AuthorFactory, ImageFactory, WorkFactory, add_blocks, member

pytest_plugins = ["tests.editors"]
pytestmark = pytest.mark.django_db

# Who may


def test_a_writer_finds_only_own_posts(client, writer):
    make_post("Own", owner=writer)
    other = make_post("Foreign")
    client.force_login(writer)
    page = client.get("/admin/articles/post/").text
    assert "Own" in page and "Foreign" not in page
    for name in ("change", "history", "revisions", "preview", "links", "submit", "approve"):
        assert client.get(page_of(name, other)).status_code == 403, name
    for name in ("change", "submit", "approve", "withdraw", "correct", "reinstate", "return"):
        response = client.post(page_of(name, other), new_post())
        assert response.status_code == 403, name
    for name in ("roll_back", "cancel", "rebase"):
        assert client.post(page_of(name, other, 1)).status_code == 403, name


def test_buttons_are_for_who_may_use_them(client, writer, editor):
    post = make_post(owner=writer)
    client.force_login(writer)
    page = client.get(page_of("change", post)).text
    assert "Submit for review" in page and "Approve…" not in page
    assert client.post(page_of("submit", post)).status_code == 302
    assert "Take it back" in client.get(page_of("change", post)).text
    client.force_login(editor)
    page = client.get(page_of("change", post)).text
    assert "Approve…" in page and "Return to the writer" in page


def test_nobody_approves_what_they_edited(newsdesk, editor):
    post = make_post(edited_by=editor)
    assert "Approve…" not in newsdesk.get(page_of("change", post)).text
    assert newsdesk.post(page_of("approve", post)).status_code == 403


def test_a_comma_of_somebody_else_makes_no_second_person(client, editor):
    """Whoever wrote in it since the last approval counts, by the form or one of its parts."""
    otto, third = member("Editor", "otto"), member("Editor", "third")
    client.force_login(editor)
    data = new_post(title="All mine", slug="all-mine")
    assert is_saved(client.post("/admin/articles/post/add/", data))
    post = Post.objects.get()
    Byline.objects.create(post=post, author=AuthorFactory())
    Citation.objects.create(post=post, work=WorkFactory())
    Text.objects.create(parent=post, region="main", ordering=10, html="<p>Words</p>")
    client.force_login(third)
    # Saving without a change is no writing.
    assert is_saved(
        client.post(page_of("change", post), posted(client.get(page_of("change", post))))
    )
    client.force_login(otto)
    comma = {"articles_text_set-0-html": "<p>Words,</p>"}
    data = posted(client.get(page_of("change", post)), **comma)
    assert is_saved(client.post(page_of("change", post), data))
    assert set(post.writers.all()) == {editor, otto}
    for user, status in ((editor, 403), (otto, 403), (third, 302)):
        client.force_login(user)
        assert ("Approve…" in client.get(page_of("change", post)).text) == (status == 302)
        assert client.post(page_of("approve", post)).status_code == status
    # What was approved needs no second person any more; what is written after it does.
    assert not post.writers.exists()
    client.force_login(editor)
    data = posted(client.get(page_of("change", post)), title="Mine again")
    assert is_saved(client.post(page_of("change", post), data))
    assert list(post.writers.all()) == [editor]


# The verbs


def test_approving_now_and_later(newsdesk):
    post = make_post()
    form = newsdesk.get(page_of("approve", post)).text
    assert "Europe/London" in form
    at = timezone.localtime() + timedelta(days=2)
    response = newsdesk.post(page_of("approve", post), {"at": at.strftime("%Y-%m-%dT%H:%M")})
    assert response.status_code == 302
    again = newsdesk.post(page_of("approve", post), {"note": "typed note"})
    assert "Say what becomes of the scheduled revision." in again.text
    assert "typed note" in again.text
    assert newsdesk.post(page_of("approve", post), {"pending": "cancel"}).status_code == 302
    assert Revision.objects.live().get().number == 2
    past = newsdesk.post(page_of("approve", post), {"at": "2001-01-01T10:00"})
    assert "That time has passed" in past.text
    slip = newsdesk.post(page_of("approve", post), {"at": "9999-12-31T23:59", "note": "kept note"})
    assert "That is too far ahead" in slip.context["form"].errors["at"][0]
    assert "kept note" in slip.text
    for nonsense in ("nonsense", "0001-01-01T00:00"):
        assert newsdesk.post(page_of("approve", post), {"at": nonsense}).status_code == 200
    assert post.revisions.count() == 2


@pytest.mark.parametrize("pk", [0, 10**40])
def test_pages_below_a_post_that_is_not_there_lead_back_to_the_list(newsdesk, pk):
    for page in ("change", "approve", "preview", "revisions", "links", "export"):
        response = newsdesk.get(reverse(f"admin:articles_post_{page}", args=[pk]))
        assert response.status_code == 302, page
    for verb in ("roll_back", "cancel", "rebase"):
        response = newsdesk.post(reverse(f"admin:articles_post_{verb}", args=[pk, 1]))
        assert response.status_code == 302, verb


def test_what_was_saved_after_the_page_was_opened_is_not_approved_unseen(newsdesk, writer):
    post = make_post(owner=writer)
    seen = newsdesk.get(page_of("approve", post)).context["form"]["version"].value()
    Post.objects.filter(pk=post.pk).update(version=seen + 1, edited_by=writer)
    response = newsdesk.post(page_of("approve", post), {"version": seen, "note": "typed note"})
    assert "willa saved the post since you opened this page" in response.text
    assert "typed note" in response.text
    assert not Revision.objects.exists()
    again = response.context["form"]["version"].value()
    assert newsdesk.post(page_of("approve", post), {"version": again}).status_code == 302
    assert Revision.objects.live().get().post == post


def test_a_second_click_publishes_nothing_again(newsdesk, editor):
    post = make_post()
    page = newsdesk.get(page_of("approve", post)).context["form"]
    sent = {name: page[name].value() for name in ("version", "newest")}
    assert newsdesk.post(page_of("approve", post), sent).status_code == 302
    again = newsdesk.post(page_of("approve", post), sent)
    assert f"It has been published already, by {editor} at" in again.text
    assert post.revisions.count() == 1
    # Whoever has read that may mean it.
    knowing = {name: again.context["form"][name].value() for name in sent}
    assert newsdesk.post(page_of("approve", post), knowing).status_code == 302
    assert post.revisions.count() == 2
    tomorrow = (timezone.localtime() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    sent = {"version": knowing["version"], "newest": "2", "at": tomorrow}
    assert newsdesk.post(page_of("approve", post), sent).status_code == 302
    again = newsdesk.post(page_of("approve", post), sent | {"pending": "cancel"})
    assert "has been scheduled already" in again.text
    assert post.revisions.count() == 3


def test_the_way_to_the_site_is_the_address_that_readers_have(newsdesk):
    post = make_post()
    publishing.approve(post, by=None)
    published = f"/articles/{post.slug}/"
    post.slug = "not-yet-public"
    post.save()
    page = newsdesk.get(page_of("change", post)).text
    assert f'href="{published}"' in page
    assert 'href="/articles/not-yet-public/"' not in page


def test_a_refused_approval_says_what_is_missing_and_where(newsdesk):
    post = make_post(citations=1)
    Work.objects.update(url="")
    Text.objects.update(html="<h4>Too deep</h4>")
    response = newsdesk.post(page_of("approve", post), {"note": "kept note"})
    assert response.status_code == 200 and not Revision.objects.exists()
    assert "#citations-0" in response.text and "#articles_text_set-0" in response.text
    assert "kept note" in response.text
    # Who opens the page is told before trying, and finds what there is to read.
    asked = newsdesk.get(page_of("approve", post)).text
    assert "#citations-0" in asked and page_of("preview", post) in asked
    form = newsdesk.get(page_of("change", post)).text
    assert "2 to do" in form and 'href="#citations-0"' in form and 'id="citations-0"' in form
    assert 'id="articles_text_set-0"' in form


def test_what_is_missing_stands_beside_its_place_and_keeps_nothing_from_being_saved(newsdesk):
    post = make_post(texts=2)
    Work.objects.update(url="")
    Text.objects.filter(ordering=10).update(html="<h4>Too deep</h4>")
    add_blocks(
        post,
        ImageBlock(image=ImageFactory()),
        DatasetTable(query="modality=gone", caption="Gone"),
        DatasetTable(slugs=["gone"], caption="Gone too"),
    )
    post.hero = ImageFactory()
    post.save()
    post.bylines.all().delete()
    response = newsdesk.get(page_of("change", post))
    page = response.text
    for field, said in {
        "hero_alt": "Say what the image tells",
        "citations-0-waiver": "has neither an address nor a DOI",
        "articles_text_set-1-html": "A heading of level 4",
        "articles_imageblock_set-0-alt": "Say what the image tells",
        "articles_datasettable_set-0-query": "modality: ",
        "articles_datasettable_set-1-slugs": "slug: ",
    }.items():
        note = re.search(rf'<ul class="errorlist post-note" id="id_{field}_error">(.*?)</ul>', page)
        assert note and "Before approval: " in note[1] and said in note[1], field
        assert re.search(rf'aria-describedby="[^"]*id_{field}_error', page), field
    group = page[page.index('id="bylines-group"') :][:3000]
    assert "Before approval: Name an author." in group
    assert "Please correct" not in page
    assert page.count("Before approval: ") == 7
    # A bad query is an error of the form too; all the rest may be saved as it is.
    DatasetTable.objects.all().delete()
    response = newsdesk.get(page_of("change", post))
    assert is_saved(newsdesk.post(page_of("change", post), posted(response, title="Saved anyway")))


def test_a_post_without_text_says_so_where_it_belongs(newsdesk, client, writer):
    post = make_post(texts=0, citations=0, owner=writer)
    page = newsdesk.get(page_of("change", post)).text
    assert "Before approval: There is no text yet." in page[page.index('id="blocks"') :][:300]
    assert "Before approval: News needs a citation" in page[page.index("citations-group") :]
    client.force_login(member("Curator"))
    assert client.get(page_of("change", post)).status_code == 403


def test_withdrawing_reinstating_and_correcting(newsdesk):
    post = make_post()
    publishing.approve(post, by=None)
    assert "Tell readers why" in newsdesk.post(page_of("withdraw", post), {"notice": " "}).text
    assert newsdesk.post(page_of("withdraw", post), {"notice": "Wrong."}).status_code == 302
    assert not Revision.objects.live().exists()
    again = newsdesk.post(page_of("withdraw", post), {"notice": "Quite wrong."}).text
    assert "It was withdrawn already, on" in again and "Quite wrong." in again
    assert "Change the notice…" in newsdesk.get(page_of("change", post)).text
    assert ">Wrong.</textarea>" in newsdesk.get(page_of("notice", post)).text.replace(">\n", ">")
    assert newsdesk.post(page_of("notice", post), {"notice": "Quite wrong."}).status_code == 302
    assert "Notice to readers: Quite wrong." in newsdesk.get(page_of("change", post)).text
    assert newsdesk.post(page_of("reinstate", post)).status_code == 302
    assert "not withdrawn" in newsdesk.post(page_of("reinstate", post), follow=True).text
    assert Revision.objects.live().exists()
    assert newsdesk.post(page_of("correct", post), {"kind": "correction"}).status_code == 200
    said = {"kind": "clarification", "text": "It was 5, not 6."}
    assert newsdesk.post(page_of("correct", post), said).status_code == 302
    assert post.corrections.get().kind == "clarification"
    assert newsdesk.get(page_of("submit", post)).status_code == 405


def hidden(response):
    """What the page that asks would send."""
    found = {}
    for name, value in response.context["hidden"]:
        found.setdefault(name, []).append(str(value))
    return found


def test_bulk_actions_follow_the_same_rules(newsdesk, editor):
    ready, own = make_post("Ready"), make_post("Mine", edited_by=editor)
    bare = make_post("Bare", citations=0)
    url = "/admin/articles/post/"
    chosen = {"_selected_action": [ready.pk, own.pk, bare.pk]}
    asked = newsdesk.post(url, chosen | {"action": "approve_chosen"})
    assert "Publish now" in asked.text and page_of("preview", ready) in asked.text
    assert not Revision.objects.exists()
    page = newsdesk.post(url, hidden(asked), follow=True).text
    assert "1 post published" in page
    assert "“Mine” was not published: A second person approves" in page
    assert "“Bare” was not published: News needs a citation" in page
    asked = newsdesk.post(url, chosen | {"action": "withdraw_chosen"})
    assert "Notice to readers" in asked.text
    withdraw = hidden(asked) | {"notice": "All wrong."}
    assert "3 posts withdrawn" in newsdesk.post(url, withdraw, follow=True).text
    again = newsdesk.post(url, withdraw | {"notice": "Other words."}, follow=True).text
    assert "“Ready” was not withdrawn: It was withdrawn already" in again
    assert set(Post.objects.values_list("notice", flat=True)) == {"All wrong."}
    assert b"delete_selected" not in newsdesk.get(url).content


def test_bulk_approval_publishes_nothing_that_was_saved_since(newsdesk, writer):
    read, rewritten, unread = (make_post(title) for title in ("Read", "Rewritten", "Unread"))
    url = "/admin/articles/post/"
    chosen = {"_selected_action": [read.pk, rewritten.pk]}
    data = hidden(newsdesk.post(url, chosen | {"action": "approve_chosen"}))
    Post.objects.filter(pk=rewritten.pk).update(version=2, edited_by=writer)
    data["_selected_action"].append(str(unread.pk))
    data["seen"] += ["nonsense", f"{unread.pk}:x", ":"]
    page = newsdesk.post(url, data, follow=True).text
    assert "1 post published" in page
    assert "“Rewritten” was not published: willa saved the post since" in page
    assert "“Unread” was not published" in page
    assert Revision.objects.live().get().post == read
    # The same page sent once more.
    page = newsdesk.post(url, data, follow=True).text
    assert "“Read” was not published: It has been published already" in page
    assert read.revisions.count() == 1
