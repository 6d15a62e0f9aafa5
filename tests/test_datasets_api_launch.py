"""The API over the launch catalogue."""

import csv
import io
import json
import re

import pytest

from datasets.bibtex import paper_key
from tests.launch import launch  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("launch")]


def rows(client, query, family="datasets"):
    """All records of a query, page by page."""
    found, address = [], f"/api/v1/{family}/?{query}"
    while address:
        answer = client.get(address).json()
        found += answer["results"]
        address = answer["next"]
    assert len(found) == answer["count"]
    return found


def slugs(client, query, family="datasets"):
    return [row["slug"] for row in rows(client, query, family)]


def test_it_counts_82_datasets_and_17_tools(client):
    assert client.get("/api/v1/datasets/").json()["count"] == 82
    assert client.get("/api/v1/tools/").json()["count"] == 17


def test_chest_ct_includes_narrower_terms_on_both_sides(client):
    found = rows(client, "modality=ct&anatomy=chest")
    assert {"luna16", "lidc-idri", "nlst", "covid-ct"} <= {row["slug"] for row in found}
    ct = {"ct"} | {term["slug"] for term in client.get("/api/v1/modalities/ct/").json()["narrower"]}
    for row in found:
        assert ct & {term["slug"] for term in row["modalities"]}, row["slug"]


def test_repeating_a_parameter_gives_the_union(client):
    both = slugs(client, "modality=pet&modality=meg")
    assert set(both) == {*slugs(client, "modality=pet"), *slugs(client, "modality=meg")}
    assert len(both) == len(set(both)) > 0


def test_what_a_licence_forbids_or_leaves_open_is_not_permitted(client):
    found = rows(client, "permits=commercial_use")
    assert found and all(row["license"]["permits"]["commercial_use"] is True for row in found)
    allowed = [row for row in rows(client, "") if row["license"]["permits"]["commercial_use"]]
    assert found == allowed


QUERIES = [
    "",
    "page_size=7",
    "modality=ct&anatomy=chest",
    "search=lung&ordering=-year",
    "search=segmentat",
    "unit=patients&size_min=100&ordering=-size",
    "slug=nlst&slug=luna16&slug=covid-ct",
    "license_family__not=open&access=open&page_size=3",
    "year_min=2030",
]


def body(client, query, kind, family="datasets"):
    response = client.get(f"/api/v1/{family}/?{query}&format={kind}")
    assert response.status_code == 200
    assert response["Content-Disposition"] == f'attachment; filename="{family}.{kind}"'
    return response.getvalue().decode()


@pytest.mark.parametrize("family", ["datasets", "tools"])
@pytest.mark.parametrize("query", QUERIES)
def test_every_format_gives_the_same_rows(client, query, family):
    if family == "tools" and "slug=" in query:
        query = "slug=nnu-net&slug=monai"
    found = rows(client, query, family)
    lines = body(client, query, "ndjson", family).splitlines()
    assert [json.loads(line) for line in lines] == found
    table = list(csv.DictReader(io.StringIO(body(client, query, "csv", family))))
    assert [(row["slug"], row["name"]) for row in table] == [
        (row["slug"], row["name"]) for row in found
    ]
    keys = re.findall(r"^@\w+\{(.+),$", body(client, query, "bib", family), re.MULTILINE)
    assert len(keys) == len(set(keys))
    papers = {paper_key(row["paper"]) for row in found if row["paper"]}
    assert [key for key in keys if key not in papers] == [row["slug"] for row in found]
    assert papers <= set(keys)


def test_fields_may_ask_for_what_lists_leave_out(client):
    lines = body(client, "fields=relations,slug", "ndjson").splitlines()
    documents = [json.loads(line) for line in lines]
    assert len(documents) == 82 and all(list(row) == ["slug", "relations"] for row in documents)
    luna16 = next(row for row in documents if row["slug"] == "luna16")
    whole = client.get("/api/v1/datasets/luna16/").json()
    assert luna16["relations"] == whole["relations"] != []


def test_the_changes_hold_every_record_once_and_lead_to_their_end(client):
    address, found = "/api/v1/changes/?page_size=40", []
    while address:
        answer = client.get(address).json()
        found += answer["results"]
        address = answer["next"]
    assert {row["slug"] for row in found} == {
        *slugs(client, ""),
        *slugs(client, "", "tools"),
    }
    numbers = [row["number"] for row in found]
    assert numbers == sorted(set(numbers)) and answer["cursor"] == str(numbers[-1])
    again = client.get("/api/v1/changes/", {"cursor": answer["cursor"]}).json()
    assert again == {"results": [], "next": None, "cursor": answer["cursor"]}
