"""What is done in the explorer stays done, and the reader stays in place, however slow the line."""

import re

import pytest
from playwright.sync_api import expect

from tests import explorers

pytest_plugins = ["tests.explorers"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def press(page, selector, key="Enter"):
    page.focus(selector)
    page.keyboard.press(key)


@pytest.mark.parametrize(
    ("first", "then", "address"),
    [
        ("#pick-set-01 Space", "#sort-year Enter", "ordering=year&pick=set-01"),
        ("#pick-set-01 Space", "[rel=next] Enter", "page=2&pick=set-01"),
        ("#pick-set-01 Space", "#open-set-02 Enter", "open=set-02&pick=set-01"),
        ("#pick-set-01 Space", "#pick-set-01 Space", ""),
        ("#open-set-01 Enter", "#open-set-02 Enter", "open=set-01&open=set-02"),
        ("#modality-mri Space", "#pick-set-03 Space", "modality=mri&pick=set-03"),
        ("#modality-mri Space", "[rel=next] Enter", "modality=mri"),
        ("[rel=next] Enter", "#modality-mri Space", "modality=mri"),
        ("#search.value=Set", "#open-set-02 Enter", "open=set-02&search=Set"),
    ],
)
def test_what_is_done_while_an_answer_is_awaited_loses_nothing(site, tab, first, then, address):
    page = tab()
    page.goto(f"{site}/datasets/?page_size=10")
    # However slow the machine, both are done before anything is answered.
    slow, kept = True, []
    page.route(
        re.compile(r"/datasets/\?"), lambda route: kept.append(route) if slow else route.continue_()
    )
    for deed in (first, then):
        if selector := deed.partition(".value=")[0] if ".value=" in deed else "":
            page.fill(selector, deed.partition(".value=")[2])
        else:
            press(page, *deed.split())
    wanted = {*filter(None, address.split("&"))}
    expect(page.locator("#explorer.htmx-request")).to_have_count(1)
    slow = False
    for route in kept:
        route.continue_()
    expect(page.locator("#explorer.htmx-request")).to_have_count(0)
    assert {*explorers.address(page).partition("?")[2].split("&")} - {"page_size=10"} == wanted


def test_a_choice_made_the_moment_an_answer_comes_is_not_lost(site, tab):
    page = tab()
    page.goto(f"{site}/datasets/")
    page.evaluate(
        """() => addEventListener(
            "htmx:beforeOnLoad", () => document.querySelector("#modality-mri").click(), { capture: true, once: true })"""
    )
    page.check("#access-open")
    expect(page).to_have_url(f"{site}/datasets/?access=open&modality=mri")
    expect(page.locator(".summary strong")).to_have_text("5")
    expect(page.locator("#modality-mri")).to_be_checked()


@pytest.mark.parametrize(
    ("width", "place"),
    [
        (1280, "window.scrollY"),
        # There the table has a box of its own.
        (800, "document.querySelector('.table-frame').scrollTop"),
    ],
)
def test_the_table_stays_where_it_was_scrolled_to(site, tab, width, place):
    page = tab(width=width)
    page.goto(f"{site}/datasets/")
    page.locator("#row-set-20 th a").focus()
    before = page.evaluate(place)
    assert before > 400
    page.keyboard.press("x")
    expect(page.locator(".tray-count")).to_have_text("1 selected")
    assert page.evaluate(place) == before
    page.keyboard.press("o")
    expect(page.locator("#detail-set-20")).to_be_visible()
    assert page.evaluate(place) == before
    # Other rows begin at the first.
    page.select_option("#ordering", "-year")
    expect(page.locator(".head-year")).to_have_attribute("aria-sort", "descending")
    expect(page.locator("tr.row").first).to_be_in_viewport()


def test_on_a_phone_a_tick_moves_nothing(site, tab):
    page = tab(width=360)
    page.goto(f"{site}/datasets/")
    page.focus("#pick-set-10")
    before = page.locator("#row-set-10").evaluate("(row) => row.getBoundingClientRect().top")
    page.keyboard.press("Space")
    expect(page.locator(".tray-count")).to_have_text("1 selected")
    after = page.locator("#row-set-10").evaluate("(row) => row.getBoundingClientRect().top")
    assert abs(after - before) < 2
