"""The page of an article, and what stands in its place once it has moved or gone."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from articles.addresses import post_at, slug_now
from articles.cards import cards
from articles.covers import social_url
from articles.documents import loads
from articles.models import Revision
from articles.pages import render_context
from articles.related import after
from datasets.index import current
from datasets.moved import moved


@require_safe
def article(request, slug):
    """The live revision under this slug; 301 from a former one, 410 once withdrawn, 404 for what was never public."""
    found = Revision.objects.live().with_dates().select_related("post").filter(slug=slug).first()
    if found is None:
        return elsewhere(request, slug)
    context = render_context(loads(found.document), revision=found)
    return render(request, "articles/post_detail.html", context | beside(found, context))


def beside(revision, context):
    """What stands round the text: pictures for links, what is related, what came before and after."""
    index = context["index"]
    older, newer, related = after(revision)
    return {
        "social_image": social_url(context["document"], index, revision.first_published_at),
        "older": older,
        "newer": newer,
        "related": cards(related, index),
    }


def elsewhere(request, slug):
    """The answer under a slug that no live revision has. Only slugs that readers have seen lead anywhere."""
    post = post_at(slug)
    if post is not None and post.withdrawn_at:
        context = {"notice": post.notice, "at": post.withdrawn_at, "index": current()}
        return render(request, "articles/withdrawn.html", context, status=410)
    now = post and slug_now(post)
    # None, too, if it is withdrawn between the two questions.
    if now is None:
        raise Http404("There is no such article.")
    return moved(request, reverse("articles:detail", args=[now]))
