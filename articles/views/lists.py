"""Lists of the publication: articles, sources, corrections."""

from django.views.generic import TemplateView

from articles.cards import cards
from articles.filters import PostFilter
from articles.models import Category, Correction, Post, Revision, Source
from datasets.index import current
from datasets.views.limits import search_refused
from datasets.views.paging import Page, Place

CORRECTIONS_PER_PAGE = 50
# What has a control of its own in the form; the rest is passed on unseen.
CONTROLS = ("kind", "category", "search", "page")


class ArticleList(TemplateView):
    """All articles, newest first; narrowed, sorted and paged by the parameters of the API's list."""

    template_name = "articles/list.html"

    def get(self, request):
        if refused := search_refused(request):
            return refused
        return super().get(request)

    def get_context_data(self, **kwargs):
        index = current()
        query = PostFilter(self.request.GET, Revision.objects.live(), index)
        wrong = faults(query)
        right, number = query.right, min(query.number, query.pages)
        beside = [
            (name, value) for name in right if name not in CONTROLS for value in given(query, name)
        ]
        return super().get_context_data(
            index=index,
            page=Place(number, query.pages, query.count),
            cards=cards(query.selection[slice(*query.span())], index),
            faults=wrong,
            kinds=Post.Kind.choices,
            kind=(right.get("kind") or [""])[0],
            categories=Category.objects.visible(),
            category=chosen_category(query),
            search=right.get("search", ""),
            beside=beside,
            narrowed=bool(right),
            **kwargs,
        )


def chosen_category(query):
    """The slug, as it is now, of the category to be shown as chosen."""
    asked = query.right.get("category")
    return query.filters["category"].rows[asked[0]].slug if asked else ""


def given(query, name):
    """The values of a parameter that were found right, as an address writes them."""
    value = query.right[name]
    return value if isinstance(value, list) else [query.data[name]]


def faults(query):
    """What is wrong with the address, in words; the rest of it is applied."""
    return [
        f"“{name[:60]}” is not a known parameter and was left out."
        if name in query.unknown
        else f"{name.replace('_', ' ').capitalize()}: {text[:300]}"
        for name, texts in query.errors.items()
        for text in texts
    ]


class SourceList(TemplateView):
    """The outlets and journals that visible posts cite."""

    template_name = "articles/sources.html"

    def get_context_data(self, **kwargs):
        sources = Source.objects.counted().order_by("name", "pk")
        return super().get_context_data(index=current(), sources=sources, **kwargs)


class CorrectionList(TemplateView):
    """What visible posts were corrected in, newest first."""

    template_name = "articles/corrections.html"

    def get_context_data(self, **kwargs):
        found = Correction.objects.visible()
        page = Page(found, self.request.GET.get("page"), CORRECTIONS_PER_PAGE)
        about = Revision.objects.live().filter(post__in=[row.post_id for row in page.rows])
        posts = {revision.post_id: revision for revision in about.only("post_id", "slug", "title")}
        shown = [(row, posts[row.post_id]) for row in page.rows if row.post_id in posts]
        return super().get_context_data(index=current(), page=page, corrections=shown, **kwargs)
