"""When a revision is the one that readers see: schedules, withdrawals and rollbacks."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from articles import publishing
from articles.models import Category, Post, Revision
from tests.factories_articles import CategoryFactory, PostFactory, rewrite
from tests.posts import HOUR, live, set_clock  # noqa: F401

pytestmark = pytest.mark.django_db


class TestSchedules:
    def test_the_live_one_took_effect_last_whatever_its_number(self, clock):
        post = PostFactory(title="First", publish=True)
        publishing.approve(rewrite(post, "Second"), by=None)
        assert live(post) == "Second"
        # No verb leaves such rows; readers must be right about them all the same.
        clock.step()
        post.revisions.filter(number=1).update(effective_at=clock.time)
        assert live(post) == "First"

    def test_it_turns_live_at_its_time_and_not_a_second_before(self, clock):
        post = PostFactory(title="Later")
        publishing.approve(post, by=None, at=clock.time + HOUR)
        clock.step(HOUR - timedelta(seconds=1))
        assert live(post) is None
        clock.step(timedelta(seconds=1))
        assert live(post) == "Later"

    def test_a_time_in_the_past_is_now(self, clock):
        post = PostFactory(title="First")
        revision = publishing.approve(post, by=None, at=clock.time - HOUR)
        assert revision.effective_at == clock.time and live(post) == "First"

    def test_a_time_that_must_be_a_slip_is_refused(self, clock):
        post = PostFactory()
        with pytest.raises(ValidationError, match="too far ahead"):
            publishing.approve(post, by=None, at=clock.time + timedelta(days=6 * 365))
        assert not post.revisions.exists()
        publishing.approve(post, by=None, at=clock.time + timedelta(days=4 * 365))

    def test_publishing_past_one_asks(self, clock):
        post = PostFactory(publish=True)
        scheduled = publishing.approve(post, by=None, at=clock.time + HOUR)
        for verb in (
            lambda: publishing.approve(post, by=None),
            lambda: publishing.approve(post, by=None, at=clock.time + 2 * HOUR),
            lambda: publishing.roll_back(post.revisions.get(number=1), by=None),
            lambda: publishing.approve(post, by=None, pending="whatever"),
        ):
            with pytest.raises(publishing.PendingRevision) as asked:
                verb()
            assert asked.value.pending == scheduled
        assert post.revisions.count() == 2

    @pytest.mark.parametrize("choice", ["cancel", "rebase"])
    def test_a_pending_schedule_never_undoes_a_later_publication(self, clock, choice):
        post = PostFactory(title="Old", publish=True)
        publishing.approve(rewrite(post, "Scheduled"), by=None, at=clock.time + HOUR)
        publishing.approve(rewrite(post, "Newest"), by=None, pending=choice)
        assert post.revisions.pending().count() == (choice == "rebase")
        assert live(post) == "Newest"
        clock.step(2 * HOUR)
        assert live(post) == "Newest"

    @pytest.mark.parametrize("hours", [1, 3])
    def test_another_time_takes_the_place_of_the_first(self, clock, hours):
        post = PostFactory(title="Old")
        publishing.approve(post, by=None, at=clock.time + 2 * HOUR)
        at = clock.time + hours * HOUR
        publishing.approve(rewrite(post, "New"), by=None, at=at, pending="rebase")
        assert post.revisions.pending().get().effective_at == at
        clock.step(4 * HOUR)
        assert live(post) == "New"

    def test_a_rebased_one_keeps_its_time_and_note(self, clock):
        post = PostFactory(title="Old")
        scheduled = publishing.approve(post, by=None, at=clock.time + HOUR, note="For Monday.")
        rebased = publishing.rebase(scheduled, by=None)
        assert (rebased.effective_at, rebased.note) == (scheduled.effective_at, "For Monday.")
        assert post.revisions.pending().get() == rebased

    def test_a_cancelled_one_never_comes(self, clock):
        post = PostFactory()
        publishing.cancel(publishing.approve(post, by=None, at=clock.time + HOUR), by=None)
        clock.step(2 * HOUR)
        assert live(post) is None

    def test_what_has_been_published_cannot_be_cancelled(self, clock):
        post = PostFactory(title="Out")
        revision = publishing.approve(post, by=None, at=clock.time + HOUR)
        clock.step()
        with pytest.raises(ValidationError, match="no longer scheduled"):
            publishing.cancel(revision, by=None)
        with pytest.raises(ValidationError, match="no longer scheduled"):
            publishing.rebase(revision, by=None)
        assert live(post) == "Out"


class TestWithdrawing:
    def test_it_never_uncovers_an_older_revision(self, clock):
        post = PostFactory(title="Old", publish=True)
        publishing.approve(rewrite(post, "New"), by=None)
        publishing.approve(rewrite(post, "Later"), by=None, at=clock.time + HOUR)
        publishing.withdraw(post, by=None, notice=" It was wrong. ")
        assert live(post) is None and not post.revisions.pending().exists()
        clock.step(2 * HOUR)
        assert live(post) is None
        assert Post.objects.get(pk=post.pk).notice == "It was wrong."

    def test_a_second_withdrawal_writes_over_neither_notice_nor_time(self, clock):
        post = PostFactory(publish=True)
        publishing.withdraw(post, by=None, notice="It was wrong.")
        at = clock.time
        clock.step()
        with pytest.raises(ValidationError, match="withdrawn already, on .*change its notice"):
            publishing.withdraw(post, by=None, notice="Another reason.")
        post = Post.objects.get(pk=post.pk)
        assert (post.notice, post.withdrawn_at) == ("It was wrong.", at)
        publishing.change_notice(post, by=None, notice=" Table 2 was wrong. ")
        post = Post.objects.get(pk=post.pk)
        assert (post.notice, post.withdrawn_at) == ("Table 2 was wrong.", at)

    def test_what_is_not_withdrawn_has_no_notice_and_is_not_reinstated(self):
        post = PostFactory(publish=True)
        for call in (
            lambda: publishing.change_notice(post, by=None, notice="It was wrong."),
            lambda: publishing.reinstate(post, by=None),
        ):
            with pytest.raises(ValidationError, match="not withdrawn"):
                call()
        assert live(post) and not Post.objects.get(pk=post.pk).notice

    def test_reinstating_shows_what_was_live(self):
        post = PostFactory(title="Old", publish=True)
        publishing.approve(rewrite(post, "New"), by=None)
        publishing.withdraw(post, by=None, notice="It was wrong.")
        publishing.reinstate(post, by=None)
        assert live(post) == "New"
        assert Post.objects.get(pk=post.pk).notice == ""

    def test_names_that_no_visible_post_needs_have_no_page(self):
        post = PostFactory(category=CategoryFactory(slug="only"), publish=True)
        assert Category.objects.visible().filter(slug="only").exists()
        publishing.withdraw(post, by=None, notice="It was wrong.")
        assert not Category.objects.visible().filter(slug="only").exists()


class TestRollingBack:
    def test_a_rebased_schedule_repeats_the_rollback_and_says_so(self, clock):
        post = PostFactory(title="Old", publish=True)
        publishing.approve(rewrite(post, "Scheduled"), by=None, at=clock.time + HOUR)
        first = post.revisions.get(number=1)
        publishing.roll_back(first, by=None, pending="rebase")
        clock.step(2 * HOUR)
        assert live(post) == "Old"
        assert set(
            post.revisions.filter(number__gt=2).values_list("rolled_back_to", flat=True)
        ) == {first.pk}

    def test_it_keeps_the_corrections_and_the_working_copy(self):
        post = PostFactory(title="Old", publish=True)
        publishing.approve(rewrite(post, "New"), by=None)
        correction = publishing.correct(post, by=None, text="It was so.")
        again = publishing.roll_back(post.revisions.get(number=1), by=None)
        assert live(post) == "Old" and again.number == 3
        assert again.rolled_back_to.number == 1
        assert again.hash == post.revisions.get(number=1).hash
        assert list(post.corrections.all()) == [correction]
        assert Post.objects.get(pk=post.pk).title == "New"

    def test_what_was_never_published_cannot_come_back(self, clock):
        post = PostFactory(publish=True)
        scheduled = publishing.approve(post, by=None, at=clock.time + HOUR)
        publishing.cancel(scheduled, by=None)
        with pytest.raises(ValidationError, match="Only what has been published"):
            publishing.roll_back(scheduled, by=None)

    def test_it_keeps_the_day_of_the_first_publication(self, clock):
        post = PostFactory(publish=True)
        first = clock.time
        clock.step()
        publishing.roll_back(post.revisions.get(), by=None)
        assert Revision.objects.live().for_list().get().first_published_at == first
