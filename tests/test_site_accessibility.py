"""Every public page by the rules of WCAG 2.2 AA, in both themes, on a phone and at a desk.

The pages are found in the URL configuration: a new one is looked at without being
named here, or fails for want of an example value.
"""

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import URLPattern, get_resolver

from articles import publishing
from articles.models import Post
from datasets.models import Record, changing
from tests.accessibility import COLOURS, RULES, violations
from tests.launch import put_posts

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SLUGS = {
    "articles": ["ai-scribe-record-time-jama", "open-radiology-datasets", "open-medical-imaging-datasets", "medical-ai-low-resource-settings"],
    "categories": ["research"],
    "sources": ["jama"],
    "authors": ["newsroom-staff"],
    "datasets": ["luna16", "mimic-cxr", "hc18"],
    "tools": ["monai", "nnu-net"],
}  # fmt: skip
# Not for readers; and the explorer has tests of its own, in each of its states.
LEFT_OUT = ("admin/", "datasets/")
FILES = ("api", "media", "preview")
GUIDE = "api/v1/docs/"
# Pages in a state that no address of the configuration shows by itself.
STATES = [
    "/datasets/nowhere/",
    "/articles/?kind=guide&year=1",
    "/articles/?search=nothing+at+all",
    "/datasets/changes/?event=withdrawn",
]
# Some that are pages for certain, so that the walk passes none by.
PAGES = {"/", "/articles/", "/datasets/luna16/", "/about/", "/datasets/nowhere/", f"/{GUIDE}"}
# The walk is long: several processes can share it.
PARTS = 4
VIEWS = [
    ({"width": 1280, "height": 900}, "light", RULES),
    ({"width": 1280, "height": 900}, "dark", COLOURS),
    ({"width": 360, "height": 780}, "dark", RULES),
    ({"width": 360, "height": 780}, "light", COLOURS),
]


def routes(patterns, before=""):
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route
        elif route != "admin/":
            yield from routes(pattern.url_patterns, route)


def addresses():
    """Each address that may be a page, with every example slug. What lies under a token is only for who has it."""
    for route in routes(get_resolver().url_patterns):
        family = route.partition("/")[0]
        if route in LEFT_OUT or (family in FILES and route != GUIDE):
            continue
        if "<slug:slug>" in route:
            assert family in SLUGS or "." in route, f"SLUGS has no example for {route}"
            yield from (f"/{route.replace('<slug:slug>', slug)}" for slug in SLUGS.get(family, []))
        elif "<" not in route:
            yield f"/{route}"


@pytest.fixture
def launched(transactional_db):
    """The launch content, with one article corrected, one withdrawn, and one record taken back."""
    put_posts()
    posts = {post.slug: post for post in Post.objects.all()}
    publishing.correct(posts["ai-scribe-record-time-jama"], by=None, text="It was 13 minutes.")
    publishing.withdraw(posts["medical-ai-low-resource-settings"], by=None, notice="It was wrong.")
    with changing(note="No longer offered"):
        record = Record.objects.get(slug="hc18")
        record.published = False
        record.save()


def pages(addresses):
    """Those that answer with a page, whatever its status."""
    client = Client()
    return [address for address in addresses if is_page(client.get(address))]


def is_page(answer):
    """Not a file, a feed or a part that a script asks for."""
    return answer["Content-Type"].startswith("text/html") and "<html" in answer.text


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_axe_finds_nothing_wrong_with_any_page(live_server, page, launched, part):
    every = [*addresses(), *STATES]
    assert set(every) >= PAGES
    mine = every[part::PARTS]
    faults, seen = [], pages(mine)
    assert PAGES & {*mine} <= {*seen}
    for address in seen:
        page.goto(f"{live_server.url}{address}")
        for size, theme, rules in VIEWS:
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            faults += [
                f"{address} {size['width']} {theme}: {fault}" for fault in violations(page, rules)
            ]
    assert not faults, "\n".join(faults[:40])


def test_the_pages_for_what_goes_wrong_are_accessible(live_server, page):
    request = RequestFactory().get("/")
    page.goto(f"{live_server.url}/about/")
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        for name in ("400", "403", "429", "500", "503"):
            page.set_content(render_to_string(f"{name}.html", {"seconds": 3}, request=request))
            # Dressed as readers see it.
            assert page.evaluate("document.styleSheets[0].cssRules.length") > 3
            assert violations(page) == [], (name, theme)
