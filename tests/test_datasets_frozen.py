"""The Index as a file: it says what was read, and is left aside whenever that is in doubt."""

import fcntl

import pytest
from django.core.management import call_command
from django.db import transaction

from datasets import frozen, index
from datasets.models import Catalogue, Modality, Record
from tests.factories import DatasetFactory, ModalityFactory, ToolFactory
from tests.indexes import told
from tests.other_process import OtherProcess


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(frozen, "LEAST", 2)
    return tmp_path


@pytest.fixture
def file(data_dir):
    """The file of a small catalogue."""
    ModalityFactory(slug="cta", broader=["ct"])
    for number in range(12):
        DatasetFactory(
            slug=f"dataset-{number}",
            name=f"Set {12 - number} ÉCLAIR",
            modalities=["cta"] if number % 2 else ["ct", "mri"],
            summary=f"Segmentations of {number} images.",
            year=2010 + number % 3 if number % 4 else None,
            sizes=[(number + 1, "scans")],
        )
    ToolFactory(slug="net", name="Two", sizes=[(1, "images")])
    frozen.freeze(index.load())
    return data_dir / frozen.NAME


def no_reading(*arguments):
    raise AssertionError("Every document was read again.")


@pytest.mark.django_db
def test_the_file_says_what_was_read(file, monkeypatch):
    fresh = told(index.load())
    monkeypatch.setattr(index.Index, "built", no_reading)
    assert told(index.load()) == fresh


@pytest.mark.django_db
def test_what_changed_since_is_followed(file, monkeypatch):
    record = Record.objects.get(slug="dataset-3")
    record.name, record.year = "Another image", 1999
    record.save()
    Record.objects.get(slug="dataset-0").delete()
    term = Modality.objects.get(slug="mri")
    term.name = "Magnetic"
    term.save()
    Modality.objects.get(slug="cta").broader.clear()
    ToolFactory(slug="new", summary="Scans.")
    thawed = index.thawed()
    monkeypatch.setattr(index, "thawed", lambda: None)
    fresh = told(index.load())
    monkeypatch.setattr(index, "thawed", lambda: thawed)
    monkeypatch.setattr(index.Index, "built", no_reading)
    assert told(index.load()) == fresh


@pytest.mark.django_db
def test_a_file_of_another_history_is_left_aside(data_dir):
    record = DatasetFactory(slug="a", name="Saved")
    DatasetFactory(slug="b")
    save = transaction.savepoint()
    record.name = "Lost"
    record.save()
    frozen.freeze(index.load())
    transaction.savepoint_rollback(save)
    other = Record.objects.get(slug="b")
    other.name = "Found"
    other.save()
    names = {document["name"] for document in index.load().select("datasets").documents()}
    assert names == {"Saved", "Found"}


@pytest.mark.django_db
@pytest.mark.parametrize("place", [0, 500, -40, -1])
def test_a_damaged_file_is_left_aside(file, place):
    fresh = told(index.load())
    data = bytearray(file.read_bytes())
    data[place] ^= 1
    file.write_bytes(data)
    assert index.thawed() is None
    assert told(index.load()) == fresh


@pytest.mark.django_db
@pytest.mark.parametrize("left", [0, 7, 300])
def test_a_file_that_is_cut_off_is_left_aside(file, left):
    file.write_bytes(file.read_bytes()[:left])
    assert index.thawed() is None


@pytest.mark.django_db
def test_a_file_that_other_code_wrote_is_left_aside(file, monkeypatch):
    monkeypatch.setattr(frozen, "EDITION", "another")
    assert index.thawed() is None


@pytest.mark.django_db
def test_what_is_not_committed_gets_into_no_file(data_dir):
    DatasetFactory.create_batch(3)
    index.load()
    assert not list(data_dir.iterdir())


@pytest.mark.django_db(transaction=True)
def test_the_next_process_starts_from_the_file(data_dir):
    DatasetFactory.create_batch(3)
    built = index.load()
    assert (data_dir / frozen.NAME).exists()
    with OtherProcess() as other:
        ask = "sorted(current().slugs)"
        do = (
            "index.Index.built = None\nfrom django.conf import settings\nfrom pathlib import Path\n"
        )
        do += f"settings.DATA_DIR = Path({str(data_dir)!r})"
        assert other.ask(ask, do=do) == sorted(built.slugs)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("command", [("make_synthetic", "3"), ("load_catalogue",)])
def test_a_bulk_load_leaves_the_file_behind(data_dir, command):
    call_command(*command, verbosity=0)
    assert index.thawed().stamp == Catalogue.objects.stamp()


@pytest.mark.django_db(transaction=True)
def test_a_small_load_leaves_none(data_dir, monkeypatch):
    monkeypatch.setattr(frozen, "LEAST", 5)
    call_command("make_synthetic", "3", verbosity=0)
    assert not list(data_dir.iterdir())


@pytest.mark.django_db(transaction=True)
def test_whoever_wrote_the_file_goes_on_from_it(data_dir):
    DatasetFactory.create_batch(3)
    first, second = index.load(), index.load()
    assert isinstance(first.lists.block, frozen.Block)
    assert told(first) == told(second)


@pytest.mark.django_db
def test_two_who_write_at_once_do_not_disturb_each_other(file, monkeypatch):
    whole = file.read_bytes()
    monkeypatch.setattr(index, "thawed", lambda: None)
    built = index.load()
    half = file.with_suffix(".part")
    with file.with_suffix(".lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        half.write_bytes(b"half")
        frozen.freeze(built)
        assert (half.read_bytes(), file.read_bytes()) == (b"half", whole)
    frozen.freeze(built)
    # What a process left that was killed while it wrote is gone.
    assert not half.exists() and frozen.thaw(index.Index())


@pytest.mark.django_db
def test_a_folder_that_cannot_be_written_stops_nobody(settings, data_dir):
    settings.DATA_DIR = data_dir / "missing"
    DatasetFactory.create_batch(3)
    frozen.freeze(index.load())
