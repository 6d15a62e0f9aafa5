"""The public pages in a real browser: nothing refused, nothing overflowing, a theme that stays."""

import pytest
from playwright.sync_api import expect

from tests.factories import DatasetFactory, RelationFactory, ToolFactory
from tests.fonts import goto_in_its_own_fonts

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = [
    "/",
    "/about/",
    "/datasets/",
    "/tools/",
    "/datasets/changes/",
    "/datasets/shown/",
    "/tools/reader/",
]


@pytest.fixture
def catalogue():
    shown = DatasetFactory(
        slug="shown",
        name="A-name-without-any-place-to-break-it-at-all" * 2,
        modalities=["ct"],
        anatomies=["lung"],
        sizes=[(10**12, "image-text-pairs", "at-least", "training_images_of_all_hospitals")],
        links=[("download", f"https://data.example/{'long' * 40}")],
        evidence=[f"https://source.example/{'long' * 40}"],
    )
    RelationFactory(subject=ToolFactory(slug="reader"), type="trained-on", object=shown)


@pytest.fixture
def complaints(page):
    """What the browser's console says, errors, lost files and refusals of the content policy included."""
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on(
        "response",
        lambda answer: answer.status < 400 or said.append(f"{answer.status}: {answer.url}"),
    )
    return said


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_fit_every_width_and_the_console_is_silent(
    live_server, page, catalogue, complaints, theme
):
    page.emulate_media(color_scheme=theme)
    foreign = []
    page.on(
        "request",
        lambda request: (
            None if request.url.startswith(live_server.url) else foreign.append(request.url)
        ),
    )
    for width in (360, 768, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for path in PAGES:
            page.goto(f"{live_server.url}{path}")
            excess = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert excess <= 0, (path, width)
    assert complaints == [] and foreign == []


@pytest.mark.parametrize("width", [768, 1280])
def test_every_page_starts_where_the_masthead_starts(live_server, page, catalogue, width):
    page.set_viewport_size({"width": width, "height": 900})
    for path in [*PAGES[1:], "/suggest/", "/search/?search=ct", "/datasets/check/", "/nothing/"]:
        page.goto(f"{live_server.url}{path}")
        starts = [page.locator(part).bounding_box()["x"] for part in (".masthead-nav", "h1")]
        assert starts[0] == starts[1], path


def test_about_has_its_headings_beside_the_text(live_server, page):
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{live_server.url}/about/")
    headings = page.locator(".prose > h2").all()
    assert len(headings) > 5
    for heading in headings:
        beside = heading.locator("xpath=following-sibling::*[1]").bounding_box()
        box = heading.bounding_box()
        assert box["x"] + box["width"] < beside["x"]
        assert box["y"] < beside["y"] + beside["height"] and beside["y"] < box["y"] + box["height"]


BROKEN = """() => [...document.querySelectorAll('.sizes .number, .sizes .size-unit, .sizes summary')]
  .flatMap((cell) => [...cell.textContent.matchAll(/\\S+/g)].filter((word) => {
    const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    while (walker.nextNode()) {
      const at = walker.currentNode.data.indexOf(word[0]);
      if (at < 0) continue;
      range.setStart(walker.currentNode, at);
      range.setEnd(walker.currentNode, at + word[0].length);
    }
    return range.getClientRects().length > 1;
  }).map(String))"""


def test_sizes_with_long_notes_keep_their_words_whole(live_server, page):
    page.route("**/*.woff2", lambda route: route.abort())
    note = "adult glioma task: 1,251 for training and 219 for validation, the rest withheld " * 2
    DatasetFactory(
        slug="noted", sizes=[(1_234_567, "studies", "at-least", note), (12, "scans", "about", "")]
    )
    page.goto(f"{live_server.url}/datasets/noted/")
    assert page.locator(".sizes .size-unit").all_inner_texts() == ["studies", "scans"]
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(BROKEN) == [], width
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width


def test_paper_shows_what_is_read_and_no_controls(live_server, page, catalogue):
    page.emulate_media(media="print", color_scheme="dark")
    shown = """(selector) => [...document.querySelectorAll(selector)].filter(
        (element) => element.checkVisibility()).length"""
    for path in PAGES:
        # What A4 has within its margins, in the pixels of CSS; tables lie on their side.
        width = 1000 if path in ("/datasets/", "/tools/") else 672
        page.set_viewport_size({"width": width, "height": 1000})
        page.goto(f"{live_server.url}{path}")
        excess = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert excess <= 0, path
        controls = "main :is(button, select, form[action]:not([method=post])), .masthead nav"
        assert page.evaluate(shown, controls) == 0, path
        assert page.evaluate(shown, "h1") == 1, path
        paper = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
        assert paper == "rgb(255, 255, 255)", path


def test_the_theme_is_chosen_and_kept(live_server, page, complaints):
    page.emulate_media(color_scheme="light")
    page.goto(f"{live_server.url}/about/")
    background = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(background)
    switch = page.get_by_role("button", name="Theme: system")
    switch.click()
    switch = page.get_by_role("button", name="Theme: light")
    switch.click()
    page.get_by_role("button", name="Theme: dark").wait_for()
    dark = page.evaluate(background)
    assert dark != light
    page.goto(f"{live_server.url}/datasets/")
    assert page.evaluate(background) == dark
    page.get_by_role("button", name="Theme: dark").click()
    assert page.evaluate(background) == light
    assert complaints == []


def test_bibtex_is_copied_or_selected(live_server, page, catalogue, complaints):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    # The button says so for a moment only, which lasts as long as the page's clock stands.
    page.clock.install(time=0)
    page.clock.pause_at(1000)
    page.goto(f"{live_server.url}/datasets/shown/")
    page.get_by_role("button", name="Copy BibTeX").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").startswith("@misc{shown,")
    page.clock.run_for(2500)
    expect(page.get_by_role("button", name="Copy BibTeX")).to_be_visible()
    assert complaints == []


def test_without_scripts_nothing_is_missing(live_server, browser, catalogue):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/datasets/shown/")
    assert page.get_by_text("@misc{shown,").is_visible()
    assert not page.get_by_role("button", name="Copy BibTeX").is_visible()
    page.goto(live_server.url)
    page.fill("#home-search", "place")
    page.press("#home-search", "Enter")
    page.wait_for_url("**/search/?search=place")
    context.close()


def test_the_keyboard_reaches_the_content_first(live_server, page):
    page.goto(f"{live_server.url}/about/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.id === 'main'")


@pytest.mark.parametrize("font", ["its own", "the system's"])
def test_the_masthead_stands_in_one_row_on_a_phone(live_server, page, font):
    page.set_viewport_size({"width": 360, "height": 780})
    if font == "its own":
        goto_in_its_own_fonts(page, f"{live_server.url}/about/")
    else:
        page.route("**/*.woff2", lambda route: route.abort())
        page.goto(f"{live_server.url}/about/")
    links = page.locator(".masthead-nav a:visible")
    boxes = [link.bounding_box() for link in links.all()]
    assert links.all_inner_texts() == ["Articles", "Datasets", "Tools", "Map", "Check", "Changes"]
    # None cut off, each large enough for a finger; About has its place in the footer.
    assert len({box["y"] for box in boxes}) == 1
    assert all(box["x"] + box["width"] <= 360 and box["height"] >= 40 for box in boxes)
    assert page.locator(".footer").get_by_role("link", name="About").is_visible()


def test_htmx_comes_when_somebody_turns_to_what_needs_it(live_server, page):
    page.goto(f"{live_server.url}/about/")
    assert page.evaluate("typeof htmx") == "undefined"
    page.evaluate(
        "document.querySelector('.masthead-search input').setAttribute('hx-get', '/about/')"
    )
    page.locator(".masthead-search input").focus()
    page.wait_for_function("() => typeof htmx === 'object'")
