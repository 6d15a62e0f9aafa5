"""docs/mirror.py: a copy that follows the cursor ends equal to the catalogue, whatever happens meanwhile."""

import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from datasets.curation import merge_records, merge_terms, publish, withdraw
from datasets.models import Modality, Record, Relation, Revision, changing
from tests.factories import (
    DatasetFactory,
    EvidenceFactory,
    RelationFactory,
    ToolFactory,
)
from tests.mirroring import SCRIPT, Killed, mirror, script

pytestmark = pytest.mark.django_db

NUMBERS = st.integers(0, 5)
SLUGS = st.sampled_from(["first", "second", "third", "fourth"])


def pick(model, number, **which):
    rows = list(model.objects.filter(**which).order_by("pk"))
    return rows[number % len(rows)] if rows else None


def another(record, number):
    """A record that this one can be merged into; None if it is the only one of its kind."""
    rows = list(Record.objects.filter(kind=record.kind).exclude(pk=record.pk).order_by("pk"))
    return rows[number % len(rows)] if rows else None


class Following(RuleBasedStateMachine):
    """Edits of every sort, and between them a copy that is stopped and goes on."""

    # What the runs have told by the cursor, so that none of it is missing by accident.
    told = set()

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "copy.sqlite"
        self.outer = transaction.atomic()
        self.outer.__enter__()
        # Neighbours and terms from the start: much of what must be told happens to others.
        relation = RelationFactory(
            subject=DatasetFactory(modalities=["ct"]), object=DatasetFactory(modalities=["mri"])
        )
        RelationFactory(subject=ToolFactory(), type="trained-on", object=relation.object)

    def teardown(self):
        try:
            copy = mirror(self.path, page_size=200)
            copy.follow()
            assert copy.prove() == []
            assert copy.count() == Record.objects.published().count()
            copy.close()
            public = Revision.objects.public()
            self.told.update(public.values_list("event", flat=True))
            self.told.update("renamed" for _ in public.exclude(former_slug="")[:1])
        finally:
            transaction.set_rollback(True)
            self.outer.__exit__(None, None, None)
            self.folder.cleanup()

    def attempt(self, write):
        """Some writes are refused, as they must be; then nothing of them may be told."""
        with suppress(IntegrityError, ValidationError), transaction.atomic():
            write()

    @rule(published=st.booleans(), tool=st.booleans())
    def create(self, published, tool):
        factory = ToolFactory if tool else DatasetFactory
        factory(published=published, modalities=[pick(Modality, 0)])

    @rule(number=NUMBERS, year=st.integers(2000, 2003))
    def edit(self, number, year):
        record = pick(Record, number)
        if record:
            record.year = year
            record.save()
            EvidenceFactory(record=record, fact="year", value=str(year))

    @rule(number=NUMBERS, slug=SLUGS)
    def rename(self, number, slug):
        record = pick(Record, number)
        if record:
            record.slug, record.name = slug, slug.title()
            self.attempt(record.save)

    @rule(number=NUMBERS)
    def show(self, number):
        record = pick(Record, number, published=False)
        if record:
            publish([record], by=None)

    @rule(number=NUMBERS)
    def hide(self, number):
        record = pick(Record, number)
        if record:
            withdraw([record], by=None, note="Its owner asked.")

    @rule(number=NUMBERS, other=NUMBERS)
    def merge(self, number, other):
        record = pick(Record, number)
        into = record and another(record, other)
        if into:
            self.attempt(lambda: merge_records(record, into=into, by=None))

    @rule(number=NUMBERS, other=NUMBERS)
    def merge_and_take_over_its_slug(self, number, other):
        record = pick(Record, number)
        into = record and another(record, other)

        def write():
            with changing():
                slug = record.slug
                survivor = merge_records(record, into=into, by=None)
                survivor.slug = slug
                survivor.save()

        if into:
            self.attempt(write)

    @rule(number=NUMBERS, slug=SLUGS, hide=st.booleans(), show=st.booleans())
    def delete_in_one_change_with_more(self, number, slug, hide, show):
        record = pick(Record, number)

        def write():
            with changing():
                record.slug = slug
                record.published = (record.published or show) and not hide
                record.save()
                record.delete()

        if record:
            self.attempt(write)

    @rule(number=NUMBERS, slug=SLUGS)
    def rename_and_hide_in_one_change(self, number, slug):
        record = pick(Record, number)
        if record:
            record.slug, record.published = slug, False
            self.attempt(record.save)

    @rule(number=NUMBERS)
    def delete(self, number):
        record = pick(Record, number)
        if record:
            # What a copy of the row that nobody saved says is nothing that readers knew.
            record.slug = "never-saved"
            record.delete()

    @rule(one=NUMBERS, two=NUMBERS)
    def relate(self, one, two):
        subject, object = pick(Record, one), pick(Record, two)
        if subject:
            self.attempt(lambda: RelationFactory(subject=subject, type="part-of", object=object))

    @rule(number=NUMBERS)
    def unrelate(self, number):
        relation = pick(Relation, number)
        if relation:
            relation.delete()

    @rule(number=NUMBERS, slug=SLUGS, merge=st.booleans())
    def terms(self, number, slug, merge):
        term = pick(Modality, number)
        if term and merge:
            self.attempt(lambda: merge_terms(term, into=pick(Modality, 0), by=None))
        elif term:
            term.slug = f"term-{slug}"
            self.attempt(term.save)

    @rule(pages=st.integers(1, 4), answers=st.integers(0, 6))
    def follow_until_stopped(self, pages, answers):
        copy = mirror(self.path, answers)
        with suppress(Killed):
            copy.follow(pages)
        copy.close()


def test_a_copy_that_stops_and_goes_on_ends_equal_whatever_happens_meanwhile():
    run_state_machine_as_test(
        Following,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            # A failing sequence is short enough to read; to shorten it takes minutes.
            phases=(Phase.reuse, Phase.generate),
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Following.told == {*Revision.Event.values, "renamed"}


def test_what_one_change_does_is_told_as_readers_knew_it(tmp_path):
    kept, double = DatasetFactory(slug="kept"), DatasetFactory(slug="double")
    hidden, renamed = DatasetFactory(slug="hidden"), DatasetFactory(slug="renamed")
    copy = mirror(tmp_path / "copy.sqlite")
    copy.follow()
    with changing():
        survivor = merge_records(double, into=kept, by=None)
        survivor.slug = "double"
        survivor.save()
    with changing():
        hidden.published = False
        hidden.save()
        hidden.delete()
    with changing():
        renamed.slug = "renamed-again"
        renamed.save()
        renamed.delete()
    with changing():
        DatasetFactory(slug="never-seen").delete()
    assert copy.prove() == [] and copy.count() == 1
    assert not Revision.objects.filter(slug__in=["renamed-again", "never-seen"]).exists()


def test_differences_are_found_and_named(tmp_path):
    DatasetFactory(slug="lungs", year=2016)
    DatasetFactory(slug="hearts")
    copy = mirror(tmp_path / "copy.sqlite")
    assert copy.prove() == []
    with copy.database as database:
        database.execute("UPDATE record SET document = replace(document, '2016', '2017')")
        database.execute("UPDATE record SET slug = 'livers' WHERE slug = 'hearts'")
    assert copy.prove() == [
        "hearts: missing here",
        "lungs: differs in year",
        "livers: not in the catalogue",
    ]


def test_a_page_is_taken_over_whole_or_not_at_all(tmp_path, monkeypatch):
    for _ in range(3):
        DatasetFactory()
    copy = mirror(tmp_path / "copy.sqlite", page_size=3)
    real, seen = copy.apply, []

    def killed_at_the_second(change):
        seen.append(change)
        if len(seen) == 2:
            raise Killed
        real(change)

    monkeypatch.setattr(copy, "apply", killed_at_the_second)
    with pytest.raises(Killed):
        copy.follow()
    copy.close()
    copy = mirror(tmp_path / "copy.sqlite")
    assert (copy.cursor, copy.count()) == (0, 0)
    assert copy.follow() == 3 and copy.prove() == []


def test_another_past_is_noticed_even_when_it_has_grown_as_long(tmp_path):
    DatasetFactory(slug="lungs")
    copy = mirror(tmp_path / "copy.sqlite")
    copy.follow()
    Revision.objects.update(slug="hearts")
    with pytest.raises(script.CannotGoOn, match="restored from a backup"):
        copy.follow()
    Revision.objects.all().delete()
    with pytest.raises(script.CannotGoOn):
        copy.follow()


def test_a_file_is_the_copy_of_one_catalogue(tmp_path):
    mirror(tmp_path / "copy.sqlite").follow()
    other = script.Mirror("https://other.example", tmp_path / "copy.sqlite", fetch=None)
    with pytest.raises(script.CannotGoOn, match="name another file"):
        other.follow()


@pytest.mark.django_db(transaction=True)
def test_the_script_runs_by_itself_against_a_running_site(live_server, tmp_path):
    DatasetFactory(slug="lungs", sizes=[(888, "scans")])
    ToolFactory(slug="cutter")
    withdraw([DatasetFactory(slug="gone")], by=None, note="A double.")
    command = [sys.executable, "-I", str(SCRIPT), live_server.url, str(tmp_path / "copy.sqlite")]
    ran = subprocess.run([*command, "--prove"], capture_output=True, text=True, timeout=120)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "4 changes applied; 2 records" in ran.stdout and "Equal" in ran.stdout
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert "0 changes applied; 2 records" in ran.stdout
