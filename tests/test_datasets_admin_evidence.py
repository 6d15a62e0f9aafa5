"""The form's evidence fits a screen."""

import pytest

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
