"""The catalogue's part of the API, below /api/v1/."""

from django.urls import include, path

from datasets.api.changes import ChangeList
from datasets.api.check import Check
from datasets.api.linked import CroissantDetail, JsonLdDetail
from datasets.api.records import FacetList, RecordDetail, RecordList, RecordRevisions
from datasets.api.terms import VOCABULARIES, TermDetail, TermList


def record_patterns(family):
    return [
        path("", RecordList.as_view(family=family), name="list"),
        path("facets/", FacetList.as_view(family=family), name="facets"),
        path("<str:slug>/", RecordDetail.as_view(family=family), name="detail"),
        path("<str:slug>/revisions/", RecordRevisions.as_view(family=family), name="revisions"),
    ]


# Of datasets alone; the check before the records, whose slugs it would be one of.
check_pattern = path("check/", Check.as_view(), name="check")
linked_patterns = [
    path(f"<str:slug>/{view.route}/", view.as_view(), name=view.route)
    for view in (JsonLdDetail, CroissantDetail)
]


def term_patterns(vocabulary):
    return [
        path("", TermList.as_view(vocabulary=vocabulary), name="list"),
        path("<str:slug>/", TermDetail.as_view(vocabulary=vocabulary), name="detail"),
    ]


urlpatterns = [
    path(
        "datasets/",
        include(([check_pattern, *record_patterns("datasets"), *linked_patterns], "datasets")),
    ),
    path("tools/", include((record_patterns("tools"), "tools"))),
    path("changes/", ChangeList.as_view(), name="changes"),
    *(path(f"{name}/", include((term_patterns(name), name))) for name in VOCABULARIES),
]
