"""The log of changes as an Atom feed, with the same filters as its page."""

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.views.decorators.http import require_safe

from datasets.atom import KEPT_SECONDS, absolute, clean, conditional, new_feed, refusal, tag_of
from datasets.changefeed import ChangesForm
from datasets.history import lines, with_previous
from datasets.index import current

SHOWN = 50


@require_safe
def changes(request):
    """The last changes that fit the filters; a wrong filter is told in plain words."""
    index = current()
    form = ChangesForm(request.GET, index)
    revisions = form.revisions()
    errors = dict(form.errors)
    errors |= {name: ["Unknown."] for name in [*form.unknown, *request.GET.keys() & {"page"}]}
    if errors:
        return refusal(errors, list(form.fields))
    feed = new_feed(
        f"{settings.SITE_NAME}: changes",
        request.get_full_path(),
        f"{reverse('datasets:changes')}?{request.GET.urlencode()}".rstrip("?"),
        "What changed in the catalogue, in plain words.",
    )
    shown = list(with_previous(revisions)[:SHOWN])
    for line in lines(shown, index):
        add_change(feed, line)
    return conditional(request, feed, kept=KEPT_SECONDS)


def add_change(feed, line):
    path = line.history_url or f"{reverse('datasets:changes')}?event={line.event}"
    url = settings.SITE_URL + path
    title = f"{line.name}: {line.says}" + (f" {line.into.name}" if line.into else "")
    at = timezone.localtime(line.at)
    content = render_to_string("datasets/feed_change.html", {"line": line})
    feed.add_item(
        title=clean(title),
        link=url,
        description=clean(escape(title)),
        unique_id=tag_of(line.at, f"changes/{line.number}"),
        pubdate=at,
        updateddate=at,
        categories=[line.event],
        authors=[line.role] if line.role else [],
        content=absolute(content, url),
    )
