"""The check on the site and in the API: its form, its errors, its headers and its report."""

import pytest

from datasets import naming
from datasets.models import Record, changing
from tests.factories import DatasetFactory, LicenseFactory, RelationFactory, ToolFactory
from tests.pages import count_queries, words

pytestmark = pytest.mark.django_db
PAGE, API = "/datasets/check/", "/api/v1/datasets/check/"


@pytest.fixture
def small():
    """Two linked datasets, a model trained on one of them, and one that nobody looked at."""
    terms = {"modalities": ["ct"], "anatomies": ["lung"], "tasks": ["detection"]}
    with changing():
        lidc = DatasetFactory(slug="lidc", name="LIDC", full_name="Lung images", **terms)
        luna = DatasetFactory(slug="luna", name="LUNA", aliases=["Luna set"], **terms)
        DatasetFactory(slug="apart", name="Apart", access="application", **terms)
        DatasetFactory(slug="twin-1", name="Twin", modalities=["mri"])
        DatasetFactory(slug="twin-2", name="Twin", modalities=["mri"])
        model = ToolFactory(slug="finder", name="Finder", kind="model")
        nc = LicenseFactory(slug="nc", spdx="CC-BY-NC-4.0", commercial_use=False)
        model.license = nc
        model.save()
        RelationFactory(
            subject=luna, object=lidc, extent="888 scans", remedy="Match them.", evidence=["p. 2"]
        )
        RelationFactory(subject=model, type="trained-on", object=luna)


def asked(client, **query):
    return client.get(PAGE, query)


def errors(client, query):
    response = client.get(f"{API}?{query}")
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    return response.json()["errors"]


@pytest.mark.usefixtures("small")
def test_the_empty_form_explains_itself_and_offers_an_example(client):
    page = asked(client)
    assert page.status_code == 200
    said = words(page)
    assert "Before you train on one set and test on another" in said
    assert "For example: Finder with LUNA" in said
    assert '<option value="LUNA">' in page.text
    assert "noindex" not in page.text and "Result" not in said
    assert "Name at least one record to check." in words(asked(client, add=""))


@pytest.mark.usefixtures("small")
def test_the_report_tells_everything_in_words(client):
    page = asked(client, slug=["finder", "lidc", "apart"], use=["commercial_use"])
    said = words(page)
    for text in (
        "1 pair possible 2 pairs not checked",
        "Finder and LIDC Possible",
        "Finder was trained on LUNA. No source is on record for this relation.",
        "LUNA is derived from LIDC. 888 scans Seen in p. 2",
        "What to do: Match them.",
        "Of Apart, no relation has been recorded",
        "Commercial use Blocked Commercial use is forbidden by the licence of: Finder (Nc).",
        "Smallest change: leave out Finder; the rest is permitted.",
        "1 × application reviewed by the owner",
        "LIDC: Lung images. Dataset.",
        "It is not legal advice",
    ):
        assert text in said, text
    assert said.count("legal advice") == 1
    assert '<meta name="robots" content="noindex">' in page.text
    assert f'href="{API}?slug=finder&amp;slug=lidc&amp;slug=apart&amp;use=commercial_use"' in (
        page.text
    )
    assert page.text.count('<g class="node') == 4


@pytest.mark.usefixtures("small")
def test_one_record_has_terms_and_candidates_but_no_pairs(client):
    page = asked(client, slug=["luna"])
    said = words(page)
    assert "What they allow" in said and "Each record against each other" not in said
    assert "Apart" in said and "Nobody has recorded or looked for relations of it yet." in said


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("typed", ["LUNA", "luna set", " luna ", "Lung Images"])
def test_what_is_typed_becomes_a_chosen_record(client, typed):
    response = asked(client, slug=["apart"], use=["derivatives"], add=typed)
    added = "lidc" if "mages" in typed else "luna"
    assert response.status_code == 302
    assert response["Location"] == f"{PAGE}?slug=apart&slug={added}&use=derivatives"


@pytest.mark.usefixtures("small")
def test_a_form_sent_without_another_name_leads_to_the_address_to_pass_on(client):
    response = asked(client, slug=["luna", "apart"], add="")
    assert response["Location"] == f"{PAGE}?slug=luna&slug=apart"


@pytest.mark.usefixtures("small")
def test_what_can_mean_several_is_offered_to_choose_from(client):
    said = words(asked(client, slug=["luna"], add="twin"))
    assert "Which do you mean by “twin”?" in said
    page = asked(client, slug=["luna"], add="twin").text
    assert 'value="twin-1"' in page and 'value="twin-2"' in page and 'value="luna" checked' in page


@pytest.mark.parametrize("page", [PAGE, "/datasets/compare/"])
def test_a_common_word_is_not_sought_in_the_names_of_all_that_have_it(client, monkeypatch, page):
    with changing():
        for number in range(8):
            DatasetFactory(slug=f"brain-{number}", name=f"Brain {number}")
    looked_at = []
    monkeypatch.setattr(naming, "LOOKED_AT", 3)
    monkeypatch.setattr(
        naming, "is_called", lambda document, text: looked_at.append(document["slug"])
    )
    page = client.get(page, {"add": "brain"}).text
    assert len(looked_at) == 3
    # What may be meant is offered all the same.
    assert all(f"Brain {number}" in page for number in range(8))


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"slug": ["luna", "lidk"]}, "“lidk” is not a known slug. Did you mean “lidc”?"),
        ({"slug": ["luna"], "use": ["selling"]}, "“selling” is not a known use."),
        ({"slug": ["luna"], "add": "zzzqqq"}, "No record is found by “zzzqqq”."),
        ({"slug": ["luna"], "foo": "1"}, "“foo” is not a known parameter."),
    ],
)
def test_bad_input_leaves_the_page_and_what_was_typed_intact(client, query, message):
    page = asked(client, **query)
    assert page.status_code == 200
    assert message in words(page)
    assert 'name="slug" value="luna" checked' in page.text
    assert "Result" in words(page)
    if "add" in query:
        assert f'value="{query["add"]}" aria-invalid="true"' in page.text


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("page", ["?slug=%00", "?slug=" + "x" * 3000, "?add=%22%3Cb%3E&slug=luna"])
def test_odd_input_does_no_harm(client, page):
    response = client.get(PAGE + page)
    assert response.status_code == 200
    assert "<b>" not in response.text


@pytest.mark.usefixtures("small")
def test_the_api_names_what_is_wrong(client):
    assert errors(client, "") == {"slug": ["Give at least one record: slug=luna16, for example."]}
    assert "Did you mean “lidc”?" in errors(client, "slug=lidk")["slug"][0]
    assert "commercial_use, redistribution" in errors(client, "slug=luna&use=selling")["use"][0]
    assert "Valid values: slug, use." in errors(client, "slug=luna&add=lidc")["add"][0]


def test_thirty_records_are_the_most(client):
    with changing():
        records = DatasetFactory.create_batch(31)
    slugs = [record.slug for record in records]
    many = {"slug": slugs}
    assert client.get(API, {"slug": slugs[:30]}).status_code == 200
    refused = client.get(API, many)
    assert refused.json()["errors"] == {"slug": ["31 records are too many; give at most 30."]}
    page = client.get(PAGE, many)
    assert "31 records are too many; give at most 30." in words(page)
    assert page.text.count('name="slug"') == 30
    # One more by its name is told, not dropped in silence.
    page = client.get(PAGE, {"slug": slugs[:30], "add": slugs[30]})
    assert page.status_code == 200 and "the most that one check takes" in words(page)


@pytest.mark.usefixtures("small")
def test_former_slugs_resolve_and_repeats_count_once(client):
    record = DatasetFactory(slug="was")
    record.slug = "is"
    record.save()
    found = client.get(f"{API}?slug=was&slug=is&slug=luna").json()
    assert [one["slug"] for one in found["records"]] == ["is", "luna"]


@pytest.mark.usefixtures("small")
def test_an_answer_keeps_until_the_catalogue_changes(client):
    first = client.get(f"{API}?slug=luna&slug=lidc")
    again = client.get(f"{API}?slug=luna&slug=lidc", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304 and first["Access-Control-Allow-Origin"] == "*"
    RelationFactory(subject__slug="new", object__slug="newer")
    changed = client.get(f"{API}?slug=luna&slug=lidc", headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200


@pytest.mark.usefixtures("small")
def test_a_new_relation_is_in_the_next_answer(client):
    def status():
        return client.get(f"{API}?slug=twin-1&slug=twin-2").json()["overlap"]["pairs"][0]["status"]

    assert status() == "not-checked"
    with changing():
        pair = Record.objects.in_bulk(["twin-1", "twin-2"], field_name="slug")
        RelationFactory(subject=pair["twin-1"], type="shares-images", object=pair["twin-2"])
    assert status() == "known"


def test_queries_do_not_grow_with_the_records(client):
    with changing():
        records = DatasetFactory.create_batch(12)
        for one, other in zip(records, records[1:], strict=False):
            RelationFactory(subject=one, object=other)
    for address in (PAGE, API):
        few = "&".join(f"slug={record.slug}" for record in records[:2])
        many = "&".join(f"slug={record.slug}" for record in records)
        assert count_queries(client, f"{address}?{few}") == count_queries(
            client, f"{address}?{many}"
        )


def test_candidates_share_terms_and_no_path(client):
    terms = {"modalities": ["ct"], "anatomies": ["lung"], "tasks": ["detection"]}
    with changing():
        chosen = DatasetFactory(slug="chosen", **terms)
        source = DatasetFactory(slug="source", **terms)
        sibling = DatasetFactory(slug="sibling", **terms)
        archive = DatasetFactory(slug="archive", kind="collection", **terms)
        checked = DatasetFactory(slug="checked", **terms)
        DatasetFactory(slug="unchecked", access="open", **terms)
        DatasetFactory(slug="other-task", **(terms | {"tasks": ["segmentation"]}))
        DatasetFactory(slug="hidden", published=False, **terms)
        DatasetFactory(slug="withdrawn", status="withdrawn", **terms)
        for one in (chosen, sibling):
            RelationFactory(subject=one, object=source)
        for one in (chosen, checked):
            RelationFactory(subject=one, type="part-of", object=archive)
    found = client.get(f"{API}?slug=chosen").json()["test_sets"]
    assert found["count"] == 2
    assert [(one["slug"], one["relations_checked"]) for one in found["results"]] == [
        ("checked", True),
        ("unchecked", False),
    ]
    assert found["results"][0]["shared"] == {
        "modality": ["Ct"],
        "anatomy": ["Lung"],
        "task": ["Detection"],
    }
