"""The picture of a record for links on other sites."""

from django.http import Http404
from django.views.decorators.http import require_safe

from datasets.index import current
from datasets.pictures.answers import picture
from datasets.pictures.links import picture_of


@require_safe
def record_picture(request, slug, family):
    """A PNG; 404 for what is not published."""
    index = current()
    if slug not in index.position:
        raise Http404(slug)
    document = index.document(index.position[slug])
    if not document["url"].startswith(f"/{family}/"):
        raise Http404(slug)
    shown = picture_of(document, index)
    return picture(request, "image/png", shown.key, shown.drawn)
