"""Records side by side."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.generic import View

from datasets.bibtex import bibtex
from datasets.comparison.asked import Asked
from datasets.comparison.page import Comparison
from datasets.documents import loads
from datasets.exports import EXPORTS, csv_of, stored
from datasets.index import current
from datasets.views.limits import refused


class Compare(View):
    """Two to six records; what cannot be compared is said, and the rest is."""

    def get(self, request):
        index = current()
        asked = Asked(request.GET, index)
        if asked.typed:
            if answer := refused(request):
                return answer
            if asked.added:
                return redirect(asked.offer(asked.added).url)
            asked.say_found()
        positions = [index.position[slug] for slug in asked.slugs]
        if asked.format and positions and not asked.messages:
            return file(asked.format, [index.document(position) for position in positions])
        if asked.format:
            asked.say("No file was made, since not all of the address was understood.")
        # One that was taken back since the Index was read is in neither.
        documents = [loads(text) for text in stored(index, positions)]
        context = {"compare": Comparison(asked, documents, index), "asked": asked, "index": index}
        return render(request, "datasets/compare.html", context)


def file(name, documents):
    """The records as a download."""
    text = "".join(bibtex(documents) if name == "bib" else csv_of(documents))
    response = HttpResponse(text, content_type=f"{EXPORTS[name].media_type}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="comparison.{name}"'
    return response
