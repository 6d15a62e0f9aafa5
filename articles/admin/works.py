"""Works: found by DOI or address before they are entered a second time."""

from django.contrib import admin
from django.contrib.admin.options import IS_POPUP_VAR
from django.core.exceptions import ValidationError
from django.db.models import Count, Exists, OuterRef
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.html import format_html

from articles.admin.base import PublicationAdmin, PublicationForm
from articles.admin.merges import MergeChosen
from articles.models import Work
from articles.references import normal_doi, normal_url


class WorkForm(PublicationForm):
    """Names the work that is known already, beside what it was known by."""

    beside = {"work_doi_once": "doi", "work_url_once": "url"}

    def clean(self):
        super().clean()
        known = known_work(self.cleaned_data, but=self.instance.pk)
        if known:
            field = "doi" if known.doi and self.cleaned_data.get("doi") else "url"
            address = reverse("admin:articles_work_change", args=[known.pk])
            self.add_error(
                field,
                ValidationError(
                    format_html('This is “<a href="{}">{}</a>”, which is known.', address, known)
                ),
            )

    def validate_constraints(self):
        # The same said by the database's constraints would be a second message.
        if not {"doi", "url"} & set(self.errors):
            super().validate_constraints()


def known_work(data, but=None):
    """The work with this DOI or address, or None; what is no DOI and no address finds nothing."""
    try:
        doi = normal_doi(data.get("doi") or "")
        url = normal_url(data.get("url") or "")
    except ValidationError:
        return None
    if not (doi or url) or "\0" in doi + url:
        return None
    found = Work.objects.same(title="", doi=doi, url=url)
    if found is None and doi and url:
        found = Work.objects.filter(url=url).first()
    return found if found and found.pk != but else None


class DuplicateFilter(admin.SimpleListFilter):
    title = "entered twice"
    parameter_name = "twice"

    def lookups(self, request, model_admin):
        return [("yes", "Same title as another")]

    def queryset(self, request, queryset):
        return queryset.filter(twice=True) if self.value() == "yes" else queryset


class AddressFilter(admin.SimpleListFilter):
    title = "address"
    parameter_name = "address"

    def lookups(self, request, model_admin):
        return [("none", "Neither address nor DOI"), ("doi", "DOI"), ("url", "Address only")]

    def queryset(self, request, queryset):
        match self.value():
            case "none":
                return queryset.filter(doi="", url="")
            case "doi":
                return queryset.exclude(doi="")
            case "url":
                return queryset.filter(doi="").exclude(url="")
        return queryset


@admin.register(Work)
class WorkAdmin(MergeChosen, PublicationAdmin):
    form = WorkForm
    list_display = ["title", "source", "published", "doi", "uses", "duplicate"]
    list_filter = [DuplicateFilter, AddressFilter, ("source", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["source"]
    search_fields = ["title", "authors", "doi", "url", "source__name"]
    search_help_text = "Title, authors, DOI, address or source."
    autocomplete_fields = ["source"]
    fields = ["title", "authors", "source", "published", "doi", "url"]
    shown_in_merge = ["source", "published", "doi", "url"]

    def get_queryset(self, request):
        works = super().get_queryset(request)
        if not (request.resolver_match and request.resolver_match.url_name.endswith("_changelist")):
            return works
        others = Work.objects.annotate(lower=Lower("title")).filter(lower=OuterRef("lower"))
        return works.annotate(uses=Count("citations"), lower=Lower("title")).annotate(
            twice=Exists(others.exclude(pk=OuterRef("pk")))
        )

    def known_as(self, term):
        known = known_work({"doi": term}) or known_work({"url": term})
        return known and known.pk

    def add_view(self, request, form_url="", extra_context=None):
        """In a window beside a post's form, a work that is known is chosen rather than refused."""
        if request.method == "POST" and IS_POPUP_VAR in request.POST:
            known = self.has_add_permission(request) and known_work(request.POST)
            if known:
                return self.response_add(request, known)
        return super().add_view(request, form_url, extra_context)

    @admin.display(description="cited", ordering="uses")
    def uses(self, work):
        return work.uses

    @admin.display(description="entered twice", boolean=True, ordering="twice")
    def duplicate(self, work):
        return work.twice or None
