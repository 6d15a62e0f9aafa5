"""Atom feeds of what a filter holds: the records that changed last, with what changed and why."""

from datetime import datetime

from django.conf import settings
from django.db.models import Max, Min
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.views.decorators.http import require_safe

from datasets.atom import (
    KEPT_SECONDS,
    absolute,
    clean,
    conditional,
    new_feed,
    refusal,
    tag_of,
    too_many,
)
from datasets.explorer.chips import chips, said
from datasets.explorer.state import State
from datasets.filters import SHAPING, read_query
from datasets.history import lines, with_previous
from datasets.index import current
from datasets.limits import SearchThrottle, searches
from datasets.models import Revision

SHOWN = 50
FILTERS_NAMED = 6


@require_safe
def datasets(request):
    """The datasets that a filter holds, the last changed first."""
    return records_feed(request, "datasets")


@require_safe
def tools(request):
    """The tools that a filter holds, the last changed first."""
    return records_feed(request, "tools")


def records_feed(request, family):
    throttle = SearchThrottle()
    if searches(request) and not throttle.allow_request(request, None):
        return too_many(throttle.wait())
    index = current()
    query = read_query(family, request.GET, index)
    if query.errors:
        return refusal(query.errors)
    feed = new_feed(
        title(query), request.get_full_path(), explorer(query).address(), "The last changed first."
    )
    found = query.selection.ordered("updated", descending=True).documents(0, SHOWN)
    known = past(found, index)
    for document in found:
        # One taken back since the Index was read has no past in public.
        if document["slug"] in known:
            add_record(feed, document, *known[document["slug"]])
    changed = Revision.objects.public().aggregate(at=Max("at"))["at"]
    return conditional(request, feed, kept=KEPT_SECONDS, changed=changed)


def explorer(query):
    """The page whose rows the feed follows."""
    path = reverse(f"{query.family}:list")
    known = [name for name in type(query).base_filters if name not in SHAPING]
    return State(path, query.data, known)


def title(query):
    found = chips(query, explorer(query))
    named = [said([chip]) for chip in found[:FILTERS_NAMED]]
    if len(found) > len(named):
        named.append("and more")
    return f"{settings.SITE_NAME}: {query.family}{''.join(f', {name}' for name in named)}"


def past(found, index):
    """Slug to (first public revision, Line of the last) of these records, in three queries."""
    ids = {index.ids[index.position[document["slug"]]]: document["slug"] for document in found}
    public = Revision.objects.public().filter(record_id__in=ids).order_by()
    spans = public.values("record_id").annotate(first=Min("number"), last=Max("number"))
    spans = {row["record_id"]: (row["first"], row["last"]) for row in spans}
    firsts = public.filter(number__in=[first for first, _ in spans.values()])
    firsts = {row.record_id: row for row in firsts.only("record_id", "slug", "at")}
    lasts = list(with_previous(public.filter(number__in=[last for _, last in spans.values()])))
    told = dict(zip((row.record_id for row in lasts), lines(lasts, index), strict=True))
    return {slug: (firsts[pk], told[pk]) for pk, slug in ids.items() if pk in told}


def add_record(feed, document, first, line):
    url = settings.SITE_URL + document["url"]
    context = {"document": document, "line": line}
    feed.add_item(
        title=clean(document["name"]),
        link=url,
        description=clean(escape(document["summary"])),
        unique_id=tag_of(first.at, f"records/{first.slug}"),
        pubdate=timezone.localtime(datetime.fromisoformat(document["created_at"])),
        updateddate=timezone.localtime(datetime.fromisoformat(document["updated_at"])),
        categories=[clean(term["name"]) for term in document["modalities"]],
        authors=[],
        content=absolute(render_to_string("datasets/feed_entry.html", context), url),
    )
