"""The files of images. Nobody guesses one: it is served where something visible uses it."""

from django.http import FileResponse, Http404
from django.views.decorators.http import require_safe

from articles.images import SIZES, is_vouched, opened
from articles.models import Image, Revision
from articles.policy import may_see_images

# A withdrawn image may be kept by a browser for as long.
KEPT = "public, max-age=300"


@require_safe
def image(request, name):
    """An image as a page shows it (``size`` is article or card); 404 for who may not see it."""
    size = request.GET.get("size", "article")
    row = Image.objects.filter(file=name).first() if "\0" not in name else None
    public = row is not None and Revision.objects.live().filter(images=row).exists()
    # Who asks is looked at even where there is nothing, so that no header tells one from the other.
    seen = (
        public or is_vouched(name, request.GET.get("preview", "")) or may_see_images(request.user)
    )
    if row is None or size not in SIZES or not seen:
        raise Http404("There is no such image.")
    response = FileResponse(opened(row, size))
    response.headers["Cache-Control"] = KEPT if public else "private, no-store"
    return response
