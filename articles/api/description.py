"""The addresses of the publication in OpenAPI's words."""

from articles.api.schema import COMPONENTS
from articles.filters import PostFilter
from datasets.api.description import (
    Description,
    form_parameters,
    query_parameters,
)
from datasets.api.forms import TermsForm
from datasets.api.schema import ref

ITEMS = {"categories": "Category", "sources": "Source", "authors": "Author"}


def described(name, tag, answer, parameters=(), **more):
    return Description(name, tag, ref(answer), list(parameters), components=COMPONENTS, **more)


def post_list():
    return described("posts_list", "posts", "PostPage", query_parameters(PostFilter))


def post_detail():
    return described("posts_detail", "posts", "Post", by_slug=True, may_be_gone=True)


def name_list(name):
    parameters = form_parameters(TermsForm)
    return described(f"{name}_list", name, f"{ITEMS[name]}Page", parameters)


def name_detail(name):
    return described(f"{name}_detail", name, ITEMS[name], by_slug=True)
