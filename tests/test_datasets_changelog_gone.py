"""What the log tells of records that are gone: what was public stays told, until it is taken down."""

import re

import pytest
from django.core.management import CommandError, call_command

from datasets.models import Revision, changing
from tests.factories import DatasetFactory
from tests.mirroring import mirror
from tests.pages import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def gone():
    """A record that was edited, renamed, edited as a draft, and deleted; another one of its time."""
    other = DatasetFactory(slug="other", name="Other", year=1999)
    record = DatasetFactory(slug="lungs", name="Lungs", year=2016)
    for year, slug in ((2017, "lungs"), (2018, "chests")):
        record.year, record.slug = year, slug
        record.save()
    record.published = False
    with changing(note="Doctor Grey asked."):
        record.save()
    record.summary, record.year = "A secret draft.", 2019
    record.save()
    with changing(note="Its owner asked."):
        record.delete()
    other.year = 2000
    other.save()
    assert Revision.objects.filter(record=None).count() > 4


@pytest.mark.usefixtures("gone")
@pytest.mark.parametrize("query", ["", "?record=lungs", "?record=chests"])
def test_changes_of_a_deleted_record_stay_told_in_plain_words(client, query):
    said = words(client.get(f"/datasets/changes/{query}"))
    assert "Lungs: year changed" in said
    assert re.search(
        r"Lungs: (slug|address) and year changed|Lungs: year and (slug|address) changed", said
    ), said
    assert "Lungs: added" in said and "Lungs: withdrawn" in said
    assert "details changed" not in said
    assert "2016" in said and "2018" in said and "Doctor Grey asked." in said
    assert "2019" not in said and "secret" not in said


@pytest.mark.usefixtures("gone")
def test_what_a_deleted_record_said_can_be_taken_down(client, tmp_path):
    copy = mirror(tmp_path / "copy.sqlite")
    copy.follow(pages=1)
    etag = client.get("/api/v1/changes/")["ETag"]
    call_command("erase_history", "lungs")
    assert not Revision.objects.filter(record=None).exclude(document="").exists()
    answer = client.get("/api/v1/changes/")
    assert answer["ETag"] != etag
    told = [(row["slug"], row["event"], row["document"]) for row in answer.json()["results"]]
    assert [row for row in told if row[0] != "other"] == [
        ("lungs", "created", None),
        ("lungs", "changed", None),
        ("chests", "changed", None),
        ("chests", "withdrawn", None),
    ]
    said = words(client.get("/datasets/changes/"))
    assert "Lungs: changed; what it said was taken down" in said
    assert "Lungs: added" in said and "2016" not in said and "2018" not in said
    assert "Other: year changed" in said
    for address in (
        "/datasets/changes/",
        "/datasets/chests/",
        "/feeds/changes.atom",
        "/api/v1/changes/",
    ):
        assert "Grey" not in client.get(address).text, address
    # A copy that had come as far as the record goes on, and ends equal.
    assert copy.prove() == [] and copy.count() == 1


@pytest.mark.usefixtures("gone")
@pytest.mark.parametrize(
    ("slug", "said"), [("other", "is a record still"), ("nothing", "No deleted record")]
)
def test_only_what_a_deleted_record_said_can_be_taken_down(slug, said):
    with pytest.raises(CommandError, match=said):
        call_command("erase_history", slug)
    assert Revision.objects.filter(slug="other").exclude(document="").count() == 2
