"""The check asked for what nobody would ask for in earnest."""

import pytest

from datasets.curation import merge_records, withdraw
from datasets.models import changing
from tests.factories import DatasetFactory, RelationFactory, ToolFactory
from tests.pages import words

pytestmark = pytest.mark.django_db
PAGE, API = "/datasets/check/", "/api/v1/datasets/check/"


def test_every_wrong_slug_is_named_and_none_is_lost_without_a_word(client):
    DatasetFactory(slug="lungs")
    query = {"slug": ["lung", "lungs", "brains", "hearts", "livers", "eyes"]}
    errors = client.get(API, query).json()["errors"]
    assert errors == {
        "slug": [
            "“lung” is not a known slug. Did you mean “lungs”? Valid values: lungs.",
            "“brains” is not a known slug.",
            "“hearts” is not a known slug.",
            "Nor are 2 others.",
        ]
    }
    said = words(client.get(PAGE, query))
    assert "“lung” is not a known slug" in said and "Nor are 2 others" in said
    assert "Lungs dataset" in said


def test_what_was_merged_leads_to_the_survivor_and_what_is_hidden_is_unknown(client):
    with changing():
        kept, double = DatasetFactory(slug="kept"), DatasetFactory(slug="double")
        gone = DatasetFactory(slug="embargoed-one")
        DatasetFactory(slug="embargoed-two", published=False)
        RelationFactory(subject=ToolFactory(slug="model"), type="trained-on", object=double)
    merge_records(double, into=kept, by=None)
    withdraw([gone], by=None, note="Its owner asked.")
    found = client.get(API, {"slug": ["model", "double", "kept"]}).json()
    assert [record["slug"] for record in found["records"]] == ["model", "kept"]
    assert [pair["status"] for pair in found["overlap"]["pairs"]] == ["known"]
    for slug in ("embargoed-one", "embargoed-two", "embargoed"):
        answer = client.get(API, {"slug": ["kept", slug]})
        assert answer.status_code == 400
        # Not even as a hint.
        assert answer.text.count("embargoed") == 2
        assert client.get(PAGE, {"slug": ["kept", slug]}).text.count("embargoed") == 1


def test_relations_in_a_circle_are_checked_and_drawn(client):
    with changing():
        ring = [DatasetFactory(slug=f"ring-{number}") for number in range(5)]
        for here, there in zip(ring, [*ring[1:], ring[0]], strict=True):
            RelationFactory(subject=here, type="part-of", object=there)
    slugs = [one.slug for one in ring]
    told = client.get(API, {"slug": slugs}).json()["overlap"]["summary"]
    assert told == {"known": 5, "possible": 5, "none-recorded": 0, "not-checked": 0}
    page = client.get(PAGE, {"slug": slugs})
    assert page.text.count('<g class="node') == 5 and page.text.count('<g class="edge"') == 6
