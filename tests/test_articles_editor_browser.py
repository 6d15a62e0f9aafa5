"""A post written in a real browser."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from articles import publishing
from articles.models import Author, Category, ImageBlock, Post, Text, Work
from tests.accessibility import violations
from tests.editors import make_post
from tests.factories import DatasetFactory
from tests.factories_articles import ImageFactory, PostFactory, member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TYPED = "The words of the first block."


@pytest.fixture
def desk(live_server, page, client, django_user_model):
    """A browser in which an editor is logged in; what it refuses or fails at is kept in ``faults``."""
    return opened(live_server, page, client, django_user_model.objects.create_superuser("edda"))


def opened(live_server, page, client, user):
    client.force_login(user)
    cookie = client.cookies["sessionid"]
    page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on(
        "console",
        lambda message: "Content Security" in message.text and page.faults.append(message.text),
    )
    # Leaving with something unsaved asks; here it is meant.
    page.on("dialog", lambda dialog: dialog.accept())
    return page


def is_dressed(page):
    """The form is made by scripts, some of which begin when the page has been loaded."""
    last = page.locator(".order-machine-insert-target.last")
    expect(last).to_have_attribute("role", "button")
    return last


def add_block(page, title):
    """By keyboard alone: the last place for a block, then its kind."""
    is_dressed(page).press("Enter")
    # The list of kinds takes the focus when it has opened, from wherever it is.
    expect(page.locator(".plugin-buttons .plugin-button").first).to_be_focused()
    page.locator(f".plugin-button[title='{title}']").press("Enter")


def order_of(page):
    """The kinds of the blocks as they are seen, from top to bottom."""
    is_dressed(page)
    return page.evaluate(
        """() => [...document.querySelectorAll(".order-machine > .inline-related:not(.empty-form)")]
            .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
            .map((block) => block.querySelector("h3 > b").textContent.replace(":", ""))"""
    )


def save(page):
    with page.expect_navigation():
        # By keyboard: a page that was saved is scrolled to where it was a moment later, and a mouse may miss.
        page.locator("[name=_continue]").last.press("Enter")


def test_a_post_is_written_moved_refused_and_previewed(desk, live_server):
    Category.objects.create(name="Research", slug="research")
    Author.objects.create(name="Newsroom staff", slug="staff")
    Work.objects.create(title="A trial", doi="10.1000/abc")
    DatasetFactory(slug="lungs", name="Lungs of the world", modalities=["ct"])
    page = desk
    page.goto(f"{live_server.url}/admin/articles/post/add/")
    page.fill("#id_title", "Typed in a browser")
    page.select_option("#id_category", label="Research")
    add_block(page, "Text")
    page.locator("#articles_text_set-0 [contenteditable=true]").click()
    page.keyboard.type(TYPED)
    add_block(page, "Quote")
    page.fill("#id_articles_quote_set-0-text", "Somebody said this.")
    add_block(page, "Dataset table")
    page.fill("#id_articles_datasettable_set-0-caption", "Lungs")
    page.fill("#id_articles_datasettable_set-0-query", "modality=nonsense")
    told = page.locator("#articles_datasettable_set-0 .table-now")
    told.get_by_text("nonsense").wait_for()
    assert order_of(page) == ["Text", "Quote", "Dataset table"]

    page.get_by_role("button", name="Move Quote, block 2, up").press("Enter")
    assert order_of(page) == ["Quote", "Text", "Dataset table"]
    assert page.evaluate("document.activeElement.ariaLabel") == "Move Quote, block 1, down"
    page.get_by_text("Quote is now block 1 of 3.").wait_for(state="attached")

    save(page)
    assert not Post.objects.exists()
    assert "nonsense" in page.locator("#articles_datasettable_set-0 .errorlist").inner_text()
    assert page.input_value("#id_title") == "Typed in a browser"
    assert TYPED in page.locator("#articles_text_set-0 [contenteditable=true]").inner_text()
    assert order_of(page) == ["Quote", "Text", "Dataset table"]

    page.fill("#id_articles_datasettable_set-0-query", "modality=ct")
    told.get_by_text("Lungs of the world").wait_for()
    save(page)
    post = Post.objects.get()
    assert Text.objects.get(parent=post).html == f"<p>{TYPED}</p>"

    with page.expect_popup() as popup:
        # By keyboard: the form is dressed while it loads, and a mouse may miss the link.
        page.get_by_role("link", name="Preview what is saved").press("Enter")
    preview = popup.value
    # It is there before it has all come.
    expect(preview.locator("main")).to_contain_text(TYPED)
    assert "Typed in a browser" in preview.inner_text("main")
    assert preview.inner_text("main").index("Somebody") < preview.inner_text("main").index(TYPED)
    assert page.faults == []


def test_a_deleted_block_can_be_kept_before_saving(desk, live_server):
    post = PostFactory(blocks=[Text(html="<p>Old block.</p>")])
    desk.goto(live_server.url + reverse("admin:articles_post_change", args=[post.pk]))
    add_block(desk, "Callout")
    new, old = desk.locator("#articles_callout_set-0"), desk.locator("#articles_text_set-0")
    for block in (new, old, old):
        # By keyboard: what is marked moves, and a mouse may miss it.
        block.get_by_label("Delete", exact=True).press("Space")
    expect(new.get_by_label("Delete", exact=True)).to_be_checked()
    expect(old.get_by_label("Delete", exact=True)).not_to_be_checked()
    save(desk)
    assert Text.objects.get(parent=post).html == "<p>Old block.</p>"
    assert not post.articles_callout_set.exists()
    assert desk.faults == []


def test_a_writer_adds_blocks_to_a_new_post(live_server, page, client):
    Category.objects.create(name="Research", slug="research")
    page = opened(live_server, page, client, member("Writer", "willa"))
    page.goto(f"{live_server.url}/admin/articles/post/add/")
    page.fill("#id_title", "Typed by a writer")
    page.fill("#id_slug", "typed-by-a-writer")
    page.select_option("#id_category", label="Research")
    add_block(page, "Text")
    page.locator("#articles_text_set-0 [contenteditable=true]").click()
    page.keyboard.type(TYPED)
    save(page)
    assert Text.objects.get(parent__owner__username="willa").html == f"<p>{TYPED}</p>"
    assert page.faults == []


def test_two_people_write_and_the_second_chooses(desk, live_server, browser):
    image = ImageBlock(image=ImageFactory(), caption="A ward", alt="Beds")
    post = PostFactory(standfirst="Old.", blocks=[Text(html="<p>Old block.</p>"), image])
    address = live_server.url + reverse("admin:articles_post_change", args=[post.pk])
    desk.goto(address)
    expect(desk.get_by_role("textbox", name="Text", exact=True)).to_have_count(1)
    context = browser.new_context()
    other = opened(live_server, context.new_page(), Client(), member("Editor", "otto"))
    other.goto(address)
    other.fill("#id_standfirst", "Otto’s standfirst.")
    other.fill("#id_articles_imageblock_set-0-caption", "Otto’s caption")
    other.get_by_role("textbox", name="Text", exact=True).fill("Otto’s words.")
    save(other)
    context.close()

    desk.fill("#id_standfirst", "Edda’s standfirst.")
    desk.get_by_role("textbox", name="Text", exact=True).fill("Edda’s words.")
    desk.fill("#id_subjects", "Nine nurses")
    save(desk)
    panel = desk.locator(".post-conflict")
    expect(panel).to_contain_text("You and otto both changed these")
    expect(desk.locator("#id_articles_imageblock_set-0-caption")).to_have_value("Otto’s caption")
    expect(desk.get_by_text("Unknown region")).to_have_count(0)
    assert order_of(desk) == ["Text", "Image"]
    found = [line for line in violations(desk) if ".post-c" in line or ".post-s" in line]
    assert found == []
    panel.get_by_label("Take otto’s: Text, block 1").press("Space")
    save(desk)
    post.refresh_from_db()
    assert (post.standfirst, post.subjects) == ("Edda’s standfirst.", "Nine nurses")
    assert Text.objects.get(parent=post).html == "<p>Otto’s words.</p>"
    assert ImageBlock.objects.get(parent=post).caption == "Otto’s caption"
    assert desk.faults == []


def test_all_columns_of_the_list_are_seen_on_a_laptop(desk, live_server):
    post = make_post(title="Paper discusses multimodal language models in cardiovascular diagnosis")
    publishing.approve(post, by=None)
    post.refresh_from_db()
    publishing.approve(post, by=None, at=timezone.now() + timedelta(days=20))
    desk.set_viewport_size({"width": 1280, "height": 900})
    desk.goto(f"{live_server.url}/admin/articles/post/")
    frame = desk.locator("#changelist .results")
    last = frame.locator("thead th").last
    expect(last).to_contain_text("Edited")
    assert right(last) <= right(frame)


def right(element):
    box = element.bounding_box()
    return box["x"] + box["width"]
