"""Categories, sources and authors; and the corrections, to read."""

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.urls import reverse
from django.utils.html import format_html

from articles.admin.base import PublicationAdmin, PublicationForm
from articles.admin.merges import MergeChosen
from articles.models import Author, Category, Correction, Post, Source
from articles.policy import visible_posts
from datasets.admin.base import FoundBySlug, ReadOnlyAdmin


class NamedAdmin(FoundBySlug, PublicationAdmin):
    search_fields = ["name", "slug"]
    search_help_text = "Name or slug (also a former one)."
    # A count of what belongs to each drops the model's own.
    ordering = ["name"]
    prepopulated_fields = {"slug": ["name"]}
    view_on_site = False
    counted = ""

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(uses=Count(self.counted, distinct=True))

    def get_prepopulated_fields(self, request, obj=None):
        # A published address does not follow each correction of the name.
        return {} if obj else self.prepopulated_fields

    @admin.display(description="uses", ordering="uses")
    def uses(self, row):
        return row.uses


@admin.register(Category)
class CategoryAdmin(NamedAdmin):
    counted = "posts"
    ordering = ["order", "name"]
    list_display = ["name", "slug", "uses", "order"]
    fields = ["name", "slug", "description", "order"]


@admin.register(Author)
class AuthorAdmin(NamedAdmin):
    counted = "posts"
    list_display = ["name", "slug", "orcid", "uses"]
    fields = ["name", "slug", "bio", "url", "orcid"]


class SourceForm(PublicationForm):
    """Names the source that is there already under the same name."""

    beside = {"source_issn_once": "issn"}

    def clean_name(self):
        name = self.cleaned_data["name"]
        if "name" in self.changed_data and (known := self.known(name)):
            pk, as_written = known
            address = reverse("admin:articles_source_change", args=[pk])
            message = (
                'There is “<a href="{}">{}</a>” already; choose that, or merge the two in the list.'
            )
            raise ValidationError(format_html(message, address, as_written))
        return name

    def known(self, name):
        # Compared here: a database may know the case of Latin letters only.
        others = Source.objects.exclude(pk=self.instance.pk).values_list("pk", "name")
        return next((row for row in others if row[1].casefold() == name.casefold()), None)


@admin.register(Source)
class SourceAdmin(MergeChosen, NamedAdmin):
    form = SourceForm
    counted = "works"
    list_display = ["name", "kind", "issn", "uses", "slug"]
    list_filter = ["kind"]
    search_fields = ["name", "slug", "issn", "url"]
    search_help_text = "Name, slug (also a former one), ISSN or address."
    fields = ["name", "slug", "kind", "url", "issn", "feed_url"]
    shown_in_merge = ["kind", "issn", "url"]


@admin.register(Correction)
class CorrectionAdmin(ReadOnlyAdmin):
    """Corrections are made on the post's own page; nobody unsays one."""

    list_display = ["at", "kind", "post", "text", "by"]
    list_display_links = ["at", "post"]
    list_filter = ["kind", "at"]
    list_select_related = ["post", "by"]
    search_fields = ["text", "post__title", "post__slug"]
    date_hierarchy = "at"
    fields = ["post", "kind", "text", "at", "by"]

    def get_queryset(self, request):
        posts = visible_posts(request.user, Post.objects.all())
        return super().get_queryset(request).filter(post__in=posts)
