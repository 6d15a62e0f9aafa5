"""Headers that no package of ours sets."""

from django.conf import settings
from django.http import HttpResponseNotModified
from django.templatetags.static import static
from django.urls import reverse
from django.utils.http import parse_etags

from datasets.api.problems import problem
from datasets.kept import ASKED_EACH_TIME, etag
from newsroom.errors import bad_request

LONGEST_QUERY = 64_000


def permissions_policy(get_response):
    """Switch off, for every answer, the browser's devices that no page here needs."""

    def middleware(request):
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        return response

    return middleware


def admin_content_policy(get_response):
    """Give the admin's pages its own content security policy; the public one is the default.

    A script tag there carries `nonce="{{ request.csp_nonce }}"`; reading it puts it in the header.
    """
    admin = reverse("admin:index")

    def middleware(request):
        response = get_response(request)
        if request.path_info.startswith(admin):
            response._csp_config = settings.ADMIN_CONTENT_SECURITY_POLICY
        return response

    return middleware


def bounded_query(get_response):
    """Refuse a query that no reader would send: pages repeat it in their links and would grow with it."""

    def middleware(request):
        if len(request.META.get("QUERY_STRING", "")) <= LONGEST_QUERY:
            return get_response(request)
        if request.path_info.startswith("/api/"):
            detail = f"The query is longer than {LONGEST_QUERY:,} characters."
            return problem(request, 400, detail, {"query": [detail]})
        return bad_request(request, None)

    return middleware


# Every page begins with this; a proxy may send it on as an early hint.
SHEET = "site.css"
OURS = ("ETag", "Cache-Control", "Vary", "Expires", "Content-Location", "Date")


def shared_pages(get_response):
    """Let caches keep public pages that are the same for everybody, as long as they ask whether these still hold."""
    admin = reverse("admin:index")

    def middleware(request):
        response = get_response(request)
        if request.path_info.startswith(admin) or not is_shared(request, response):
            return response
        response["Cache-Control"] = ASKED_EACH_TIME
        response.headers.setdefault("Link", f"<{static(SHEET)}>; rel=preload; as=style")
        if "ETag" not in response:
            response["ETag"] = etag(response.content)
        given = request.headers.get("If-None-Match")
        return not_modified(response) if given and holds(given, response["ETag"]) else response

    return middleware


def is_shared(request, response):
    """Whether a response is a page that nobody has for themselves, and that says nothing of caches itself."""
    return (
        request.method in ("GET", "HEAD")
        and response.status_code == 200
        and not response.streaming
        and not response.cookies
        and "Cache-Control" not in response
        and "Cookie" not in response.get("Vary", "")
        and response.get("Content-Type", "").startswith("text/html")
    )


def holds(given, mark):
    known = parse_etags(given)
    return "*" in known or mark in known


def not_modified(response):
    """The answer that says a kept page still holds."""
    kept = {name: response[name] for name in OURS if name in response}
    return HttpResponseNotModified(headers=kept)
