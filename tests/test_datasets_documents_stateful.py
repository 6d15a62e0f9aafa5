"""Any sequence of writes leaves every document equal to a fresh rebuild."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from datasets.models import (
    License,
    Modality,
    Paper,
    Record,
    Relation,
    Revision,
    Size,
    Slug,
    changing,
)
from tests.examples import examples
from tests.factories import (
    DatasetFactory,
    GrantFactory,
    LicenseFactory,
    ModalityFactory,
    PaperFactory,
    RelationFactory,
    SizeFactory,
    ToolFactory,
)

pytestmark = pytest.mark.django_db

NUMBERS = st.integers(0, 5)
NAMES = st.sampled_from(["One", "Two", "Three"])


def pick(model, number):
    """Some row of the model, or None if there is none."""
    rows = list(model.objects.order_by("pk"))
    return rows[number % len(rows)] if rows else None


class Catalogue(RuleBasedStateMachine):
    """Writes to a small catalogue in every way that the models offer."""

    def __init__(self):
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        # Neighbours from the start: most of what can go wrong is between two records.
        relation = RelationFactory(object=DatasetFactory(modalities=["ct"]))
        RelationFactory(subject=ToolFactory(published=False), object=relation.object)

    def teardown(self):
        transaction.set_rollback(True)
        self.outer.__exit__(None, None, None)

    def attempt(self, write):
        """Some writes are refused, as they must be; then nothing of them may remain."""
        try:
            with transaction.atomic():
                write()
        except (IntegrityError, ValidationError):
            pass

    @rule(published=st.booleans(), name=NAMES)
    def create(self, published, name):
        DatasetFactory(published=published, name=name, modalities=["ct"])

    @rule(number=NUMBERS, name=NAMES, published=st.booleans())
    def save(self, number, name, published):
        record = pick(Record, number)
        if record:
            record.name, record.published = name, published
            record.save()

    @rule(number=NUMBERS, slug=st.sampled_from(["first", "second", "third"]))
    def rename(self, number, slug):
        record = pick(Record, number)
        if record:
            record.slug = slug
            self.attempt(record.save)

    @rule(name=NAMES, published=st.booleans())
    def update_all(self, name, published):
        Record.objects.filter(name=name).update(published=published)

    @rule(number=NUMBERS, other=NUMBERS, merge=st.booleans())
    def delete(self, number, other, merge):
        record, survivor = pick(Record, number), pick(Record, other)
        if record:
            survivor = survivor if merge and survivor != record else None
            record.delete(survivor=survivor)

    @rule(number=NUMBERS)
    def delete_some(self, number):
        Record.objects.filter(pk__lte=number).delete()

    @rule(number=NUMBERS, other=NUMBERS)
    def replace(self, number, other):
        record, successor = pick(Record, number), pick(Record, other)
        if record:
            record.replaced_by = successor
            self.attempt(record.save)

    @rule(
        one=NUMBERS, two=NUMBERS, type=st.sampled_from(["derived-from", "shares-images", "part-of"])
    )
    def relate(self, one, two, type):
        subject, object = pick(Record, one), pick(Record, two)
        if subject:
            self.attempt(lambda: RelationFactory(subject=subject, type=type, object=object))

    @rule(
        number=NUMBERS,
        end=st.sampled_from(["subject", "object"]),
        other=NUMBERS,
        many=st.booleans(),
    )
    def move_relation(self, number, end, other, many):
        relation, record = pick(Relation, number), pick(Record, other)
        if relation and many:
            self.attempt(lambda: Relation.objects.filter(pk=relation.pk).update(**{end: record}))
        elif relation:
            setattr(relation, end, record)
            self.attempt(relation.save)

    @rule(number=NUMBERS)
    def unrelate(self, number):
        relation = pick(Relation, number)
        if relation:
            relation.delete()

    @rule(
        number=NUMBERS,
        slug=st.sampled_from(["ct", "mri", "pet"]),
        act=st.sampled_from(["add", "remove", "set", "clear"]),
        from_term=st.booleans(),
    )
    def terms(self, number, slug, act, from_term):
        record, term = pick(Record, number), ModalityFactory(slug=slug)
        if record is None:
            return
        related, other = (term.record_set, record) if from_term else (record.modalities, term)
        arguments = {"clear": [], "set": [[other]]}.get(act, [other])
        getattr(related, act)(*arguments)

    @rule(number=NUMBERS, name=NAMES)
    def rename_term(self, number, name):
        for model in (Modality, License):
            term = pick(model, number)
            if term:
                term.name = name
                term.save()

    @rule(number=NUMBERS, name=NAMES, edit=st.booleans())
    def paper(self, number, name, edit):
        record, paper = pick(Record, number), pick(Paper, number)
        if paper and edit:
            paper.venue = name
            paper.save()
        elif record:
            Record.objects.filter(pk=record.pk).update(paper=PaperFactory())

    @rule(number=NUMBERS, other=NUMBERS)
    def sizes(self, number, other):
        record, size = pick(Record, number), pick(Size, other)
        if size and record:
            size.record = record
            size.count += 1
            size.save()
        elif record:
            SizeFactory(record=record)

    @rule(number=NUMBERS)
    def grants(self, number):
        record = pick(Record, number)
        if record:
            self.attempt(lambda: GrantFactory(record=record, license=LicenseFactory(slug="mit")))

    @rule(number=NUMBERS, name=NAMES)
    def give_up(self, number, name):
        record = pick(Record, number)
        try:
            with changing():
                if record:
                    record.name = name
                    record.save()
                raise ValidationError("No.")
        except ValidationError:
            pass

    @invariant()
    def documents_are_fresh(self):
        call_command("rebuild_documents", "--check", stdout=io.StringIO())

    @invariant()
    def the_newest_revision_says_what_the_document_says(self):
        for record in Record.objects.select_related("document"):
            newest = Revision.objects.filter(record=record).exclude(event="withdrawn").first()
            assert newest.public or not record.published
            if newest.public == record.published:
                assert newest.document == record.document.text
            assert Revision.objects.filter(record=record).first().version == record.version

    @invariant()
    def every_record_has_its_slug(self):
        current = Slug.objects.filter(namespace="record", current=True)
        assert set(current.values_list("slug", "object_id")) == set(
            Record.objects.values_list("slug", "pk")
        )


def test_any_writes_leave_fresh_documents():
    run_state_machine_as_test(
        Catalogue,
        settings=settings(
            max_examples=examples(15),
            stateful_step_count=20,
            deadline=None,
            # A failing sequence is short enough to read; to shorten it takes minutes.
            phases=(Phase.reuse, Phase.generate),
            suppress_health_check=list(HealthCheck),
        ),
    )
