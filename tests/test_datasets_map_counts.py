"""The map of the launch catalogue: each number is what a count over the documents gives, and what its link shows."""

import html
import re
from collections import Counter

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.brute_force import Catalogue
from tests.examples import examples
from tests.launch import launch  # noqa: F401
from tests.maps import asked, cells, read, spoken
from tests.pages import words

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def truth(request):
    """The launch catalogue, read without the Index."""
    request.getfixturevalue("launch")
    return Catalogue()


FILTERS = {
    "modality": ["ct", "mri", "pet-ct", "low-dose-ct"],
    "anatomy": ["chest", "lung", "abdomen"],
    "modality__not": ["pet", "low-dose-ct"],
    "access": ["open", "registration"],
    "permits": ["commercial_use", "redistribution"],
    "license_family__not": ["open"],
    "task": ["segmentation"],
    "unit": ["images", "scans"],
    "year_min": ["2015"],
}


@settings(
    max_examples=examples(25),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example(query={}, by="records", terms="all")
@example(query={"modality": ["ct", "low-dose-ct"]}, by="size", terms="all")
@given(
    query=st.dictionaries(st.sampled_from(sorted(FILTERS)), st.integers(1, 2), max_size=3).map(
        lambda chosen: {
            name: FILTERS[name][: 1 if name in ("unit", "year_min") else number]
            for name, number in chosen.items()
        }
    ),
    by=st.sampled_from(["records", "size"]),
    terms=st.sampled_from(["top", "all"]),
)
def test_cells_are_what_the_documents_say(client, truth, query, by, terms):
    address = "&".join(f"{name}={value}" for name, values in query.items() for value in values)
    response = read(client, f"{address}&by={by}&terms={terms}")
    found = truth.select("datasets", query)
    text = words(response)
    assert f"{len(found)} of 82 datasets" in text or (len(found) == 82 and "82 datasets" in text)
    for address, label, _ in cells(response):
        behind = truth.select("datasets", asked(address))
        # What is behind the link is part of what the map is of.
        assert {d["slug"] for d in behind} <= {d["slug"] for d in found}
        if by == "records":
            assert spoken(label) == len(behind), (address, label)
        else:
            unit = asked(address)["unit"][0]
            first = [s["count"] for s in behind[0]["sizes"] if s["unit"] == unit][0]
            assert spoken(label) == first, (address, label)
    if not query and by == "records":
        expected = Counter(
            (modality, anatomy)
            for d in found
            for modality in truth.has(d, "modality")
            for anatomy in truth.has(d, "anatomy")
        )
        mine = {
            (asked(address)["modality"][0], asked(address)["anatomy"][0]): spoken(label)
            for address, label, _ in cells(response)
            if len(asked(address)) == 2
        }
        shown = expected if terms == "all" else {key: expected[key] for key in mine}
        assert mine == shown and len(mine) > 20


@pytest.mark.usefixtures("truth")
def test_links_lead_to_the_tables_that_they_count(client):
    for query in ("", "access=open&by=size&unit=images"):
        for address, label, written in cells(read(client, query))[::7]:
            page = client.get(address).text
            total = re.search(r'<p class="summary"><strong>([\d,]+)', page)[1]
            assert written in label
            if not query:
                assert total == written
            else:
                # The largest stands first there.
                assert f"({html.unescape(first_row(page))})" in label


def first_row(page):
    return re.search(r'<th scope="row"[^>]*><a href="[^"]*">([^<]*)', page)[1]
