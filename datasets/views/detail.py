"""The page of one record."""

from django.db.models import Q
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.generic import TemplateView

from datasets.bibtex import bibtex
from datasets.documents import loads
from datasets.history import lines, tombstone, with_previous
from datasets.index import current
from datasets.ledger import Ledger
from datasets.linked import data_block
from datasets.models import Check, Document, Revision
from datasets.moved import moved
from datasets.pictures.links import picture_url
from datasets.reading import Reading

SHOWN_REVISIONS = 20


class RecordDetail(TemplateView):
    template_name = "datasets/record_detail.html"
    family = None
    # The last step of the page's own address below the record's.
    route = ""

    def get(self, request, *args, slug, **kwargs):
        self.index = current()
        found = self.index.resolve("slug", slug)
        if found is None:
            return self.gone(slug)
        url = self.index.document(self.index.position[found])["url"]
        url += f"{self.route}/" if self.route else ""
        if url != request.path_info:
            return moved(request, url)
        return super().get(request, slug=slug)

    def gone(self, slug):
        """The answer for a record that readers could see once: 410, and 404 for any other."""
        notice = tombstone(slug)
        if notice is None:
            raise Http404(slug)
        context = {"notice": notice, "index": self.index}
        return render(self.request, "410.html", context, status=410)

    def get_context_data(self, slug, **kwargs):
        record_id = self.index.ids[self.index.position[slug]]
        stored = Document.objects.published().filter(record_id=record_id).first()
        if stored is None:
            # Taken back since the Index was read.
            raise Http404(slug)
        document = loads(stored.text)
        history = list(with_previous(self.public_revisions(record_id))[: SHOWN_REVISIONS + 1])
        return super().get_context_data(
            index=self.index,
            document=document,
            linked=data_block(document) if self.family == "datasets" else None,
            reading=Reading(document, self.index),
            ledger=Ledger(document),
            checks=checks_of(document),
            picture=self.picture(slug),
            bibtex="".join(bibtex([document])).strip(),
            history=lines(history[:SHOWN_REVISIONS], self.index),
            more_history=len(history) > SHOWN_REVISIONS,
            **self.api_address(slug),
            **kwargs,
        )

    def picture(self, slug):
        listed = self.index.document(self.index.position[slug])
        return picture_url(self.family, listed, self.index)

    def public_revisions(self, record_id):
        return Revision.objects.public().filter(record_id=record_id).order_by("-number")

    def api_address(self, slug):
        return {"api_url": reverse(f"api:{self.family}:detail", args=[slug])}


def checks_of(document):
    """The last checks of what the page leads to, by kind and target, in one query."""
    addresses = [link["url"] for link in document["links"]]
    doi = document["paper"] and document["paper"]["doi"]
    named = Q(kind=Check.Kind.ADDRESS, target__in=addresses)
    if doi:
        named |= Q(kind=Check.Kind.DOI, target=doi)
    return {(check.kind, check.target): check for check in Check.objects.filter(named)}


class DatasetDetail(RecordDetail):
    family = "datasets"


class ToolDetail(RecordDetail):
    family = "tools"
