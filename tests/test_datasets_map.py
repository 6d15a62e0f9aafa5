"""The map as a page: its table, its filters, its timeline, and what it says to bad addresses."""

import re

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.factories import AnatomyFactory, DatasetFactory, LicenseFactory, ModalityFactory
from tests.maps import asked, cells, names, read
from tests.pages import count_queries, words
from tests.tables import links

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ([1], ["1 and more"]),
        ([1, 2, 3, 4, 7], ["1", "2", "3", "4–6", "7 and more"]),
        (
            [10_000, 130_000, 1_700_000],
            ["10k to under 130k", "130k to under 1.7M", "1.7M and more"],
        ),
    ],
)
def test_colours_are_told_by_their_numbers(monkeypatch, client, numbers, said):
    DatasetFactory(modalities=["ct"], anatomies=["lung"])
    monkeypatch.setattr("datasets.atlas.figures.Scale.least", numbers, raising=False)
    monkeypatch.setattr("datasets.atlas.figures.Scale.__init__", lambda self, numbers: None)
    legend = re.search(r'<ul class="heat-legend".*?</ul>', read(client).text, re.S)[0]
    assert [words.strip() for words in re.findall(r"</span>(.*?)</li>", legend)] == said


@pytest.fixture
def small():
    """Two modalities, one below the other, and a record with neither."""
    ModalityFactory(slug="ct", name="CT")
    ModalityFactory(slug="cta", name="CTA", broader=["ct"])
    ModalityFactory(slug="mri", name="MRI")
    AnatomyFactory(slug="lung", name="Lung", broader=["chest"])
    closed = LicenseFactory(slug="nc", family="non-commercial", commercial_use=False)
    DatasetFactory(
        slug="a", name="A", modalities=["cta"], anatomies=["lung"], year=2001, sizes=[(10, "scans")]
    )
    DatasetFactory(
        slug="b",
        name="B",
        modalities=["ct"],
        anatomies=["lung"],
        year=2003,
        license=closed,
        sizes=[(12_345, "scans", "at-least")],
    )
    DatasetFactory(slug="c", name="C", modalities=["mri"], anatomies=["chest"], access="agreement")
    DatasetFactory(slug="d", name="D")
    DatasetFactory(slug="x", name="X", modalities=["ct"], anatomies=["lung"], published=False)


@pytest.mark.usefixtures("small")
class TestSmall:
    def test_the_table_is_one(self, client):
        response = read(client)
        assert names(response, "col") == ["Modality", "Chest", "All"]
        assert names(response, "row") == ["CT", "MRI", "All"]
        assert [label for _, label, _ in cells(response)] == [
            "CT, Chest: 2 datasets",
            "CT: 2 datasets",
            "MRI, Chest: 1 dataset",
            "MRI: 1 dataset",
            "Chest: 3 datasets",
            "All together: 4 datasets",
        ]
        text = words(response)
        assert "1 of the datasets stands in no cell" in text
        assert "<caption>" in response.text

    def test_all_terms_stand_below_their_broader_ones(self, client):
        response = read(client, "terms=all")
        assert names(response, "row") == ["CT", "CTA", "MRI", "All"]
        assert names(response, "col") == ["Modality", "Chest", "Lung", "All"]
        assert ("CTA, Lung: 1 dataset", "1") in [cell[1:] for cell in cells(response)]
        assert '<td class="heat-0">0</td>' in response.text

    def test_a_filter_on_a_term_leaves_it_and_what_is_below(self, client):
        response = read(client, "terms=all&modality=ct&anatomy=lung")
        assert names(response, "row") == ["CT", "CTA", "All"]
        assert names(response, "col") == ["Modality", "Lung", "All"]

    def test_sizes_name_the_largest(self, client):
        response = read(client, "by=size")
        label = "CT, Chest: 12k, the largest has 12,345 scans (B)"
        ((address, said, written), *_) = cells(response)
        assert (said, written) == (label, "12k")
        assert asked(address) == {
            "modality": ["ct"],
            "anatomy": ["chest"],
            "unit": ["scans"],
            "ordering": ["-size"],
        }
        assert "Largest dataset by modality and anatomy, in scans" in words(response)
        assert "Nothing here for MRI." in words(response)

    def test_filters_are_chips_that_come_off(self, client):
        page = read(client, "by=size&access=open&permits=commercial_use&ordering=-year&page=9")
        assert "2 of 4 datasets on this map." in words(page)
        (without,) = links(page.text, "Remove filter Access: Open download")
        assert without == "/datasets/map/?by=size&permits=commercial_use"
        assert links(page.text, "See them as a table") == [
            "/datasets/?access=open&permits=commercial_use"
        ]
        assert links(page.text, "Clear all") == ["/datasets/map/?by=size"]

    def test_years_are_counted_by_licence_family(self, client):
        page = read(client).text
        table = re.search(r"Datasets per year.*?</table>", page, re.S)[0]
        rows = re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", table, re.S)
        plain = [re.sub(r"<[^>]+>", " ", row).split() for row in rows]
        assert plain == [["2001", "1", "0", "1"], ["2003", "0", "1", "1"]]
        assert links(page, "2003") == ["/datasets/?year_min=2003&year_max=2003"]
        assert "2 more have no year on record." in words(read(client))
        assert "<title>2003, Non-commercial: 1</title>" in page

    def test_the_largest_are_dots_and_rows(self, client):
        page = read(client)
        assert "<title>B, 2003: 12,345, Non-commercial</title>" in page.text
        assert "B ≥ at least 12,345 2003 Non-commercial A 10 2001 Open" in words(page)

    def test_bad_addresses_are_answered_with_what_is_wrong(self, client):
        page = read(client, "by=weight&terms=some&foo=1&modality=cat&unit=miles&year_min=x")
        text = words(page)
        assert "“weight” is not a value of “by”, which takes records or size." in text
        assert "“some” is not a value of “terms”, which takes top or all." in text
        assert "“foo” is not a known parameter" in text and "“miles”" in text and "“cat”" in text
        assert len(cells(page)) == 6
        nothing = read(client, "modality=mri&access=open")
        assert "No dataset has all of this" in words(nothing) and cells(nothing) == []

    def test_robots_keep_to_the_bare_page(self, client):
        assert "noindex" not in read(client).text
        page = read(client, "by=size").text
        assert '<meta name="robots" content="noindex">' in page
        assert re.search(r'<link rel="canonical" href="[^"?]*/datasets/map/">', page)
        assert "/datasets/map/" in client.get("/sitemap.xml").text

    def test_it_asks_the_database_for_the_version_only(self, client):
        assert count_queries(client, "/datasets/map/?by=size&terms=all") == 1


def test_an_empty_catalogue_has_a_page(client):
    assert "There are no datasets yet" in words(read(client, "by=size"))


def test_a_long_history_begins_with_one_bar(client):
    for year in (1950, 1951, 1990, 2020):
        DatasetFactory(year=year)
    page = read(client)
    assert links(page.text, "until 1991") == ["/datasets/?year_min=1950&year_max=1991"]
    assert "until 1991 3 3" in words(page)


@settings(
    max_examples=examples(30),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    query=st.lists(
        st.tuples(
            st.sampled_from(["by", "terms", "unit", "modality", "search", "year_min", "x\0"]),
            st.text(max_size=20) | st.sampled_from(["size", "all", "scans"]),
        ),
        max_size=5,
    )
)
def test_no_address_breaks_the_page(client, query):
    DatasetFactory(modalities=["ct"], anatomies=["lung"], sizes=[(3, "scans")], year=2000)
    assert client.get("/datasets/map/", query).status_code == 200


def test_figures_of_any_magnitude_are_drawn(client):
    call_command("make_synthetic", "60", verbosity=0)
    DatasetFactory(modalities=["ct"], anatomies=["lung"], sizes=[(2**62, "scans")], year=2000)
    for by in ("records", "size"):
        page = read(client, f"by={by}&terms=all&unit=scans")
        assert "Infinity" not in page.text and "nan" not in page.text.lower().split()
