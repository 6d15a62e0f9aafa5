"""The publication's part of the API, below /api/v1/."""

from django.urls import include, path

from articles.api.names import NAMES, NameDetail, NameList
from articles.api.posts import PostDetail, PostList

post_patterns = [
    path("", PostList.as_view(), name="list"),
    path("<str:slug>/", PostDetail.as_view(), name="detail"),
]


def name_patterns(name):
    return [
        path("", NameList.as_view(name=name), name="list"),
        path("<str:slug>/", NameDetail.as_view(name=name), name="detail"),
    ]


urlpatterns = [
    path("posts/", include((post_patterns, "posts"))),
    *(path(f"{name}/", include((name_patterns(name), name))) for name in NAMES),
]
