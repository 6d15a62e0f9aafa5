"""The API's description of itself: complete and true of its answers."""

import io

import jsonschema
import pytest
from django.core.management import call_command

from datasets.filters import QUERIES
from tests.factories_articles import PostFactory
from tests.launch import launch  # noqa: F401

pytestmark = pytest.mark.django_db
ERRORS = {"400", "429"}


@pytest.fixture
def described(client):
    response = client.get("/api/v1/schema/")
    assert response["Content-Type"] == "application/vnd.oai.openapi+json"
    return response.json()


def in_json_schema(part):
    """OpenAPI 3.0 as JSON Schema: null is a type there, and nothing may be left undescribed."""
    if isinstance(part, list):
        return [in_json_schema(one) for one in part]
    if not isinstance(part, dict):
        return part
    plain = {key: in_json_schema(value) for key, value in part.items() if key != "nullable"}
    if isinstance(part.get("required"), list):
        plain["additionalProperties"] = False
    return {"anyOf": [{"type": "null"}, plain]} if part.get("nullable") is True else plain


def check(described, path, answer):
    """Raise ValidationError unless the answer is what the description of its address says."""
    content = described["paths"][path]["get"]["responses"]["200"]["content"]
    # Of an address that gives files too, JSON is named first.
    schema = next(iter(content.values()))["schema"] | {"components": described["components"]}
    jsonschema.validate(answer, in_json_schema(schema), format_checker=jsonschema.FormatChecker())


def test_it_is_made_without_a_warning():
    out = io.StringIO()
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=out)
    assert out.getvalue().startswith("openapi: 3")


def test_it_names_every_parameter_of_the_query_language(described):
    for family, query in QUERIES.items():
        for path in (f"/api/v1/{family}/", f"/api/v1/{family}/facets/"):
            said = {row["name"]: row for row in described["paths"][path]["get"]["parameters"]}
            assert set(said) == set(query.base_filters)
            assert all(row["description"] for row in said.values())
            assert said["modality"]["explode"] is True
            assert said["modality"]["schema"] == {"type": "array", "items": {"type": "string"}}
            assert said["page_size"]["schema"]["maximum"] == 200


def test_it_bounds_the_numbers_of_the_small_parameters_too(described):
    changes = described["paths"]["/api/v1/changes/"]["get"]["parameters"]
    said = {row["name"]: row["schema"] for row in changes if row["in"] == "query"}
    assert said["cursor"] == {"type": "integer", "minimum": 0, "maximum": 2**63 - 1}
    assert said["page_size"] == {"type": "integer", "minimum": 1, "maximum": 200}
    assert said["role"]["enum"][0] == "Curator" and said["modality"] == {"type": "string"}


def test_it_names_the_facts_that_evidence_is_of_by_their_slugs(described):
    facts = described["components"]["schemas"]["Evidence"]["properties"]["fact"]["enum"]
    assert {"name", "sizes", None} < set(facts)
    assert all(fact is None or fact.replace("_", "").isalpha() for fact in facts)


def test_every_address_says_how_it_fails(described):
    for path, methods in described["paths"].items():
        responses = methods["get"]["responses"]
        expected = ERRORS | ({"404"} if "{slug}" in path else set())
        gone = path.split("/")[3] in ("datasets", "tools", "posts") and "{slug}" in path
        expected |= {"410"} if gone else set()
        assert set(responses) == expected | {"200"}, path
        for status in expected:
            assert list(responses[status]["content"]) == ["application/problem+json"]
    files = described["paths"]["/api/v1/datasets/"]["get"]["responses"]["200"]["content"]
    assert list(files) == [
        "application/json",
        "text/csv",
        "application/x-ndjson",
        "application/x-bibtex",
    ]


@pytest.mark.usefixtures("launch")
def test_the_answers_are_as_described(client, described):
    """Each address of the description, asked for the launch catalogue."""
    PostFactory(publish=True)
    slugs = {"datasets": "luna16", "tools": "nnu-net"}
    for path in described["paths"]:
        kind = path.split("/")[3]
        if kind not in slugs and "{slug}" in path:
            slugs[kind] = client.get(f"/api/v1/{kind}/").json()["results"][0]["slug"]
        address = path.replace("{slug}", slugs.get(kind, ""))
        if path.endswith("/check/"):
            address += (
                "?slug=luna16&slug=hover-net&slug=pannuke&slug=tcia&slug=radnli&slug=verse-2020"
            )
        check(described, path, client.get(address).json())
    for family in QUERIES:
        address = f"/api/v1/{family}/?page_size=200"
        check(described, f"/api/v1/{family}/", client.get(address).json())
        shaped = client.get(f"{address}&fields=slug,relations,evidence").json()
        check(described, f"/api/v1/{family}/", shaped)
        for row in shaped["results"]:
            path = f"/api/v1/{family}/{row['slug']}/"
            check(described, f"/api/v1/{family}/{{slug}}/", client.get(path).json())


def test_a_problem_is_as_described(client, described):
    answer = client.get("/api/v1/datasets/?foo=1").json()
    schema = described["components"]["schemas"]["Problem"]
    jsonschema.validate(answer, in_json_schema(schema))
