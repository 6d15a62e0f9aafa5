"""The tables of datasets and of tools, through the client."""

import html
import re

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from tests.factories import (
    AnatomyFactory,
    DatasetFactory,
    ModalityFactory,
    TaskFactory,
    ToolFactory,
)
from tests.pages import words
from tests.tables import get, link, rows, tally

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Target": "explorer"}


def test_a_file_is_not_made_from_half_an_address(client):
    DatasetFactory()
    text = get(client, "/datasets/?format=csv&modality=nothing")
    assert "No file was made" in text
    assert "“nothing” is not a known modality" in text


def test_unpublished_records_are_nowhere(client):
    DatasetFactory(slug="shown", modalities=["ct"], sizes=[(10, "scans")])
    DatasetFactory(
        slug="secret-one",
        published=False,
        modalities=["secret-modality"],
        host="secret-host",
        license="secret-license",
        anatomies=["secret-organ"],
        sizes=[(10, "secret-unit")],
        countries=["AQ"],
    )
    for address in ("/datasets/", "/datasets/?search=secret", "/datasets/?modality=ct", "/tools/"):
        text = get(client, address).lower()
        assert "secret-" not in text, address
        assert "antarctica" not in text, address


def test_a_term_stands_under_each_of_its_broader_ones(client):
    ModalityFactory(slug="pet-ct", name="PET/CT", broader=["pet", "ct"])
    DatasetFactory(slug="both", modalities=["pet-ct"])
    DatasetFactory(slug="other", modalities=["mri"])
    text = get(client, "/datasets/")
    for parent in ("pet", "ct"):
        below = re.search(rf"Narrower than {parent.capitalize()}<.*?</details>", text, re.S)[0]
        assert "PET/CT" in below
    assert text.count('name="modality" value="pet-ct"') == 1
    # One box and one link, of which the link ticks the box.
    address = again(text)
    assert rows(get(client, address)) == ["both"]
    assert 'id="modality-pet-ct" checked' in get(client, address)
    assert again(get(client, address)) == "/datasets/"


def again(text):
    """The address of the link that stands for a box elsewhere."""
    (address,) = re.findall(r'class="again" href="([^"]*)"', text)
    return html.unescape(address)


def test_values_without_records_are_shown_only_when_chosen(client):
    DatasetFactory(modalities=["ct"], anatomies=["lung"])
    DatasetFactory(modalities=["mri"], anatomies=["brain"])
    AnatomyFactory(slug="toe")
    text = get(client, "/datasets/?modality=ct")
    assert tally(text, "anatomy", "lung") == 1
    assert tally(text, "anatomy", "brain") is None
    text = get(client, "/datasets/?modality=ct&anatomy=brain&anatomy=toe")
    assert tally(text, "anatomy", "brain") == 0
    assert re.search(r'value="brain" id="anatomy-brain" checked', text)
    assert re.search(r'value="toe" id="anatomy-toe" checked', text)


def test_long_facets_fold(client):
    for number in range(12):
        DatasetFactory(tasks=[f"task-{number:02}"])
    folded = re.search(
        r'<details class="more" id="more-task">.*?</details>', get(client, "/datasets/"), re.S
    )
    assert "Show all 12" in folded[0]
    assert folded[0].count('name="task"') == 4
    assert 'id="more-task" open' in get(client, "/datasets/?task=task-11")


def test_a_former_slug_has_a_chip_that_takes_it_off(client):
    term = ModalityFactory(slug="old-name")
    DatasetFactory(slug="one", modalities=[term])
    term.slug = "new-name"
    term.save()
    text = get(client, "/datasets/?modality=old-name")
    assert rows(text) == ["one"]
    assert link(text, "Remove filter Modality") == "/datasets/"


def test_a_filter_has_one_name_as_a_control_and_as_a_chip(client):
    page = client.get("/datasets/?updated_since=2026-01-01").text
    assert page.count("Changed since") == 2 and "Updated since" not in page


def test_headings_sort_up_then_down_then_as_usual(client):
    for year in (2019, 2021, 2020):
        DatasetFactory(slug=f"of-{year}", year=year)
    heading = r'<th [^>]*class="head-year"([^>]*)><a href="([^"]*)"'
    address = "/datasets/?access=open&page=1"
    steps = []
    for _ in range(3):
        text = get(client, address)
        state, next_address = re.search(heading, text).groups()
        steps.append((re.findall(r'aria-sort="(\w+)"', state), rows(text)[0]))
        address = html.unescape(next_address)
    assert steps == [([], "of-2019"), (["ascending"], "of-2019"), (["descending"], "of-2021")]
    assert address == "/datasets/?access=open"


def test_sizes_say_how_exact_they_are(client):
    DatasetFactory(slug="a", sizes=[(1234567, "images", "at-least"), (50, "patients", "about")])
    text = get(client, "/datasets/")
    assert 'at least </span><span class="count">1,234,567</span> <span class="unit">images' in text
    assert 'about <span class="count">50</span> <span class="unit">patients' in get(
        client, "/datasets/?unit=patients"
    )


def test_pages_keep_the_state_and_leave_out_the_first_ones_number(client):
    for number in range(30):
        DatasetFactory(slug=f"d-{number:02}")
    text = get(client, "/datasets/?access=open&page_size=5&page=3")
    assert rows(text) == [f"d-{number}" for number in range(10, 15)]
    assert link(text, "First") == "/datasets/?access=open&page_size=5"
    assert link(text, "Previous") == "/datasets/?access=open&page_size=5&page=2"
    assert link(text, "Next") == "/datasets/?access=open&page_size=5&page=4"
    assert link(text, "Last") == "/datasets/?access=open&page_size=5&page=6"
    assert "11–15 of 30 datasets, as of" in re.sub(r"<[^>]+>", "", text)


WRONG = [
    ("search=" + "x" * 10_000, "error-search", "at most 200 characters"),
    ("search=%FF", "error-search", "not text in UTF-8"),
    ("year_min=soon", "error-year_min", "whole number"),
    ("size_min=5", "error-size_min", "needs its unit"),
    ("unit=lightyears", "error-unit", "not a known unit"),
    ("verified_since=2026-02-30", "error-verified_since", "is no date"),
    ("updated_since=%00", "error-updated_since", ""),
    ("ordering=size", "error-ordering", "needs a unit"),
    ("ordering=size&unit=lightyears", "error-unit", "not a known unit"),
    ("page_size=1000000000", "error-page_size", "a whole number from 1 to 200"),
    ("modality=zzz&modality=ct", "error-modality", "“zzz” is not a known modality"),
    ("modality__not=zzz", "error-modality", "“zzz” is not a known modality"),
]


@pytest.mark.parametrize("query, place, message", WRONG, ids=[place for _, place, _ in WRONG])
def test_a_wrong_value_is_told_beside_its_control_and_kept(client, query, place, message):
    DatasetFactory(slug="one", modalities=["ct"])
    DatasetFactory(slug="two", modalities=["ct"])
    text = get(client, f"/datasets/?access=open&{query}")
    said = re.search(rf'<p class="field-error" id="{place}">(.*?)</p>', text, re.S)[1]
    assert message in html.unescape(said)
    assert sorted(rows(text)) == ["one", "two"]
    name, value = next(iter(QueryDict(query).items()))
    wrong = html.escape(QueryDict(query).getlist(name)[0])
    if name != "ordering" and place != "error-updated_since":
        assert f'value="{wrong}"' in text
    if place == "error-modality":
        assert f'name="{name}" value="zzz" checked' in text
    assert client.get(link(text, "JSON of this table")).status_code == 200


def test_columns_are_offered_where_records_have_them(client):
    for family, own, other in (
        ("datasets", "annotation_method", "architecture"),
        ("tools", "architecture", "annotation_method"),
    ):
        text = get(client, f"/{family}/")
        assert f'id="column-{own}"' in text
        assert f'id="column-{other}"' not in text
        # One that an address asks for can be taken off again.
        assert f'id="column-{other}" checked' in get(client, f"/{family}/?columns=name,{other}")


@pytest.mark.parametrize(
    "query, message",
    [
        (
            "modalty=ct",
            "“modalty” is not a known parameter and was left out. Did you mean “modality”?",
        ),
        ("page=99", "There is only 1 page."),
        ("page=0", "a whole number of at least 1"),
        ("page=1.0", "a whole number of at least 1"),
        ("page=%D9%A1", "a whole number of at least 1"),
        ("slug=nobody", "“nobody” is not a known slug"),
        ("format=xml", "“xml” is not a known format"),
        ("fields=nothing", "“nothing” is not a known field"),
    ],
)
def test_what_has_no_control_is_told_at_the_top(client, query, message):
    DatasetFactory(slug="one")
    text = get(client, f"/datasets/?{query}")
    top = re.search(r'<div class="notice[^>]*explorer-messages.*?</div>', text, re.S)[0]
    assert message in html.unescape(top)
    assert rows(text) == ["one"]


@pytest.mark.parametrize(
    ("address", "hint"),
    [
        ("/datasets/?slug=lungz&slug=lungx&slug__not=lungz&pick=lungz&open=lungz", "Did you mean"),
        ("/datasets/?pick=lungz&open=lungz", "Did you mean"),
        ("/datasets/check/?slug=lungz&slug=lungx", "Did you mean"),
        ("/datasets/compare/?slug=lungz&slug=lungx", ">Lungs</a>"),
    ],
)
def test_a_large_catalogue_is_looked_through_once_for_what_is_like_unknown_slugs(
    client, monkeypatch, address, hint
):
    DatasetFactory(slug="lungs", name="Lungs")
    monkeypatch.setattr("datasets.hints.LONG", 0)
    assert client.get(address).text.count(hint) == 1


@pytest.mark.parametrize(
    ("page", "last"),
    [
        ("/datasets/", "Nor are 497 others."),
        ("/datasets/map/", "Nor are 497 others."),
        ("/datasets/check/", "Nor are 497 others."),
        ("/datasets/compare/", "So were 497 others."),
    ],
)
def test_of_many_unknown_parameters_the_first_are_named(client, page, last):
    DatasetFactory()
    query = "&".join(f"odd-{number:03}=1" for number in range(500))
    said = " ".join(client.get(f"{page}?{query}").text.split())
    assert last in said and "“odd-002”" in said and "“odd-003”" not in said


def test_search_takes_the_syntax_of_its_engine_as_text(client):
    DatasetFactory(name="Nearby")
    get(client, "/datasets/", search="")
    for sought in ("'\"*()NEAR", "NEAR(a b)", "a AND", "-", "\0", "name:x", "“”"):
        response = client.get("/datasets/", {"search": sought})
        assert response.status_code == 200, sought


def test_the_map_of_what_is_listed_is_one_step_away_and_back(client):
    DatasetFactory(slug="one", modalities=["ct"])
    ToolFactory()
    text = get(client, "/datasets/?modality=ct&ordering=year&columns=name&pick=one")
    assert link(text, "On the map") == "/datasets/map/?modality=ct"
    assert link(get(client, "/datasets/map/?modality=ct"), "See them as a table") == (
        "/datasets/?modality=ct"
    )
    assert "On the map" not in get(client, "/tools/")


def test_nothing_found_says_which_filter_to_drop(client):
    DatasetFactory(slug="a", modalities=["ct"], year=2010)
    DatasetFactory(slug="b", modalities=["mri"], year=2020)
    DatasetFactory(slug="c", modalities=["mri"], year=2021)
    text = get(client, "/datasets/?modality=ct&year_min=2015")
    assert "No datasets with all of these filters" in text
    drops = re.findall(r"Without ([^<]*)</a> <span[^>]*>([^<]*)<", text)
    assert drops == [("Modality: Ct", "2 datasets"), ("From year: 2015", "1 dataset")]
    assert rows(get(client, link(text, "Without Modality"))) == ["b", "c"]


def test_what_was_sought_in_vain_can_be_suggested_by_its_name(client):
    DatasetFactory(slug="a")
    text = get(client, "/datasets/?search=Wrist+X-rays")
    assert link(text, "Suggest it") == "/suggest/?name=Wrist%20X-rays"


def test_a_misspelt_search_offers_another(client):
    DatasetFactory(slug="a", name="Chest images", summary="Pneumonia in children.")
    text = get(client, "/datasets/?search=pnuemonia&access=open")
    address = link(text, "pneumonia")
    assert address == "/datasets/?search=pneumonia&access=open"
    assert rows(get(client, address)) == ["a"]


def test_only_the_whole_table_may_be_listed_by_search_engines(client):
    plain, filtered = get(client, "/datasets/"), get(client, "/datasets/?access=open")
    assert "noindex" not in plain
    assert '<meta name="robots" content="noindex">' in filtered
    canonical = re.compile(r'<link rel="canonical" href="[^"?]*/datasets/">')
    assert canonical.search(plain) and canonical.search(filtered)


def test_htmx_gets_the_part_that_changes_and_history_the_whole(client):
    DatasetFactory()
    whole = client.get("/datasets/?access=open&search=")
    part = client.get("/datasets/?access=open&search=", headers=HTMX)
    restored = client.get(
        "/datasets/?access=open", headers=HTMX | {"HX-History-Restore-Request": "true"}
    )
    assert "<html" in whole.text and "<html" in restored.text
    assert "<html" not in part.text and 'id="explorer"' in part.text
    assert part["HX-Push-Url"] == "/datasets/?access=open"
    for response in (whole, part, restored):
        assert "HX-Request" in response["Vary"]


@pytest.mark.parametrize("address", ["/datasets/", "/tools/", "/datasets/map/"])
@pytest.mark.parametrize("query", ["search=a", "search=a&search="])
def test_searches_are_limited_by_address(client, settings, address, query):
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {
        "DEFAULT_THROTTLE_RATES": {"api": None, "search": "2/min"}
    }
    answers = [client.get(f"{address}?{query}") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 0 < int(answers[2]["Retry-After"]) <= 60
    assert client.get(f"{address}?access=open").status_code == 200


@pytest.mark.parametrize(
    "address", ["/datasets/", "/datasets/?modality=ct&search=what&unit=scans", "/tools/"]
)
def test_queries_do_not_grow(client, address):
    make_many(2)
    client.get(address)
    few = count_queries(client, address)
    make_many(30)
    client.get(address)
    assert count_queries(client, address) == few <= 2


def make_many(number):
    for _ in range(number):
        DatasetFactory(modalities=["ct"], tasks=["detection"], host="zenodo", sizes=[(3, "scans")])
        ToolFactory(tasks=[TaskFactory()])


def count_queries(client, address):
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)


def test_one_of_many_is_said_of_the_many(client):
    DatasetFactory(slug="luna", name="Luna")
    DatasetFactory(slug="other", name="Other")
    assert "1 of 2 datasets" in words(client.get("/datasets/?search=luna"))
    DatasetFactory(slug="third", name="Third", published=False)
    assert "2 datasets" in words(client.get("/datasets/"))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("year_min=2020", "What leaving it out would give:"),
        ("year_min=2020&modality=ct", "What leaving one out would give:"),
        (
            "year_min=2020&modality=mri",
            "No one filter is the cause. What leaving two out would give:",
        ),
    ],
)
def test_an_empty_table_says_how_many_filters_it_would_take(client, query, said):
    ModalityFactory(slug="mri", name="MRI")
    DatasetFactory(slug="old", modalities=["ct"], year=2010)
    assert f"with all of these filters {said} Without" in words(client.get(f"/datasets/?{query}"))
