"""The publication in a real browser: nothing refused, nothing overflowing, tables sorted and filtered in place."""

import pytest

from articles import publishing
from articles.models import Callout, DatasetTable, ImageBlock, Quote, Text
from tests.factories import DatasetFactory
from tests.factories_articles import ImageFactory, PostFactory, WorkFactory
from tests.fonts import goto_in_its_own_fonts

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = [
    *("/", "/articles/", "/articles/guide/", "/articles/news/", "/categories/research/"),
    *("/sources/", "/authors/staff/", "/corrections/", "/articles/?kind=explainer&page=7"),
]
LONG = "unbreakable" * 10


@pytest.fixture
def publication():
    for name, year, count in (
        ("Alpha", 2019, 900),
        ("Beta", None, 10_000),
        ("Gamma", 2021, 20),
        ("Delta", 2003, 3),
    ):
        DatasetFactory(
            slug=name.lower(), name=name, year=year, modalities=["ct"], sizes=[(count, "scans")]
        )
    table = DatasetTable(query="modality=ct", columns=["name", "size", "year"], caption="CT sets")
    PostFactory(
        slug="guide",
        kind="guide",
        blocks=[Text(html="<h2>One</h2><p>Words.</p><h2>Two</h2>"), table],
        publish=True,
    )
    post = PostFactory(
        slug="news",
        title=f"News {LONG}",
        hero=ImageFactory(),
        hero_alt="A picture",
        works=[WorkFactory(title=LONG, doi=f"10.1234/{LONG}")],
        blocks=[
            Text(html=f"<p>{LONG}</p><table><tbody><tr><td>{LONG}</td></tr></tbody></table>"),
            ImageBlock(image=ImageFactory(), alt="Another"),
            Quote(text=LONG, attribution=LONG),
            Callout(heading=LONG, html=f"<p>{LONG}</p>"),
        ],
        publish=True,
    )
    publishing.correct(post, by=None, text=LONG)


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
    live_server, page, publication, complaints, theme
):
    page.emulate_media(color_scheme=theme)
    for width in (360, 768, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for path in PAGES:
            page.goto(f"{live_server.url}{path}")
            excess = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert excess <= 0, (path, width)
            assert page.locator("h1").count() == 1
    assert complaints == []


def names(page):
    return page.locator(".live-table tbody tr:visible th").all_inner_texts()


def test_a_table_is_sorted_by_its_headings(live_server, page, publication, complaints):
    page.goto(f"{live_server.url}/articles/guide/")
    assert names(page) == ["Alpha", "Beta", "Delta", "Gamma"]
    heading = page.get_by_role("columnheader", name="Size")
    heading.get_by_role("button").focus()
    page.keyboard.press("Enter")
    assert names(page) == ["Delta", "Gamma", "Alpha", "Beta"]
    assert heading.get_attribute("aria-sort") == "ascending"
    page.keyboard.press("Enter")
    assert names(page) == ["Beta", "Alpha", "Gamma", "Delta"]
    assert heading.get_attribute("aria-sort") == "descending"
    # Unknown comes last either way.
    year = page.get_by_role("columnheader", name="Year").get_by_role("button")
    year.click()
    assert names(page) == ["Delta", "Alpha", "Gamma", "Beta"]
    assert heading.get_attribute("aria-sort") is None
    year.click()
    assert names(page) == ["Gamma", "Alpha", "Delta", "Beta"]
    year.click()
    assert names(page) == ["Alpha", "Beta", "Delta", "Gamma"]
    assert complaints == []


def test_sizes_in_several_units_are_not_sorted(live_server, page, publication, complaints):
    DatasetFactory(slug="epsilon", name="Epsilon", modalities=["ct"], sizes=[(1000, "patients")])
    tables = [
        DatasetTable(query=f"modality=ct{more}", columns=["name", "size"], caption="CT sets")
        for more in ("", "&unit=scans")
    ]
    PostFactory(slug="mixed", blocks=tables, publish=True)
    page.goto(f"{live_server.url}/articles/mixed/")
    sortable = [
        [heading.inner_text() for heading in table.locator("th:has(button)").all()]
        for table in page.locator(".live-table").all()
    ]
    assert sortable == [["Name"], ["Name", "Size"]]
    assert complaints == []


def test_a_table_is_filtered_as_one_types(live_server, page, publication, complaints):
    page.goto(f"{live_server.url}/articles/guide/")
    box = page.get_by_label("Filter this table")
    box.fill("2019 alph")
    assert names(page) == ["Alpha"]
    assert page.get_by_text("1 of 4 shown").is_visible()
    box.fill("")
    assert len(names(page)) == 4
    assert complaints == []


def test_without_scripts_the_explorer_sorts(live_server, browser, publication):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/articles/guide/")
    assert names(page) == ["Alpha", "Beta", "Delta", "Gamma"]
    assert page.get_by_label("Filter this table").count() == 0
    page.get_by_role("link", name="Open in the explorer").click()
    page.wait_for_url("**/datasets/?modality=ct")
    context.close()


def test_lines_are_of_a_length_to_read(live_server, page, publication):
    page.set_viewport_size({"width": 1280, "height": 800})
    goto_in_its_own_fonts(page, f"{live_server.url}/articles/guide/")
    # How many letters of ordinary text go into a line.
    fits = page.evaluate(
        """() => {
            const line = document.querySelector(".article-text > p");
            const style = getComputedStyle(line);
            const pen = document.createElement("canvas").getContext("2d");
            pen.font = `${style.fontSize} ${style.fontFamily}`;
            const sample = "Several of the radiograph sets carry labels that software read from reports";
            return line.clientWidth / (pen.measureText(sample).width / sample.length);
        }"""
    )
    assert 60 <= fits <= 75


def test_a_guide_fills_a_wide_page_and_wastes_no_phone(live_server, page, publication):
    page.goto(f"{live_server.url}/articles/guide/")
    page.set_viewport_size({"width": 1280, "height": 900})
    cover, heading = page.locator(".article-head > .cover"), page.get_by_role("heading", name="One")
    words = page.get_by_text("Words.", exact=True)
    beside = heading.bounding_box(), words.bounding_box()
    assert cover.is_visible()
    assert beside[0]["x"] + beside[0]["width"] < beside[1]["x"]
    assert beside[0]["y"] < beside[1]["y"] + beside[1]["height"]
    # The table has the whole page.
    assert page.locator(".live-table").bounding_box()["x"] == beside[0]["x"]
    page.set_viewport_size({"width": 360, "height": 780})
    assert not cover.is_visible()
    assert heading.bounding_box()["y"] < words.bounding_box()["y"]
