"""The addresses of the publication in OpenAPI's words."""

from drf_spectacular.utils import OpenApiResponse

from articles.api.schema import COMPONENTS
from articles.filters import PostFilter
from datasets.api.description import (
    PROBLEM,
    CatalogueSchema,
    Description,
    form_parameters,
    query_parameters,
)
from datasets.api.forms import TermsForm
from datasets.api.schema import ref

ITEMS = {"categories": "Category", "sources": "Source", "authors": "Author"}


class PublicationSchema(CatalogueSchema):
    """Describes a PublicationView; a post may also be gone."""

    def get_response_serializers(self):
        answers = super().get_response_serializers()
        if self.describe().name == "posts_detail":
            reason = "The post was withdrawn; `detail` says why."
            answers["410", PROBLEM] = OpenApiResponse(ref("Problem"), reason)
        return answers


def described(name, tag, answer, parameters=(), **more):
    return Description(name, tag, ref(answer), list(parameters), components=COMPONENTS, **more)


def post_list():
    return described("posts_list", "posts", "PostPage", query_parameters(PostFilter))


def post_detail():
    return described("posts_detail", "posts", "Post", by_slug=True)


def name_list(name):
    parameters = form_parameters(TermsForm)
    return described(f"{name}_list", name, f"{ITEMS[name]}Page", parameters)


def name_detail(name):
    return described(f"{name}_detail", name, ITEMS[name], by_slug=True)
