"""Comparison and map in a real browser: accessible in both themes, by keyboard, without scripts, on a phone."""

import re

import pytest
from playwright.sync_api import expect

from datasets.models import Dataset, changing
from tests.accessibility import violations
from tests.factories import (
    AnatomyFactory,
    DatasetFactory,
    LicenseFactory,
    ModalityFactory,
    RelationFactory,
    ToolFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
COMPARED = "/datasets/compare/?slug=set-0&slug=set-1&slug=set-2&slug=reader"
PAGES = {
    "compared": COMPARED,
    "one and a mistake": "/datasets/compare/?slug=set-0&slug=nothing",
    "map": "/datasets/map/",
    "map of sizes": "/datasets/map/?by=size&terms=all&access=open&foo=1",
}
FAMILIES = ["open", "non-commercial", "research-only", "data-use-agreement", "mixed", "custom"]


@pytest.fixture
def site(live_server):
    """Sets of all sizes and licence families, so that every colour of the pages is seen."""
    with changing():
        for number, family in enumerate([*FAMILIES, "unspecified"]):
            allowed = {"open": True, "custom": False}.get(family)
            license = LicenseFactory(slug=family, family=family, commercial_use=allowed)
            for copy in range(2**number if number < 5 else 1):
                DatasetFactory(
                    slug=f"set-{number}" if not copy else f"set-{number}-{copy}",
                    name=f"Set {number}",
                    license=license,
                    access="open" if number != 1 else "application",
                    modalities=[f"modality-{number}", "ct"],
                    anatomies=[f"anatomy-{number}"],
                    sizes=[(12 ** (number + 1), "images", "about", "of the training part")],
                    year=2010 + number,
                )
        reader = ToolFactory(slug="reader", name="Reader", architecture="Net " * 40)
        shown = Dataset.objects.get(slug="set-0")
    RelationFactory(subject=reader, type="trained-on", object=shown, extent="All.", remedy="Keep.")
    return live_server.url


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible_and_nothing_sticks_out(site, browser, scheme, width):
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    said = []
    page.on("console", lambda message: said.append(message.text))
    for name, path in PAGES.items():
        page.goto(site + path)
        page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
        assert violations(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    assert said == []
    context.close()


def test_without_scripts_and_by_keyboard_records_are_added_and_removed(site, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/datasets/compare/")
    for name in ("set-0", "Reader"):
        page.get_by_label("Add a dataset or tool").press_sequentially(name)
        page.keyboard.press("Enter")
        expect(page.get_by_label("Add a dataset or tool")).to_have_value("")
    expect(page).to_have_url(re.compile(r"\?slug=set-0&slug=reader$"))
    expect(page.locator("thead th")).to_have_count(3)
    page.get_by_role("link", name="Only what differs").press("Enter")
    expect(page).to_have_url(re.compile("only=differences$"))
    expect(page.locator("tbody tr:not(.group):not(.differs)")).to_have_count(0)
    page.get_by_role("link", name="Remove Reader").press("Enter")
    expect(page.get_by_text("Add at least one more.")).to_be_visible()
    context.close()


def test_the_first_column_stays_while_the_table_scrolls(site, page):
    page.set_viewport_size({"width": 768, "height": 800})
    page.goto(f"{site}{COMPARED}&slug=set-3&slug=set-4")
    frame, fact = page.locator(".compare-frame"), page.locator("tbody th.fact").first
    before = fact.bounding_box()["x"]
    frame.evaluate("frame => frame.scrollLeft = 300")
    assert frame.evaluate("frame => frame.scrollLeft") == 300
    assert fact.bounding_box()["x"] == before
    said = "getComputedStyle(document.querySelector('.comparison thead .fact'), '::after').content"
    page.wait_for_function(f"() => {said}.includes('more →')")
    frame.evaluate("frame => frame.scrollLeft = frame.scrollWidth")
    page.wait_for_function(f"() => {said} === 'none'")


def test_the_map_is_filtered_by_its_form_and_leads_to_the_table(site, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/datasets/map/")
    page.locator(".map-filters > summary").press("Enter")
    page.get_by_label("Access").select_option("application")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("link", name="Remove filter Access: Application")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Modality 1, Anatomy 1: 2 datasets$")).click()
    expect(page.locator(".summary strong")).to_have_text("2")
    context.close()


@pytest.fixture
def plain(page):
    """A tab without the site's fonts: what it shows instead may be wider."""
    page.route("**/*.woff2", lambda route: route.abort())
    return page


@pytest.fixture
def long_words(site):
    with changing():
        ModalityFactory(slug="meg", name="Magnetoencephalography (MEG)")
        AnatomyFactory(slug="bones", name="Musculoskeletal system")
        DatasetFactory(slug="long", name="Long", modalities=["meg"], anatomies=["bones"])
    return site


def test_the_map_has_even_columns_under_their_axis(long_words, plain):
    plain.set_viewport_size({"width": 1280, "height": 900})
    plain.goto(f"{long_words}/datasets/map/")
    expect(plain.get_by_role("columnheader", name="Anatomy", exact=True)).to_be_visible()
    expect(plain.get_by_role("columnheader", name="Modality", exact=True)).to_be_visible()
    headings = plain.locator(".heat thead [class*='depth']").all()
    widths = {round(heading.bounding_box()["width"]) for heading in headings}
    assert len(headings) > 7 and max(widths) - min(widths) <= 1


BROKEN = """() => {
  const broken = [];
  for (const cell of document.querySelectorAll('.heat tbody th')) {
    const text = cell.firstChild;
    for (const word of text.data.matchAll(/[^\\s\\u00ad-]+/g)) {
      const range = document.createRange();
      range.setStart(text, word.index + 1);
      range.setEnd(text, word.index + word[0].length);
      if (new Set([...range.getClientRects()].filter((box) => box.width > 1).map((box) => box.top)).size > 1) broken.push(word[0]);
    }
  }
  return broken;
}"""
CUT = """() => [...document.querySelectorAll('.map-form > .field select')].filter((select) => {
  const whole = select.cloneNode(true);
  whole.style.cssText = 'position: absolute; inline-size: auto; max-inline-size: none';
  select.after(whole);
  const cut = whole.offsetWidth > select.offsetWidth;
  whole.remove();
  return cut;
}).map((select) => select.name)"""


def test_on_a_phone_the_map_breaks_no_word_and_cuts_no_box(long_words, plain):
    plain.set_viewport_size({"width": 360, "height": 780})
    plain.goto(f"{long_words}/datasets/map/")
    assert plain.evaluate(BROKEN) == []
    assert plain.evaluate(CUT) == []


def test_the_map_says_that_it_goes_on_to_the_right(long_words, page):
    said = "getComputedStyle(document.querySelector('.heat .across span'), '::after').content"
    page.set_viewport_size({"width": 360, "height": 780})
    page.goto(f"{long_words}/datasets/map/")
    page.wait_for_function(f"() => {said}.includes('more →')")
    page.locator(".heat-frame").evaluate("frame => frame.scrollTo(frame.scrollWidth, 0)")
    page.wait_for_function(f"() => {said} === 'none'")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.reload()
    # It would be said when the page has been drawn.
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.evaluate(said) == "none"


def test_on_a_phone_the_timeline_begins_at_the_newest_years(site, page):
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{site}/datasets/map/")
    frames = page.locator(".map-timeline section > .chart-frame")
    expect(frames).to_have_count(2)
    for frame in frames.all():
        frame.scroll_into_view_if_needed()
        expect(frame.locator("text.axis").get_by_text("2016", exact=True)).to_be_in_viewport()
        expect(frame.locator("text.far").last).to_be_in_viewport(ratio=1)
        expect(frame.locator("text.axis:not(.far)").first).not_to_be_in_viewport()
        frame.evaluate("(frame) => frame.scrollBy(-2000, 0)")
        expect(frame.locator("text.axis:not(.far)").first).to_be_in_viewport(ratio=1)
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(page.locator("text.far").first).to_be_hidden()
