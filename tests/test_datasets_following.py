"""An Index that follows the revisions says what a fresh reading says, whatever was done to the catalogue."""

from datetime import date

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from datasets import curation, index, snapshot, words
from datasets.documents import dumps, loads
from datasets.models import (
    Catalogue,
    Document,
    License,
    Modality,
    Record,
    Revision,
    Unit,
    changing,
)
from tests.examples import examples
from tests.factories import DatasetFactory, ModalityFactory, ToolFactory
from tests.indexes import told
from tests.test_datasets_documents_stateful import NAMES, NUMBERS, pick
from tests.test_datasets_documents_stateful import Catalogue as Writes

pytestmark = pytest.mark.django_db
PROSE = st.sampled_from(["Segmentations of images.", "Two scans, one image each.", "Three."])


class Follower(Writes):
    """Writes in every way, while one reader follows step by step and another only now and then."""

    def __init__(self):
        super().__init__()
        self.near = self.far = index.load()
        self.steps = 0

    # The documents themselves are judged elsewhere.
    def documents_are_fresh(self): ...

    def the_newest_revision_says_what_the_document_says(self): ...

    def every_record_has_its_slug(self): ...

    # Whoever wants a term by a slug that another one has left is refused.
    @rule(published=st.booleans(), name=NAMES)
    def create(self, published, name):
        self.attempt(lambda: super(Follower, self).create(published, name))

    @rule(number=NUMBERS, slug=st.sampled_from(["ct", "mri", "pet"]), from_term=st.booleans())
    def terms(self, number, slug, from_term):
        self.attempt(lambda: super(Follower, self).terms(number, slug, "add", from_term))

    @rule(number=NUMBERS, other=NUMBERS)
    def sizes(self, number, other):
        self.attempt(lambda: super(Follower, self).sizes(number, other))

    @rule(
        number=NUMBERS,
        summary=PROSE,
        year=st.sampled_from([None, 2015, 2016, 2020]),
        verified_on=st.sampled_from([None, date(2026, 1, 2), date(2026, 3, 1)]),
    )
    def facts(self, number, **facts):
        Record.objects.filter(pk=getattr(pick(Record, number), "pk", None)).update(**facts)

    @rule(number=NUMBERS, slug=st.sampled_from(["first", "second", "third"]))
    def rename_terms(self, number, slug):
        for model in (Modality, License, Unit):
            term = pick(model, number)
            if term:
                term.slug = slug
                self.attempt(term.save)

    @rule(number=NUMBERS, other=NUMBERS, add=st.booleans())
    def grow_the_tree(self, number, other, add):
        term, broader = pick(Modality, number), pick(Modality, other)
        if term and term != broader:
            act = term.broader.add if add else term.broader.remove
            self.attempt(lambda: act(broader))

    @rule(number=NUMBERS, other=NUMBERS)
    def merge_terms(self, number, other):
        for model in (Modality, License):
            term, into = pick(model, number), pick(model, other)
            if term and term != into:
                self.attempt(
                    lambda term=term, into=into: curation.merge_terms(term, into=into, by=None)
                )

    @rule(number=NUMBERS, other=NUMBERS)
    def merge_records(self, number, other):
        record, into = pick(Record, number), pick(Record, other)
        if record and record != into:
            self.attempt(lambda: curation.merge_records(record, into=into, by=None))

    @rule(number=NUMBERS, name=NAMES)
    def rename_and_delete(self, number, name):
        record = pick(Record, number)
        if record:
            with changing():
                record.slug, record.name = f"gone-{record.pk}", name
                record.save()
                record.delete()

    @rule(names=st.lists(NAMES, min_size=2, max_size=4))
    def many_at_once(self, names):
        def make():
            with changing():
                for name in names:
                    ToolFactory(name=name, sizes=[(len(name), "scans")])
                DatasetFactory(name=name, modalities=["pet"], sizes=[(3, "scans"), (1, "images")])

        self.attempt(make)

    @rule(number=NUMBERS)
    def mend(self, number):
        record = pick(Record, number)
        if record:
            with changing() as change:
                text = dumps(dict(sorted(loads(record.document.text).items())))
                Document.objects.filter(pk=record.pk).update(text=text)
                change.read_anew()

    @invariant()
    def readers_know_what_a_fresh_reading_says(self):
        fresh = told(index.load())
        self.near = index.load(self.near)
        assert told(self.near) == fresh
        self.steps += 1
        if self.steps % 5 == 0:
            self.far = index.load(self.far)
            assert told(self.far) == fresh


def test_whoever_follows_the_revisions_knows_what_a_fresh_reading_says():
    run_state_machine_as_test(
        Follower,
        settings=settings(
            max_examples=examples(12),
            stateful_step_count=20,
            deadline=None,
            phases=(Phase.reuse, Phase.generate),
            suppress_health_check=list(HealthCheck),
        ),
    )


def follows(held):
    """The Index by what changed since ``held``; None if the catalogue would be read again."""
    with snapshot.consistent():
        return index.follow(held, snapshot.read_state())


def test_an_edit_is_followed_and_what_stays_is_shared():
    ModalityFactory(slug="mri")
    for number in range(5):
        DatasetFactory(slug=f"r-{number}", name=f"R {number}", modalities=["ct"])
    held = index.load()
    before = told(held)
    record = Record.objects.get(slug="r-3")
    record.year = 2001
    record.save()
    after = follows(held)
    assert told(after) == told(index.load()) != before
    assert told(held) == before
    assert after.words is held.words
    assert after.sets["modality"] is held.sets["modality"]
    assert after.orders["name"] is held.orders["name"]
    assert after.lists.block is held.lists.block
    assert after.graph is held.graph


def test_too_many_revisions_are_not_followed(monkeypatch):
    DatasetFactory()
    held = index.load()
    DatasetFactory()
    DatasetFactory()
    assert follows(held).size == 3
    monkeypatch.setattr(snapshot, "FOLLOWED", 1)
    assert follows(held) is None
    assert index.load(held).size == 3


def test_another_history_is_not_followed():
    """A backup was restored, and what came after it got the numbers of what was lost."""
    record = DatasetFactory(slug="a", name="Saved")
    DatasetFactory(slug="b")
    saved = Catalogue.objects.values("version", "token").get()
    save = transaction.savepoint()
    record.name = "Lost"
    record.save()
    lost = index.load()
    transaction.savepoint_rollback(save)
    assert Catalogue.objects.values("version", "token").get() == saved
    other = Record.objects.get(slug="b")
    other.name = "Found"
    other.save()
    assert Revision.objects.first().number == lost.newest[0]
    assert follows(lost) is None
    assert told(index.load(lost)) == told(index.load())


def test_documents_that_changed_without_a_revision_are_read_again():
    record = DatasetFactory()
    held = index.load()
    text = Document.objects.get(pk=record.pk).text.replace("2026", "2025")
    with changing() as change:
        Document.objects.filter(pk=record.pk).update(text=text)
        change.read_anew()
    assert follows(held) is None


@pytest.mark.parametrize(("merged", "layers"), [(50_000, 64), (40, 6)])
def test_a_large_catalogue_is_followed_through_many_edits(monkeypatch, merged, layers):
    """Enough of them for layers of words to be merged again and again, or all at once because they are large."""
    monkeypatch.setattr(words, "MERGED", merged)
    monkeypatch.setattr(words, "LAYERS", layers)
    for number in range(40):
        DatasetFactory(
            slug=f"r-{number:02}", name=f"Set {number}", summary=f"Scan {number % 7} of it."
        )
    held, seen = index.load(), set()
    for number in range(60):
        record = Record.objects.get(slug=f"r-{number * 7 % 40:02}")
        record.summary = f"Image {number % 5} of segmentations, again {number}."
        record.save()
        held = follows(held)
        seen.add(len(held.words.layers))
    assert 1 < max(seen) <= min(layers, 7)
    assert told(held) == told(index.load())


def test_a_tree_that_grows_is_followed_though_no_document_changes():
    ModalityFactory(slug="ct")
    DatasetFactory(modalities=["cta"])
    held = index.load()
    for change in ("add", "remove"):
        getattr(Modality.objects.get(slug="cta").broader, change)(Modality.objects.get(slug="ct"))
        after = follows(held)
        assert after.direct["modality"] is held.direct["modality"]
        assert told(after) == told(index.load())
        held = after
