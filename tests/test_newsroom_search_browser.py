"""The search and the form for suggestions as readers use them: by keyboard, without scripts, light and dark."""

import re

import pytest
from playwright.sync_api import expect

from articles.models import Text
from datasets.models import Suggestion
from tests.accessibility import violations
from tests.explorers import DROPPED
from tests.factories import AnatomyFactory, DatasetFactory
from tests.factories_articles import PostFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(live_server):
    AnatomyFactory(slug="liver", name="Liver")
    DatasetFactory(
        slug="lits", name="Liver tumours", anatomies=["liver"], links=[("homepage", "https://lits.example/")],
    )  # fmt: skip
    PostFactory(title="Livers read", slug="read", blocks=[Text(html="<p>Words.</p>")], publish=True)
    return live_server.url


@pytest.fixture
def quiet(page):
    """The tab; the test fails if anything was written to its console."""
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    assert [text for text in said if not text.startswith(DROPPED)] == []


@pytest.mark.parametrize(
    "device, hint",
    [
        ({}, "Search, or press /"),
        ({"java_script_enabled": False}, "Search"),
        ({"has_touch": True, "is_mobile": True}, "Search"),
    ],
)
def test_the_key_is_named_only_where_it_works(site, browser, device, hint):
    context = browser.new_context(**device)
    page = context.new_page()
    page.goto(f"{site}/about/")
    expect(page.locator("#masthead-search")).to_have_attribute("placeholder", hint)
    context.close()


def test_suggestions_are_walked_and_followed_by_keyboard(site, quiet):
    page = quiet
    # Colours that are still changing would be measured.
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{site}/about/")
    box, options = page.get_by_role("combobox", name="Search"), page.get_by_role("option")
    expect(box).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("/")
    expect(box).to_be_focused()
    page.keyboard.type("live")
    expect(options).to_have_count(4)
    # A slow hand is offered as many for its first letters; later ones would take their place.
    expect(options.last).to_contain_text("“live”")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("status")).to_contain_text("4 suggestions")
    assert box.get_attribute("aria-activedescendant") is None
    # Down and up through all of them; beyond either end lies the box.
    names = ["Anatomy: Liver", "Liver tumours", "Livers read", "Everything about “live”"]
    for name in names:
        page.keyboard.press("ArrowDown")
        chosen = page.get_by_role("option", selected=True)
        expect(chosen).to_contain_text(name)
        assert box.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", selected=True)).to_have_count(0)
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("option", selected=True)).to_contain_text(names[-1])
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        assert violations(page) == []
    # Escape closes, an arrow opens again, and what was typed still stands.
    page.keyboard.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(options).to_have_count(0)
    expect(box).to_have_value("live")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", selected=True)).to_contain_text("Liver tumours")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/datasets/lits/")


def test_enter_searches_for_what_was_typed_and_one_letter_offers_nothing(site, quiet):
    page = quiet
    page.goto(f"{site}/search/")
    page.keyboard.press("/")
    box = page.get_by_role("combobox", name="Articles, datasets, tools and filters")
    expect(box).to_be_focused()
    page.keyboard.type("liver")
    expect(page.get_by_role("option")).to_have_count(4)
    for _ in range(4):
        page.keyboard.press("Backspace")
    expect(page.get_by_role("option")).to_have_count(0)
    page.keyboard.type("iver/")
    # Within a field, the stroke is a stroke.
    expect(box).to_have_value("liver/")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/search/?search=liver%2F")
    expect(page.locator("#datasets")).to_be_visible()


def test_a_click_follows_a_suggestion_and_leaving_the_box_closes_the_list(site, quiet):
    page = quiet
    page.goto(f"{site}/about/")
    box = page.get_by_role("combobox", name="Search")
    box.press_sequentially("liver")
    expect(page.get_by_role("option")).to_have_count(4)
    page.keyboard.press("Tab")
    expect(page.get_by_role("option")).to_have_count(0)
    box.focus()
    page.keyboard.press("ArrowDown")
    page.get_by_role("option", name="Livers read").click()
    page.wait_for_url(f"{site}/articles/read/")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_search_and_suggest_are_accessible_and_fit_every_width(site, quiet, theme):
    page = quiet
    # Colours that are still changing would be measured.
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.set_viewport_size({"width": 360, "height": 800})
    known = {"name": "liver-tumours", "message": "m"}
    for path in (
        *("/search/", "/search/?search=liver", "/search/?search=livver+xyz", f"/search/?search={'x' * 201}"),
        *("/suggest/", "/suggest/?record=lits&fact=links", "/suggest/?record=none"),
    ):  # fmt: skip
        page.goto(f"{site}{path}")
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
    page.get_by_role("button", name="Send the suggestion").click()
    expect(page.get_by_role("alert").filter(has_text="Not sent yet")).to_be_visible()
    assert violations(page) == []
    for name, text in known.items():
        page.fill(f"#id_{name}", text)
    page.get_by_role("button", name="Send the suggestion").click()
    expect(page.get_by_role("heading", name="Is it this one?")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.get_by_role("button", name="It is another one: send it").click()
    expect(page.get_by_text("Received, and not read yet.")).to_be_visible()
    assert violations(page) == []


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_search_and_suggestion_by_keyboard_with_and_without_scripts(site, browser, scripts):
    context = browser.new_context(java_script_enabled=scripts)
    page = context.new_page()
    page.goto(f"{site}/about/")
    page.focus("#masthead-search")
    page.keyboard.type("liver")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/search/?search=liver")
    page.get_by_role("link", name="Liver tumours").press("Enter")
    page.wait_for_url(f"{site}/datasets/lits/")
    page.get_by_role("link", name="Suggest a correction").press("Enter")
    page.get_by_label("What would be right?").focus()
    page.keyboard.type("It has moved.")
    page.keyboard.press("Tab")
    page.keyboard.type("lits.example/new")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/suggest/[\w-]{16}/$"))
    row = Suggestion.objects.get()
    assert (row.message, row.url) == ("It has moved.", "https://lits.example/new")
    # Enter never turns a new suggestion into something else.
    page.goto(f"{site}/suggest/?name=Liver+tumours&url=https://x.example/")
    for _ in range(2):
        page.focus("#id_name")
        # The same is asked twice: the second time, the page before shows it too.
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Is it this one?")).to_be_visible()
    page.get_by_role("button", name="It is this one").press("Enter")
    expect(page.get_by_role("heading", name="Suggest a correction")).to_be_visible()
    context.close()
