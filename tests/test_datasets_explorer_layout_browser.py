"""How the table of datasets is laid out, in the site's fonts and in the wider ones that stand in for them."""

import pytest
from playwright.sync_api import expect

from datasets.models import changing
from tests.factories import DatasetFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(live_server):
    with changing():
        for number, access in enumerate(["open", "registration", "credentialed", "application"]):
            DatasetFactory(
                slug=f"set-{number}", name=f"Set {number}", access=access, modalities=["ct"]
            )
    return live_server.url


@pytest.fixture(params=["the site's fonts", "the system's"])
def tab(request, page):
    if request.param == "the system's":
        page.route("**/*.woff2", lambda route: route.abort())
    return page


def at(tab, width, height=780):
    tab.set_viewport_size({"width": width, "height": height})
    return tab


def test_on_a_phone_the_first_record_is_seen_at_once(site, tab):
    for path in ("/datasets/", "/tools/", "/datasets/?pick=set-0&pick=set-1"):
        at(tab, 360).goto(site + path)
        top = tab.locator("tbody tr, .empty").first.bounding_box()["y"]
        assert top < 0.7 * 780, path


def test_on_a_phone_the_tray_shows_every_deed(site, tab):
    at(tab, 360).goto(f"{site}/datasets/?pick=set-0&pick=set-1&pick=set-2")
    right = tab.evaluate("document.documentElement.clientWidth")
    shown = tab.locator(".tray-deeds > li:visible").all()
    assert len(shown) == 5
    for deed in shown:
        box = deed.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= right, deed.inner_text()
    for drop, link in (("#picked", "Set 1"), ("#taken", "As a list to share")):
        tab.click(f"{drop} > summary")
        box = tab.locator(f"{drop} .drop-body").bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= right and box["y"] >= 0, drop
        assert tab.locator(drop).get_by_role("link", name=link, exact=True).is_visible()


def test_on_a_phone_what_drops_down_stays_on_the_page(site, tab):
    at(tab, 360).goto(f"{site}/datasets/")
    right = tab.evaluate("document.documentElement.clientWidth")
    for drop in ("#columns", "#files"):
        tab.click(f"{drop} > summary")
        box = tab.locator(f"{drop} .drop-body").bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= right, drop


def test_no_button_above_the_table_stands_alone_in_a_line(site, tab):
    for density in ("", "?density=compact"):
        tab.goto(f"{site}/datasets/{density}")
        for width in (360, 768, 1000, 1280):
            buttons = at(tab, width).locator(".choices-show > *").all()
            assert len(buttons) == 4
            assert len({button.bounding_box()["y"] for button in buttons}) == 1, (density, width)


@pytest.fixture
def long_site(live_server):
    """More rows than a window shows."""
    with changing():
        for number in range(40):
            DatasetFactory(slug=f"set-{number:02}", name=f"Set {number:02}", modalities=["ct"])
    return live_server.url


COLUMNS = (
    "name modality anatomy task size license access host year kind summary annotations verified"
)
WIDE = "?page_size=50&" + "&".join(f"columns={name}" for name in COLUMNS.split())
BOX = "getComputedStyle(document.querySelector('.table-frame')).overflowY"


# The heading goes along with the next picture that is drawn; what is drawn between two pixels is seen.
SEEN = """() => {
  const box = document.querySelector('.head-name').getBoundingClientRect();
  return box.top > -0.5 && box.bottom <= innerHeight;
}"""


@pytest.mark.parametrize("size", [(1366, 768), (1280, 720), (1920, 1080)])
def test_a_table_that_fits_is_scrolled_by_the_page(long_site, tab, size):
    at(tab, *size).goto(f"{long_site}/datasets/?page_size=50")
    assert tab.evaluate(BOX) == "visible"
    assert tab.evaluate("document.documentElement.scrollWidth") <= size[0]


@pytest.mark.parametrize("query", ["?page_size=50", "?page_size=50&density=compact", WIDE])
@pytest.mark.parametrize("size", [(1366, 768), (1280, 720), (768, 1024)])
def test_the_columns_keep_their_names_in_sight(long_site, tab, size, query):
    at(tab, *size).goto(f"{long_site}/datasets/{query}")
    for _ in range(20):
        tab.keyboard.press("j")
    expect(tab.locator("#row-set-19 th a")).to_be_focused()
    expect(tab.locator("#row-set-19 th a")).to_be_in_viewport()
    tab.wait_for_function(SEEN)
    tab.mouse.move(size[0] / 2, 5)
    tab.mouse.wheel(0, 100_000)
    expect(tab.locator(".footer-state")).to_be_in_viewport()
    tab.wait_for_function(SEEN)


@pytest.mark.parametrize("query", ["", "?density=compact"])
@pytest.mark.parametrize("width", [768, 1280, 1366, 1920])
def test_a_long_figure_stays_whole_in_its_column(live_server, tab, width, query):
    with changing():
        DatasetFactory(slug="archive", sizes=[(100_000_000, "images", "at-least")])
    at(tab, width).goto(f"{live_server.url}/datasets/{query}")
    cell = tab.locator("td.cell-size")
    assert cell.evaluate("(cell) => cell.scrollWidth <= cell.clientWidth")
    # The sign is on the line of its figure.
    sign, figure = (cell.locator(part).bounding_box() for part in ("[aria-hidden]", ".count"))
    assert abs(sign["y"] + sign["height"] - figure["y"] - figure["height"]) < 5


BROKEN = """() => [...document.querySelectorAll('.cell-access .badge')].flatMap(({firstChild: text}) =>
  [...text.data.matchAll(/\\w+/g)].filter((word) => {
    const range = document.createRange();
    range.setStart(text, word.index);
    range.setEnd(text, word.index + word[0].length);
    return range.getClientRects().length > 1;
  }).map(String))"""


def test_access_is_told_in_whole_words_without_a_frame_around_them(site, tab):
    at(tab, 1280).goto(f"{site}/datasets/")
    assert tab.evaluate(BROKEN) == []
    frames = "badges => badges.map((badge) => getComputedStyle(badge).borderTopWidth)"
    assert set(tab.locator(".records td .badge").evaluate_all(frames)) == {"0px"}


ROOM = """(input) => {
  const style = getComputedStyle(input), pen = document.createElement('canvas').getContext('2d');
  pen.font = style.font;
  return input.clientWidth - parseFloat(style.paddingLeft) - pen.measureText(input.placeholder).width;
}"""


def test_what_the_search_takes_is_said_in_full(site, tab):
    tab.goto(f"{site}/datasets/")
    for width in (360, 1000, 1280):
        assert at(tab, width).locator("#search").evaluate(ROOM) >= 0, width


def test_a_long_word_is_broken_wherever_it_is_repeated(site, tab):
    for path in ("/datasets/?", "/datasets/?pick=set-0&", "/tools/?", "/datasets/map/?"):
        at(tab, 360).goto(f"{site}{path}search={'x' * 150}")
        assert "x" * 150 in tab.inner_text("main"), path
        overhang = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert tab.evaluate(overhang) <= 0, path


@pytest.mark.parametrize("picked", [1, 2, 4])
def test_without_scripts_the_tray_of_a_phone_is_two_rows(site, browser, picked):
    page = browser.new_page(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page.goto(f"{site}/datasets/?" + "&".join(f"pick=set-{number}" for number in range(picked)))
    expect(page.get_by_role("button", name="Keep what is ticked")).to_be_visible()
    right = page.evaluate("document.documentElement.clientWidth")
    rows, boxes = set(), [item.bounding_box() for item in page.locator(".tray-deeds > li").all()]
    for box in boxes:
        rows.add(round(box["y"] + box["height"] / 2))
        assert box["x"] >= 0 and box["x"] + box["width"] <= right
    assert len(boxes) >= 5 and len(rows) == 2
    assert page.locator(".tray").bounding_box()["height"] < 120
    page.context.close()
