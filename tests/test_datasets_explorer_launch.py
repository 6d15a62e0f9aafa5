"""The tables of the launch catalogue: the same rows at every door, and no address that breaks the page."""

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from datasets.explorer.viewing import PARAMETERS
from datasets.filters import DatasetFilter, read_query
from datasets.index import current
from tests.examples import examples
from tests.launch import launch  # noqa: F401  (a fixture)
from tests.tables import get, link, links, rows, tally

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("launch")]


ADDRESSES = [
    "/datasets/",
    "/datasets/?page=2&page_size=25",
    "/datasets/?modality=ct&anatomy=chest",
    "/datasets/?modality=pet&modality=meg&ordering=-year",
    "/datasets/?license__not=custom&permits=commercial_use&unit=scans&ordering=-size",
    "/datasets/?search=lung+nodule",
    "/datasets/?slug=luna16&slug=chexpert&slug=acdc",
    "/datasets/?year_min=2015&year_max=2018&columns=name,year&page_size=5&page=3",
    "/tools/",
    "/tools/?task=segmentation&ordering=-name",
]
# What only the page takes says nothing of its rows.
LOOKED_AT = "&pick=luna16&open=acdc&open=luna16&density=compact"


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_table_has_the_rows_of_the_api(client, address):
    api = client.get(f"/api/v1{address}").json()["results"]
    assert api
    slugs = [document["slug"] for document in api]
    assert rows(get(client, address)) == slugs
    if address.startswith("/datasets/?"):
        assert rows(get(client, address + LOOKED_AT)) == slugs


@pytest.mark.parametrize("address", ADDRESSES)
def test_downloads_have_the_rows_of_the_table(client, address):
    text = get(client, address)
    query = read_query(address.split("/")[1], QueryDict(address.partition("?")[2]), current())
    whole = [document["slug"] for document in query.selection.documents()]
    csv = b"".join(client.get(link(text, "CSV")).streaming_content).decode().splitlines()
    assert [line.partition(",")[0] for line in csv if line.partition(",")[0] in whole] == whole
    api = client.get(link(text, "JSON of this table")).json()["results"]
    assert [document["slug"] for document in api] == rows(text)


def test_a_format_in_the_address_answers_with_the_file(client):
    site = client.get("/datasets/?modality=ct&format=csv")
    api = client.get("/api/v1/datasets/?modality=ct&format=csv")
    assert b"".join(site.streaming_content) == b"".join(api.streaming_content)
    answer = client.get("/datasets/?modality=ct&format=json")
    assert (answer.status_code, answer.url) == (302, "/api/v1/datasets/?modality=ct")


def test_facets_count_what_each_value_would_give(client):
    address = "/datasets/?modality=ct&access=open"
    text = get(client, address)
    for value in read_query(
        "datasets", QueryDict("modality=ct&access=open"), current()
    ).selection.facet("anatomy"):
        shown = tally(text, "anatomy", value.slug)
        assert shown == (value.count or None), value


def test_chips_take_their_filter_off_and_keep_the_rest(client):
    address = (
        "/datasets/?modality=ct&modality=mri&license__not=custom&year_min=2012"
        "&unit=scans&ordering=-size&columns=name&columns=size&page_size=25&search=segmentation"
    )
    text = get(client, address)
    taken = {
        "Modality: Computed tomography (CT)": "modality=ct&",
        "Modality: Magnetic resonance imaging (MRI)": "modality=mri&",
        "Licence: not Its own terms": "license__not=custom&",
        "From year: 2012": "year_min=2012&",
        "Search: segmentation": "&search=segmentation",
        "Unit: scans": "unit=scans&ordering=-size&",
    }
    for words, part in taken.items():
        left = QueryDict(link(text, f"Remove filter {words}").partition("?")[2])
        assert left.lists() and dict(left.lists()) == dict(
            QueryDict(address.replace(part, "").partition("?")[2]).lists()
        ), words
    (cleared,) = set(links(text, "Clear all"))
    assert cleared == "/datasets/?columns=name&columns=size&page_size=25"


NAMES = st.sampled_from([*DatasetFilter.base_filters, *PARAMETERS, "foo", "", "\0"])
VALUES = st.one_of(
    st.sampled_from(
        [
            *(
                "ct",
                "chest",
                "cc-by-4-0",
                "open",
                "GB",
                "luna16",
                "3d-slicer",
                "compact",
                "scans",
                "size",
                "-size",
                "name,b",
            ),
            *(
                "relevance",
                "2016",
                "-1",
                "0",
                "9" * 30,
                "1e5",
                "2026-02-30",
                "2026-01-01T00:00:00+01:00",
            ),
            *("csv", "json", "'\"*()NEAR", "\0", "<script>", "٣"),
        ]
    ),
    st.text(max_size=30),
)


@settings(
    max_examples=examples(150),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    pairs=st.lists(st.tuples(NAMES, VALUES), max_size=8),
    family=st.sampled_from(["datasets", "tools"]),
)
@example(pairs=[("year_min", "ct"), ("year_min", "")], family="datasets")
def test_no_address_breaks_the_page(client, pairs, family):
    data = {}
    for name, value in pairs:
        data.setdefault(name, []).append(value.encode("utf-8", "replace").decode())
    response = client.get(f"/{family}/", data)
    assert response.status_code in (200, 302)
    if response.status_code == 200 and not response.streaming:
        assert "<script>" not in response.text
        for address in set(links(response.text, "JSON of this table")):
            assert client.get(address).status_code == 200, address
