"""What travels beside the API's answers: how long they may be kept, who may ask, and how often."""

import time

import pytest
from django.test import override_settings
from rest_framework.settings import api_settings

from datasets.limits import AddressThrottle, network
from tests.factories import DatasetFactory

pytestmark = pytest.mark.django_db
ADDRESSES = [
    "",
    "datasets/",
    "datasets/?format=csv",
    "datasets/?format=bib&search=holds",
    "datasets/facets/",
    "datasets/lungs/",
    "datasets/lungs/revisions/",
    "changes/",
    "modalities/",
    "modalities/ct/",
    "schema/",
]


@pytest.fixture(autouse=True)
def lungs():
    return DatasetFactory(slug="lungs", modalities=["ct"])


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_answer_is_kept_until_the_catalogue_changes(client, address, lungs):
    first = client.get(f"/api/v1/{address}")
    assert first.status_code == 200
    assert first["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert first["X-Content-Type-Options"] == "nosniff"
    tag = {"If-None-Match": first["ETag"]}
    again = client.get(f"/api/v1/{address}", headers=tag)
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    # A cache would put it in the place of the kept answer's own.
    assert "Content-Type" not in again
    assert again["Access-Control-Allow-Origin"] == "*"
    lungs.year = 2001
    lungs.save()
    changed = client.get(f"/api/v1/{address}", headers=tag)
    assert changed.status_code == (304 if address == "schema/" else 200)


def test_every_address_and_format_has_its_own_mark(client):
    addresses = [*ADDRESSES, "datasets/?format=ndjson", "datasets/?page=1", "tools/"]
    marks = {client.get(f"/api/v1/{address}")["ETag"] for address in addresses}
    assert len(marks) == len(addresses)


@pytest.mark.usefixtures("lungs")
def test_nothing_is_computed_for_an_answer_that_is_kept(client, django_assert_num_queries):
    tag = client.get("/api/v1/datasets/lungs/")["ETag"]
    with django_assert_num_queries(1):
        client.get("/api/v1/datasets/lungs/", headers={"If-None-Match": tag})


def test_any_mark_will_do_only_for_what_exists(client):
    star = {"If-None-Match": "*"}
    assert client.get("/api/v1/datasets/lungs/", headers=star).status_code == 304
    assert client.get("/api/v1/datasets/none/", headers=star).status_code == 404
    assert client.get("/api/v1/datasets/?foo=1", headers=star).status_code == 400


@pytest.mark.parametrize("address", ADDRESSES)
def test_head_gives_the_same_headers_and_nothing_else(client, address):
    head, get = client.head(f"/api/v1/{address}"), client.get(f"/api/v1/{address}")
    assert head.status_code == 200
    assert (head["ETag"], head["Content-Type"]) == (get["ETag"], get["Content-Type"])
    assert (head.getvalue() if head.streaming else head.content) == b""


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "text/csv", "nonsense"])
def test_the_address_alone_decides_what_is_answered(client, accept):
    response = client.get("/api/v1/datasets/", headers={"Accept": accept})
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")


def test_any_origin_may_ask(client):
    response = client.options(
        "/api/v1/datasets/",
        headers={"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET"},
    )
    assert (response.status_code, response.content) == (204, b"")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "If-None-Match" in response["Access-Control-Allow-Headers"]
    exposed = client.get("/api/v1/datasets/")["Access-Control-Expose-Headers"]
    assert {"ETag", "Retry-After", "RateLimit-Remaining"} <= set(exposed.split(", "))


def rates(**scopes):
    said = {"api": None, "search": None} | scopes
    return override_settings(
        REST_FRAMEWORK=api_settings.user_settings | {"DEFAULT_THROTTLE_RATES": said}
    )


def limits(response):
    return [response.get(f"RateLimit-{name}") for name in ("Limit", "Remaining", "Reset")]


@rates(api="2/min")
def test_an_address_has_its_limit(client, monkeypatch):
    now = time.time()
    monkeypatch.setattr(AddressThrottle, "timer", lambda self: now)
    assert limits(client.get("/api/v1/datasets/")) == ["2", "1", "60"]
    now += 10
    assert limits(client.get("/api/v1/nothing/")) == ["2", "0", "50"]
    refused = client.get("/api/v1/datasets/")
    assert refused.status_code == 429
    assert refused["Content-Type"] == "application/problem+json"
    assert refused["Retry-After"] == "50" and limits(refused) == ["2", "0", "50"]
    assert refused["Access-Control-Allow-Origin"] == "*"
    assert client.options("/api/v1/datasets/").status_code == 204
    elsewhere = client.get("/api/v1/datasets/", REMOTE_ADDR="192.0.2.7")
    assert limits(elsewhere) == ["2", "1", "60"]
    now += 50
    assert client.get("/api/v1/datasets/").status_code == 200


@rates(api="1/hour")
def test_a_kept_answer_counts_too(client):
    tag = client.get("/api/v1/datasets/")["ETag"]
    again = client.get("/api/v1/datasets/", headers={"If-None-Match": tag})
    assert again.status_code == 429 and "ETag" not in again


@rates()
def test_a_limit_can_be_switched_off(client):
    responses = [client.get("/api/v1/datasets/") for _ in range(5)]
    assert {response.status_code for response in responses} == {200}
    assert limits(responses[0]) == [None, None, None]


def test_a_household_of_ipv6_is_one_address():
    assert network("2001:db8:1:2:3::4") == network("2001:db8:1:2::ffff") == "2001:db8:1:2::/64"
    assert network("2001:db8:1:3::1") != network("2001:db8:1:2::1")
    assert network("192.0.2.7") == "192.0.2.7" and network("nonsense") == "nonsense"
