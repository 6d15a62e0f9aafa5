"""Every error of the API as application/problem+json (RFC 9457)."""

import logging
from http import HTTPStatus

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpResponse
from rest_framework.exceptions import APIException
from rest_framework.views import set_rollback

from datasets.documents import dumps
from datasets.filters import QueryError
from datasets.hints import shorten, similar

PROBLEM = "application/problem+json"
AWAY = "The database does not answer at the moment. Please ask again soon."
# Seconds after which it is worth another try.
RETRY_AFTER = 30
logger = logging.getLogger(__name__)


def problem_handler(error, context):
    """The answer for whatever a view raised. DRF's EXCEPTION_HANDLER."""
    set_rollback()
    request = context["request"]
    status, detail, errors, headers = described(error)
    if status >= 500:
        logger.error("Failed: %s", request.get_full_path(), exc_info=error)
        got_request_exception.send(sender=None, request=getattr(request, "_request", request))
    return problem(request, status, detail, errors, headers)


def is_away(error):
    """Whether an exception says that the database cannot be reached or is too busy; a missing table is a fault of ours."""
    unreachable = isinstance(error, OperationalError | InterfaceError)
    return unreachable and not str(error).startswith("no such")


def described(error):
    """(status, detail, errors, headers) of an exception."""
    if is_away(error):
        return 503, AWAY, {}, {"Retry-After": str(RETRY_AFTER)}
    match error:
        case QueryError():
            return 400, "The query cannot be answered; see errors.", error.errors, {}
        case Missing():
            return 404, str(error), error.errors, {}
        case Gone():
            return 410, str(error), {}, {}
        case Http404():
            return 404, "There is nothing at this address.", {}, {}
        case PermissionDenied():
            return 403, "This is not public.", {}, {}
        case SuspiciousOperation():
            return 400, "The request is malformed.", {}, {}
        case APIException():
            wait = getattr(error, "wait", None)
            return (
                error.status_code,
                str(error.detail),
                {},
                {"Retry-After": str(int(wait))} if wait else {},
            )
    return 500, "Something went wrong here; it has been noted.", {}, {}


def problem(request, status, detail, errors=None, headers=None):
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        # A query of thousands of characters is not said back.
        "instance": request.get_full_path()
        if len(request.META.get("QUERY_STRING", "")) < 2000
        else request.path,
        "errors": errors or {},
    }
    return HttpResponse(dumps(body), status=status, content_type=PROBLEM, headers=headers)


class Missing(Http404):
    """Nothing has this slug. ``errors`` names similar ones."""

    def __init__(self, thing, slug, known):
        super().__init__(f"No {thing} has the slug “{shorten(slug)}”.")
        near = similar(slug, known)
        self.errors = (
            {"slug": [f"Did you mean {', '.join(f'“{one}”' for one in near)}?"]} if near else {}
        )


class Gone(Http404):
    """A record that readers could see once was taken back, as a notice (a Revision) says."""

    def __init__(self, notice):
        said = f"“{notice.name}” was withdrawn on {notice.at:%Y-%m-%d}."
        super().__init__(f"{said} {notice.note}".strip())
