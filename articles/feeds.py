"""Atom feeds of articles, of a category and of corrections: whole texts, lasting ids, honest caching."""

from django.conf import settings
from django.db.models import Min, OuterRef, Subquery
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import rfc3339_date
from django.utils.html import escape
from django.views.decorators.http import require_safe

from articles.addresses import named_or_404
from articles.documents import loads
from articles.models import Category, Correction, Revision
from articles.pages import reading
from datasets.atom import KEPT_SECONDS, absolute, clean, conditional, new_feed, tag_of
from datasets.index import current
from datasets.moved import moved

SHOWN = 30


@require_safe
def articles(request):
    """The latest articles."""
    live = Revision.objects.live()
    return posts_feed(request, live, settings.SITE_NAME, reverse("articles:list"))


@require_safe
def category(request, slug):
    """The latest articles of a category; 301 from a former slug, 404 while no visible post needs it."""
    row = named_or_404(Category, slug)
    if row.slug != slug:
        return moved(request, reverse("articles:category-feed", args=[row.slug]))
    live = Revision.objects.live().filter(category=row)
    title = f"{settings.SITE_NAME}: {row.name}"
    return posts_feed(request, live, title, row.get_absolute_url(), row.description)


@require_safe
def corrections(request):
    """What was corrected in visible articles."""
    live = with_first_slug(Revision.objects.live()).defer("text", "held")
    rows = list(Correction.objects.visible()[:SHOWN])
    posts = {
        revision.post_id: revision
        for revision in live.with_dates().filter(post__in=[row.post_id for row in rows])
    }
    feed = new_feed(
        f"{settings.SITE_NAME}: corrections", request.path, reverse("articles:corrections")
    )
    for row in rows:
        if row.post_id in posts:
            add_correction(feed, row, posts[row.post_id])
    return answer(request, feed)


def posts_feed(request, live, title, path, description=""):
    found = with_first_slug(live).for_list().with_corrections()[:SHOWN]
    feed = new_feed(title, request.path, path, description)
    index = current()
    for revision in found:
        add_post(feed, revision, index)
    return answer(request, feed)


def with_first_slug(revisions):
    """Adds ``first_slug``, under which readers first saw the post: it never changes, so ids are made of it."""
    first = Revision.objects.due().filter(post=OuterRef("post")).order_by("effective_at", "number")
    return revisions.annotate(first_slug=Subquery(first.values("slug")[:1]))


def add_post(feed, revision, index):
    document = loads(revision.document)
    url = settings.SITE_URL + reverse("articles:detail", args=[revision.slug])
    corrections = revision.post.corrections.all()
    context = reading(document, corrections, index) | {"url": url}
    feed.add_item(
        title=clean(document["title"]),
        link=url,
        description=clean(escape(document["standfirst"] or "")),
        unique_id=tag(revision),
        pubdate=timezone.localtime(revision.first_published_at),
        updateddate=timezone.localtime(revision.updated_at),
        categories=[revision.category.name],
        authors=[clean(author["name"]) for author in document["authors"]],
        content=absolute(render_to_string("articles/feed_entry.html", context), url),
    )


def add_correction(feed, row, revision):
    url = settings.SITE_URL + reverse("articles:detail", args=[revision.slug])
    context = {"correction": row, "title": revision.title, "url": url}
    at = timezone.localtime(row.at)
    feed.add_item(
        title=clean(f"{row.get_kind_display()}: {revision.title}"),
        link=f"{url}#corrections",
        description=clean(escape(row.text)),
        unique_id=f"{tag(revision)}/corrections/{rfc3339_date(row.at)}",
        pubdate=at,
        updateddate=at,
        authors=[],
        content=absolute(render_to_string("articles/feed_correction.html", context), url),
    )


def tag(revision):
    return tag_of(revision.first_published_at, f"articles/{revision.first_slug}")


def answer(request, feed):
    """The feed, or 304 if the reader has it; kept no longer than until the next article is due."""
    # No date of its last change: an article that is reinstated comes back with the dates it had.
    return conditional(request, feed, kept=seconds_to_keep())


def seconds_to_keep(most=KEPT_SECONDS):
    """How long a list of what is live may be kept: no longer than until the next article is due."""
    now = timezone.now()
    due = Revision.objects.pending(now).aggregate(at=Min("effective_at"))["at"]
    return most if due is None else min(most, int((due - now).total_seconds()))
