"""The front page, About, and the search over everything."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView, View

from articles.cards import cards
from articles.models import Category, Correction, Post
from articles.models import Revision as Article
from datasets.facets import FACETS
from datasets.fields import SearchField, left_out, unknown_parameters
from datasets.history import lines, with_previous
from datasets.index import current
from datasets.limits import SearchThrottle, TypingThrottle
from datasets.models import Access, Revision
from datasets.pictures.answers import picture
from datasets.pictures.drawing import Subject
from datasets.pictures.links import LinkPicture
from datasets.reading import ACCESS
from datasets.views.limits import refused
from newsroom.search import PAGE, TYPING, Search

BROWSED = ("modality", "anatomy", "license_family")
SHOWN = 6
MORE, LATEST, CATEGORIES, GUIDES = 2, 5, 4, 3
STARTS = 8


class Home(TemplateView):
    template_name = "newsroom/home.html"

    def get_context_data(self, **kwargs):
        index = current()
        datasets, tools = index.select("datasets"), index.select("tools")
        by_year = datasets.ordered("year", descending=True)
        by_check = datasets.ordered("verified", descending=True)
        changes = with_previous(Revision.objects.public().order_by("-number"))
        return super().get_context_data(
            **front(index),
            index=index,
            datasets=datasets.count(),
            tools=tools.count(),
            commercial=datasets.having("permits", ["commercial_use"]).count(),
            open_access=datasets.having("access", ["open"]).count(),
            browse=[(FACETS[name], values(datasets, name)) for name in BROWSED],
            newest=by_year.documents(0, SHOWN),
            verified=[
                document for document in by_check.documents(0, SHOWN) if document["verified_on"]
            ],
            changes=lines(changes[:SHOWN], index),
            **kwargs,
        )


def front(index):
    """The top stories, the guides and the latest of the first categories: each article once."""
    live = Article.objects.live().for_list()
    sound = live.exclude(post__corrections__kind=Correction.Kind.RETRACTION)
    news = list(sound.exclude(kind=Post.Kind.GUIDE)[: 1 + MORE]) or list(sound[:1])
    shown = [revision.pk for revision in news]
    guides = list(live.filter(kind=Post.Kind.GUIDE).exclude(pk__in=shown)[:GUIDES])
    shown += [revision.pk for revision in guides]
    latest = [
        (category, cards(live.filter(category=category).exclude(pk__in=shown)[:LATEST], index))
        for category in Category.objects.visible()[:CATEGORIES]
    ]
    lead, *more = cards(news, index) or [None]
    return {
        "lead": lead,
        "more": more,
        "latest": [(category, found) for category, found in latest if found],
        "guides": cards(guides, index),
    }


def values(selection, facet):
    """(value, its count in percent of the greatest) of the facet's values, the most frequent first."""
    found = [value for value in selection.facet(facet) if value.count]
    found.sort(key=lambda value: -value.count)
    return [(value, round(100 * value.count / found[0].count)) for value in found]


class About(TemplateView):
    template_name = "newsroom/about.html"

    def get_context_data(self, **kwargs):
        index = current()
        return super().get_context_data(
            index=index,
            datasets=index.select("datasets").count(),
            tools=index.select("tools").count(),
            access=[(value, name, ACCESS[value]) for value, name in Access.choices],
            **kwargs,
        )


SITE_PICTURE = LinkPicture(
    Subject("front", modalities=("ct",)),
    title="Healthcare AI, and the data behind it",
    above="News with its sources",
    below="An open catalogue of medical datasets",
)


@require_safe
def site_picture(request):
    """What other sites show beside a link to a page that has no picture of its own, as PNG."""
    return picture(
        request, "image/png", [settings.SITE_NAME, *SITE_PICTURE.key], SITE_PICTURE.drawn
    )


class SearchPage(View):
    """The page of a search; below ``suggestions/``, what to offer while it is being typed."""

    template_name = "newsroom/search.html"
    limit = SearchThrottle
    shown = PAGE

    def get(self, request):
        typed = request.GET.get("search", "")
        if typed and (answer := refused(request, self.limit)):
            return answer
        index, errors = current(), []
        try:
            text = SearchField().clean(typed)
        except ValidationError as error:
            text, errors = "", error.messages
        search = Search(text, index, self.shown) if text else None
        unknown = unknown_parameters([name for name in request.GET if name != "search"], ["search"])
        context = {"index": index, "typed": typed, "errors": errors, "search": search}
        context["messages"] = [left_out(name, *said) for name, said in unknown.items()]
        return render(request, self.template_name, context | self.more(index, search))

    def more(self, index, search):
        """What to begin with, for who has not searched yet or has found nothing."""
        return {} if search and search.total else {"starts": starts(index)}


class SearchSuggestions(SearchPage):
    template_name = "newsroom/_search_suggestions.html"
    # Counted apart: typing must not use up the searches.
    limit = TypingThrottle
    shown = TYPING

    def get(self, request):
        response = super().get(request)
        response["X-Robots-Tag"] = "noindex"
        return response

    def more(self, index, search):
        return {}


def starts(index):
    """The facets to begin a search with, each with its most frequent values."""
    datasets = index.select("datasets")
    return [(FACETS[name], values(datasets, name)[:STARTS]) for name in BROWSED[:2]]
