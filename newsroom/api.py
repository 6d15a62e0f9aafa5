"""The API's addresses below /api/: its front page, its description, and what each app adds."""

from functools import cache, lru_cache

import orjson
from django.conf import settings
from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
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
from datasets.index import FAMILIES, current
from datasets.kept import etag
from datasets.limits import ApiThrottle
from datasets.linked import OWN_LICENSE
from datasets.moved import moved
from newsroom.api_guide import SAMPLES, example, guide

LICENSE = {
    "spdx": "CC0-1.0",
    "name": "CC0 1.0 Universal",
    "url": OWN_LICENSE,
    "covers": "The catalogue's own text and facts. Each record names the licence of its data.",
}
PERIODS = {1: "second", 60: "minute", 3600: "hour", 86400: "day"}
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
    """The guide: how to ask, and what each address takes and gives."""

    template_name = "newsroom/api_guide.html"

    def get_context_data(self, **kwargs):
        index = current()
        return super().get_context_data(
            index=index,
            guide=described(),
            reference=reference(known_slugs(index)),
            base=f"{settings.SITE_URL}{reverse('api:root')}",
            samples=SAMPLES,
            limit=limit(),
            **kwargs,
        )


@cache
def described():
    """What the guide says, read once out of the description."""
    return guide(orjson.loads(openapi()))


@lru_cache(maxsize=1)
def reference(slugs):
    """The guide's long part as HTML; it stays the same until other records serve as examples."""
    slugs = dict(slugs)
    tags = {
        tag: [one | {"example": example(one, slugs)} for one in operations]
        for tag, operations in described()["tags"].items()
    }
    context = {"tags": tags, "schemas": described()["schemas"]}
    return render_to_string("newsroom/_api_reference.html", context)


def known_slugs(index):
    """Slugs to try each collection's addresses with, at most two: ((collection, slugs), …)."""
    records = {name: index.select(name).documents(0, 2) for name in FAMILIES}
    found = {name: [document["slug"] for document in rows] for name, rows in records.items()}
    found |= {name: [*index.terms[facet]][:1] for name, facet in VOCABULARIES.items()}
    # Of what was approved: the slug of a working copy is nobody's yet.
    posts = Revision.objects.live().order_by("slug").values_list("slug", flat=True)
    found["posts"] = posts[:1]
    for name, model in NAMES.items():
        found[name] = model.objects.visible().order_by("slug").values_list("slug", flat=True)[:1]
    return tuple((name, tuple(slugs)) for name, slugs in found.items())


def limit():
    """How often an address may ask, as (requests, period), or None if there is no limit."""
    requests, seconds = ApiThrottle().parse_rate(ApiThrottle().get_rate())
    return requests and (requests, PERIODS[seconds])


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
