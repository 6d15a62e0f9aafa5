"""The API's description of itself: each view says what it takes and gives, and OpenAPI is made from that."""

from dataclasses import dataclass, field

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from datasets.api import check_schema
from datasets.api.forms import ChangesQuery, PageForm, TermsForm
from datasets.api.linked_schema import LINKED, LINKED_COMPONENTS
from datasets.api.problems import PROBLEM
from datasets.api.schema import COMPONENTS, FAMILY, TERMS, ref
from datasets.checking import asking
from datasets.checking.terms import USES
from datasets.exports import EXPORTS
from datasets.filters import QUERIES
from datasets.linked import MEDIA_TYPE

REASONS = {
    "400": "A parameter is unknown or wrong; `errors` says which, and what would be right.",
    "404": "Nothing has this slug.",
    "410": "It was withdrawn; `detail` says when or why.",
    "429": "Too many requests from this address; see Retry-After.",
}


@dataclass(frozen=True)
class Description:
    """What one address takes and gives. ``answer`` is the schema of its JSON, of which ``media_type`` says which."""

    name: str
    tag: str
    answer: dict
    parameters: list = field(default_factory=list)
    files: bool = False
    by_slug: bool = False
    may_be_gone: bool = False
    media_type: str = "application/json"
    components: dict = field(default_factory=dict)


class CatalogueSchema(AutoSchema):
    """Describes a CatalogueView from what its ``describe()`` says."""

    def describe(self):
        said = self.view.describe()
        for name, schema in (COMPONENTS | said.components).items():
            self.registry.register_on_missing(
                ResolvedComponent(
                    name=name, type=ResolvedComponent.SCHEMA, schema=schema, object=name
                )
            )
        return said

    def get_operation_id(self):
        return self.describe().name

    def get_tags(self):
        return [self.describe().tag]

    def get_description(self):
        return " ".join((self.view.__doc__ or "").split())

    def get_summary(self):
        return self.get_description().split(". ")[0].rstrip(".") + "."

    def get_override_parameters(self):
        said = self.describe()
        slug = OpenApiParameter(
            "slug", str, "path", required=True, description="Current or former."
        )
        return [*([slug] if said.by_slug else []), *said.parameters, *headers()]

    def get_request_serializer(self):
        return None

    def get_response_serializers(self):
        said = self.describe()
        answers = {("200", said.media_type): OpenApiResponse(said.answer, "The answer.")}
        if said.files:
            answers |= {
                ("200", export.media_type): {"type": "string"} for export in EXPORTS.values()
            }
        for status, reason in REASONS.items():
            if (status != "404" or said.by_slug) and (status != "410" or said.may_be_gone):
                answers[status, PROBLEM] = OpenApiResponse(ref("Problem"), reason)
        return answers


def headers():
    """The headers of answers, in OpenAPI's words."""
    said = {
        "ETag": (str, "Give it back as If-None-Match: 304 while nothing has changed.", [200]),
        "RateLimit-Limit": (int, "How many requests an address has in a period.", [200, 429]),
        "RateLimit-Remaining": (int, "How many are left.", [200, 429]),
        "RateLimit-Reset": (int, "In how many seconds there is one more.", [200, 429]),
        "Retry-After": (int, "After how many seconds to ask again.", [429]),
    }
    return [
        OpenApiParameter(name, kind, "header", description=text, response=statuses)
        for name, (kind, text, statuses) in said.items()
    ]


def query_parameters(query):
    """The parameters of a Query in OpenAPI's words, from the filters themselves."""
    return [
        OpenApiParameter(
            name,
            known.describe(),
            description=known.extra.get("help_text") or "",
            **({"style": "form", "explode": True} if known.many else {}),
        )
        for name, known in query.base_filters.items()
    ]


def form_parameters(form):
    return [
        OpenApiParameter(name, schema, description=text)
        for name, (schema, text) in form().described().items()
    ]


def record_list(family):
    answer = ref(f"{FAMILY[family]}Page")
    return Description(
        f"{family}_list", family, answer, query_parameters(QUERIES[family]), files=True
    )


def facets(family):
    answer = ref(f"{FAMILY[family]}Facets")
    return Description(f"{family}_facets", family, answer, query_parameters(QUERIES[family]))


def record_detail(family):
    return Description(
        f"{family}_detail", family, ref(FAMILY[family]), by_slug=True, may_be_gone=True
    )


def linked(name):
    return Description(
        f"datasets_{name}",
        "datasets",
        ref(LINKED[name]),
        by_slug=True,
        may_be_gone=True,
        media_type=MEDIA_TYPE,
        components=LINKED_COMPONENTS,
    )


def revisions(family):
    answer, parameters = ref("ChangePage"), form_parameters(PageForm)
    return Description(
        f"{family}_revisions", family, answer, parameters, by_slug=True, may_be_gone=True
    )


def changes():
    return Description("changes", "changes", ref("Changes"), form_parameters(ChangesQuery))


def term_list(vocabulary):
    answer, parameters = ref(f"{TERMS[vocabulary]}Page"), form_parameters(TermsForm)
    return Description(f"{vocabulary}_list", "vocabularies", answer, parameters)


def term_detail(vocabulary):
    answer = ref(TERMS[vocabulary])
    return Description(f"{vocabulary}_detail", "vocabularies", answer, by_slug=True)


def check():
    slugs = {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": asking.MOST}
    uses = {"type": "array", "items": {"type": "string", "enum": list(USES)}}
    parameters = [
        OpenApiParameter(
            name, schema, description=text, required=needed, style="form", explode=True
        )
        for name, schema, text, needed in (
            ("slug", slugs, f"A record; repeat for others, {asking.MOST} at most.", True),
            ("use", uses, "Repeat for several; all of them if none is named.", False),
        )
    ]
    components = check_schema.COMPONENTS
    return Description(
        "datasets_check", "datasets", ref("Check"), parameters, components=components
    )
