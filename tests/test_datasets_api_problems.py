"""Whatever is asked wrongly is answered as a problem that says what would be right, never by a failure."""

import json
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datasets.api.records import RecordList
from datasets.filters import DatasetFilter
from datasets.models import changing
from tests.examples import examples
from tests.factories import DatasetFactory, ToolFactory

pytestmark = pytest.mark.django_db
KEYS = ["type", "title", "status", "detail", "instance", "errors"]


def problem(response, status):
    """The problem that a response states; checks that it is one."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Cache-Control"] == "no-store" and "ETag" not in response
    said = response.json()
    assert list(said) == KEYS and said["status"] == status
    return said


def test_a_whole_problem(client):
    DatasetFactory(modalities=["ct"])
    assert problem(client.get("/api/v1/datasets/?modality=ctt&page_size=9"), 400) == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "The query cannot be answered; see errors.",
        "instance": "/api/v1/datasets/?modality=ctt&page_size=9",
        "errors": {
            "modality": ["“ctt” is not a known modality. Did you mean “ct”? Valid values: ct."]
        },
    }


@pytest.mark.parametrize(
    ("query", "blamed"),
    [
        ("foo=1", ["foo"]),
        ("modality=x", ["modality"]),
        ("modality__not=x&page=1", ["modality__not"]),
        ("kind=tool", ["kind"]),
        ("page=0", ["page"]),
        ("page=2", ["page"]),
        ("page=x", ["page"]),
        ("page=1_0", ["page"]),
        ("page=1.0", ["page"]),
        ("page=-1", ["page"]),
        ("page=%D9%A1", ["page"]),
        ("year_min=2_000", ["year_min"]),
        ("page=99999999999999999999", ["page"]),
        ("page_size=1000000000", ["page_size"]),
        ("page_size=201", ["page_size"]),
        ("page=1&page=1", ["page"]),
        ("search=%00", ["search"]),
        ("slug=%00", ["slug"]),
        ("%00=1", ["\x00"]),
        ("updated_since=2026-02-30", ["updated_since"]),
        ("verified_since=yesterday", ["verified_since"]),
        ("year_min=MMXX", ["year_min"]),
        ("size_min=5", ["size_min"]),
        ("ordering=size", ["ordering"]),
        ("ordering=size&unit=x", ["unit"]),
        ("ordering=relevance", ["ordering"]),
        ("ordering=taste", ["ordering"]),
        ("format=xml", ["format"]),
        ("columns=name,price", ["columns"]),
        ("fields=slug,secret", ["fields"]),
        ("format=csv&country=Narnia", ["country"]),
        ("permits=everything", ["permits"]),
        (urlencode({"search": "x" * 10_000}), ["search"]),
        ("search=%ff%fe", ["query"]),
        ("%e9=1", ["query"]),
    ],
)
@pytest.mark.parametrize("address", ["datasets/", "datasets/facets/"])
def test_a_wrong_query_is_refused_by_name(client, address, query, blamed):
    DatasetFactory(modalities=["ct"])
    said = problem(client.get(f"/api/v1/{address}?{query}"), 400)
    assert list(said["errors"]) == blamed
    assert all(message for messages in said["errors"].values() for message in messages)


def test_a_code_in_small_letters_is_suggested_as_it_is_written(client):
    DatasetFactory(countries=["US"])
    said = problem(client.get("/api/v1/datasets/?country=us"), 400)
    assert "Did you mean “US”?" in said["errors"]["country"][0]


@pytest.mark.parametrize(
    "search", ["'\"*()NEAR", '"', "AND OR NOT", "-", "name:lung", "肺", "x" * 200]
)
def test_searches_that_look_like_code_are_only_searches(client, search):
    DatasetFactory()
    answer = client.get("/api/v1/datasets/", {"search": search})
    assert answer.status_code == 200 and answer.json()["count"] == 0


def test_facets_come_as_json_only(client):
    said = problem(client.get("/api/v1/datasets/facets/?format=csv"), 400)
    assert said["errors"] == {"format": ["Facets are given as json only."]}


@pytest.mark.parametrize(
    "address", ["", "datasets/lungs/", "modalities/", "modalities/ct/", "tools/cutter/revisions/"]
)
def test_addresses_without_the_query_language_refuse_what_they_do_not_know(client, address):
    DatasetFactory(slug="lungs", modalities=["ct"])
    ToolFactory(slug="cutter")
    said = problem(client.get(f"/api/v1/{address}?modality=ct"), 400)
    assert list(said["errors"]) == ["modality"]


@pytest.mark.parametrize("address", ["datasets/", "datasets/check/", "changes/", "modalities/ct/"])
def test_of_many_unknown_parameters_the_first_are_named(client, address):
    DatasetFactory(modalities=["ct"])
    query = "&".join(f"odd-{number}=1" for number in range(500))
    said = problem(client.get(f"/api/v1/{address}?{query}"), 400)["errors"]
    assert [name for name in said if name != "slug"] == ["odd-0", "odd-1", "odd-2"]
    assert said["odd-2"][-1] == "Nor are 497 others."


def test_too_many_parameters_are_malformed(client):
    query = "&".join("a" * 20_000)
    assert problem(client.get(f"/api/v1/datasets/?{query}"), 400)["errors"] == {}


@pytest.mark.parametrize(
    ("address", "near"),
    [
        ("datasets/luna/", ["Did you mean “luna16”?"]),
        ("datasets/LUNA16/", ["Did you mean “luna16”?"]),
        ("tools/lunna-16/", ["Did you mean “luna16”?"]),
        ("modalities/ctt/", ["Did you mean “ct”?"]),
        ("datasets/something-else-entirely/revisions/", None),
        ("datasets/%00/", None),
        ("datasets/%ff%fe/", None),
        ("datasets/'%22*()/", None),
        (f"datasets/{'x' * 5000}/", None),
    ],
)
def test_an_unknown_slug_is_answered_with_near_ones(client, address, near):
    DatasetFactory(slug="luna16", modalities=["ct"])
    said = problem(client.get(f"/api/v1/{address}"), 404)
    assert said["errors"] == ({"slug": near} if near else {})


def test_a_record_that_was_taken_back_is_gone(client):
    record = DatasetFactory(slug="luna16", name="LUNA16")
    DatasetFactory(slug="shy", published=False)
    with changing(note="Its owner asked for it."):
        record.published = False
        record.save()
    for end in ("", "revisions/", "jsonld/", "croissant/"):
        said = problem(client.get(f"/api/v1/datasets/luna16/{end}"), 410)
        assert said["detail"].startswith("“LUNA16” was withdrawn on 20")
        assert said["detail"].endswith(". Its owner asked for it.")
    problem(client.get("/api/v1/datasets/shy/"), 404)


@pytest.mark.parametrize(
    "address",
    ["/api/", "/api/v2/", "/api/v1/nothing/", "/api/v1/datasets/a/b/c/", "/api/%00", "/api/v1/%0A"],
)
def test_addresses_that_do_not_exist_are_problems_too(client, address):
    assert problem(client.get(address), 404)["errors"] == {}


def test_a_forgotten_slash_is_forgiven(client):
    response = client.get("/api/v1/datasets?modality=ct")
    assert response.status_code == 301
    assert response["Location"] == "/api/v1/datasets/?modality=ct"
    assert response["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_api_is_read_only(client, method):
    response = getattr(client, method)("/api/v1/datasets/")
    problem(response, 405)
    assert response["Allow"] == "GET, HEAD, OPTIONS"


def test_a_failure_of_ours_tells_nothing_of_its_cause(client, monkeypatch):
    def fail(*args):
        raise RuntimeError("password is swordfish")

    monkeypatch.setattr(RecordList, "query", fail)
    client.raise_request_exception = False
    response = client.get("/api/v1/datasets/")
    problem(response, 500)
    assert b"swordfish" not in response.content and b"Traceback" not in response.content


NAMES = [*DatasetFilter.base_filters, "foo", "page__not", ""]
VALUES = st.one_of(
    st.sampled_from(
        ["", "ct", "lung", "open", "name", "-size", "patients", "csv", "ndjson", "bib", "json"]
        + ["1", "0", "-1", "200", "2016", "2026-02-30", "2026-02-03", "slug,relations", "US"]
    ),
    st.integers(-(2**70), 2**70).map(str),
    st.text(max_size=12),
)
QUERIES = st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=6)
BYTES = st.binary(max_size=40).map(quote)


@pytest.fixture
def catalogue():
    DatasetFactory(modalities=["ct"], anatomies=["lung"], sizes=[(5, "patients")], year=2016)
    DatasetFactory(modalities=["mri"], countries=["US"])
    ToolFactory(modalities=["ct"])


@pytest.mark.usefixtures("catalogue")
@given(
    query=st.one_of(QUERIES.map(urlencode), BYTES),
    place=st.sampled_from(
        [
            "datasets/",
            "datasets/facets/",
            "tools/",
            "changes/",
            "modalities/",
            "datasets/dataset-1/",
            "",
        ]
    ),
)
@settings(
    max_examples=examples(300),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_no_query_whatever_makes_it_fail(client, query, place):
    response = client.get(f"/api/v1/{place}?{query}")
    if response.status_code == 200:
        body = response.getvalue() if response.streaming else response.content
        if response["Content-Type"] == "application/json":
            json.loads(body)
    elif response.status_code != 404:
        said = problem(response, 400)
        assert said["errors"] and all(said["errors"].values())


@given(path=st.one_of(st.text(max_size=20).map(quote), BYTES))
@settings(
    max_examples=examples(150),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_no_path_whatever_makes_it_fail(client, path):
    for address in (f"/api/{path}", f"/api/v1/datasets/{path}/"):
        response = client.get(address.replace("/./", "/"))
        if response.status_code not in (200, 301):
            problem(response, 404)
