"""load_catalogue and dump_catalogue: what is created, changed and left alone."""

import pytest
from django.core.management import call_command
from django.db.models import F

from datasets.models import (
    Dataset,
    Evidence,
    Host,
    License,
    Link,
    Modality,
    Paper,
    Record,
    Relation,
    Revision,
    Size,
    Slug,
    Tool,
)
from tests.catalogues import (
    load,
    nothing_written,
    paper,
    record,
    relation,
    small,
    totals,
    write,
)
from tests.factories import DatasetFactory, ModalityFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def files(tmp_path):
    """A small catalogue that is loaded; change it and call ``again()``."""
    files = small()
    load(write(tmp_path, files))
    return files


@pytest.fixture
def again(files, tmp_path):
    return lambda *arguments: load(write(tmp_path, files), *arguments)


def check_documents():
    call_command("rebuild_documents", "--check")


def test_the_launch_catalogue_loads():
    assert totals(load()) == {"created": 292}
    assert (Dataset.objects.count(), Tool.objects.count(), Relation.objects.count()) == (82, 17, 54)
    assert not Record.objects.exclude(published=True, version=1, verified_on=None).exists()
    assert Revision.objects.count() == 99
    assert set(Revision.objects.values_list("note", "event", "cause")) == {
        ("Launch catalogue", "created", "edit")
    }
    check_documents()


def test_readers_are_told_why_something_was_loaded(files, again):
    notes = Revision.objects.filter(slug="lidc").order_by("version").values_list("note", flat=True)
    assert list(notes) == ["Loaded from files"]
    files["datasets.json"][0]["summary"] = "Another."
    again("--note", "Spring survey")
    assert notes.all()[1] == "Spring survey"


def test_a_second_load_changes_nothing():
    load()
    with nothing_written():
        assert totals(load()) == {"unchanged": 292}
        assert totals(load("--overwrite")) == {"unchanged": 292}


def test_an_entry_becomes_rows(files):
    luna = Record.objects.with_facts().get(slug="luna")
    assert (luna.name, luna.year, luna.countries) == ("LUNA", 2016, ["US"])
    assert (luna.confidence_url, luna.confidence_sizes) == ("high", "")
    assert luna.replaced_by.slug == "lidc"
    assert luna.paper == Record.objects.get(slug="lidc").paper
    assert sorted(luna.modalities.values_list("slug", flat=True)) == ["ct", "cta"]
    assert list(luna.evidence.values_list("fact", "source")) == [("", "https://source.example/")]
    assert Tool.objects.get().architecture == "U-Net"
    licence = License.objects.get()
    assert (licence.commercial_use, licence.share_alike, licence.attribution) == (True, False, None)
    assert list(Modality.objects.get(slug="cta").broader.all()) == [Modality.objects.get(slug="ct")]


def test_the_file_changes_what_nobody_edited(files, again):
    files["datasets.json"][0] |= {
        "summary": "Another.",
        "modalities": ["cta"],
        "sizes": [],
        "host": None,
        "evidence": [{"source": "A paper", "fact": "year", "checked_on": "2026-01-31"}],
        "status": "moved",
    }
    files["vocabularies.json"]["hosts"][0]["name"] = "Zenodo (CERN)"
    files["relations.json"][0]["remedy"] = "Use one."
    assert totals(again()) == {"changed": 3, "unchanged": 10}
    lidc = Record.objects.with_facts().get(slug="lidc")
    assert (lidc.summary, lidc.host, lidc.status) == ("Another.", None, "moved")
    assert [one.slug for one in lidc.modalities.all()] == ["cta"]
    assert not lidc.sizes.exists()
    assert str(lidc.evidence.get().checked_on) == "2026-01-31"
    assert lidc.version == 2
    assert Relation.objects.get(subject__slug="luna").remedy == "Use one."
    causes = Revision.objects.filter(version=2).values_list("slug", "cause")
    assert sorted(causes) == [("lidc", "edit"), ("luna", "edit"), ("segmenter", "cascade")]
    check_documents()
    with nothing_written():
        assert totals(again()) == {"unchanged": 13}


def test_order_counts_for_sizes_and_not_for_terms(files, again):
    files["datasets.json"][1]["modalities"].reverse()
    assert totals(again()) == {"unchanged": 13}
    second = {"count": 4, "unit": "scans", "qualifier": "about", "note": "In part."}
    files["datasets.json"][1]["sizes"].append(second)
    assert totals(again()) == {"changed": 1, "unchanged": 12}
    files["datasets.json"][1]["sizes"].reverse()
    assert totals(again()) == {"changed": 1, "unchanged": 12}
    assert list(Size.objects.filter(record__slug="luna").values_list("count", flat=True)) == [
        4,
        888,
    ]


def test_a_link_that_stays_is_the_same_row(files, again):
    homepage = Link.objects.get(record__slug="lidc")
    files["datasets.json"][0]["links"].insert(0, {"kind": "code", "url": "https://code.example/"})
    again()
    code, stayed = Link.objects.filter(record__slug="lidc")
    assert code.kind == "code" and stayed == homepage


def rename_zenodo():
    host = Host.objects.get()
    host.name = "Edited"
    host.save()


EDITS = {
    "a field": (
        "lidc",
        "name",
        lambda: Record.objects.filter(slug="lidc").update(name="Edited"),
        lambda: Record.objects.get(slug="lidc").name,
        ("Edited", "LIDC"),
    ),
    "a list of terms": (
        "lidc",
        "modalities",
        lambda: Record.objects.get(slug="lidc").modalities.clear(),
        lambda: Record.objects.get(slug="lidc").modalities.count(),
        (0, 1),
    ),
    "a row beside it": (
        "lidc",
        "evidence",
        lambda: Evidence.objects.filter(record__slug="lidc").update(fact="name"),
        lambda: Evidence.objects.get(record__slug="lidc").fact,
        ("name", ""),
    ),
    "its paper": (
        "lidc",
        "paper",
        lambda: Paper.objects.update(venue="Edited"),
        lambda: Paper.objects.get().venue,
        ("Edited", "Journal"),
    ),
    "a term": (
        "zenodo",
        "name",
        rename_zenodo,
        lambda: Host.objects.get().name,
        ("Edited", "Zenodo"),
    ),
    "a step of a tree": (
        "cta",
        "broader",
        lambda: Modality.objects.get(slug="cta").broader.clear(),
        lambda: Modality.objects.get(slug="cta").broader.count(),
        (0, 1),
    ),
    "a relation": (
        "luna derived-from lidc",
        "extent",
        lambda: Relation.objects.filter(subject__slug="luna").update(extent="Edited"),
        lambda: Relation.objects.get(subject__slug="luna").extent,
        ("Edited", "All of it."),
    ),
}


@pytest.mark.parametrize("edit", EDITS)
def test_what_a_person_edited_is_kept(edit, files, again):
    name, key, act, look, (edited, loaded) = EDITS[edit]
    act()
    with nothing_written():
        said = again()
    assert look() == edited
    line = next(line for line in said.splitlines() if f"“{name}”: edited here" in line)
    assert line.endswith(f"it differs in {key}")
    # Another change of the same entry in the file does not undo it either.
    files["datasets.json"][0]["splits"] = "None given."
    again()
    assert look() == edited
    assert "kept" not in totals(again("--overwrite"))
    assert look() == loaded
    check_documents()


def test_what_a_person_wrote_stays_theirs_when_a_file_says_the_same(files, again):
    before = files["datasets.json"][0]["name"]
    Record.objects.filter(slug="lidc").update(name="LIDC-IDRI")
    files["datasets.json"][0]["name"] = "LIDC-IDRI"
    assert totals(again()) == {"unchanged": 13}
    # As when what was dumped here was loaded, and then the files that came with the release.
    files["datasets.json"][0]["name"] = before
    assert totals(again()) == {"kept": 1, "unchanged": 12}
    assert Record.objects.get(slug="lidc").name == "LIDC-IDRI"


def test_on_demand_what_a_person_and_the_file_agree_on_follows_the_file(files, again):
    Record.objects.filter(slug="lidc").update(name="LIDC-IDRI")
    files["datasets.json"][0]["name"] = "LIDC-IDRI"
    assert totals(again("--overwrite")) == {"unchanged": 13}
    files["datasets.json"][0]["name"] = "LIDC/IDRI"
    assert totals(again()) == {"changed": 1, "unchanged": 12}


def test_whether_a_record_is_published_is_never_touched(files, again):
    Record.objects.filter(slug="lidc").update(published=False)
    files["datasets.json"][0]["name"] = "LIDC-IDRI"
    again("--overwrite")
    assert not Record.objects.get(slug="lidc").published


def test_a_record_that_a_person_made_is_kept(files, again):
    DatasetFactory(slug="mine", name="Mine")
    files["datasets.json"].append(record("mine"))
    assert "“mine”: made here, not by a file; it differs in name" in again()
    assert Record.objects.get(slug="mine").name == "Mine"


def test_what_a_person_deleted_stays_deleted(files, again):
    Relation.objects.filter(subject__slug="luna").delete()
    Record.objects.get(slug="segmenter").delete()
    Record.objects.update(host=None)
    Host.objects.get().delete()
    with nothing_written():
        said = again()
    assert "luna derived-from lidc”: deleted here" in said
    assert "“segmenter”: deleted here" in said
    assert "“segmenter trained-on luna”: “segmenter” was deleted here" in said
    assert "“zenodo”: deleted here" in said
    # Both records lost their host by a person's edit, and the file has no host left to give.
    assert totals(said) == {"unchanged": 9, "kept": 4}
    again("--overwrite")
    assert not Record.objects.filter(slug="segmenter").exists()
    assert not Host.objects.exists()
    # A relation has no slug that stays taken.
    assert Relation.objects.get().subject.slug == "luna"


def test_a_record_whose_licence_was_deleted_is_not_made(files, again):
    other = License.objects.create(slug="other", name="Other", family="custom")
    Record.objects.update(license=other)
    License.objects.get(slug="cc-by-4-0").delete()
    files["datasets.json"].append(record("new"))
    assert "“new”: its licence “cc-by-4-0” was deleted here" in again("--overwrite")
    assert set(Record.objects.values_list("license", flat=True)) == {other.pk}


def test_former_slugs_lead_to_the_renamed_rows(files, again):
    for thing, slug in (
        (Record.objects.get(slug="lidc"), "lidc-idri"),
        (Modality.objects.get(slug="ct"), "computed-tomography"),
        (License.objects.get(), "cc-by"),
    ):
        thing.slug = slug
        thing.save()
    with nothing_written():
        assert totals(again()) == {"unchanged": 13}
    files["datasets.json"][0]["name"] = "LIDC-IDRI"
    assert totals(again()) == {"changed": 1, "unchanged": 12}
    assert Record.objects.get(slug="lidc-idri").name == "LIDC-IDRI"
    # The file catches up with the new name.
    files["datasets.json"][0]["slug"] = "lidc-idri"
    files["datasets.json"][1]["replaced_by"] = "lidc-idri"
    files["relations.json"][0]["object"] = "lidc-idri"
    assert totals(again()) == {"unchanged": 13}
    files["relations.json"][0]["remedy"] = "Use one."
    assert totals(again()) == {"changed": 1, "unchanged": 12}


def test_merged_slugs_lead_to_the_survivor(files, again):
    survivor = DatasetFactory(slug="survivor", name="Survivor")
    Record.objects.get(slug="lidc").delete(survivor=survivor)
    ct, cta = Modality.objects.get(slug="ct"), Modality.objects.get(slug="cta")
    for one in Record.objects.filter(modalities=cta):
        one.modalities.remove(cta)
    cta.delete(survivor=ct)
    said = again("--overwrite")
    assert "“lidc”: merged into “survivor” here" in said
    assert "“cta”: it leads to the same modality here as vocabularies.json, modality 1 “ct”" in said
    assert Record.objects.get(slug="survivor").name == "Survivor"
    luna = Record.objects.get(slug="luna")
    assert luna.replaced_by == survivor
    assert list(luna.modalities.all()) == [ct]
    assert Relation.objects.get(subject=luna).object == survivor
    check_documents()


def test_one_paper_is_one_row(files, again):
    assert Paper.objects.count() == 1
    files["datasets.json"] += [
        record("by-doi", paper=paper()),
        record("by-arxiv", paper=paper(title="B", doi=None, arxiv="1901.07031")),
        record("by-title", paper=paper(title="C", doi=None)),
        record("the-same-title", paper=paper(title="C", doi=None)),
    ]
    again()
    assert sorted(Paper.objects.values_list("title", flat=True)) == ["B", "C", "On nodules"]
    # A number that becomes known later is the same paper's.
    for one in files["datasets.json"][-2:]:
        one["paper"]["doi"] = "10.1000/c"
    assert totals(again()) == {"changed": 2, "unchanged": 15}
    assert Paper.objects.get(title="C").doi == "10.1000/c"
    # A paper that nothing uses any more goes.
    for one in files["datasets.json"][-2:]:
        one["paper"] = None
    again()
    assert not Paper.objects.filter(title="C").exists()
    check_documents()


def test_a_new_record_does_not_undo_a_paper_that_a_person_corrected(files, again):
    Paper.objects.update(venue="Edited")
    files["datasets.json"].append(record("new", paper=paper()))
    assert totals(again()) == {"created": 1, "unchanged": 11, "kept": 2}
    assert Paper.objects.get().venue == "Edited"


def test_a_turned_step_of_the_tree_is_no_circle(files, again):
    first, second = files["vocabularies.json"]["modalities"]
    first["broader"], second["broader"] = second["broader"], []
    first["broader"] = ["cta"]
    assert totals(again()) == {"changed": 2, "unchanged": 11}
    assert Modality.objects.get(slug="ct").broader.get().slug == "cta"


def test_a_relation_that_holds_both_ways_has_no_direction(files, again):
    files["relations.json"].append(relation("lidc", "shares-images", "luna"))
    again()
    # Symmetric edges touch both ends; written the other way round it is the same edge.
    Relation.objects.filter(type="shares-images").update(subject=F("object"), object=F("subject"))
    assert totals(again()) == {"unchanged": 14}
    files["relations.json"][-1] = relation("luna", "shares-images", "lidc", remedy="Use one.")
    assert totals(again()) == {"changed": 1, "unchanged": 13}
    assert Relation.objects.get(type="shares-images").remedy == "Use one."


def test_a_dry_run_tells_and_writes_nothing(files, again):
    files["datasets.json"].append(record("new"))
    with nothing_written():
        said = again("--dry-run")
    assert totals(said) == {"created": 1, "unchanged": 13}
    assert said.endswith("Dry run: nothing was written.\n")
    assert not Slug.objects.filter(slug="new").exists()


def test_terms_of_the_database_may_be_named(files, again):
    ModalityFactory(slug="mri")
    files["datasets.json"][0]["modalities"] = ["mri"]
    assert totals(again()) == {"changed": 1, "unchanged": 12}
