"""What browser tests of the explorer share: a catalogue on a live server, tabs, and what a page shows."""

import time

import pytest

from datasets.models import changing
from tests.factories import DatasetFactory, ModalityFactory, RelationFactory

# That a later request took the place of an earlier one is no fault.
DROPPED = ("htmx:afterRequest", "htmx:sendAbort")


@pytest.fixture
def site(live_server):
    """Thirty datasets on a live server, the first derived from the second."""
    with changing():
        ModalityFactory(slug="cta", name="CT angiography", broader=["ct"])
        for number in range(30):
            record = DatasetFactory(
                slug=f"set-{number:02}",
                name=f"Set {number:02}",
                year=2000 + number,
                modalities=["mri" if number % 3 == 0 else "cta" if number % 3 == 1 else "ct"],
                tasks=[f"task-{number:02}" if number < 14 else "detection"],
                access="open" if number % 2 else "agreement",
                license="cc-by" if number % 5 else "own-terms",
                links=[("homepage", "https://set.example/")],
                sizes=[(number * 1000 + 7, "scans", "about")],
            )
            if number == 1:
                first = record
        RelationFactory(subject=record, type="derived-from", object=first, extent="All of it.")
    return live_server.url


@pytest.fixture
def tab(browser):
    """Opens a tab in a browser of its own; the test fails if a console said anything."""
    contexts, said = [], []

    def opened(width=1280, **options):
        contexts.append(browser.new_context(viewport={"width": width, "height": 800}, **options))
        page = contexts[-1].new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()
    said = [text for text in said if not text.startswith(DROPPED)]
    assert not said, said


def seen(page):
    """What the page shows, as far as its address must tell it."""
    return page.evaluate(
        """() => {
            const values = (selector, read) => [...document.querySelectorAll(selector)].map(read);
            return {
                summary: document.querySelector(".summary").textContent,
                rows: values("tr.row", (row) => row.id),
                details: values("tr.detail", (row) => row.id),
                picked: values("[name=pick]:checked", (box) => box.value),
                selection: document.querySelector(".tray-count")?.textContent ?? "",
                deeds: values(".tray-deeds a", (link) => link.getAttribute("href")),
                headings: values("thead th", (cell) => cell.className + cell.ariaSort),
                chips: values(".chip", (chip) => chip.textContent),
                ticked: values("#filters :checked", (box) => box.id),
                unfolded: values("#explorer details[open]", (fold) => fold.id),
                found: values("#explorer .find", (input) => input.value),
                options: values(".facet li:not([hidden])", (item) => item.querySelector(".option").textContent),
                typed: values("#filters input:not([type=checkbox]):not(.find)", (box) => box.value),
                chosen: values("select", (select) => select.value),
                density: document.querySelector("#explorer").dataset.density,
                page: document.querySelector("[aria-current=page]:not(.masthead a)")?.textContent ?? "",
            };
        }"""
    )


def address(page):
    """Where a page says that it is. What Playwright knows of it comes a moment later than what the page shows."""
    return page.evaluate("location.href")


def shows_the_same(page, other, patience=30):
    """Whether a page comes to show what another one does, which nobody touches."""
    shown, until = seen(other), time.monotonic() + patience
    while seen(page) != shown and time.monotonic() < until:
        page.wait_for_timeout(50)
    assert seen(page) == shown, page.url
    return True
