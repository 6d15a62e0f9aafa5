"""Datasets in the vocabularies of other programs: true to the document, complete as far as it is known."""

import json
import re

import jsonschema
import pytest
from django.test import override_settings

from datasets.curation import withdraw
from datasets.linked import CROISSANT_CONTEXT
from tests.factories import (
    DatasetFactory,
    HostFactory,
    LicenseFactory,
    PaperFactory,
    RelationFactory,
    ToolFactory,
)
from tests.launch import launch  # noqa: F401
from tests.test_datasets_api_schema import in_json_schema

pytestmark = pytest.mark.django_db
SITE = "https://news.example"
# By the specification, of every Croissant dataset. Who made the data is on no record.
REQUIRED = {"@context", "@type", "conformsTo", "name", "description", "license", "url"}
REQUIRED |= {"datePublished", "distribution", "creator"}
NEVER_KNOWN = {"creator"}


def ask(client, slug, name):
    response = client.get(f"/api/v1/datasets/{slug}/{name}/")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/ld+json"
    return response.json()


@pytest.fixture
def full():
    """A dataset of which everything is known."""
    whole = DatasetFactory(slug="whole", name="Whole")
    hidden = DatasetFactory(slug="hidden", published=False)
    record = DatasetFactory(
        slug="full",
        name="Full",
        full_name="Full set",
        aliases=["FS"],
        summary="What it holds.",
        modalities=["ct"],
        anatomies=["lung"],
        tasks=["detection"],
        sizes=[(888, "scans"), (90, "patients", "at-least"), (5, "slices", "about", "thick")],
        license=LicenseFactory(slug="by", url="https://licence.example/by/"),
        host=HostFactory(slug="host", name="Host", url="https://host.example/"),
        year=2016,
        countries=["NL"],
        links=[
            ("homepage", "https://full.example/"),
            ("download", "https://host.example/files/full.tar.gz?x=1"),
            ("download", "https://host.example/records/1"),
            ("code", "https://code.example/"),
        ],
        paper=PaperFactory(title="On it", authors="Doe J", year=2017, doi="10.1000/x"),
    )
    RelationFactory(subject=record, type="derived-from", object=whole)
    RelationFactory(subject=record, type="derived-from", object=hidden)
    RelationFactory(subject=ToolFactory(slug="t"), type="trained-on", object=record)
    return record


@override_settings(SITE_URL=SITE)
def test_everything_that_is_known_is_said(client, full):
    found = ask(client, "full", "jsonld")
    assert found["@context"] == "https://schema.org/" and found["@type"] == "Dataset"
    assert found["@id"] == found["url"] == f"{SITE}/datasets/full/"
    assert found["alternateName"] == ["Full set", "FS"]
    assert found["license"] == "https://licence.example/by/"
    assert found["isAccessibleForFree"] is True
    assert found["datePublished"] == "2016"
    assert found["sameAs"] == ["https://full.example/"]
    assert found["measurementTechnique"] == ["Ct"] and found["keywords"] == ["Lung", "Detection"]
    assert [{k: v for k, v in size.items() if k != "@type"} for size in found["size"]] == [
        {"value": 888, "unitText": "scans"},
        {"minValue": 90, "unitText": "patients"},
        {"value": 5, "unitText": "slices", "description": "about, thick"},
    ]
    assert found["citation"]["url"] == "https://doi.org/10.1000/x"
    assert [edge["@id"] for edge in found["isBasedOn"]] == [f"{SITE}/datasets/whole/"]
    assert found["includedInDataCatalog"]["url"] == f"{SITE}/datasets/"
    assert found["distribution"] == [
        {
            "@type": "DataDownload",
            "name": "full.tar.gz",
            "contentUrl": "https://host.example/files/full.tar.gz?x=1",
            "encodingFormat": "application/gzip",
        },
        {
            "@type": "DataDownload",
            "name": "host.example",
            "url": "https://host.example/records/1",
        },
    ]


def test_croissant_has_every_required_property(client, full):
    found = ask(client, "full", "croissant")
    assert REQUIRED - set(found) == NEVER_KNOWN
    assert found["@type"] == "sc:Dataset" and found["@context"] == CROISSANT_CONTEXT
    assert found["conformsTo"] == "http://mlcommons.org/croissant/1.0"
    assert found["@context"]["conformsTo"] == "dct:conformsTo"
    assert found["citeAs"].startswith("@misc{doe2017-") and "On it" in found["citeAs"]
    identifiers = [file["@id"] for file in found["distribution"]]
    assert identifiers == ["download-1", "download-2"]
    assert {file["@type"] for file in found["distribution"]} == {"cr:FileObject"}


def test_what_is_unknown_is_left_out(client):
    license = LicenseFactory(slug="none", name="Unspecified", family="unspecified")
    DatasetFactory(slug="bare", license=license, access="unknown")
    for name, own in (("jsonld", set()), ("croissant", {"conformsTo"})):
        assert set(ask(client, "bare", name)) == own | {
            *("@context", "@type", "@id", "name", "description", "url"),
            *("includedInDataCatalog", "sdDatePublished", "sdLicense", "sdPublisher"),
        }


def test_terms_of_the_owners_own_are_named(client):
    license = LicenseFactory(slug="custom", family="custom", url="")
    DatasetFactory(
        slug="a",
        license=license,
        license_name="House rules",
        license_url="https://rules.example/",
        access="application",
        status="withdrawn",
    )
    found = ask(client, "a", "jsonld")
    assert found["license"] == {
        "@type": "CreativeWork",
        "name": "House rules",
        "url": "https://rules.example/",
    }
    assert "isAccessibleForFree" not in found
    assert found["creativeWorkStatus"].startswith("Its owner has withdrawn it.")


@pytest.mark.parametrize("name", ["jsonld", "croissant"])
def test_addresses_behave_as_the_others_of_the_api(client, django_user_model, name):
    record = DatasetFactory(slug="old")
    record.slug = "new"
    record.save()
    ToolFactory(slug="reader")
    address = f"/api/v1/datasets/new/{name}/"
    moved = client.get(f"/api/v1/datasets/old/{name}/")
    assert (moved.status_code, moved["Location"]) == (301, address)
    first = client.get(address)
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert first["Access-Control-Allow-Origin"] == "*"
    for wrong, status in (("reader", 404), ("nothing", 404), ("new", 400)):
        query = "?a=b" if wrong == "new" else ""
        answer = client.get(f"/api/v1/datasets/{wrong}/{name}/{query}")
        assert answer.status_code == status
        assert answer["Content-Type"] == "application/problem+json"
    assert client.get(f"/api/v1/tools/reader/{name}/").status_code == 404
    withdraw([record], by=django_user_model.objects.create(), note="x")
    assert client.get(address).status_code == 410


@override_settings(SITE_URL=SITE)
def test_the_page_holds_the_same_data_and_nothing_breaks_out(client):
    DatasetFactory(slug="a", summary="</script><script>alert(1)</script> & <!-- more")
    page = client.get("/datasets/a/").text
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert json.loads(block) == ask(client, "a", "jsonld")
    assert "<" not in block
    assert (
        '<link rel="alternate" type="application/ld+json" href="/api/v1/datasets/a/jsonld/"' in page
    )


def test_a_tools_page_has_none(client):
    ToolFactory(slug="t")
    assert "ld+json" not in client.get("/tools/t/").text


@pytest.mark.usefixtures("launch")
def test_the_launch_catalogue_is_as_described(client):
    described = client.get("/api/v1/schema/").json()
    slugs = client.get("/api/v1/datasets/?page_size=200&fields=slug").json()["results"]
    for name, component in (("jsonld", "JsonLdDataset"), ("croissant", "CroissantDataset")):
        schema = described["components"]["schemas"][component]
        schema = in_json_schema(schema | {"components": described["components"]})
        validator = jsonschema.Draft202012Validator(schema)
        for row in slugs:
            validator.validate(ask(client, row["slug"], name))
