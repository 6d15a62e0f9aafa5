"""What programs follow to keep a copy: /changes/ and the revisions of one record."""

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from datasets.api import answers
from datasets.curation import withdraw
from datasets.models import Revision, changing
from tests.factories import DatasetFactory, ModalityFactory, RelationFactory, ToolFactory

pytestmark = pytest.mark.django_db


def changes(client, **parameters):
    response = client.get("/api/v1/changes/", parameters)
    assert response.status_code == 200, response.content
    return response.json()


def told(client, **parameters):
    return [
        (row["slug"], row["event"], row["cause"])
        for row in changes(client, **parameters)["results"]
    ]


@pytest.fixture
def editor():
    return get_user_model().objects.create_user("mrs-secret-login")


def test_a_whole_change(client, editor):
    with changing(by=editor, note="Seen at the congress."):
        DatasetFactory(slug="lungs", name="Lungs", modalities=["ct"])
    answer = changes(client)
    document = client.get("/api/v1/datasets/lungs/").json()
    assert answer == {
        "results": [
            {
                "number": 1,
                "event": "created",
                "cause": "edit",
                "slug": "lungs",
                "former_slug": None,
                "name": "Lungs",
                "kind": "dataset",
                "url": "/datasets/lungs/",
                "version": 1,
                "at": document["updated_at"],
                "role": "Staff",
                "note": "Seen at the congress.",
                "merged_into": None,
                "document": document,
            }
        ],
        "next": None,
        "cursor": "1",
    }


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata", "America/New_York"])
@pytest.mark.parametrize("fraction", ["123456", "123000", "120000", "000000", "000001"])
def test_times_are_told_alike_however_the_database_writes_them(client, fraction, zone):
    DatasetFactory()
    Revision.objects.update(at=f"2026-03-01T23:30:00.{fraction}+00:00")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL TIME ZONE '{zone}'")
    (row,) = changes(client)["results"]
    assert row["at"] == f"2026-03-01T23:30:00.{fraction}Z"


@pytest.fixture
def keeping_plans(monkeypatch):
    """A connection that keeps no plan yet, and may from the first time on."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has no such setting.")
    connection.ensure_connection()
    forget_plans()
    monkeypatch.setattr(connection.connection, "prepare_threshold", 0)


def forget_plans():
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    connection.connection._prepared.clear()


def plans():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        return cursor.fetchone()[0]


@pytest.mark.parametrize(("threshold", "kept"), [(None, 0), (0, 3)])
def test_plans_are_kept_only_if_the_database_may(
    client, keeping_plans, monkeypatch, threshold, kept
):
    """Of the version, one record and the changes."""
    monkeypatch.setattr(connection.connection, "prepare_threshold", threshold)
    DatasetFactory(slug="lungs", name="Lungs")
    for _ in range(3):
        document = client.get("/api/v1/datasets/lungs/").json()
        (row,) = changes(client)["results"]
        assert (row["document"], document["name"]) == (document, "Lungs")
    assert plans() == kept


def test_what_happens_to_a_record_is_told_in_order(client):
    lungs = DatasetFactory(slug="lungs", modalities=["ct"])
    DatasetFactory(slug="hidden", published=False)
    lungs.slug = "lungs-2"
    lungs.save()
    term = ModalityFactory(slug="ct")
    term.name = "Computed tomography"
    term.save()
    withdraw([lungs], by=None, note="Its owner asked.")
    assert told(client) == [
        ("lungs", "created", "edit"),
        ("lungs-2", "changed", "edit"),
        ("lungs-2", "changed", "cascade"),
        ("lungs-2", "withdrawn", "edit"),
    ]
    rows = changes(client)["results"]
    assert rows[1]["former_slug"] == "lungs"
    assert rows[3]["document"] is None and rows[3]["note"] == "Its owner asked."


def test_a_merged_record_names_its_survivor(client):
    DatasetFactory(slug="kept")
    gone = DatasetFactory(slug="double")
    gone.delete(survivor=DatasetFactory._meta.model.objects.get(slug="kept"))
    last = changes(client)["results"][-1]
    assert (last["event"], last["slug"], last["merged_into"]) == ("merged", "double", "kept")
    assert last["document"] is None
    there = client.get("/api/v1/datasets/double/")
    assert (there.status_code, there["Location"]) == (301, "/api/v1/datasets/kept/")


def test_a_change_between_reading_the_changes_and_the_catalogue_is_told(client, monkeypatch):
    DatasetFactory(slug="lungs")

    def current_later(stamp):
        DatasetFactory(slug="later")
        monkeypatch.undo()
        return answers.current(stamp)

    DatasetFactory(slug="heart")
    monkeypatch.setattr(answers, "current", current_later)
    # Asked as nowhere else, so that no kept answer has the version read first.
    rows = told(client, page_size=173)
    assert [slug for slug, *_ in rows] == ["lungs", "heart", "later"]


def test_the_changes_come_with_the_version(client, django_assert_num_queries):
    DatasetFactory()
    changes(client)
    # Who sends a cookie has an answer of their own, and no kept one.
    own = {"cookie": "a=b"}
    for cursor in (0, 1):
        with django_assert_num_queries(1):
            response = client.get(f"/api/v1/changes/?cursor={cursor}", headers=own)
        assert len(response.json()["results"]) == 1 - cursor


def test_who_has_the_changes_has_none_of_them_read_again(client):
    DatasetFactory()
    address, own = "/api/v1/changes/?cursor=0", {"cookie": "a=b"}
    has = {"if-none-match": client.get(address, headers=own)["ETag"]}
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address, headers=own | has).status_code == 304
    (query,) = asked.captured_queries
    assert Revision._meta.db_table not in query["sql"]


def test_following_the_cursor_misses_nothing_that_comes_meanwhile(client):
    lungs = DatasetFactory(slug="lungs")
    seen, cursor = [], "0"
    for turn in range(6):
        answer = changes(client, cursor=cursor, page_size=2)
        seen += [row["number"] for row in answer["results"]]
        cursor = answer["cursor"]
        if turn < 3:
            lungs.year = 2000 + turn
            lungs.save()
            ToolFactory(name="Hidden", published=False)
            DatasetFactory()
    public = Revision.objects.public().order_by("number").values_list("number", flat=True)
    assert seen == list(public) and len(seen) == 7


def test_they_can_be_narrowed(client):
    DatasetFactory(slug="lungs")
    ToolFactory(slug="cutter")
    withdraw([DatasetFactory(slug="gone")], by=None, note="A double.")
    assert told(client, kind="tool") == [("cutter", "created", "edit")]
    assert told(client, event="withdrawn") == [("gone", "withdrawn", "edit")]
    assert told(client, since="2999-01-01") == []
    assert len(told(client, since="2020-01-01T00:00:00+01:00")) == 4


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("cursor=x", {"cursor": ["Give a whole number of at least 0."]}),
        ("cursor=99", {"cursor": ["The catalogue has only come to 1; start anew."]}),
        ("cursor=1&cursor=2", {"cursor": ["Give this parameter once."]}),
        (
            "kind=model&event=born",
            {
                "event": [
                    "“born” is not a known event. Valid values: created, changed, withdrawn, merged."
                ]
            },
        ),
        (
            "role=jane",
            {
                "role": [
                    "“jane” is not a known role. Valid values: Curator, Editor, Writer, "
                    "Administrator, Staff, System, Import."
                ]
            },
        ),
        (
            "modality=mr",
            {
                "modality": [
                    "“mr” is not a known modality. Did you mean “mri”? Valid values: ct, mri."
                ]
            },
        ),
    ],
)
def test_a_wrong_query_is_refused_by_name(client, query, said):
    DatasetFactory(modalities=["ct", "mri"])
    response = client.get(f"/api/v1/changes/?{query}")
    assert response.status_code == 400 and response.json()["errors"] == said


def test_a_records_revisions_stand_newest_first_with_their_documents(client, editor):
    lungs = DatasetFactory(slug="lungs", name="Lungs")
    with changing(by=editor, note="As printed."):
        lungs.year = 2016
        lungs.save()
    DatasetFactory(slug="other")
    response = client.get("/api/v1/datasets/lungs/revisions/?page_size=1")
    first = response.json()
    assert b"secret" not in response.content
    assert (first["count"], first["previous"]) == (2, None)
    assert [(row["version"], row["note"]) for row in first["results"]] == [(2, "As printed.")]
    second = client.get(first["next"]).json()
    assert [row["document"]["year"] for row in second["results"]] == [None]
    beyond = client.get("/api/v1/datasets/lungs/revisions/?page_size=1&page=3")
    assert beyond.json()["errors"] == {"page": ["The last page is 2."]}


def test_what_was_written_before_publishing_stays_unread(client):
    lungs = DatasetFactory(slug="lungs", summary="An embargoed draft.", published=False)
    lungs.summary, lungs.published = "What it holds.", True
    lungs.save()
    RelationFactory(subject=lungs, object=DatasetFactory(slug="embargoed", published=False))
    for address in ("changes/", "datasets/lungs/revisions/"):
        assert b"embargoed" not in client.get(f"/api/v1/{address}").content
    assert told(client)[0] == ("lungs", "created", "edit")


def test_the_plain_log_says_what_a_narrowed_one_says(client):
    """The two are asked of the database in different ways."""
    lungs = DatasetFactory(slug="lungs", modalities=["ct"])
    ToolFactory(name="Hidden", published=False)
    lungs.slug = "lungs-2"
    lungs.save()
    withdraw([lungs], by=None, note="Its owner asked.")
    plain = changes(client, page_size=2)
    assert plain == {**changes(client, page_size=2, since="2000-01-01"), "next": plain["next"]}
    rest = changes(client, cursor=plain["cursor"])
    assert rest == changes(client, cursor=plain["cursor"], since="2000-01-01")
    assert len(plain["results"]) == 2 and len(rest["results"]) == 1
