"""The verbs of publishing. Admin buttons, bulk actions and commands call these and nothing else.

Each locks the post, asks the policy, and writes in one transaction. ``by`` is the
user; None is a command of the operator's. ValidationError says what is wrong with
the post, by field; PermissionDenied that this person may not; PendingRevision that
another revision is scheduled and what to do with it must be said.
"""

from contextlib import contextmanager
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from articles.checks import refusals
from articles.documents import (
    build,
    digest,
    dumps,
    held_now,
    loads,
    mentioned,
    pictures,
    plain_text,
)
from articles.models import Author, Category, Correction, Image, Post, Revision, Source
from articles.policy import demand
from articles.state import moment
from datasets.models import Slug

# A year that was mistyped is no schedule.
LATEST = timedelta(days=5 * 365)


class PendingRevision(ValidationError):
    """A revision is scheduled; ``pending`` is it. Publish with ``pending="cancel"`` or ``"rebase"``."""

    def __init__(self, pending):
        self.pending = pending
        super().__init__(
            f"Revision {pending.number} is scheduled for {moment(pending.effective_at)}: "
            "cancel it, or rebase it on this one."
        )


class PublishingRefused(ValidationError):
    """The post is not ready. ``errors`` maps the document's fields to lists of messages."""

    def __init__(self, errors):
        self.errors = errors
        super().__init__([message for messages in errors.values() for message in messages])


@contextmanager
def writing(post, verb, by):
    """The post, locked and as it is now, if ``by`` may do this with it."""
    with transaction.atomic():
        locked = Post.objects.select_for_update().get(pk=post.pk)
        demand(by, verb, locked)
        yield locked
    post.refresh_from_db()


def submit(post, *, by):
    """Ask for a review of the working copy."""
    with writing(post, "submit", by) as post:
        post.submitted_at, post.submitted_by = timezone.now(), by
        post.save(update_fields=["submitted_at", "submitted_by"])


def return_to_writer(post, *, by):
    """End the review without publishing."""
    with writing(post, "return", by) as post:
        post.submitted_at = post.submitted_by = None
        post.save(update_fields=["submitted_at", "submitted_by"])


def approve(post, *, by, note="", at=None, pending=None, version=None, newest=None):
    """Freeze the working copy into a revision that readers see now, or from ``at`` on; returns it.

    With a revision already scheduled, ``pending`` says what becomes of it:
    ``cancel``, or ``rebase`` to repeat this content at its time. With the ``version``
    that was read, what somebody saved since is refused rather than published unseen;
    with the number of the ``newest`` revision that was seen, 0 for none, so is what has
    been approved since, as by a second click.
    """
    with writing(post, "approve", by) as post:
        if version not in (None, post.version):
            raise ValidationError(
                f"{post.edited_by or 'Somebody'} saved the post since you opened this page: "
                "look at what changed, then approve again."
            )
        now = timezone.now()
        demand_newest(post, newest, now)
        document = build(post)
        errors = refusals(document)
        if post.withdrawn_at:
            errors["__all__"] = ["The post is withdrawn; reinstate it first."]
        if errors:
            raise PublishingRefused(errors)
        check_time(at, now)
        scheduled = settle_pending(post, by, pending, now)
        revision = freeze(post, document, by=by, note=note, at=at, now=now)
        # With a time of its own it takes the scheduled one's place: at most one is pending.
        if scheduled and pending == "rebase" and revision.effective_at <= now:
            freeze(post, document, by=by, note=scheduled.note, at=scheduled.effective_at, now=now)
        post.submitted_at = post.submitted_by = None
        post.save(update_fields=["submitted_at", "submitted_by"])
        post.writers.clear()
    return revision


def newest_number(post):
    """The number of the post's newest revision; 0 if it has none."""
    return newest_numbers([post])[post.pk]


def newest_numbers(posts):
    """{id: number of the newest revision, 0 for none} of these posts, in one query."""
    of_posts = Revision.objects.filter(post__in=posts).order_by().values_list("post")
    return {post.pk: 0 for post in posts} | dict(of_posts.annotate(Max("number")))


def demand_newest(post, seen, now):
    """Raise ValidationError if there is a revision after the number that was ``seen``; None if nobody looked."""
    if seen is None:
        return
    since = post.revisions.filter(number__gt=seen).select_related("approver").first()
    if since:
        done = "scheduled" if since.effective_at > now else "published"
        raise ValidationError(
            f"It has been {done} already, by {since.approver or 'a command'} at "
            f"{moment(since.approved_at)}, as revision {since.number}. "
            "Send this again only if that is not what you want readers to see."
        )


def check_time(at, now):
    """A time that has passed means now; one too far ahead is a slip."""
    if at and at > now + LATEST:
        latest = timezone.localtime(now + LATEST)
        raise ValidationError(
            {"at": [f"That is too far ahead: {latest.day} {latest:%B %Y} is the latest."]}
        )


def settle_pending(post, by, choice, now):
    """Cancel the scheduled revision if told what becomes of it; returns it, or None.

    Raises PendingRevision if there is one and nothing was said.
    """
    scheduled = post.revisions.pending(now).first()
    if scheduled is None:
        return None
    if choice not in ("cancel", "rebase"):
        raise PendingRevision(scheduled)
    scheduled.cancelled_at, scheduled.cancelled_by = now, by
    scheduled.save(update_fields=["cancelled_at", "cancelled_by"])
    return scheduled


def freeze(post, document, *, by, note, at, now, rolled_back_to=None):
    text = dumps(document)
    at = at or now
    revision = Revision.objects.create(
        post=post,
        number=newest_number(post) + 1,
        document=text,
        hash=digest(text),
        held=held_now(document),
        kind=document["kind"],
        slug=document["slug"],
        title=document["title"],
        text=plain_text(document),
        category=current_row(Category, document["category"]),
        author=post.submitted_by or post.edited_by,
        approver=by,
        note=note,
        rolled_back_to=rolled_back_to,
        approved_at=now,
        publish_at=at,
        effective_at=max(at, now),
    )
    revision.authors.set(current_row(Author, author) for author in document["authors"])
    cited = [work["source"] for work in document["citations"] if work["source"]]
    revision.sources.set({current_row(Source, source) for source in cited})
    revision.records.set(mentioned(document))
    shown = [picture["file"] for _, picture in pictures(document)]
    revision.images.set(Image.objects.filter(file__in=shown))
    return revision


def current_row(model, reference):
    """The row that a reference in a document leads to, over former slugs."""
    return model.objects.get(pk=Slug.objects.owner(model.namespace, reference["slug"]))


def cancel(revision, *, by):
    """Take a scheduled revision back before its time."""
    with writing(revision.post, "cancel", by) as post:
        now = timezone.now()
        scheduled = post.revisions.pending(now).filter(pk=revision.pk).first()
        if scheduled is None:
            raise ValidationError(
                "It is no longer scheduled: it was cancelled or has been published."
            )
        settle_pending(post, by, "cancel", now)


def rebase(revision, *, by, note=""):
    """Schedule the working copy as it is now in the place of a scheduled revision; returns the new one."""
    with transaction.atomic():
        at = revision.effective_at
        cancel(revision, by=by)
        return approve(revision.post, by=by, note=note or revision.note, at=at)


def roll_back(revision, *, by, note="", pending=None, newest=None):
    """Publish an older revision again, as a new one; the working copy stays as it is. Returns the new one.

    ``pending`` and ``newest`` are as in ``approve``.
    """
    with writing(revision.post, "roll_back", by) as post:
        if post.withdrawn_at:
            raise ValidationError("The post is withdrawn; reinstate it first.")
        now = timezone.now()
        if not post.revisions.due(now).filter(pk=revision.pk).exists():
            raise ValidationError("Only what has been published can be published again.")
        demand_newest(post, newest, now)
        document = loads(revision.document)
        demand_pictures(document)
        scheduled = settle_pending(post, by, pending, now)
        origin = {"by": by, "now": now, "rolled_back_to": revision}
        again = freeze(post, document, note=note, at=None, **origin)
        if scheduled and pending == "rebase":
            freeze(post, document, note=scheduled.note, at=scheduled.effective_at, **origin)
    return again


def withdraw(post, *, by, notice):
    """Take the post back: where it was read, readers find the notice. A scheduled revision is cancelled."""
    notice = said_to_readers(notice)
    with writing(post, "withdraw", by) as post:
        if post.withdrawn_at:
            raise ValidationError(
                f"It was withdrawn already, on {moment(post.withdrawn_at)}: change its notice instead."
            )
        now = timezone.now()
        settle_pending(post, by, "cancel", now)
        post.withdrawn_at, post.notice = now, notice
        post.save(update_fields=["withdrawn_at", "notice"])


def change_notice(post, *, by, notice):
    """Tell readers something else about a withdrawal; when it was withdrawn stays."""
    notice = said_to_readers(notice)
    with writing(post, "withdraw", by) as post:
        demand_withdrawn(post)
        post.notice = notice
        post.save(update_fields=["notice"])


def said_to_readers(notice):
    if not notice.strip():
        raise ValidationError({"notice": ["Tell readers why it was withdrawn."]})
    return notice.strip()


def demand_withdrawn(post):
    if not post.withdrawn_at:
        raise ValidationError("It is not withdrawn.")


def reinstate(post, *, by):
    """Undo a withdrawal: the revision that was live is live again."""
    with writing(post, "withdraw", by) as post:
        demand_withdrawn(post)
        post.withdrawn_at, post.notice = None, ""
        post.save(update_fields=["withdrawn_at", "notice"])


def demand_pictures(document):
    """Raise ValidationError if a picture that a document shows is not there any more."""
    shown = {picture["file"] for _, picture in pictures(document)}
    gone = shown - set(Image.objects.filter(file__in=shown).values_list("file", flat=True))
    if gone:
        raise ValidationError(
            "It shows a picture that has been deleted since: publish the working copy instead."
        )


def correct(post, *, by, text, kind=Correction.Kind.CORRECTION):
    """Tell readers what was wrong; returns the Correction. It stays whatever is published later."""
    if not text.strip():
        raise ValidationError({"text": ["Say what was wrong, and what is right."]})
    with writing(post, "correct", by) as post:
        if not post.revisions.due().exists():
            raise ValidationError("It has not been published: change the text itself.")
        return Correction.objects.create(post=post, kind=kind, text=text.strip(), by=by)
