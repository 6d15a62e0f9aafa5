"""Pages of categories, sources and authors: there while a visible post needs them."""

from django.views.generic import TemplateView

from articles.addresses import named_or_404
from articles.cards import cards
from articles.documents import loads
from articles.models import Author, Category, Revision, Source
from articles.pages import citation_shown
from datasets.index import current
from datasets.models import Slug
from datasets.moved import moved
from datasets.views.paging import Page


class NamePage(TemplateView):
    """A row with the posts that stand under it, newest first."""

    model = None
    field = None

    def get(self, request, slug):
        self.row = named_or_404(self.model, slug)
        if self.row.slug != slug:
            return moved(request, self.row.get_absolute_url())
        return super().get(request)

    def get_context_data(self, **kwargs):
        found = Revision.objects.live().filter(**{self.field: self.row}).for_list()
        page = Page(found, self.request.GET.get("page"))
        index = current()
        shown = self.shown(page.rows, index)
        return super().get_context_data(index=index, row=self.row, page=page, **shown, **kwargs)

    def shown(self, revisions, index):
        return {"cards": cards(revisions, index)}


class CategoryPage(NamePage):
    model = Category
    field = "category"
    template_name = "articles/category.html"


class AuthorPage(NamePage):
    model = Author
    field = "authors"
    template_name = "articles/author.html"


class SourcePage(NamePage):
    """What we cited from a source: each work with the articles that cite it."""

    model = Source
    field = "sources"
    template_name = "articles/source.html"

    def shown(self, revisions, index):
        rows = Slug.objects.filter(namespace="source", object_id=self.row.pk)
        return {
            "works": cited(
                cards(revisions, index), revisions, set(rows.values_list("slug", flat=True))
            )
        }


def cited(cards, revisions, slugs):
    """(work, cards of the articles) for each work from a source that has, or had, one of these slugs."""
    found = {}
    for revision, card in zip(revisions, cards, strict=True):
        for work in loads(revision.document)["citations"]:
            if work["source"] and work["source"]["slug"] in slugs:
                key = work["doi"] or work["url"] or work["title"]
                found.setdefault(key, (citation_shown(work), []))[1].append(card)
    return list(found.values())
