"""Every state of the explorer in a browser: accessible, worked by keyboard alone, and the same from its address."""

import re

import pytest
from playwright.sync_api import expect

from tests.accessibility import COLOURS, RULES, violations
from tests.explorers import address, shows_the_same
from tests.launch import put_catalogue

pytest_plugins = ["tests.explorers"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STATES = {
    "plain": "?page_size=5",
    "filtered": "?page_size=5&modality=ct&license__not=cc-by&year_min=2001",
    "sorted": "?page_size=5&ordering=-year&columns=name&columns=year&columns=access",
    "open row": "?page_size=5&open=set-01&open=set-02",
    "selection": "?page_size=5&pick=set-01&pick=set-03&pick=set-29&density=compact",
    "no result": "?modality=mri&year_min=2999&pick=set-01&pick=set-02",
    "error": "?modality=zzz&year_min=soon&colour=red&pick=zzz&page=99",
}


def tab_to(page, wanted, key="Tab"):
    """Press a key until the element in focus is the wanted one, which a script tells."""
    for _ in range(300):
        if page.evaluate(f"(({{id, textContent}}) => {wanted})(document.activeElement)"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{key} never came to {wanted}")


@pytest.mark.long
@pytest.mark.parametrize(("scheme", "rules"), [("light", RULES), ("dark", COLOURS)])
def test_axe_finds_nothing_in_any_state(site, tab, scheme, rules):
    page = tab(color_scheme=scheme, reduced_motion="reduce")
    for name, query in STATES.items():
        page.goto(f"{site}/datasets/{query}")
        assert violations(page, rules) == [], name
    page.goto(f"{site}/datasets/?page_size=5&pick=set-01&pick=set-02")
    page.click("#columns > summary")
    page.click("#picked > summary")
    assert violations(page, rules) == [], "menus"
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    assert violations(page, rules) == [], "keys"
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{site}/datasets/?page_size=5&modality=ct&open=set-01&pick=set-01&pick=set-02")
    assert violations(page, rules) == [], "phone"
    page.click("#filter-panel > summary")
    expect(page.get_by_role("dialog", name="Filters")).to_be_visible()
    assert violations(page, rules) == [], "sheet"


@pytest.mark.long
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_the_links_of_the_launch_content_large_enough(live_server, tab, scheme):
    put_catalogue()
    for width, query in [
        (1280, "?density=compact"),
        (1920, "?density=compact&page_size=100"),
        (360, "?modality=ct&pick=luna16&pick=nlst&open=luna16"),
    ]:
        page = tab(width=width, color_scheme=scheme, reduced_motion="reduce")
        page.goto(f"{live_server.url}/datasets/{query}")
        assert violations(page) == [], (width, query)


def test_filter_sort_select_compare_and_export_by_keyboard_alone(site, tab):
    page = tab()
    page.goto(f"{site}/datasets/")
    page.keyboard.press("f")
    page.keyboard.press("Tab")
    tab_to(page, "id === 'modality-mri'")
    page.keyboard.press("Space")
    expect(page.locator(".summary strong")).to_have_text("10")
    expect(page.locator("#modality-mri")).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator("#row-set-00 th a")).to_be_focused()
    tab_to(page, "id === 'sort-year'", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".head-year")).to_have_attribute("aria-sort", "ascending")
    expect(page.locator("#sort-year")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".head-year")).to_have_attribute("aria-sort", "descending")
    for number, key in enumerate(["j", "ArrowDown", "j"], start=1):
        page.keyboard.press(key)
        page.keyboard.press("x")
        expect(page.locator(".tray-count")).to_have_text(f"{number} selected")
        expect(page.locator("#explorer-status")).to_have_text(f"{number} selected")
    expect(page.locator("#row-set-21 th a")).to_be_focused()
    page.keyboard.press("o")
    expect(page.locator("#detail-set-21")).to_contain_text("Anyone can download the files")
    expect(page.locator("#row-set-21 th a")).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("x")
    expect(page.locator(".tray-count")).to_have_text("2 selected")
    page.keyboard.press("x")
    expect(page.locator(".tray-count")).to_have_text("3 selected")
    tab_to(page, "textContent === 'Export the selection'")
    page.keyboard.press("Enter")
    tab_to(page, "textContent === 'CSV of the selection'")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    lines = download.value.path().read_text().splitlines()
    assert [line.partition(",")[0] for line in lines] == ["slug", "set-27", "set-21", "set-24"]
    page.keyboard.press("c")
    page.wait_for_url("**/datasets/compare/?slug=set-27&slug=set-21&slug=set-24")


def test_nothing_moves_when_the_scripts_have_come(site, tab):
    page = tab()
    page.add_init_script(
        """window.moved = [];
        new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
            moved.push(...entry.sources.map((source) => source.node?.className));
        })).observe({type: "layout-shift", buffered: true});"""
    )
    # They come after the page has been drawn.
    drawn = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"

    # What moved is told after the picture that shows it.
    told = "new Promise((done) => setTimeout(done, 100))"

    def late(route):
        # So have the fonts, whose words may be wider.
        page.evaluate("document.fonts.ready.then(() => null)")
        page.evaluate(drawn)
        page.evaluate(told)
        page.evaluate("moved.length = 0")
        route.continue_()

    page.route("**/explorer*.js", late)
    page.goto(f"{site}/datasets/")
    expect(page.get_by_label("Find in Task")).to_be_visible()
    page.evaluate(drawn)
    page.evaluate(told)
    assert page.evaluate("moved") == []


def test_a_row_can_be_picked_the_moment_its_table_has_come(site, tab):
    page = tab()
    page.goto(f"{site}/datasets/")
    page.evaluate(
        """document.addEventListener("htmx:afterSwap", () => {
            setTimeout(() => document.querySelector("[name=pick][type=checkbox]").click());
        }, {once: true})"""
    )
    page.focus("#sort-year")
    page.keyboard.press("Enter")
    # Said only by the script: the answer came into the page, and is no page of its own.
    expect(page.locator("#explorer-status")).to_have_text("1 selected")


def test_keys_help_can_be_read_and_single_keys_switched_off(site, tab):
    page = tab()
    page.goto(f"{site}/datasets/")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="By keyboard")
    expect(dialog).to_be_visible()
    dialog.get_by_label("Single keys do this").uncheck()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    for _ in range(2):
        page.keyboard.press("j")
        assert page.evaluate(
            "document.activeElement === document.body || !document.activeElement.closest('tr')"
        )
        page.goto(f"{site}/datasets/")
    page.click("#keys-button")
    dialog.get_by_label("Single keys do this").check()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("jxo?")
    expect(page.locator("#search")).to_have_value("jxo?")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_main_path(site, tab, scripts):
    page = tab(java_script_enabled=scripts)
    page.goto(f"{site}/datasets/?page_size=5")
    page.check("#access-open")
    if not scripts:
        page.click("#show")
    expect(page.locator(".summary strong")).to_have_text("15")
    page.click("#sort-year")
    expect(page.locator("tr.row").first).to_have_id("row-set-01")
    page.click("#open-set-03")
    expect(page.locator("#detail-set-03")).to_contain_text("Licence")
    for slug, turn in (("set-05", False), ("set-01", True), ("set-17", False)):
        page.check(f"#pick-{slug}")
        if not scripts:
            page.get_by_role("button", name="Keep what is ticked").click()
        expect(page.locator(f"#pick-{slug}")).to_be_checked()
        expect(page.locator("#picked")).to_contain_text(slug.replace("set-", "Set "))
        if turn:
            page.get_by_role("link", name="Next").click()
            expect(page.locator("#pick-set-11")).to_be_visible()
            expect(page.locator(".tray-count")).to_have_text("2 selected")
    # Without scripts a page's own boxes are in the order of its rows.
    order = ["set-05", "set-01", "set-17"] if scripts else ["set-01", "set-05", "set-17"]
    chosen = "&".join(f"slug={slug}" for slug in order)
    assert re.search("access=open.*page=2|page=2.*access=open", page.url)
    page.click("#taken > summary")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV of the selection").click()
    assert len(download.value.path().read_text().splitlines()) == 4
    page.get_by_role("link", name="As a list to share").click()
    page.wait_for_url(f"{site}/datasets/?{chosen}")
    expect(page.locator("tr.row")).to_have_count(3)
    page.go_back()
    expect(page.locator(".tray-count")).to_have_text("3 selected")
    page.get_by_role("link", name="Compare").click()
    page.wait_for_url(f"{site}/datasets/compare/?{chosen}")


@pytest.mark.long
def test_an_address_shows_the_same_in_a_new_browser(site, tab):
    """Steps through many states, each opened again from its address by somebody else."""
    page = tab()
    page.goto(f"{site}/datasets/?page_size=10")
    steps = [
        ("#modality-ct", "check"),
        ("#sort-year", "click"),
        ("#open-set-04", "click"),
        ("#pick-set-04", "check"),
        ("#density", "click"),
        ("#access-not-open", "check"),
        ("#pick-page", "click"),
        (".chip >> nth=0", "click"),
        ("#pick-set-08", "uncheck"),
        ("nav.pages >> text=Next", "click"),
        ("#open-set-28", "click"),
        ("text=Select none", "click"),
    ]
    for selector, deed in steps:
        before = address(page)
        getattr(page.locator(selector), deed)()
        expect(page).not_to_have_url(before)
        expect(page.locator(".htmx-request")).to_have_count(0)
        expect(page.locator("#explorer")).to_be_visible()
        other = tab()
        other.goto(address(page))
        assert shows_the_same(page, other), selector
        other.context.close()
    for query in STATES.values():
        page.goto(f"{site}/datasets/{query}")
        # Where the address is silent on the density, a second load brings what is remembered.
        page.wait_for_url("**density=compact*")
        plain = tab(java_script_enabled=False)
        plain.goto(page.url)
        expect(plain.locator("tr.row")).to_have_count(page.locator("tr.row").count())


def test_columns_and_density_are_remembered_and_an_address_goes_before(site, tab):
    page = tab()
    page.goto(f"{site}/datasets/?modality=mri")
    page.click("#columns > summary")
    for column in ("modality", "anatomy", "task", "license", "access", "host"):
        page.uncheck(f"#column-{column}")
    page.click("text=Show these columns")
    expect(page.locator("thead th")).to_have_count(4)
    page.click("#density")
    expect(page.locator("#explorer")).to_have_attribute("data-density", "compact")
    page.goto(f"{site}/datasets/?access=open")
    expect(page.locator("thead th")).to_have_count(4)
    expect(page).to_have_url(
        f"{site}/datasets/?access=open&columns=name&columns=size&columns=year&density=compact"
    )
    page.goto(f"{site}/datasets/?columns=name&density=comfortable")
    expect(page.locator("thead th")).to_have_count(2)
    expect(page.locator("#explorer")).to_have_attribute("data-density", "comfortable")
    page.goto(f"{site}/datasets/")
    # What is remembered is asked for by a second load, which a click must not come before.
    page.wait_for_url("**density=compact")
    page.click("#columns > summary")
    page.click("text=The usual ones")
    expect(page.locator("thead th")).to_have_count(10)
    page.click("#density")
    expect(page).to_have_url(f"{site}/datasets/")
    page.goto(f"{site}/datasets/?access=open")
    expect(page.locator("thead th")).to_have_count(10)
    expect(page).to_have_url(f"{site}/datasets/?access=open")


def test_going_back_undoes_filters_and_not_ticks(site, tab):
    page = tab()
    page.goto(f"{site}/datasets/")
    page.check("#modality-mri")
    expect(page.locator(".summary strong")).to_have_text("10")
    for slug in ("set-00", "set-03"):
        page.check(f"#pick-{slug}")
    expect(page.locator(".tray-count")).to_have_text("2 selected")
    page.go_back()
    expect(page.locator(".summary strong")).to_have_text("30")
    page.go_forward()
    expect(page.locator(".tray-count")).to_have_text("2 selected")


def test_a_long_facet_is_searched_by_typing(site, tab):
    page = tab()
    page.goto(f"{site}/datasets/")
    find = page.get_by_label("Find in Task")
    find.fill("TASK 13")
    expect(page.locator("#task-task-13")).to_be_visible()
    expect(page.locator("#facet-task li:visible")).to_have_count(1)
    page.check("#access-open")
    expect(page.locator(".summary strong")).to_have_text("15")
    expect(page.get_by_label("Find in Task")).to_have_value("TASK 13")
    expect(page.locator("#facet-task li:visible")).to_have_count(1)
    find.fill("nothing")
    expect(page.locator("#facet-task .find-none")).to_have_text("No value has these letters.")
    find.fill("task 13")
    find.press("Enter")
    expect(page.locator(".summary strong")).to_have_text("1")
    expect(page).to_have_url(re.compile(r"/datasets/\?task=task-13&access=open#"))


def test_on_a_phone_the_filters_are_a_dialog_that_keeps_the_focus(site, tab):
    page = tab(width=360)
    page.goto(f"{site}/datasets/")
    page.locator("#filter-panel > summary").press("Enter")
    sheet = page.get_by_role("dialog", name="Filters")
    expect(sheet).to_be_visible()
    within = "document.activeElement === document.body || document.activeElement.closest('#filter-sheet') !== null"
    for key in ["Shift+Tab"] * 3 + ["Tab"] * 6:
        page.keyboard.press(key)
        assert page.evaluate(within)
    page.locator("#modality-mri").press("Space")
    expect(page.locator("#show")).to_have_text("Show 10 datasets")
    expect(page.locator("#modality-mri")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate(within)
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    expect(page.locator("#filter-panel > summary")).to_be_focused()
    expect(page.locator("tr.row")).to_have_count(10)
    assert page.evaluate("document.querySelectorAll('[inert]').length") == 0
    page.click("#filter-panel > summary")
    expect(sheet).to_be_visible()
    page.click("#show")
    expect(sheet).to_have_count(0)
    expect(page.locator("tr.row").first).to_be_visible()


def test_on_paper_there_is_only_the_table(site, tab):
    page = tab()
    page.goto(f"{site}/datasets/?modality=mri&pick=set-00&pick=set-03")
    page.emulate_media(media="print")
    for selector in (
        "#filters",
        ".choices-order",
        ".choices-show",
        ".tray",
        ".cell-pick >> nth=0",
        ".masthead-nav",
    ):
        expect(page.locator(selector)).to_be_hidden()
    expect(page.locator("#row-set-00 th")).to_be_visible()
    expect(page.locator(".chip")).to_contain_text("Mri")
