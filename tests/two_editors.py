"""Two editors who have one post open at the same time, for tests."""

import pytest

from articles.documents import build
from articles.models import Post
from tests.editors import is_saved, page_of, posted
from tests.factories_articles import member

TEXTS = "articles_text_set"


class Two:
    """Edda has the form open while Otto saves; then she saves what she typed."""

    def __init__(self, client, post, edda):
        self.client, self.post, self.url = client, post, page_of("change", post)
        self.otto, self.edda = member("Editor", "otto"), edda
        client.force_login(edda)
        self.opened = posted(client.get(self.url))

    def otto_saves(self, **changes):
        self.client.force_login(self.otto)
        assert is_saved(self.client.post(self.url, posted(self.client.get(self.url), **changes)))
        self.client.force_login(self.edda)

    def edda_sends(self, **changes):
        version = Post.objects.get(pk=self.post.pk).version
        response = self.client.post(self.url, self.opened | changes)
        assert response.status_code == 200, "Whoever comes second is told, whatever was changed."
        assert "otto saved this post while you had it open" in response.text
        self.post.refresh_from_db()
        assert self.post.version == version, "Nothing is saved before it was looked at."
        for each in response.context["inline_admin_formsets"]:
            if each.opts.fk_name == "parent":
                regions = {form["region"].value() for form in each.formset.forms}
                assert regions <= {"main"}, "Without its region, a block is not shown."
        return response

    def edda_saves(self, response, **changes):
        assert is_saved(self.client.post(self.url, posted(response, **changes)))
        self.post = Post.objects.get(pk=self.post.pk)
        return self.post


@pytest.fixture
def two(client, editor):
    return lambda post: Two(client, post, editor)


def clashes(response):
    """What both changed: label to (theirs, mine)."""
    return {
        clash.label: tuple("".join(text for _, text in side) for side in (clash.theirs, clash.mine))
        for clash in response.context["meanwhile"].clashes
    }


def takes(response):
    return {clash.label: clash.take for clash in response.context["meanwhile"].clashes}


def taken(response):
    return {change["label"]: change["state"] for change in response.context["meanwhile"].taken}


def texts(post):
    return [block.get("html") for block in build(post)["blocks"]]


def new_text(number, html, ordering):
    start = f"{TEXTS}-{number}"
    return {
        f"{TEXTS}-TOTAL_FORMS": str(number + 1),
        f"{start}-html": html,
        f"{start}-ordering": str(ordering),
        f"{start}-region": "main",
    }


def moved(*orderings):
    return {f"{TEXTS}-{number}-ordering": str(place) for number, place in enumerate(orderings)}
