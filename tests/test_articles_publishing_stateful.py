"""Any sequence of verbs and ticks leaves readers with what the definition says; two at once do no harm."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from threading import Barrier
from unittest.mock import patch

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from articles import publishing
from articles.models import Revision
from tests.examples import examples
from tests.factories_articles import PostFactory, rewrite

HOURS = st.integers(0, 4)
CHOICES = st.sampled_from([None, "cancel", "rebase"])


@dataclass
class Told:
    """A revision, as the plain model has it."""

    number: int
    title: str
    effective_at: object
    cancelled: bool = False


class Publication(RuleBasedStateMachine):
    """One post under all verbs, beside a list that follows the definition."""

    def __init__(self):
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.now = timezone.now()
        self.patch = patch("django.utils.timezone.now", lambda: self.now)
        self.patch.start()
        self.post = PostFactory(title="0")
        self.told, self.withdrawn, self.corrections, self.edits = [], False, 0, 0

    def teardown(self):
        self.patch.stop()
        transaction.set_rollback(True)
        self.outer.__exit__(None, None, None)

    # The plain model

    def pending(self):
        waiting = [row for row in self.told if not row.cancelled and row.effective_at > self.now]
        assert len(waiting) < 2
        return waiting[0] if waiting else None

    def due(self):
        return [row for row in self.told if not row.cancelled and row.effective_at <= self.now]

    def live(self):
        latest = max(self.due(), key=lambda row: (row.effective_at, row.number), default=None)
        return latest.title if latest and not self.withdrawn else None

    def add(self, title, at):
        self.told.append(Told(len(self.told) + 1, title, max(at, self.now)))

    def publish(self, title, at, choice, call):
        """What approving and rolling back share: settle the pending one, add, perhaps repeat."""
        scheduled = self.pending()
        if self.withdrawn or (scheduled and choice is None):
            with pytest.raises(ValidationError):
                call()
            return
        call()
        if scheduled:
            scheduled.cancelled = True
        self.add(title, at)
        if scheduled and choice == "rebase" and at <= self.now:
            self.add(title, scheduled.effective_at)

    # The verbs

    @rule()
    def edit(self):
        self.edits += 1
        rewrite(self.post, str(self.edits))

    @rule(hours=HOURS)
    def wait(self, hours):
        self.now += timedelta(hours=hours)

    @rule(hours=st.integers(-1, 3), choice=CHOICES)
    def approve(self, hours, choice):
        at = self.now + timedelta(hours=hours)
        self.publish(
            str(self.edits),
            at,
            choice,
            lambda: publishing.approve(self.post, by=None, at=at, pending=choice),
        )

    @rule(number=st.integers(1, 12), choice=CHOICES)
    def roll_back(self, number, choice):
        row = next((row for row in self.told if row.number == number), None)
        if row is None:
            return
        revision = self.post.revisions.get(number=number)

        def call():
            publishing.roll_back(revision, by=None, pending=choice)

        if row in self.due():
            self.publish(row.title, self.now, choice, call)
        else:
            with pytest.raises(ValidationError):
                call()

    @rule(number=st.integers(1, 12), again=st.booleans())
    def cancel(self, number, again):
        row = next((row for row in self.told if row.number == number), None)
        if row is None:
            return
        revision = self.post.revisions.get(number=number)
        verb = publishing.rebase if again else publishing.cancel
        if row is not self.pending():
            with pytest.raises(ValidationError):
                verb(revision, by=None)
            return
        verb(revision, by=None)
        row.cancelled = True
        if again:
            self.add(str(self.edits), row.effective_at)

    @rule()
    def withdraw(self):
        if self.withdrawn:
            with pytest.raises(ValidationError):
                publishing.withdraw(self.post, by=None, notice="Again.")
            publishing.change_notice(self.post, by=None, notice="It was wrong.")
            return
        publishing.withdraw(self.post, by=None, notice="It was wrong.")
        if scheduled := self.pending():
            scheduled.cancelled = True
        self.withdrawn = True

    @rule()
    def reinstate(self):
        if not self.withdrawn:
            with pytest.raises(ValidationError):
                publishing.reinstate(self.post, by=None)
            return
        publishing.reinstate(self.post, by=None)
        self.withdrawn = False

    @rule()
    def correct(self):
        if self.due():
            publishing.correct(self.post, by=None, text="It was so.")
            self.corrections += 1

    # What always holds

    @invariant()
    def readers_see_what_the_definition_says(self):
        titles = list(Revision.objects.live().values_list("title", flat=True))
        assert titles == ([self.live()] if self.live() is not None else [])

    @invariant()
    def at_most_one_is_pending(self):
        scheduled = self.pending()
        numbers = list(self.post.revisions.pending().values_list("number", flat=True))
        assert numbers == ([scheduled.number] if scheduled else [])

    @invariant()
    def numbers_have_no_gaps(self):
        numbers = self.post.revisions.order_by("number").values_list("number", flat=True)
        assert list(numbers) == [row.number for row in self.told]

    @invariant()
    def corrections_stay(self):
        assert self.post.corrections.count() == self.corrections


@pytest.mark.django_db
def test_any_verbs_leave_the_right_revision_live():
    run_state_machine_as_test(
        Publication,
        settings=settings(
            max_examples=examples(25),
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def at_once(*calls):
    """Run the calls in threads that start together; returns results and exceptions."""
    barrier = Barrier(len(calls))

    def run(call):
        try:
            barrier.wait(10)
            return call()
        except ValidationError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.mark.django_db(transaction=True)
class TestTwoEditorsAtOnce:
    def test_two_revisions_have_two_numbers(self):
        post = PostFactory()
        results = at_once(*[lambda: publishing.approve(post_of(post), by=None)] * 4)
        assert sorted(revision.number for revision in results) == [1, 2, 3, 4]

    def test_of_those_who_saw_no_revision_one_publishes(self):
        post = PostFactory()
        results = at_once(*[lambda: publishing.approve(post_of(post), by=None, newest=0)] * 4)
        told = [error for error in results if isinstance(error, ValidationError)]
        assert post.revisions.count() == 1 and len(told) == 3
        assert all("published already, by a command" in error.messages[0] for error in told)

    def test_one_is_pending_and_the_others_are_told(self):
        post = PostFactory()
        at = timezone.now() + timedelta(hours=1)
        results = at_once(*[lambda: publishing.approve(post_of(post), by=None, at=at)] * 3)
        assert post.revisions.pending().count() == 1
        told = [error for error in results if isinstance(error, publishing.PendingRevision)]
        assert len(told) == 2

    def test_a_withdrawal_and_an_approval_end_in_one_order_or_the_other(self):
        post = PostFactory(publish=True)
        at_once(
            lambda: publishing.approve(post_of(post), by=None),
            lambda: publishing.withdraw(post_of(post), by=None, notice="It was wrong."),
        )
        assert not Revision.objects.live().exists()


def post_of(post):
    return type(post).objects.get(pk=post.pk)
