"""Posts as readers see them now: live revisions, and notices where one was withdrawn."""

from django.urls import reverse

from articles.addresses import post_at
from articles.api import description, documents
from articles.api.answers import PublicationView
from articles.filters import PostFilter
from articles.models import Revision
from datasets.api import forms
from datasets.api.answers import json_answer, paged
from datasets.api.problems import Missing, problem
from datasets.api.records import moved


class PostList(PublicationView):
    """Published posts, filtered, sorted and paged.

    Repeated parameters are alternatives, different ones must all hold.
    """

    def describe(self):
        return description.post_list()

    def answer(self, request):
        query = PostFilter(request.GET, Revision.objects.live(), self.index).check()
        start, stop = query.span()
        rows = [documents.row(revision, self.index) for revision in query.selection[start:stop]]
        return json_answer(paged(request, query.number, query.pages, query.count, rows))


class PostDetail(PublicationView):
    """One post with its text, citations and corrections.

    A former slug leads to the present one; where a post was withdrawn, the problem
    tells why.
    """

    def describe(self):
        return description.post_detail()

    def answer(self, request, slug):
        post = post_at(slug)
        if post is not None and post.withdrawn_at:
            return problem(request, 410, f"This post was withdrawn: {post.notice}")
        revision = (
            post and Revision.objects.live().filter(post=post).for_list().with_corrections().first()
        )
        if revision is None:
            known = Revision.objects.live().values_list("slug", flat=True)
            raise Missing("post", slug, list(known))
        if revision.slug != slug:
            return moved(request, reverse("api:posts:detail", args=[revision.slug]))
        forms.read_form(forms.PlainForm, request.GET)
        return json_answer(documents.whole(revision, self.index, request.build_absolute_uri))
