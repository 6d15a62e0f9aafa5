"""Categories, sources and authors: those that a visible post needs."""

from django.urls import reverse

from articles.addresses import named
from articles.api import description, documents
from articles.api.answers import PublicationView
from articles.models import Author, Category, Source
from datasets.api import forms
from datasets.api.answers import json_answer, paged
from datasets.api.problems import Missing
from datasets.api.records import moved
from datasets.filters import MOST

# The name of each in addresses; the parameter of the same meaning is the model's namespace.
NAMES = {"categories": Category, "sources": Source, "authors": Author}


class NamesView(PublicationView):
    """``name`` is what the addresses call them."""

    name = None

    @property
    def model(self):
        return NAMES[self.name]

    def document(self, row):
        return getattr(documents, self.model.namespace)(row)


class NameList(NamesView):
    """Those that a published post needs, with the number of these posts."""

    def describe(self):
        return description.name_list(self.name)

    def answer(self, request):
        asked = forms.read_form(forms.TermsForm, request.GET)
        rows = self.model.objects.counted().order_by(*self.model._meta.ordering, "slug")
        count = rows.count()
        number, pages, start, stop = forms.span(asked, count, MOST)
        found = [self.document(row) for row in rows[start:stop]]
        return json_answer(paged(request, number, pages, count, found))


class NameDetail(NamesView):
    """One of them, for as long as a published post needs it. A former slug leads to the present one."""

    def describe(self):
        return description.name_detail(self.name)

    def answer(self, request, slug):
        row = named(self.model, [slug]).get(slug)
        if row is None:
            known = self.model.objects.visible().values_list("slug", flat=True)
            raise Missing(self.model.namespace, slug, list(known))
        if row.slug != slug:
            return moved(request, reverse(f"api:{self.name}:detail", args=[row.slug]))
        forms.read_form(forms.PlainForm, request.GET)
        return json_answer(self.document(self.model.objects.counted().get(pk=row.pk)))
