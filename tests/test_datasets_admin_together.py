"""Two people save the form of one row, neither of them over what the other wrote."""

import pytest

from articles.models import Author, Category, Image, Source, Work
from datasets.models import PERMITS, REQUIRES
from tests.desk import form_of, put
from tests.editors import picture
from tests.factories import (
    DatasetFactory,
    HostFactory,
    LicenseFactory,
    ModalityFactory,
    PaperFactory,
    RelationFactory,
    TaskFactory,
)

pytest_plugins = ["tests.editors"]
pytestmark = pytest.mark.django_db


def change(row):
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/"


def shown(page, data):
    """The data again as the form of this answer has it."""
    form = page.context["adminform"].form
    data = {name: value for name, value in data.items() if name not in form.fields}
    for bound in form:
        put(data, bound)
    return data


ROWS = {
    "task": (lambda: TaskFactory(), "description", "synonyms"),
    "licence": (lambda: LicenseFactory(), "description", "url"),
    "host": (lambda: HostFactory(), "url", "description"),
    "modality": (lambda: ModalityFactory(), "dicom", "description"),
    "paper": (lambda: PaperFactory(), "venue", "authors"),
    "relation": (lambda: RelationFactory(), "extent", "remedy"),
    "dataset": (lambda: DatasetFactory(), "full_name", "annotations"),
    "work": (lambda: Work.objects.create(title="W"), "authors", "url"),
    "source": (lambda: Source.objects.create(name="S", slug="s"), "url", "feed_url"),
    "category": (lambda: Category.objects.create(name="C", slug="c"), "description", "name"),
    "author": (lambda: Author.objects.create(name="A", slug="a"), "bio", "url"),
    "image": (lambda: Image.objects.create(title="I", file=picture()), "credit", "license"),
}


@pytest.mark.parametrize("kind", ROWS)
def test_both_changes_are_kept(admin_client, kind):
    make, first, second = ROWS[kind]
    row = make()
    opened = form_of(admin_client, change(row))
    theirs = opened | {first: "https://first.example/"}
    mine = opened | {second: "https://second.example/"}
    assert admin_client.post(change(row), theirs).status_code == 302
    page = admin_client.post(change(row), mine)
    assert page.status_code == 200 and "while you had it open" in page.text
    assert "You had not touched" in page.text
    row.refresh_from_db()
    assert "second" not in str(getattr(row, second))
    # The page itself carries what it was opened with.
    assert 'name="opened"' in page.text
    assert admin_client.post(change(row), shown(page, mine)).status_code == 302
    row.refresh_from_db()
    assert "first" in str(getattr(row, first)) and "second" in str(getattr(row, second))


def test_one_field_that_both_changed_is_told_and_the_second_save_decides(admin_client):
    row = Source.objects.create(name="Lancet", slug="lancet", url="https://l.example/")
    opened = form_of(admin_client, change(row))
    admin_client.post(change(row), opened | {"name": "The Lancet"})
    page = admin_client.post(change(row), opened | {"name": "Lancet Digital"})
    assert "You both changed “Name”; they wrote “The Lancet”." in page.text
    assert "You had not touched" not in page.text
    admin_client.post(change(row), shown(page, opened))
    row.refresh_from_db()
    assert row.name == "Lancet Digital"


def test_the_same_sent_twice_is_no_conflict(admin_client):
    row = TaskFactory()
    data = form_of(admin_client, change(row)) | {"description": "One\r\ntwo"}
    assert admin_client.post(change(row), data).status_code == 302
    assert admin_client.post(change(row), data).status_code == 302


def test_choices_and_boxes_are_taken_over(admin_client):
    record = DatasetFactory(modalities=["ct"])
    mr, licence = ModalityFactory(slug="mr"), LicenseFactory()
    opened = form_of(admin_client, change(record))
    theirs = opened | {"modalities": [mr.pk], "license": licence.pk, "aliases": "One\nTwo"}
    admin_client.post(change(record), theirs)
    page = admin_client.post(change(record), opened | {"year": 2001})
    assert "You had not touched" in page.text
    assert admin_client.post(change(record), shown(page, opened)).status_code == 302
    record.refresh_from_db()
    assert (record.year, record.license, record.aliases) == (2001, licence, ["One", "Two"])
    assert [term.slug for term in record.modalities.all()] == ["mr"]


@pytest.mark.parametrize("theirs", [True, False, None])
def test_a_yes_or_no_is_taken_over(admin_client, theirs):
    row = LicenseFactory(redistribution=theirs is False)
    opened = form_of(admin_client, change(row))
    opened |= {name: str(getattr(row, name)) for name in [*PERMITS, *REQUIRES]}
    admin_client.post(change(row), opened | {"redistribution": str(theirs)})
    page = admin_client.post(change(row), opened | {"description": "Mine."})
    assert "You had not touched “Permits redistribution”" in page.text
    field = page.context["adminform"].form["redistribution"]
    assert field.value() is theirs
    again = shown(page, opened) | {"redistribution": str(theirs)}
    assert admin_client.post(change(row), again).status_code == 302
    row.refresh_from_db()
    assert (row.redistribution, row.description) == (theirs, "Mine.")


def test_what_a_form_was_opened_with_is_believed_of_its_own_row_alone(admin_client):
    row, other = TaskFactory(), TaskFactory()
    foreign = form_of(admin_client, change(other))["opened"]
    for sent in ("", "nonsense", foreign):
        data = form_of(admin_client, change(row)) | {"opened": sent, "description": sent}
        assert admin_client.post(change(row), data).status_code == 302
