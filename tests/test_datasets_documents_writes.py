"""However a row is written, the documents that show it follow."""

import pytest
from django.core.management import call_command
from django.db.models import ProtectedError

from datasets.models import Dataset, Modality, Record, Relation
from tests.factories import (
    DatasetFactory,
    GrantFactory,
    HostFactory,
    LicenseFactory,
    ModalityFactory,
    PaperFactory,
    RelationFactory,
)

pytestmark = pytest.mark.django_db


def move_a_relation():
    relation = RelationFactory()
    relation.object = DatasetFactory()
    relation.save()


def move_relations():
    RelationFactory()
    Relation.objects.update(object=DatasetFactory())


def move_a_size():
    record = DatasetFactory(sizes=[(1, "scans")])
    record.sizes.update(record=DatasetFactory())


def create_together():
    licence = LicenseFactory()
    Record.objects.bulk_create(
        Record(slug=slug, name=slug, kind="dataset", summary="x", access="open", license=licence)
        for slug in ("one", "two")
    )
    rows = list(Record.objects.all())
    for row in rows:
        row.name = f"{row.name}!"
    Record.objects.bulk_update(rows, ["name"])


def both_ends(act):
    def write():
        record, other = DatasetFactory(modalities=["ct"]), DatasetFactory(modalities=["ct", "mri"])
        act(record.modalities, ModalityFactory(slug="pet"), Modality.objects.get(slug="ct"))
        act(Modality.objects.get(slug="mri").record_set, record, other)

    return write


def edit_a_paper():
    paper = PaperFactory()
    DatasetFactory(paper=paper), DatasetFactory(paper=paper)
    paper.title = "Another"
    paper.save()


def grant_another_licence():
    GrantFactory().license.grant_set.update(license=LicenseFactory())
    LicenseFactory(slug="cc-by-4-0").save()


def delete_a_used_term():
    DatasetFactory(host="zenodo")
    with pytest.raises(ProtectedError):
        HostFactory(slug="zenodo").delete()


WRITES = {
    "a relation moved": move_a_relation,
    "relations moved together": move_relations,
    "relations deleted together": lambda: (RelationFactory(), Relation.objects.all().delete()),
    "a size moved": move_a_size,
    "records made and changed together": create_together,
    "records updated": lambda: (RelationFactory(), Record.objects.update(name="Same")),
    "records withdrawn": lambda: (RelationFactory(), Dataset.objects.update(published=False)),
    "records deleted": lambda: (RelationFactory(), Dataset.objects.first().delete()),
    "datasets deleted together": lambda: (RelationFactory(), Dataset.objects.all().delete()),
    "terms added": both_ends(lambda related, new, old: related.add(new)),
    "terms removed": both_ends(lambda related, new, old: related.remove(old)),
    "terms cleared": both_ends(lambda related, new, old: related.clear()),
    "terms set": both_ends(lambda related, new, old: related.set([new])),
    "a paper edited": edit_a_paper,
    "papers updated": lambda: (edit_a_paper(), PaperFactory._meta.model.objects.update(venue="X")),
    "a grant's licence": grant_another_licence,
    "a used term not deleted": delete_a_used_term,
    "terms updated": lambda: (DatasetFactory(modalities=["ct"]), Modality.objects.update(name="X")),
}


@pytest.mark.parametrize("write", WRITES)
def test_however_it_is_written_documents_follow(write):
    WRITES[write]()
    call_command("rebuild_documents", "--check")
