"""Every address of the site."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from newsroom import health, robots, views

admin.site.site_header = admin.site.site_title = f"{settings.SITE_NAME} desk"
admin.site.index_title = "What the desk keeps"

urlpatterns = [
    # Desk
    path("admin/", admin.site.urls),
    # Probes
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    # API
    path("api/", include("newsroom.api")),
    # Site
    path("", views.Home.as_view(), name="home"),
    path("share.png", views.site_picture, name="picture"),
    path("about/", views.About.as_view(), name="about"),
    path("search/", views.SearchPage.as_view(), name="search"),
    path("search/suggestions/", views.SearchSuggestions.as_view(), name="search-suggestions"),
    path("", include("articles.urls")),
    path("sitemap.xml", robots.sitemap, name="sitemap"),
    path("robots.txt", robots.robots, name="robots"),
    path("", include("datasets.urls")),
]

handler400 = "newsroom.errors.bad_request"
handler403 = "newsroom.errors.forbidden"
handler404 = "newsroom.errors.not_found"
handler500 = "newsroom.errors.failed"
