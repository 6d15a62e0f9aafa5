"""What a page answers to an address that asks too often."""

from django.shortcuts import render

from datasets.limits import SearchThrottle, searches


def search_refused(request):
    """The answer to a search that is one too many; None if it may be made, or is none."""
    return refused(request) if searches(request) else None


def refused(request, limit=SearchThrottle):
    """The page that says after how many seconds to ask again; None if the request, which counts, may be made."""
    throttle = limit()
    if throttle.allow_request(request, None):
        return None
    seconds = throttle.wait()
    response = render(request, "429.html", {"seconds": seconds}, status=429)
    response["Retry-After"] = str(seconds)
    return response
