"""`make_synthetic`: an invented catalogue, the same for the same seed."""

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from datasets.documents import build_all, dumps, loads
from datasets.index import current
from datasets.models import Document, Record, Revision
from tests.factories import DatasetFactory

pytestmark = pytest.mark.django_db
MOMENTS = ("created_at", "updated_at")


def said():
    """All documents, without what tells when they were made."""
    documents = map(loads, Document.objects.order_by("record__slug").values_list("text", flat=True))
    return [{key: d[key] for key in d if key not in MOMENTS} for d in documents]


def made_and_taken_back(*arguments):
    with transaction.atomic():
        call_command("make_synthetic", *arguments)
        documents = said()
        transaction.set_rollback(True)
    return documents


def test_the_same_seed_gives_the_same_records():
    first = made_and_taken_back("30", "--seed", "5")
    assert len(first) == 30
    assert made_and_taken_back("30", "--seed", "5") == first
    assert made_and_taken_back("30", "--seed", "6") != first


def test_documents_are_whole_and_the_index_reads_them():
    call_command("make_synthetic", "40")
    fresh = {
        record.pk: dumps(d) for record, d in build_all(Record.objects.values_list("pk", flat=True))
    }
    assert dict(Document.objects.values_list("pk", "text")) == fresh
    assert Revision.objects.count() == 40
    index = current()
    assert index.size == 40
    assert any(document["relations"] for document in map(loads, fresh.values()))
    assert index.select("datasets").count() + index.select("tools").count() == 40


def test_it_refuses_a_catalogue_that_has_records():
    DatasetFactory(slug="real")
    with pytest.raises(CommandError, match="--add"):
        call_command("make_synthetic", "3")
    assert Record.objects.count() == 1
    call_command("make_synthetic", "3", "--add")
    call_command("make_synthetic", "3", "--add")
    assert Record.objects.count() == 7


def test_it_wants_a_number():
    with pytest.raises(CommandError, match="1 or more"):
        call_command("make_synthetic", "0")
