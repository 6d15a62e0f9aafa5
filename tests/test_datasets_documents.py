"""Documents and revisions: what they say, what moves them, and what never leaks."""

import json
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from datasets.models import (
    Catalogue,
    Document,
    Modality,
    Record,
    Revision,
    changing,
)
from tests.factories import (
    NO_MORE_EVIDENCE,
    DatasetFactory,
    EvidenceFactory,
    GrantFactory,
    HostFactory,
    LicenseFactory,
    ModalityFactory,
    PaperFactory,
    RelationFactory,
    ToolFactory,
)

pytestmark = pytest.mark.django_db


def document(slug):
    return json.loads(Document.objects.get(record__slug=slug).text)


def history(slug):
    """(version, event, cause, public) of each revision, oldest first."""
    return list(
        Revision.objects.filter(slug=slug)
        .order_by("number")
        .values_list("version", "event", "cause", "public")
    )


def check_documents():
    call_command("rebuild_documents", "--check")


def test_the_document_of_a_record_with_everything():
    source = DatasetFactory(slug="source", name="Source")
    ToolFactory(slug="segmenter", name="Segmenter")
    licence = LicenseFactory(
        slug="cc-by-sa",
        name="CC BY-SA",
        spdx="CC-BY-SA-4.0",
        url="https://cc.example/",
        derivatives=None,
    )
    with changing():
        record = DatasetFactory(
            slug="lidc",
            name="LIDC",
            full_name="Lung Image Database",
            aliases=["LIDC-IDRI"],
            kind="collection",
            summary="Chest CT.",
            modalities=["ct", "cta"],
            anatomies=["lung"],
            tasks=["detection"],
            sizes=[(1018, "scans"), (1010, "patients", "about", "As listed.")],
            annotations="Nodules.",
            annotation_method="expert",
            license=licence,
            license_name="Its name",
            license_url="https://licence.example/",
            access="open",
            host=HostFactory(slug="tcia", name="TCIA", url="https://tcia.example/"),
            links=[("homepage", "https://lidc.example/")],
            paper=PaperFactory(title="On nodules", year=2011, doi="10.1000/1"),
            year=2011,
            countries=["US"],
            splits="None.",
            extra={"Terms": "Research"},
            evidence=["https://seen.example/"],
            confidence_url="high",
            status="moved",
            replaced_by=source,
            verified_on=date(2026, 1, 31),
        )
        EvidenceFactory(
            record=record, order=1, fact="year", source="A letter", checked_on=date(2026, 1, 30)
        )
        GrantFactory(record=record, license=licence, covers="labels", subset="XML")
        RelationFactory(subject=record, object=source, extent="All.", evidence=["A page"])
        RelationFactory(
            subject=Record.objects.get(slug="segmenter"), object=record, type="trained-on"
        )
    said = document("lidc")
    record.refresh_from_db()
    stamps = {
        key: getattr(record, key).isoformat().replace("+00:00", "Z")
        for key in ("created_at", "updated_at")
    }
    expected = {
        "slug": "lidc",
        "name": "LIDC",
        "full_name": "Lung Image Database",
        "aliases": ["LIDC-IDRI"],
        "kind": "collection",
        "summary": "Chest CT.",
        "url": "/datasets/lidc/",
        "modalities": [{"slug": "ct", "name": "Ct"}, {"slug": "cta", "name": "Cta"}],
        "anatomies": [{"slug": "lung", "name": "Lung"}],
        "tasks": [{"slug": "detection", "name": "Detection"}],
        "sizes": [
            {"count": 1018, "unit": "scans", "qualifier": "exact", "note": None},
            {"count": 1010, "unit": "patients", "qualifier": "about", "note": "As listed."},
        ],
        "annotations": "Nodules.",
        "annotation_method": "expert",
        "license": {
            "slug": "cc-by-sa",
            "name": "CC BY-SA",
            "spdx": "CC-BY-SA-4.0",
            "url": "https://cc.example/",
            "family": "open",
            "permits": {"commercial_use": True, "redistribution": True, "derivatives": None},
            "requires": {"share_alike": False, "attribution": True},
        },
        "license_name": "Its name",
        "license_url": "https://licence.example/",
        "grants": [
            {
                "license": {"slug": "cc-by-sa", "name": "CC BY-SA"},
                "covers": "labels",
                "subset": "XML",
                "url": None,
            }
        ],
        "access": {"slug": "open", "name": "Open download"},
        "host": {"slug": "tcia", "name": "TCIA", "url": "https://tcia.example/"},
        "links": [{"kind": "homepage", "url": "https://lidc.example/"}],
        "paper": {
            "title": "On nodules",
            "authors": None,
            "venue": None,
            "year": 2011,
            "doi": "10.1000/1",
            "arxiv": None,
        },
        "year": 2011,
        "countries": ["US"],
        "splits": "None.",
        "extra": {"Terms": "Research"},
        "relations": [
            {
                "type": "derived-from",
                "label": "derived from",
                "slug": "source",
                "name": "Source",
                "kind": "dataset",
                "extent": "All.",
                "remedy": None,
                "evidence": ["A page"],
            },
            {
                "type": "trained-on",
                "label": "used to train",
                "slug": "segmenter",
                "name": "Segmenter",
                "kind": "tool",
                "extent": None,
                "remedy": None,
                "evidence": [],
            },
        ],
        "evidence": [
            {"fact": None, "source": "https://seen.example/", "checked_on": None}
            | NO_MORE_EVIDENCE,
            {"fact": "year", "source": "A letter", "checked_on": "2026-01-30"} | NO_MORE_EVIDENCE,
        ],
        "confidence": {"url": "high", "license": None, "sizes": None},
        "status": "moved",
        "replaced_by": "source",
        "verified_on": "2026-01-31",
        **stamps,
        "version": 1,
    }
    assert said == expected
    assert list(said) == list(expected)


def test_a_tool_says_architecture_and_training_instead_of_annotations():
    ToolFactory(slug="segmenter", architecture="U-Net")
    DatasetFactory(slug="lidc")
    only_tools = {"architecture", "trained_on"}
    only_datasets = {"annotations", "annotation_method", "countries", "splits"}
    tool, dataset = document("segmenter"), document("lidc")
    assert tool.keys() - dataset.keys() == only_tools
    assert dataset.keys() - tool.keys() == only_datasets
    assert (tool["url"], tool["architecture"]) == ("/tools/segmenter/", "U-Net")
    assert list(tool)[10:13] == ["sizes", "architecture", "trained_on"]


def test_one_change_is_one_revision():
    record = DatasetFactory(slug="lidc")
    with changing(note="Corrected."):
        record.name = "LIDC-IDRI"
        record.save()
        record.modalities.add(ModalityFactory(slug="ct"))
        EvidenceFactory(record=record)
    assert history("lidc") == [(1, "created", "edit", True), (2, "changed", "edit", True)]
    assert Revision.objects.first().note == "Corrected."
    assert Revision.objects.first().document == record.document.text


def test_a_save_that_changes_nothing_is_no_revision():
    record = DatasetFactory(slug="lidc")
    before = Document.objects.get(record=record).text
    record.save()
    Record.objects.update(published=True)
    assert Document.objects.get(record=record).text == before
    assert history("lidc") == [(1, "created", "edit", True)]


def test_updated_at_moves_on_edits_only():
    record = DatasetFactory(slug="lidc", modalities=["ct"])
    first = document("lidc")
    ct = Modality.objects.get()
    ct.name = "Computed tomography"
    ct.save()
    renamed = document("lidc")
    assert renamed["modalities"] == [{"slug": "ct", "name": "Computed tomography"}]
    assert (renamed["updated_at"], renamed["version"]) == (first["updated_at"], 2)
    assert history("lidc")[-1] == (2, "changed", "cascade", True)
    record.name = "LIDC-IDRI"
    record.save()
    assert document("lidc")["updated_at"] > first["updated_at"]
    assert document("lidc")["version"] == 3


def test_a_copy_that_was_read_earlier_does_not_set_the_version_back():
    DatasetFactory(slug="lidc")
    stale, fresh = Record.objects.get(), Record.objects.get()
    for copy, name in ((fresh, "One"), (stale, "Two"), (fresh, "Three")):
        copy.name = name
        copy.save()
    assert [version for version, *_ in history("lidc")] == [1, 2, 3, 4]
    assert document("lidc")["version"] == Record.objects.get().version == 4
    check_documents()


def test_what_is_not_published_is_named_nowhere():
    secret = DatasetFactory(slug="secret", name="Embargoed", published=False)
    ours = DatasetFactory(slug="ours", replaced_by=secret)
    RelationFactory(subject=ours, object=secret)
    RelationFactory(subject=secret, object=ours, type="shares-images")
    assert "embargoed" not in Document.objects.get(record=ours).text.lower()
    assert (document("ours")["relations"], document("ours")["replaced_by"]) == ([], None)
    assert not any(public for *_, public in history("secret"))
    secret.published = True
    secret.save()
    assert [edge["label"] for edge in document("ours")["relations"]] == [
        "derived from",
        "shares images with",
    ]
    assert document("ours")["replaced_by"] == "secret"
    assert history("ours")[-1][1:] == ("changed", "cascade", True)
    assert history("secret")[-1][1:] == ("created", "edit", True)
    secret.published = False
    secret.save()
    assert "embargoed" not in Document.objects.get(record=ours).text.lower()
    check_documents()


def test_withdrawing_leaves_a_notice_that_tells_nothing():
    record = DatasetFactory(slug="lidc")
    record.published = False
    record.summary = "Not for readers."
    record.save()
    notice, *draft = Revision.objects.filter(version__gt=1).order_by("number")
    assert (notice.event, notice.public, notice.document) == ("withdrawn", True, "")
    assert all(not revision.public for revision in draft)
    public = Revision.objects.public().values_list("document", flat=True)
    assert not any("Not for readers." in text for text in public)
    assert not Document.objects.get(record=record).published


def test_a_withdrawn_record_is_named_as_it_was_known():
    record = DatasetFactory(slug="lidc", name="LIDC")
    record.published = False
    record.slug, record.name = "secret", "Secret"
    record.save()
    notice = Revision.objects.get(event="withdrawn")
    assert (notice.slug, notice.name) == ("lidc", "LIDC")


def test_deleting_and_merging_leave_notices():
    kept, merged, gone = (DatasetFactory(slug=slug) for slug in ("kept", "merged", "gone"))
    draft = DatasetFactory(slug="draft", published=False)
    RelationFactory(subject=kept, object=gone)
    merged.delete(survivor=kept)
    gone.delete()
    draft.delete()
    notices = Revision.objects.filter(document="").order_by("number")
    assert list(notices.values_list("slug", "event", "merged_into", "record", "public")) == [
        ("merged", "merged", "kept", None, True),
        ("gone", "withdrawn", "", None, True),
    ]
    assert document("kept")["relations"] == []
    check_documents()


def test_what_is_rolled_back_leaves_nothing():
    DatasetFactory(slug="lidc")
    before = (Catalogue.objects.stamp(), history("lidc"), document("lidc"))
    with pytest.raises(ValidationError), changing():
        Record.objects.update(name="Other")
        raise ValidationError("No.")
    with transaction.atomic():
        Record.objects.update(name="Other")
        transaction.set_rollback(True)
    assert (Catalogue.objects.stamp(), history("lidc"), document("lidc")) == before


def test_numbers_only_grow():
    numbers = []
    for slug in ("a", "b", "c"):
        record = DatasetFactory(slug=slug)
        numbers.append(Revision.objects.get(record=record).number)
        record.delete()
    assert numbers == sorted(set(numbers))
    assert Catalogue.objects.stamp()[0] == Revision.objects.first().number


def test_a_check_names_what_differs_and_a_rebuild_mends_it(capsys):
    DatasetFactory(slug="right")
    wrong = DatasetFactory(slug="wrong")
    lost = DatasetFactory(slug="lost")
    order = DatasetFactory(slug="order")
    Record._base_manager.filter(pk=wrong.pk).update(name="Past every rule")
    Document.objects.filter(record=lost).delete()
    stored = Document.objects.get(record=order)
    stored.text = json.dumps(dict(reversed(json.loads(stored.text).items())))
    stored.save()
    with pytest.raises(CommandError, match="3 stored documents differ") as refused:
        check_documents()
    assert refused.value.returncode == 1
    assert sorted(capsys.readouterr().out.split()) == ["lost", "order", "wrong"]
    stamp = Catalogue.objects.stamp()
    call_command("rebuild_documents")
    assert Catalogue.objects.stamp() != stamp
    check_documents()
    assert document("wrong")["name"] == "Past every rule"
    assert history("wrong")[-1] == (2, "changed", "cascade", True)
    assert len(history("order")) == 1


def test_a_rebuild_of_what_is_right_is_few_queries_and_keeps_no_writer_waiting():
    DatasetFactory.create_batch(2)
    few = queries_of_a_rebuild()
    DatasetFactory.create_batch(6)
    assert len(queries_of_a_rebuild()) == len(few)
    assert not [query for query in few if Catalogue._meta.db_table in query["sql"]]


def queries_of_a_rebuild():
    with CaptureQueriesContext(connection) as captured:
        call_command("rebuild_documents")
    return captured.captured_queries
