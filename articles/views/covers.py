"""Covers and pictures for links, of live posts only."""

from csp.decorators import csp_replace
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from articles.addresses import post_at, slug_now
from articles.covers import cover_of, link_picture_of
from articles.documents import loads
from articles.models import Revision
from datasets.index import current
from datasets.moved import moved
from datasets.pictures.answers import picture
from datasets.pictures.svg import POLICY


@require_safe
@csp_replace(POLICY)
def cover(request, slug):
    """The cover of the live revision under this slug, as SVG."""
    revision = live(slug)
    if revision is None:
        return elsewhere(request, slug, "cover")
    shown = cover_of(loads(revision.document), current())
    return picture(request, "image/svg+xml", shown.key, shown.drawn)


@require_safe
def social(request, slug):
    """The live revision's title and cover as a PNG for links on other sites."""
    revision = live(slug)
    if revision is None:
        return elsewhere(request, slug, "social")
    shown = link_picture_of(loads(revision.document), current(), revision.first_published_at)
    return picture(request, "image/png", shown.key, shown.drawn)


def live(slug):
    return Revision.objects.live().with_dates().filter(slug=slug).first()


def elsewhere(request, slug, name):
    """The answer under a slug that no live revision has: 301 from a former one, 410 once withdrawn, else Http404."""
    post = post_at(slug)
    if post is not None and post.withdrawn_at:
        return HttpResponse(
            "This article was withdrawn.", status=410, content_type="text/plain; charset=utf-8"
        )
    now = post and slug_now(post)
    if now is None:
        raise Http404("There is no such picture.")
    return moved(request, reverse(f"articles:{name}", args=[now]))
