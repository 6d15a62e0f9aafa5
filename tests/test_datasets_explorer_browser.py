"""The table of datasets as a reader works it: with scripts, without them, by keyboard and on a phone."""

import re

import pytest
from playwright.sync_api import expect

from datasets.models import changing
from tests.explorers import DROPPED
from tests.factories import DatasetFactory, ModalityFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(live_server):
    """A small catalogue on a live server."""
    with changing():
        ModalityFactory(slug="pet-ct", name="PET/CT", broader=["pet", "ct"])
        for number in range(30):
            DatasetFactory(
                slug=f"set-{number:02}",
                name=f"Set {number:02}",
                year=2000 + number,
                modalities=["ct" if number % 3 else "mri"],
                access="open" if number % 2 else "agreement",
                sizes=[(number * 1000 + 7, "scans", "about")],
            )
        DatasetFactory(slug="both", name="Both", modalities=["pet-ct"])
    return live_server.url


@pytest.fixture
def quiet(page):
    """The tab; the test fails if anything was written to its console."""
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    assert [text for text in said if not text.startswith(DROPPED)] == []


def names(page):
    return page.locator("table.records tbody th").all_inner_texts()


def expect_total(page, number):
    page.wait_for_function(
        "number => document.querySelector('.summary strong').textContent === number",
        arg=str(number),
    )


def test_a_filter_applies_at_once_and_the_back_button_undoes_it(site, quiet):
    page = quiet
    page.goto(f"{site}/datasets/")
    page.evaluate("window.sameDocument = true")
    page.check("#modality-mri")
    expect_total(page, 10)
    expect(page).to_have_url(f"{site}/datasets/?modality=mri")
    assert page.evaluate("document.activeElement.id") == "modality-mri"
    page.check("#access-open")
    expect_total(page, 5)
    expect(page).to_have_url(f"{site}/datasets/?modality=mri&access=open")
    assert "5 datasets" in page.locator("#explorer-status").inner_text()
    page.go_back()
    expect_total(page, 10)
    assert page.is_checked("#modality-mri") and not page.is_checked("#access-open")
    page.go_back()
    expect_total(page, 31)
    assert page.locator("h1").count() == 1
    assert page.evaluate("window.sameDocument") is True


def test_chips_headings_and_pages_work_in_place(site, quiet):
    page = quiet
    page.goto(f"{site}/datasets/?access=open&page_size=5")
    page.evaluate("window.sameDocument = true")
    page.click("#sort-year")
    page.wait_for_url("**ordering=year*")
    assert names(page)[0] == "Both" or names(page)[0] == "Set 01"
    page.click("#sort-year")
    page.wait_for_url("**ordering=-year*")
    assert names(page)[0] == "Set 29"
    page.click("nav.pages >> text=Next")
    page.wait_for_url("**page=2*")
    assert names(page)[0] == "Set 19"
    page.click(".chip")
    expect_total(page, 31)
    expect(page).to_have_url(f"{site}/datasets/?page_size=5&ordering=-year")
    assert page.evaluate("window.sameDocument") is True


def test_what_was_unfolded_stays_so(site, quiet):
    page = quiet
    page.goto(f"{site}/datasets/")
    page.click("#facet-year > summary")
    page.fill("#year_min", "2020")
    page.press("#year_min", "Enter")
    expect_total(page, 10)
    page.click("#facet-permits > summary")
    page.check("#modality-mri")
    expect_total(page, 3)
    assert page.locator("#facet-permits").get_attribute("open") is not None
    expect(page).to_have_url(f"{site}/datasets/?modality=mri&year_min=2020#unfolded=facet-permits")


def test_columns_are_chosen_in_a_form_of_their_own(site, quiet):
    page = quiet
    page.goto(f"{site}/datasets/?modality=mri")
    page.click("#columns > summary")
    for column in ("modality", "anatomy", "task", "license", "access", "host"):
        page.uncheck(f"#column-{column}")
    page.click("text=Show these columns")
    page.wait_for_url("**columns=*")
    assert page.locator("thead th").count() == 4
    assert "modality=mri" in page.url
    page.click("#columns > summary")
    page.click("text=The usual ones")
    page.wait_for_function("() => document.querySelectorAll('thead th').length === 10")
    expect(page).to_have_url(f"{site}/datasets/?modality=mri")


def test_the_keyboard_is_enough(site, quiet):
    page = quiet
    page.goto(f"{site}/datasets/")
    page.focus("#modality-ct")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "modality-not-ct"
    page.keyboard.press("Space")
    expect_total(page, 10)
    expect(page).to_have_url(f"{site}/datasets/?modality__not=ct")
    page.focus("#files > summary")
    page.keyboard.press("Enter")
    assert page.locator("#files").get_attribute("open") is not None
    page.keyboard.press("Escape")
    assert page.locator("#files").get_attribute("open") is None


def test_everything_works_without_scripts(site, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/datasets/")
    page.check("#modality-mri")
    page.check("#access-not-open")
    page.click("#show")
    summary, first = page.locator(".summary strong"), page.locator("table.records tbody th").first
    expect(summary).to_have_text("5")
    expect(page.locator("#modality-mri")).to_be_checked()
    expect(page.locator("#access-not-open")).to_be_checked()
    page.click("thead a:has-text('Year')")
    page.wait_for_url("**ordering=year*")
    page.click("thead a:has-text('Year')")
    page.wait_for_url("**ordering=-year*")
    expect(first).to_have_text("Set 24")
    page.click("a.chip:has-text('not Open')")
    expect(summary).to_have_text("10")
    expect(first).to_have_text("Set 27")
    page.select_option("#page_size", "25")
    page.click("#show")
    page.wait_for_url("**page_size=25*")
    expect(summary).to_have_text("10")
    context.close()


@pytest.mark.parametrize("fonts", ["the site's fonts", "the system's, on a slow line"])
def test_the_usual_columns_fit_and_stay_where_they_are_while_rows_come(site, browser, fonts):
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    if "slow" in fonts:
        page.route("**/*.woff2", lambda route: route.abort())
    page.goto(f"{site}/datasets/")
    beyond = "(frame) => frame.scrollWidth - frame.clientWidth"
    assert page.locator(".table-frame").evaluate(beyond) <= 0
    places = """() => [...document.querySelectorAll(".records thead th")].map((cell) => cell.offsetLeft)"""
    whole = page.evaluate(places)
    # As when a row with a longer word comes after the others are drawn.
    page.locator("tbody .cell-task").last.evaluate("(cell) => cell.append('x'.repeat(60))")
    assert page.evaluate(places) == whole
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_cards_and_nothing_sticks_out(site, browser, scheme):
    context = browser.new_context(viewport={"width": 360, "height": 740}, color_scheme=scheme)
    page = context.new_page()
    for query in (
        "",
        "?modality=ct&year_min=x&foo=1&modality=zzz",
        "?search=nothing&access=open",
        "?density=compact",
        "?pick=set-01&pick=set-02",
    ):
        page.goto(f"{site}/datasets/{query}")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), query
    page.goto(f"{site}/datasets/")
    assert not page.is_visible("#modality-mri")
    page.click("#filter-panel > summary")
    page.check("#modality-mri")
    expect_total(page, 10)
    assert page.is_visible("#modality-mri")
    page.click("#show")
    page.wait_for_function("() => !document.querySelector('#filter-panel').open")
    card = page.locator("tbody tr").first
    assert re.search(r"2000|about 7", card.inner_text())
    assert page.locator("thead").bounding_box()["width"] <= 1
    context.close()
