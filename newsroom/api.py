"""The API's addresses below /api/: its front page, its description, and what each app adds."""

from functools import cache

import orjson
from django.http import Http404, HttpResponse
from django.urls import Resolver404, include, path, re_path, resolve, reverse
from django.views.generic import TemplateView
from drf_spectacular.generators import SchemaGenerator

from articles.api.answers import PublicationView
from articles.api.names import NAMES
from articles.api.urls import urlpatterns as publication_patterns
from articles.models import Revision
from datasets.api import forms
from datasets.api.answers import CatalogueView, json_answer
from datasets.api.description import Description
from datasets.api.schema import number, text, thing
from datasets.api.terms import VOCABULARIES
from datasets.api.urls import urlpatterns as catalogue_patterns
from datasets.index import FAMILIES
from datasets.kept import etag
from datasets.linked import OWN_LICENSE
from datasets.moved import moved

LICENSE = {
    "spdx": "CC0-1.0",
    "name": "CC0 1.0 Universal",
    "url": OWN_LICENSE,
    "covers": "The catalogue's own text and facts. Each record names the licence of its data.",
}
LINKS = (
    *(f"{name}:list" for name in FAMILIES),
    *(f"{name}:facets" for name in FAMILIES),
    *(f"{name}:list" for name in VOCABULARIES),
    "posts:list",
    *(f"{name}:list" for name in NAMES),
    "changes",
    "schema",
    "docs",
)


class Root(PublicationView):
    """Where to start: what there is, how much of it, and on what terms."""

    def describe(self):
        texts = {"type": "object", "additionalProperties": text(format="uri")}
        counts = {"type": "object", "additionalProperties": number()}
        answer = thing(
            {
                "version": number("Of the catalogue: rises with every change."),
                "license": thing(dict.fromkeys(LICENSE, text())),
                "counts": counts,
                "links": texts,
            }
        )
        return Description("root", "start", answer)

    def answer(self, request):
        forms.read_form(forms.PlainForm, request.GET)
        return json_answer(
            {
                "version": self.index.version,
                "license": LICENSE,
                "counts": self.counts(),
                "links": {
                    name.removesuffix(":list").replace(":", "_"): request.build_absolute_uri(
                        reverse(f"api:{name}")
                    )
                    for name in LINKS
                },
            }
        )

    def counts(self):
        records = {name: members.bit_count() for name, members in self.index.families.items()}
        terms = {name: len(self.index.terms[facet]) for name, facet in VOCABULARIES.items()}
        published = {name: model.objects.visible().count() for name, model in NAMES.items()}
        return records | terms | {"posts": Revision.objects.live().count()} | published


class Schema(CatalogueView):
    """The API's description in OpenAPI."""

    schema = None

    def mark(self, request):
        return etag(openapi())

    def answer(self, request):
        return HttpResponse(openapi(), content_type="application/vnd.oai.openapi+json")


@cache
def openapi():
    """The description as JSON; it stays the same for as long as the process runs."""
    return orjson.dumps(SchemaGenerator().get_schema(request=None, public=True))


class Docs(TemplateView):
    """A page to try the API on."""

    template_name = "api_docs.html"


class Nowhere(CatalogueView):
    """What answers for every other address below /api/."""

    schema = None

    def answer(self, request):
        if not request.path_info.endswith("/") and leads_somewhere(f"{request.path_info}/"):
            return moved(request, f"{request.path}/")
        raise Http404


def leads_somewhere(path_info):
    try:
        return resolve(path_info).url_name != "nowhere"
    except Resolver404:
        return False


v1 = [
    path("", Root.as_view(), name="root"),
    *catalogue_patterns,
    *publication_patterns,
    path("schema/", Schema.as_view(), name="schema"),
    path("docs/", Docs.as_view(), name="docs"),
]
urlpatterns = [
    path("v1/", include((v1, "api"))),
    re_path(r"", Nowhere.as_view(), name="nowhere"),
]
