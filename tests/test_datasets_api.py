"""The API's lists, documents, facets and vocabularies: whole answers."""

import io

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from datasets.documents import HEAVY, KEYS
from datasets.models import Document
from tests.factories import (
    NO_MORE_EVIDENCE,
    DatasetFactory,
    ModalityFactory,
    PaperFactory,
    RelationFactory,
    ToolFactory,
)

pytestmark = pytest.mark.django_db
HOST = "http://testserver"
EMPTY = {"count": 0, "next": None, "previous": None, "results": []}


def get(client, address, **parameters):
    response = client.get(f"/api/v1/{address}", parameters)
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "application/json"
    return response.json()


def slugs(client, address="datasets/", **parameters):
    return [row["slug"] for row in get(client, address, **parameters)["results"]]


def queries(client, address):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(f"/api/v1/{address}").status_code == 200
    return len(captured)


def make_lungs():
    return DatasetFactory(
        slug="lungs",
        name="Lungs",
        modalities=["ct"],
        anatomies=["lung"],
        sizes=[(888, "scans", "exact")],
        links=[("homepage", "https://lungs.example/")],
        evidence=["https://source.example/"],
        paper=PaperFactory(title="On lungs", year=2017, doi="10.1000/lungs"),
        year=2016,
        countries=["US"],
        extra={"Slice": "1 mm"},
    )


def test_a_whole_document(client):
    lungs = make_lungs()
    hearts = DatasetFactory(slug="hearts", name="Hearts")
    RelationFactory(subject=lungs, object=hearts, type="derived-from", remedy="Split by patient.")
    lungs.refresh_from_db()
    document = get(client, "datasets/lungs/")
    assert list(document) == KEYS["datasets"]
    assert document | {"created_at": "", "updated_at": ""} == {
        "slug": "lungs",
        "name": "Lungs",
        "full_name": None,
        "aliases": [],
        "kind": "dataset",
        "summary": "What Lungs holds.",
        "url": "/datasets/lungs/",
        "modalities": [{"slug": "ct", "name": "Ct"}],
        "anatomies": [{"slug": "lung", "name": "Lung"}],
        "tasks": [],
        "sizes": [{"count": 888, "unit": "scans", "qualifier": "exact", "note": None}],
        "annotations": None,
        "annotation_method": None,
        "license": {
            "slug": "cc-by-4-0",
            "name": "Cc by 4 0",
            "spdx": None,
            "url": None,
            "family": "open",
            "permits": {"commercial_use": True, "redistribution": True, "derivatives": True},
            "requires": {"share_alike": False, "attribution": True},
        },
        "license_name": None,
        "license_url": None,
        "grants": [],
        "access": {"slug": "open", "name": "Open download"},
        "host": None,
        "links": [{"kind": "homepage", "url": "https://lungs.example/"}],
        "paper": {
            "title": "On lungs",
            "authors": None,
            "venue": None,
            "year": 2017,
            "doi": "10.1000/lungs",
            "arxiv": None,
        },
        "year": 2016,
        "countries": ["US"],
        "splits": None,
        "extra": {"Slice": "1 mm"},
        "relations": [
            {
                "type": "derived-from",
                "label": "derived from",
                "slug": "hearts",
                "name": "Hearts",
                "kind": "dataset",
                "extent": None,
                "remedy": "Split by patient.",
                "evidence": [],
            }
        ],
        "evidence": [
            {"fact": None, "source": "https://source.example/", "checked_on": None}
            | NO_MORE_EVIDENCE
        ],
        "confidence": {"url": None, "license": None, "sizes": None},
        "status": "active",
        "replaced_by": None,
        "verified_on": None,
        "created_at": "",
        "updated_at": "",
        "version": lungs.version,
    }


@pytest.mark.parametrize("family", ["datasets", "tools"])
def test_a_list_shows_each_document_without_its_heavy_keys(client, family):
    make_lungs()
    ToolFactory(slug="cutter", name="Cutter", architecture="U-Net")
    slug = {"datasets": "lungs", "tools": "cutter"}[family]
    whole = get(client, f"{family}/{slug}/")
    light = {key: whole[key] for key in KEYS[family] if key not in HEAVY}
    answer = get(client, f"{family}/")
    assert answer == EMPTY | {"count": 1, "results": [light]}
    assert list(answer["results"][0]) == list(light)


def test_fields_are_given_in_the_documents_order_from_either_side_of_the_line(client):
    make_lungs()
    [row] = get(client, "datasets/", fields="evidence,name,extra,slug")["results"]
    assert list(row.items()) == [
        ("slug", "lungs"),
        ("name", "Lungs"),
        ("extra", {"Slice": "1 mm"}),
        (
            "evidence",
            [
                {"fact": None, "source": "https://source.example/", "checked_on": None}
                | NO_MORE_EVIDENCE
            ],
        ),
    ]


def test_pages_keep_every_parameter_in_absolute_addresses(client):
    for number in range(5):
        DatasetFactory(slug=f"d{number}", name=f"D {number}", modalities=["ct"])
    address = f"{HOST}/api/v1/datasets/"
    kept = "modality=ct&modality=ct&ordering=-name&page_size=2"
    second = client.get(f"{address}?{kept}&page=2", headers={"host": "testserver"}).json()
    assert second["count"] == 5
    assert [row["slug"] for row in second["results"]] == ["d2", "d1"]
    assert second["next"] == f"{address}?{kept}&page=3"
    assert second["previous"] == f"{address}?{kept}&page=1"
    last = client.get(second["next"]).json()
    assert [row["slug"] for row in last["results"]] == ["d0"] and last["next"] is None


def test_facets_count_with_all_other_parameters_applied(client):
    ModalityFactory(slug="pet-ct", broader=["ct"])
    DatasetFactory(modalities=["pet-ct"], anatomies=["lung"])
    DatasetFactory(modalities=["mri"], anatomies=["heart"])
    facets = get(client, "datasets/facets/", modality="ct")
    assert list(facets)[:3] == ["modality", "anatomy", "task"]
    assert facets["modality"] == [
        {"slug": "ct", "name": "Ct", "count": 1, "selected": True},
        {"slug": "mri", "name": "Mri", "count": 1, "selected": False},
        {"slug": "pet-ct", "name": "Pet ct", "count": 1, "selected": False},
    ]
    assert [(value["slug"], value["count"]) for value in facets["anatomy"]] == [
        ("heart", 0),
        ("lung", 1),
    ]
    assert "country" not in get(client, "tools/facets/")


def test_a_term_says_its_place_and_its_counts(client):
    ModalityFactory(slug="pet-ct", broader=["pet", "ct"], dicom=["PT", "CT"])
    ModalityFactory(slug="low-dose", broader=["ct"])
    DatasetFactory(modalities=["pet-ct"])
    DatasetFactory(modalities=["ct"], published=False)
    ToolFactory(modalities=["ct"])
    expected = {
        "slug": "ct",
        "name": "Ct",
        "description": None,
        "synonyms": [],
        "dicom": [],
        "broader": [],
        "narrower": [
            {"slug": "low-dose", "name": "Low dose"},
            {"slug": "pet-ct", "name": "Pet ct"},
        ],
        "count": 1,
        "tools_count": 1,
    }
    assert get(client, "modalities/ct/") == expected
    answer = get(client, "modalities/")
    assert [term["slug"] for term in answer["results"]] == ["ct", "low-dose", "pet", "pet-ct"]
    assert answer["results"][0] == expected
    assert get(client, "modalities/pet-ct/")["broader"] == [
        {"slug": "ct", "name": "Ct"},
        {"slug": "pet", "name": "Pet"},
    ]


def test_a_license_says_what_it_permits(client):
    DatasetFactory()
    assert get(client, "licenses/cc-by-4-0/") == {
        "slug": "cc-by-4-0",
        "name": "Cc by 4 0",
        "description": None,
        "synonyms": [],
        "spdx": None,
        "url": None,
        "family": "open",
        "permits": {"commercial_use": True, "redistribution": True, "derivatives": True},
        "requires": {"share_alike": False, "attribution": True},
        "broader": [],
        "narrower": [],
        "count": 1,
        "tools_count": 0,
    }


def test_a_unit_counts_the_records_that_are_sized_in_it(client):
    DatasetFactory(sizes=[(1, "scans"), (2, "patients")])
    ToolFactory(sizes=[(3, "patients")])
    counts = {term["slug"]: term["count"] for term in get(client, "units/")["results"]}
    assert counts == {"patients": 1, "scans": 1}
    assert get(client, "units/patients/")["tools_count"] == 1


@pytest.mark.parametrize("vocabulary", ["anatomies", "tasks", "hosts"])
def test_every_vocabulary_has_its_list(client, vocabulary):
    DatasetFactory(anatomies=["lung"], tasks=["detection"], host="zenodo")
    answer = get(client, f"{vocabulary}/")
    assert answer["count"] == 1 and answer["results"][0]["count"] == 1


def test_the_front_page_leads_everywhere(client):
    DatasetFactory()
    answer = get(client, "")
    assert answer["counts"]["datasets"] == 1 and answer["counts"]["tools"] == 0
    assert answer["version"] == 1 and answer["license"]["spdx"] == "CC0-1.0"
    assert answer["links"]["datasets_facets"] == f"{HOST}/api/v1/datasets/facets/"
    for address in answer["links"].values():
        assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("below", ["", "revisions/"])
def test_former_slugs_lead_on_with_their_query(client, below):
    lungs = make_lungs()
    lungs.slug = "lungs-2"
    lungs.save()
    response = client.get(f"/api/v1/datasets/lungs/{below}?page=1&x=%C3%A9")
    assert response.status_code == 301
    assert response["Location"] == f"/api/v1/datasets/lungs-2/{below}?page=1&x=%C3%A9"
    assert response["Access-Control-Allow-Origin"] == "*"


def test_the_other_familys_slug_leads_to_its_address(client):
    make_lungs()
    ToolFactory(slug="cutter")
    assert client.get("/api/v1/tools/lungs/")["Location"] == "/api/v1/datasets/lungs/"
    there = client.get("/api/v1/datasets/cutter/revisions/")
    assert there["Location"] == "/api/v1/tools/cutter/revisions/"


def test_a_renamed_terms_slug_leads_on_in_addresses_and_queries(client):
    DatasetFactory(slug="lungs", modalities=["ct"])
    term = ModalityFactory(slug="ct")
    term.slug = "computed-tomography"
    term.save()
    there = client.get("/api/v1/modalities/ct/")
    assert there["Location"] == "/api/v1/modalities/computed-tomography/"
    assert slugs(client, modality="ct") == ["lungs"]


def test_an_edit_is_in_the_next_answer(client):
    lungs = make_lungs()
    assert get(client, "datasets/")["results"][0]["name"] == "Lungs"
    lungs.name = "Both lungs"
    lungs.save()
    assert get(client, "datasets/")["results"][0]["name"] == "Both lungs"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "datasets/",
        "datasets/?fields=slug,relations,name",
        "datasets/?format=csv",
        "datasets/?format=ndjson",
        "datasets/?format=bib",
        "datasets/?search=embargoed",
        "datasets/facets/",
        "datasets/lungs/",
        "datasets/lungs/revisions/",
        "changes/",
        "modalities/",
        "modalities/ct/",
        "hosts/",
    ],
)
def test_unpublished_records_are_nowhere(client, address):
    lungs = make_lungs()
    hidden = DatasetFactory(slug="embargoed", modalities=["ct"], published=False)
    RelationFactory(subject=hidden, object=lungs)
    response = client.get(f"/api/v1/{address}")
    assert response.status_code == 200
    body = response.getvalue() if response.streaming else response.content
    assert b"mbargoed" not in body.replace(b"search=embargoed", b"")


@pytest.mark.parametrize("below", ["", "revisions/"])
def test_an_unpublished_record_is_not_found(client, below):
    DatasetFactory(slug="embargoed", published=False)
    response = client.get(f"/api/v1/datasets/embargoed/{below}")
    assert response.status_code == 404 and response.json()["errors"] == {}


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("datasets/?page_size=200", 1),
        ("datasets/?page_size=200&fields=slug,relations", 2),
        ("datasets/?modality=ct&ordering=-year&search=holds", 1),
        ("datasets/facets/", 1),
        ("datasets/?format=csv", 1),
        ("datasets/?format=bib", 1),
        ("datasets/d0/", 2),
        ("datasets/d0/revisions/", 3),
        ("changes/?page_size=200", 1),
        ("changes/?page_size=200&kind=dataset", 2),
        ("modalities/", 1),
    ],
)
def test_queries_do_not_grow_with_the_catalogue(client, address, most):
    for number in range(3):
        DatasetFactory(slug=f"d{number}", modalities=["ct"])
    get(client, "")
    # Who sends a cookie is given no kept answer, of which the version is asked beforehand.
    client.cookies["own"] = "1"
    few = queries(client, address)
    assert few <= most
    for number in range(3, 40):
        DatasetFactory(slug=f"d{number}", modalities=["ct"])
    get(client, "")
    assert queries(client, address) == few


def test_lists_answer_from_the_index_alone(client):
    """A list never reads a row, so that a thousand records cost no more queries than ten."""
    make_lungs()
    get(client, "")
    Document.objects.all().delete()
    assert slugs(client) == ["lungs"]


def make_synthetic(number, seed):
    call_command("make_synthetic", str(number), "--seed", str(seed), "--add", stdout=io.StringIO())
    with connection.cursor() as cursor:
        # Within a test's transaction PostgreSQL learns by itself nothing of how full its tables are.
        cursor.execute("ANALYZE")


def test_a_thousand_records_cost_no_more_queries_than_ten(client):
    addresses = [
        "datasets/?page_size=200",
        "datasets/?fields=slug,evidence",
        "tools/?ordering=-year",
    ]
    make_synthetic(10, seed=1)
    get(client, "")
    few = [queries(client, address) for address in addresses]
    for seed in range(2, 12):
        make_synthetic(99, seed)
    assert get(client, "")["counts"]["datasets"] > 500
    assert [queries(client, address) for address in addresses] == few == [1, 2, 1]
