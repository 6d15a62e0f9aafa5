"""The map of the catalogue."""

from django.shortcuts import render
from django.views.generic import View

from datasets.atlas.page import Atlas
from datasets.index import current
from datasets.views.limits import search_refused


class Map(View):
    """Datasets by modality and anatomy, and by year; filtered like the table of datasets."""

    def get(self, request):
        if refused := search_refused(request):
            return refused
        index = current()
        atlas = Atlas(request.GET, index)
        return render(request, "datasets/map.html", {"atlas": atlas, "index": index})
