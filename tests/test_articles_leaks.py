"""Nothing that is not published is found by anybody who is not logged in, at whatever address.

The word SECRET is in all that readers may not see. It is looked for in every answer,
headers included. A request that has the word in itself may be echoed: it must be
answered exactly as one with a word that nothing has.
"""

import re
from difflib import unified_diff
from functools import cache
from urllib.parse import unquote, urlencode

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver

from articles.filters import PostFilter
from datasets.api.forms import ChangesQuery
from datasets.filters import QUERIES
from tests.secrets import DECOY, PUBLIC, SECRET, World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
PARAMETER = re.compile(r"\(\?P<(?P<name>\w+)>[^()]*\)|<(?:\w+:)?(?P<plain>\w+)>")
# Differs by what was asked, and tells nothing that the body does not.
UNLIKE = ("ETag", "Content-Length", "Set-Cookie", "Expires")
# Drawn anew for every answer, or told by the clock.
DRAWN = re.compile(
    r'(csrfmiddlewaretoken" value|nonce)="[^"]*"|nonce-[\w+/=-]+|\d\d:\d\d (gmt|bst)'
)
# A post that readers have seen may say that it is gone.
GONE = f"{SECRET}-withdrawn"


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


def routes(resolver=None, before=""):
    """Every address of the site, with the names of its parameters in it."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = before + str(pattern.pattern).removeprefix("^")
        if hasattr(pattern, "url_patterns"):
            yield from routes(pattern, route)
        else:
            yield "/" + route.removesuffix("$").removesuffix("\\Z")


def addresses(world):
    """Every address with every example value; fails where there is none for a parameter."""
    examples = world.examples()
    found = {}
    for route in routes():
        filled = [route]
        for match in PARAMETER.finditer(route):
            name = match["name"] or match["plain"]
            assert name in examples, (
                f"{route}: give example values for “{name}” in tests/secrets.py"
            )
            filled = [
                address.replace(match[0], value, 1)
                for address in filled
                for value in examples[name]
            ]
        found.update(dict.fromkeys(filled))
    return list(found)


# One, since each client of its own would first load all middleware.
ANYBODY = Client(raise_request_exception=False)


def ask(address, method="get", headers=None):
    ANYBODY.cookies.clear()
    return getattr(ANYBODY, method)(address, headers=headers or {})


def told(response):
    """Status, headers and body of an answer as one text."""
    body = response.getvalue() if response.streaming else response.content
    headers = "\n".join(
        f"{name}: {value}" for name, value in sorted(response.items()) if name not in UNLIKE
    )
    text = f"{response.status_code}\n{headers}\n\n{body.decode(errors='replace')}"
    return DRAWN.sub("", unquote(text).lower())


def faults(address, said, ask_again):
    """What is wrong with the answer to an anonymous request: nothing, or a line about it."""
    status = int(said[:3])
    if status >= 500:
        return [f"{address}: {status}"]
    if SECRET not in unquote(address):
        at = said.find(SECRET)
        return [f"{address}: …{said[max(0, at - 80) : at + 80]}…"] if at >= 0 else []
    if status == 410 and GONE in address:
        return [f"{address}: 410"] if SECRET in said.replace(GONE, "") else []
    other = ask_again(address.replace(SECRET, DECOY))
    if said.replace(SECRET, DECOY) == other:
        return []
    lines = unified_diff(other.splitlines(), said.splitlines(), lineterm="", n=0)
    return [f"{address}: not as for a word that nothing has", *list(lines)[2:12]]


def check(addresses, answer):
    """Fail with every address whose answer tells; ``answer`` gives it as one text."""
    found = [
        "\n".join(fault)
        for address in addresses
        if (fault := faults(address, answer(address), answer))
    ]
    assert not found, "\n".join([f"{len(found)} leaks", *found[:20]])


def answered(address, method="get", headers=None):
    return told(ask(address, method, headers))


@pytest.fixture(scope="module")
def seen(world):
    """What the world answers to an address; several tests go the same way."""
    return cache(answered)


def test_no_address_tells(world, seen):
    check(addresses(world), seen)


def test_asked_for_its_head_an_address_says_what_it_says_of_the_whole(world, seen):
    for address in addresses(world):
        assert answered(address, "head").strip() == seen(address).partition("\n\n")[0], address


def test_what_an_address_offers_tells_nothing(world):
    check(addresses(world), lambda address: answered(address, "options"))


def is_list(route):
    return not PARAMETER.search(route) and not route.startswith("/admin/")


# These narrow what they show by the values of parameters.
NARROWED = [
    "/articles/",
    *(f"{before}/{family}/" for before in ("", "/api/v1") for family in QUERIES),
    *(f"/api/v1/{family}/facets/" for family in QUERIES),
    "/api/v1/posts/",
]

SEARCHES = ["/search/", "/search/suggestions/"]


def lists():
    """Public addresses of every kind that may take parameters."""
    filled = [f"/articles/{PUBLIC}-post/", "/categories/research/", "/api/v1/datasets/lungs/"]
    return [*filter(is_list, routes()), *filled, f"/api/v1/posts/{PUBLIC}-post/", "/admin/login/"]


def parameters():
    grammars = [PostFilter.base_filters, ChangesQuery.base_fields]
    grammars += [query.base_filters for query in QUERIES.values()]
    return list(dict.fromkeys(name for names in grammars for name in names)) + ["q", "next"]


def questions(world):
    """Query strings that could make any address tell."""
    yield urlencode(dict.fromkeys(parameters(), SECRET))
    yield urlencode(dict.fromkeys(parameters(), SECRET[:-1]))
    for name in ("search", "q"):
        for text in (SECRET, f"{SECRET[:-2]}hc"):
            yield urlencode({name: text})
    yield "page=2"


def narrow_questions(world):
    """Query strings that name what is secret, or come near to it.

    A name stands under every parameter at once: each is judged by itself, see below.
    """
    for text in (SECRET[:-1], SECRET[:5], f"{SECRET} {PUBLIC}", "jama"):
        yield urlencode({"search": text})
    for slug in world.slugs():
        yield urlencode(
            dict.fromkeys(("slug", "slug__not", "category", "source", "author", "dataset"), slug)
        )
    for form in ("csv", "ndjson", "bib", "json"):
        yield f"format={form}"
        yield f"format={form}&search={SECRET}"
    yield "fields=relations,evidence,replaced_by,slug,paper,extra"


@pytest.mark.parametrize("place", [place for place in NARROWED if place.startswith("/api/")])
def test_every_parameter_of_a_question_is_judged_by_itself(client, place):
    """So that what one of them tells is not hidden by what is wrong with another."""
    # Of those that the address does not know, it names only the first.
    known = {"posts": PostFilter, **QUERIES}[place.split("/")[3]].base_filters
    for word in (SECRET, SECRET[:-1]):
        said = client.get(place, dict.fromkeys(parameters(), word)).json()["errors"]
        assert set(known) - set(said) == {"search"}


def test_no_question_makes_an_address_tell(world):
    requests = [(place, query) for place in lists() for query in questions(world)]
    requests += [(place, query) for place in NARROWED for query in narrow_questions(world)]
    requests += [("/suggest/", urlencode({"record": slug})) for slug in world.slugs()]
    requests += [("/suggest/", urlencode({"record": "lungs", "fact": SECRET}))]
    for text in (SECRET[:5], f"{SECRET} {PUBLIC}", f"{PUBLIC} {SECRET}s"):
        requests += [(place, urlencode({"search": text})) for place in SEARCHES]
    assert set(NARROWED) <= set(lists())
    check([f"{place}?{query}" for place, query in requests], answered)


@pytest.mark.parametrize(
    "headers",
    [{"HX-Request": "true", "HX-Target": "explorer"}, {"If-None-Match": '"x"', "Accept": "*/*"}],
)
def test_no_header_makes_an_address_tell(headers):
    check(lists(), lambda address: answered(address, headers=headers))


def sent(world, data):
    """The answer to a suggestion that is sent in, and to the one page that it may lead to."""
    client = Client()
    response = client.post("/suggest/", data, follow=True)
    text = unquote(response.content.decode()).lower()
    for reference in re.findall(r"/suggest/([\w-]+)/", str(response.redirect_chain)):
        text = text.replace(reference.lower(), "")
    return DRAWN.sub("", re.sub(r'<time datetime="[^"]*"', "<time", text))


def test_sending_a_suggestion_tells_nothing_of_what_is_hidden(world):
    """By name, address, DOI or record: as if there were nothing of the kind."""
    for slug in [*world.slugs(), "taken-set"]:
        other = slug.replace(SECRET, DECOY) if SECRET in slug else "given-set"
        for field in ("record", "correct"):
            told = sent(world, {field: slug, "message": "Wrong."}).replace(slug, other)
            assert told == sent(world, {field: other, "message": "Wrong."})
    for data in (
        {"name": f"{SECRET} set"},
        {"name": SECRET},
        {"url": f"https://{SECRET}.example/"},
        {"doi": f"10.1000/{SECRET}.0"},
    ):
        data = {"kind": "dataset", "name": "X", "message": "Y"} | data
        decoys = {key: value.replace(SECRET, DECOY) for key, value in data.items()}
        found = sent(world, data)
        assert "is it one of" not in found and "is it this one" not in found
        assert found.replace(SECRET, DECOY) == sent(world, decoys)


def test_images_are_seen_only_where_something_visible_uses_them(world):
    public, *secret = world.images
    for size in ("article", "card"):
        assert ask(f"/media/{public}?size={size}").status_code == 200
        for name in secret:
            stem = name.partition("/")[2].partition(".")[0]
            other = stem[::-1]
            missing = told(ask(f"/media/{name}?size={size}"))
            nothing = told(ask(f"/media/{name.replace(stem, other)}?size={size}"))
            assert missing.startswith("404")
            assert missing.replace(stem, other) == nothing


def test_what_is_public_is_found_by_the_same_walk(world, seen):
    """So that the walk is known to come where something could be told."""
    found = {
        address for address in addresses(world) if PUBLIC not in address and PUBLIC in seen(address)
    }
    assert found >= {
        *("/", "/articles/", "/categories/research/", "/sources/jama/", "/authors/staff/"),
        *("/corrections/", "/feeds/articles.atom", "/feeds/corrections.atom", "/sitemap.xml"),
        *("/datasets/", "/datasets/lungs/", "/datasets/changes/", "/articles/steady/"),
        *("/api/v1/posts/", "/api/v1/datasets/", "/api/v1/changes/", "/api/v1/datasets/lungs/"),
    } - {"/articles/steady/"}


def test_every_kind_of_secret_is_there(world):
    """So that the word would be found, were the rules of visibility broken."""
    for state in ("submitted_at", "withdrawn_at"):
        assert world.live.__class__.objects.exclude(**{state: None}).exists()
    client = Client()
    client.force_login(world.user)
    for address in ("/admin/articles/post/", "/admin/datasets/dataset/", "/admin/articles/work/"):
        assert SECRET in client.get(address).text
