"""The part of an explorer's address that only browsers read: what is unfolded, and typed to find a value."""

import re

import pytest
from playwright.sync_api import expect

from datasets.models import changing
from tests.explorers import address, seen, shows_the_same
from tests.factories import DatasetFactory, ModalityFactory

pytest_plugins = ["tests.explorers"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def is_the_same_elsewhere(page, tab, **options):
    """Whether a page's address, opened in a new browser, shows what the page shows."""
    other = tab(**options)
    other.goto(address(page))
    shown = shows_the_same(page, other)
    # By then it has told its folds, which it does a tenth of a second later.
    other.evaluate("new Promise((done) => setTimeout(done, 100))")
    assert address(other) == address(page)
    other.context.close()
    return shown


def test_each_step_of_unfolding_and_finding_is_in_the_address(site, tab):
    page = tab()
    page.goto(f"{site}/datasets/")
    folds = "unfolded=narrower-modality-ct+more-task"
    steps = [
        (lambda: page.click("#facet-year > summary"), "unfolded=facet-year"),
        (lambda: page.click("#facet-access > summary"), "unfolded=facet-year&folded=facet-access"),
        (lambda: page.click("#facet-year > summary"), "folded=facet-access"),
        (lambda: page.click("#facet-access > summary"), ""),
        (
            lambda: page.click("#narrower-modality-ct > summary"),
            "unfolded=narrower-modality-ct",
        ),
        (lambda: page.fill("#find-task", "1 & ü"), f"{folds}&find-task=1+%26+%C3%BC"),
        (lambda: page.fill("#find-task", "TASK 1"), f"{folds}&find-task=TASK+1"),
        (lambda: page.click("#columns > summary"), f"{folds}+columns&find-task=TASK+1"),
        (lambda: page.click("h1"), f"{folds}&find-task=TASK+1"),
        (lambda: page.fill("#find-task", ""), folds),
    ]
    for step, told in steps:
        step()
        expect(page).to_have_url(f"{site}/datasets/{told and '#'}{told}")
        assert is_the_same_elsewhere(page, tab), told


def test_a_new_answer_keeps_it_and_what_is_usual_is_not_told(site, tab):
    page = tab()
    page.goto(f"{site}/datasets/#unfolded=facet-year&find-task=task+13&folded=facet-modality")
    expect(page.locator("#facet-task li:visible")).to_have_count(1)
    page.check("#access-open")
    # Of open ones there are too few tasks to be folded.
    told = "#unfolded=facet-year&folded=facet-modality&find-task=task+13"
    expect(page).to_have_url(f"{site}/datasets/?access=open{told}")
    assert is_the_same_elsewhere(page, tab)
    # With a year asked for, that facet is open by itself.
    page.fill("#year_min", "2001")
    page.press("#year_min", "Enter")
    told = "#folded=facet-modality&find-task=task+13"
    expect(page).to_have_url(f"{site}/datasets/?access=open&year_min=2001{told}")
    assert is_the_same_elsewhere(page, tab)
    page.click(".chip >> text=Year")
    told = "#unfolded=facet-year&folded=facet-modality&find-task=task+13"
    expect(page).to_have_url(f"{site}/datasets/?access=open{told}")
    assert is_the_same_elsewhere(page, tab)
    page.click(".chip >> text=Open")
    told = "#unfolded=more-task+facet-year&folded=facet-modality&find-task=task+13"
    expect(page).to_have_url(f"{site}/datasets/{told}")
    assert is_the_same_elsewhere(page, tab)


def test_going_back_and_forth_shows_what_each_address_tells(site, tab):
    page = tab()
    page.goto(f"{site}/datasets/")
    page.click("#facet-year > summary")
    page.check("#access-open")
    expect(page.locator(".summary strong")).to_have_text("15")
    page.fill("#find-task", "task 1")
    page.click("#facet-year > summary")
    expect(page).to_have_url(f"{site}/datasets/?access=open#find-task=task+1")
    there = seen(page)
    page.go_back()
    expect(page.locator(".summary strong")).to_have_text("30")
    expect(page).to_have_url(f"{site}/datasets/#unfolded=facet-year")
    assert is_the_same_elsewhere(page, tab)
    expect(page.locator("#find-task")).to_have_value("")
    page.go_forward()
    expect(page.locator(".summary strong")).to_have_text("15")
    expect(page.locator("#find-task")).to_have_value("task 1")
    assert seen(page) == there
    # What stands around the table still works.
    page.click("[data-theme-switch]")
    expect(page.locator("[data-theme-label]")).to_have_text("Theme: light")
    dialog = page.get_by_role("dialog", name="By keyboard")
    for _ in range(2):
        page.click("#keys-button")
        expect(dialog).to_be_visible()
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
    page.keyboard.press("?")
    expect(dialog).to_be_visible()


def test_what_is_unfolded_just_before_an_answer_comes_is_in_the_address_gone_back_to(site, tab):
    page = tab()
    page.goto(f"{site}/datasets/")
    page.evaluate(
        """() => document.addEventListener(
            "htmx:beforeOnLoad", () => document.querySelector("#facet-year > summary").click(), { once: true })"""
    )
    page.check("#access-open")
    expect(page).to_have_url(f"{site}/datasets/?access=open#unfolded=facet-year")
    page.go_back()
    expect(page.locator(".summary strong")).to_have_text("30")
    expect(page).to_have_url(f"{site}/datasets/#unfolded=facet-year")


def test_the_open_sheet_of_a_phone_is_told_to_phones(site, tab):
    page = tab(width=360)
    page.goto(f"{site}/datasets/")
    page.click("#filter-panel > summary")
    expect(page).to_have_url(f"{site}/datasets/#unfolded=filter-panel")
    other = tab(width=360)
    other.goto(page.url)
    expect(other.get_by_role("dialog", name="Filters")).to_be_visible()
    assert is_the_same_elsewhere(page, tab, width=360)
    page.check("#access-open")
    expect(page).to_have_url(f"{site}/datasets/?access=open#unfolded=filter-panel")
    assert is_the_same_elsewhere(page, tab, width=360)
    page.click("#show")
    expect(page).to_have_url(f"{site}/datasets/?access=open")
    assert is_the_same_elsewhere(page, tab, width=360)
    wide = tab()
    wide.goto(f"{site}/datasets/#unfolded=filter-panel")
    expect(wide.locator("#access-open")).to_be_visible()
    expect(wide.get_by_role("dialog")).to_have_count(0)


def test_a_place_in_the_page_is_still_gone_to(site, tab):
    page = tab()
    page.goto(f"{site}/datasets/#results")
    assert page.evaluate("document.querySelector(':target').id") == "results"
    page = tab()
    page.goto(f"{site}/datasets/")
    page.click("#facet-year > summary")
    expect(page).to_have_url(f"{site}/datasets/#unfolded=facet-year")
    page.focus(".skip")
    page.keyboard.press("Enter")
    # The address goes on telling the rest.
    page.wait_for_function(
        "() => document.querySelector(':target')?.id === 'main' && location.hash === '#unfolded=facet-year'"
    )
    expect(page).to_have_url(f"{site}/datasets/#unfolded=facet-year")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
    page.click("#facet-year > summary")
    expect(page).to_have_url(f"{site}/datasets/")
    page.focus(".skip")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site}/datasets/#main")


@pytest.mark.parametrize(
    "fragment",
    [
        "unfolded=",
        "unfolded=main+nothing&folded=search",
        "find-zzz=x&find-=y",
        "%&=&&%E0%A4%A",
        "&",
    ],
)
def test_a_fragment_that_means_nothing_changes_nothing(site, tab, fragment):
    page, plain = tab(), tab()
    plain.goto(f"{site}/datasets/")
    page.goto(f"{site}/datasets/#{fragment}")
    page.click("#facet-year > summary")
    expect(page).to_have_url(f"{site}/datasets/#unfolded=facet-year")
    page.click("#facet-year > summary")
    expect(page).to_have_url(f"{site}/datasets/")
    assert shows_the_same(page, plain)


def test_another_fragment_typed_into_the_address_is_heeded(site, tab):
    page, other = tab(), tab()
    page.goto(f"{site}/datasets/#unfolded=facet-year")
    page.evaluate("location.hash = 'unfolded=facet-size&find-task=13'")
    other.goto(f"{site}/datasets/#unfolded=facet-size&find-task=13")
    assert shows_the_same(page, other)
    assert "facet-size" in seen(other)["unfolded"] and "facet-year" not in seen(other)["unfolded"]


def test_a_branch_that_stands_twice_is_told_apart(site, tab):
    with changing():
        ModalityFactory(slug="pet-ct", name="PET/CT", broader=["ct", "mri"])
        ModalityFactory(slug="pet-ct-low", name="Low-dose PET/CT", broader=["pet-ct"])
        DatasetFactory(slug="low", modalities=["pet-ct-low"])
    page = tab()
    page.goto(f"{site}/datasets/#unfolded=narrower-modality-ct+narrower-modality-mri")
    ct, first, mri, again = [
        f"narrower-modality-{place}" for place in ("ct", "pet-ct", "mri", "mri.pet-ct")
    ]
    for place, told in ((first, [ct, first, mri]), (again, [ct, mri, again])):
        branch = page.locator(f"[id='{place}']")
        branch.locator("> summary").click()
        expect(page).to_have_url(f"{site}/datasets/#unfolded={'+'.join(told)}")
        assert is_the_same_elsewhere(page, tab)
        branch.locator("> summary").click()


def test_going_back_to_before_columns_were_chosen_shows_what_a_reload_shows(site, tab):
    page = tab()
    heads = page.locator("thead th")
    page.goto(f"{site}/datasets/")
    page.check("#modality-ct")
    expect(page).to_have_url(f"{site}/datasets/?modality=ct")
    page.click("#columns > summary")
    for column in ("modality", "anatomy", "host"):
        page.uncheck(f"#column-{column}")
    page.click("text=Show these columns")
    expect(heads).to_have_count(7)
    page.click("#density")
    expect(page.locator("#explorer")).to_have_attribute("data-density", "compact")
    for modality in ("modality=ct&", ""):
        page.go_back()
        expect(heads).to_have_count(10)
        expect(page).to_have_url(re.compile(rf"/datasets/\?{modality}columns=name.*density=comfor"))
        before = seen(page)
        page.reload()
        expect(heads).to_have_count(10)
        assert seen(page) == before
        assert is_the_same_elsewhere(page, tab)
    # What is done from there keeps what is seen, and the steps stay as many.
    steps = page.evaluate("history.length")
    page.check("#pick-set-00")
    expect(page.locator(".tray-count")).to_have_text("1 selected")
    assert page.evaluate("history.length") == steps
    page.check("#modality-mri")
    expect(page.locator(".summary strong")).to_have_text("10")
    before = seen(page)
    page.reload()
    assert seen(page) == before
    page.go_back()
    expect(page.locator(".summary strong")).to_have_text("30")


def test_remembered_columns_and_density_are_in_the_address_wherever_they_show(site, tab):
    page = tab()
    page.goto(f"{site}/datasets/")
    page.click("#columns > summary")
    for column in ("modality", "anatomy", "host"):
        page.uncheck(f"#column-{column}")
    page.click("text=Show these columns")
    expect(page.locator("thead th")).to_have_count(7)
    page.click("#density")
    expect(page.locator("#explorer")).to_have_attribute("data-density", "compact")
    assert is_the_same_elsewhere(page, tab)
    for query in (
        "?access=open#unfolded=facet-year",
        "?columns=name",
        "?density=compact&search=set",
    ):
        page.goto(f"{site}/datasets/{query}")
        # What is remembered is asked for by a second load.
        page.wait_for_url(re.compile("(?=.*columns=)(?=.*density=compact)"))
        assert is_the_same_elsewhere(page, tab), query
        page.check("#modality-ct")
        expect(page).to_have_url(re.compile("modality=ct"))
        assert is_the_same_elsewhere(page, tab), query
    # And the other way: what stands in an address goes before what is remembered.
    other = tab()
    for query in (
        "?columns=name&density=comfortable",
        "?columns=name&columns=year&density=compact",
    ):
        page.goto(f"{site}/datasets/{query}")
        other.goto(f"{site}/datasets/{query}")
        assert shows_the_same(page, other)
