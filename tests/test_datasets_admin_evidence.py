"""The form's evidence fits a screen."""

import pytest

from tests.desk import add_row, form_of, url
from tests.factories import DatasetFactory

pytestmark = pytest.mark.django_db


def test_evidence_is_folded_and_no_table(admin_client):
    record = DatasetFactory(evidence=["https://paper.example/"])
    page = admin_client.get(f"/admin/datasets/dataset/{record.pk}/change/").text
    group = page[page.index('id="evidence-group"') :]
    group = group[: group.index('id="grants-group"')]
    # A table of all its fields was twice as wide as a screen.
    assert "<table" not in group and group.count('class="inline-related') == 2
    assert "<details" in group
    wrong = {"evidence-TOTAL_FORMS": "1", "evidence-INITIAL_FORMS": "0", "evidence-0-source": "s"}
    page = admin_client.post(
        f"/admin/datasets/dataset/{record.pk}/change/", wrong | {"evidence-0-fact": "x"}
    ).text
    group = page[page.index('id="evidence-group"') :]
    # What has to be mended is in sight.
    assert "<details" not in group[: group.index('id="grants-group"')]


@pytest.mark.parametrize(
    ("days", "wrong", "message"),
    [
        ({"checked_on": "0001-01-01"}, {"checked_on"}, "nothing here was seen before 1990"),
        (
            {"seen_on": "1989-12-31", "checked_on": "2026-01-01"},
            {"seen_on"},
            "1989-12-31 is too early",
        ),
        (
            {"seen_on": "2026-02-02", "checked_on": "2026-02-01"},
            {"checked_on"},
            "first seen, 2026-02-02",
        ),
        ({"seen_on": "x", "checked_on": "2026-02-01"}, {"seen_on"}, "Enter a valid date"),
        ({"seen_on": "2026-02-01", "checked_on": "2026-02-01"}, set(), ""),
        ({"checked_on": "1990-01-01"}, set(), ""),
    ],
)
def test_days_that_cannot_be_are_refused_beside_the_field(admin_client, days, wrong, message):
    record = DatasetFactory()
    data = form_of(admin_client, url("change", record))
    add_row(data, "evidence", source="The paper", **days)
    page = admin_client.post(url("change", record), data)
    if wrong:
        formsets = {
            each.formset.prefix: each.formset for each in page.context["inline_admin_formsets"]
        }
        errors = formsets["evidence"].forms[0].errors
        assert set(errors) == wrong and message in str(errors)
    assert record.evidence.count() == (0 if wrong else 1)
