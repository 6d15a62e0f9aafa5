"""What the explorer says when no answer comes, or one that is no table."""

import re

import pytest
from playwright.sync_api import expect

from tests.accessibility import violations

pytest_plugins = ["tests.explorers"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FAILED = "Not loaded: the connection failed."


def test_a_lost_connection_is_said_and_the_same_asked_again(site, page):
    # Colours that are still changing would be measured.
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{site}/datasets/")
    page.check("#modality-mri")
    expect(page.locator(".summary strong")).to_have_text("10")
    lost, status = page.locator("#lost"), page.locator("#explorer-status")
    page.context.set_offline(True)
    page.check("#access-open")
    expect(lost).to_be_in_viewport()
    expect(lost.locator("p")).to_have_text(FAILED)
    expect(status).to_have_text(f"{FAILED} Try again")
    assert violations(page) == []
    # The same words stand there already: what counts is that they are said anew.
    status.evaluate(
        """(status) => {
            window.told = [];
            new MutationObserver(() => told.push(status.textContent)).observe(status, { childList: true });
        }"""
    )
    lost.get_by_role("button", name="Try again").click()
    page.wait_for_function("(words) => told.join('|') === `|${words}`", arg=f"{FAILED} Try again")
    page.context.set_offline(False)
    lost.get_by_role("button", name="Try again").press("Enter")
    expect(page.locator(".summary strong")).to_have_text("5")
    expect(page).to_have_url(f"{site}/datasets/?modality=mri&access=open")
    expect(lost).to_be_hidden()
    expect(status).to_contain_text("5 datasets")
    # It is one step, which can be gone back.
    page.go_back()
    expect(page.locator(".summary strong")).to_have_text("10")


def narrow_twice(site, page):
    page.goto(f"{site}/datasets/")
    page.check("#modality-mri")
    expect(page.locator(".summary strong")).to_have_text("10")
    page.check("#access-open")
    expect(page.locator(".summary strong")).to_have_text("5")


def test_a_page_gone_back_to_that_does_not_come_is_said_too(site, page):
    narrow_twice(site, page)
    lost = page.locator("#lost")
    page.context.set_offline(True)
    page.go_back()
    expect(lost.locator("p")).to_have_text(FAILED)
    expect(page).to_have_url(f"{site}/datasets/?modality=mri")
    expect(page.locator(".summary strong")).to_have_text("5")
    # What is shown is not what the address names, and its folds are not told to it.
    page.click("#facet-year > summary")
    page.wait_for_timeout(300)
    expect(page).to_have_url(f"{site}/datasets/?modality=mri")
    with page.expect_event("requestfailed"):
        lost.get_by_role("button", name="Try again").click()
    expect(lost.locator("p")).to_have_text(FAILED)
    page.context.set_offline(False)
    lost.get_by_role("button", name="Try again").click()
    expect(page.locator(".summary strong")).to_have_text("10")
    expect(lost).to_be_hidden()
    expect(page.locator("#explorer-status")).to_contain_text("10 datasets")
    # It was no step of its own.
    page.go_forward()
    expect(page.locator(".summary strong")).to_have_text("5")
    expect(page).to_have_url(f"{site}/datasets/?modality=mri&access=open")


def test_who_goes_on_is_not_brought_back_by_a_late_answer(site, page):
    narrow_twice(site, page)
    page.route(re.compile(r"/datasets/\?modality=mri$"), lambda route: None)
    with page.expect_request(re.compile(r"/datasets/\?modality=mri$")):
        page.go_back()
    with page.expect_event("requestfailed"):
        page.click("#sort-year")
    expect(page).to_have_url(re.compile("access=open.*ordering="))
    expect(page.locator(".summary strong")).to_have_text("5")
    expect(page.locator("#lost")).to_be_hidden()


def test_who_goes_back_is_not_brought_on_by_a_late_answer(site, page):
    page.goto(f"{site}/datasets/")
    everything = page.locator(".summary strong").text_content()
    page.check("#modality-mri")
    expect(page.locator(".summary strong")).to_have_text("10")
    page.route(re.compile("access=open"), lambda route: None)
    with page.expect_request(re.compile("access=open")):
        page.check("#access-open")
    with page.expect_event("requestfailed"):
        page.go_back()
    expect(page.locator(".summary strong")).to_have_text(everything)
    expect(page).to_have_url(f"{site}/datasets/")
    expect(page.locator("#lost")).to_be_hidden()


def test_any_answer_takes_the_message_away(site, page):
    page.goto(f"{site}/datasets/")
    page.context.set_offline(True)
    page.click("#sort-year")
    expect(page.locator("#lost")).to_be_visible()
    page.context.set_offline(False)
    page.check("#modality-mri")
    expect(page.locator(".summary strong")).to_have_text("10")
    expect(page.locator("#lost")).to_be_hidden()


@pytest.mark.parametrize(
    ("status", "headers", "said"),
    [
        (429, {"Retry-After": "17"}, "that was a lot of searches at once. Please wait 17 seconds."),
        (503, {"Retry-After": "30"}, "something went wrong here. Please wait 30 seconds."),
        (500, {}, "something went wrong here."),
    ],
)
def test_an_answer_that_is_a_fault_leaves_the_table_and_says_so(site, page, status, headers, said):
    page.goto(f"{site}/datasets/")
    wrong = re.compile("modality=mri")
    page.route(wrong, lambda route: route.fulfill(status=status, headers=headers, body="no"))
    page.check("#modality-mri")
    expect(page.locator("#lost p")).to_have_text(f"Not loaded: {said}")
    expect(page.locator(".summary strong")).to_have_text("30")
    expect(page).to_have_url(f"{site}/datasets/")
    page.unroute(wrong)
    page.click("#lost button")
    expect(page.locator(".summary strong")).to_have_text("10")


def test_on_a_phone_it_is_said_where_the_filters_are(site, page):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{site}/datasets/")
    page.click("#filter-panel > summary")
    page.context.set_offline(True)
    page.check("#modality-mri")
    again = page.get_by_role("dialog", name="Filters").get_by_role("button", name="Try again")
    expect(again).to_be_in_viewport()
    page.context.set_offline(False)
    again.click()
    expect(page.locator("#show")).to_have_text("Show 10 datasets")
    expect(page.locator("#lost")).to_be_hidden()
