"""dump_catalogue: the rows as files again, which load to the same documents."""

import json

import pytest
from django.core.management import call_command

from datasets.models import Document, Evidence, License, Record
from tests.catalogues import load, small, totals, write
from tests.factories import HostFactory

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_a_dump_loads_to_the_same_documents(tmp_path):
    load()
    HostFactory(slug="unused", url="https://unused.example/", description="None yet.")
    lidc = Record.objects.get(slug="lidc-idri")
    Evidence.objects.create(record=lidc, fact="year", source="A letter", checked_on="2026-01-31")
    lidc.grants.create(license=License.objects.first(), covers="labels", subset="XML files")
    Record.objects.filter(slug="luna16").update(status="moved", replaced_by=lidc)
    Record.objects.filter(slug="nlst").update(published=False)
    call_command("dump_catalogue", tmp_path / "dump")
    before = told()
    # An empty database again, as if just made.
    call_command("flush", interactive=False, verbosity=0)
    assert "unchanged" not in totals(load(tmp_path / "dump"))
    assert told() == before
    call_command("dump_catalogue", tmp_path / "again")
    for file in (tmp_path / "dump").iterdir():
        assert file.read_text() == (tmp_path / "again" / file.name).read_text()


def test_a_dump_of_everything_holds_what_is_not_published(tmp_path):
    load(write(tmp_path, small()))
    Record.objects.filter(slug="lidc").update(published=False)
    dumps = {}
    for name, options in (("public", []), ("all", ["--all"])):
        call_command("dump_catalogue", tmp_path / name, *options)
        dumps[name] = {
            file.name: json.loads(file.read_text()) for file in (tmp_path / name).iterdir()
        }
    assert [one["slug"] for one in dumps["public"]["datasets.json"]] == ["luna"]
    assert "replaced_by" not in dumps["public"]["datasets.json"][0]
    assert len(dumps["public"]["relations.json"]) == 1
    expected = small()
    assert dumps["all"]["datasets.json"] == expected["datasets.json"]
    assert dumps["all"]["tools.json"] == expected["tools.json"]
    assert dumps["all"]["relations.json"] == expected["relations.json"]
    assert dumps["all"]["vocabularies.json"] == expected["vocabularies.json"]


def told():
    """What the published documents say, apart from times and versions."""
    documents = {}
    for text in Document.objects.filter(published=True).values_list("text", flat=True):
        said = json.loads(text)
        documents[said["slug"]] = {
            key: value
            for key, value in said.items()
            if key not in ("created_at", "updated_at", "verified_on", "version")
        }
    return documents
