"""What robots are told: which pages there are, and which they may read."""

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.html import escape
from django.views.decorators.http import require_safe

from articles.feeds import seconds_to_keep
from articles.models import Author, Category, Revision, Source
from datasets.index import current
from datasets.kept import etag
from datasets.numbers import whole

# As many addresses as one file of a sitemap may hold.
SITEMAP_SIZE = 50_000
MOST_FILES = 99_999
# How long robots may keep what is made for them.
ROBOTS_KEEP = 3600
PAGES = (
    *("home", "articles:list", "articles:sources", "articles:corrections"),
    *("datasets:list", "tools:list", "datasets:map", "datasets:check", "datasets:changes"),
    *("suggest", "about", "api:docs"),
)


@require_safe
def sitemap(request):
    """The addresses of all published pages, as XML; ``page`` counts the files of a large catalogue."""
    number = whole(request.GET.get("page", "1"), MOST_FILES) or 1
    entries = addresses(current(), (number - 1) * SITEMAP_SIZE, number * SITEMAP_SIZE)
    body = "".join(
        f"<url><loc>{escape(settings.SITE_URL + path)}</loc>"
        f"{f'<lastmod>{when}</lastmod>' if when else ''}</url>\n"
        for path, when in entries
    )
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{body}</urlset>\n'
    )
    return for_robots(request, text, "application/xml")


def addresses(index, start, stop):
    """(path, last change) of a part of all pages; lists change too often to date them."""
    first = [*((reverse(name), None) for name in PAGES), *publication()]
    by_name = index.orders["name"].sequence
    listed = by_name[max(0, start - len(first)) : max(0, stop - len(first))].tolist()
    records = [index.document(position) for position in listed]
    return [
        *first[start:stop],
        *((document["url"], document["updated_at"]) for document in records),
    ]


def publication():
    """(path, last change) of the articles, and of what they stand under."""
    live = Revision.objects.live().order_by("slug").values_list("slug", "effective_at")
    named = [row for model in (Category, Source, Author) for row in model.objects.visible()]
    return [
        *((reverse("articles:detail", args=[slug]), at.isoformat()) for slug, at in live),
        *((row.get_absolute_url(), None) for row in named),
    ]


@require_safe
def robots(request):
    """What robots may read, and where the sitemap lies."""
    count = len(PAGES) + len(publication()) + current().size
    files = -(-count // SITEMAP_SIZE)
    sitemaps = [
        f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}?page={n + 1}" for n in range(files)
    ]
    text = "\n".join(["User-agent: *", "Disallow: /admin/", "", *sitemaps, ""])
    return for_robots(request, text, "text/plain; charset=utf-8")


def for_robots(request, text, content_type):
    """An answer that may be kept for an hour, if no article is due sooner; 304 if the robot has it."""
    mark = etag(text)
    headers = {"ETag": mark, "Cache-Control": f"public, max-age={seconds_to_keep(ROBOTS_KEEP)}"}
    response = HttpResponse(text, content_type=content_type, headers=headers)
    return get_conditional_response(request, etag=mark, response=response)
