"""The picture of a record for links on other sites."""

from django.http import Http404
from django.urls import reverse
from django.views.decorators.http import require_safe

from datasets.index import current
from datasets.moved import moved
from datasets.pictures.answers import picture
from datasets.pictures.links import picture_of


@require_safe
def record_picture(request, slug, family):
    """A PNG; 301 from a former slug, 404 for what is not published."""
    index = current()
    found = index.resolve("slug", slug)
    document = found and index.document(index.position[found])
    if not document or not document["url"].startswith(f"/{family}/"):
        raise Http404(slug)
    if found != slug:
        return moved(request, reverse(f"{family}:picture", args=[found]))
    shown = picture_of(document, index)
    return picture(request, "image/png", shown.key, shown.drawn)
