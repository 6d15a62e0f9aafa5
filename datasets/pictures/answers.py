"""Answers that carry a drawn picture: made once, kept, and named by what it shows."""

import hashlib

from django.core.cache import cache
from django.http import HttpResponse
from django.utils.cache import get_conditional_response

from datasets.kept import etag

KEPT_HERE = 7 * 24 * 3600
# Under an address that names this very picture, and under one that any later picture may have. What
# is taken back must not stay with strangers for long, hence no more than a day.
NAMED, UNNAMED = "public, max-age=86400", "public, max-age=300"


def mark_of(key):
    """Names a picture by all that it shows (texts): the ``v`` of its address."""
    return hashlib.sha256("\n".join(key).encode()).hexdigest()[:24]


def picture(request, content_type, key, make):
    """The picture that ``make()`` gives, as bytes. ``key`` (texts) must change whenever it would."""
    mark = mark_of(key)

    def headed(response):
        response.headers["Cache-Control"] = NAMED if request.GET.get("v") == mark else UNNAMED
        return response

    unchanged = get_conditional_response(request, etag=etag(mark))
    if unchanged is not None:
        return headed(unchanged)
    body = cache.get_or_set(f"picture:{mark}", make, KEPT_HERE)
    return headed(HttpResponse(body, content_type=content_type, headers={"ETag": etag(mark)}))
