"""The answer at an address that something had before."""

from django.http import HttpResponsePermanentRedirect

from datasets.kept import ASKED_EACH_TIME


def moved(request, path):
    """The permanent address of what was asked for; its query stays.

    It may be kept but is asked for again: who gets his old name back would else send
    whoever kept both answers round in a circle.
    """
    query = request.META.get("QUERY_STRING", "")
    address = f"{path}?{query}" if query else path
    return HttpResponsePermanentRedirect(address, headers={"Cache-Control": ASKED_EACH_TIME})
