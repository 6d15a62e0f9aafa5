"""What the desk and the readers' forms ask of any text: that it can be seen as it is, and that it ends."""

import pycountry
import pytest

from articles.models import Author, Source, Work
from datasets.models import Suggestion
from tests.desk import add_row, form_of
from tests.editors import make_post
from tests.factories import DatasetFactory, TaskFactory

pytest_plugins = ["tests.editors"]
pytestmark = pytest.mark.django_db

UNSEEN = "Nothing of this can be seen: it has only U+200B (zero width space)."
TURNED = "Leave out U+202E (right-to-left override)"


def change(row):
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/"


def errors(client, row, **typed):
    """What is told beside the fields of a row's form; {} once it is saved."""
    page = client.post(change(row), form_of(client, change(row)) | typed)
    return dict(page.context["adminform"].form.errors) if page.status_code == 200 else {}


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: DatasetFactory(), "name"),
        (lambda: DatasetFactory(), "aliases"),
        (lambda: TaskFactory(), "name"),
        (lambda: TaskFactory(), "synonyms"),
        (lambda: Work.objects.create(title="W"), "title"),
        (lambda: Source.objects.create(name="S", slug="s"), "name"),
        (lambda: Author.objects.create(name="A", slug="a"), "name"),
        (lambda: make_post("P"), "title"),
        (lambda: make_post("P"), "summary_points"),
    ],
)
def test_a_line_can_be_seen_and_runs_one_way(admin_client, make, field):
    row = make()
    for typed, told in [
        ("\u200b", UNSEEN),
        ("\u3164\u2800", "(braille pattern blank), U+3164 (hangul filler)"),
        ("abc\u202egnp.exe", TURNED),
        ("\u2066a\u2069", "U+2066 (left-to-right isolate), U+2069"),
    ]:
        found = errors(admin_client, row, **{field: typed})
        assert set(found) == {field} and told in str(found[field])
    for typed in ("Ω", "😀", "می‌خواهم", "שלום", "👩‍🔬", "e\u0301"):
        assert errors(admin_client, row, **{field: typed}) == {}


def test_an_address_and_a_row_beside_a_record_are_looked_at_too(admin_client):
    record = DatasetFactory()
    typed = {"license_url": "https://a.example/\u202ex"}
    assert TURNED in str(errors(admin_client, record, **typed)["license_url"])
    data = form_of(admin_client, change(record))
    add_row(data, "evidence", source="A \u202epaper")
    assert TURNED in admin_client.post(change(record), data).text


@pytest.mark.parametrize("field", ["name", "url", "doi", "message"])
def test_what_readers_send_in_can_be_seen(client, field):
    sent = {"kind": "dataset", "name": "Set", "url": "https://a.example/", "message": "Words."}
    text = {"url": "https://a.example/\u202ex", "message": "\u200b"}.get(field, "10.1234/x\u202e")
    page = client.post("/suggest/", sent | {field: text})
    told = UNSEEN if field == "message" else TURNED
    assert page.status_code == 200 and told in page.text
    assert not Suggestion.objects.exists()
    # Several lines may quote what runs the other way.
    quoted = sent | {"message": "They say \u2067שלום\u2069."}
    assert client.post("/suggest/", quoted).status_code == 302


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("summary", "s" * 5001, "This may have 5000 characters; it has 5001."),
        ("annotations", "s" * 5001, "it has 5001."),
        ("aliases", "\n".join(map(str, range(101))), "There may be 100 lines; these are 101."),
        ("aliases", "a" * 501, "has 501 characters; 500 is the most."),
        ("extra", "Scanner: \u3164", "Nothing of this can be seen"),
        ("extra", "Scanner:", "“Scanner” says nothing; write a text behind the colon."),
        ("extra", "Scanner: " + "s" * 5001, "has 5001 characters; 5000 is the most."),
        ("extra", "\n".join(f"{n}: x" for n in range(101)), "these are 101."),
    ],
)
def test_a_text_that_has_no_end_is_refused_beside_its_field(admin_client, field, typed, told):
    record = DatasetFactory()
    found = errors(admin_client, record, **{field: typed})
    assert set(found) == {field} and told in str(found[field])
    record.refresh_from_db()
    assert len(getattr(record, field)) < 100


def test_a_further_fact_may_begin_below_its_name(admin_client):
    record = DatasetFactory()
    assert errors(admin_client, record, extra="Splits:\n  train 10\n  test 5\nA: b") == {}
    record.refresh_from_db()
    assert record.extra == {"Splits": "train 10\ntest 5", "A": "b"}


def test_what_somebody_may_well_write_is_taken(admin_client):
    record = DatasetFactory()
    typed = {"summary": "s" * 5000, "aliases": "\n".join(map(str, range(100)))}
    codes = " ".join(country.alpha_2 for country in pycountry.countries).split()[:150]
    assert errors(admin_client, record, countries="\n".join(codes), **typed) == {}
