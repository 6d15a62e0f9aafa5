"""The desk: forms, what they save and what they refuse."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from datasets.models import (
    Dataset,
    Modality,
    Record,
    Relation,
)
from tests.desk import add_row, form_of, history, url
from tests.factories import (
    AnatomyFactory,
    DatasetFactory,
    LicenseFactory,
    ModalityFactory,
    RelationFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db
User = get_user_model()


# Adding and changing


def test_add_a_dataset_with_its_rows(desk):
    ct, lung, source = ModalityFactory(), AnatomyFactory(), DatasetFactory(slug="source")
    data = form_of(desk, url("add", model="dataset"))
    assert data["sizes-TOTAL_FORMS"] == data["links-TOTAL_FORMS"] == 1
    data |= {
        "name": "LUNA16",
        "slug": "luna16",
        "kind": "dataset",
        "summary": "Chest CT.",
        "aliases": "LUNA\nLUng Nodule Analysis\n",
        "countries": "US",
        "extra": "Scanner: several",
        "modalities": [ct.pk],
        "anatomies": [lung.pk],
        "access": "open",
        "license": LicenseFactory().pk,
        "status": "active",
        "reason": "Asked for by readers.",
        "sizes-0-count": 888,
        "sizes-0-unit": UnitFactory(slug="scans").pk,
        "sizes-0-qualifier": "exact",
        "links-0-kind": "homepage",
        "links-0-url": "https://luna16.example/",
    }
    add_row(data, "evidence", source="https://paper.example/", fact="sizes")
    add_row(data, "grants", license=LicenseFactory().pk, covers="labels")
    add_row(data, "relations", type="derived-from", object=source.pk, evidence="a\nb")
    page = desk.post(url("add", model="dataset"), data)
    assert page.status_code == 302, page.context["errors"]
    record = Dataset.objects.get(slug="luna16")
    assert (record.aliases, record.countries, record.extra) == (
        ["LUNA", "LUng Nodule Analysis"],
        ["US"],
        {"Scanner": "several"},
    )
    assert str(record.sizes.get()) == "888 Scans" or str(record.sizes.get()) == "888 scans"
    assert record.relations.get().evidence == ["a", "b"]
    assert not record.published
    assert history(record) == [("created", "Asked for by readers.", "jane")]


def test_one_save_is_one_revision(desk):
    record = DatasetFactory(sizes=[(5, "scans")], links=[("homepage", "https://a.example/")])
    data = form_of(desk, url("change", record))
    data |= {"name": "New name", "reason": "Renamed.", "modalities": [ModalityFactory().pk]}
    data["sizes-0-count"] = 6
    add_row(data, "links", kind="code", url="https://b.example/")
    assert desk.post(url("change", record), data).status_code == 302
    assert history(record)[1:] == [("changed", "Renamed.", "jane")]
    assert [link.order for link in record.links.all()] == [0, 1]


def test_saving_unchanged_writes_no_revision(desk):
    record = DatasetFactory(
        aliases=["x"], extra={"a:b": "one\n\ntwo"}, sizes=[(5, "scans")], evidence=["s"]
    )
    assert desk.post(url("change", record), form_of(desk, url("change", record))).status_code == 302
    assert len(history(record)) == 1
    record.refresh_from_db()
    assert record.extra == {"a:b": "one\n\ntwo"}


def test_add_a_tool(desk):
    data = form_of(desk, url("add", model="tool")) | {
        "name": "TotalSegmentator",
        "slug": "totalsegmentator",
        "kind": "model",
        "summary": "Segments.",
        "architecture": "nnU-Net",
        "access": "open",
        "license": LicenseFactory().pk,
        "status": "active",
    }
    assert desk.post(url("add", model="tool"), data).status_code == 302
    assert Record.objects.get().architecture == "nnU-Net"


def test_an_invalid_save_keeps_what_was_typed(desk):
    record = DatasetFactory(links=[("homepage", "https://a.example/")])
    data = form_of(desk, url("change", record))
    data |= {"summary": "Half a sen", "reason": "Because", "extra": "Scanner: 3 T\nno colon here"}
    data["links-0-url"] = "gopher://old.example/"
    data["year"] = 1850
    add_row(data, "evidence", source="")
    data["evidence-0-checked_on"] = "yesterday"
    page = desk.post(url("change", record), data)
    assert page.status_code == 200
    for typed in ("Half a sen", "Because", "no colon here", "gopher://old.example/", "yesterday"):
        assert typed in page.text
    assert "Line 2, “no colon here”: write a name, a colon and a text" in page.text
    assert "The year lies between" in str(page.context["adminform"].form.errors["year"])
    assert len(history(record)) == 1


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("slug", "taken", "belongs to another record"),
        ("slug", "compare", "are addresses of the site itself"),
        ("slug", "Not A Slug", "Use lower-case letters"),
        ("year", "9" * 40, "less than or equal"),
        ("year", "2500", "The year lies between"),
        ("aliases", "one\ntwo\n one", "Line 3: “one” stands in line 1 already."),
        ("countries", "GB\nUK", "“UK” is not a country code"),
        ("name", "nul\0", "Null characters"),
        ("aliases", "fine\nnul\0", "Line 2 has a character that cannot be kept"),
        ("reason", "nul\0", "Null characters"),
        ("license", "9" * 30, "Select a valid choice"),
        ("license", "abc", "Select a valid choice"),
        ("modalities", ["9" * 30], "valid"),
        ("replaced_by", "itself", "cannot be replaced by itself"),
        ("version", "x", "Enter a whole number"),
        ("version", "9" * 30, "less than or equal"),
    ],
)
def test_errors_stand_beside_their_field(desk, field, value, words):
    DatasetFactory(slug="taken")
    record = DatasetFactory()
    data = form_of(desk, url("change", record))
    data[field] = record.pk if value == "itself" else value
    page = desk.post(url("change", record), data)
    assert page.status_code == 200
    assert words in str(page.context["adminform"].form.errors[field])
    assert len(history(record)) == 1


@pytest.mark.parametrize(
    "values",
    [
        {"sizes-0-count": "9" * 40},
        {"sizes-0-count": "0"},
        {"sizes-0-id": "abc"},
        {"sizes-0-id": "9" * 40},
        {"sizes-TOTAL_FORMS": "x"},
        {"sizes-TOTAL_FORMS": ""},
        {"sizes-TOTAL_FORMS": "-1"},
        {"sizes-TOTAL_FORMS": "999999999"},
        {"sizes-INITIAL_FORMS": "7"},
        {"sizes-INITIAL_FORMS": "-7"},
        {"sizes-0-unit": "x"},
        {"sizes-0-order": "9" * 40},
        {"sizes-0-note": "\0"},
        {"relations-TOTAL_FORMS": "1", "relations-0-object": "x"},
        {"inverse_relations-TOTAL_FORMS": "1", "inverse_relations-0-subject": "1"},
        {"evidence-TOTAL_FORMS": "1", "evidence-0-source": "s", "evidence-0-fact": "x"},
    ],
)
def test_malformed_rows_are_no_fault_of_ours(desk, values):
    record = DatasetFactory(sizes=[(5, "scans")])
    data = form_of(desk, url("change", record)) | values
    assert desk.post(url("change", record), data).status_code in (200, 302)
    assert record.sizes.count() >= 1


def test_rows_that_collide_are_refused_with_all_that_was_typed(desk):
    a, b = "https://a.example/", "https://b.example/"
    record = DatasetFactory(links=[("homepage", a), ("homepage", b)])
    data = form_of(desk, url("change", record))
    data |= {"links-0-url": b, "links-1-url": a, "summary": "Typed."}
    page = desk.post(url("change", record), data)
    assert page.status_code == 200
    assert "The database refused this" in page.text
    assert "Typed." in page.text
    assert [link.url for link in record.links.all()] == [a, b]
    assert len(history(record)) == 1


def test_relation_cycles_are_refused_in_words(desk):
    a, b = DatasetFactory(), DatasetFactory()
    RelationFactory(subject=a, object=b)
    data = form_of(desk, url("change", b))
    add_row(data, "relations", type="derived-from", object=a.pk)
    page = desk.post(url("change", b), data)
    assert page.status_code == 200
    assert "derive from each other" in page.text
    data["relations-0-object"] = b.pk
    assert "no relation to itself" in desk.post(url("change", b), data).text
    RelationFactory(subject=a, object=b, type="shares-images")
    data |= {"relations-0-object": a.pk, "relations-0-type": "shares-images"}
    page = desk.post(url("change", b), data)
    assert "The other record already says" in page.text
    assert Relation.objects.count() == 2


def test_term_cycles_are_refused_beside_the_field(desk):
    low = ModalityFactory(broader=["top"])
    top = Modality.objects.get(slug="top")
    data = form_of(desk, url("change", top)) | {"broader": [low.pk]}
    page = desk.post(url("change", top), data)
    assert "cannot lie under itself" in str(page.context["adminform"].form.errors["broader"])
    assert not top.broader.exists()


# Two people


def test_a_save_over_somebody_elses_is_refused_once(desk, jane):
    record = DatasetFactory(year=2016, sizes=[(5, "scans")])
    data = form_of(desk, url("change", record)) | {"summary": "Mine."}
    bob = Client()
    bob.force_login(User.objects.create_superuser("bob"))
    theirs = form_of(bob, url("change", record)) | {"year": 2017, "sizes-0-count": 6}
    assert bob.post(url("change", record), theirs).status_code == 302

    page = desk.post(url("change", record), data)
    assert "bob changed this record while you had it open (sizes, year)" in page.text
    assert "Mine." in page.text
    record.refresh_from_db()
    assert (record.year, record.summary == "Mine.") == (2017, False)

    # What was never touched here is as bob left it.
    assert "You had not touched “Year”" in page.text
    again = {bound.html_name: bound.value() for bound in page.context["adminform"].form}
    again = data | {name: again[name] for name in ("version", "opened", "year", "summary")}
    assert desk.post(url("change", record), again).status_code == 302
    record.refresh_from_db()
    assert (record.year, record.summary) == (2017, "Mine.")


def test_a_row_that_somebody_removed_meanwhile_comes_back_as_typed(desk):
    record = DatasetFactory(sizes=[(5, "scans"), (7, "patients")])
    data = form_of(desk, url("change", record)) | {"sizes-0-note": "typed", "sizes-1-count": 8}
    record.sizes.get(count=5).delete()
    page = desk.post(url("change", record), data)
    assert "changed this record while you had it open (sizes)" in page.text
    assert "typed" in page.text
    again = {**data, "version": page.context["adminform"].form["version"].value()}
    assert desk.post(url("change", record), again).status_code == 302
    assert {(size.count, size.note) for size in record.sizes.all()} == {(5, "typed"), (8, "")}


def test_a_cascade_is_no_conflict(desk):
    record = DatasetFactory(modalities=["ct"])
    data = form_of(desk, url("change", record)) | {"summary": "Mine."}
    term = record.modalities.get()
    term.name = "Renamed"
    term.save()
    assert desk.post(url("change", record), data).status_code == 302
    record.refresh_from_db()
    assert record.summary == "Mine."
