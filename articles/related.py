"""What to read after an article: the posts nearest to it, and its neighbours in time."""

from django.db.models import Case, Count, IntegerField, Q, Value, When

from articles.models import Revision

SHOWN = 3


def after(revision, at=None):
    """(older, newer, related) of a live revision that ``with_dates()`` gave: revisions or None, and a list."""
    live = Revision.objects.live(at).with_dates(at).exclude(pk=revision.pk)
    named = live.only("slug", "title")
    when, post = revision.first_published_at, revision.post_id
    earlier = Q(first_published_at__lt=when) | Q(first_published_at=when, post_id__lt=post)
    older = named.filter(earlier).order_by("-first_published_at", "-post_id").first()
    newer = named.exclude(earlier).order_by("first_published_at", "post_id").first()
    beside = [found.pk for found in (older, newer) if found]
    return older, newer, list(related(live.exclude(pk__in=beside), revision)[:SHOWN])


def related(live, revision):
    """Live revisions, those first that share records with this one, then those of its category."""
    mine = revision.records.values("pk")
    here = Case(
        When(category=revision.category_id, then=Value(1)),
        default=Value(0),
        output_field=IntegerField(),
    )
    shared = Count("records", filter=Q(records__in=mine), distinct=True)
    return (
        live.annotate(shared=shared, here=here)
        .select_related("category")
        .defer("text", "held")
        .order_by("-shared", "-here", "-first_published_at", "-post_id")
    )
