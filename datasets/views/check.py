"""The page on which a reader checks records against each other."""

from django.shortcuts import redirect, render
from django.views.generic import View

from datasets.checking import asking
from datasets.checking.page import Page, address
from datasets.index import current
from datasets.naming import find
from datasets.views.limits import refused


class Check(View):
    """A form and its report at one address, which can be passed on.

    What is typed into the box (``add``) becomes a chosen record by a redirect, if only one can be meant.
    """

    def get(self, request):
        if request.GET and (answer := refused(request)):
            return answer
        index = current()
        asked = asking.read(request.GET, index, also=["add"])
        typed = request.GET.get("add", "").strip()
        found = find(typed, index) if typed else None
        slugs = list(dict.fromkeys([*asked.slugs, *(found.slugs if found else [])]))
        submitted = "add" in request.GET
        is_clear = found.sure if found else submitted
        if is_clear and slugs and not asked.errors and len(slugs) <= asking.MOST:
            return redirect(address(slugs, asked.uses))
        if submitted and not typed and not slugs:
            asked.errors.setdefault("add", ["Name at least one record to check."])
        page = Page(index, asked, typed, found)
        return render(request, "datasets/check.html", {"page": page, "index": index})
