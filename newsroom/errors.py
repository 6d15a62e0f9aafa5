"""The pages for what goes wrong, in the site's design; handlers of newsroom.urls."""

import sys

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.template import loader

from datasets.api.problems import AWAY, RETRY_AFTER, is_away, problem
from datasets.index import current
from newsroom.near import nearest


def bad_request(request, exception):
    return render(request, "400.html", status=400)


def forbidden(request, exception):
    return render(request, "403.html", status=403)


def not_found(request, exception):
    """The page for an unknown address, with a search and what is most like its last part."""
    index = current()
    words, near = nearest(request.path, index)
    context = {"index": index, "near": near, "words": words}
    return render(request, "404.html", context, status=404)


def failed(request):
    """The page for a fault of ours, 503 while the database is away: nothing but files, so that nothing else can fail."""
    away = is_away(sys.exc_info()[1])
    headers = {"Retry-After": str(RETRY_AFTER)} if away else {}
    status = 503 if away else 500
    if away and request.path_info.startswith("/api/"):
        return problem(request, status, AWAY, headers=headers)
    body = loader.get_template(f"{status}.html").render({"site_name": settings.SITE_NAME})
    return HttpResponse(body, status=status, headers=headers)
