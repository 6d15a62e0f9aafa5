"""Rows that are picked, rows that are open, how tightly they stand: all of it in the address, none of it in the API."""

import re
from html import unescape

import pytest
from django.http import QueryDict

from datasets.explorer.viewing import MOST_OPEN, MOST_PICKED
from datasets.models import changing
from tests.factories import DatasetFactory, RelationFactory, ToolFactory
from tests.pages import count_queries
from tests.tables import get, link, links, rows

pytestmark = pytest.mark.django_db
SITE_ONLY = ["pick=d-01", "open=d-01", "density=compact"]


@pytest.fixture
def dozen():
    """Twelve datasets, d-00 to d-11, the odd ones of MRI."""
    with changing():
        for number in range(12):
            modality = "mri" if number % 2 else "ct"
            DatasetFactory(slug=f"d-{number:02}", name=f"D {number:02}", modalities=[modality])


def parameters(address):
    return dict(QueryDict(address.partition("?")[2]).lists())


def ticked(text):
    return re.findall(r'name="pick" value="([^"]+)" form="selection"[^>]* checked', text)


def form(text, name):
    """(action, {name: values}) that the form with this id sends as it is filled in, boxes included."""
    whole = re.search(rf'<form id="{name}".*?</form>', text, re.S)[0]
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', whole)
    hidden = rf'<input type="hidden" form="{name}" name="([^"]+)" value="([^"]*)"'
    fields += re.findall(hidden, text)
    boxes = [("pick", slug) for slug in ticked(text)] if name == "selection" else []
    sent = {}
    for key, value in [*fields, *boxes]:
        sent.setdefault(key, []).append(unescape(value))
    return sent


def test_picked_rows_survive_paging_filtering_and_sorting(client, dozen):
    text = get(client, "/datasets/?page_size=5&pick=d-07&pick=d-01")
    assert ticked(text) == ["d-01"]
    assert "2</strong> selected" in text
    for words in ("Next", "Year", "Mri", "Compact"):
        (address, *_) = links(text, words)
        assert parameters(address)["pick"] == ["d-07", "d-01"], words
    following = get(client, link(text, "Next"))
    assert ticked(following) == ["d-07"]
    # The form of the filters and that of the columns pass them on as well.
    assert form(text, "filters")["pick"] == ["d-07", "d-01"]
    assert form(text, "columns-form")["pick"] == ["d-07", "d-01"]


def test_the_form_of_the_boxes_keeps_all_else(client, dozen):
    address = (
        "/datasets/?modality=mri&page_size=2&page=2&pick=d-01&pick=d-05&open=d-07&density=compact"
    )
    sent = form(get(client, address), "selection")
    assert sent == {
        "modality": ["mri"],
        "page_size": ["2"],
        "page": ["2"],
        "pick": ["d-01", "d-05"],
        "open": ["d-07"],
        "density": ["compact"],
    }


def test_a_selection_leads_to_compare_check_files_and_a_list_in_its_order(client, dozen):
    text = get(client, "/datasets/?columns=name,year&pick=d-07&pick=d-01&pick=d-03")
    chosen = "slug=d-07&slug=d-01&slug=d-03"
    assert link(text, "Compare") == f"/datasets/compare/?{chosen}"
    assert link(text, "Check together") == f"/datasets/check/?{chosen}"
    assert rows(get(client, link(text, "As a list to share"))) == ["d-07", "d-01", "d-03"]
    lines = {
        "CSV of the selection": "slug,name,year d-07,D d-01,D d-03,D",
        "BibTeX of the selection": "@misc{d-07, @misc{d-01, @misc{d-03,",
        "NDJSON of the selection": '{"slug":"d-07", {"slug":"d-01", {"slug":"d-03",',
    }
    for words, beginnings in lines.items():
        file = client.get(link(text, words)).getvalue().decode()
        starts = [line for line in file.splitlines() if not line.startswith((" ", "}")) and line]
        for line, beginning in zip(starts, beginnings.split(" "), strict=True):
            assert line.startswith(beginning), words


def test_what_cannot_be_compared_is_not_offered(client, dozen):
    one = get(client, "/datasets/?pick=d-01")
    assert not links(one, "Compare") and not links(one, "Check together")
    assert "Compare takes 2 to 6" in one
    seven = get(client, "/datasets/?" + "&".join(f"pick=d-{n:02}" for n in range(7)))
    assert not links(seven, "Compare") and links(seven, "Check together")
    assert not links(get(client, "/datasets/"), "Select none")


def test_a_whole_page_is_picked_and_taken_out(client, dozen):
    first = get(client, "/datasets/?page_size=3&pick=d-09")
    all_of_it = link(first, "All: select every row of this page")
    text = get(client, all_of_it)
    assert parameters(all_of_it)["pick"] == ["d-09", "d-00", "d-01", "d-02"]
    assert parameters(link(text, "None: select no row of this page"))["pick"] == ["d-09"]
    assert rows(get(client, link(text, "Select none"))) == rows(first)
    without = link(text, "Remove D 01 from the selection")
    assert parameters(without)["pick"] == ["d-09", "d-00", "d-02"]


def test_an_open_row_shows_its_details_in_the_table(client):
    one = DatasetFactory(
        slug="one", name="One", summary="What it holds.", links=[("code", "https://c.example/")]
    )
    two = DatasetFactory(slug="two", name="Two")
    RelationFactory(subject=two, type="derived-from", object=one, extent="Half of it.")
    text = get(client, "/datasets/")
    assert "What it holds." not in text
    opened = link(text, "Details of One")
    assert opened == "/datasets/?open=one"
    text = get(client, opened)
    detail = re.search(r'<tr [^>]*id="detail-one".*?</tr>', text, re.S)[0]
    said = " ".join(unescape(re.sub(r"<[^>]+>", "", detail)).split())
    assert "What it holds." in said
    assert "It permits commercial use, redistribution and derivatives." in said
    assert "It is a source of Two. Half of it." in said
    assert 'href="https://c.example/"' in detail and 'href="/datasets/one/"' in detail
    assert rows(text) == ["one", "two"]
    assert link(text, "Details of One") == link(text, "Close the details of One") == "/datasets/"
    assert re.search(r'id="open-one"[^>]* aria-expanded="true"', text)


def test_open_rows_cost_one_query(client, dozen):
    DatasetFactory(slug="e")
    # Nothing is kept for who sends a cookie.
    client.cookies["any"] = "one"
    assert count_queries(client, "/datasets/") + 1 == count_queries(client, "/datasets/?open=e")
    many = "&".join(f"open=d-{n:02}" for n in range(12))
    assert count_queries(client, f"/datasets/?{many}") == count_queries(client, "/datasets/?open=e")


def test_a_row_of_another_page_is_not_open_and_not_passed_on(client, dozen):
    text = get(client, "/datasets/?page_size=5&open=d-01&open=d-09")
    assert 'id="detail-d-01"' in text and 'id="detail-d-09"' not in text
    assert parameters(link(text, "Next"))["open"] == ["d-01"]


def test_former_slugs_stand_for_their_records(client):
    record = DatasetFactory(slug="old", name="Renamed")
    record.slug = "new"
    record.save()
    text = get(client, "/datasets/?pick=old&open=old")
    assert ticked(text) == ["new"] and 'id="detail-new"' in text
    assert link(text, "As a list to share") == "/datasets/?slug=new"


WRONG = {
    "pick=d-010": "“d-010” is none of these datasets and is not selected. Did you mean “d-10”?",
    "pick=reader": "“reader” is none of these datasets and is not selected.",
    "open=x1&open=x2": "“x1” is none of these datasets and is not open. Nor is 1 other.",
    "density=tight": "“tight” is not a known density. Valid ones: comfortable, compact.",
    "density=compact&density=%00": "“�” is not a known density.",
}


@pytest.mark.parametrize("query", WRONG)
def test_what_is_wrong_is_told_and_the_rest_applies(client, dozen, query):
    ToolFactory(slug="reader")
    text = get(client, f"/datasets/?modality=mri&pick=d-03&{query}")
    top = re.search(r'<div class="notice[^>]*explorer-messages.*?</div>', text, re.S)[0]
    assert WRONG[query] in unescape(top)
    assert rows(text) == [f"d-{number:02}" for number in range(1, 12, 2)]
    assert ticked(text) == ["d-03"]


def test_unpublished_records_are_neither_picked_nor_open(client, dozen):
    DatasetFactory(slug="secret", name="Hush", summary="Hush.", published=False)
    text = get(client, "/datasets/?pick=secret&open=secret")
    assert "Hush" not in text and "none of these datasets" in text


def test_a_page_bounds_what_it_repeats(client):
    with changing():
        for number in range(MOST_PICKED + 1):
            DatasetFactory(slug=f"many-{number:03}")
    slugs = [f"many-{number:03}" for number in range(MOST_PICKED + 1)]
    address = "/datasets/?" + "&".join(f"pick={slug}&open={slug}" for slug in slugs)
    text = get(client, address)
    assert f"{MOST_PICKED}</strong> selected" in text
    assert f"At most {MOST_PICKED} rows can be selected" in text
    assert f"At most {MOST_OPEN} rows can be open" in text
    assert text.count('class="detail"') == MOST_OPEN
    # A page that would make them too many is not offered as a whole.
    assert not links(text, "All: select every row")


@pytest.mark.parametrize("query", SITE_ONLY)
@pytest.mark.parametrize(
    "door", ["/api/v1/datasets/", "/api/v1/datasets/facets/", "/feeds/datasets.atom"]
)
def test_programs_are_told_that_only_pages_take_these(client, dozen, door, query):
    answer = client.get(f"{door}?modality=ct&{query}")
    assert answer.status_code == 400
    assert f"“{query.partition('=')[0]}” is not a known parameter" in answer.content.decode()


def test_the_files_and_the_feed_of_a_page_carry_none_of_it(client, dozen):
    text = get(client, "/datasets/?modality=ct&ordering=-year&" + "&".join(SITE_ONLY))
    assert link(text, "JSON of this table") == "/api/v1/datasets/?modality=ct&ordering=-year"
    assert link(text, "Feed (Atom) of these datasets") == "/feeds/datasets.atom?modality=ct"
    for words in ("JSON of this table", "Feed (Atom)"):
        assert client.get(link(text, words)).status_code == 200
    assert '<meta name="robots" content="noindex">' in get(client, "/datasets/?density=compact")


def test_looking_otherwise_takes_no_step_in_the_history(client, dozen):
    def header(current, asked):
        told = {"HX-Request": "true", "HX-Target": "explorer", "HX-Current-URL": current}
        answer = client.get(asked, headers=told)
        return {name: answer[name] for name in ("HX-Push-Url", "HX-Replace-Url") if name in answer}

    here = "http://testserver/datasets/?modality=mri"
    picked = "/datasets/?modality=mri&pick=d-01&open=d-01&density=compact"
    assert header(here, picked) == {"HX-Replace-Url": picked}
    assert header(here, "/datasets/?pick=d-01") == {"HX-Push-Url": "/datasets/?pick=d-01"}
    for odd in ("", "http://[", "/tools/?modality=mri", "%", "?" * 9):
        assert header(odd, picked) == {"HX-Push-Url": picked}


def test_two_filters_are_named_where_no_single_one_is_the_cause(client):
    DatasetFactory(slug="a", modalities=["ct"], year=2010, host="zenodo")
    DatasetFactory(slug="b", modalities=["mri"], year=2020, host="synapse")
    text = get(client, "/datasets/?modality=mri&host=zenodo&year_min=2015&unit=scans")
    assert drops(text) == {"Host: Zenodo": "/datasets/?modality=mri&year_min=2015&unit=scans"}
    text = get(client, "/datasets/?modality=mri&host=zenodo&year_max=2005&access__not=open")
    assert drops(text) == {}
    assert "No one filter is the cause, nor any two" in text
    text = get(client, "/datasets/?modality=mri&host=zenodo&year_min=2011&year_max=2012")
    assert drops(text) == {
        "Modality: Mri and From year: 2011": "/datasets/?host=zenodo&year_max=2012",
        "Host: Zenodo and Until year: 2012": "/datasets/?modality=mri&year_min=2011",
    }


def drops(text):
    found = re.findall(r'href="([^"]*)">Without ([^<]*)</a> <span[^>]*>1 dataset<', text)
    return {unescape(label): unescape(address) for address, label in found}


def test_a_spelling_is_offered_with_what_it_would_give(client):
    DatasetFactory(slug="a", name="Chest", summary="Pneumonia.", modalities=["ct"])
    DatasetFactory(slug="b", name="Head", modalities=["mri"])
    text = get(client, "/datasets/?search=pnuemonia&modality=ct")
    assert link(text, "pneumonia") == "/datasets/?search=pneumonia&modality=ct"
    assert "1 dataset<" in text
    # Where the other filters leave nothing of it, it is asked for without them.
    text = get(client, "/datasets/?search=pnuemonia&modality=mri&pick=b")
    assert link(text, "pneumonia") == "/datasets/?search=pneumonia&pick=b"
