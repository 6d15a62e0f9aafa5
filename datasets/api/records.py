"""Datasets and tools: lists, facets, documents and their revisions."""

from django.urls import reverse

from datasets import exports
from datasets.api import description, forms
from datasets.api.answers import CatalogueView, json_answer, paged, raw
from datasets.api.changes import told
from datasets.api.problems import Gone, Missing
from datasets.filters import QueryError, read_query
from datasets.history import tombstone
from datasets.models import Revision
from datasets.moved import moved


class RecordsView(CatalogueView):
    """``family`` is datasets or tools; the two answer alike."""

    family = None

    def query(self, request):
        """The query of this request; raises QueryError unless all of it is right."""
        return read_query(self.family, request.GET, self.index).check()


class RecordList(RecordsView):
    """Published records, filtered, sorted and paged.

    Repeated parameters are alternatives, different ones must all hold, and a term
    includes its narrower ones. `format` gives the same records as a file: all of
    them, unless `page` is given.
    """

    def describe(self):
        return description.record_list(self.family)

    def answer(self, request):
        query = self.query(request)
        if query.right.get("format", "json") != "json":
            return exports.respond(query)
        rows = exports.json_rows(query, query.selection.positions(*query.span()))
        count = query.selection.count()
        return json_answer(paged(request, query.number, query.pages, count, list(map(raw, rows))))


class FacetList(RecordsView):
    """For every facet, how many records each value would give with all other parameters applied."""

    def describe(self):
        return description.facets(self.family)

    def answer(self, request):
        query = self.query(request)
        if query.right.get("format", "json") != "json":
            raise QueryError({"format": ["Facets are given as json only."]})
        return json_answer(query.selection.facets())


class OneRecordView(RecordsView):
    """Something about one record, found by its slug."""

    route = None

    def answer(self, request, slug):
        current = self.index.resolve("slug", slug)
        if current is None and (notice := tombstone(slug)):
            raise Gone(notice)
        if current is None:
            raise Missing(self.family.removesuffix("s"), slug, self.index.values("slug"))
        position = self.index.position[current]
        family = self.family_of(position)
        if current != slug or family != self.family:
            return moved(request, self.moved_to(family, current))
        return self.answer_one(request, position)

    def moved_to(self, family, slug):
        """The address where the record is answered in its family, by its current slug."""
        return reverse(f"api:{family}:{self.route}", args=[slug])

    def family_of(self, position):
        return next(
            name for name, members in self.index.families.items() if members >> position & 1
        )


class RecordDetail(OneRecordView):
    """The whole document of a record. A former slug, or one of the other family, leads to where it is now."""

    route = "detail"

    def describe(self):
        return description.record_detail(self.family)

    def answer_one(self, request, position):
        return json_answer(raw(self.text(request, position)))

    def text(self, request, position):
        """The record's whole document, for an address that takes no parameters."""
        forms.read_form(forms.PlainForm, request.GET)
        texts = exports.stored(self.index, [position])
        if not texts:
            raise Missing(self.family.removesuffix("s"), self.index.slugs[position], [])
        return texts[0]


class RecordRevisions(OneRecordView):
    """Every public state of a record, the newest first, with its document."""

    route = "revisions"

    def describe(self):
        return description.revisions(self.family)

    def answer_one(self, request, position):
        asked = forms.read_form(forms.PageForm, request.GET)
        found = Revision.objects.public().filter(record_id=self.index.ids[position])
        count = found.count()
        number, pages, start, stop = forms.span(asked, count)
        rows = told(found.order_by("-number")[start:stop])
        return json_answer(paged(request, number, pages, count, rows))
