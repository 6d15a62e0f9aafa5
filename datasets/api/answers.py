"""What every answer of the API has in common: who may ask, how often, and how long it may be kept."""

from urllib.parse import unquote_to_bytes, urlencode

import orjson
from django.http import HttpResponse, HttpResponseNotModified
from django.utils.encoding import iri_to_uri
from django.utils.http import parse_etags
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.views import APIView

from datasets.api.description import CatalogueSchema
from datasets.filters import QueryError
from datasets.index import current
from datasets.kept import ASKED_EACH_TIME, Terms, etag, limited
from datasets.limits import ApiThrottle

# Raised when the same catalogue would be answered otherwise than before, so that no kept answer stays.
EDITION = 1
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "Content-Disposition, ETag, Link, Location, Retry-After, "
        "RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset"
    ),
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "86400",
}


class AddressDecides(BaseContentNegotiation):
    """The address alone says what is answered, so that a kept answer fits every reader."""

    def select_renderer(self, request, renderers, format_suffix=None):
        return renderers[0], renderers[0].media_type


class CatalogueView(APIView):
    """A read-only answer from the Index. Subclasses write ``answer()``; their docstring describes it to readers.

    ``index`` is the catalogue as of this request, read in one query.
    """

    http_method_names = ["get", "head", "options"]
    content_negotiation_class = AddressDecides
    schema = CatalogueSchema()
    throttle = None

    def dispatch(self, request, *args, **kwargs):
        """Answer as APIView does, less what is the same for every reader here: who asks, and in which format."""
        if request.method not in ("GET", "HEAD"):
            return super().dispatch(request, *args, **kwargs)
        self.request, self.args, self.kwargs, self.headers = request, args, kwargs, {}
        try:
            self.check_throttles(request)
            response = self.get(request, *args, **kwargs)
        except Exception as error:
            response = self.handle_exception(error)
        return self.finalize_response(request, response, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        require_text(request)
        self.read_ahead(request)
        self.index = current(getattr(request, "stamp", None))
        self.etag = self.mark(request)
        given = parse_etags(request.META.get("HTTP_IF_NONE_MATCH", ""))
        if self.etag in given:
            return HttpResponseNotModified()
        response = self.answer(request, *args, **kwargs)
        if "*" in given and response.status_code == 200:
            return HttpResponseNotModified()
        response.terms = Terms(self.index.stamp, throttle=ApiThrottle)
        return response

    def read_ahead(self, request):
        """Read what may be read before the version is known; may set the ``stamp`` of the request, read in the same query."""

    def answer(self, request, *args, **kwargs):
        raise NotImplementedError

    def options(self, request, *args, **kwargs):
        return HttpResponse(status=204, headers=PREFLIGHT)

    def mark(self, request):
        """The ETag of the answer: another one whenever the catalogue or anything in the address is another."""
        query = request.META.get("QUERY_STRING", "")
        return etag(*self.index.stamp, EDITION, origin(request), request.path, query)

    def get_throttles(self):
        if self.request.method == "OPTIONS":
            return []
        self.throttle = ApiThrottle()
        return [self.throttle]

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        for name, value in CORS.items():
            response[name] = value
        if response.status_code in (200, 301, 304):
            response.headers.setdefault("Cache-Control", ASKED_EACH_TIME)
        else:
            response["Cache-Control"] = "no-store"
        if response.status_code in (200, 304):
            response["ETag"] = self.etag
        return limited(response, self.throttle)


def require_text(request):
    """Raise QueryError when the query is not text in UTF-8."""
    try:
        unquote_to_bytes(request.META.get("QUERY_STRING", "").encode("latin-1")).decode()
    except UnicodeError:
        raise QueryError({"query": ["The query string is not text in UTF-8."]}) from None


def json_answer(value, media_type="application/json"):
    """A value as JSON; ``raw()`` parts of it are taken as they are."""
    return HttpResponse(orjson.dumps(value), content_type=media_type)


raw = orjson.Fragment


def paged(request, number, pages, count, results):
    """One page of a list, with the absolute addresses of its neighbours, all parameters kept."""
    return {
        "count": count,
        "next": page_url(request, number + 1) if number < pages else None,
        "previous": page_url(request, number - 1) if number > 1 else None,
        "results": results,
    }


def page_url(request, number):
    return url_with(request, page=number)


def url_with(request, **changes):
    """The absolute address of this request with some parameters changed."""
    parameters = dict(request.GET.lists()) | changes
    return f"{origin(request)}{iri_to_uri(request.path)}?{urlencode(parameters, doseq=True)}"


def origin(request):
    """The scheme and host at which this request was made, as they begin an address."""
    return request.build_absolute_uri("/").removesuffix("/")
