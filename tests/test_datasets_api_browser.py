"""The guide to the API as a reader has it: without scripts, on a phone, by links within it."""

import pytest
from playwright.sync_api import expect

from tests.accessibility import violations
from tests.factories import DatasetFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZES = [{"width": 360, "height": 780}, {"width": 1280, "height": 900}]


@pytest.fixture
def guide(live_server, page):
    DatasetFactory(slug="lungs", name="Lungs of many")
    page.goto(f"{live_server.url}/api/v1/docs/")
    return page


def test_it_can_be_read_without_scripts_and_tried(live_server, browser):
    DatasetFactory(slug="lungs", name="Lungs of many")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/api/v1/docs/")
    operation = page.locator("section:has(> #datasets_detail)")
    operation.locator("summary").click()
    assert operation.locator("dt", has_text="full_name").is_visible()
    operation.get_by_role("link", name="/api/v1/datasets/lungs/", exact=True).click()
    expect(page.locator("body")).to_contain_text('"Lungs of many"')
    context.close()


@pytest.mark.parametrize("size", SIZES)
def test_it_is_accessible_folded_and_unfolded_and_fits(guide, size):
    guide.set_viewport_size(size)
    for theme in ("light", "dark"):
        guide.emulate_media(color_scheme=theme, reduced_motion="reduce")
        assert violations(guide) == []
    guide.evaluate("document.querySelectorAll('details').forEach(one => (one.open = true))")
    assert violations(guide) == []
    width = guide.evaluate("document.documentElement.scrollWidth")
    assert width <= size["width"]


def test_its_links_lead_to_places_on_it(guide):
    wanted, ids = guide.evaluate(
        """() => [
            [...document.querySelectorAll("main a[href^='#']")].map(link => link.hash.slice(1)),
            [...document.querySelectorAll("main [id]")].map(place => place.id),
        ]"""
    )
    assert len(wanted) > 100 and {*wanted} <= {*ids}
    assert len(ids) == len({*ids})


def test_by_the_keyboard_a_link_of_the_contents_leads_to_its_address(guide):
    guide.set_viewport_size(SIZES[1])
    link = guide.locator(".guide-contents a[href='#tools_facets']")
    link.focus()
    guide.keyboard.press("Enter")
    guide.wait_for_url("**#tools_facets")
    # The page is scrolled there with the next picture that is drawn.
    guide.wait_for_function(
        "() => document.getElementById('tools_facets').getBoundingClientRect().y < innerHeight / 2"
    )
