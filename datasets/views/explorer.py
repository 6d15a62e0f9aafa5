"""The tables of datasets and of tools."""

from datetime import datetime, time, timedelta

from django.http import HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.generic import View

from datasets.columns import DEFAULT_COLUMNS
from datasets.explorer.page import Explorer
from datasets.explorer.viewing import Viewing, query_part
from datasets.exports import EXPORTS, respond
from datasets.filters import read_query
from datasets.index import current
from datasets.kept import Terms, etag
from datasets.limits import SearchThrottle, searches
from datasets.views.limits import search_refused


class RecordList(View):
    """A table with its filters; to htmx, only the part that changes."""

    family = None

    def get(self, request):
        if refused := search_refused(request):
            return refused
        part = request.htmx.target == "explorer" and not request.htmx.history_restore_request
        index = current(getattr(request, "stamp", None))
        query = read_query(self.family, query_part(request.GET), index)
        viewing = Viewing(request.GET, query)
        page = Explorer(query, viewing, request.path, reverse(f"api:{self.family}:list"))
        wanted = query.right.get("format")
        if wanted and not query.errors:
            return respond(query) if wanted in EXPORTS else HttpResponseRedirect(page.json_address)
        # The page tells which day it is.
        day = timezone.localdate()
        template = "datasets/_explorer.html" if part else "datasets/record_list.html"
        response = render(request, template, {"explorer": page, "index": index})
        patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
        if part:
            # Going back undoes a filter, not each tick of a row.
            header = (
                "HX-Replace-Url"
                if only_looks_differ(request, page.state, self.family)
                else "HX-Push-Url"
            )
            response[header] = page.state.here()
        if not request.COOKIES:
            throttle = SearchThrottle if searches(request) else None
            response.terms = Terms(index.stamp, end_of(day), throttle)
            # Of all that it shows: another release may show the same catalogue in another way.
            response["ETag"] = etag(*index.stamp, request.htmx.current_url, response.content)
        return response


def end_of(day):
    """When a day of the publication's zone is over, in seconds since 1970."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min)).timestamp()


def only_looks_differ(request, state, family):
    """Whether the page that asks shows this very part of the table, looked at in another way."""
    address, _, asked = (request.htmx.current_url or "").partition("#")[0].partition("?")
    shown = dict(query_part(QueryDict(asked)).lists())
    if shown.get("columns") == DEFAULT_COLUMNS[family]:
        # The state leaves out what is usual.
        del shown["columns"]
    return address.endswith(state.path) and shown == state.given


class DatasetList(RecordList):
    family = "datasets"


class ToolList(RecordList):
    family = "tools"
