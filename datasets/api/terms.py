"""The vocabularies: each term with its place in the tree, and how many records have it."""

from django.urls import reverse

from datasets.api import description, forms
from datasets.api.answers import CatalogueView, json_answer, paged
from datasets.api.problems import Missing
from datasets.filters import MOST
from datasets.moved import moved

# The name of each vocabulary in addresses, and of the parameter that its terms are values of.
VOCABULARIES = {
    "modalities": "modality",
    "anatomies": "anatomy",
    "tasks": "task",
    "licenses": "license",
    "hosts": "host",
    "units": "unit",
}


class TermsView(CatalogueView):
    """``vocabulary`` is its name in addresses."""

    vocabulary = None

    @property
    def facet(self):
        return VOCABULARIES[self.vocabulary]

    @property
    def terms(self):
        return self.index.terms[self.facet]

    def document(self, term):
        """The term as readers see it; counts include narrower terms."""
        return term.document | {
            "broader": [self.reference(slug) for slug in term.broader],
            "narrower": [self.reference(slug) for slug in term.narrower],
            "count": self.count(term, "datasets"),
            "tools_count": self.count(term, "tools"),
        }

    def reference(self, slug):
        return {"slug": slug, "name": self.terms[slug].name}

    def count(self, term, family):
        if self.facet == "unit":
            members = self.index.sized(term.slug)
        else:
            members = self.index.sets[self.facet].get(term.slug, 0)
        return (members & self.index.families[family]).bit_count()


class TermList(TermsView):
    """The terms of a vocabulary in its own order. Counts are of published records, narrower terms included."""

    def describe(self):
        return description.term_list(self.vocabulary)

    def answer(self, request):
        asked = forms.read_form(forms.TermsForm, request.GET)
        terms = list(self.terms.values())
        number, pages, start, stop = forms.span(asked, len(terms), MOST)
        rows = [self.document(term) for term in terms[start:stop]]
        return json_answer(paged(request, number, pages, len(terms), rows))


class TermDetail(TermsView):
    """One term of a vocabulary. A former slug leads to the present one."""

    def describe(self):
        return description.term_detail(self.vocabulary)

    def answer(self, request, slug):
        current = self.index.resolve(self.facet, slug)
        if current is None:
            raise Missing(self.facet, slug, list(self.terms))
        if current != slug:
            return moved(request, reverse(f"api:{self.vocabulary}:detail", args=[current]))
        forms.read_form(forms.PlainForm, request.GET)
        return json_answer(self.document(self.terms[current]))
