"""Addresses of the publication."""

from django.urls import path

from articles import feeds, previews
from articles.views import covers, detail, images, lists, names

app_name = "articles"

urlpatterns = [
    path("articles/", lists.ArticleList.as_view(), name="list"),
    path("articles/<slug:slug>/", detail.article, name="detail"),
    path("categories/<slug:slug>/", names.CategoryPage.as_view(), name="category"),
    path("sources/", lists.SourceList.as_view(), name="sources"),
    path("sources/<slug:slug>/", names.SourcePage.as_view(), name="source"),
    path("authors/<slug:slug>/", names.AuthorPage.as_view(), name="author"),
    path("corrections/", lists.CorrectionList.as_view(), name="corrections"),
    path("feeds/articles.atom", feeds.articles, name="feed"),
    path("feeds/categories/<slug:slug>.atom", feeds.category, name="category-feed"),
    path("feeds/corrections.atom", feeds.corrections, name="corrections-feed"),
    path("covers/<slug:slug>.svg", covers.cover, name="cover"),
    path("covers/<slug:slug>.png", covers.social, name="social"),
    path("media/<path:name>", images.image, name="image"),
    path("preview/<str:token>/", previews.shared_preview, name="preview"),
]
